//! Rust names of C names.

use std::collections::BTreeMap;

use crate::ctext;
use crate::model::{Schema, Type, TypeId};

/// Rust's strict and reserved keywords of every edition so far.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "Self",
];

/// A C identifier as a Rust identifier for a field, a constant or a function:
/// unchanged where Rust allows it, `r#type` for a keyword, `self_` for the keywords
/// that cannot be raw, `__` for `_`. The result is the text of the identifier, with
/// the `r#`.
pub fn ident(c: &str) -> String {
    match c {
        "self" | "super" | "crate" | "Self" => format!("{c}_"),
        "_" => "__".to_owned(),
        _ if KEYWORDS.contains(&c) => format!("r#{c}"),
        _ => sanitized(c),
    }
}

/// The Rust type name for a C tag: `flow_key` becomes `FlowKey`.
pub fn type_name(c: &str) -> String {
    let shouting = !c.chars().any(char::is_lowercase);
    let mut out = String::new();
    for part in c
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
    {
        let mut chars = part.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        if shouting {
            out.extend(chars.flat_map(char::to_lowercase));
        } else {
            out.extend(chars);
        }
    }
    if out.is_empty() {
        return "Underscore".to_owned();
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if out == "Self" {
        "Self_".to_owned()
    } else {
        out
    }
}

/// Characters that C (or an ELF section name) allows and Rust does not become `_`.
fn sanitized(c: &str) -> String {
    let mut out: String = c
        .chars()
        .map(|c| {
            if c == '_' || c.is_alphanumeric() {
                c
            } else {
                '_'
            }
        })
        .collect();
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

/// The Rust field or function name of a data section: `.rodata` → `rodata`,
/// `.data.my_cfg` → `data_my_cfg`.
pub fn section_ident(section: &str) -> String {
    ident(&sanitized(section.trim_start_matches('.')))
}

/// Two C types that would take one Rust name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The Rust name.
    pub name: String,
    /// The C spellings of both.
    pub ctypes: [String; 2],
}

/// Rust names by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeNames {
    names: BTreeMap<TypeId, String>,
    /// C types that would have taken a name already given.
    pub collisions: Vec<Collision>,
}

impl TypeNames {
    /// Names every struct, union and enum of a schema that gets a Rust type.
    ///
    /// A tag gives its name, a typedef names an anonymous type, `<Parent><Field>` a
    /// nested anonymous one, `<Map>Key` and `<Map>Value` those written in a map
    /// definition, `<Variable>` those of a global. `renames` maps a C spelling
    /// (`struct foo_bar`) to the Rust name that the user chose. An anonymous struct
    /// or union that is an anonymous member has no type of its own: its members are its
    /// parent's.
    pub fn new(schema: &Schema, renames: &[(String, String)]) -> Self {
        let mut names = Self::default();
        let mut taken: BTreeMap<String, TypeId> = BTreeMap::new();
        let ids = || (0..schema.types.len()).map(|index| TypeId(index as u32));
        // Tags first, so that no anonymous type takes a name that a tag has.
        for id in ids() {
            let tag = match schema.ty(id) {
                Type::Composite(composite) => &composite.name,
                Type::Enum(e) => &e.name,
                _ => continue,
            };
            if let Some(tag) = tag {
                names.give(schema, renames, &mut taken, id, type_name(tag));
            }
        }
        for id in ids() {
            if let Type::Typedef { name, target } = schema.ty(id) {
                names.give_anonymous(schema, renames, &mut taken, *target, type_name(name));
            }
        }
        for map in &schema.maps {
            for (suffix, ty) in [("Key", map.key), ("Value", map.value)] {
                if let Some(ty) = ty {
                    let name = format!("{}{suffix}", type_name(&map.name));
                    names.give_anonymous(schema, renames, &mut taken, ty, name);
                }
            }
        }
        for var in schema.sections.iter().flat_map(|section| &section.vars) {
            names.give_anonymous(schema, renames, &mut taken, var.ty, type_name(&var.name));
        }
        // Parents come after their members in a schema, so walk down from the last.
        for id in ids().rev().collect::<Vec<_>>() {
            if names.names.contains_key(&id) {
                names.name_members(schema, renames, &mut taken, id, id);
            }
        }
        names
    }

    /// The Rust name of a type, looking behind typedefs.
    pub fn get(&self, schema: &Schema, id: TypeId) -> Option<&str> {
        self.names.get(&schema.resolved_id(id)).map(String::as_str)
    }

