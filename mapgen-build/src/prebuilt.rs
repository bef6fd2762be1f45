//! Holds a prebuilt object against what clang makes of its source today.

use std::path::Path;

use mapgen_schema::{Map, Schema, Section, codes, hash};

use crate::error::{Error, Finding};

/// A prebuilt object must be what clang makes of the source today.
pub(crate) fn same_layout(
    source: &Path,
    compiled: &Schema,
    prebuilt: &Path,
    old: &Schema,
) -> Result<(), Error> {
    let mut errors = Vec::new();
    let mut differs = |place: String, what: String| {
        let finding = Finding::new(
            codes::prebuilt_differs,
            format!(
                "{what} in what clang makes of `{}`: build the object again",
                source.display()
            ),
        );
        errors.push(
            finding
                .at(place)
                .into_error(&prebuilt.display().to_string()),
        );
    };
    for map in &compiled.maps {
        let place = format!("map `{}`", map.name);
        let Some(other) = old.map(&map.name) else {
            differs(place, "it is not in the prebuilt object, but".to_owned());
            continue;
        };
        let numbers = [
            ("type", map.kind, other.kind),
            ("key_size", map.key_size, other.key_size),
            ("value_size", map.value_size, other.value_size),
            ("max_entries", map.max_entries, other.max_entries),
            ("map_flags", map.map_flags, other.map_flags),
        ];
        let mut same = true;
        for (attribute, new, old) in numbers {
            if new != old {
                same = false;
                differs(
                    place.clone(),
                    format!("`{attribute}` is {old} here and {new}"),
                );
            }
        }
        if same && hash::layout(compiled, map) != hash::layout(old, other) {
            let (here, there) = first_difference(compiled, map, old, other);
            differs(place, format!("{here} here and {there}"));
        }
    }
    for map in old
        .maps
        .iter()
        .filter(|map| compiled.map(&map.name).is_none())
    {
        differs(
            format!("map `{}`", map.name),
            "it is in the prebuilt object, but not".to_owned(),
        );
    }
    for section in &compiled.sections {
        let vars = |section: &Section| {
            let vars = section.vars.iter();
            vars.map(|var| (var.name.clone(), var.offset, var.size))
                .collect::<Vec<_>>()
        };
        let other = old.sections.iter().find(|other| other.name == section.name);
        if other.is_none_or(|other| vars(other) != vars(section)) {
            differs(
                format!("section `{}`", section.name),
                "its variables differ from those".to_owned(),
            );
        }
    }
    Error::many(errors)
}

/// The first leaf in which two maps of one name differ, as text for each.
fn first_difference(a: &Schema, map_a: &Map, b: &Schema, map_b: &Map) -> (String, String) {
    let leaves = |schema: &Schema, map: &Map| {
        let types = [("key", map.key), ("value", map.value)].into_iter();
        types
            .flat_map(|(role, ty)| {
                let leaves = ty.map(|ty| schema.leaves(ty)).unwrap_or_default();
                leaves.into_iter().map(move |leaf| (role, leaf))
            })
            .map(|(role, leaf)| {
                format!(
                    "`{role}` has `{} {}` at bit {}",
                    leaf.ctype, leaf.path, leaf.bit_offset
                )
            })
            .collect::<Vec<_>>()
    };
    let (new, old) = (leaves(a, map_a), leaves(b, map_b));
    let index = (0..new.len().max(old.len()))
        .find(|&index| new.get(index) != old.get(index))
        .unwrap_or(0);
    let text = |leaves: &[String]| {
        leaves
            .get(index)
            .cloned()
            .unwrap_or_else(|| "it has no further member".to_owned())
    };
    (text(&old), text(&new))
}
