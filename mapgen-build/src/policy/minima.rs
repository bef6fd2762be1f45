//! `unknown_map`: minima and thresholds of maps that no object has.

use std::collections::BTreeSet;

use mapgen_schema::codes::{self, Level};
use mapgen_schema::names;

use super::{Origin, Policy, Scope};
use crate::diagnostic::Diagnostic;

/// Finds the maps that `min_entries` and `thresholds` name and that are not among these: of
/// all objects that the policy is for.
///
/// ```
/// use mapgen_build::policy::{File, unknown_maps};
/// let file = File::parse("[min_entries]\nconn = 8\n", "mapgen.toml".as_ref())?;
/// let found = unknown_maps(["conns", "events"], &file.policy);
/// assert_eq!(found[0].message, "`min_entries` names map `conn`, which no object has");
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn unknown_maps<'a>(
    maps: impl IntoIterator<Item = &'a str>,
    policy: &'a Policy,
) -> Vec<Diagnostic> {
    let known: BTreeSet<&str> = maps.into_iter().collect();
    let minima = policy.min_entries.iter();
    let minima = minima.map(|(map, least)| ("min_entries", map, &least.origin));
    let thresholds = policy.thresholds.iter().filter_map(|threshold| {
        let map = threshold.map.as_ref()?;
        Some(("thresholds", map, &threshold.share.origin))
    });
    let unknown = minima
        .chain(thresholds)
        .filter(|(_, map, _)| !known.contains(map.as_str()));
    policy.weigh(
        unknown
            .filter_map(|(table, map, origin)| unknown_map(&known, table, map, origin, policy))
            .collect(),
    )
}

fn unknown_map(
    known: &BTreeSet<&str>,
    table: &str,
    map: &str,
    origin: &Origin,
    policy: &Policy,
) -> Option<Diagnostic> {
    let nearest = names::nearest(map, known.iter().copied());
    let is_slip = nearest
        .first()
        .is_some_and(|near| names::is_near(map, near));
    // What `build.rs` names is asked of when its objects are read (`requested_map`).
    if *origin == Origin::Build {
        return None;
    }
    let level = match policy.scope {
        Scope::All => Level::Deny,
        Scope::Unknown if is_slip => Level::Deny,
        Scope::Unknown => Level::Warn,
        Scope::Part => return None,
    };
    let mut help = match nearest.is_empty() {
        true => "no object has a map".to_owned(),
        false => format!("the nearest are `{}`", nearest.join("`, `")),
    };
    if policy.scope == Scope::Unknown {
        help += "; where another `Builder` has the map, list the objects of all of them in \
                 `mapgen.toml`, each as an `[[object]]`";
    }
    let message = format!("`{table}` names map `{map}`, which no object has");
    let mut diagnostic = Diagnostic::new(codes::unknown_map, "", message)
        .origin(origin)
        .help(help);
    diagnostic.level = policy.level(codes::unknown_map).min(level);
    Some(diagnostic)
}
