//! What becomes of maps that an older version left pinned, when the new version loads.
//!
//! This foretells the gate load of `mapgen-runtime`, which compares the live map and its
//! BTF in the kernel; a test of the workspace holds each against the other.

use super::{Change, MapDiff, TypeDiff, Weight};
use crate::kinds;
use crate::model::{Map, Pinning, Schema};

/// What becomes of live pinned maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pins {
    /// There are none: no version before this one pinned the map.
    None,
    /// They are used as before.
    Kept,
    /// Nobody opens them any more: they stay pinned, with their entries, until somebody
    /// removes them.
    Left,
    /// Gate load refuses them, and the load fails unless the program says what to do.
    Refused(Way),
    /// Nothing at run time tells: they are used, and their bytes mean something else.
    Unseen,
}

/// What a program can do with a pinned map that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `on_mismatch(Upgrade::Grow)` copies the entries into a larger map.
    Grow,
    /// `migrate` converts the values.
    Migrate,
    /// `migrate_entries` converts keys and values.
    MigrateEntries,
    /// Entries of such maps cannot be copied: `on_mismatch(Upgrade::Replace)`.
    Replace,
}

impl Pins {
    /// For JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kept => "kept",
            Self::Left => "left",
            Self::Refused(_) => "refused",
            Self::Unseen => "unseen",
        }
    }
}

impl Way {
    /// The method of the runtime.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grow => "on_mismatch(Upgrade::Grow)",
            Self::Migrate => "migrate",
            Self::MigrateEntries => "migrate_entries",
            Self::Replace => "on_mismatch(Upgrade::Replace)",
        }
    }
}

/// `BPF_F_*` of `include/uapi/linux/bpf.h`.
mod flag {
    pub(super) const NUMA_NODE: u32 = 1 << 2;
    pub(super) const RDONLY: u32 = 1 << 3;
    pub(super) const WRONLY: u32 = 1 << 4;
    pub(super) const RDONLY_PROG: u32 = 1 << 7;
}

/// Flags without those that the gate leaves out: of the descriptor, of the node, and the
/// one that the kernel adds to device maps.
fn compared_flags(map: &Map) -> u32 {
    let mut ignored = flag::NUMA_NODE | flag::RDONLY | flag::WRONLY;
    if matches!(kinds::name(map.kind), Some("devmap" | "devmap_hash")) {
        ignored |= flag::RDONLY_PROG;
    }
    map.map_flags & !ignored
}

/// The kinds for which libbpf and the kernel keep the types of keys and values.
fn keeps_btf(kind: u32) -> bool {
    matches!(
        kinds::name(kind),
        Some(
            "hash"
                | "array"
                | "percpu_hash"
                | "percpu_array"
                | "lru_hash"
                | "lru_percpu_hash"
                | "lpm_trie"
                | "cgroup_storage"
                | "percpu_cgroup_storage"
                | "sk_storage"
                | "inode_storage"
                | "task_storage"
                | "cgrp_storage"
        )
    )
}

fn is_per_cpu(kind: u32) -> bool {
    matches!(
        kinds::name(kind),
        Some("percpu_hash" | "lru_percpu_hash" | "percpu_array")
    )
}

fn can_be_copied(kind: u32) -> bool {
    is_per_cpu(kind)
        || matches!(
            kinds::name(kind),
            Some("hash" | "array" | "lru_hash" | "lpm_trie")
        )
}

/// What becomes of live pins; `None` where neither side has any.
pub(super) fn of(
    (_, old): (&Schema, &Map),
    (_, new): (&Schema, &Map),
    diff: &MapDiff,
) -> Option<Pins> {
    let left = match (old.pinning, new.pinning) {
        (Pinning::None, Pinning::None) => return None,
        (Pinning::None, Pinning::ByName) => return Some(Pins::None),
        (Pinning::ByName, Pinning::None) => true,
        (Pinning::ByName, Pinning::ByName) => diff.renamed_from.is_some(),
    };
    Some(if left {
        Pins::Left
    } else {
        Seen::of(old, new, diff).pins(old, new, diff)
    })
}

/// What the gate sees.
struct Seen {
    numbers: bool,
    capacity: bool,
    key: bool,
    value: bool,
}

impl Seen {
    fn of(old: &Map, new: &Map, diff: &MapDiff) -> Self {
        let members = keeps_btf(old.kind) && keeps_btf(new.kind);
        let types = |side: &Option<TypeDiff>| members && side.as_ref().is_some_and(is_seen);
        let extra = matches!(kinds::name(old.kind), Some("bloom_filter" | "arena"));
        let key = old.key_size != new.key_size && !new.key_at_run_time();
        let value = old.value_size != new.value_size && !new.value_at_run_time();
        Self {
            numbers: old.kind != new.kind
                || compared_flags(old) != compared_flags(new)
                || extra && old.map_extra != new.map_extra,
            capacity: old.max_entries < new.max_entries,
            key: key || types(&diff.key),
            value: value || types(&diff.value),
        }
    }

    fn pins(&self, old: &Map, new: &Map, diff: &MapDiff) -> Pins {
        let copied = can_be_copied(old.kind)
            && can_be_copied(new.kind)
            && is_per_cpu(old.kind) == is_per_cpu(new.kind);
        let refused = match (self.key, self.numbers || self.value, self.capacity) {
            (false, false, false) => None,
            _ if !copied => Some(Way::Replace),
            (true, ..) if is_per_cpu(new.kind) => Some(Way::Replace),
            (true, ..) => Some(Way::MigrateEntries),
            (false, true, _) => Some(Way::Migrate),
            (false, false, true) => Some(Way::Grow),
        };
        let types = [&diff.key, &diff.value].into_iter().flatten();
        let meaning = types.map(TypeDiff::weight).max() == Some(Weight::Layout);
        match refused {
            Some(way) => Pins::Refused(way),
            None if meaning || diff.inner.is_some() => Pins::Unseen,
            None => Pins::Kept,
        }
    }
}

/// Whether the BTF of two maps differs in what the gate compares: paths, places, widths
/// and kinds. It follows neither typedefs' names nor enumerators.
fn is_seen(diff: &TypeDiff) -> bool {
    // Without a type in the new object there is nothing that asks for one.
    if diff.new.is_none() {
        return false;
    }
    diff.old.is_none()
        || diff.members.iter().any(|member| {
            member
                .changes
                .iter()
                .any(|change| !matches!(change, Change::Reordered | Change::Respelt))
        })
}
