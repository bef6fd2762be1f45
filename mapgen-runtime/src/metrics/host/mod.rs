//! The maps of a whole host, whoever loaded them.
//!
//! A look finds the maps that there are (`places`), takes their numbers of entries all at once
//! where the kernel counts them (`census`), and opens each for a moment, for what only a
//! descriptor tells (`watched`). Between two looks nothing is open that keeps a map alive.

mod census;
mod places;
mod watched;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Bound;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ::prometheus_client::collector::Collector;
use ::prometheus_client::encoding::DescriptorEncoder;

use crate::error::{Error, Result};
use crate::info::MapInfo;
use crate::metrics::{Options, Reading, Sampler, Thresholds, prometheus};
use crate::usage::Level;
use census::Census;
use places::{Found, Place, Selection};
use watched::Watched;

/// Looks between two scrapes take at most this part of the time.
const SHARE: u32 = 200;

/// What is asked of a map of the host.
///
/// ```
/// use mapgen_runtime::MapKind;
/// use mapgen_runtime::metrics::{Rule, Thresholds};
/// let mut rule = Rule::new(Thresholds::of_kind(MapKind::Hash));
/// rule.min_entries = Some(65_536);
/// # let _ = rule;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// When its fill level is a violation.
    pub thresholds: Thresholds,
    /// What it is asked to have room for.
    pub min_entries: Option<u32>,
    /// Its whole name, of which the kernel keeps 15 bytes.
    pub name: Option<String>,
    /// The object that declares it.
    pub object: Option<String>,
}

impl Rule {
    /// Thresholds, and nothing else.
    pub fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            ..Self::default()
        }
    }
}

/// Watches the maps of a host: every one that is loaded, or those of some pins or ids.
///
/// Other than a [`Monitor`](super::Monitor) it keeps no map alive, nor need this process know
/// the maps: they come and go. It writes to none. Clones watch the same maps.
///
/// Where the kernel counts entries, one program asks it for the numbers of all maps, from
/// Linux 6.6 on and with CAP_BPF and CAP_PERFMON; elsewhere, entries are visited, in the time
/// that [`Options::budget`] gives and at most a hundredth of it for each map.
///
/// ```no_run
/// use mapgen_runtime::metrics::Host;
/// use prometheus_client::registry::Registry;
/// # fn main() -> mapgen_runtime::Result<()> {
/// let host = Host::new();
/// host.observe()?; // says which capability is missing, if one is
///
/// let mut registry = Registry::default();
/// registry.register_collector(Box::new(host));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Host(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    options: Options,
    selection: Selection,
    rule: Ask,
    state: Mutex<State>,
}

type AskFn = dyn Fn(&MapInfo) -> Option<Rule> + Send + Sync;

/// Says what is asked of a map, `None` where it is not watched.
#[derive(Clone)]
struct Ask(Arc<AskFn>);

impl Default for Ask {
    fn default() -> Self {
        Self(Arc::new(|info| {
            Some(Rule::new(Thresholds::of_kind(info.kind())))
        }))
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ask")
    }
}

/// What a [`Host`] is to watch.
///
/// ```no_run
/// use mapgen_runtime::metrics::{Host, Rule, Thresholds};
/// let host = Host::builder()
///     .pins("/sys/fs/bpf") // a pin, or a folder of them
///     .rule(|map| {
///         let mut rule = Rule::new(Thresholds::of_kind(map.kind()));
///         rule.min_entries = (map.name() == "conns").then_some(65_536);
///         Some(rule)
///     })
///     .build();
/// # let _ = host;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is watched before `build`"]
pub struct HostBuilder {
    options: Options,
    selection: Selection,
    rule: Ask,
}

impl HostBuilder {
    /// Watches the map with this id, and others only when they are selected as well.
    pub fn id(mut self, id: u32) -> Self {
        self.selection.ids.insert(id);
        self
    }

    /// Watches the map that is pinned at this path, or those that are pinned in this folder of
    /// a bpf file system or below, whenever they are; others only when they are selected as
    /// well. To open a pin takes no CAP_SYS_ADMIN.
    pub fn pins(mut self, path: impl Into<PathBuf>) -> Self {
        self.selection.pins.push(path.into());
        self
    }

