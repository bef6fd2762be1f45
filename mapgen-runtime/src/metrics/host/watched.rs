//! One map of the host: what is known of it, and nothing that keeps it alive.

use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use super::Rule;
use super::places::Place;
use crate::error::{Error, Result};
use crate::gate::Proof;
use crate::info::{FdInfo, MapInfo};
use crate::map::{Map, is_counted};
use crate::metrics::counting::Counting;
use crate::metrics::reading::Reading;
use crate::metrics::violations::Violations;
use crate::spec::{MapKind, MapSpec};
use crate::usage::{Level, Unit, Usage};

/// Of a map on the host nobody here has a spec. Entries of all sizes are counted by what the
/// kernel says of the map.
static UNDECLARED: MapSpec = MapSpec {
    object: "",
    name: "map",
    kind: MapKind::Other(0),
    key_size: 0,
    value_size: 0,
    max_entries: 0,
    min_entries: 0,
    exact_entries: false,
    live_entries: 0,
    map_flags: 0,
    map_extra: 0,
    numa_node: 0,
    pinned: false,
    optional: false,
    spin_lock: false,
    btf: &[],
    btf_key: 0,
    btf_value: 0,
    layout_hash: 0,
    inner: None,
};

/// A map by its id, and what is known of it.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) place: Place,
    info: MapInfo,
    name: String,
    object: String,
    min_entries: Option<u32>,
    usage: Option<Usage>,
    /// When that was counted.
    at: Option<Instant>,
    memory: Option<u64>,
    pub(super) counting: Counting,
    violations: Violations,
    /// Why the last look failed.
    error: Option<Error>,
}

impl Watched {
    pub(super) fn new(place: Place, info: MapInfo, rule: Rule, hold: Duration) -> Self {
        let mut watched = Self {
            place,
            info,
            name: rule.name.unwrap_or_else(|| info.name().into_owned()),
            object: rule.object.unwrap_or_default(),
            min_entries: rule.min_entries,
            usage: None,
            at: None,
            memory: None,
            counting: Counting::default(),
            violations: Violations::new(rule.thresholds, hold),
            error: None,
        };
        if watched.level() == Level::Unknown {
            watched.found(None);
        }
        watched
    }

    pub(super) fn level(&self) -> Level {
        Level::of(self.info.kind())
    }

    /// Whether the census counts its entries.
    pub(super) fn is_counted(&self) -> bool {
        is_counted(&self.info)
    }

    /// Takes a level.
    pub(super) fn found(&mut self, used: Option<u64>) {
        self.usage = Some(Usage {
            used,
            capacity: self.info.max_entries().into(),
            unit: match self.level() {
                Level::Positions => Unit::Bytes,
                _ => Unit::Entries,
            },
        });
        self.at = Some(Instant::now());
        self.error = None;
    }

    /// Looks at what only a descriptor tells, but for the entries; `false` when the map is gone.
    pub(super) fn look(&mut self) -> bool {
        self.open(|watched, map| {
            watched.memory = FdInfo::of(map.as_fd()).ok().map(|info| info.memlock);
            if watched.level() == Level::Positions {
                let pending = map.pending()?;
                watched.found(Some(pending));
            }
            Ok(())
        })
    }

    /// Visits entries; `false` when the map is gone.
    pub(super) fn visit(&mut self, deadline: Instant) -> bool {
        self.open(|watched, map| {
            if let Some(count) = watched.counting.visit(map, deadline)? {
                watched.found(Some(count));
            }
            Ok(())
        })
    }

    /// Opens the map for as long as `look` takes.
    fn open(&mut self, look: impl FnOnce(&mut Self, &Map) -> Result<()>) -> bool {
        let opened = match self.level() {
            Level::Positions => self.place.open_to_map(),
            _ => self.place.open(),
        };
        let looked = match opened {
            Ok(None) => return false,
            Ok(Some(fd)) => match self.same(fd) {
                None => return false,
                Some(map) => look(self, &map),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            // An old level would be shown as a new one.
            (self.usage, self.at) = (None, None);
            self.counting.abandon();
            self.error = Some(self.named(error));
        }
        true
    }

    /// The map, unless the pin is another's by now.
    fn same(&self, fd: OwnedFd) -> Option<Map> {
        if matches!(self.place, Place::Pin(_)) {
            let info = MapInfo::of(fd.as_fd()).ok()?;
            if info.id() != self.info.id() {
                return None;
            }
        }
        Some(Map::from_parts(fd, &UNDECLARED, self.info, Proof::Sizes))
    }

    /// Errors name the map as the kernel does.
    fn named(&self, mut error: Error) -> Error {
        match &mut error {
            Error::Os { map, .. } | Error::Access { map, .. } | Error::Interrupted { map, .. }
                if *map == UNDECLARED.name =>
            {
                *map = self.name.clone().into();
            }
            _ => {}
        }
        error
    }

    /// Holds the level against the thresholds.
    pub(super) fn judge(&mut self) {
        self.violations.update(self.usage, false);
    }

    pub(super) fn reading(&self) -> Reading<'_> {
        Reading {
            name: &self.name,
            object: &self.object,
            id: self.info.id(),
            kind: self.info.kind(),
            capacity: self.info.max_entries(),
            min_entries: self.min_entries,
            usage: self.usage,
            age: self.at.map(|at| at.elapsed()),
            memory: self.memory,
            update_errors: None,
            violations: self.violations.by_severity(),
            lost: None,
            error: self.error.as_ref(),
        }
    }
}
