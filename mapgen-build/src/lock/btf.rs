//! The BTF of a map, from a schema's types: what the runtime compares a live map with,
//! where there is no object to take it from.
//!
//! Pointers are `void *` here, as in the minimal BTF of an object's map.

use std::collections::HashMap;

use mapgen_schema::{Composite, Enum, IntKind, MapBtf, Schema, Type, TypeId, codes};

use crate::error::{Finding, Found};
use crate::raw::{ARRAY, ENUM, ENUM64, FLOAT, INT, PTR, STRUCT, TYPEDEF, UNION, blob, bytes_of};

/// `kind_flag`: members carry widths, enumerators signs.
const FLAG: u32 = 1 << 31;

pub(super) fn of_map(schema: &Schema, key: Option<TypeId>, value: Option<TypeId>) -> Found<MapBtf> {
    let mut writer = Writer {
        schema,
        ids: HashMap::new(),
        queue: Vec::new(),
        records: Vec::new(),
        strings: vec![0],
        offsets: HashMap::new(),
    };
    let id = |writer: &mut Writer<'_>, ty: Option<TypeId>| ty.map_or(0, |ty| writer.id(ty));
    let (key, value) = (id(&mut writer, key), id(&mut writer, value));
    let mut next = 0;
    while let Some(&ty) = writer.queue.get(next) {
        next += 1;
        writer.write(ty)?;
    }
    Ok(MapBtf {
        bytes: blob(schema.endian, &writer.records, &writer.strings)?,
        key,
        value,
    })
}

/// What becomes records 1, 2, ….
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    Type(TypeId),
    VoidPointer,
    /// The type of indices, which every array names.
    Index,
}

struct Writer<'a> {
    schema: &'a Schema,
    ids: HashMap<Source, u32>,
    queue: Vec<Source>,
    records: Vec<u8>,
    strings: Vec<u8>,
    offsets: HashMap<String, u32>,
}

impl Writer<'_> {
    fn id(&mut self, ty: TypeId) -> u32 {
        match self.schema.ty(ty) {
            Type::Void => 0,
            Type::Pointer { .. } => self.source(Source::VoidPointer),
            _ => self.source(Source::Type(ty)),
        }
    }

    fn source(&mut self, source: Source) -> u32 {
        if let Some(&id) = self.ids.get(&source) {
            return id;
        }
        self.queue.push(source);
        // A schema has fewer than 2^32 types, and BTF counts from 1.
        let id = self.queue.len() as u32;
        self.ids.insert(source, id);
        id
    }

    fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        if let Some(&offset) = self.offsets.get(name) {
            return offset;
        }
        let offset = self.strings.len() as u32;
        // A string table ends names with 0; no C name has one.
        self.strings.extend(name.bytes().filter(|&byte| byte != 0));
        self.strings.push(0);
        self.offsets.insert(name.to_owned(), offset);
        offset
    }

    fn words(&mut self, words: &[u32]) {
        for &word in words {
            self.records.extend(bytes_of(self.schema.endian, word));
        }
    }

    fn write(&mut self, source: Source) -> Found<()> {
        let schema = self.schema;
        let ty = match source {
            Source::VoidPointer => {
                self.words(&[0, PTR << 24, 0]);
                return Ok(());
            }
            Source::Index => {
                let name = self.name("__ARRAY_SIZE_TYPE__");
                self.words(&[name, INT << 24, 4, 32]);
                return Ok(());
            }
            Source::Type(id) => schema.ty(id),
        };
        match ty {
            Type::Void | Type::Pointer { .. } => {}
            Type::Int { name, size, kind } => {
                let encoding = match kind {
                    IntKind::Unsigned => 0,
                    IntKind::Signed | IntKind::Char => 1,
                    IntKind::Bool => 4,
                };
                let name = self.name(name);
                self.words(&[name, INT << 24, *size, (encoding << 24) | (size * 8)]);
            }
            Type::Float { name, size } => {
                let name = self.name(name);
                self.words(&[name, FLOAT << 24, *size]);
            }
            Type::Array { element, count } => {
                let (element, index) = (self.id(*element), self.source(Source::Index));
                self.words(&[0, ARRAY << 24, 0, element, index, *count]);
            }
            Type::Typedef { name, target } => {
                let (name, target) = (self.name(name), self.id(*target));
                self.words(&[name, TYPEDEF << 24, target]);
            }
            Type::Composite(composite) => self.composite(composite)?,
            Type::Enum(e) => self.enumeration(e)?,
        }
        Ok(())
    }

    fn composite(&mut self, composite: &Composite) -> Found<()> {
        let kind = if composite.union { UNION } else { STRUCT };
        let bits = composite
            .members
            .iter()
            .any(|member| member.bitfield.is_some());
        let flag = if bits { FLAG } else { 0 };
        let name = self.name(composite.name.as_deref().unwrap_or_default());
        let info = flag | (kind << 24) | vlen(composite.members.len())?;
        self.words(&[name, info, composite.size]);
        for member in &composite.members {
            let (name, ty) = (
                self.name(member.name.as_deref().unwrap_or_default()),
                self.id(member.ty),
            );
            // Beside bit-fields an offset has 24 bits.
            let limit = if bits { 1 << 24 } else { 1_u64 << 32 };
            let offset = u32::try_from(member.bit_offset).ok();
            let offset = offset.filter(|_| member.bit_offset < limit);
            let offset = offset.ok_or_else(|| {
                Finding::new(
                    codes::beyond_limits,
                    "a member stands where BTF cannot say it",
                )
            })?;
            self.words(&[name, ty, (member.bitfield.unwrap_or(0) << 24) | offset]);
        }
        Ok(())
    }

    fn enumeration(&mut self, e: &Enum) -> Found<()> {
        let flag = if e.signed { FLAG } else { 0 };
        let kind = if e.size == 8 { ENUM64 } else { ENUM };
        let name = self.name(e.name.as_deref().unwrap_or_default());
        self.words(&[name, flag | (kind << 24) | vlen(e.variants.len())?, e.size]);
        for (variant, value) in &e.variants {
            let name = self.name(variant);
            // The low bits, whatever the sign.
            let value = *value as u64;
            self.words(&[name, value as u32]);
            if e.size == 8 {
                self.words(&[(value >> 32) as u32]);
            }
        }
        Ok(())
    }
}

/// The number of parts, which has 16 bits.
fn vlen(count: usize) -> Found<u32> {
    match u32::try_from(count) {
        Ok(count) if count <= 0xffff => Ok(count),
        _ => Err(Finding::new(
            codes::beyond_limits,
            "a type has more parts than BTF can say",
        )),
    }
}