    /// Says what is asked of each selected map, `None` for one that is not to be watched.
    /// It is called once for each map. Without it, every map is watched, with the thresholds
    /// of its kind.
    pub fn rule(mut self, rule: impl Fn(&MapInfo) -> Option<Rule> + Send + Sync + 'static) -> Self {
        self.rule = Ask(Arc::new(rule));
        self
    }

    /// Other options.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Watches them.
    pub fn build(self) -> Host {
        Host(Arc::new(Shared {
            options: self.options,
            selection: self.selection,
            rule: self.rule,
            state: Mutex::default(),
        }))
    }
}

#[derive(Debug, Default)]
struct State {
    /// By id, so that a scrape is in the same order as the last one.
    maps: BTreeMap<u32, Watched>,
    /// Maps that are not to be watched.
    others: HashSet<u32>,
    census: Census,
    /// Why the last look did not find every map.
    unseen: Option<Error>,
    /// Why the census could not be taken.
    no_census: Option<Error>,
    /// Where the next round of descriptors begins, so that every map has its turn.
    next: u32,
    /// The same for visits.
    next_visit: u32,
}

impl Host {
    /// Every map that is loaded, each with the thresholds of its kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// For some maps, or with thresholds of one's own.
    pub fn builder() -> HostBuilder {
        HostBuilder::default()
    }

    /// Looks at the maps that there are now, within [`Options::budget`] beside what it takes
    /// to find them and to ask the kernel for its counts. A scrape does it, and a [`Sampler`].
    ///
    /// # Errors
    /// When maps could not be found: [`Error::Permission`] without CAP_SYS_ADMIN, which finding
    /// maps by their ids takes; [`Error::Access`] for a folder that is on no bpf file system;
    /// else [`Error::Os`]. What could be found is watched all the same.
    pub fn observe(&self) -> Result<()> {
        let found = self.0.selection.find();
        self.state().look(&self.0, found)
    }

