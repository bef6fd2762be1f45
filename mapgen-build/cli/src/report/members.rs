//! The members of a type in a table: offset, size, C, and the Rust that stands for it.

use mapgen_schema::names::TypeNames;
use mapgen_schema::{Composite, Padding, Schema, Section, Type, TypeId, ctext};
use maud::{Markup, html};

use super::figures::counted;
use super::visible;
use crate::bindings::Bindings;

/// A type with more gets a line that counts the others.
const MAX_ROWS: usize = 2000;
/// What nests is written out while there are fewer.
const MAX_NESTED: usize = 500;

/// What is asked about a schema again and again.
pub(super) struct Known<'a> {
    pub(super) schema: &'a Schema,
    pub(super) names: TypeNames,
    pub(super) bindings: Bindings,
}

impl<'a> Known<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        Self {
            schema,
            names: TypeNames::new(schema, &[]),
            bindings: Bindings::of(schema),
        }
    }

    /// The Rust name of a type that has one.
    pub(super) fn rust(&self, id: TypeId) -> Option<&str> {
        self.names.get(self.schema, id)
    }
}

/// A line of the table.
struct Row {
    depth: usize,
    /// In bits from the start of the outermost type.
    at: u64,
    bits: u64,
    kind: Kind,
    c: String,
    rust: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Member,
    BitField,
    Hole,
    /// Members for which there is no room.
    More,
}

/// The table of a struct or union; nothing of any other type.
pub(super) fn table(known: &Known<'_>, id: TypeId, caption: &str) -> Markup {
    let schema = known.schema;
    let id = behind_arrays(schema, id);
    let Type::Composite(composite) = schema.ty(id) else {
        return html! {};
    };
    let rust = known.rust(id).unwrap_or_default();
    let mut lister = Lister {
        known,
        rows: Vec::new(),
        more: 0,
    };
    lister.members(composite, rust, 0, 0);
    let head = known
        .bindings
        .head(rust)
        .map(|head| head.trim_end_matches(['{', ' ']));
    written(lister.finish(), caption, head)
}

/// The table of a data section.
pub(super) fn of_section(known: &Known<'_>, section: &Section, caption: &str) -> Markup {
    let mut lister = Lister {
        known,
        rows: Vec::new(),
        more: 0,
    };
    for var in &section.vars {
        let storage = if var.is_static { "static " } else { "" };
        let text = ctext::declare(known.schema, var.ty, &visible::name(&var.name));
        lister.push(Row {
            depth: 0,
            at: u64::from(var.offset) * 8,
            bits: u64::from(var.size) * 8,
            kind: Kind::Member,
            c: format!("{storage}{text};"),
            rust: String::new(),
        });
        lister.within(var.ty, u64::from(var.offset) * 8, 1, "");
    }
    written(lister.finish(), caption, None)
}

pub(super) fn behind_arrays(schema: &Schema, id: TypeId) -> TypeId {
    let mut id = schema.resolved_id(id);
    while let Type::Array { element, .. } = schema.ty(id) {
        id = schema.resolved_id(*element);
    }
    id
}

fn written(rows: Vec<Row>, caption: &str, head: Option<&str>) -> Markup {
    let has_rust = rows.iter().any(|row| !row.rust.is_empty());
    html! {
        div.scroll {
            table.members {
                caption { (caption) @if let Some(head) = head { " beside " code { (visible::name(head)) } } }
                thead { tr {
                    th.n scope="col" { "Offset" }
                    th.n scope="col" { "Size" }
                    th scope="col" { "C" }
                    @if has_rust { th scope="col" { "Rust" } }
                } }
                tbody { @for row in &rows {
                    tr.hole[row.kind == Kind::Hole] {
                        @if row.kind == Kind::More {
                            td colspan=(if has_rust { 4 } else { 3 }) { (row.c) }
                        } @else {
                            td.n { (offset(row)) }
                            td.n { (size(row)) }
                            td { code.(format!("d{}", row.depth.min(8))) { (row.c) } }
                            @if has_rust { td { code.(format!("d{}", row.depth.min(8))) { (row.rust) } } }
                        }
                    }
                } }
            }
        }
    }
}

fn offset(row: &Row) -> String {
    match (row.kind, row.at % 8) {
        (Kind::BitField, bit) => format!("{}:{bit}", row.at / 8),
        _ => (row.at / 8).to_string(),
    }
}

