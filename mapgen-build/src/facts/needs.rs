//! What a map or a program needs of a kernel, one by one.

use std::collections::HashMap;
use std::sync::LazyLock;

use mapgen_schema::{Map, Program, Schema, Type, TypeId, kinds};

use crate::btf::BtfFeature;

use super::{Release, flags, map_type, program_type, rows, section};

/// Something that kernels have from a release on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// As a message says it: "map type `ringbuf`".
    pub what: String,
    /// The name that `allow_newer` knows it by: `ringbuf`.
    pub name: String,
    /// The first kernel that has it.
    pub since: Release,
}

impl Need {
    pub(crate) fn new(what: String, name: impl Into<String>, since: Release) -> Self {
        Self {
            what,
            name: name.into(),
            since,
        }
    }
}

/// Global variables need `BPF_PSEUDO_MAP_VALUE`.
pub(crate) const GLOBAL_DATA: Release = Release { major: 5, minor: 2 };
/// Before, the key of a hash fitted a program's stack (`MAX_BPF_STACK`).
const WIDE_HASH_KEY: Release = Release {
    major: 5,
    minor: 11,
};
const STACK: u32 = 512;
/// `map_extra` came with Bloom filters.
const MAP_EXTRA: Release = Release {
    major: 5,
    minor: 16,
};

/// By name, the release and what it is.
type Table = LazyLock<HashMap<&'static str, (Release, &'static str)>>;

/// Names of types, `@tag` of pointers, and what they are.
static MEMBERS: Table = LazyLock::new(|| table(include_str!("members.tsv")));
static INSTRUCTIONS: Table = LazyLock::new(|| table(include_str!("instructions.tsv")));
static BTF: Table = LazyLock::new(|| table(include_str!("btf.tsv")));

fn table(text: &'static str) -> HashMap<&'static str, (Release, &'static str)> {
    rows(text)
        .filter_map(|row| Some((*row.first()?, (row.get(1)?.parse().ok()?, *row.get(2)?))))
        .collect()
}

/// Everything that a map needs, its inner map included; what no table knows is left out.
pub fn of_map(schema: &Schema, map: &Map) -> Vec<Need> {
    let mut needs = Vec::new();
    let Some(kind) = kinds::name(map.kind) else {
        return needs;
    };
    let kind_since = map_type(kind);
    needs.extend(kind_since.map(|since| Need::new(format!("map type `{kind}`"), kind, since)));
    for flag in flags(map.map_flags) {
        // A kind may ask for a flag, as local storages ask for one of 4.6.
        let what = format!("flag `BPF_F_{}`", flag.name);
        needs.push(Need::new(what, format!("BPF_F_{}", flag.name), flag.since));
    }
    if map.key_size > STACK && kind.contains("hash") {
        let what = format!(
            "a key of {} bytes, more than {STACK}, in a hash",
            map.key_size
        );
        needs.push(Need::new(what, "wide_key", WIDE_HASH_KEY));
    }
    if map.map_extra != 0 {
        needs.push(Need::new("`map_extra`".to_owned(), "map_extra", MAP_EXTRA));
    }
    if let Some(value) = map.value {
        needs.extend(of_value(schema, value));
    }
    if let Some(inner) = &map.inner {
        let inner = of_map(schema, inner).into_iter().map(|need| Need {
            what: format!("{} of its inner map", need.what),
            ..need
        });
        needs.extend(inner);
    }
    // A map that exists with its kind only needs the rest no sooner.
    let least = kind_since.unwrap_or(Release { major: 0, minor: 0 });
    let mut first = true;
    needs.retain(|need| std::mem::take(&mut first) || need.since > least);
    needs
}

/// What belongs to the kernel in a value, each kind once.
fn of_value(schema: &Schema, value: TypeId) -> Vec<Need> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut queue = vec![value];
    while let Some(id) = queue.pop() {
        let id = schema.resolved_id(id);
        if !seen.insert(id) {
            continue;
        }
        let name = match schema.ty(id) {
            Type::Array { element, .. } => {
                queue.push(*element);
                continue;
            }
            Type::Composite(composite) => {
                queue.extend(composite.members.iter().map(|member| member.ty));
                composite.name.clone()
            }
            Type::Pointer { tag, .. } => tag.as_ref().map(|tag| format!("@{tag}")),
            _ => None,
        };
        let Some(name) = name else { continue };
        if let Some((since, what)) = MEMBERS.get(name.as_str()) {
            let name = name.trim_start_matches('@');
            found.push(Need::new(
                format!("{what} (`{name}`) in a value"),
                name,
                *since,
            ));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup();
    found
}

/// What a program needs by its section, whatever its code does.
pub fn of_program(program: &Program) -> Vec<Need> {
    let mut needs = Vec::new();
    if let Some(since) = program_type(&program.kind) {
        let what = format!("program type `{}`", program.kind);
        needs.push(Need::new(what, &program.kind, since));
    }
    let kind = section(&program.section);
    let since = |kind: &super::SectionKind| needs.iter().all(|need| kind.since > need.since);
    if let Some(kind) = kind.filter(since) {
        let section = program.section.trim_start_matches('?');
        let stem = section.split('/').next().unwrap_or(section);
        let (what, name) = match kind.attach {
            Some(attach) => (format!("attach type `{attach}`"), attach),
            None => (format!("section `{stem}`"), stem),
        };
        needs.push(Need::new(what, name, kind.since));
    }
    needs
}

/// What an extension of the instruction set needs, by the name that `What` has for it.
pub(crate) fn of_instruction(name: &str) -> Option<Need> {
    let (since, what) = INSTRUCTIONS.get(name)?;
    Some(Need::new((*what).to_owned(), name, *since))
}

/// What an object's BTF needs, by the name of the [`BtfFeature`](crate::BtfFeature).
pub fn of_btf(feature: &str) -> Option<Need> {
    let (since, what) = BTF.get(feature)?;
    Some(Need::new((*what).to_owned(), feature, *since))
}

/// The names of needs besides helpers, kfuncs and map types.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let members = MEMBERS.keys().map(|name| name.trim_start_matches('@'));
    members
        .chain(INSTRUCTIONS.keys().copied())
        .chain(BTF.keys().copied())
        .chain([BtfFeature::WIDE_ENUM_BITS])
        .chain(["global_data", "wide_key", "map_extra"])
}
