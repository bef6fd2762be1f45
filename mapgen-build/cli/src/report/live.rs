//! The page of `mapgen serve`: fill levels of maps as they are now, and what the objects that
//! were given declare.
//!
//! The server writes it with the levels of the moment, so that it reads without its script;
//! the script asks for the levels again and again and changes what has changed.

use std::path::{Path, PathBuf};

use mapgen_build::policy::size_text;
use mapgen_runtime::Unit;
use mapgen_runtime::metrics::{Host, Reading, Severity};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::figures::{bar, counted, grouped};
use super::object::{Asked, Shape};
use super::page::Page;
use super::{LARGE, visible};
use crate::Failure;
use crate::project::Project;

/// The version of what the page asks for; page and server are of one build.
const FORMAT: u32 = 1;

/// What does not change while it is served.
#[derive(Debug)]
pub(crate) struct Live {
    /// The objects that were given, written once.
    objects: String,
    contents: Vec<(String, String, bool)>,
    is_large: bool,
}

impl Live {
    /// Reads and writes out the objects.
    pub(crate) fn of(config: Option<&Path>, objects: &[PathBuf]) -> Result<Self, Failure> {
        let mut live = Self {
            objects: String::new(),
            contents: vec![("levels".to_owned(), "Fill levels".to_owned(), false)],
            is_large: false,
        };
        // Standard input was read before, for what is asked of its maps.
        let objects = objects.iter().filter(|object| *object != Path::new("-"));
        let objects: Vec<PathBuf> = objects.cloned().collect();
        if objects.is_empty() {
            return Ok(live);
        }
        let project = Project::find_any(config, &objects)?;
        let asked = Asked {
            policy: &project.policy,
            cpus: crate::possible_cpus(),
        };
        let schemas = project.read(|_, object| object.schema)?;
        let schemas = schemas.into_iter().collect::<Result<Vec<_>, _>>()?;
        live.is_large = schemas
            .iter()
            .map(|schema| schema.maps.len())
            .sum::<usize>()
            > LARGE;
        for (index, schema) in schemas.iter().enumerate() {
            let shape = Shape::of(schema, index, &asked);
            live.contents.extend(shape.contents());
            live.objects += &shape.body().into_string();
        }
        Ok(live)
    }

    /// The page with the levels that were last seen.
    pub(crate) fn page(&self, host: &Host) -> String {
        let page = Page {
            title: "mapgen: maps of this host".to_owned(),
            heading: html! { "Maps of this host" },
            contents: self.contents.clone(),
            is_large: self.is_large,
            is_live: true,
            body: html! { (levels(host)) (PreEscaped(&self.objects)) },
        };
        page.document()
    }
}

fn levels(host: &Host) -> Markup {
    let mut rows = Vec::new();
    host.for_each(|reading| rows.push(row(&Shown::of(reading))));
    let summary = summary(host);
    html! {
        section id="levels" {
            h2 { "Fill levels" }
            div.controls {
                button type="button" id="pause" aria-pressed="false" hidden { "Pause" }
                label id="filter" hidden { "Show " input type="search" autocomplete="off" spellcheck="false" placeholder="every map"; }
                p id="news" role="status" { "As of when this page was asked for." }
                a href="/metrics" { "Metrics" }
            }
            p id="summary" { (summary) }
            div.scroll { table.levels id="maps" {
                caption { "Entries of maps, bytes of ring buffers; memory as the kernel counts it" }
                thead { tr {
                    th scope="col" { "Map" } th scope="col" { "Kind" } th.n scope="col" { "Used" } th.n scope="col" { "Capacity" }
                    th.n scope="col" { "Full" } th.n scope="col" { "Minimum" } th.n scope="col" { "Memory" }
                    th scope="col" { "State" }
                } }
                tbody { @for row in &rows { (row) } }
            } }
            // What the script makes the rows of maps of that come later.
            template id="row" { (row(&Shown::default())) }
        }
    }
}

/// All maps in a sentence.
fn summary(host: &Host) -> String {
    let (mut maps, mut critical, mut warnings, mut bytes) = (0, 0, 0, 0_u64);
    host.for_each(|reading| {
        maps += 1;
        match Shown::of(reading).class {
            "critical" => critical += 1,
            "warning" => warnings += 1,
            _ => {}
        }
        bytes = bytes.saturating_add(reading.memory.unwrap_or(0));
    });
    let mut text = format!(
        "{}, {critical} critical, {}, {} of kernel memory.",
        counted(maps, "map", "maps"),
        counted(warnings, "warning", "warnings"),
        size_text(bytes)
    );
    if let Some(error) = host.unseen() {
        text += &format!(
            " Not all maps are seen: {}.",
            visible::message(&error.to_string())
        );
    }
    text
}

