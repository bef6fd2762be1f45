//! A type as runs of bits, in the order of memory.

use mapgen_schema::{Composite, Schema, Section, Type, TypeId, ctext};

use super::figures;
use super::visible;

/// More are drawn of no type: what nests deeper stands as one, and of a longer list the rest.
const MAX_CELLS: usize = 512;

/// Bits that belong together.
pub(super) struct Cell {
    /// The first, from the start of the outermost type.
    pub(super) at: u64,
    pub(super) bits: u64,
    pub(super) what: What,
    /// The path of the member; of a hole what it is.
    pub(super) name: String,
    /// As C spells it; of what is no member how large it is.
    pub(super) ctype: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Member,
    BitField,
    /// Nobody's, between members.
    Hole,
    /// Nobody's, at the end of a struct.
    Padding,
    /// The elements of an array behind its first.
    Rest,
    /// Several members, one at a time.
    Union,
    /// Members for which there is no room.
    Folded,
}

impl Cell {
    pub(super) fn end(&self) -> u64 {
        self.at + self.bits
    }
}

/// A type, cut.
#[derive(Default)]
pub(super) struct Cells {
    /// In bytes.
    pub(super) size: u64,
    /// They do not overlap.
    pub(super) cells: Vec<Cell>,
    /// Each drawn as one cell, with the bytes that its members share.
    pub(super) unions: Vec<Overlay>,
}

/// A union inside of a type.
pub(super) struct Overlay {
    /// Empty for the type itself.
    pub(super) path: String,
    /// In bytes.
    pub(super) offset: u64,
    pub(super) id: TypeId,
}

impl Cells {
    pub(super) fn of(schema: &Schema, id: TypeId) -> Self {
        let mut cells = Self {
            size: schema.size(id),
            ..Self::default()
        };
        let mut cutter = Cutter {
            schema,
            out: &mut cells,
        };
        cutter.ty(id, 0, "");
        cells
    }

    /// A data section, which is a struct of its variables.
    pub(super) fn of_section(schema: &Schema, section: &Section) -> Self {
        let mut cells = Self {
            size: u64::from(section.size),
            ..Self::default()
        };
        let mut cutter = Cutter {
            schema,
            out: &mut cells,
        };
        let vars = section.vars.iter().map(|var| Part {
            at: u64::from(var.offset) * 8,
            bits: u64::from(var.size) * 8,
            bitfield: false,
            name: Some(&var.name),
            ty: var.ty,
        });
        cutter.parts(vars.collect(), 0, u64::from(section.size) * 8, "");
        // Constants without a name of their own are there as well.
        let mut gaps = cells.cells.iter_mut();
        if let Some(last) =
            gaps.rfind(|cell| cell.what == What::Padding && cell.end() == cells.size * 8)
        {
            last.name = "no variable".to_owned();
        }
        cells
    }

    /// The members that share the bytes of a union, each by itself.
    pub(super) fn alternatives(schema: &Schema, union: TypeId) -> Vec<(String, Self)> {
        let Type::Composite(composite) = schema.resolved(union) else {
            return Vec::new();
        };
        let alternatives = composite.members.iter().take(MAX_CELLS).map(|member| {
            let name = member
                .name
                .as_deref()
                .map_or_else(String::new, visible::name);
            let mut cells = Self {
                size: u64::from(composite.size),
                ..Self::default()
            };
            let bits = bits(schema, member.ty, member.bitfield);
            let part = Part {
                at: member.bit_offset,
                bits,
                bitfield: member.bitfield.is_some(),
                name: member.name.as_deref(),
                ty: member.ty,
            };
            let mut cutter = Cutter {
                schema,
                out: &mut cells,
            };
            cutter.parts(vec![part], 0, u64::from(composite.size) * 8, "");
            // Bytes that this member leaves to others.
            for cell in &mut cells.cells {
                if cell.what == What::Padding && cell.at >= member.bit_offset + bits {
                    cell.name = "unused".to_owned();
                }
            }
            (name, cells)
        });
        alternatives.collect()
    }
}

fn bits(schema: &Schema, id: TypeId, bitfield: Option<u32>) -> u64 {
    let whole = || schema.size(id).saturating_mul(8);
    bitfield.map_or_else(whole, u64::from)
}

/// A member or a variable.
struct Part<'a> {
    at: u64,
    bits: u64,
    bitfield: bool,
    name: Option<&'a str>,
    ty: TypeId,
}

struct Cutter<'a> {
    schema: &'a Schema,
    out: &'a mut Cells,
}

