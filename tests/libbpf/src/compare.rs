//! A schema against what libbpf has.

use std::collections::BTreeMap;

use mapgen_schema::{Composite, Enum, Pinning, Schema, Section, Type, TypeId};

use crate::{Btf, Map, Opened, sys};

/// Everything in which a schema differs from the object as libbpf reads it: maps, sections,
/// variables, programs and every member of every type.
pub fn differences(schema: &Schema, opened: &Opened) -> Vec<String> {
    let mut comparison = Comparison::new(schema, opened.btf());
    comparison.maps(&opened.maps());
    comparison.programs(opened);
    comparison.types();
    comparison.differences
}

/// A schema held against the types of an open object.
pub struct Comparison<'a> {
    schema: &'a Schema,
    btf: Option<Btf<'a>>,
    /// What differs, so far.
    pub differences: Vec<String>,
    /// The types that were compared: libbpf's id, and ours.
    pub seen: BTreeMap<u32, TypeId>,
}

impl<'a> Comparison<'a> {
    /// A comparison in which nothing was compared yet.
    pub fn new(schema: &'a Schema, btf: Option<Btf<'a>>) -> Self {
        Self {
            schema,
            btf,
            differences: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, libbpf: T) {
        if ours != libbpf {
            self.differences
                .push(format!("{what}: {ours:?}, libbpf has {libbpf:?}"));
        }
    }

    /// Maps and sections, in the order of the object.
    pub fn maps(&mut self, maps: &[Map]) {
        let schema = self.schema;
        let (mut ours, mut sections) = (schema.maps.iter(), schema.sections.iter());
        // struct_ops are no maps that hold a program's own types.
        for map in maps.iter().filter(|map| !map.is_struct_ops()) {
            let missing = if map.internal {
                sections.next().map(|section| self.section(section, map))
            } else {
                ours.next().map(|ours| self.map(ours, map))
            };
            if missing.is_none() {
                self.differences.push(format!("map {}: missing", map.name));
            }
        }
        for map in ours {
            self.differences
                .push(format!("map {}: libbpf has none", map.name));
        }
        for section in sections {
            self.differences
                .push(format!("section {}: libbpf has none", section.name));
        }
    }

    fn map(&mut self, ours: &mapgen_schema::Map, map: &Map) {
        let name = &format!("map {}", map.name);
        self.equal(&format!("{name}, name"), &ours.name, &map.name);
        self.equal(&format!("{name}, kind"), ours.kind, map.kind);
        self.equal(&format!("{name}, key size"), ours.key_size, map.key_size);
        self.equal(
            &format!("{name}, value size"),
            ours.value_size,
            map.value_size,
        );
        if !map.is_rounded() {
            self.equal(
                &format!("{name}, entries"),
                ours.max_entries,
                map.max_entries,
            );
        }
        self.equal(&format!("{name}, flags"), ours.map_flags, map.map_flags);
        self.equal(&format!("{name}, extra"), ours.map_extra, map.map_extra);
        self.equal(&format!("{name}, node"), ours.numa_node, map.numa_node);
        let pinned = ours.pinning == Pinning::ByName;
        self.equal(&format!("{name}, pinning"), pinned, map.pinned);
        for (role, ours, theirs) in [("key", ours.key, map.key), ("value", ours.value, map.value)] {
            match (ours, theirs) {
                (None, 0) => {}
                (Some(ours), theirs) if theirs != 0 => self.ty(ours, theirs),
                _ => self.equal(&format!("{name}, typed {role}"), ours.is_some(), theirs > 0),
            }
        }
        match (&ours.inner, &map.inner) {
            (Some(ours), Some(inner)) => self.map(ours, inner),
            (ours, inner) => {
                self.equal(&format!("{name}, inner"), ours.is_some(), inner.is_some());
            }
        }
    }

    fn section(&mut self, ours: &Section, map: &Map) {
        let name = &format!("section {}", ours.name);
        // libbpf cuts some of these names to the 15 characters that kernels take.
        let cut = ours.name.get(..15).unwrap_or(&ours.name);
        if !map.name.ends_with(cut) && map.name != ours.name {
            self.equal(name, &ours.name, &map.name);
        }
        self.equal(&format!("{name}, size"), ours.size, map.value_size);
        let vars = self.variables(&ours.name);
        self.equal(&format!("{name}, variables"), ours.vars.len(), vars.len());
        for (ours, var) in ours.vars.iter().zip(vars) {
            let name = format!("{name}, {}", var.name);
            self.equal(&name, &ours.name, &var.name);
            let place = (ours.offset, ours.size);
            self.equal(
                &format!("{name}, offset and size"),
                place,
                (var.offset, var.size),
            );
            self.equal(&format!("{name}, static"), ours.is_static, var.is_static);
            self.ty(ours.ty, var.ty);
        }
    }

    /// The variables of a section. libbpf fixed sizes and offsets up when it opened the
    /// object.
    pub fn variables(&self, section: &str) -> Vec<Variable> {
        let Some(btf) = self.btf else {
            return Vec::new();
        };
        let Some(id) = btf.find(section, sys::BTF_KIND_DATASEC) else {
            return Vec::new();
        };
        btf.entries::<3>(btf.ty(id))
            .into_iter()
            .map(|[var, offset, size]| {
                let ty = btf.ty(var);
                Variable {
                    name: btf.name(var),
                    offset,
                    size,
                    ty: btf.third(ty),
                    is_static: btf.word(ty) == 0,
                }
            })
            .collect()
    }

    fn programs(&mut self, opened: &Opened) {
        let programs = opened.programs();
        let schema = self.schema;
        self.equal("programs", schema.programs.len(), programs.len());
        for (ours, program) in schema.programs.iter().zip(programs) {
            let name = &format!("program {}", program.name);
            self.equal(name, &ours.name, &program.name);
            // libbpf takes the `?` of a program that is not loaded by itself away.
            let section = ours.section.trim_start_matches('?');
            self.equal(
                &format!("{name}, section"),
                section,
                program.section.as_str(),
            );
            self.equal(&format!("{name}, type"), &ours.kind, &program.kind);
            self.equal(
                &format!("{name}, instructions"),
                u64::from(ours.insns),
                program.insns,
            );
        }
    }

    /// Every type of the schema that has a name.
    fn types(&mut self) {
        let Some(btf) = self.btf else { return };
        let schema = self.schema;
        for (id, ty) in (0..).map(TypeId).zip(&schema.types) {
            let (kind, name) = match ty {
                Type::Composite(c) if c.union => (sys::BTF_KIND_UNION, c.name.as_ref()),
                Type::Composite(c) => (sys::BTF_KIND_STRUCT, c.name.as_ref()),
                Type::Typedef { name, .. } => (sys::BTF_KIND_TYPEDEF, Some(name)),
                _ => continue,
            };
            // Anonymous ones are compared where they are members.
            let Some(name) = name else { continue };
            match btf.find(name, kind) {
                Some(theirs) => self.ty(id, theirs),
                None => self.differences.push(format!("{name}: libbpf has none")),
            }
        }
    }

    /// Compares a type and everything in it.
    pub fn ty(&mut self, ours: TypeId, theirs: u32) {
        let (schema, Some(btf)) = (self.schema, self.btf) else {
            return;
        };
        let theirs = btf.unqualified(theirs);
        if theirs == 0 {
            self.equal("void", schema.ty(ours), &Type::Void);
            return;
        }
        if self.seen.insert(theirs, ours).is_some() {
            return;
        }
        let ty = btf.ty(theirs);
        let (name, kind) = (btf.name(theirs), btf.kind(theirs));
        if kind != sys::BTF_KIND_PTR {
            let size = btf.size(theirs);
            self.equal(&format!("size of {name}"), Some(schema.size(ours)), size);
        }
        match (kind, schema.ty(ours)) {
            (
                sys::BTF_KIND_INT | sys::BTF_KIND_FLOAT,
                Type::Int { name: ours, .. } | Type::Float { name: ours, .. },
            ) => self.equal("name", ours, &name),
            (sys::BTF_KIND_PTR, Type::Pointer { .. }) => {}
            (sys::BTF_KIND_TYPEDEF, Type::Typedef { name: ours, target }) => {
                self.equal("name", ours, &name);
                self.ty(*target, btf.third(ty));
            }
            (sys::BTF_KIND_ARRAY, Type::Array { element, count }) => {
                let (inner, theirs) = btf.array(ty);
                self.equal("array", *count, theirs);
                self.ty(*element, inner);
            }
            (sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION, Type::Composite(ours)) => {
                self.equal(&name, ours.union, kind == sys::BTF_KIND_UNION);
                self.members(btf, ours, ty, &name);
            }
            (sys::BTF_KIND_ENUM | sys::BTF_KIND_ENUM64, Type::Enum(ours)) => {
                self.variants(btf, ours, ty, &name, kind);
            }
            (kind, ours) => self
                .differences
                .push(format!("{name}: {ours:?}, libbpf has kind {kind}")),
        }
    }

    fn members(&mut self, btf: Btf<'_>, ours: &Composite, ty: &sys::btf_type, name: &str) {
        self.equal(
            &format!("{name}, tag"),
            ours.name.as_deref().unwrap_or(""),
            name,
        );
        let members = btf.members(ty);
        self.equal(
            &format!("{name}, members"),
            ours.members.len(),
            members.len(),
        );
        for (ours, member) in ours.members.iter().zip(members) {
            let place = format!("{name}.{}", member.name);
            let of_ours = ours.name.as_deref().unwrap_or("");
            self.equal(&place, of_ours, member.name.as_str());
            self.equal(&place, ours.bit_offset, u64::from(member.bit_offset));
            self.equal(&place, ours.bitfield, member.bits);
            self.ty(ours.ty, member.ty);
        }
    }

    fn variants(&mut self, btf: Btf<'_>, ours: &Enum, ty: &sys::btf_type, name: &str, kind: u32) {
        let signed = ty.info >> 31 == 1;
        self.equal(&format!("{name}, signed"), ours.signed, signed);
        let values: Vec<(u32, u64)> = if kind == sys::BTF_KIND_ENUM64 {
            let wide = |[name, low, high]: [u32; 3]| (name, u64::from(high) << 32 | u64::from(low));
            btf.entries::<3>(ty).into_iter().map(wide).collect()
        } else {
            let extend = |value: u32| {
                if signed {
                    i64::from(value as i32) as u64
                } else {
                    value.into()
                }
            };
            let narrow = |[name, value]: [u32; 2]| (name, extend(value));
            btf.entries::<2>(ty).into_iter().map(narrow).collect()
        };
        let variants: Vec<(String, i128)> = values
            .into_iter()
            .map(|(name, value)| {
                let value = if signed {
                    i128::from(value as i64)
                } else {
                    value.into()
                };
                (btf.name_at(name), value)
            })
            .collect();
        self.equal(&format!("{name}, enumerators"), &ours.variants, &variants);
    }
}

/// A global variable, as libbpf has it.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The C name.
    pub name: String,
    /// From the start of its section, in bytes.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
    /// The BTF id of its type.
    pub ty: u32,
    /// Whether its file keeps it to itself.
    pub is_static: bool,
}
