//! Rust names of C names.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

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
        _ if KEYWORDS.contains(&c) => format!("r#{c}"),
        _ => sanitized(c),
    }
}

/// The Rust type name for a C tag: `flow_key` becomes `FlowKey`.
pub fn type_name(c: &str) -> String {
    let shouting = !c.chars().any(char::is_lowercase);
    let mut out = String::new();
    for part in c
        .split(|c: char| !is_word(c))
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

/// Letters and digits that both languages have in names. clang takes more: `$`, and of
/// what is no letter `²` or `🐝`.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && c.is_alphabetic()
}

/// Characters that C (or an ELF section name) allows and Rust does not become `_`.
fn sanitized(c: &str) -> String {
    let mut out: String = c
        .chars()
        .map(|c| if c == '_' || is_word(c) { c } else { '_' })
        .collect();
    if out.is_empty() || out == "_" || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

/// The Rust field or function name of a data section: `.rodata` → `rodata`,
/// `.data.my_cfg` → `data_my_cfg`.
pub fn section_ident(section: &str) -> String {
    ident(&sanitized(section.trim_start_matches('.')))
}

/// Rust names by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeNames {
    names: BTreeMap<TypeId, String>,
}

impl TypeNames {
    /// Names every struct, union and enum of a schema that gets a Rust type.
    ///
    /// A tag gives its name, a typedef names an anonymous type, `<Parent><Field>` a
    /// nested anonymous one, `<Map>Key` and `<Map>Value` those written in a map
    /// definition, `<Variable>` those of a global. `renames` are the names that the user
    /// chose. What C names keeps its name, even if two take the same: that is for the
    /// user to settle. What C does not name makes way. An anonymous struct or union that
    /// is an anonymous member has no type of its own: its members are its parent's.
    pub fn new(schema: &Schema, renames: &[(TypeId, String)]) -> Self {
        let mut naming = Naming {
            schema,
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
        };
        let ids = || (0..schema.types.len()).map(|index| TypeId(index as u32));
        for (id, name) in renames {
            naming.give(*id, name.clone());
        }
        // What C names comes first, so that nothing anonymous takes such a name.
        for id in ids() {
            let (of, name) = match schema.ty(id) {
                Type::Composite(composite) => (id, &composite.name),
                Type::Enum(e) => (id, &e.name),
                Type::Typedef { name, .. } => {
                    let target = named_by(schema, id);
                    if is_anonymous(schema, target) {
                        naming.give(target, type_name(name));
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = name {
                naming.give(of, type_name(name));
            }
        }
        for map in &schema.maps {
            let inner = map.inner.as_deref();
            for (suffix, ty) in [
                ("Key", map.key),
                ("Value", map.value),
                ("InnerKey", inner.and_then(|inner| inner.key)),
                ("InnerValue", inner.and_then(|inner| inner.value)),
            ] {
                if let Some(ty) = ty {
                    naming.make_way(ty, &format!("{}{suffix}", type_name(&map.name)));
                }
            }
        }
        for var in schema.sections.iter().flat_map(|section| &section.vars) {
            naming.make_way(var.ty, &type_name(&var.name));
        }
        // Parents come after their members in a schema, so walk down from the last.
        for id in ids().rev().collect::<Vec<_>>() {
            if naming.names.contains_key(&id) {
                naming.members(id, id);
            }
        }
        Self {
            names: naming.names,
        }
    }

    /// The Rust name of a type, looking behind typedefs.
    pub fn get(&self, schema: &Schema, id: TypeId) -> Option<&str> {
        self.names.get(&schema.resolved_id(id)).map(String::as_str)
    }

    /// All named types, by id.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &str)> {
        self.names.iter().map(|(id, name)| (*id, name.as_str()))
    }
}

/// Names given so far.
struct Naming<'a> {
    schema: &'a Schema,
    names: BTreeMap<TypeId, String>,
    /// With those that go along with a name.
    taken: BTreeSet<String>,
}

impl Naming<'_> {
    /// Names a type, unless it has a name.
    fn give(&mut self, id: TypeId, name: String) {
        if self.names.contains_key(&id) {
            return;
        }
        if matches!(self.schema.ty(id), Type::Enum(_)) {
            self.taken.insert(variant_name(&name));
        }
        self.taken.insert(name.clone());
        self.names.insert(id, name);
    }

    /// Names an anonymous type, with a number where the name is taken.
    fn make_way(&mut self, id: TypeId, name: &str) {
        let id = named_by(self.schema, id);
        if !is_anonymous(self.schema, id) {
            return;
        }
        let is_enum = matches!(self.schema.ty(id), Type::Enum(_));
        let free = |name: &String| {
            let with_variant = is_enum && self.taken.contains(&variant_name(name));
            !(self.taken.contains(name) || with_variant)
        };
        let numbered = (2_u64..).map(|number| format!("{name}{number}"));
        if let Some(name) = iter::once(name.to_owned()).chain(numbered).find(free) {
            self.give(id, name);
        }
    }

    /// Names the anonymous types of members: `id` is `parent`, or an anonymous member
    /// of it.
    fn members(&mut self, parent: TypeId, id: TypeId) {
        let schema = self.schema;
        let Type::Composite(composite) = schema.ty(id) else {
            return;
        };
        let parent_name = self.names[&parent].clone();
        for member in &composite.members {
            let Some(name) = &member.name else {
                // What it holds is its parent's.
                if let Type::Composite(_) = schema.ty(member.ty) {
                    self.members(parent, member.ty);
                }
                continue;
            };
            self.make_way(member.ty, &format!("{parent_name}{}", type_name(name)));
            // A child just named may come before this one in the table.
            let child = named_by(schema, member.ty);
            if child != id && self.names.contains_key(&child) && is_anonymous(schema, child) {
                self.members(child, child);
            }
        }
    }
}

/// The Rust enum that goes along with an enumeration.
pub fn variant_name(enumeration: &str) -> String {
    format!("{enumeration}Variant")
}

/// The type that a typedef, or a name made for a member, names: the element behind
/// typedefs and arrays.
pub fn named_by(schema: &Schema, id: TypeId) -> TypeId {
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
