//! Counting entries by visiting them, in a bounded part of the time.

use std::time::{Duration, Instant};

use crate::error::Result;
use crate::map::{Map, Walk};

/// Of the time, how much goes into visiting entries: a hundredth.
const SHARE: u32 = 100;
/// A walk that is over so soon needs no rest: all looks together have their budget.
const SHORT: Duration = Duration::from_millis(1);

/// The walks over one map.
#[derive(Debug, Default)]
pub(super) struct Counting {
    /// A walk that did not come to its end yet, and the time that it has taken.
    walk: Option<(Walk, Duration)>,
    /// Before this, entries are not visited again.
    rest_until: Option<Instant>,
}

impl Counting {
    /// Visits entries, where the last time is long enough ago: their number, when the end
    /// comes before `deadline`. Else the next call goes on.
    pub(super) fn visit(&mut self, map: &Map, deadline: Instant) -> Result<Option<u64>> {
        if self.is_resting() {
            return Ok(None);
        }
        let begin = Instant::now();
        let (mut walk, before) = match self.walk.take() {
            Some(walk) => walk,
            None => (Walk::new(map)?, Duration::ZERO),
        };
        loop {
            // At least one batch, or a walk would never end.
            let step = walk.step(map);
            let now = Instant::now();
            let taken = before + now.duration_since(begin);
            // A walk that programs made fail was as dear as one that came to its end.
            if !matches!(step, Ok(None)) {
                self.rest_until = (taken >= SHORT).then(|| now + taken * SHARE);
                return step;
            }
            if now >= deadline {
                self.walk = Some((walk, taken));
                return Ok(None);
            }
        }
    }

    /// Whether the last walk took so long that the next one is not to begin yet.
    pub(super) fn is_resting(&self) -> bool {
        self.walk.is_none() && self.rest_until.is_some_and(|until| Instant::now() < until)
    }

    /// Whether a walk waits to go on.
    pub(super) fn is_under_way(&self) -> bool {
        self.walk.is_some()
    }

    /// Forgets a walk that did not come to its end.
    pub(super) fn abandon(&mut self) {
        self.walk = None;
    }
}
