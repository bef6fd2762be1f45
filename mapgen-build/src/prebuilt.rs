//! Holds a prebuilt object against what clang makes of its source today.

use std::path::Path;

use mapgen_schema::diff::{self, MapDiff, SectionDiff, Weight};
use mapgen_schema::{Schema, codes};

use crate::error::{Error, Finding};

/// A prebuilt object must be what clang makes of the source today. How C spells a type
/// makes no difference.
pub(crate) fn same_layout(
    source: &Path,
    compiled: &Schema,
    prebuilt: &Path,
    old: &Schema,
) -> Result<(), Error> {
    let diff = diff::diff(old, compiled);
    let (here, there) = (prebuilt.display().to_string(), source.display().to_string());
    let maps = diff.maps.iter().filter(|map| map.weight() > Weight::Same);
    let maps = maps.map(|map: &MapDiff| {
        // What becomes of pins is not what is asked here.
        let map = MapDiff {
            pins: None,
            ..map.clone()
        };
        map.beside(&here, &there)
    });
    let sections = diff.sections.iter();
    let sections = sections.filter(|section| section.weight() > Weight::Same);
    let sections = sections.map(|section: &SectionDiff| section.beside(&here, &there));
    let errors = maps.chain(sections).map(|block| {
        let finding = Finding::new(
            codes::prebuilt_differs,
            format!(
                "it differs from what clang makes of `{there}`: build the object again\n{}",
                block.trim_end()
            ),
        );
        finding.into_error(&here)
    });
    Error::many(errors.collect())
}
