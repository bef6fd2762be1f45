//! What one object declares: maps with their types, data sections, programs.

use mapgen_build::facts::{self, Release};
use mapgen_build::memory;
use mapgen_build::policy::{Policy, Stated, size_text as size};
use mapgen_schema::{Map, Pinning, Program, Schema, Section, Type, TypeId, ctext, hash, kinds};
use maud::{Markup, html};

use super::bytemap;
use super::cells::Cells;
use super::figures::{bar, counted, grouped};
use super::members::{self, Known};
use super::types::{self, Shown};
use super::visible;

/// Types without a map that are drawn; of more the names are enough.
const MAX_OTHERS: usize = 64;

/// The table of maps leads to the others.
const MAX_IN_CONTENTS: usize = 40;

/// What is asked of every object.
pub(super) struct Asked<'a> {
    pub(super) policy: &'a Policy,
    pub(super) cpus: u32,
}

/// An object on the page.
pub(super) struct Shape<'a> {
    pub(super) schema: &'a Schema,
    /// Begins the name of every place: `o1`.
    pub(super) anchor: String,
    known: Known<'a>,
    asked: &'a Asked<'a>,
}

impl<'a> Shape<'a> {
    pub(super) fn of(schema: &'a Schema, index: usize, asked: &'a Asked<'a>) -> Self {
        Self {
            schema,
            anchor: format!("o{}", index + 1),
            known: Known::of(schema),
            asked,
        }
    }

    /// Maps and the inner maps that they declare, in the object's order.
    fn maps(&self) -> impl Iterator<Item = (String, &'a Map)> {
        let schema = self.schema;
        let anchor = self.anchor.clone();
        schema
            .maps
            .iter()
            .enumerate()
            .flat_map(move |(index, map)| {
                let own = format!("{anchor}-m{}", index + 1);
                let inner = map
                    .inner
                    .as_deref()
                    .map(|inner| (format!("{own}-inner"), inner));
                [Some((own, map)), inner].into_iter().flatten()
            })
    }

    fn memory(&self, map: &Map) -> Option<u64> {
        memory::bytes(map, self.asked.cpus)
    }

    /// What its maps and sections take when they are full, those without a number left out.
    pub(super) fn total_memory(&self) -> u64 {
        let maps = self.schema.maps.iter().filter_map(|map| self.memory(map));
        let sections = self.schema.sections.iter().map(memory::section_bytes);
        maps.chain(sections).fold(0, u64::saturating_add)
    }

    /// The first kernel that takes all of it; `None` where a table does not know.
    pub(super) fn since(&self) -> Option<Release> {
        let schema = self.schema;
        let maps = schema.maps.iter().map(|map| facts::map(schema, map));
        let programs = schema
            .programs
            .iter()
            .map(|program| facts::program(schema, program));
        let all: Option<Vec<Release>> = maps.chain(programs).collect();
        all?.into_iter().max()
    }

    /// Lines of the contents: place, text, whether it belongs to the line before.
    pub(super) fn contents(&self) -> Vec<(String, String, bool)> {
        let schema = self.schema;
        let mut lines = vec![(self.anchor.clone(), schema.object.clone(), false)];
        let maps = self
            .maps()
            .map(|(anchor, map)| (anchor, map.name.clone(), true));
        lines.extend(maps.take(MAX_IN_CONTENTS));
        for (there, part, text) in [
            (schema.maps.len() > MAX_IN_CONTENTS, "maps", "all maps"),
            (!schema.sections.is_empty(), "sections", "Data sections"),
            (!schema.programs.is_empty(), "programs", "Programs"),
        ] {
            if there {
                lines.push((format!("{}-{part}", self.anchor), text.to_owned(), true));
            }
        }
        lines
    }

    pub(super) fn body(&self) -> Markup {
        let schema = self.schema;
        let mut shown = Shown::default();
        html! {
            section.object id=(self.anchor) {
                h2 { (visible::name(&schema.object)) }
                (self.facts())
                (self.table_of_maps())
                @for (anchor, map) in self.maps() { (self.map(&anchor, map, &mut shown)) }
                (self.others(&mut shown))
                (self.sections())
                (self.programs())
            }
        }
    }

    fn facts(&self) -> Markup {
        let schema = self.schema;
        let unknown = || html! { "not known" };
        html! {
            dl.facts {
                div { dt { "Byte order" } dd { (schema.endian.as_str()) "-endian" } }
                div { dt { "Licence" } dd { @if schema.license.is_empty() { "not given" } @else { (visible::name(&schema.license)) } } }
                div { dt { "Maps" } dd { (grouped(schema.maps.len() as u64)) } }
                div { dt { "Programs" } dd { (grouped(schema.programs.len() as u64)) } }
                div { dt { "Memory when full" } dd data-bytes=(self.total_memory()) { (size(self.total_memory())) } }
                @if let Some(budget) = &self.asked.policy.memory_budget {
                    div { dt { "Memory budget" } dd { (size(budget.value)) " " span.none { "by " (visible::name(&budget.origin.to_string())) } } }
                }
                div { dt { "Kernel" } dd { (self.since().map_or_else(unknown, |since| html! { (since) " or newer" })) } }
            }
        }
    }

