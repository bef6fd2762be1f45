//! Fields against clang's own record layouts (`-fdump-record-layouts`).

use std::collections::{BTreeMap, BTreeSet};

use mapgen_schema::{Composite, IntKind, Member, Schema, Type, TypeId, ctext};

use super::{read, schema};
use crate::emit::slots::{self, SlotKind};

/// By record: its size, its alignment, and the byte offset of each named member of its
/// own or of an anonymous one in it.
type Records = BTreeMap<String, (u64, Vec<(String, u64)>)>;

fn clangs(name: &str) -> Records {
    let mut records = Records::new();
    for dump in read(&format!("{name}.layouts")).split("*** Dumping AST Record Layout") {
        let mut lines = dump.lines().filter_map(|line| line.split_once("| "));
        let Some((_, head)) = lines.next() else {
            continue;
        };
        let mut members = Vec::new();
        let mut size = 0;
        // Members that are shown deeper than this belong to a named member.
        let mut open = vec![2];
        for (offset, text) in lines {
            if let Some(rest) = text.trim().strip_prefix("[sizeof=") {
                size = rest
                    .split(',')
                    .next()
                    .expect("one part")
                    .parse()
                    .expect("a size");
                continue;
            }
            let depth = text.len() - text.trim_start().len();
            open.retain(|&level| level <= depth);
            if open.last() != Some(&depth) {
                continue;
            }
            let text = text.trim();
            let named = text.rsplit(' ').next().unwrap_or_default();
            // An anonymous record has no name after its place in the source.
            if named.ends_with(')') {
                open.push(depth + 2);
                continue;
            }
            let offset = offset.trim().split(':').next().unwrap_or_default();
            members.push((named.to_owned(), offset.parse().expect("an offset")));
        }
        records.insert(head.trim().to_owned(), (size, members));
    }
    records
}

#[test]
fn every_member_stands_where_clang_puts_it() {
    let mut compared = 0;
    for name in ["maps", "unions", "enums", "kinds"] {
        let (schema, records) = (schema(name), clangs(name));
        for index in 0..schema.types.len() {
            let id = TypeId(u32::try_from(index).expect("a small schema"));
            let Type::Composite(composite) = schema.ty(id) else {
                continue;
            };
            let ctype = ctext::name(&schema, id);
            let Some((size, members)) = records.get(&ctype) else {
                continue;
            };
            let parts = if composite.union {
                slots::of_union(&schema, composite)
            } else {
                slots::of_struct(&schema, composite).expect("clang laid it out")
            };
            let mut ours: Vec<(String, u64)> = parts
                .slots
                .iter()
                .filter_map(|slot| match &slot.kind {
                    SlotKind::Member { name, .. } => Some((name.clone(), slot.offset)),
                    _ => None,
                })
                .chain(
                    parts
                        .accesses
                        .iter()
                        .map(|access| (access.name.clone(), access.offset())),
                )
                .collect();
            let mut clangs = members.clone();
            ours.sort();
            clangs.sort();
            assert_eq!(ours, clangs, "{ctype} of {name}");
            assert_eq!(u64::from(composite.size), *size, "{ctype} of {name}");
            if !composite.union {
                let mut at = 0;
                for slot in &parts.slots {
                    assert_eq!(slot.offset, at, "a gap in {ctype} of {name}");
                    at += slot.size;
                }
                assert_eq!(at, *size, "{ctype} of {name}");
            }
            compared += 1;
        }
    }
    assert!(compared >= 14, "only {compared} records were compared");
}

/// `struct { union {}; union {}; unsigned char a; }`, as clang lays it out.
#[test]
fn two_empty_unions_at_one_offset_are_two_fields() {
    let member = |name: Option<&str>, ty: u32| Member {
        name: name.map(str::to_owned),
        ty: TypeId(ty),
        bit_offset: 0,
        bitfield: None,
    };
    let composite = |union, size, members| Composite {
        union,
        name: None,
        size,
        members,
    };
    let byte = Type::Int {
        name: "unsigned char".to_owned(),
        size: 1,
        kind: IntKind::Unsigned,
    };
    let empty = || Type::Composite(composite(true, 0, Vec::new()));
    let schema = Schema {
        types: vec![Type::Void, byte, empty(), empty()],
        ..Schema::default()
    };
    let members = vec![member(None, 2), member(None, 3), member(Some("a"), 1)];
    let parts = slots::of_struct(&schema, &composite(false, 1, members)).expect("C's");
    let names: BTreeSet<String> = parts
        .slots
        .iter()
        .map(|slot| slot.ident.to_string())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}
