//! What differs between two objects: `mapgen diff` in tables, old beside new in drawings.

use std::collections::BTreeMap;

use mapgen_build::diff::{Diff, MapDiff, Presence, SectionDiff, TypeDiff, Weight};
use mapgen_build::memory;
use mapgen_build::policy::size_text;
use mapgen_schema::{Map, Schema, TypeId, ctext, kinds};
use maud::{Markup, html};

use super::bytemap::{self, Mark};
use super::cells::{Cell, Cells};
use super::figures::{bar, counted, grouped};
use super::findings::ticked;
use super::page::Page;
use super::{LARGE, visible};

/// Two objects and what differs.
struct Sides<'a> {
    old: &'a Schema,
    new: &'a Schema,
    cpus: u32,
}

/// A type of one side, as it is drawn.
struct Drawn {
    name: String,
    cells: Cells,
}

pub(super) fn page(old: &Schema, new: &Schema, diff: &Diff, cpus: u32) -> Page {
    let sides = Sides { old, new, cpus };
    let (from, to) = (visible::name(&diff.old), visible::name(&diff.new));
    let mut contents = vec![("summary".to_owned(), "Summary".to_owned(), false)];
    let lists = [
        (
            "maps",
            "Maps",
            diff.maps
                .iter()
                .map(|map| map.name.clone())
                .collect::<Vec<_>>(),
        ),
        (
            "sections",
            "Data sections",
            diff.sections
                .iter()
                .map(|section| section.name.clone())
                .collect(),
        ),
        (
            "types",
            "Types",
            diff.types.iter().map(|ty| ty.role.clone()).collect(),
        ),
    ];
    for (place, text, names) in lists.into_iter().filter(|(.., names)| !names.is_empty()) {
        contents.push((place.to_owned(), text.to_owned(), false));
        let names = names.into_iter().take(LARGE).enumerate();
        contents.extend(names.map(|(index, name)| (format!("{place}-{}", index + 1), name, true)));
    }
    Page {
        title: format!("{from} and {to}: what differs"),
        heading: html! { "From " span.name { (from) } " to " span.name { (to) } },
        contents,
        is_live: false,
        is_large: diff.maps.len() + diff.types.len() > LARGE,
        body: html! {
            (summary(diff))
            @if !diff.maps.is_empty() {
                section id="maps" {
                    h2 { "Maps" }
                    @for (index, map) in diff.maps.iter().enumerate() { (sides.map(map, index + 1)) }
                }
            }
            @if !diff.sections.is_empty() {
                section id="sections" {
                    h2 { "Data sections" }
                    @for (index, section) in diff.sections.iter().enumerate() { (sides.section(section, index + 1)) }
                }
            }
            @if !diff.types.is_empty() {
                section id="types" {
                    h2 { "Types without a map" }
                    @for (index, ty) in diff.types.iter().enumerate() { (sides.ty(ty, index + 1)) }
                }
            }
        },
    }
}

fn summary(diff: &Diff) -> Markup {
    let verdict = match diff.weight() {
        Weight::Same if diff.is_empty() => "Nothing differs.",
        Weight::Same => "The bytes mean the same; some types are spelt differently.",
        Weight::Names => "Members or enumerators have other names, at the same bytes.",
        Weight::Layout => "Bytes, kinds, capacities or flags differ.",
    };
    html! {
        section id="summary" {
            h2 { "Summary" }
            p.holds[diff.weight() == Weight::Same] { (verdict) }
            dl.facts {
                div { dt { "Maps that differ" } dd { (grouped(diff.maps.len() as u64)) } }
                div { dt { "Data sections" } dd { (grouped(diff.sections.len() as u64)) } }
                div { dt { "Other types" } dd { (grouped(diff.types.len() as u64)) } }
            }
            @if !diff.is_empty() {
                p.summary { "In the drawings “+” marks what was added, “−” what was removed, “≠” what is there on both sides and differs." }
            }
        }
    }
}

