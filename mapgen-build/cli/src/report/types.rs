//! A type of a map: its drawing, what shares bytes in it, its members.

use std::collections::BTreeMap;

use mapgen_schema::{Schema, Type, TypeId, ctext};
use maud::{Markup, html};

use super::bytemap;
use super::cells::{Cells, Overlay};
use super::figures::counted;
use super::members::{self, Known};
use super::visible;

/// In bytes, as `pahole` counts.
const CACHELINE: u64 = 64;
/// Unions of one type that are drawn.
const MAX_UNIONS: usize = 16;

/// Types that are on the page, by the place where they are.
#[derive(Default)]
pub(super) struct Shown {
    places: BTreeMap<TypeId, String>,
}

impl Shown {
    pub(super) fn has(&self, schema: &Schema, id: TypeId) -> bool {
        self.places
            .contains_key(&members::behind_arrays(schema, id))
    }
}

/// What `ctype` is called in a heading: `struct flow_key`, which is `FlowKey` in Rust.
fn title(known: &Known<'_>, id: TypeId) -> Markup {
    html! {
        code { (visible::name(&ctext::name(known.schema, id))) }
        @if let Some(rust) = known.rust(members::behind_arrays(known.schema, id)) {
            " " span.rust { "Rust " code { (visible::name(rust)) } }
        }
    }
}

/// The type of a key or a value; `anchor` is where a type that is drawn only once is found.
pub(super) fn show(
    known: &Known<'_>,
    role: &str,
    id: TypeId,
    anchor: &str,
    shown: &mut Shown,
) -> Markup {
    let schema = known.schema;
    let plain = members::behind_arrays(schema, id);
    let is_composite = matches!(schema.ty(plain), Type::Composite(_));
    let before = shown.places.get(&plain).cloned().filter(|_| is_composite);
    if before.is_none() {
        shown.places.insert(plain, anchor.to_owned());
    }
    html! {
        section.type id=(anchor) {
            @let heading = html! {
                (role) " " (title(known, id))
                @if !is_composite { " " span.rust { (counted(schema.size(id), "byte", "bytes")) } }
            };
            // One of a map stands below the map's own heading.
            @if role == "Type" { h4 { (heading) } } @else { h5 { (heading) } }
            @if let Some(place) = &before {
                p { "Drawn and listed at " a href=(format!("#{place}")) { "the first map that has it" } "." }
            } @else if is_composite {
                (drawn(known, id))
            }
        }
    }
}

fn drawn(known: &Known<'_>, id: TypeId) -> Markup {
    let schema = known.schema;
    let name = visible::name(&ctext::name(schema, id));
    let cells = Cells::of(schema, id);
    html! {
        (bytemap::draw(&name, &cells, &|_| None))
        @for overlay in cells.unions.iter().take(MAX_UNIONS) { (union(schema, &name, overlay)) }
        @if cells.unions.len() > MAX_UNIONS {
            p { (counted((cells.unions.len() - MAX_UNIONS) as u64, "more union is", "more unions are")) " in the table." }
        }
        p.summary { (summary(schema, id)) }
        (members::table(known, id, &name))
    }
}

/// Each member that shares the bytes of a union, in a strip of its own.
fn union(schema: &Schema, of: &str, overlay: &Overlay) -> Markup {
    let alternatives = Cells::alternatives(schema, overlay.id);
    let place = format!("the union at byte {}", overlay.offset);
    let what = match overlay.path.is_empty() {
        true => format!("{place} of {of}"),
        false => format!("{}, {place}", overlay.path),
    };
    html! {
        div.union {
            p { "One at a time in " @if !overlay.path.is_empty() { code { (overlay.path) } ", " } (place) ":" }
            @for (name, cells) in &alternatives {
                @let name = if name.is_empty() { "unnamed" } else { name };
                (bytemap::draw(&format!("{name} in {what}"), cells, &|_| None))
            }
        }
    }
}

/// `16 bytes, aligned to 4, 1 cacheline, 5 members, 3 bytes of padding`.
fn summary(schema: &Schema, id: TypeId) -> String {
    let id = members::behind_arrays(schema, id);
    let Type::Composite(composite) = schema.ty(id) else {
        return String::new();
    };
    let size = u64::from(composite.size);
    let mut parts = vec![
        counted(size, "byte", "bytes"),
        format!("aligned to {}", schema.pack(composite)),
        counted(size.div_ceil(CACHELINE), "cacheline", "cachelines"),
        counted(composite.members.len() as u64, "member", "members"),
    ];
    if schema.is_packed(composite) {
        parts.push("packed".to_owned());
    }
    let holes = schema.padding(composite);
    let (tail, between): (Vec<_>, Vec<_>) = holes
        .iter()
        .partition(|hole| u64::from(hole.offset) + u64::from(hole.size) == size);
    let sum = |holes: &[&mapgen_schema::Padding]| {
        holes.iter().map(|hole| u64::from(hole.size)).sum::<u64>()
    };
    if !between.is_empty() {
        let holes = counted(between.len() as u64, "hole", "holes");
        parts.push(format!(
            "{} in {holes}",
            counted(sum(&between), "byte", "bytes")
        ));
    }
    if !tail.is_empty() {
        parts.push(format!(
            "{} of padding",
            counted(sum(&tail), "byte", "bytes")
        ));
    }
    parts.join(", ")
}
