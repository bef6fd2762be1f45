//! Maps that several objects share: those that each of them pins by one name.

use std::collections::HashMap;

use mapgen_schema::diff::{self, MapDiff, Weight};
use mapgen_schema::{Map, Pinning, codes};

use crate::diagnostic::Diagnostic;
use crate::read::Object;

/// Whoever loads first makes the map, the others find it: they must all declare the same.
pub(super) fn check(objects: &[Object], out: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, (&Object, &Map)> = HashMap::new();
    for object in objects {
        let pinned = object.schema.maps.iter();
        for map in pinned.filter(|map| map.pinning == Pinning::ByName) {
            let Some((other, theirs)) = first.get(map.name.as_str()) else {
                first.insert(&map.name, (object, map));
                continue;
            };
            let (ours, there) = (&object.schema, &other.schema);
            let differs = diff::map((there, theirs), (ours, map));
            let Some(differs) = differs.filter(|differs| differs.weight() > Weight::Same) else {
                continue;
            };
            // No version before another is what is asked here.
            let differs = MapDiff {
                pins: None,
                ..differs
            };
            let found = Diagnostic::new(
                codes::shared_map,
                &ours.object,
                format!(
                    "`{}` pins a map by this name too, and it is another one",
                    there.object
                ),
            )
            .place(format!("map `{}`", map.name))
            .note(differs.table(&there.object, &ours.object).trim_end())
            .help(
                "declare it once, in a header that both include; where they are not one map, \
                 give one of them another name, or read an object of an earlier release in a \
                 `Builder` of its own",
            );
            out.push(found);
        }
    }
}