impl Sides<'_> {
    fn map(&self, map: &MapDiff, number: usize) -> Markup {
        let before = map.renamed_from.as_ref().unwrap_or(&map.name);
        let old = self
            .old
            .map(before)
            .filter(|_| map.presence != Presence::Added);
        let new = self
            .new
            .map(&map.name)
            .filter(|_| map.presence != Presence::Removed);
        let done = match &map.renamed_from {
            Some(before) => format!("was called {}", visible::name(before)),
            None => map.presence.as_str().to_owned(),
        };
        html! {
            section.map id=(format!("maps-{number}")) data-map=(visible::name(&map.name)) {
                h3 { code { (visible::name(&map.name)) } " " span.kind { (kinds::label(map.kind)) ", " (done) } }
                @if let Some(pins) = map.live_pins() { p { strong { "Live pinned maps: " } (ticked(&visible::message(&pins))) } }
                (self.table("Key, value and attributes", map.rows(), self.capacity(old, new)))
                (self.types(map, old, new))
            }
        }
    }

    /// Rows of what is more than a text: the capacity and the memory that it takes.
    fn capacity(&self, old: Option<&Map>, new: Option<&Map>) -> Markup {
        let bytes = |map: Option<&Map>| map.and_then(|map| memory::bytes(map, self.cpus));
        let (before, now) = (bytes(old), bytes(new));
        let largest = before.max(now).unwrap_or(0);
        let cell = |bytes: Option<u64>| {
            html! {
                @match bytes {
                    Some(bytes) => { (size_text(bytes)) " " span.none { (grouped(bytes)) " bytes" } (bar(bytes, largest)) }
                    None => "-",
                }
            }
        };
        html! {
            @if before.is_some() || now.is_some() {
                tr {
                    th scope="row" { "memory, " (counted(u64::from(self.cpus), "possible CPU", "possible CPUs")) }
                    td data-bytes=[before] { (cell(before)) }
                    td data-bytes=[now] { (cell(now)) }
                    td { @if before.is_some() && now.is_some() && before != now { "resized" } }
                }
            }
        }
    }

    fn table(&self, caption: &str, rows: Vec<[String; 4]>, more: Markup) -> Markup {
        html! {
            div.scroll { table.differences {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "What" }
                    th scope="col" { "Old: " (visible::name(&self.old.object)) }
                    th scope="col" { "New: " (visible::name(&self.new.object)) }
                    th scope="col" { "Change" }
                } }
                tbody {
                    @for [what, old, new, done] in &rows {
                        tr {
                            th.inner[what.starts_with(' ')] scope="row" { (visible::name(what.trim_start())) }
                            td { (visible::name(old)) }
                            td { (visible::name(new)) }
                            td { (done) }
                        }
                    }
                    (more)
                }
            } }
        }
    }

    /// The types of a map, those of its inner map too.
    fn types(&self, map: &MapDiff, old: Option<&Map>, new: Option<&Map>) -> Markup {
        let alone = map.presence != Presence::Both;
        let part = |role: &str,
                    diff: Option<&TypeDiff>,
                    old: Option<TypeId>,
                    new: Option<TypeId>| {
            html! {
                @if diff.is_some() || alone && (old.is_some() || new.is_some()) {
                    h4 { (role) }
                    (beside(diff, old.map(|id| drawn(self.old, id)), new.map(|id| drawn(self.new, id))))
                }
            }
        };
        let key = |map: Option<&Map>| map.and_then(|map| map.key);
        let value = |map: Option<&Map>| map.and_then(|map| map.value);
        html! {
            (part("Key", map.key.as_ref(), key(old), key(new)))
            (part("Value", map.value.as_ref(), value(old), value(new)))
            @if let Some(inner) = &map.inner {
                @let old = old.and_then(|map| map.inner.as_deref());
                @let new = new.and_then(|map| map.inner.as_deref());
                (part("Key of the inner map", inner.key.as_ref(), key(old), key(new)))
                (part("Value of the inner map", inner.value.as_ref(), value(old), value(new)))
            }
        }
    }

    fn section(&self, section: &SectionDiff, number: usize) -> Markup {
        let side = |schema: &Schema| {
            let found = schema
                .sections
                .iter()
                .find(|other| other.name == section.name)?;
            Some(Drawn {
                name: visible::name(&section.name),
                cells: Cells::of_section(schema, found),
            })
        };
        let name = visible::name(&section.name);
        html! {
            section.type id=(format!("sections-{number}")) {
                h3 { code { (name) } " " span.kind { (section.presence.as_str()) } }
                @if section.presence == Presence::Both {
                    (self.table("Variables", section.vars.rows(), html! {}))
                }
                (beside(Some(&section.vars), side(self.old), side(self.new)))
            }
        }
    }

    fn ty(&self, ty: &TypeDiff, number: usize) -> Markup {
        let side = |schema: &Schema| schema.find(&ty.role).map(|id| drawn(schema, id));
        html! {
            section.type id=(format!("types-{number}")) {
                h3 { code { (visible::name(&ty.role)) } }
                (self.table("Members", ty.rows(), html! {}))
                (beside(Some(ty), side(self.old), side(self.new)))
            }
        }
    }
}

