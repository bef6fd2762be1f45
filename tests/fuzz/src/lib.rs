//! What the fuzz targets share: objects built around hostile BTF, and what must hold of
//! every schema that is read without an error.
//!
//! The targets are in `targets/`, their seeds in `seeds/` and wherever the tests of the
//! other crates have an object or a schema. `./run fuzz` runs them.

mod around;

pub use around::object_around;

use std::path::Path;
use std::sync::LazyLock;

use mapgen_build::Object;
use mapgen_build::policy::{self, File, Policy};
use mapgen_schema::names::TypeNames;
use mapgen_schema::{Schema, Type, TypeId, ctext, hash, text};

/// A policy that asks for everything.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let text = "min_kernel = \"4.4\"\nmemory_budget = 1\nallow_helpers = [\"loop\"]\n";
    let file = File::parse(text, Path::new("mapgen.toml"));
    file.expect("a policy").policy
});

/// Reads an object; what it says must hold together.
pub fn read(object: &[u8]) {
    let read = mapgen_build::read_object_bytes(object, "fuzz.bpf.o", &Default::default());
    if let Ok(object) = read {
        let object = [object];
        guard(&object, &POLICY);
        let [Object { schema, .. }] = object;
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

/// Holds objects against a policy; each finding can be said.
pub fn guard(objects: &[Object], policy: &Policy) {
    for finding in policy::check(objects, policy) {
        assert!(!finding.to_string().is_empty());
    }
}

/// A real object, for what is held against one.
pub fn sample() -> &'static [Object; 1] {
    static SAMPLE: LazyLock<[Object; 1]> = LazyLock::new(|| {
        let bytes = include_bytes!("../../../ebpf-samples/objects/el/ledger.bpf.o");
        let read = mapgen_build::read_object_bytes(bytes, "ledger.bpf.o", &Default::default());
        [read.expect("a sample")]
    });
    &SAMPLE
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
