//! A schema for people: tables of maps, sections and programs, and each key and value
//! as C with offsets and holes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mapgen_build::{facts, memory};
use mapgen_schema::{Composite, Map, Pinning, Schema, Type, TypeId, ctext, kinds};

pub(crate) fn schema(schema: &Schema, cpus: u32) -> String {
    let mut out = format!(
        "{}: {}-endian, license {}\n",
        schema.object,
        schema.endian.as_str(),
        if schema.license.is_empty() {
            "not given"
        } else {
            &schema.license
        }
    );
    maps(schema, cpus, &mut out);
    sections(schema, &mut out);
    programs(schema, &mut out);
    types(schema, &mut out);
    out
}

fn maps(schema: &Schema, cpus: u32, out: &mut String) {
    let mut table = Table::new(&[
        "map", "type", "key", "value", "entries", "flags", "since", "memory",
    ]);
    let inner = schema
        .maps
        .iter()
        .flat_map(|map| [Some(map), map.inner.as_deref()])
        .flatten();
    for map in inner {
        let pinned = match map.pinning {
            Pinning::None => "",
            Pinning::ByName => " (pinned)",
        };
        table.row([
            format!("{}{pinned}", map.name),
            kinds::name(map.kind).map_or_else(|| format!("type {}", map.kind), str::to_owned),
            typed(schema, map.key, map.key_size),
            typed(schema, map.value, map.value_size),
            if map.max_entries == 0 {
                "at run time".to_owned()
            } else {
                map.max_entries.to_string()
            },
            if map.map_flags == 0 {
                "-".to_owned()
            } else {
                format!("{:#x}", map.map_flags)
            },
            facts::map(schema, map).map_or_else(|| "?".to_owned(), |release| release.to_string()),
            memory_of(map, cpus),
        ]);
    }
    table.write(&format!("maps (memory for {cpus} possible CPUs)"), out);
}

fn typed(schema: &Schema, ty: Option<TypeId>, size: u32) -> String {
    match (ty, size) {
        (Some(ty), _) => format!("{} ({size})", ctext::name(schema, ty)),
        (None, 0) => "-".to_owned(),
        (None, _) => format!("{size} bytes"),
    }
}

fn memory_of(map: &Map, cpus: u32) -> String {
    match memory::bytes(map, cpus) {
        None => "?".to_owned(),
        Some(bytes @ 0..10_240) => format!("{bytes} B"),
        Some(bytes @ 10_240..10_485_760) => format!("{} KiB", bytes >> 10),
        Some(bytes) => format!("{} MiB", bytes >> 20),
    }
}

fn sections(schema: &Schema, out: &mut String) {
    let mut table = Table::new(&["section", "size", "offset", "variable"]);
    for section in &schema.sections {
        table.row([
            section.name.clone(),
            section.size.to_string(),
            String::new(),
            String::new(),
        ]);
        for var in &section.vars {
            let storage = if var.is_static { "static " } else { "" };
            table.row([
                String::new(),
                var.size.to_string(),
                var.offset.to_string(),
                format!("{storage}{}", ctext::declare(schema, var.ty, &var.name)),
            ]);
        }
    }
    table.write("sections", out);
}

fn programs(schema: &Schema, out: &mut String) {
    let mut table = Table::new(&[
        "program", "section", "type", "insns", "since", "maps", "helpers",
    ]);
    for program in &schema.programs {
        table.row([
            program.name.clone(),
            program.section.clone(),
            program.kind.clone(),
            program.insns.to_string(),
            facts::program(schema, program).map_or_else(|| "?".to_owned(), |r| r.to_string()),
            dash(program.maps.join(" ")),
            dash(program.helpers.join(" ")),
        ]);
    }
    table.write("programs", out);
}

fn dash(text: String) -> String {
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// Each struct and union that a map carries, once.
fn types(schema: &Schema, out: &mut String) {
    let mut seen = BTreeSet::new();
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
                body(schema, composite, 0, 0, out);
                let packed = if schema.is_packed(composite) {
                    ", packed"
                } else {
                    ""
                };
                let _ = writeln!(
                    out,
                    "; /* {} bytes, aligned to {}{packed} */",
                    composite.size,
                    schema.pack(composite)
                );
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

/// A definition with offset and size of each member, and holes where they are.
fn body(schema: &Schema, composite: &Composite, base: u64, depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth);
    let tag = if composite.union { "union" } else { "struct" };
    let name = composite
        .name
        .as_ref()
        .map_or_else(String::new, |name| format!(" {name}"));
    let _ = writeln!(out, "{indent}{tag}{name} {{");
    let mut holes = schema.padding(composite).into_iter().peekable();
    for member in &composite.members {
        let at = member.bit_offset / 8;
        while let Some(hole) = holes.next_if(|hole| u64::from(hole.offset) < at) {
            write_hole(&indent, base, hole, out);
        }
        let declarator = member.name.as_deref().unwrap_or("");
        match schema.ty(member.ty) {
            // Written out where it stands: it has no name to look it up by.
            Type::Composite(inner) if inner.name.is_none() => {
                body(schema, inner, base + at, depth + 1, out);
                let space = if declarator.is_empty() { "" } else { " " };
                let _ = writeln!(out, "{space}{declarator};");
            }
            _ => {
                let mut text = ctext::declare(schema, member.ty, declarator);
                let place = match member.bitfield {
                    Some(bits) => {
                        let _ = write!(text, " : {bits}");
                        format!("{:5}:{:<2} {bits:5} bits", base + at, member.bit_offset % 8)
                    }
                    None => format!("{:5}    {:5}", base + at, schema.size(member.ty)),
                };
                let width = 44_usize.saturating_sub(indent.len());
                let _ = writeln!(out, "{indent}    {:width$} /* {place} */", text + ";");
            }
        }
    }
    for hole in holes {
        write_hole(&indent, base, hole, out);
    }
    let _ = write!(out, "{indent}}}");
}

fn write_hole(indent: &str, base: u64, hole: mapgen_schema::Padding, out: &mut String) {
    let bytes = if hole.size == 1 { "byte" } else { "bytes" };
    let _ = writeln!(
        out,
        "{indent}    /* hole of {} {bytes} at {} */",
        hole.size,
        base + u64::from(hole.offset)
    );
}

/// Rows of equal width columns.
struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    fn new(head: &[&str; N]) -> Self {
        Self {
            rows: vec![head.map(str::to_owned)],
        }
    }

    fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Nothing when there is only the head.
    fn write(&self, title: &str, out: &mut String) {
        if self.rows.len() < 2 {
            return;
        }
        let widths: [usize; N] = std::array::from_fn(|column| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        });
        let _ = writeln!(out, "\n{title}");
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                let _ = write!(line, "  {cell:width$}");
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}
