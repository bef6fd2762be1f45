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

/// What the maps of one object take, which is little beside the object itself.
#[derive(Clone, Debug)]
pub struct Memory {
    object: String,
    rows: Vec<Row>,
    unknown: Vec<Unknown>,
}

/// What one map takes.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    kind: &'static str,
    /// As it is counted.
    entries: String,
    bytes: u64,
    /// The map, where fewer entries would help.
    map: Option<Box<Map>>,
    least: Option<u32>,
}

impl Memory {
    /// Counts what an object takes on the CPUs that the policy states.
    ///
    /// ```no_run
    /// use mapgen_build::policy::{self, Memory, Policy};
    /// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
    /// let policy = Policy::default();
    /// let found = policy::check_memory([Memory::of(&object, &policy)], &policy);
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn of(object: &Object, policy: &Policy) -> Self {
        let schema = &object.schema;
        let mut memory = Self {
            object: schema.object.clone(),
            rows: Vec::new(),
            unknown: Vec::new(),
        };
        if policy.memory_budget.is_some() {
            for map in &schema.maps {
                memory.add(schema, map, policy);
            }
            memory
                .rows
                .extend(schema.sections.iter().map(|section| Row {
                    name: section.name.clone(),
                    kind: "array",
                    entries: "1".to_owned(),
                    bytes: memory::section_bytes(section),
                    map: None,
                    least: None,
                }));
        }
        memory
    }

    fn add(&mut self, schema: &Schema, map: &Map, policy: &Policy) {
        let cpus = policy.counted_cpus();
        let mut counted = Box::new(Map {
            btf: None,
            ..map.clone()
        });
        let mut entries = map.max_entries.to_string();
        let least = policy.least(schema, map).map(|least| least.value);
        if let (0, Some(least)) = (map.max_entries, least) {
            // The size is set at run time, and the handle refuses less.
            counted.max_entries = least;
            entries = format!("{least} or more");
        }
        let kind = kinds::name(map.kind).unwrap_or("unknown");
        let mut not_known = |what: String| {
            let place = format!("map `{}`", map.name);
            self.unknown.push(Unknown { place, what });
        };
        let Some(bytes) = memory::bytes(&counted, cpus) else {
            return not_known(match counted.max_entries {
                0 => "its `max_entries` is set at run time".to_owned(),
                _ => format!("what a `{kind}` map takes is not known"),
            });
        };
        if map.key_at_run_time() || map.value_at_run_time() {
            return not_known("the size of its keys or values is set at run time".to_owned());
        }
        if let Some(beside) = memory::beside(map.kind) {
            let _ = write!(entries, " + {beside}");
        }
        // Each slot may hold a map of its own.
        if let Some(inner) = &map.inner {
            match memory::bytes(inner, cpus) {
                Some(each) => self.rows.push(Row {
                    name: format!("{}, inner maps", map.name),
                    kind: kinds::name(inner.kind).unwrap_or("unknown"),
                    entries: format!("{} × {}", counted.max_entries, inner.max_entries),
                    bytes: each.saturating_mul(u64::from(counted.max_entries)),
                    map: None,
                    least: None,
                }),
                None => not_known("the size of its inner maps is set at run time".to_owned()),
            }
        } else if kind.ends_with("_of_maps") {
            not_known("it does not declare its inner maps".to_owned());
        }
        self.rows.push(Row {
            name: map.name.clone(),
            kind,
            entries,
            bytes,
            map: Some(counted),
            least,
        });
    }
}

impl Policy {
    fn counted_cpus(&self) -> u32 {
        self.cpus.as_ref().map_or(DEFAULT_CPUS, |cpus| cpus.value)
    }
}

