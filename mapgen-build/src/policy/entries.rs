//! `min_entries`: what a map must hold.

use mapgen_schema::codes::{self, Level};
use mapgen_schema::names;

use super::{Least, Origin, Policy, Scope};
use crate::diagnostic::Diagnostic;
use crate::read::Object;

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let schema = &object.schema;
    for (name, stated) in &policy.min_entries {
        let Some(map) = schema.map(name) else {
            continue;
        };
        let diagnostic = |code, message| {
            Diagnostic::new(code, &schema.object, message)
                .place(format!("map `{name}`"))
                .origin(&stated.origin)
        };
        let least = match stated.value.of(schema, map) {
            Ok(least) => least,
            Err(what) => {
                found.push(diagnostic(codes::min_unit, what));
                continue;
            }
        };
        // 0: the size is set at run time, where the handle checks it. Of several that are
        // asked for, the most is said once.
        let most = policy.least(schema, map);
        let is_most = most.is_some_and(|most| most.value == least && most.origin == stated.origin);
        if map.max_entries == 0 || map.max_entries >= least || !is_most {
            continue;
        }
        let message = match &stated.value {
            Least::Entries(_) => {
                format!(
                    "`max_entries` is {}, `min_entries` is {least}",
                    map.max_entries
                )
            }
            other => format!(
                "`max_entries` is {} bytes, `min_entries` is {}, for which it takes {least} bytes",
                map.max_entries,
                other.text()
            ),
        };
        found.push(
            diagnostic(codes::min_entries, message)
                .help("raise it in the C source, or lower what is asked for"),
        );
    }
}

/// Names that none of the objects has.
pub(super) fn check_names(objects: &[Object], policy: &Policy, found: &mut Vec<Diagnostic>) {
    let maps = || objects.iter().flat_map(|object| &object.schema.maps);
    for (name, stated) in &policy.min_entries {
        if maps().any(|map| map.name == *name) {
            continue;
        }
        let known: Vec<&str> = maps().map(|map| map.name.as_str()).collect();
        let nearest = names::nearest(name, known.iter().copied());
        // What `build.rs` says of a builder is for its own objects.
        let scope = match stated.origin {
            Origin::Build => Scope::All,
            Origin::File { .. } => policy.scope,
        };
        let is_slip = nearest
            .first()
            .is_some_and(|near| names::is_near(name, near));
        let level = match scope {
            Scope::All => Level::Deny,
            Scope::Unknown if is_slip => Level::Deny,
            Scope::Unknown => Level::Warn,
            Scope::Part => continue,
        };
        let files: Vec<&str> = objects
            .iter()
            .map(|object| object.schema.object.as_str())
            .collect();
        let nearest = match nearest.is_empty() {
            true => "it has no maps".to_owned(),
            false => format!("the nearest are `{}`", nearest.join("`, `")),
        };
        let files = files.join("`, `");
        let message = format!("there is no map `{name}` in `{files}`; {nearest}");
        let mut diagnostic = Diagnostic::new(codes::unknown_map, "", message)
            .place("`min_entries`")
            .origin(&stated.origin);
        if scope == Scope::Unknown {
            diagnostic = diagnostic.help(
                "where another `Builder` has the map, list the objects of all of them in \
                 `mapgen.toml`, each as an `[[object]]`",
            );
        }
        diagnostic.level = policy.level(codes::unknown_map).min(level);
        found.push(diagnostic);
    }
}
