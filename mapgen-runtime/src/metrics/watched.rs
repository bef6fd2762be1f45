//! One map that is watched: its last level, and the walk that counts it.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::info::FdInfo;
use crate::map::Map;
use crate::metrics::counting::Counting;
use crate::metrics::reading::Reading;
use crate::metrics::threshold::Thresholds;
use crate::metrics::violations::Violations;
use crate::usage::{Level, Usage};

/// What tells how many records were lost.
#[derive(Clone)]
pub(super) struct Lost(pub(super) Arc<dyn Fn() -> u64 + Send + Sync>);

impl std::fmt::Debug for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lost")
    }
}

/// A map, and what is known of it.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) map: Map,
    usage: Option<Usage>,
    /// When that was counted.
    at: Option<Instant>,
    counting: Counting,
    violations: Violations,
    /// How many records the program could not write.
    pub(super) lost: Option<Lost>,
    /// `full` of the update errors when it was looked at last.
    full: u64,
    /// Why the last look failed.
    error: Option<Error>,
}

impl Watched {
    pub(super) fn new(map: Map, thresholds: Thresholds, hold: Duration) -> Self {
        Self {
            full: map.update_errors().full,
            map,
            usage: None,
            at: None,
            counting: Counting::default(),
            violations: Violations::new(thresholds, hold),
            lost: None,
            error: None,
        }
    }

    /// Looks at the level, for no longer than until `deadline`.
    pub(super) fn observe(&mut self, deadline: Instant) {
        match self.look(deadline) {
            Ok(Some(usage)) => {
                self.error = None;
                self.usage = Some(usage);
                self.at = Some(Instant::now());
            }
            Ok(None) => {}
            Err(error) => {
                // An old level would be shown as a new one.
                (self.usage, self.at) = (None, None);
                self.counting.abandon();
                self.error = Some(error);
            }
        }
        let full = self.map.update_errors().full;
        // Somebody was refused since the last look, however much room there is now.
        let overflowed = full > std::mem::replace(&mut self.full, full);
        self.violations.update(self.usage, overflowed);
    }

    /// The level, where it could be found in time.
    fn look(&mut self, deadline: Instant) -> Result<Option<Usage>> {
        let used = match Level::of(self.map.info().kind()) {
            Level::Unknown => None,
            Level::Positions => Some(self.map.pending()?),
            Level::Entries => {
                let count = match self.map.count() {
                    Some(count) => Some(count as u64),
                    None => self.counting.visit(&self.map, deadline)?,
                };
                match count {
                    Some(count) => Some(count),
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(self.map.usage_of(used)))
    }

    pub(super) fn reading(&self) -> Reading<'_> {
        let memory = match self.map.backend() {
            // Nothing in a simulated map is the kernel's memory.
            Some(_) => None,
            None => FdInfo::of(self.map.as_fd()).ok().map(|info| info.memlock),
        };
        let (spec, info) = (self.map.spec(), self.map.info());
        Reading {
            name: spec.name,
            object: spec.object,
            id: info.id(),
            kind: info.kind(),
            capacity: info.max_entries(),
            min_entries: Some(spec.min_entries),
            usage: self.usage,
            age: self.at.map(|at| at.elapsed()),
            memory,
            update_errors: Some(self.map.update_errors()),
            violations: self.violations.by_severity(),
            lost: self.lost.as_ref().map(|lost| (lost.0)()),
            error: self.error.as_ref(),
        }
    }
}