fn size(row: &Row) -> String {
    match row.kind {
        Kind::BitField => counted(row.bits, "bit", "bits"),
        _ => (row.bits / 8).to_string(),
    }
}

struct Lister<'a> {
    known: &'a Known<'a>,
    rows: Vec<Row>,
    more: usize,
}

impl Lister<'_> {
    fn push(&mut self, row: Row) {
        match self.rows.len() < MAX_ROWS {
            true => self.rows.push(row),
            false => self.more += 1,
        }
    }

    fn finish(mut self) -> Vec<Row> {
        if self.more > 0 {
            let more = counted(self.more as u64, "line", "lines");
            self.rows.push(Row {
                depth: 0,
                at: 0,
                bits: 0,
                kind: Kind::More,
                c: format!("{more} more; `mapgen inspect` prints all of them"),
                rust: String::new(),
            });
        }
        self.rows
    }

    /// `rust` is the type that has the members.
    fn members(&mut self, composite: &Composite, rust: &str, base: u64, depth: usize) {
        let schema = self.known.schema;
        let holes = schema.padding(composite);
        let mut next = holes.iter().peekable();
        for member in &composite.members {
            let at = member.bit_offset / 8;
            while let Some(hole) = next.next_if(|hole| u64::from(hole.offset) < at) {
                self.hole("hole", rust, base, depth, hole);
            }
            if self.rows.len() >= MAX_ROWS {
                self.more += 1;
                continue;
            }
            let name = member.name.as_deref().unwrap_or_default();
            let declarator = visible::name(name);
            let bits = member
                .bitfield
                .map_or_else(|| schema.size(member.ty).saturating_mul(8), u64::from);
            let (kind, width) = match member.bitfield {
                Some(bits) => (Kind::BitField, format!(" : {bits}")),
                None => (Kind::Member, String::new()),
            };
            let inner = self.anonymous(member.ty);
            let c = match inner {
                Some(tag) if declarator.is_empty() => format!("{tag} {{ … }};"),
                Some(tag) => format!("{tag} {{ … }} {declarator};"),
                None => format!("{}{width};", ctext::declare(schema, member.ty, &declarator)),
            };
            let beside = self.known.bindings.member(rust, name).unwrap_or_default();
            self.push(Row {
                depth,
                at: base + member.bit_offset,
                bits,
                kind,
                c: visible::name(&c),
                rust: visible::name(beside.trim()),
            });
            if member.bitfield.is_none() {
                // Members of an anonymous one are its parent's in Rust as well.
                let parent = if name.is_empty() { rust } else { "" };
                self.within(member.ty, base + member.bit_offset, depth + 1, parent);
            }
        }
        for hole in next {
            self.hole("padding", rust, base, depth, hole);
        }
    }

    /// `struct` or `union`, where a member's type is written out where it stands.
    fn anonymous(&self, id: TypeId) -> Option<&'static str> {
        match self.known.schema.ty(id) {
            Type::Composite(Composite {
                name: None, union, ..
            }) => Some(if *union { "union" } else { "struct" }),
            _ => None,
        }
    }

    /// The members of a member, those of an array's first element.
    fn within(&mut self, id: TypeId, at: u64, depth: usize, parent: &str) {
        let id = behind_arrays(self.known.schema, id);
        if let Type::Composite(composite) = self.known.schema.ty(id) {
            if self.rows.len() < MAX_NESTED {
                let own = self.known.rust(id).filter(|_| parent.is_empty());
                let own = own.unwrap_or(parent).to_owned();
                self.members(composite, &own, at, depth);
            }
        }
    }

    fn hole(&mut self, what: &str, rust: &str, base: u64, depth: usize, hole: &Padding) {
        let bytes = counted(u64::from(hole.size), "byte", "bytes");
        let field = format!("__pad{}", hole.offset);
        let beside = self.known.bindings.member(rust, &field).unwrap_or_default();
        self.push(Row {
            depth,
            at: base + u64::from(hole.offset) * 8,
            bits: u64::from(hole.size) * 8,
            kind: Kind::Hole,
            c: format!("/* {what} of {bytes} */"),
            rust: visible::name(beside.trim()),
        });
    }
}