/// A reading in the texts of its row.
#[derive(Default)]
struct Shown {
    id: u32,
    name: String,
    /// Several maps may have one name.
    place: String,
    kind: String,
    used: String,
    capacity: String,
    pressure: Option<f64>,
    full: String,
    minimum: String,
    memory: String,
    state: String,
    class: &'static str,
}

impl Shown {
    fn of(reading: &Reading<'_>) -> Self {
        let usage = reading.usage;
        let is_bytes = usage.is_some_and(|usage| usage.unit == Unit::Bytes);
        let unit = if is_bytes { " B" } else { "" };
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let pressure = usage.and_then(|usage| usage.pressure());
        let short = reading
            .min_entries
            .is_some_and(|least| reading.capacity > 0 && reading.capacity < least);
        let (class, mut state) = state(reading);
        if short {
            state += ", smaller than its minimum";
        }
        Self {
            id: reading.id,
            name: visible::name(reading.name),
            place: match reading.object {
                "" => format!("id {}", reading.id),
                object => format!("id {}, {}", reading.id, visible::name(object)),
            },
            kind: reading.kind.to_string(),
            used: or_dash(
                usage
                    .and_then(|usage| usage.used)
                    .map(|used| grouped(used) + unit),
            ),
            capacity: match reading.capacity {
                0 => "not fixed".to_owned(),
                capacity => grouped(u64::from(capacity)) + unit,
            },
            pressure,
            full: or_dash(pressure.map(|part| format!("{:.1} %", 100.0 * part))),
            minimum: or_dash(
                reading
                    .min_entries
                    .map(|least| grouped(u64::from(least)) + unit),
            ),
            memory: or_dash(reading.memory.map(size_text)),
            state,
            class: match class {
                "" | "unknown" if short => "warning",
                class => class,
            },
        }
    }
}

/// The class of its row, and the same in words.
fn state(reading: &Reading<'_>) -> (&'static str, String) {
    let errors = reading.update_errors.map_or(0, |errors| {
        [errors.full, errors.access, errors.memory, errors.other]
            .into_iter()
            .fold(0, u64::saturating_add)
    });
    let refused = match errors {
        0 => String::new(),
        errors => format!(", {} writes refused", grouped(errors)),
    };
    if let Some(error) = reading.error {
        return (
            "warning",
            visible::message(&format!("not read: {error}")) + &refused,
        );
    }
    let holds = |wanted: Severity| {
        let mut violations = reading.violations.iter();
        violations.any(|(severity, holds)| *severity == wanted && *holds == Some(true))
    };
    let watched = reading.violations.iter().any(|(_, holds)| holds.is_some());
    let is_known = reading
        .usage
        .is_some_and(|usage| usage.pressure().is_some());
    let (class, state) = match (is_known, watched) {
        _ if holds(Severity::Critical) => ("critical", "critical"),
        _ if holds(Severity::Warning) => ("warning", "warning"),
        // The kernel does not say it of this kind, or nobody has looked yet.
        (false, _) => ("unknown", "not known"),
        (true, true) => ("", "ok"),
        (true, false) => ("", "no threshold"),
    };
    (class, state.to_owned() + &refused)
}

fn row(shown: &Shown) -> Markup {
    // A thousandth is what a bar can show.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 1000"
    )]
    let part = (shown.pressure.unwrap_or(0.0) * 1000.0).round() as u64;
    html! {
        tr.(shown.class) data-id=(shown.id) {
            th scope="row" { span data-is="name" { (shown.name) } " " span.none data-is="place" { (shown.place) } }
            td data-is="kind" { (shown.kind) }
            td.n data-is="used" { (shown.used) }
            td.n data-is="capacity" { (shown.capacity) }
            td.n { span data-is="full" { (shown.full) } (bar(part, 1000)) }
            td.n data-is="minimum" { (shown.minimum) }
            td.n data-is="memory" { (shown.memory) }
            td data-is="state" { (shown.state) }
        }
    }
}

/// What the page's script asks for: the texts of each row, and what its bar shows.
pub(crate) fn maps(host: &Host) -> Value {
    let mut maps = Vec::new();
    host.for_each(|reading| {
        let shown = Shown::of(reading);
        maps.push(json!({
            "id": shown.id,
            "class": shown.class,
            "pressure": shown.pressure,
            "text": {
                "name": shown.name,
                "place": shown.place,
                "kind": shown.kind,
                "used": shown.used,
                "capacity": shown.capacity,
                "full": shown.full,
                "minimum": shown.minimum,
                "memory": shown.memory,
                "state": shown.state,
            },
        }));
    });
    json!({"format": FORMAT, "summary": summary(host), "maps": maps})
}