/// Holds what objects take together against the policy's budget.
///
/// ```no_run
/// # use mapgen_build::policy::{self, Policy};
/// let (objects, policy): (Vec<policy::Memory>, Policy) = Default::default();
/// for finding in policy::check_memory(objects, &policy) {
///     println!("{finding}");
/// }
/// ```
pub fn check_memory(objects: impl IntoIterator<Item = Memory>, policy: &Policy) -> Vec<Diagnostic> {
    let Some(budget) = &policy.memory_budget else {
        return Vec::new();
    };
    let objects: Vec<Memory> = objects.into_iter().collect();
    let only = match &objects[..] {
        [object] => object.object.clone(),
        _ => String::new(),
    };
    let mut rows = Vec::new();
    let mut unknown = Vec::new();
    for mut memory in objects {
        if only.is_empty() {
            for row in &mut memory.rows {
                row.name = format!("{}: {}", memory.object, row.name);
            }
        }
        rows.append(&mut memory.rows);
        let object = memory.object;
        unknown.extend(memory.unknown.into_iter().map(|one| (object.clone(), one)));
    }
    let rows = once(rows);
    // A hostile object has more than 64 bits of them.
    let total = rows
        .iter()
        .fold(0_u64, |sum, row| sum.saturating_add(row.bytes));
    if total <= budget.value {
        let unknown = unknown.into_iter().map(|(object, unknown)| {
            Diagnostic::new(codes::memory_unknown, object, unknown.what)
                .place(unknown.place)
                .origin(&budget.origin)
                .help(
                    "state the least that it is set to as its `min_entries`, which is counted then",
                )
        });
        return policy.weigh(unknown.collect());
    }
    let on = possible(policy.counted_cpus());
    let on = match &policy.cpus {
        Some(stated) => format!("{on} (`{}`)", stated.origin),
        None => format!("{on} (`cpus` says how many there are)"),
    };
    let (mut taken, mut allowed) = (size::text(total), size::text(budget.value));
    if taken == allowed {
        (taken, allowed) = (format!("{total} B"), format!("{} B", budget.value));
    }
    let message =
        format!("the maps take {taken} of kernel memory on {on}, the budget is {allowed}");
    let mut diagnostic = Diagnostic::new(codes::memory_budget, only, message)
        .origin(&budget.origin)
        .note(table(rows, total, budget.value, policy.counted_cpus()));
    for (_, unknown) in unknown {
        diagnostic = diagnostic.note(format!("not counted: {}: {}", unknown.place, unknown.what));
    }
    let oldest = policy.min_kernel.as_ref().map(|oldest| oldest.value);
    if let Some(oldest) = oldest.filter(|oldest| *oldest < COUNTED) {
        diagnostic = diagnostic.note(format!(
            "counted as Linux {COUNTED} and newer count it; Linux {oldest} reports an estimate \
             of its own"
        ));
    }
    policy.weigh(vec![diagnostic.help(
        "lower `max_entries` of what stands first, state the CPUs with `cpus`, or raise \
         `memory_budget`",
    )])
}

/// A map that no number can be given for.
#[derive(Clone, Debug)]
struct Unknown {
    place: String,
    what: String,
}

/// A map that libbpf pins by its name is one map for all objects, and the largest of its
/// declarations counts. The largest rows come first.
fn once(rows: Vec<Row>) -> Vec<Row> {
    let mut pinned: BTreeMap<String, Row> = BTreeMap::new();
    let mut kept = Vec::new();
    for row in rows {
        let pin = match &row.map {
            Some(map) if map.pinning == Pinning::ByName => map.name.clone(),
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
fn table(rows: Vec<Row>, total: u64, budget: u64, cpus: u32) -> String {
    let more = rows.get(SHOWN..).unwrap_or_default();
    let rest = more
        .iter()
        .fold(0_u64, |sum, row| sum.saturating_add(row.bytes));
    let more = more.len();
    let head = ["map", "kind", "entries", "bytes", ""].map(str::to_owned);
    let mut lines = vec![head];
    for row in rows.into_iter().take(SHOWN) {
        let others = total.saturating_sub(row.bytes);
        let fits = shrinks(&row, budget.checked_sub(others), cpus);
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
fn shrinks(row: &Row, room: Option<u64>, cpus: u32) -> String {
    let Some(map) = &row.map else {
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
            let least = row.least.filter(|&least| least > entries);
            let least =
                least.map_or_else(String::new, |least| format!(", `min_entries` is {least}"));
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
