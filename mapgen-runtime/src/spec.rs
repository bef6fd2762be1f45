//! What the build knew of a map: its kind, sizes, capacity, flags and BTF.

use crate::gate::shape::{self, Shape};

/// Everything that `#[ebpf_map]` wrote down of a map in the object.
///
/// It is what the gates compare live maps with, and what `create()` creates from.
///
/// ```
/// use mapgen_runtime::Binding;
///
/// /// A line about a generated handle's map.
/// fn describe<B: Binding>() -> String {
///     let spec = B::SPEC;
///     format!("{}: {}, {} + {} bytes", spec.name, spec.kind, spec.key_size, spec.value_size)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MapSpec {
    /// The object's name, as `build.rs` gave it; for messages.
    pub object: &'static str,
    /// The C name.
    pub name: &'static str,
    /// The kind of map.
    pub kind: MapKind,
    /// In bytes.
    pub key_size: u32,
    /// In bytes.
    pub value_size: u32,
    /// As the object declares it: entries, or bytes for ring buffers; 0 when it is
    /// left to run time.
    pub max_entries: u32,
    /// A smaller map is refused. What the code or `build.rs` declares, else
    /// [`max_entries`](Self::max_entries).
    pub min_entries: u32,
    /// Any other capacity is refused, not only a smaller one (`max_entries = N` was
    /// asserted).
    pub exact_entries: bool,
    /// How many entries an LRU map must keep, whatever is inserted: what the code or
    /// `build.rs` declares as its minimum, else 0. It takes a larger
    /// [`max_entries`](Self::max_entries), for which see
    /// [`max_entries_for`](Self::max_entries_for).
    pub live_entries: u32,
    /// `BPF_F_*`.
    pub map_flags: u32,
    /// The meaning depends on the kind.
    pub map_extra: u64,
    /// The NUMA node, used with `BPF_F_NUMA_NODE`.
    pub numa_node: u32,
    /// Whether libbpf pins it by its name.
    pub pinned: bool,
    /// Whether the program can do without it.
    pub optional: bool,
    /// Whether values have a `struct bpf_spin_lock`, under which they are then read and
    /// written (`BPF_F_LOCK`).
    pub spin_lock: bool,
    /// BTF of just the key's and the value's types; empty where the object has none.
    pub btf: &'static [u8],
    /// The id of the key's type in [`btf`](Self::btf), 0 without one.
    pub btf_key: u32,
    /// The id of the value's type in [`btf`](Self::btf), 0 without one.
    pub btf_value: u32,
    /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
    pub layout_hash: u64,
    /// The inner map of an array or hash of maps.
    pub inner: Option<&'static MapSpec>,
}

impl MapSpec {
    /// The `max_entries` with which the map keeps `live` entries on this machine.
    ///
    /// An LRU map forgets entries before it is full, to have free ones at hand for each
    /// possible CPU. As long as no more than `live` keys are in use, a map of this size
    /// forgets none; all other kinds keep `max_entries` entries.
    ///
    /// ```
    /// # use mapgen_runtime::{Binding, MapKind};
    /// # fn example<Conns: Binding>() {
    /// let max_entries = Conns::SPEC.max_entries_for(65_536);
    /// assert!(max_entries >= 65_536);
    /// # }
    /// ```
    pub fn max_entries_for(&self, live: u32) -> u32 {
        shape::room_for(live, &Shape::from(self))
    }
}

macro_rules! kinds {
    ($($number:literal $variant:ident $name:literal;)*) => {
        /// The kind of a map: `enum bpf_map_type`.
        ///
        /// ```
        /// use mapgen_runtime::MapKind;
        ///
        /// assert_eq!(MapKind::from_number(9), MapKind::LruHash);
        /// assert_eq!(MapKind::LruHash.to_string(), "lru_hash");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum MapKind {
            $(
                #[doc = concat!("`BPF_MAP_TYPE_", $name, "`, in lower case.")]
                $variant,
            )*
            /// A kind that this release does not know.
            Other(u32),
        }

        impl MapKind {
            /// The kernel's number.
            pub const fn number(self) -> u32 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// From the kernel's number.
            pub const fn from_number(number: u32) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }

            /// The name without `BPF_MAP_TYPE_`, in lower case; `unknown` for other kinds.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(_) => "unknown",
                }
            }
        }
    };
}

kinds! {
    1 Hash "hash";
    2 Array "array";
    3 ProgArray "prog_array";
    4 PerfEventArray "perf_event_array";
    5 PerCpuHash "percpu_hash";
    6 PerCpuArray "percpu_array";
    7 StackTrace "stack_trace";
    8 CgroupArray "cgroup_array";
    9 LruHash "lru_hash";
    10 LruPerCpuHash "lru_percpu_hash";
    11 LpmTrie "lpm_trie";
    12 ArrayOfMaps "array_of_maps";
    13 HashOfMaps "hash_of_maps";
    14 DevMap "devmap";
    15 SockMap "sockmap";
    16 CpuMap "cpumap";
    17 XskMap "xskmap";
    18 SockHash "sockhash";
    19 CgroupStorage "cgroup_storage";
    20 ReusePortSockArray "reuseport_sockarray";
    21 PerCpuCgroupStorage "percpu_cgroup_storage";
    22 Queue "queue";
    23 Stack "stack";
    24 SkStorage "sk_storage";
    25 DevMapHash "devmap_hash";
    26 StructOps "struct_ops";
    27 RingBuf "ringbuf";
    28 InodeStorage "inode_storage";
    29 TaskStorage "task_storage";
    30 BloomFilter "bloom_filter";
    31 UserRingBuf "user_ringbuf";
    32 CgrpStorage "cgrp_storage";
    33 Arena "arena";
    34 InsnArray "insn_array";
}

impl core::fmt::Display for MapKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Other(number) => write!(f, "map type {number}"),
            known => f.write_str(known.name()),
        }
    }
}
