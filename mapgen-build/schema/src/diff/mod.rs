//! What differs between two schemas.
//!
//! 1. [`diff`](fn@diff) pairs maps and sections by name; one map removed and one added with
//!    the same layout are one that was renamed.
//! 2. `members` compares two types scalar by scalar, and tells scalars that were renamed
//!    from those that moved.
//! 3. `pins` says what becomes of maps that an older version left pinned.
//! 4. `text` writes it for people, old beside new.
//!
//! Whoever compares two layouts at build time asks here: a prebuilt object against its
//! source, objects that share a map, the layout lock.

mod members;
mod pins;
mod text;

use std::collections::{HashMap, HashSet};

pub use members::{Change, EnumeratorDiff, Hole, MemberDiff, TypeDiff};
pub use pins::{Pins, Way};

use crate::layout::Leaf;
use crate::model::{Map, Pinning, Schema, Section, Type, TypeId};
use crate::{ctext, hash, kinds};

/// What differs between two schemas; empty where nothing does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// The old object's file name.
    pub old: String,
    /// The new object's file name.
    pub new: String,
    /// Maps, in the order of the new object, then those that are gone.
    pub maps: Vec<MapDiff>,
    /// Data sections, in the same order.
    pub sections: Vec<SectionDiff>,
    /// Types that both have under one name and that no map or section reaches, such as
    /// the records of ring buffers.
    pub types: Vec<TypeDiff>,
}

/// Which side has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Both.
    Both,
    /// The new one alone.
    Added,
    /// The old one alone.
    Removed,
}

impl Presence {
    /// `"changed"`, `"added"`, `"removed"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Both => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// What differs between two maps.
#[derive(Clone, Debug, PartialEq)]
pub struct MapDiff {
    /// The C name: the new one, where the map was renamed.
    pub name: String,
    /// The C name that it had, where the map was renamed.
    pub renamed_from: Option<String>,
    /// Which side has it.
    pub presence: Presence,
    /// The kind, on the new side where there is one.
    pub kind: u32,
    /// Numbers and words that differ: `type`, `key_size`, `value_size`, `max_entries`,
    /// `map_flags`, `map_extra`, `pinning`.
    pub attributes: Vec<AttributeDiff>,
    /// How the type of its keys differs.
    pub key: Option<TypeDiff>,
    /// How the type of its values differs.
    pub value: Option<TypeDiff>,
    /// How the declared inner map differs.
    pub inner: Option<Box<MapDiff>>,
    /// What becomes of live pinned maps; `None` where neither side pins it.
    pub pins: Option<Pins>,
}

/// An attribute of a map that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDiff {
    /// As C spells it: `max_entries`.
    pub name: &'static str,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// What differs between two data sections.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionDiff {
    /// `.rodata`, `.bss`, …
    pub name: String,
    /// Which side has it.
    pub presence: Presence,
    /// Its variables, as the members of one type; a path starts with the variable.
    pub vars: TypeDiff,
}

/// How much a difference weighs for bytes that are kept: in a pinned map, or in another
/// program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing of the layout differs, C spellings apart.
    Same,
    /// Names of members or enumerators differ: the bytes mean what they meant.
    Names,
    /// Bytes, kind, capacity or flags differ.
    Layout,
}

