//! The violations of one map.

use std::time::{Duration, Instant};

use crate::metrics::threshold::{Severity, Thresholds};
use crate::usage::Usage;

/// The thresholds of a map, and when its level was at or over them.
#[derive(Debug)]
pub(super) struct Violations {
    thresholds: Thresholds,
    /// How long a violation lasts at least.
    hold: Duration,
    /// By severity: when the level was last seen to be a violation, while it is one.
    raised: [Option<Instant>; 2],
}

impl Violations {
    pub(super) fn new(thresholds: Thresholds, hold: Duration) -> Self {
        Self {
            thresholds,
            hold,
            raised: [None; 2],
        }
    }

    /// Takes note of a level, or that a look failed or has not come to its end, and of whether
    /// somebody was refused since the last one.
    pub(super) fn update(&mut self, usage: Option<Usage>, overflowed: bool) {
        let now = Instant::now();
        let pressure = usage.map(|usage| usage.pressure());
        for severity in [Severity::Warning, Severity::Critical] {
            let raised = &mut self.raised[severity as usize];
            let violated = match (self.thresholds.of(severity), pressure) {
                (None, _) => false,
                (Some(_), _) if overflowed => true,
                (Some(threshold), Some(Some(pressure))) => {
                    threshold.violated(pressure, raised.is_some())
                }
                // A queue has no level: it is over when nobody is refused any more.
                (Some(_), Some(None)) => false,
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

    /// By severity: whether there is a violation; `None` without a threshold.
    pub(super) fn by_severity(&self) -> [(Severity, Option<bool>); 2] {
        [Severity::Warning, Severity::Critical].map(|severity| {
            let raised = self.raised[severity as usize].is_some();
            (severity, self.thresholds.of(severity).map(|_| raised))
        })
    }
}
