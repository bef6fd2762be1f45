//! Fill levels, thresholds and errors of maps, for a metrics system (feature `metrics`).
//!
//! A [`Monitor`] watches maps. It is a [`Collector`] of the `prometheus-client` crate, so
//! that a program registers it in the registry that it has; other systems take the same
//! numbers from [`Monitor::for_each`] and [`METRICS`].
//!
//! ```no_run
//! use mapgen_runtime::metrics::Monitor;
//! use prometheus_client::registry::Registry;
//! # use mapgen_runtime::{HashMap, Result};
//! # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
//! let monitor = Monitor::new();
//! monitor.watch(conns); // or `flow.maps.all().for_each(|map| monitor.watch(map))`
//!
//! let mut registry = Registry::default();
//! registry.register_collector(Box::new(monitor.clone()));
//!
//! // Looks at the levels between two scrapes as well.
//! let sampler = monitor.sample_every(std::time::Duration::from_secs(1))?;
//! # drop(sampler);
//! # Ok(())
//! # }
//! ```
//!
//! A [`Host`] watches every map of a host, or those of some pins or ids, of which this process
//! need not know anything; nor does it keep them alive.
//!
//! | metric | labels besides `map_name`, `map_type`, `object` |
//! | --- | --- |
//! | `ebpf_map_entries`, `ebpf_map_entries_age_seconds` | |
//! | `ebpf_map_max_entries`, `ebpf_map_min_entries` | |
//! | `ebpf_map_pressure` | |
//! | `ebpf_map_memory_bytes` | |
//! | `ebpf_map_update_errors_total` | `reason`: `full`, `access`, `memory`, `other` |
//! | `ebpf_ringbuf_pending_bytes`, `ebpf_ringbuf_lost_total` | |
//! | `map_capacity_violation` | `severity`: `warning`, `critical` |
//!
//! Maps of one name and object are told apart by a label `map_id`, which those of a [`Host`]
//! always have. What is not known has no sample: a queue has no `ebpf_map_entries`, since the
//! kernel does not say.
//!
//! # OpenTelemetry
//! An instrument for each metric asks the monitor when it is read:
//!
//! ```
//! use mapgen_runtime::metrics::{METRICS, Monitor};
//! use opentelemetry::{KeyValue, metrics::Meter};
//!
//! fn export(monitor: &Monitor, meter: &Meter) {
//!     for metric in METRICS {
//!         let monitor = monitor.clone();
//!         // Counters alike, by `f64_observable_counter` where `metric.kind` says so.
//!         let gauge = meter.f64_observable_gauge(metric.name).with_description(metric.help);
//!         let gauge = gauge.with_callback(move |gauge| {
//!             monitor.observe();
//!             monitor.for_each(|reading| {
//!                 for sample in metric.samples(reading) {
//!                     let mut labels = vec![KeyValue::new("map_name", reading.name.to_owned())];
//!                     labels.extend(sample.label.map(|(name, value)| KeyValue::new(name, value)));
//!                     gauge.observe(sample.value, &labels);
//!                 }
//!             });
//!         });
//!         gauge.build();
//!     }
//! }
//! ```
//!
//! # What it costs
//! Nothing on the way of an insert or a look-up: refused writes are counted where they
//! become errors. Looking at the levels takes a bounded time ([`Options::budget`]). Where
//! entries have to be visited, a look that comes to the end of its time goes on in the next
//! one, and after a walk of more than a millisecond the map rests for a hundred times as long
//! as that took: at most 1 % of a CPU for each map.

mod counting;
mod host;
mod prometheus;
mod reading;
mod sampler;
mod table;
mod threshold;
mod violations;
mod watched;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[doc(no_inline)]
pub use ::prometheus_client::collector::Collector;
use ::prometheus_client::encoding::DescriptorEncoder;

pub use host::{Host, HostBuilder, Rule};
pub use reading::Reading;
pub use sampler::Sampler;
pub use table::{Kind, METRICS, Metric, Sample};
pub use threshold::{Severity, Threshold, Thresholds};

use crate::map::Map;
use watched::{Lost, Watched};

/// How a [`Monitor`] works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How long one look at all maps takes at most, but for one batch of entries: 20 ms.
    pub budget: Duration,
    /// How long a violation lasts at least, so that one between two scrapes is seen: 60 s.
    pub hold: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            budget: Duration::from_millis(20),
            hold: Duration::from_secs(60),
        }
    }
}

/// Watches maps: see the [module](self).
///
/// Clones watch the same maps. A watched map stays in the kernel as long as the monitor
/// does, also when all programs that use it are gone; [`unwatch`](Self::unwatch) lets it
/// go.
#[derive(Clone, Debug, Default)]
pub struct Monitor(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    options: Options,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    maps: Vec<Watched>,
    /// Where the next look begins, so that every map has its turn.
    next: usize,
}