/// What differs from `old` to `new`.
///
/// ```
/// use mapgen_schema::{Map, Schema, diff};
/// let map = |max_entries| Map { name: "conns".to_owned(), kind: 1, max_entries, ..Map::default() };
/// let schema = |max_entries| Schema { maps: vec![map(max_entries)], ..Schema::default() };
/// assert!(diff::diff(&schema(8), &schema(8)).is_empty());
/// let diff = diff::diff(&schema(8), &schema(16));
/// assert_eq!(diff.maps[0].attributes[0].name, "max_entries");
/// ```
pub fn diff(old: &Schema, new: &Schema) -> Diff {
    let mut out = Diff {
        old: old.object.clone(),
        new: new.object.clone(),
        maps: maps(old, new),
        sections: sections(old, new),
        types: Vec::new(),
    };
    out.types = types(old, new);
    out
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.maps.is_empty() && self.sections.is_empty() && self.types.is_empty()
    }

    /// How much the heaviest difference weighs.
    pub fn weight(&self) -> Weight {
        let maps = self.maps.iter().map(MapDiff::weight);
        let sections = self.sections.iter().map(SectionDiff::weight);
        let types = self.types.iter().map(TypeDiff::weight);
        let all = maps.chain(sections).chain(types);
        all.max().unwrap_or(Weight::Same)
    }
}

impl MapDiff {
    /// How much the heaviest difference weighs. A map that one side lacks, or knows by
    /// another name, weighs as a layout.
    pub fn weight(&self) -> Weight {
        if self.presence != Presence::Both
            || self.renamed_from.is_some()
            || !self.attributes.is_empty()
        {
            return Weight::Layout;
        }
        let types = [&self.key, &self.value].into_iter().flatten();
        let inner = self.inner.as_ref().map(|inner| inner.weight());
        let all = types.map(TypeDiff::weight).chain(inner);
        all.max().unwrap_or(Weight::Same)
    }
}

impl SectionDiff {
    /// How much the heaviest difference weighs.
    pub fn weight(&self) -> Weight {
        match self.presence {
            Presence::Both => self.vars.weight(),
            Presence::Added | Presence::Removed => Weight::Layout,
        }
    }
}

fn maps(old: &Schema, new: &Schema) -> Vec<MapDiff> {
    let before: HashMap<&str, &Map> = old.maps.iter().map(|m| (m.name.as_str(), m)).collect();
    let names: HashSet<&str> = new.maps.iter().map(|map| map.name.as_str()).collect();
    let gone = old.maps.iter().filter(|map| !names.contains(&*map.name));
    let came = new
        .maps
        .iter()
        .filter(|map| !before.contains_key(&*map.name));
    let renamed = renamed((old, gone.clone().collect()), (new, came.collect()));
    let mut out = Vec::new();
    for map in &new.maps {
        match (before.get(&*map.name), renamed.get(&*map.name)) {
            (Some(before), _) => out.extend(self::map((old, before), (new, map))),
            (None, Some(before)) => {
                let mut diff = compared((old, before), (new, map));
                diff.renamed_from = Some(before.name.clone());
                diff.pins = pins::of((old, before), (new, map), &diff);
                out.push(diff);
            }
            (None, None) => out.push(alone(map, Presence::Added)),
        }
    }
    let stays: HashSet<&str> = renamed.values().map(|map| map.name.as_str()).collect();
    let gone = gone.filter(|map| !stays.contains(&*map.name));
    out.extend(gone.map(|map| alone(map, Presence::Removed)));
    out
}

