//! Errors on demand.

use std::collections::BTreeMap;
use std::fmt;

use crate::spec::MapKind;

/// What can be made to fail.
///
/// ```
/// use mapgen_runtime::testing::Op;
///
/// assert_eq!(Op::LookupAndDelete.to_string(), "lookup_and_delete");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Op {
    /// Reading a value: `get`, `contains_key`, `peek`.
    Lookup,
    /// Writing a value: `insert`, `try_insert`, `replace`, `set`, `push`; each entry of a
    /// batch of updates (`extend`) counts.
    Update,
    /// Deleting an entry: `delete`; each entry of a batch of deletions (`retain`) counts.
    Delete,
    /// Reading and deleting an entry: `remove`, `pop`.
    LookupAndDelete,
    /// Asking for the next key: `is_empty`, and walks key by key.
    NextKey,
    /// Reading a batch: `iter`, `keys`, `values`, `len`, `retain`.
    LookupBatch,
    /// Reading and deleting a batch: `drain`, `clear`.
    LookupAndDeleteBatch,
    /// A program's reservation of a record in a ring buffer.
    Reserve,
}

impl Op {
    /// Each with its name.
    pub(super) const NAMES: [(&'static str, Self); 8] = [
        ("lookup", Self::Lookup),
        ("update", Self::Update),
        ("delete", Self::Delete),
        ("lookup_and_delete", Self::LookupAndDelete),
        ("next_key", Self::NextKey),
        ("lookup_batch", Self::LookupBatch),
        ("lookup_and_delete_batch", Self::LookupAndDeleteBatch),
        ("reserve", Self::Reserve),
    ];
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(_, op)| op == self);
        f.write_str(name.map_or("unknown", |(name, _)| name))
    }
}

/// A rule that makes an operation of this process fail. Operations of programs do not
/// fail by rule, but [`Op::Reserve`].
///
/// ```
/// use mapgen_runtime::testing::{Fault, Op};
///
/// // The seventh write of the map.
/// let once = Fault::new(Op::Update, libc::ENOMEM).nth(7);
/// // Every tenth look-up, three times in all.
/// let often = Fault::new(Op::Lookup, libc::EINTR).every(10).times(3);
/// // Each deletion of one key.
/// let stuck = Fault::new(Op::Delete, libc::EBUSY).key(&42u32.to_ne_bytes());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) op: Op,
    pub(super) errno: i32,
    pub(super) nth: Option<u64>,
    pub(super) every: Option<u64>,
    pub(super) times: Option<u64>,
    pub(super) key: Option<Vec<u8>>,
}

impl Fault {
    /// Every call of `op` fails with `errno` (`libc::ENOMEM`).
    pub fn new(op: Op, errno: i32) -> Self {
        Self {
            op,
            errno,
            nth: None,
            every: None,
            times: None,
            key: None,
        }
    }

    /// Only the `n`-th call, counted from 1; with [`every`](Self::every) or
    /// [`times`](Self::times), the first one that fails.
    pub fn nth(mut self, n: u64) -> Self {
        self.nth = Some(n.max(1));
        self
    }

    /// Only each `n`-th call.
    pub fn every(mut self, n: u64) -> Self {
        self.every = Some(n.max(1));
        self
    }

    /// At most this many calls.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Only calls for this key; others are not counted.
    pub fn key(mut self, key: &[u8]) -> Self {
        self.key = Some(key.to_vec());
        self
    }
}

/// A rule and what it has seen.
pub(super) struct Rule {
    fault: Fault,
    seen: u64,
    fired: u64,
}

impl Rule {
    pub(super) fn new(fault: Fault) -> Self {
        Self {
            fault,
            seen: 0,
            fired: 0,
        }
    }

