//! The numbers of a map: kind, sizes, flags, capacity.

use crate::error::Difference;
use crate::info::MapInfo;
use crate::mapping::page_size;
use crate::spec::{MapKind, MapSpec};

/// `BPF_F_*` of `include/uapi/linux/bpf.h`.
mod flag {
    pub(super) const NO_COMMON_LRU: u32 = 1 << 1;
    pub(super) const NUMA_NODE: u32 = 1 << 2;
    pub(super) const RDONLY: u32 = 1 << 3;
    pub(super) const WRONLY: u32 = 1 << 4;
    pub(super) const RDONLY_PROG: u32 = 1 << 7;
    pub(super) const VTYPE_BTF_OBJ_FD: u32 = 1 << 15;
    pub(super) const TOKEN_FD: u32 = 1 << 16;
}

/// The flags that say nothing about how two maps differ, by kind of map, each with its
/// source. Those that libbpf adds to data sections (`MMAPABLE`, `RDONLY_PROG` in
/// `bpf_object__init_internal_map`) are not here: a section's flags are not compared.
/// All others (`NO_PREALLOC`, `NO_COMMON_LRU`, `STACK_BUILD_ID`, `ZERO_SEED`,
/// `WRONLY_PROG`, `CLONE`, `PRESERVE_ELEMS`, `INNER_MAP`, `LINK`, `SEGV_ON_FAULT`,
/// `NO_USER_CONV`, …) are kept by the kernel as they were given, and compared.
const IGNORED: &[(Option<MapKind>, u32)] = &[
    // Belong to the descriptor, not to the map: `bpf_map_flags_retain_permanent`
    // (kernel/bpf/syscall.c) drops them.
    (None, flag::RDONLY | flag::WRONLY),
    // Says that a token came with the command: `map_create` (kernel/bpf/syscall.c)
    // drops it, libbpf's `bpf_object__create_map` adds it.
    (None, flag::TOKEN_FD),
    // Says that `numa_node` was given. The node itself is not in the info, and neither
    // changes what the map holds.
    (None, flag::NUMA_NODE),
    // Added by `dev_map_init_map` (kernel/bpf/devmap.c; before 6.7
    // `dev_map_init_map` and `dev_map_alloc`), so that programs cannot write ifindexes.
    (Some(MapKind::DevMap), flag::RDONLY_PROG),
    (Some(MapKind::DevMapHash), flag::RDONLY_PROG),
    // Says that the value's type comes from a module: added by libbpf's
    // `bpf_object__create_map`.
    (Some(MapKind::StructOps), flag::VTYPE_BTF_OBJ_FD),
];

/// Flags without those of [`IGNORED`].
fn normalised(kind: MapKind, flags: u32) -> u32 {
    IGNORED
        .iter()
        .filter(|(only, _)| only.is_none_or(|only| only == kind))
        .fold(flags, |flags, (_, ignored)| flags & !ignored)
}

/// The kinds for which both libbpf and the kernel keep a key's and a value's type.
///
/// Not the others: libbpf's `bpf_object__create_map` withholds BTF for perf, cgroup,
/// device, CPU, XSK and socket arrays, stack traces, queues, stacks, arenas and maps of
/// maps; ring buffers and Bloom filters have no key, program arrays hold descriptors.
pub(crate) fn keeps_btf(kind: MapKind) -> bool {
    matches!(
        kind,
        MapKind::Hash
            | MapKind::Array
            | MapKind::PerCpuHash
            | MapKind::PerCpuArray
            | MapKind::LruHash
            | MapKind::LruPerCpuHash
            | MapKind::LpmTrie
            | MapKind::CgroupStorage
            | MapKind::PerCpuCgroupStorage
            | MapKind::SkStorage
            | MapKind::InodeStorage
            | MapKind::TaskStorage
            | MapKind::CgrpStorage
    )
}

/// The kinds that take `max_entries` of 0: storage lives with its owner, and libbpf
/// turns the 0 of a perf array into the number of CPUs (`map_set_def_max_entries`).
pub(crate) fn takes_zero(kind: MapKind) -> bool {
    matches!(
        kind,
        MapKind::PerfEventArray
            | MapKind::CgroupStorage
            | MapKind::PerCpuCgroupStorage
            | MapKind::SkStorage
            | MapKind::InodeStorage
            | MapKind::TaskStorage
            | MapKind::CgrpStorage
            | MapKind::Other(_)
    )
}