    fn table_of_maps(&self) -> Markup {
        let schema = self.schema;
        if schema.maps.is_empty() {
            return html! {};
        }
        let largest = self
            .maps()
            .filter_map(|(_, map)| self.memory(map))
            .max()
            .unwrap_or(0);
        let possible = counted(u64::from(self.asked.cpus), "possible CPU", "possible CPUs");
        html! {
            section id=(format!("{}-maps", self.anchor)) {
                h3 { "Maps" }
                div.scroll { table.maps {
                    caption { "Capacity, and memory when full on " (possible) ". Bars: the minimum in the capacity; the memory beside the largest map's." }
                    thead { tr {
                        th scope="col" { "Map" } th scope="col" { "Kind" }
                        th.n scope="col" { "Minimum" } th.n scope="col" { "Capacity" }
                        th.n scope="col" { "Memory" } th.n scope="col" { "Kernel" }
                        th scope="col" { "Key" } th scope="col" { "Value" }
                    } }
                    tbody { @for (anchor, map) in self.maps() { (self.row(&anchor, map, largest)) } }
                } }
            }
        }
    }

    fn least(&self, map: &Map) -> Option<Stated<u32>> {
        self.asked.policy.least(self.schema, map)
    }

    fn row(&self, anchor: &str, map: &Map, largest: u64) -> Markup {
        let least = self.least(map).map(|least| least.value);
        let since = facts::map(self.schema, map);
        let bytes = self.memory(map);
        html! {
            tr data-map=(visible::name(&map.name)) {
                th scope="row" { a href=(format!("#{anchor}")) { (visible::name(&map.name)) } }
                td { (kinds::label(map.kind)) }
                td.n { @match least { Some(least) => (amount(map, least)), None => { span.none { "none" } } } }
                td.n data-entries=(map.max_entries) {
                    (self.capacity(map))
                    @if let (Some(least), true) = (least, map.max_entries > 0) {
                        (bar(u64::from(least), u64::from(map.max_entries)))
                        @if least > map.max_entries { span.short { "too small" } }
                    }
                }
                td.n data-bytes=[bytes] {
                    @match bytes {
                        Some(bytes) => { (size(bytes)) (bar(bytes, largest)) }
                        None => { span.none { "not known" } }
                    }
                }
                td.n { @match since { Some(since) => (since), None => { span.none { "?" } } } }
                td { (self.typed(map.key, map.key_size, map.key_at_run_time())) }
                td { (self.typed(map.value, map.value_size, map.value_at_run_time())) }
            }
        }
    }

    fn capacity(&self, map: &Map) -> String {
        match (map.max_entries, kinds::name(map.kind)) {
            (0, Some(kind)) if kind.ends_with("_storage") => "not fixed".to_owned(),
            // libbpf, `map_set_def_max_entries`.
            (0, Some("perf_event_array")) => "one for each CPU".to_owned(),
            (0, _) => "at run time".to_owned(),
            (entries, _) => amount(map, entries),
        }
    }

    fn typed(&self, ty: Option<TypeId>, bytes: u32, at_run_time: bool) -> Markup {
        html! {
            @match ty {
                Some(id) => { code { (visible::name(&ctext::name(self.schema, id))) } " " span.none { (grouped(u64::from(bytes))) " B" } }
                None if at_run_time => "at run time",
                None if bytes == 0 => { span.none { "none" } }
                None => { (grouped(u64::from(bytes))) " B" }
            }
        }
    }

    /// A map with its types.
    fn map(&self, anchor: &str, map: &Map, shown: &mut Shown) -> Markup {
        let name = visible::name(&map.name);
        html! {
            section.map id=(anchor) {
                h4 { code { (name) } " " span.kind { (kinds::label(map.kind)) } }
                (self.facts_of(map))
                @if let Some(key) = map.key { (types::show(&self.known, "Key", key, &format!("{anchor}-key"), shown)) }
                @if let Some(value) = map.value { (types::show(&self.known, "Value", value, &format!("{anchor}-value"), shown)) }
            }
        }
    }

