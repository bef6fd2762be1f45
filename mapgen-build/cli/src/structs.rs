//! Structs and unions as `pahole` shows them: offsets, sizes, holes, padding, cachelines;
//! and what stands for each member in Rust beside it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mapgen_schema::names::TypeNames;
use mapgen_schema::{Composite, Padding, Schema, Type, TypeId, ctext};

use crate::bindings::Bindings;

/// In bytes, as `pahole` counts by default and as x86 and most of Arm have them.
const CACHELINE: u64 = 64;
/// Where comments begin.
const COMMENT: usize = 48;

/// Writes each struct and union that a map carries, once.
pub(crate) fn write(schema: &Schema, out: &mut String) {
    let mut seen = BTreeSet::new();
    let bindings = Bindings::of(schema);
    let names = TypeNames::new(schema, &[]);
    for map in &schema.maps {
        for (role, ty) in [("key", map.key), ("value", map.value)] {
            let Some(id) = ty.map(|ty| behind_arrays(schema, ty)) else {
                continue;
            };
            let Type::Composite(composite) = schema.ty(id) else {
                continue;
            };
            if seen.insert(id) {
                let _ = writeln!(out, "\n/* {role} of {} */", map.name);
                let mut writer = Writer {
                    schema,
                    names: &names,
                    bindings: &bindings,
                    cacheline: 0,
                    out,
                };
                writer.whole(id, composite);
            }
        }
    }
}

fn behind_arrays(schema: &Schema, id: TypeId) -> TypeId {
    let mut id = schema.resolved_id(id);
    while let Type::Array { element, .. } = schema.ty(id) {
        id = schema.resolved_id(*element);
    }
    id
}

struct Writer<'a> {
    schema: &'a Schema,
    names: &'a TypeNames,
    bindings: &'a Bindings,
    /// The last whose start was said.
    cacheline: u64,
    out: &'a mut String,
}

impl Writer<'_> {
    fn whole(&mut self, id: TypeId, composite: &Composite) {
        let rust = self.names.get(self.schema, id).unwrap_or_default();
        self.body(composite, rust, 0, 0);
        let packed = match self.schema.is_packed(composite) {
            true => ", packed",
            false => "",
        };
        let _ = writeln!(
            self.out,
            "; /* {} bytes, aligned to {}{packed} */",
            composite.size,
            self.schema.pack(composite)
        );
    }

    /// A definition with offset and size of each member, and holes where they are; `rust`
    /// is the type that has the members.
    fn body(&mut self, composite: &Composite, rust: &str, base: u64, depth: usize) {
        let indent = "    ".repeat(depth);
        let tag = if composite.union { "union" } else { "struct" };
        let name = composite.name.as_ref();
        let name = name.map_or_else(String::new, |name| format!(" {name}"));
        let head = format!("{indent}{tag}{name} {{");
        match self.bindings.head(rust).filter(|_| !rust.is_empty()) {
            Some(beside) if depth == 0 => {
                let width = COMMENT + 22;
                let _ = writeln!(self.out, "{head:width$} // {beside}");
            }
            _ => {
                let _ = writeln!(self.out, "{head}");
            }
        }
        let holes = self.schema.padding(composite);
        let mut next = holes.iter().peekable();
        for member in &composite.members {
            let at = member.bit_offset / 8;
            while let Some(hole) = next.next_if(|hole| u64::from(hole.offset) < at) {
                self.hole("hole", &indent, rust, base, hole);
            }
            self.cachelines(&indent, base + at);
            let declarator = member.name.as_deref().unwrap_or("");
            match self.schema.ty(member.ty) {
                // Written out where it stands: it has no name to look it up by.
                Type::Composite(inner) if inner.name.is_none() => {
                    let own = self.names.get(self.schema, member.ty);
                    let own = own.filter(|_| member.name.is_some()).unwrap_or(rust);
                    self.body(inner, own, base + at, depth + 1);
                    let space = if declarator.is_empty() { "" } else { " " };
                    let _ = writeln!(self.out, "{space}{declarator};");
                }
                _ => {
                    let mut text = ctext::declare(self.schema, member.ty, declarator);
                    let place = match member.bitfield {
                        Some(bits) => {
                            let _ = write!(text, " : {bits}");
                            format!("{:5}:{:<2} {bits:5} bits", base + at, member.bit_offset % 8)
                        }
                        None => format!("{:5}    {:5}", base + at, self.schema.size(member.ty)),
                    };
                    let beside = self.bindings.member(rust, declarator);
                    self.line(&format!("{indent}    {text};"), &place, beside);
                }
            }
        }
        let mut tail = 0;
        for hole in next {
            self.hole("padding", &indent, rust, base, hole);
            tail += u64::from(hole.size);
        }
        self.cachelines(&indent, base + u64::from(composite.size));
        if depth == 0 {
            self.summary(composite, &holes, tail);
        }
        let _ = write!(self.out, "{indent}}}");
    }

    fn line(&mut self, left: &str, place: &str, beside: Option<&str>) {
        let line = format!("{left:COMMENT$} /* {place} */");
        match beside {
            Some(beside) => {
                let width = COMMENT + 22;
                let _ = writeln!(self.out, "{line:width$} // {beside}");
            }
            None => {
                let _ = writeln!(self.out, "{line}");
            }
        }
    }

    fn hole(&mut self, what: &str, indent: &str, rust: &str, base: u64, hole: &Padding) {
        let bytes = if hole.size == 1 { "byte" } else { "bytes" };
        let at = base + u64::from(hole.offset);
        let text = format!("{indent}    /* {what} of {} {bytes} at {at} */", hole.size);
        match self.bindings.member(rust, &format!("__pad{}", hole.offset)) {
            Some(beside) => {
                let width = COMMENT + 22;
                let _ = writeln!(self.out, "{text:width$} // {beside}");
            }
            None => {
                let _ = writeln!(self.out, "{text}");
            }
        }
    }

    /// Says where a cacheline begins, as `pahole` does, before what follows it.
    fn cachelines(&mut self, indent: &str, at: u64) {
        let line = at / CACHELINE;
        if line <= self.cacheline {
            return;
        }
        self.cacheline = line;
        let start = line * CACHELINE;
        let ago = match at - start {
            0 => String::new(),
            ago => format!(" was {ago} bytes ago"),
        };
        let _ = writeln!(
            self.out,
            "{indent}    /* --- cacheline {line} boundary ({start} bytes){ago} --- */"
        );
    }

    fn summary(&mut self, composite: &Composite, holes: &[Padding], tail: u64) {
        let size = u64::from(composite.size);
        let _ = writeln!(
            self.out,
            "\n    /* size: {size}, cachelines: {}, members: {} */",
            size.div_ceil(CACHELINE),
            composite.members.len()
        );
        let between = holes.iter().map(|hole| u64::from(hole.size)).sum::<u64>() - tail;
        if between > 0 {
            let whole = composite.members.iter().filter(|m| m.bitfield.is_none());
            let members: u64 = whole.map(|member| self.schema.size(member.ty)).sum();
            let count = holes.len() - usize::from(tail > 0);
            let _ = writeln!(
                self.out,
                "    /* sum members: {members}, holes: {count}, sum holes: {between} */"
            );
        }
        if tail > 0 {
            let _ = writeln!(self.out, "    /* padding: {tail} */");
        }
        if size % CACHELINE > 0 {
            let _ = writeln!(
                self.out,
                "    /* last cacheline: {} bytes */",
                size % CACHELINE
            );
        }
    }
}
