//! `memory_budget`: what all maps take together when they are full.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mapgen_schema::{Map, Pinning, Schema, codes, kinds};

use super::{Policy, possible, size};
use crate::diagnostic::Diagnostic;
use crate::facts::Release;
use crate::memory;
use crate::read::Object;

/// The possible CPUs that memory is counted for where nobody says how many there are: as
/// many as a large server has, and as many as machines in a cloud often say they might get.
pub const DEFAULT_CPUS: u32 = 128;

/// Rows of the table; a budget is broken by the largest.
const SHOWN: usize = 16;
/// Since then `memlock` of a map's descriptor counts by the formulas.
const COUNTED: Release = Release { major: 6, minor: 4 };

/// What one map takes.
struct Row<'a> {
    name: String,
    kind: &'static str,
    /// As it is counted.
    entries: String,
    bytes: u64,
    /// The map, where fewer entries would help.
    map: Option<(&'a Schema, Map)>,
}

pub(super) fn check(objects: &[Object], policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(budget) = &policy.memory_budget else {
        return;
    };
    let cpus = policy.cpus.as_ref().map_or(DEFAULT_CPUS, |cpus| cpus.value);
    let mut rows = Vec::new();
    let mut unknown = Vec::new();
    for object in objects {
        let schema = &object.schema;
        let several = objects.len() > 1;
        let name = |name: &str| match several {
            true => format!("{}: {name}", schema.object),
            false => name.to_owned(),
        };
        for map in &schema.maps {
            of_map(
                schema,
                map,
                &name(&map.name),
                (policy, cpus),
                &mut rows,
                &mut unknown,
            );
        }
        rows.extend(schema.sections.iter().map(|section| Row {
            name: name(&section.name),
            kind: "array",
            entries: "1".to_owned(),
            bytes: memory::section_bytes(section),
            map: None,
        }));
    }
    let rows = once(rows);
    // A hostile object has more than 64 bits of them.
    let total = rows
        .iter()
        .fold(0_u64, |sum, row| sum.saturating_add(row.bytes));
    let cpus_stated = match &policy.cpus {
        Some(stated) => format!("{} (`{}`)", possible(cpus), stated.origin),
        None => format!("{} (`cpus` says how many there are)", possible(cpus)),
    };
    if total <= budget.value {
        found.extend(unknown.into_iter().map(|unknown| {
            unknown.diagnostic().origin(&budget.origin).help(
                "state the least that it is set to as its `min_entries`, which is counted then",
            )
        }));
        return;
    }
    let (mut taken, mut allowed) = (size::text(total), size::text(budget.value));
    if taken == allowed {
        (taken, allowed) = (format!("{total} B"), format!("{} B", budget.value));
    }
    let object = match objects {
        [object] => object.schema.object.as_str(),
        _ => "",
    };
    let message =
        format!("the maps take {taken} of kernel memory on {cpus_stated}, the budget is {allowed}");
    let mut diagnostic = Diagnostic::new(codes::memory_budget, object, message)
        .origin(&budget.origin)
        .note(table(rows, total, budget.value, (policy, cpus)));
    for unknown in unknown {
        diagnostic = diagnostic.note(format!("not counted: {}: {}", unknown.place, unknown.what));
    }
    let oldest = policy.min_kernel.as_ref().map(|oldest| oldest.value);
    if let Some(oldest) = oldest.filter(|oldest| *oldest < COUNTED) {
        diagnostic = diagnostic.note(format!(
            "counted as Linux {COUNTED} and newer count it; Linux {oldest} reports an estimate \
             of its own"
        ));
    }
    found.push(diagnostic.help(
        "lower `max_entries` of what stands first, state the CPUs with `cpus`, or raise \
         `memory_budget`",
    ));
}

/// A map that no number can be given for.
struct Unknown {
    object: String,
    place: String,
    what: String,
}

impl Unknown {
    fn diagnostic(self) -> Diagnostic {
        Diagnostic::new(codes::memory_unknown, self.object, self.what).place(self.place)
    }
}