/// Whether keys and values of a kind have a size that a program chooses: where the object
/// says 0, it leaves them to run time. `htab_map_alloc_check`, `array_map_alloc_check`,
/// `trie_alloc`, `queue_stack_map_alloc_check` and `bloom_map_alloc` (kernel/bpf) refuse 0.
fn sized(kind: MapKind) -> (bool, bool) {
    match kind {
        MapKind::Hash
        | MapKind::LruHash
        | MapKind::PerCpuHash
        | MapKind::LruPerCpuHash
        | MapKind::Array
        | MapKind::PerCpuArray
        | MapKind::LpmTrie => (true, true),
        MapKind::Queue | MapKind::Stack | MapKind::BloomFilter => (false, true),
        _ => (false, false),
    }
}

/// The numbers of a map that exists, or that is about to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: MapKind,
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    pub(crate) max_entries: u32,
    pub(crate) map_flags: u32,
    pub(crate) map_extra: u64,
}

impl From<&MapInfo> for Shape {
    fn from(info: &MapInfo) -> Self {
        Self {
            kind: info.kind(),
            key_size: info.key_size(),
            value_size: info.value_size(),
            max_entries: info.max_entries(),
            map_flags: info.map_flags(),
            map_extra: info.map_extra(),
        }
    }
}

impl From<&MapSpec> for Shape {
    fn from(spec: &MapSpec) -> Self {
        Self {
            kind: spec.kind,
            key_size: spec.key_size,
            value_size: spec.value_size,
            max_entries: spec.max_entries,
            map_flags: spec.map_flags,
            map_extra: spec.map_extra,
        }
    }
}

/// How many entries a map must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Capacity {
    size: Size,
    /// So many that an LRU map keeps this many.
    keeps: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// This many or more.
    AtLeast(u32),
    /// This many, as kernel and libbpf round it.
    Exactly(u32),
}

impl From<&MapSpec> for Capacity {
    fn from(spec: &MapSpec) -> Self {
        let size = if spec.exact_entries {
            Size::Exactly(spec.max_entries)
        } else if spec.live_entries > 0 {
            Size::AtLeast(spec.live_entries)
        } else {
            Size::AtLeast(spec.min_entries)
        };
        Self {
            size,
            keeps: spec.live_entries,
        }
    }
}

impl Capacity {
    /// This many or more.
    pub(crate) fn at_least(entries: u32) -> Self {
        Self {
            size: Size::AtLeast(entries),
            keeps: 0,
        }
    }

    /// What can be asked of an object, whose capacity is not settled before it is loaded
    /// and that knows nothing of CPUs.
    #[cfg(feature = "libbpf")]
    pub(crate) fn of_object(self) -> Self {
        Self { keeps: 0, ..self }
    }

    /// What is wrong with a capacity, if anything.
    pub(crate) fn difference(self, found: &Shape) -> Option<Difference> {
        let max_entries = found.max_entries;
        let (required, exact, holds) = match self.size {
            Size::AtLeast(required) => (required, false, max_entries >= required),
            Size::Exactly(required) => (
                required,
                true,
                max_entries == required || max_entries == rounded(required, found),
            ),
        };
        let needed = room_for(self.keeps, found);
        // What is too small for both is told with the larger number.
        let forgets = self.keeps > 0 && max_entries > 0 && max_entries < needed;
        if forgets && (holds || !exact) {
            return Some(Difference::Keeps {
                required: self.keeps,
                found: max_entries,
                needed,
                cpus: cpus(),
                exact,
            });
        }
        (!holds).then_some(Difference::Capacity {
            required,
            found: max_entries,
            exact,
        })
    }
}

/// What becomes of a declared `max_entries` on its way into the kernel.
pub(crate) fn rounded(declared: u32, map: &Shape) -> u32 {
    match map.kind {
        // libbpf, `adjust_ringbuf_sz`: the next power of two of pages; 0 is left to fail.
        MapKind::RingBuf | MapKind::UserRingBuf if declared == 0 => 0,
        MapKind::RingBuf | MapKind::UserRingBuf => ring_size(declared),
        // libbpf, `map_set_def_max_entries`.
        MapKind::PerfEventArray if declared == 0 => cpus(),
        // Kernel, `htab_map_alloc`: every CPU's list gets the same number.
        MapKind::LruHash | MapKind::LruPerCpuHash if map.map_flags & flag::NO_COMMON_LRU != 0 => {
            let cpus = cpus();
            declared
                .checked_next_multiple_of(cpus)
                .unwrap_or(declared - declared % cpus)
        }
        _ => declared,
    }
}