    /// All named types, by id.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &str)> {
        self.names.iter().map(|(id, name)| (*id, name.as_str()))
    }

    fn name_members(
        &mut self,
        schema: &Schema,
        renames: &[(String, String)],
        taken: &mut BTreeMap<String, TypeId>,
        parent: TypeId,
        id: TypeId,
    ) {
        let Type::Composite(composite) = schema.ty(id) else {
            return;
        };
        let parent_name = self.names[&parent].clone();
        for member in &composite.members {
            let Some(name) = &member.name else {
                // What it holds is its parent's.
                if let Type::Composite(_) = schema.ty(member.ty) {
                    self.name_members(schema, renames, taken, parent, member.ty);
                }
                continue;
            };
            let suffix = type_name(name);
            let name = format!("{parent_name}{suffix}");
            self.give_anonymous(schema, renames, taken, member.ty, name);
            // A child just named may come before this one in the table.
            let child = behind_arrays(schema, member.ty);
            if child != id && self.names.contains_key(&child) && is_anonymous(schema, child) {
                self.name_members(schema, renames, taken, child, child);
            }
        }
    }

    fn give_anonymous(
        &mut self,
        schema: &Schema,
        renames: &[(String, String)],
        taken: &mut BTreeMap<String, TypeId>,
        id: TypeId,
        name: String,
    ) {
        let id = behind_arrays(schema, id);
        if !is_anonymous(schema, id) || self.names.contains_key(&id) {
            return;
        }
        // An anonymous type has no C name to complain about: it makes way by itself.
        let mut free = name.clone();
        let mut number = 1;
        while taken.contains_key(&free) {
            number += 1;
            free = format!("{name}{number}");
        }
        self.give(schema, renames, taken, id, free);
    }

    fn give(
        &mut self,
        schema: &Schema,
        renames: &[(String, String)],
        taken: &mut BTreeMap<String, TypeId>,
        id: TypeId,
        name: String,
    ) {
        let ctype = ctext::name(schema, id);
        let name = renames
            .iter()
            .find(|(from, _)| *from == ctype)
            .map_or(name, |(_, to)| to.clone());
        if let Some(&other) = taken.get(&name) {
            self.collisions.push(Collision {
                name: name.clone(),
                ctypes: [ctext::name(schema, other), ctype],
            });
        } else {
            taken.insert(name.clone(), id);
        }
        self.names.insert(id, name);
    }
}

/// The element type behind typedefs and arrays.
fn behind_arrays(schema: &Schema, id: TypeId) -> TypeId {
    let mut id = schema.resolved_id(id);
    while let Type::Array { element, .. } = schema.ty(id) {
        id = schema.resolved_id(*element);
    }
    id
}

fn is_anonymous(schema: &Schema, id: TypeId) -> bool {
    match schema.ty(id) {
        Type::Composite(composite) => composite.name.is_none(),
        Type::Enum(e) => e.name.is_none(),
        _ => false,
    }
}

/// The names out of `known` that are nearest to `wanted`, best first, three at most.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (distance(wanted, name), name))
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Whether one name may be a slip of the pen for the other.
pub fn is_near(a: &str, b: &str) -> bool {
    distance(a, b) <= (a.len().max(b.len()) / 2).clamp(1, 4)
}

/// Levenshtein distance over bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_names_become_rust_idents() {
        for (c, rust) in [
            ("saddr", "saddr"),
            ("type", "r#type"),
            ("self", "self_"),
            ("_", "__"),
            ("3com", "_3com"),
            ("a.b", "a_b"),
        ] {
            assert_eq!(ident(c), rust);
        }
    }

    #[test]
    fn tags_become_camel_case() {
        for (c, rust) in [
            ("flow_key", "FlowKey"),
            ("FLOW_KEY", "FlowKey"),
            ("flowKey", "FlowKey"),
            ("_3com", "_3com"),
            ("___", "Underscore"),
            ("self", "Self_"),
        ] {
            assert_eq!(type_name(c), rust);
        }
    }

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(nearest("con", ["events", "conns", "stats"])[0], "conns");
    }

    #[test]
    fn a_slip_of_the_pen_is_near_and_another_word_is_not() {
        for (wanted, known) in [("dadr", "daddr"), ("protocol", "proto"), ("con", "conns")] {
            assert!(is_near(wanted, known), "{wanted} {known}");
        }
        for (wanted, known) in [("pad", "daddr"), ("events", "conns")] {
            assert!(!is_near(wanted, known), "{wanted} {known}");
        }
    }
}