    /// Counts a call: the error, where it is to fail.
    fn errno(&mut self, op: Op, key: &[u8]) -> Option<i32> {
        let Fault {
            op: wanted,
            errno,
            nth,
            every,
            times,
            key: only,
        } = &self.fault;
        if *wanted != op || only.as_ref().is_some_and(|only| only != key) {
            return None;
        }
        self.seen += 1;
        let first = nth.or(*every).unwrap_or(1);
        let times = match (times, nth, every) {
            (Some(times), ..) => *times,
            (None, Some(_), None) => 1,
            _ => u64::MAX,
        };
        let due = self.seen >= first && (self.seen - first) % every.unwrap_or(1) == 0;
        if !due || self.fired >= times {
            return None;
        }
        self.fired += 1;
        Some(*errno)
    }
}

/// All rules of a map, each of which counts the call: the first error.
pub(super) fn check(rules: &mut [Rule], op: Op, key: &[u8]) -> Result<(), i32> {
    let mut first = Ok(());
    for rule in rules {
        if let Some(errno) = rule.errno(op, key) {
            first = first.and(Err(errno));
        }
    }
    first
}

/// How often rules have made a call fail.
pub(super) fn fired(rules: &[Rule]) -> u64 {
    rules.iter().map(|rule| rule.fired).sum()
}

/// What a [`Kernel`](super::Kernel) does other than the declarations say, map by map:
/// smaller maps, overflow on the dot, [`Fault`]s.
///
/// ```
/// use mapgen_runtime::testing::{Fault, Faults, Op};
///
/// let faults = Faults::new()
///     .max_entries("conns", 1024)
///     .simulate_overflow("conns")
///     .fault("conns", Fault::new(Op::Update, libc::ENOMEM).nth(7));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub(super) maps: BTreeMap<String, Changes>,
}

/// What is changed of one map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) max_entries: Option<u32>,
    pub(super) overflow: bool,
    pub(super) faults: Vec<Fault>,
    /// What a file says that the map is.
    pub(super) kind: Option<MapKind>,
    pub(super) key_size: Option<u32>,
    pub(super) value_size: Option<u32>,
}

impl Faults {
    /// Nothing is changed.
    pub fn new() -> Self {
        Self::default()
    }

    fn changed(mut self, map: &str, change: impl FnOnce(&mut Changes)) -> Self {
        change(self.maps.entry(map.to_owned()).or_default());
        self
    }

    /// A map, by its C name, holds this many entries, be it fewer than the bindings ask
    /// for: so that a test needs not fill 65,536.
    pub fn max_entries(self, map: &str, max_entries: u32) -> Self {
        self.changed(map, |map| map.max_entries = Some(max_entries))
    }

    /// The insert after the last free entry fails, always: on LRU maps too, which evict
    /// otherwise. Hashes, tries, queues and stacks fail there in any case.
    pub fn simulate_overflow(self, map: &str) -> Self {
        self.changed(map, |map| map.overflow = true)
    }

    /// Makes an operation on a map fail.
    pub fn fault(self, map: &str, fault: Fault) -> Self {
        self.changed(map, |map| map.faults.push(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Op, Rule};

    fn failing(fault: Fault, calls: u64) -> Vec<u64> {
        let mut rule = Rule::new(fault);
        (1..=calls)
            .filter(|_| rule.errno(Op::Update, b"k").is_some())
            .collect()
    }

    #[test]
    fn a_rule_fails_the_calls_that_it_names() {
        let fault = || Fault::new(Op::Update, libc::ENOMEM);
        assert_eq!(failing(fault(), 3), [1, 2, 3]);
        assert_eq!(failing(fault().nth(2), 9), [2]);
        assert_eq!(failing(fault().nth(2).times(3), 9), [2, 3, 4]);
        assert_eq!(failing(fault().every(3), 9), [3, 6, 9]);
        assert_eq!(failing(fault().every(3).times(2), 9), [3, 6]);
        assert_eq!(failing(fault().nth(1).every(4), 9), [1, 5, 9]);
        assert_eq!(failing(fault().times(2), 9), [1, 2]);
        assert_eq!(failing(fault().key(b"k").nth(2), 9), [2]);
        assert_eq!(failing(fault().key(b"other"), 9), [0; 0]);
        assert_eq!(failing(Fault::new(Op::Lookup, 1), 9), [0; 0]);
    }
}