/// The capacity at which a map never forgets one of `live` entries.
///
/// An insert into an LRU map takes a free element from the list of its CPU. Where that is
/// empty, it moves up to `LOCAL_FREE_TARGET` (128) from the common list there; where that
/// has fewer, entries are forgotten (`bpf_common_lru_pop_free` in
/// kernel/bpf/bpf_lru_list.c). An element is free, in an entry, or being inserted, so with
/// 128 free ones for each possible CPU the common list has 128 whenever one CPU's is
/// empty. (Newer kernels leave fewer to each CPU of a small map, which does not hurt.)
///
/// With `BPF_F_NO_COMMON_LRU` each CPU has its share of the elements and never another
/// one's; it takes a free one to replace the value of a key that is there.
pub(crate) fn room_for(live: u32, map: &Shape) -> u32 {
    const LOCAL_FREE_TARGET: u32 = 128;
    match map.kind {
        MapKind::LruHash | MapKind::LruPerCpuHash => {
            if map.map_flags & flag::NO_COMMON_LRU == 0 {
                live.saturating_add(LOCAL_FREE_TARGET.saturating_mul(cpus()))
            } else {
                live.saturating_add(1).saturating_mul(cpus())
            }
        }
        _ => live,
    }
}

fn ring_size(declared: u32) -> u32 {
    let page = u32::try_from(page_size()).unwrap_or(4096);
    declared
        .div_ceil(page)
        .checked_next_power_of_two()
        .and_then(|pages| pages.checked_mul(page))
        .unwrap_or(declared)
}

/// The number of possible CPUs, at least 1.
fn cpus() -> u32 {
    crate::cpu::of_machine().map_or(1, |cpus| u32::try_from(cpus.len()).unwrap_or(1))
}

/// Every number that differs, in the order in which a person would look.
pub(crate) fn differences(expected: &Shape, capacity: Capacity, found: &Shape) -> Vec<Difference> {
    let mut out = Vec::new();
    if expected.kind != found.kind {
        out.push(Difference::Kind {
            expected: expected.kind,
            found: found.kind,
        });
    }
    let mut number = |what, expected: u64, found: u64| {
        if expected != found {
            out.push(Difference::Number {
                what,
                expected,
                found,
            });
        }
    };
    let sized = sized(expected.kind);
    for (what, sized, expected, found) in [
        ("key_size", sized.0, expected.key_size, found.key_size),
        ("value_size", sized.1, expected.value_size, found.value_size),
    ] {
        // Left to run time: such a map is bytes, of the sizes that it has.
        if !(sized && expected == 0) {
            number(what, expected.into(), found.into());
        }
    }
    // The kinds may differ: what is ignored is a matter of the one that has the flags.
    number(
        "map_flags",
        normalised(expected.kind, expected.map_flags).into(),
        normalised(found.kind, found.map_flags).into(),
    );
    // `map_create` (kernel/bpf/syscall.c) refuses it for other kinds.
    if matches!(found.kind, MapKind::BloomFilter | MapKind::Arena) {
        number("map_extra", expected.map_extra, found.map_extra);
    }
    out.extend(capacity.difference(found));
    out
}

/// Sizes of 0 where the kernel takes none: what was left to run time and not set.
pub(crate) fn without_sizes(found: &Shape) -> Vec<Difference> {
    let sized = sized(found.kind);
    [
        ("key_size", sized.0, found.key_size),
        ("value_size", sized.1, found.value_size),
    ]
    .into_iter()
    .filter(|(_, sized, size)| *sized && *size == 0)
    .map(|(what, ..)| Difference::NoSize { what })
    .collect()
}

/// A capacity of 0 where the kernel takes none: what was left to run time and not set.
#[cfg(feature = "libbpf")]
pub(crate) fn without_entries(found: &Shape) -> Option<Difference> {
    (found.max_entries == 0 && !takes_zero(found.kind)).then_some(Difference::Capacity {
        required: 1,
        found: 0,
        exact: false,
    })
}
