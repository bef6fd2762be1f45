//! `mapgen diff`: what differs between two objects, for people and as JSON.
//!
//! Fields of the JSON are added, never renamed; `docs/diff.md` describes them.

use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use mapgen_build::Options;
use mapgen_build::diff::{
    self, AttributeDiff, Diff, EnumeratorDiff, Hole, MapDiff, MemberDiff, Pins, SectionDiff,
    TypeDiff, Weight,
};
use mapgen_schema::kinds;
use serde_json::{Value, json};

use crate::{Failure, Status, input, inspect, json::leaf};

/// The version of the output; it changes when a field would have to be renamed.
const FORMAT: u32 = 1;

pub(crate) fn run(old: &Path, new: &Path, as_json: bool) -> Result<Status, Failure> {
    let read = |path| input::read(path, &Options::default());
    let (old, new) = (read(old)?.schema, read(new)?.schema);
    let diff = diff::diff(&old, &new);
    let mut out = anstream::stdout().lock();
    if as_json {
        inspect::write_json(&mut out, &json(&diff))?;
    } else if diff.is_empty() {
        writeln!(out, "nothing differs")?;
    } else {
        const HEADING: Style = Style::new().bold();
        for line in diff.to_string().lines() {
            // What differs of a map, section or type is indented below its heading.
            if line.starts_with(' ') {
                writeln!(out, "{line}")?;
            } else {
                writeln!(out, "{HEADING}{line}{HEADING:#}")?;
            }
        }
    }
    out.flush()?;
    Ok(status(&diff))
}

/// How a command ends that shows what differs.
pub(crate) fn status(diff: &Diff) -> Status {
    match diff.weight() {
        // Another spelling of the same bytes.
        Weight::Same => Status::Holds,
        Weight::Names | Weight::Layout => Status::Mismatch,
    }
}

fn json(diff: &Diff) -> Value {
    json!({
        "format": FORMAT,
        "old": diff.old,
        "new": diff.new,
        "weight": weight(diff.weight()),
        "maps": diff.maps.iter().map(map).collect::<Vec<_>>(),
        "sections": diff.sections.iter().map(section).collect::<Vec<_>>(),
        "types": diff.types.iter().map(ty).collect::<Vec<_>>(),
    })
}

fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Same => "same",
        Weight::Names => "names",
        Weight::Layout => "layout",
    }
}

fn map(map: &MapDiff) -> Value {
    let pins = map.pins.map(|pins| {
        let way = match pins {
            Pins::Refused(way) => Some(way.as_str()),
            _ => None,
        };
        json!({"outcome": pins.as_str(), "way": way})
    });
    json!({
        "name": map.name,
        "renamed_from": map.renamed_from,
        "presence": map.presence.as_str(),
        "type": kinds::name(map.kind).unwrap_or("unknown"),
        "weight": weight(map.weight()),
        "attributes": map.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "key": map.key.as_ref().map(ty),
        "value": map.value.as_ref().map(ty),
        "inner": map.inner.as_deref().map(self::map),
        "live_pins": pins,
    })
}

fn attribute(attribute: &AttributeDiff) -> Value {
    json!({"name": attribute.name, "old": attribute.old, "new": attribute.new})
}

fn section(section: &SectionDiff) -> Value {
    json!({
        "name": section.name,
        "presence": section.presence.as_str(),
        "weight": weight(section.weight()),
        "vars": ty(&section.vars),
    })
}

fn ty(ty: &TypeDiff) -> Value {
    let side = |side: &Option<(String, u64)>| {
        let side = side.as_ref();
        side.map(|(ctype, size)| json!({"ctype": ctype, "size": size}))
    };
    let padding = |holes: &[Hole]| holes.iter().map(hole).collect::<Vec<_>>();
    json!({
        "role": ty.role,
        "old": side(&ty.old),
        "new": side(&ty.new),
        "weight": weight(ty.weight()),
        "members": ty.members.iter().map(member).collect::<Vec<_>>(),
        "old_padding": padding(&ty.old_padding),
        "new_padding": padding(&ty.new_padding),
        "enumerators": ty.enumerators.iter().map(enumerator).collect::<Vec<_>>(),
    })
}

fn hole(hole: &Hole) -> Value {
    json!({"path": hole.path, "offset": hole.offset, "size": hole.size})
}

fn member(member: &MemberDiff) -> Value {
    let changes = member.changes.iter().map(|change| change.as_str());
    json!({
        "old": member.old.as_ref().map(leaf),
        "new": member.new.as_ref().map(leaf),
        "changes": changes.collect::<Vec<_>>(),
        "weight": weight(member.weight()),
    })
}

fn enumerator(enumerator: &EnumeratorDiff) -> Value {
    let side = |side: &Option<(String, i128)>| {
        let side = side.as_ref();
        side.map(|(name, value)| json!({"name": name, "value": number(*value)}))
    };
    json!({
        "ctype": enumerator.ctype,
        "old": side(&enumerator.old),
        "new": side(&enumerator.new),
    })
}

/// An enumerator has 64 bits, signed or not.
fn number(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => value.into(),
        (_, Ok(value)) => value.into(),
        _ => value.to_string().into(),
    }
}