/// What maps were called before, by their new names: where one map is gone and one came
/// with its layout.
fn renamed<'a>(
    (old, gone): (&Schema, Vec<&'a Map>),
    (new, came): (&Schema, Vec<&'a Map>),
) -> HashMap<&'a str, &'a Map> {
    if gone.is_empty() || came.is_empty() {
        return HashMap::new();
    }
    let mut by_layout: HashMap<u64, (Vec<&Map>, Vec<&Map>)> = HashMap::new();
    for map in gone {
        by_layout
            .entry(hash::layout(old, map))
            .or_default()
            .0
            .push(map);
    }
    for map in came {
        by_layout
            .entry(hash::layout(new, map))
            .or_default()
            .1
            .push(map);
    }
    let pairs = by_layout.into_values();
    pairs
        .filter_map(|pair| match (&pair.0[..], &pair.1[..]) {
            (&[before], &[map]) => Some((map.name.as_str(), before)),
            _ => None,
        })
        .collect()
}

/// A map that one side alone has.
fn alone(map: &Map, presence: Presence) -> MapDiff {
    let pins = (map.pinning == Pinning::ByName).then_some(match presence {
        Presence::Removed => Pins::Left,
        Presence::Added | Presence::Both => Pins::None,
    });
    MapDiff {
        name: map.name.clone(),
        renamed_from: None,
        presence,
        kind: map.kind,
        attributes: Vec::new(),
        key: None,
        value: None,
        inner: None,
        pins,
    }
}

/// What differs between two maps, each of its own schema; `None` where nothing does.
///
/// Their names are not compared, nor is the NUMA node: the kernel does not tell it.
pub fn map(old: (&Schema, &Map), new: (&Schema, &Map)) -> Option<MapDiff> {
    let mut diff = compared(old, new);
    let same = diff.attributes.is_empty()
        && diff.key.is_none()
        && diff.value.is_none()
        && diff.inner.is_none();
    if same {
        return None;
    }
    diff.pins = pins::of(old, new, &diff);
    Some(diff)
}

/// What differs between two types, each of its own schema; `None` where nothing does.
/// `role` is what the type is called in the text.
pub fn ty(role: &str, old: (&Schema, TypeId), new: (&Schema, TypeId)) -> Option<TypeDiff> {
    members::types(role, (old.0, Some(old.1)), (new.0, Some(new.1)))
}

fn compared((old_schema, old): (&Schema, &Map), (new_schema, new): (&Schema, &Map)) -> MapDiff {
    let inner = match (&old.inner, &new.inner) {
        (Some(old), Some(new)) => map((old_schema, old), (new_schema, new)),
        (Some(old), None) => Some(alone(old, Presence::Removed)),
        (None, Some(new)) => Some(alone(new, Presence::Added)),
        (None, None) => None,
    };
    MapDiff {
        name: new.name.clone(),
        renamed_from: None,
        presence: Presence::Both,
        kind: new.kind,
        attributes: attributes(old, new),
        key: members::types("key", (old_schema, old.key), (new_schema, new.key)),
        value: members::types("value", (old_schema, old.value), (new_schema, new.value)),
        inner: inner.map(Box::new),
        pins: None,
    }
}

fn attributes(old: &Map, new: &Map) -> Vec<AttributeDiff> {
    let sized = |map: &Map| (map.key_at_run_time(), map.value_at_run_time());
    let number = |number: u32, at_run_time: bool| match at_run_time {
        true => "at run time".to_owned(),
        false => number.to_string(),
    };
    let entries = |map: &Map| number(map.max_entries, map.max_entries == 0);
    let pinning = |map: &Map| match map.pinning {
        Pinning::None => "none".to_owned(),
        Pinning::ByName => "by_name".to_owned(),
    };
    let flags = |map: &Map| format!("{:#x}", map.map_flags);
    [
        ("type", kinds::label(old.kind), kinds::label(new.kind)),
        (
            "key_size",
            number(old.key_size, sized(old).0),
            number(new.key_size, sized(new).0),
        ),
        (
            "value_size",
            number(old.value_size, sized(old).1),
            number(new.value_size, sized(new).1),
        ),
        ("max_entries", entries(old), entries(new)),
        ("map_flags", flags(old), flags(new)),
        (
            "map_extra",
            old.map_extra.to_string(),
            new.map_extra.to_string(),
        ),
        ("pinning", pinning(old), pinning(new)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(name, old, new)| AttributeDiff { name, old, new })
    .collect()
}

fn sections(old: &Schema, new: &Schema) -> Vec<SectionDiff> {
    let find = |schema: &'_ Schema, name: &str| -> Option<usize> {
        let mut all = schema.sections.iter();
        all.position(|section| section.name == name)
    };
    let mut out = Vec::new();
    for section in &new.sections {
        let before = find(old, &section.name).map(|at| &old.sections[at]);
        out.extend(section_diff((old, before), (new, Some(section))));
    }
    for section in &old.sections {
        if find(new, &section.name).is_none() {
            out.extend(section_diff((old, Some(section)), (new, None)));
        }
    }
    out
}

fn section_diff(
    (old_schema, old): (&Schema, Option<&Section>),
    (new_schema, new): (&Schema, Option<&Section>),
) -> Option<SectionDiff> {
    let side = |schema: &Schema, section: &Section| members::Side {
        ctype: format!("section `{}`", section.name),
        size: u64::from(section.size),
        leaves: section
            .vars
            .iter()
            .flat_map(|var| {
                let leaves = schema.leaves(var.ty).into_iter();
                leaves.map(|leaf| Leaf {
                    path: match leaf.path.starts_with('[') || leaf.path.is_empty() {
                        true => format!("{}{}", var.name, leaf.path),
                        false => format!("{}.{}", var.name, leaf.path),
                    },
                    bit_offset: leaf.bit_offset + 8 * u64::from(var.offset),
                    ..leaf
                })
            })
            .collect(),
        holes: Vec::new(),
    };
    let vars = members::compare(
        "variables",
        (old_schema, old.map(|section| side(old_schema, section))),
        (new_schema, new.map(|section| side(new_schema, section))),
    )?;
    let (presence, name) = match (old, new) {
        (Some(_), Some(new)) => (Presence::Both, &new.name),
        (Some(old), None) => (Presence::Removed, &old.name),
        (None, Some(new)) => (Presence::Added, &new.name),
        (None, None) => return None,
    };
    Some(SectionDiff {
        name: name.clone(),
        presence,
        vars,
    })
}

/// Types of one name that neither a map nor a section reaches.
fn types(old: &Schema, new: &Schema) -> Vec<TypeDiff> {
    let named = |schema: &Schema| -> Vec<(String, TypeId)> {
        let reached = reached(schema);
        (0..schema.types.len())
            .filter(|&at| !reached[at])
            .filter_map(|at| {
                let id = TypeId(u32::try_from(at).ok()?);
                let tagged = match schema.ty(id) {
                    Type::Composite(composite) => composite.name.is_some(),
                    Type::Enum(e) => e.name.is_some(),
                    Type::Typedef { target, .. } => match schema.ty(*target) {
                        Type::Composite(composite) => composite.name.is_none(),
                        Type::Enum(e) => e.name.is_none(),
                        _ => false,
                    },
                    _ => false,
                };
                tagged.then(|| (ctext::name(schema, id), id))
            })
            .collect()
    };
    let mut before: HashMap<String, TypeId> = HashMap::new();
    for (name, id) in named(old) {
        before.entry(name).or_insert(id);
    }
    let mut out = Vec::new();
    for (name, id) in named(new) {
        if let Some(old_id) = before.remove(&name) {
            out.extend(members::types(&name, (old, Some(old_id)), (new, Some(id))));
        }
    }
    out
}

/// Which types the maps and sections of a schema reach, by their place in
/// [`types`](Schema::types).
pub fn reached(schema: &Schema) -> Vec<bool> {
    let mut reached = vec![false; schema.types.len()];
    let maps = schema.maps.iter();
    let maps = maps.flat_map(|map| [Some(map), map.inner.as_deref()]);
    let sides = maps.flatten().flat_map(|map| [map.key, map.value]);
    let vars = schema.sections.iter().flat_map(|section| &section.vars);
    let mut queue: Vec<TypeId> = sides.flatten().chain(vars.map(|var| var.ty)).collect();
    while let Some(id) = queue.pop() {
        match reached.get_mut(id.index()) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        match schema.ty(id) {
            Type::Array { element, .. } => queue.push(*element),
            Type::Typedef { target, .. } => queue.push(*target),
            Type::Composite(composite) => {
                queue.extend(composite.members.iter().map(|member| member.ty));
            }
            _ => {}
        }
    }
    reached
}