impl Monitor {
    /// A monitor that watches nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with other options.
    ///
    /// ```
    /// use std::time::Duration;
    /// use mapgen_runtime::metrics::{Monitor, Options};
    /// let mut options = Options::default();
    /// options.hold = Duration::from_secs(300); // scraped every five minutes
    /// let monitor = Monitor::with_options(options);
    /// # let _ = monitor;
    /// ```
    pub fn with_options(options: Options) -> Self {
        Self(Arc::new(Shared {
            options,
            state: Mutex::default(),
        }))
    }

    /// Watches a map, with the thresholds of its kind. Handles and generated bindings
    /// deref to a map: `monitor.watch(&flow.maps.conns)`; `flow.maps.all()` has every map
    /// of an object. A map that is watched already is not watched twice.
    pub fn watch(&self, map: &Map) {
        self.watch_with(map, Thresholds::of_kind(map.info().kind()));
    }

    /// The same with thresholds of one's own.
    ///
    /// ```no_run
    /// use mapgen_runtime::metrics::{Monitor, Threshold, Thresholds};
    /// # fn example(monitor: &Monitor, conns: &mapgen_runtime::HashMap<u32, u64>) {
    /// let critical = Threshold::new(0.9, 0.8);
    /// monitor.watch_with(conns, Thresholds { warning: None, critical });
    /// # }
    /// ```
    pub fn watch_with(&self, map: &Map, thresholds: Thresholds) {
        let watched = Watched::new(map.clone(), thresholds, self.0.options.hold);
        let mut state = self.state();
        match state.find(map) {
            Some(index) => state.maps[index] = watched,
            None => state.maps.push(watched),
        }
    }

    /// Says how to know the records of a watched map that programs could not write: the
    /// kernel does not count them, so a program does, in a global variable. Whether the
    /// map is watched.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{RingBuf, metrics::Monitor};
    /// # fn example(monitor: &Monitor, events: &RingBuf<u64>, dropped: fn() -> u64) {
    /// monitor.watch(events);
    /// monitor.count_lost(events, move || dropped());
    /// # }
    /// ```
    pub fn count_lost(&self, map: &Map, lost: impl Fn() -> u64 + Send + Sync + 'static) -> bool {
        let mut state = self.state();
        let found = state.find(map);
        if let Some(index) = found {
            state.maps[index].lost = Some(Lost(Arc::new(lost)));
        }
        found.is_some()
    }

    /// Watches a map no more; whether it did.
    pub fn unwatch(&self, map: &Map) -> bool {
        let mut state = self.state();
        let found = state.find(map);
        found.map(|index| state.maps.remove(index)).is_some()
    }

    /// Looks at the levels of all maps, within [`Options::budget`]. A scrape does it, and a
    /// [`Sampler`].
    pub fn observe(&self) {
        let deadline = Instant::now() + self.0.options.budget;
        let mut state = self.state();
        let count = state.maps.len();
        let first = state.next;
        for turn in 0..count {
            let index = (first + turn) % count;
            state.maps[index].observe(deadline);
            if Instant::now() >= deadline {
                state.next = (index + 1) % count;
                break;
            }
        }
    }

    /// Shows what is known of each map: for other systems than Prometheus, with
    /// [`METRICS`].
    ///
    /// ```no_run
    /// use mapgen_runtime::metrics::{METRICS, Monitor};
    /// # fn example(monitor: &Monitor, gauge: fn(&str, &str, f64)) {
    /// monitor.observe();
    /// monitor.for_each(|reading| {
    ///     for metric in METRICS {
    ///         for sample in metric.samples(reading) {
    ///             gauge(metric.name, reading.name, sample.value);
    ///         }
    ///     }
    /// });
    /// # }
    /// ```
    pub fn for_each(&self, mut f: impl FnMut(&Reading<'_>)) {
        for watched in &self.state().maps {
            f(&watched.reading());
        }
    }

    /// Looks at the levels again and again, on a thread of its own, until the sampler is
    /// dropped: what rises and falls between two scrapes is seen.
    ///
    /// # Errors
    /// [`Error::Os`](crate::Error::Os) when the thread cannot be started.
    pub fn sample_every(&self, interval: Duration) -> crate::Result<Sampler> {
        let monitor = self.clone();
        Sampler::start(interval, move || {
            monitor.observe();
            interval
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic leaves levels of two moments at most.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Monitor {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.observe();
        let state = self.state();
        let maps = state.maps.iter().map(Watched::reading);
        let readings: Vec<_> = maps.zip(state.ambiguous()).collect();
        prometheus::encode(&readings, encoder)
    }
}

impl State {
    fn find(&self, map: &Map) -> Option<usize> {
        let same = |watched: &Watched| {
            watched.map.info().id() == map.info().id() && watched.map.name() == map.name()
        };
        self.maps.iter().position(same)
    }

    /// Whether the labels of each map need its id: several have its name.
    fn ambiguous(&self) -> Vec<bool> {
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        let name = |watched: &Watched| (watched.map.spec().object, watched.map.name());
        for watched in &self.maps {
            *counts.entry(name(watched)).or_default() += 1;
        }
        let maps = self.maps.iter();
        maps.map(|watched| counts[&name(watched)] > 1).collect()
    }
}
