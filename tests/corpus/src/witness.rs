//! A schema against DWARF: the second witness, which shares no code with BTF but clang's
//! own idea of a type.
//!
//! Compared is what has a name: the structs, unions, enumerations and typedefs of the schema, the
//! variables of its sections, the keys and values of its maps, and everything in them,
//! anonymous members by their path. Alignment is in neither.

use std::collections::BTreeSet;

use mapgen_schema::{Composite, Enum, IntKind, Schema, Type, TypeId};

use crate::dwarf::{Dwarf, Entry, Place, Record};

/// What was compared, and in what both differ.
#[derive(Default)]
pub(crate) struct Compared {
    /// Structs, unions and enumerations.
    pub(crate) types: usize,
    /// Their members and enumerators.
    pub(crate) members: usize,
    /// Types that DWARF does not have.
    pub(crate) missing: Vec<String>,
    pub(crate) differences: Vec<String>,
}

/// Compares every type of a schema that has a name.
pub(crate) fn compare(schema: &Schema, dwarf: &Dwarf) -> Compared {
    let mut all = Comparison::new(schema, dwarf);
    for (id, ty) in (0..).map(TypeId).zip(&schema.types) {
        let name = match ty {
            Type::Composite(composite) => composite.name.as_deref(),
            Type::Enum(enumeration) => enumeration.name.as_deref(),
            Type::Typedef { name, .. } => Some(name.as_str()),
            _ => None,
        };
        if let Some(name) = name {
            all.any(name, name, |one, place| {
                one.sort(id, place)?;
                one.ty(id, Some(place), name);
                Some(())
            });
        }
    }
    for section in &schema.sections {
        for var in &section.vars {
            let path = format!("{} {}", section.name, var.name);
            all.any(declared(&var.name), &path, |one, place| {
                let Some(Entry::Variable { ty }) = dwarf.entry(place) else {
                    return None;
                };
                one.ty(var.ty, *ty, &path);
                Some(())
            });
        }
    }
    for map in schema.maps.iter().filter(|map| map.type_id != 0) {
        for (role, ours) in [("key", map.key), ("value", map.value)] {
            let Some(ours) = ours else { continue };
            let path = format!("map {}, {role}", map.name);
            all.any(&map.name, &path, |one, place| {
                let theirs = pointee(dwarf, place, role)?;
                one.ty(ours, theirs, &path);
                Some(())
            });
        }
    }
    Compared {
        types: all.types,
        members: all.members,
        missing: all.missing,
        differences: all.differences,
    }
}

/// The name that C has for a variable: a static one inside a function is called
/// `function.name` by clang, with a number behind where there are several.
fn declared(symbol: &str) -> &str {
    symbol.split('.').nth(1).unwrap_or(symbol)
}

/// What the member of a map's definition points to.
fn pointee(dwarf: &Dwarf, variable: Place, role: &str) -> Option<Option<Place>> {
    let Entry::Variable { ty } = dwarf.entry(variable)? else {
        return None;
    };
    let Entry::Record(definition) = dwarf.entry(dwarf.resolved(*ty)?)? else {
        return None;
    };
    let member = definition
        .members
        .iter()
        .find(|member| member.name == role)?;
    match dwarf.entry(dwarf.unqualified(member.ty)?)? {
        Entry::Pointer { ty } => Some(*ty),
        _ => None,
    }
}