fn of_map<'a>(
    schema: &'a Schema,
    map: &Map,
    name: &str,
    (policy, cpus): (&Policy, u32),
    rows: &mut Vec<Row<'a>>,
    unknown: &mut Vec<Unknown>,
) {
    let mut counted = map.clone();
    let mut entries = map.max_entries.to_string();
    let least = policy.least(schema, map);
    if let (0, Some(least)) = (map.max_entries, least) {
        // The size is set at run time, and the handle refuses less.
        counted.max_entries = least.value;
        entries = format!("{} or more", least.value);
    }
    let kind = kinds::name(map.kind).unwrap_or("unknown");
    let mut not_known = |what: String| {
        unknown.push(Unknown {
            object: schema.object.clone(),
            place: format!("map `{}`", map.name),
            what,
        });
    };
    let Some(bytes) = memory::bytes(&counted, cpus) else {
        not_known(match counted.max_entries {
            0 => "its `max_entries` is set at run time".to_owned(),
            _ => format!("what a `{kind}` map takes is not known"),
        });
        return;
    };
    if map.key_at_run_time() || map.value_at_run_time() {
        not_known("the size of its keys or values is set at run time".to_owned());
        return;
    }
    if let Some(beside) = memory::beside(map.kind) {
        let _ = write!(entries, " + {beside}");
    }
    // Each slot may hold a map of its own.
    if let Some(inner) = &map.inner {
        match memory::bytes(inner, cpus) {
            Some(each) => rows.push(Row {
                name: format!("{name}, inner maps"),
                kind: kinds::name(inner.kind).unwrap_or("unknown"),
                entries: format!("{} × {}", counted.max_entries, inner.max_entries),
                bytes: each.saturating_mul(u64::from(counted.max_entries)),
                map: None,
            }),
            None => not_known("the size of its inner maps is set at run time".to_owned()),
        }
    } else if kind.ends_with("_of_maps") {
        not_known("it does not declare its inner maps".to_owned());
    }
    rows.push(Row {
        name: name.to_owned(),
        kind,
        entries,
        bytes,
        map: Some((schema, counted)),
    });
}

/// A map that libbpf pins by its name is one map for all objects, and the largest of its
/// declarations counts. The largest rows come first.
fn once(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut pinned: BTreeMap<String, Row<'_>> = BTreeMap::new();
    let mut kept = Vec::new();
    for row in rows {
        let pin = match &row.map {
            Some((_, map)) if map.pinning == Pinning::ByName => map.name.clone(),
            _ => {
                kept.push(row);
                continue;
            }
        };
        let other = pinned.remove(&pin);
        let larger = match other {
            Some(other) if other.bytes >= row.bytes => other,
            _ => row,
        };
        pinned.insert(pin, larger);
    }
    kept.extend(pinned.into_values());
    kept.sort_by(|one, other| (other.bytes, &one.name).cmp(&(one.bytes, &other.name)));
    kept
}

/// The rows with what could shrink, aligned.
fn table(rows: Vec<Row<'_>>, total: u64, budget: u64, stated: (&Policy, u32)) -> String {
    let more = rows.get(SHOWN..).unwrap_or_default();
    let rest = more
        .iter()
        .fold(0_u64, |sum, row| sum.saturating_add(row.bytes));
    let more = more.len();
    let head = ["map", "kind", "entries", "bytes", ""].map(str::to_owned);
    let mut lines = vec![head];
    for row in rows.into_iter().take(SHOWN) {
        let others = total.saturating_sub(row.bytes);
        let fits = shrinks(&row, budget.checked_sub(others), stated);
        let bytes = size::text(row.bytes);
        lines.push([row.name, row.kind.to_owned(), row.entries, bytes, fits]);
    }
    if more > 0 {
        let name = format!("{more} more");
        lines.push([
            name,
            String::new(),
            String::new(),
            size::text(rest),
            String::new(),
        ]);
    }
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let [name, kind, entries, bytes] = [width(0), width(1), width(2), width(3)];
    let lines = lines.iter().map(|[a, b, c, d, e]| {
        let line = format!("{a:name$}  {b:kind$}  {c:>entries$}  {d:>bytes$}  {e}");
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What one map alone would have to become for all to fit.
fn shrinks(row: &Row<'_>, room: Option<u64>, (policy, cpus): (&Policy, u32)) -> String {
    let Some((schema, map)) = &row.map else {
        return String::new();
    };
    let per_cpu = match row.kind {
        kind if kind.contains("percpu_") && !kind.contains("storage") => {
            format!("each value is kept {cpus} times")
        }
        _ => String::new(),
    };
    let fits = room.and_then(|room| fitting(map, room, cpus));
    let fits = match fits {
        Some(entries) if entries < map.max_entries => {
            let unit = match row.kind {
                "ringbuf" | "user_ringbuf" => " bytes fit",
                _ => " entries fit",
            };
            let least = policy
                .least(schema, map)
                .filter(|least| least.value > entries);
            let least = least.map_or_else(String::new, |least| {
                format!(", `min_entries` is {}", least.value)
            });
            format!("{entries}{unit}{least}")
        }
        _ => String::new(),
    };
    [fits, per_cpu]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The most entries with which a map takes no more than so many bytes.
fn fitting(map: &Map, room: u64, cpus: u32) -> Option<u32> {
    let (mut low, mut high) = (0_u32, map.max_entries);
    let mut map = map.clone();
    let mut fits = |entries: u32| {
        map.max_entries = entries;
        memory::bytes(&map, cpus).is_some_and(|bytes| bytes <= room)
    };
    // More entries never take less, and as many as there are take too much.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match fits(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(low).filter(|&entries| entries > 0)
}