fn drawn(schema: &Schema, id: TypeId) -> Drawn {
    Drawn {
        name: visible::name(&ctext::name(schema, id)),
        cells: Cells::of(schema, id),
    }
}

/// Old and new, each cell marked that differs.
fn beside(diff: Option<&TypeDiff>, old: Option<Drawn>, new: Option<Drawn>) -> Markup {
    let marks = Marks::of(diff);
    let side = |drawn: &Option<Drawn>, what: &str, marks: &BTreeMap<u64, Mark>| {
        html! {
            div {
                @match drawn {
                    Some(drawn) => {
                        p { (what) ": " code { (drawn.name) } ", " (counted(drawn.cells.size, "byte", "bytes")) }
                        (bytemap::draw(&format!("the {} {}", what.to_lowercase(), drawn.name), &drawn.cells, &|cell| of_cell(marks, cell)))
                    }
                    None => p { (what) ": none" }
                }
            }
        }
    };
    html! {
        div.beside {
            (side(&old, "Old", &marks.old))
            (side(&new, "New", &marks.new))
        }
    }
}

/// What was done, by the bit at which it stands.
#[derive(Default)]
struct Marks {
    old: BTreeMap<u64, Mark>,
    new: BTreeMap<u64, Mark>,
}

impl Marks {
    fn of(diff: Option<&TypeDiff>) -> Self {
        let mut marks = Self::default();
        let Some(diff) = diff else { return marks };
        // Another spelling of the same bytes is in the table.
        let weighed = diff
            .members
            .iter()
            .filter(|member| member.weight() != Weight::Same);
        for member in weighed {
            let (was, is) = match (&member.old, &member.new) {
                (Some(_), Some(_)) => (Mark::Changed, Mark::Changed),
                _ => (Mark::Removed, Mark::Added),
            };
            for (leaf, mark, marks) in [
                (&member.old, was, &mut marks.old),
                (&member.new, is, &mut marks.new),
            ] {
                // Members of a union begin at one bit.
                if let Some(leaf) = leaf {
                    let there = marks.entry(leaf.bit_offset).or_insert(mark);
                    if *there != mark {
                        *there = Mark::Changed;
                    }
                }
            }
        }
        for hole in &diff.old_padding {
            marks.old.entry(hole.offset * 8).or_insert(Mark::Removed);
        }
        for hole in &diff.new_padding {
            marks.new.entry(hole.offset * 8).or_insert(Mark::Added);
        }
        marks
    }
}

/// A cell that holds several scalars has changed where one of them has.
fn of_cell(marks: &BTreeMap<u64, Mark>, cell: &Cell) -> Option<Mark> {
    let mut inside = marks.range(cell.at..cell.end()).map(|(_, mark)| *mark);
    let first = inside.next()?;
    match inside.all(|mark| mark == first) {
        true => Some(first),
        false => Some(Mark::Changed),
    }
}
