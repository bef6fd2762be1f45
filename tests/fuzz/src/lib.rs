//! What the fuzz targets share: objects built around hostile BTF, and what must hold of
//! every schema that is read without an error.
//!
//! The targets are in `targets/`, their seeds in `seeds/` and wherever the tests of the
//! other crates have an object or a schema. `./run fuzz` runs them.

mod around;

pub use around::object_around;

use mapgen_schema::names::TypeNames;
use mapgen_schema::{Schema, Type, TypeId, ctext, hash, text};

/// Reads an object; what it says must hold together.
pub fn read(object: &[u8]) {
    if let Ok(schema) = mapgen_build::read_bytes(object, "fuzz.bpf.o", &Default::default()) {
        mapgen_build::check(&schema).ok();
        for map in &schema.maps {
            mapgen_build::memory::bytes(map, 4);
            mapgen_build::facts::map(&schema, map);
        }
        // The macro relies on it.
        assert_eq!(text::read(&text::write(&schema)).as_ref(), Ok(&schema));
        look_up(&schema);
    }
}

/// Asks a schema everything that the macro and the command line ask.
pub fn look_up(schema: &Schema) {
    TypeNames::new(schema, &[]);
    for id in (0..schema.types.len()).map(|index| TypeId(index as u32)) {
        ctext::name(schema, id);
        ctext::definition(schema, id);
        if let Type::Composite(composite) = schema.ty(id) {
            let covered: u64 = schema
                .padding(composite)
                .iter()
                .map(|hole| u64::from(hole.size))
                .sum();
            assert!(covered <= u64::from(composite.size));
            let pack = schema.pack(composite);
            assert!(pack.is_power_of_two() && composite.size % pack == 0);
            schema.is_packed(composite);
            schema.has_padding(id);
        }
    }
    for map in &schema.maps {
        hash::layout(schema, map);
        for id in [map.key, map.value].into_iter().flatten() {
            inside(schema, id);
        }
    }
    let vars = schema.sections.iter().flat_map(|section| &section.vars);
    for id in vars
        .map(|var| var.ty)
        .chain(schema.requested.iter().copied())
    {
        inside(schema, id);
    }
}

/// Every scalar of a type lies inside of it.
fn inside(schema: &Schema, id: TypeId) {
    let size = 8 * schema.size(id);
    for leaf in schema.leaves(id) {
        let last = leaf.dims.iter().zip(&leaf.strides);
        let last: u64 = last
            .map(|(&count, &stride)| u64::from(count.saturating_sub(1)) * u64::from(stride))
            .sum();
        let empty = leaf.dims.contains(&0);
        assert!(
            empty || leaf.bit_offset + 8 * last + u64::from(leaf.bits) <= size,
            "`{}` of type {} is outside of it",
            leaf.path,
            id.0
        );
    }
}
