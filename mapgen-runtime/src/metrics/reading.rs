//! What is known of a watched map, for whoever exports it.

use std::time::Duration;

use crate::error::Error;
use crate::map::{Map, UpdateErrors};
use crate::metrics::threshold::Severity;
use crate::usage::Usage;

/// What is known of a watched map: see [`Monitor::for_each`](super::Monitor::for_each).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The map.
    pub map: &'a Map,
    /// How full it was; `None` before the first look came to an end, and after one that
    /// failed.
    pub usage: Option<Usage>,
    /// How long ago that was.
    pub age: Option<Duration>,
    /// Bytes of kernel memory that it holds; `None` where `/proc` does not say.
    pub memory: Option<u64>,
    /// Writes that the kernel refused.
    pub update_errors: UpdateErrors,
    /// By severity: whether there is a violation; `None` without a threshold.
    pub violations: [(Severity, Option<bool>); 2],
    /// Records that programs could not write, where somebody said how to know:
    /// [`Monitor::count_lost`](super::Monitor::count_lost).
    pub lost: Option<u64>,
    /// Why the last look failed.
    pub error: Option<&'a Error>,
}