impl Cutter<'_> {
    fn ty(&mut self, id: TypeId, at: u64, path: &str) {
        let schema = self.schema;
        let bits = schema.size(id).saturating_mul(8);
        let is_full = self.out.cells.len() >= MAX_CELLS;
        match schema.resolved(id) {
            Type::Composite(composite) if composite.union => {
                self.out.unions.push(Overlay {
                    path: path.to_owned(),
                    offset: at / 8,
                    id,
                });
                let name = if path.is_empty() { "(union)" } else { path };
                self.push(at, bits, What::Union, name, union_of(composite));
            }
            Type::Composite(composite) if !is_full && !composite.members.is_empty() => {
                let parts = composite.members.iter().map(|member| Part {
                    at: member.bit_offset,
                    bits: self::bits(schema, member.ty, member.bitfield),
                    bitfield: member.bitfield.is_some(),
                    name: member.name.as_deref(),
                    ty: member.ty,
                });
                self.parts(parts.collect(), at, bits, path);
            }
            Type::Array { element, count }
                if !is_full && *count > 0 && has_members(schema, *element) =>
            {
                let each = schema.size(*element).saturating_mul(8);
                self.ty(*element, at, &format!("{path}[0]"));
                let others = u64::from(*count) - 1;
                if others > 0 {
                    let name = match others {
                        1 => format!("{path}[1]"),
                        _ => format!("{path}[1…{others}]"),
                    };
                    self.push(
                        at + each,
                        each * others,
                        What::Rest,
                        &name,
                        "as the first".to_owned(),
                    );
                }
            }
            _ => {
                let ctype = visible::name(&ctext::name(schema, id));
                self.push(at, bits, What::Member, path, ctype);
            }
        }
    }

    /// Members of a struct of so many bits that begins at bit `base`.
    fn parts(&mut self, mut parts: Vec<Part<'_>>, base: u64, bits: u64, path: &str) {
        parts.sort_by_key(|part| part.at);
        let mut at = 0;
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            // Nothing to see: a flexible array, or what a damaged object lays over another.
            if part.bits == 0 || part.at < at || part.at.saturating_add(part.bits) > bits {
                continue;
            }
            if self.out.cells.len() >= MAX_CELLS {
                let rest = figures::counted((count - index) as u64, "member", "members");
                self.push(
                    base + at,
                    bits - at,
                    What::Folded,
                    &format!("{rest} more"),
                    String::new(),
                );
                return;
            }
            self.gap(base + at, base + part.at, What::Hole);
            let name = match (path.is_empty(), part.name) {
                (_, None) => path.to_owned(),
                (true, Some(name)) => visible::name(name),
                (false, Some(name)) => format!("{path}.{}", visible::name(name)),
            };
            if part.bitfield {
                let ctype = visible::name(&ctext::name(self.schema, part.ty));
                self.push(base + part.at, part.bits, What::BitField, &name, ctype);
            } else {
                self.ty(part.ty, base + part.at, &name);
            }
            at = part.at + part.bits;
        }
        self.gap(base + at, base + bits, What::Padding);
    }

    fn push(&mut self, at: u64, bits: u64, what: What, name: &str, ctype: String) {
        if bits > 0 {
            self.out.cells.push(Cell {
                at,
                bits,
                what,
                name: visible::name(name),
                ctype,
            });
        }
    }

    /// Bits that are nobody's: those that are left of a byte by themselves.
    fn gap(&mut self, from: u64, to: u64, what: What) {
        let whole = from.next_multiple_of(8).min(to);
        let name = match what {
            What::Padding => "padding",
            _ => "hole",
        };
        let bits = figures::counted(whole - from, "bit", "bits");
        self.push(from, whole - from, what, "unused", bits);
        let bytes = figures::counted((to - whole) / 8, "byte", "bytes");
        self.push(whole, to - whole, what, name, bytes);
    }
}

/// Whether the elements of an array are structs, behind arrays of arrays.
fn has_members(schema: &Schema, mut id: TypeId) -> bool {
    while let Type::Array { element, .. } = schema.resolved(id) {
        id = *element;
    }
    matches!(schema.resolved(id), Type::Composite(composite) if !composite.members.is_empty())
}

fn union_of(composite: &Composite) -> String {
    let named = composite
        .members
        .iter()
        .filter_map(|member| member.name.as_deref());
    let names: Vec<String> = named.take(8).map(visible::name).collect();
    match names.is_empty() {
        true => "union".to_owned(),
        false => visible::name(&format!("union: {}", names.join(" | "))),
    }
}
