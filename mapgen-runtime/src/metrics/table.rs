//! The metrics: names, meanings, and the samples that a reading gives.

use crate::metrics::reading::Reading;
use crate::usage::Unit;

/// Whether a metric only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only grows, for as long as the process lives.
    Counter,
}

/// One number with its labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// A label besides those of the map: `("reason", "full")`.
    pub label: Option<(&'static str, &'static str)>,
    /// The number; counts are exact up to 2⁵³.
    pub value: f64,
}

/// A metric: its samples are the same whatever exports them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Metric {
    /// Without `_total`, which OpenMetrics appends to counters, and without the unit.
    pub name: &'static str,
    /// What it says, one sentence without its full stop.
    pub help: &'static str,
    /// The base unit, which is part of the name in OpenMetrics: `bytes`, `seconds`.
    pub unit: Option<&'static str>,
    /// Whether it only grows.
    pub kind: Kind,
    samples: fn(&Reading<'_>) -> [Option<Sample>; 4],
}

impl Metric {
    /// What a reading says in this metric; nothing where it is not known.
    pub fn samples(&self, reading: &Reading<'_>) -> impl Iterator<Item = Sample> + use<> {
        (self.samples)(reading).into_iter().flatten()
    }
}

fn one(value: Option<f64>) -> [Option<Sample>; 4] {
    let sample = value.map(|value| Sample { label: None, value });
    [sample, None, None, None]
}

fn labelled(label: &'static str, value: &'static str, number: f64) -> Option<Sample> {
    Some(Sample {
        label: Some((label, value)),
        value: number,
    })
}

/// Whether the capacity counts entries.
fn counts_entries(reading: &Reading<'_>) -> bool {
    reading
        .usage
        .is_none_or(|usage| usage.unit == Unit::Entries)
}

fn used_as(reading: &Reading<'_>, unit: Unit) -> Option<f64> {
    let usage = reading.usage.filter(|usage| usage.unit == unit)?;
    usage.used.map(|used| used as f64)
}

/// Every metric, in the order in which they are exported.
pub const METRICS: &[Metric] = &[
    Metric {
        name: "ebpf_map_entries",
        help: "Entries that a map holds",
        unit: None,
        kind: Kind::Gauge,
        samples: |reading| one(used_as(reading, Unit::Entries)),
    },
    Metric {
        name: "ebpf_map_entries_age",
        help: "Time since the fill level was found",
        unit: Some("seconds"),
        kind: Kind::Gauge,
        samples: |reading| {
            let known = reading.usage.is_some_and(|usage| usage.used.is_some());
            one(reading.age.filter(|_| known).map(|age| age.as_secs_f64()))
        },
    },
    Metric {
        name: "ebpf_map_max_entries",
        help: "What a map has room for: entries, bytes for a ring buffer",
        unit: None,
        kind: Kind::Gauge,
        samples: |reading| one(Some(reading.capacity.into())),
    },
    Metric {
        name: "ebpf_map_min_entries",
        help: "What the program asks a map to have room for",
        unit: None,
        kind: Kind::Gauge,
        samples: |reading| one(reading.min_entries.map(f64::from)),
    },
    Metric {
        name: "ebpf_map_pressure",
        help: "The part of a map's capacity that is in use, from 0 to 1",
        unit: None,
        kind: Kind::Gauge,
        samples: |reading| one(reading.usage.and_then(|usage| usage.pressure())),
    },
    Metric {
        name: "ebpf_map_memory",
        help: "Kernel memory that a map holds",
        unit: Some("bytes"),
        kind: Kind::Gauge,
        samples: |reading| one(reading.memory.map(|bytes| bytes as f64)),
    },
    Metric {
        name: "ebpf_map_update_errors",
        help: "Writes by this process that the kernel refused",
        unit: None,
        kind: Kind::Counter,
        samples: |reading| {
            let errors = reading.update_errors.filter(|_| counts_entries(reading));
            let Some(errors) = errors else {
                return [None; 4];
            };
            [
                labelled("reason", "full", errors.full as f64),
                labelled("reason", "access", errors.access as f64),
                labelled("reason", "memory", errors.memory as f64),
                labelled("reason", "other", errors.other as f64),
            ]
        },
    },
    Metric {
        name: "ebpf_ringbuf_pending",
        help: "What stands in a ring buffer, headers included",
        unit: Some("bytes"),
        kind: Kind::Gauge,
        samples: |reading| one(used_as(reading, Unit::Bytes)),
    },
    Metric {
        name: "ebpf_ringbuf_lost",
        help: "Records that programs could not write",
        unit: None,
        kind: Kind::Counter,
        samples: |reading| one(reading.lost.map(|lost| lost as f64)),
    },
    Metric {
        name: "map_capacity_violation",
        help: "Whether a map's fill level is a violation: 1 from its threshold on until it falls below a lower one",
        unit: None,
        kind: Kind::Gauge,
        samples: |reading| {
            let [warning, critical] = reading.violations.map(|(severity, raised)| {
                raised.and_then(|raised| {
                    labelled("severity", severity.as_str(), f64::from(u8::from(raised)))
                })
            });
            // Where the level is never known, nothing would ever be seen.
            let known = reading.usage.is_none_or(|usage| usage.used.is_some());
            if known {
                [warning, critical, None, None]
            } else {
                [None; 4]
            }
        },
    },
];
