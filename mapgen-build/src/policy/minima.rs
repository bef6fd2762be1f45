//! `unknown_map`: minima and thresholds of maps that no object has.

use std::collections::BTreeSet;

use mapgen_schema::{codes, names};

use super::{Origin, Policy};
use crate::diagnostic::Diagnostic;

/// Finds the maps that `min_entries` and `thresholds` name and that are not among these: of all objects that
/// the policy is for.
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
            .map(|(table, map, origin)| unknown_map(&known, table, map, origin))
            .collect(),
    )
}

fn unknown_map(known: &BTreeSet<&str>, table: &str, map: &str, origin: &Origin) -> Diagnostic {
    let nearest = names::nearest(map, known.iter().copied()).join("`, `");
    Diagnostic::new(
        codes::unknown_map,
        "",
        format!("`{table}` names map `{map}`, which no object has"),
    )
    .origin(origin)
    .help(if nearest.is_empty() {
        "no object has a map".to_owned()
    } else {
        format!("the nearest are `{nearest}`")
    })
}