    /// Shows what is known of each map, in the order of their ids.
    ///
    /// ```no_run
    /// # use mapgen_runtime::metrics::Host;
    /// # fn main() -> mapgen_runtime::Result<()> {
    /// let host = Host::new();
    /// host.observe()?;
    /// host.for_each(|map| println!("{} {}: {:?}", map.id, map.name, map.usage));
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_each(&self, mut f: impl FnMut(&Reading<'_>)) {
        for watched in self.state().maps.values() {
            f(&watched.reading());
        }
    }

    /// Why the last look did not see every map that is selected, as
    /// [`observe`](Self::observe) said it.
    pub fn unseen(&self) -> Option<Error> {
        self.state().unseen.clone()
    }

    /// Why entries of hashes were visited in the last look; `None` where the kernel said how
    /// many there are.
    pub fn why_visited(&self) -> Option<Error> {
        self.state().no_census.clone()
    }

    /// Looks at the levels again and again, on a thread of its own, until the sampler is
    /// dropped: what rises and falls between two scrapes is seen. Each look is followed by a
    /// rest, of `interval` or 200 times as long as it took.
    ///
    /// # Errors
    /// [`Error::Os`] when the thread cannot be started.
    pub fn sample_every(&self, interval: Duration) -> Result<Sampler> {
        let host = self.clone();
        Sampler::start(interval, move || {
            let begin = Instant::now();
            // Who scrapes is told by what is missing.
            let _ = host.observe();
            interval.max(begin.elapsed() * SHARE)
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic leaves levels of two moments at most.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Host {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> std::result::Result<(), fmt::Error> {
        // What could be seen is shown; `observe` says the rest to who asks.
        let _ = self.observe();
        let state = self.state();
        // A second map of a name must not change the labels of the first: they come and go.
        let maps = state.maps.values();
        let readings: Vec<_> = maps.map(|watched| (watched.reading(), true)).collect();
        prometheus::encode(&readings, encoder)
    }
}

impl State {
    fn look(&mut self, shared: &Shared, found: Found) -> Result<()> {
        self.unseen = self.meet(shared, found);
        let has_census = self.count();
        let begin = Instant::now();
        // Descriptors have half of the time, visits what is left.
        let half = begin + shared.options.budget / 2;
        self.next = self.round(self.next, half, |_| true, |watched| watched.look());
        let deadline = begin + shared.options.budget;
        let needs_visit = |map: &Watched| {
            let is_known = has_census && map.is_counted();
            map.level() == Level::Entries && !is_known && !map.counting.is_resting()
        };
        // One walk at a time: each has memory for a batch.
        let first = self
            .maps
            .iter()
            .find(|(_, watched)| watched.counting.is_under_way())
            .map_or(self.next_visit, |(id, _)| *id);
        self.next_visit = self.round(first, deadline, needs_visit, |watched| {
            watched.visit(deadline)
        });
        for watched in self.maps.values_mut() {
            watched.judge();
        }
        self.unseen.clone().map_or(Ok(()), Err)
    }

    /// Takes in maps that are new, and lets those go that are gone; the first error.
    fn meet(&mut self, shared: &Shared, found: Found) -> Option<Error> {
        let Found { maps, mut error } = found;
        self.maps.retain(|id, _| maps.contains_key(id));
        self.others.retain(|id| maps.contains_key(id));
        for (id, place) in maps {
            if let Some(watched) = self.maps.get_mut(&id) {
                watched.place = place;
            } else if !self.others.contains(&id) {
                if let Err(failed) = self.admit(shared, id, place) {
                    error.get_or_insert(failed);
                }
            }
        }
        error
    }

    fn admit(&mut self, shared: &Shared, id: u32, place: Place) -> Result<()> {
        let Some(fd) = place.open()? else {
            return Ok(());
        };
        let info = MapInfo::of(fd.as_fd()).map_err(|errno| Error::Os {
            op: "reading the info".into(),
            map: place.to_string().into(),
            errno,
        })?;
        // A pin may be another map's by now: the next look sees it.
        if info.id() != id {
            return Ok(());
        }
        match (shared.rule.0)(&info) {
            Some(rule) => {
                let watched = Watched::new(place, info, rule, shared.options.hold);
                self.maps.insert(id, watched);
            }
            None => {
                self.others.insert(id);
            }
        }
        Ok(())
    }

    /// Takes the census; whether it could be taken.
    fn count(&mut self) -> bool {
        if !self.maps.values().any(Watched::is_counted) {
            self.no_census = None;
            return true;
        }
        match self.census.take() {
            Ok(counts) => {
                for (id, watched) in &mut self.maps {
                    if let Some(count) = counts.get(id).filter(|_| watched.is_counted()) {
                        watched.counting.abandon();
                        watched.found(Some(*count));
                    }
                }
                self.no_census = None;
            }
            Err(error) => self.no_census = Some(error),
        }
        self.no_census.is_none()
    }

    /// Does something to maps in turn, from that with id `first` on, until `deadline`, but to
    /// one of them at least; those for which it is not true are gone. Where the next round
    /// begins.
    fn round(
        &mut self,
        first: u32,
        deadline: Instant,
        concerns: impl Fn(&Watched) -> bool,
        mut f: impl FnMut(&mut Watched) -> bool,
    ) -> u32 {
        let from = |range| self.maps.range::<u32, (Bound<u32>, Bound<u32>)>(range);
        let later = from((Bound::Included(first), Bound::Unbounded));
        let earlier = from((Bound::Unbounded, Bound::Excluded(first)));
        let concerned = later
            .chain(earlier)
            .filter(|(_, watched)| concerns(watched));
        let ids: Vec<u32> = concerned.map(|(id, _)| *id).collect();
        for id in ids {
            if self.maps.get_mut(&id).is_some_and(|watched| !f(watched)) {
                self.maps.remove(&id);
            }
            if Instant::now() >= deadline {
                return id.wrapping_add(1);
            }
        }
        first
    }
}