struct Comparison<'a> {
    schema: &'a Schema,
    dwarf: &'a Dwarf,
    /// Found equal, or being compared; in the order in which they were met, and as a set.
    seen: Vec<(TypeId, Place)>,
    is_seen: BTreeSet<(TypeId, Place)>,
    types: usize,
    members: usize,
    missing: Vec<String>,
    differences: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn new(schema: &'a Schema, dwarf: &'a Dwarf) -> Self {
        Self {
            schema,
            dwarf,
            seen: Vec::new(),
            is_seen: BTreeSet::new(),
            types: 0,
            members: 0,
            missing: Vec::new(),
            differences: Vec::new(),
        }
    }

    /// Compares with everything of a name for which `compare` says something: one must be
    /// equal, since scopes of C may have types of one name.
    fn any(&mut self, name: &str, path: &str, compare: impl Fn(&mut Self, Place) -> Option<()>) {
        let mut found: Option<Vec<String>> = None;
        for place in self.dwarf.named(name) {
            let before = (self.seen.len(), self.differences.len());
            let counts = (self.types, self.members);
            if compare(self, place).is_some() && self.differences.len() == before.1 {
                return;
            }
            for pair in self.seen.drain(before.0..) {
                self.is_seen.remove(&pair);
            }
            (self.types, self.members) = counts;
            let differences = self.differences.split_off(before.1);
            if !differences.is_empty() {
                found.get_or_insert(differences);
            }
        }
        match found {
            Some(differences) => self.differences.extend(differences),
            None => self.missing.push(path.to_owned()),
        }
    }

    /// Whether both are structs, unions, and so on.
    fn sort(&self, ours: TypeId, theirs: Place) -> Option<()> {
        let same = match (self.schema.ty(ours), self.dwarf.entry(theirs)) {
            (Type::Composite(ours), Some(Entry::Record(record))) => ours.union == record.union,
            (Type::Enum(_), Some(Entry::Enumeration { .. }))
            | (Type::Typedef { .. }, Some(Entry::Typedef { .. })) => true,
            _ => false,
        };
        same.then_some(())
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, dwarf: T) {
        if ours != dwarf {
            self.differences
                .push(format!("{what}: {ours:?}, DWARF has {dwarf:?}"));
        }
    }

    fn ty(&mut self, ours: TypeId, theirs: Option<Place>, path: &str) {
        let (schema, dwarf) = (self.schema, self.dwarf);
        let theirs = dwarf.unqualified(theirs);
        let Some(place) = theirs else {
            self.equal(path, schema.ty(ours), &Type::Void);
            return;
        };
        if !self.is_seen.insert((ours, place)) {
            return;
        }
        self.seen.push((ours, place));
        match (schema.ty(ours), dwarf.entry(place)) {
            (Type::Typedef { name, target }, Some(Entry::Typedef { name: theirs, ty })) => {
                self.equal(path, name, theirs);
                self.ty(*target, *ty, path);
            }
            (
                Type::Int { name, size, kind },
                Some(Entry::Base {
                    name: theirs,
                    size: bytes,
                    encoding,
                }),
            ) => {
                self.equal(&format!("{path}: type"), name, theirs);
                self.equal(&format!("{path}: size"), u64::from(*size), *bytes);
                let agree = match *encoding {
                    gimli::DW_ATE_boolean => *kind == IntKind::Bool,
                    gimli::DW_ATE_signed => *kind == IntKind::Signed,
                    gimli::DW_ATE_unsigned => *kind == IntKind::Unsigned,
                    gimli::DW_ATE_signed_char => matches!(kind, IntKind::Signed | IntKind::Char),
                    gimli::DW_ATE_unsigned_char => {
                        matches!(kind, IntKind::Unsigned | IntKind::Char)
                    }
                    _ => false,
                };
                if !agree {
                    self.differences
                        .push(format!("{path}: {kind:?}, DWARF has {encoding}"));
                }
            }
            (
                Type::Float { name, size },
                Some(Entry::Base {
                    name: theirs,
                    size: bytes,
                    encoding,
                }),
            ) => {
                self.equal(&format!("{path}: type"), name, theirs);
                self.equal(&format!("{path}: size"), u64::from(*size), *bytes);
                self.equal(path, gimli::DW_ATE_float, *encoding);
            }
            // Neither is followed. What it points to has a name of its own.
            (Type::Pointer { .. }, Some(Entry::Pointer { .. })) => {}
            (Type::Array { .. }, Some(Entry::Array { ty, dims })) => {
                let mut element = ours;
                for (depth, &theirs) in dims.iter().enumerate() {
                    // A typedef of an array has an entry of its own.
                    let Type::Array {
                        element: inner,
                        count,
                    } = schema.ty(element)
                    else {
                        self.equal(&format!("{path}: dimensions"), depth, dims.len());
                        return;
                    };
                    self.equal(&format!("{path}: length"), u64::from(*count), theirs);
                    element = *inner;
                }
                self.ty(element, *ty, path);
            }
            (Type::Composite(ours), Some(Entry::Record(theirs))) => {
                self.types += 1;
                self.record(ours, theirs, path);
            }
            (Type::Enum(ours), Some(Entry::Enumeration { name, size, values })) => {
                self.types += 1;
                self.enumeration(ours, name, *size, values, path);
            }
            (ours, theirs) => self
                .differences
                .push(format!("{path}: {ours:?}, DWARF has {theirs:?}")),
        }
    }

    fn record(&mut self, ours: &Composite, theirs: &Record, path: &str) {
        self.equal(path, ours.union, theirs.union);
        self.equal(path, ours.name.as_deref().unwrap_or(""), &*theirs.name);
        self.equal(&format!("{path}: size"), u64::from(ours.size), theirs.size);
        let (count, theirs) = (ours.members.len(), &theirs.members);
        self.equal(&format!("{path}: members"), count, theirs.len());
        for (index, (ours, theirs)) in ours.members.iter().zip(theirs).enumerate() {
            self.members += 1;
            let path = match ours.name.as_deref() {
                Some(name) => format!("{path}.{name}"),
                None => format!("{path}.#{index}"),
            };
            self.equal(&path, ours.name.as_deref().unwrap_or(""), &*theirs.name);
            let what = format!("{path}: bit offset");
            self.equal(&what, ours.bit_offset, theirs.bit_offset);
            let what = format!("{path}: width in bits");
            self.equal(&what, ours.bitfield.map(u64::from), theirs.bits);
            self.ty(ours.ty, theirs.ty, &path);
        }
    }

    fn enumeration(
        &mut self,
        ours: &Enum,
        name: &str,
        size: u64,
        values: &[(String, i128)],
        path: &str,
    ) {
        self.equal(path, ours.name.as_deref().unwrap_or(""), name);
        self.equal(&format!("{path}: size"), u64::from(ours.size), size);
        self.members += values.len();
        self.equal(path, &ours.variants[..], values);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn samples() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ebpf-samples/bpf")
    }

    /// A sample compiled with DWARF, and both readings of it.
    fn read(source: &Path, target: &str) -> Option<(Schema, Dwarf)> {
        let folder = tempfile::tempdir().expect("a folder");
        let include = format!("-I{}", source.parent().expect("a folder").display());
        let multiarch = format!("/usr/include/{}-linux-gnu", std::env::consts::ARCH);
        let arguments = [
            "-g",
            "-mcpu=v3",
            target,
            "-D__TARGET_ARCH_x86",
            &include,
            "-idirafter",
            &multiarch,
        ];
        let text = fs::read_to_string(source).expect("a source");
        let object = mapgen_test_support::compile(folder.path(), "sample", &text, &arguments)?;
        let schema = mapgen_build::read(&object, &Default::default()).expect("a schema");
        Some((schema, Dwarf::read(&object).expect("DWARF")))
    }

    #[test]
    fn every_sample_is_what_dwarf_says_in_both_byte_orders() {
        for target in ["--target=bpfel", "--target=bpfeb"] {
            for name in ["flow.bpf.c", "tcpwatch.bpf.c", "layouts.bpf.c"] {
                let Some((schema, dwarf)) = read(&samples().join(name), target) else {
                    return;
                };
                let compared = compare(&schema, &dwarf);
                assert_eq!(compared.differences, [""; 0], "{name} {target}");
                assert_eq!(compared.missing, [""; 0], "{name} {target}");
                let (types, members) = (compared.types, compared.members);
                println!("{name} {target}: {types} types, {members} members");
                assert!(types > 0 && members > types, "{name} {target}");
            }
        }
    }

    #[test]
    fn a_schema_that_is_wrong_in_one_number_differs() {
        let Some((schema, dwarf)) = read(&samples().join("layouts.bpf.c"), "--target=bpfel") else {
            return;
        };
        for (index, ty) in schema.types.iter().enumerate() {
            let Type::Composite(composite) = ty else {
                continue;
            };
            if composite.name.is_none() || composite.members.is_empty() {
                continue;
            }
            let wrong = |change: fn(&mut Composite)| {
                let mut schema = schema.clone();
                if let Type::Composite(composite) = &mut schema.types[index] {
                    change(composite);
                }
                compare(&schema, &dwarf)
            };
            for (what, change) in CHANGES {
                let name = composite.name.as_deref();
                let compared = wrong(change);
                // A struct that nothing else of the schema refers to is missing as a union.
                let seen = !compared.differences.is_empty() || !compared.missing.is_empty();
                assert!(seen, "{what} of {name:?}");
            }
            let renamed = wrong(|composite| composite.name = Some("no_such_struct".to_owned()));
            assert_eq!(renamed.missing, ["no_such_struct"]);
        }
    }

    /// A thing that can be wrong with a struct, and what makes it so.
    type Change = (&'static str, fn(&mut Composite));

    const CHANGES: [Change; 7] = [
        ("the size", |of| of.size += 1),
        ("the sort", |of| of.union = !of.union),
        ("an offset", |of| of.members[0].bit_offset += 1),
        ("a width", |of| {
            of.members[0].bitfield = match of.members[0].bitfield {
                None => Some(3),
                Some(_) => None,
            }
        }),
        ("a name", |of| {
            of.members[0].name = Some("no_such_member".to_owned())
        }),
        ("a member", |of| drop(of.members.pop())),
        ("a type", |of| of.members[0].ty = TypeId::VOID),
    ];
}
