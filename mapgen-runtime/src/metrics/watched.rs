//! One map that is watched: its last level, and the walk that counts it.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::info::FdInfo;
use crate::map::{Map, Walk};
use crate::metrics::reading::Reading;
use crate::metrics::threshold::{Severity, Thresholds};
use crate::usage::{Level, Usage};

/// Of the time, how much goes into visiting entries: a hundredth.
const SHARE: u32 = 100;
/// A walk that is over so soon needs no rest: all looks together have their budget.
const SHORT: Duration = Duration::from_millis(1);

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
    thresholds: Thresholds,
    usage: Option<Usage>,
    /// When that was counted.
    at: Option<Instant>,
    /// A walk that did not come to its end yet, and the time that it has taken.
    walk: Option<(Walk, Duration)>,
    /// Before this, entries are not visited again.
    rest_until: Option<Instant>,
    /// By severity: when the level was last seen to be a violation, while it is one.
    raised: [Option<Instant>; 2],
    /// How long a violation lasts at least.
    hold: Duration,
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
            thresholds,
            usage: None,
            at: None,
            walk: None,
            rest_until: None,
            raised: [None; 2],
            hold,
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
                (self.usage, self.at, self.walk) = (None, None, None);
                self.error = Some(error);
            }
        }
        let full = self.map.update_errors().full;
        // Somebody was refused since the last look, however much room there is now.
        let overflowed = full > std::mem::replace(&mut self.full, full);
        let pressure = self.usage.and_then(|usage| usage.pressure());
        let now = Instant::now();
        for severity in [Severity::Warning, Severity::Critical] {
            let raised = &mut self.raised[severity as usize];
            let violated = match (self.thresholds.of(severity), pressure) {
                (None, _) => false,
                (Some(_), _) if overflowed => true,
                (Some(threshold), Some(pressure)) => threshold.violated(pressure, raised.is_some()),
                // Nothing says that it is over.
                (Some(_), None) => raised.is_some(),
            };
            if violated {
                *raised = Some(now);
            } else if raised.is_some_and(|last| now.duration_since(last) >= self.hold) {
                *raised = None;
            }
        }
    }

    /// The level, where it could be found in time.
    fn look(&mut self, deadline: Instant) -> Result<Option<Usage>> {
        let used = match Level::of(self.map.info().kind()) {
            Level::Unknown => None,
            Level::Positions => Some(self.map.pending()?),
            Level::Entries => match self.visit(deadline)? {
                Some(count) => Some(count),
                None => return Ok(None),
            },
        };
        Ok(Some(self.map.usage_of(used)))
    }

    /// Counts, where the kernel does not, by visiting entries where the last time is long
    /// enough ago.
    fn visit(&mut self, deadline: Instant) -> Result<Option<u64>> {
        if let Some(count) = self.map.count() {
            return Ok(Some(count as u64));
        }
        let begin = Instant::now();
        if self.walk.is_none() && self.rest_until.is_some_and(|until| begin < until) {
            return Ok(None);
        }
        let (mut walk, before) = match self.walk.take() {
            Some(walk) => walk,
            None => (Walk::new(&self.map)?, Duration::ZERO),
        };
        loop {
            // At least one batch, or a walk would never end.
            let count = walk.step()?;
            let now = Instant::now();
            let taken = before + now.duration_since(begin);
            if count.is_some() {
                self.rest_until = (taken >= SHORT).then(|| now + taken * SHARE);
                return Ok(count);
            }
            if now >= deadline {
                self.walk = Some((walk, taken));
                return Ok(None);
            }
        }
    }

    pub(super) fn reading(&self) -> Reading<'_> {
        let memory = match self.map.backend() {
            // Nothing in a simulated map is the kernel's memory.
            Some(_) => None,
            None => FdInfo::of(self.map.as_fd()).ok().map(|info| info.memlock),
        };
        Reading {
            map: &self.map,
            usage: self.usage,
            age: self.at.map(|at| at.elapsed()),
            memory,
            update_errors: self.map.update_errors(),
            violations: [Severity::Warning, Severity::Critical].map(|severity| {
                let raised = self.raised[severity as usize].is_some();
                (severity, self.thresholds.of(severity).map(|_| raised))
            }),
            lost: self.lost.as_ref().map(|lost| (lost.0)()),
            error: self.error.as_ref(),
        }
    }
}
