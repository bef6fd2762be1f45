//! A schema as JSON. Fields are added, never renamed.

use mapgen_build::{facts, memory};
use mapgen_schema::names::{self, TypeNames};
use mapgen_schema::{
    IntKind, Leaf, Map, Pinning, Program, Schema, Section, Type, TypeId, ctext, hash, kinds,
};
use serde_json::{Value, json};

/// The version of the output; it changes when a field would have to be renamed.
const FORMAT: u32 = 1;

pub(crate) fn schema(schema: &Schema, cpus: u32) -> Value {
    let printer = Printer {
        schema,
        names: TypeNames::new(schema, &[]),
        cpus,
    };
    json!({
        "format": FORMAT,
        "object": schema.object,
        "name": schema.name,
        "endian": schema.endian.as_str(),
        "license": schema.license,
        "possible_cpus": cpus,
        "maps": schema.maps.iter().map(|map| printer.map(map)).collect::<Vec<_>>(),
        "sections": schema.sections.iter().map(|section| printer.section(section)).collect::<Vec<_>>(),
        "programs": schema.programs.iter().map(|program| printer.program(program)).collect::<Vec<_>>(),
        "requested": schema.requested.iter().map(|&id| printer.ty(id)).collect::<Vec<_>>(),
    })
}

struct Printer<'a> {
    schema: &'a Schema,
    names: TypeNames,
    cpus: u32,
}

impl Printer<'_> {
    fn map(&self, map: &Map) -> Value {
        json!({
            "name": map.name,
            "section": map.section,
            "type": kinds::name(map.kind).unwrap_or("unknown"),
            "type_id": map.kind,
            "key_size": map.key_size,
            "value_size": map.value_size,
            "max_entries": map.max_entries,
            "map_flags": map.map_flags,
            "map_extra": map.map_extra,
            "numa_node": map.numa_node,
            "pinning": match map.pinning {
                Pinning::None => "none",
                Pinning::ByName => "by_name",
            },
            "min_kernel": facts::map(self.schema, map).map(|release| release.to_string()),
            "memory_bytes": memory::bytes(map, self.cpus),
            "layout_hash": format!("{:016x}", hash::layout(self.schema, map)),
            "inner": map.inner.as_deref().map(|inner| self.map(inner)),
            "key": map.key.map(|id| self.ty(id)),
            "value": map.value.map(|id| self.ty(id)),
        })
    }

    fn section(&self, section: &Section) -> Value {
        let vars: Vec<_> = section
            .vars
            .iter()
            .map(|var| {
                json!({
                    "name": var.name,
                    "offset": var.offset,
                    "size": var.size,
                    "ctype": ctext::name(self.schema, var.ty),
                    "static": var.is_static,
                })
            })
            .collect();
        json!({"name": section.name, "size": section.size, "vars": vars})
    }

    fn program(&self, program: &Program) -> Value {
        json!({
            "name": program.name,
            "section": program.section,
            "type": program.kind,
            "insns": program.insns,
            "helpers": program.helpers,
            "maps": program.maps,
            "min_kernel": facts::program(self.schema, program).map(|release| release.to_string()),
        })
    }

    fn ty(&self, id: TypeId) -> Value {
        let packed = match self.schema.resolved(id) {
            Type::Composite(composite) => self.schema.is_packed(composite),
            _ => false,
        };
        json!({
            "ctype": ctext::name(self.schema, id),
            "rust": self.rust(id),
            "size": self.schema.size(id),
            "align": self.schema.align(id),
            "packed": packed,
            "leaves": self.schema.leaves(id).iter().map(leaf).collect::<Vec<_>>(),
            "padding": self.padding(id),
        })
    }

    /// The holes of a type, those of its members included; an array counts once, as it
    /// does in the leaves.
    fn padding(&self, id: TypeId) -> Vec<[u64; 2]> {
        let mut holes = Vec::new();
        self.holes(id, 0, &mut holes);
        holes.sort_unstable();
        holes
    }

    fn holes(&self, id: TypeId, base: u64, out: &mut Vec<[u64; 2]>) {
        match self.schema.resolved(id) {
            Type::Array { element, count } if *count > 0 => self.holes(*element, base, out),
            Type::Composite(composite) => {
                let own = self.schema.padding(composite).into_iter();
                out.extend(own.map(|hole| [base + u64::from(hole.offset), u64::from(hole.size)]));
                // What one member of a union leaves free, another may use.
                if !composite.union {
                    for member in &composite.members {
                        self.holes(member.ty, base + member.bit_offset / 8, out);
                    }
                }
            }
            _ => {}
        }
    }

    /// The Rust type that stands for a C type.
    fn rust(&self, id: TypeId) -> Option<String> {
        if let Some(name) = self.names.get(self.schema, id) {
            return Some(name.to_owned());
        }
        let mut named = id;
        while let Type::Typedef { name, target } = self.schema.ty(named) {
            let width = match name.as_str() {
                "__be16" => "Be<u16>",
                "__be32" => "Be<u32>",
                "__be64" => "Be<u64>",
                "__le16" => "Le<u16>",
                "__le32" => "Le<u32>",
                "__le64" => "Le<u64>",
                _ => {
                    named = *target;
                    continue;
                }
            };
            return Some(width.to_owned());
        }
        match self.schema.resolved(id) {
            Type::Int { size, kind, .. } => match kind {
                IntKind::Unsigned => Some(format!("u{}", size * 8)),
                IntKind::Signed => Some(format!("i{}", size * 8)),
                IntKind::Char => Some("c_char".to_owned()),
                IntKind::Bool => Some("Bool".to_owned()),
            },
            Type::Float {
                size: size @ (4 | 8),
                ..
            } => Some(format!("f{}", size * 8)),
            Type::Array { element, count } => Some(format!("[{}; {count}]", self.rust(*element)?)),
            Type::Pointer { pointee, .. } => Some(format!(
                "KernelPtr<{}>",
                names::type_name(pointee.rsplit(' ').next().unwrap_or("c_void"))
            )),
            _ => None,
        }
    }
}

pub(crate) fn leaf(leaf: &Leaf) -> Value {
    json!({
        "path": leaf.path,
        "bit_offset": leaf.bit_offset,
        "bits": leaf.bits,
        "kind": leaf.kind.as_str(),
        "ctype": leaf.ctype,
        "signed": leaf.signed,
        "dims": leaf.dims,
        "strides": leaf.strides,
    })
}
