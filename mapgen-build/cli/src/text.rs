//! A schema for people: tables of maps, sections and programs; `structs` has the types.

use std::fmt::Write as _;

use mapgen_build::{facts, memory};
use mapgen_schema::{Map, Pinning, Schema, TypeId, ctext, kinds};

use crate::structs;

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
    structs::write(schema, &mut out);
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