    fn facts_of(&self, map: &Map) -> Markup {
        let flags: Vec<&str> = facts::flags(map.map_flags).map(|flag| flag.name).collect();
        let needs = facts::of_map(self.schema, map);
        let users = self
            .schema
            .programs
            .iter()
            .filter(|program| program.maps.contains(&map.name));
        let users: Vec<String> = users.map(|program| visible::name(&program.name)).collect();
        let bytes = self.memory(map);
        html! {
            dl.facts {
                div { dt { "Capacity" } dd { (self.capacity(map)) } }
                @if let Some(least) = self.least(map) {
                    div { dt { "Minimum" } dd { (amount(map, least.value)) " " span.none { "by " (visible::name(&least.origin.to_string())) } } }
                }
                @if let Some(bytes) = bytes {
                    div { dt { "Memory" } dd { (grouped(bytes)) " bytes" @if let Some(beside) = memory::beside(map.kind) { ", and " (beside) } } }
                }
                @if map.map_flags != 0 {
                    div { dt { "Flags" } dd { code { (format!("{:#x}", map.map_flags)) } " " (flags.join(", ")) } }
                }
                @if map.pinning == Pinning::ByName { div { dt { "Pinning" } dd { "by name" } } }
                div { dt { "Layout" } dd { code { (format!("{:016x}", hash::layout(self.schema, map))) } } }
                @if !needs.is_empty() {
                    div { dt { "Kernel" } dd { @for (index, need) in needs.iter().enumerate() {
                        @if index > 0 { br; }
                        (need.since) " " span.none { "for " (visible::name(&need.what).replace('`', "")) }
                    } } }
                }
                @if !users.is_empty() { div { dt { "Used by" } dd { code { (visible::message(&users.join(", "))) } } } }
            }
        }
    }

    /// Types that no map carries and a record may have.
    fn others(&self, shown: &mut Shown) -> Markup {
        let schema = self.schema;
        let ids = (0..schema.types.len())
            .filter_map(|index| u32::try_from(index).ok())
            .map(TypeId);
        let named = ids.filter(|&id| match schema.ty(id) {
            Type::Composite(composite) => composite.name.is_some() && composite.size > 0,
            _ => false,
        });
        let reached = mapgen_schema::diff::reached(schema);
        let others: Vec<TypeId> = named
            .filter(|id| !reached[id.index()] && !shown.has(schema, *id))
            .collect();
        if others.is_empty() {
            return html! {};
        }
        let more = others.len().saturating_sub(MAX_OTHERS);
        html! {
            section id=(format!("{}-types", self.anchor)) {
                h3 { "Types without a map" }
                p { "Records of ring buffers and what else the object has the types of." }
                @for (index, id) in others.iter().take(MAX_OTHERS).enumerate() {
                    (types::show(&self.known, "Type", *id, &format!("{}-t{}", self.anchor, index + 1), shown))
                }
                @if more > 0 { p { (counted(more as u64, "more type is", "more types are")) " not drawn." } }
            }
        }
    }

    fn sections(&self) -> Markup {
        let schema = self.schema;
        if schema.sections.is_empty() {
            return html! {};
        }
        html! {
            section id=(format!("{}-sections", self.anchor)) {
                h3 { "Data sections" }
                @for section in &schema.sections { (self.section(section)) }
            }
        }
    }

    fn section(&self, section: &Section) -> Markup {
        let name = visible::name(&section.name);
        let bytes = memory::section_bytes(section);
        html! {
            section.type {
                h4 { code { (name) } " " span.kind { (counted(u64::from(section.size), "byte", "bytes")) ", " (size(bytes)) " of kernel memory" } }
                (bytemap::draw(&name, &Cells::of_section(self.schema, section), &|_| None))
                (members::of_section(&self.known, section, &format!("Variables of {name}")))
            }
        }
    }

    fn programs(&self) -> Markup {
        let schema = self.schema;
        if schema.programs.is_empty() {
            return html! {};
        }
        html! {
            section id=(format!("{}-programs", self.anchor)) {
                h3 { "Programs" }
                div.scroll { table.programs {
                    caption { "Entry programs, the first kernel that takes each, what they use" }
                    thead { tr {
                        th scope="col" { "Program" } th scope="col" { "Section" } th scope="col" { "Type" }
                        th.n scope="col" { "Instructions" } th.n scope="col" { "Kernel" }
                        th scope="col" { "Maps" } th scope="col" { "Functions of the kernel" }
                    } }
                    tbody { @for program in &schema.programs { (self.program(program)) } }
                } }
            }
        }
    }

    fn program(&self, program: &Program) -> Markup {
        let since = facts::program(self.schema, program);
        let list = |names: &[String]| visible::message(&names.join(" "));
        html! {
            tr {
                th scope="row" { code { (visible::name(&program.name)) } }
                td { code { (visible::name(&program.section)) } }
                td { (visible::name(&program.kind)) }
                td.n { (grouped(u64::from(program.insns))) }
                td.n { @match since { Some(since) => (since), None => { span.none { "?" } } } }
                td.list { code { (list(&program.maps)) } }
                td.list { code { (list(&program.helpers)) } }
            }
        }
    }
}

/// As `max_entries` of this map counts: entries, or the bytes of a ring buffer.
fn amount(map: &Map, number: u32) -> String {
    let is_bytes = kinds::name(map.kind).is_some_and(|kind| kind.ends_with("ringbuf"));
    grouped(u64::from(number)) + if is_bytes { " B" } else { "" }
}
