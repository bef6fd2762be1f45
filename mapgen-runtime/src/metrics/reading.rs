//! What is known of a watched map, for whoever exports it.

use std::time::Duration;

use crate::error::Error;
use crate::map::UpdateErrors;
use crate::metrics::threshold::Severity;
use crate::spec::MapKind;
use crate::usage::Usage;

/// What is known of a watched map: see [`Monitor::for_each`](super::Monitor::for_each) and
/// [`Host::for_each`](super::Host::for_each).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The name of the map. Of a map that nobody here has declared, it is what the kernel
    /// keeps of it: the first 15 bytes.
    pub name: &'a str,
    /// The object that declares it; empty where nobody here knows.
    pub object: &'a str,
    /// The id of the map, unique while it lives.
    pub id: u32,
    /// The kind of map.
    pub kind: MapKind,
    /// What it has room for: entries, or bytes for a ring buffer.
    pub capacity: u32,
    /// What it is asked to have room for, where somebody asks.
    pub min_entries: Option<u32>,
    /// How full it was; `None` before the first look came to an end, and after one that
    /// failed.
    pub usage: Option<Usage>,
    /// How long ago that was.
    pub age: Option<Duration>,
    /// Bytes of kernel memory that it holds; `None` where `/proc` does not say.
    pub memory: Option<u64>,
    /// Writes by this process that the kernel refused; `None` for maps that it does not
    /// write to.
    pub update_errors: Option<UpdateErrors>,
    /// By severity: whether there is a violation; `None` without a threshold.
    pub violations: [(Severity, Option<bool>); 2],
    /// Records that programs could not write, where somebody said how to know:
    /// [`Monitor::count_lost`](super::Monitor::count_lost).
    pub lost: Option<u64>,
    /// Why the last look failed.
    pub error: Option<&'a Error>,
}
