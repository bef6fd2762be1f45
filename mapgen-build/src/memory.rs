//! What maps cost in kernel memory.
//!
//! The formulas are those of the kernel's `map_mem_usage` callbacks, which `memlock` of a
//! map's descriptor reports from Linux 6.4 on, with the sizes of Linux 6.18 on x86-64. On
//! 6.12 the structs at a map's head differ by less than 1 KiB, a node of an LPM trie is 16
//! bytes larger, and a hash of maps has a spare element for each CPU; all else that grows
//! with a map is the same. Kernels before 6.4 report an estimate of their own, for which
//! the same formulas stand in.

use mapgen_schema::{Map, Section, kinds};

const NO_PREALLOC: u32 = 1;
const NO_COMMON_LRU: u32 = 1 << 1;
const MMAPABLE: u32 = 1 << 10;
const PAGE: u128 = 4096;
/// `struct bpf_array`.
const ARRAY: u128 = 312;

/// The bytes that a full map takes on a machine with this many possible CPUs; `None` for
/// kinds without a formula and for a capacity that is left to run time.
///
/// What the kernel counts with no map is left out, see [`beside`]. An arena, which the
/// kernel counts with no map either, is taken for all of its pages.
///
/// ```
/// # let map = mapgen_schema::text::read("mapgen-schema 1\nmap \"m\" \".maps\" 1 0 16 32 65536 0 0 0 none - - - 0 0\n").unwrap().maps.remove(0);
/// assert_eq!(mapgen_build::memory::bytes(&map, 2), Some(7_341_136));
/// ```
pub fn bytes(map: &Map, cpus: u32) -> Option<u64> {
    let cpus = cpus.max(1);
    let kind = kinds::name(map.kind)?;
    let max = match kind {
        // libbpf, `map_set_def_max_entries`.
        "perf_event_array" if map.max_entries == 0 => cpus,
        // Those have as many entries as there are tasks, sockets, cgroups.
        "sk_storage"
        | "inode_storage"
        | "task_storage"
        | "cgrp_storage"
        | "cgroup_storage"
        | "percpu_cgroup_storage" => 1,
        _ if map.max_entries == 0 => return None,
        _ => map.max_entries,
    };
    // 32-bit sizes and counts multiply to more than 64 bits in a hostile object.
    let (mut max, cpus) = (u128::from(max), u128::from(cpus));
    if map.map_flags & NO_COMMON_LRU != 0 {
        max = max.next_multiple_of(cpus);
    }
    let round8 = |size: u32| u128::from(size).next_multiple_of(8);
    let (key, value) = (round8(map.key_size), round8(map.value_size));
    let (exact_key, exact_value) = (u128::from(map.key_size), u128::from(map.value_size));
    let buckets = max.next_power_of_two();
    // `struct bpf_htab`, `HASHTAB_MAP_LOCK_COUNT` integers for each CPU, buckets.
    let hash = 832 + 32 * cpus + 16 * buckets;
    let preallocated = map.map_flags & NO_PREALLOC == 0;
    let bytes = match kind {
        "hash" if preallocated => hash + (48 + key + value) * (max + cpus) + 8 * cpus,
        "hash" => hash + (56 + key + value) * max,
        // Descriptors have no spare elements.
        "hash_of_maps" if preallocated => hash + (48 + key + value) * max + 8 * cpus,
        "hash_of_maps" => hash + (56 + key + value) * max,
        "lru_hash" => hash + (48 + key + value) * max,
        "percpu_hash" if !preallocated => hash + (80 + key + cpus * value) * max,
        "percpu_hash" | "lru_percpu_hash" => hash + (56 + key + cpus * value) * max,
        "array" if map.map_flags & MMAPABLE != 0 => PAGE + (max * value).next_multiple_of(PAGE),
        "array" => ARRAY + max * value,
        "percpu_array" => ARRAY + max * (8 + cpus * value),
        "prog_array" | "perf_event_array" | "cgroup_array" | "array_of_maps" => ARRAY + 8 * max,
        // The node, the key without its prefix length, the value.
        "lpm_trie" => max * (24 + exact_key.saturating_sub(4) + exact_value),
        // One element stays free.
        "queue" | "stack" => 312 + (max + 1) * exact_value,
        "bloom_filter" => 312 + bloom_bits(map) / 8,
        "stack_trace" => 320 + 8 * buckets + (16 + exact_value) * max,
        "devmap" => 344 + (8 + 64) * max,
        "devmap_hash" => 344 + 8 * buckets + 64 * max,
        "cpumap" => 304 + 8 * max,
        "xskmap" => 304 + (8 + 32) * max,
        "sockmap" => 376 + 8 * max,
        "sockhash" => 384 + 16 * buckets + (48 + key) * max,
        "reuseport_sockarray" => 296 + 8 * max,
        "ringbuf" | "user_ringbuf" => {
            // libbpf rounds the size up to a power of two of pages.
            let pages = max.div_ceil(PAGE).next_power_of_two();
            304 + PAGE * (3 + pages) + 8 * (3 + 2 * pages)
        }
        "sk_storage" | "inode_storage" | "task_storage" | "cgrp_storage" => {
            448 + 16 * cpus.next_power_of_two().max(2)
        }
        "cgroup_storage" | "percpu_cgroup_storage" => 328,
        "arena" => PAGE * max,
        _ => return None,
    };
    u64::try_from(bytes).ok()
}

/// The bits of a Bloom filter (`bloom_map_alloc`): entries times hash functions times 7/5,
/// in 32 bits, and the next power of two.
fn bloom_bits(map: &Map) -> u128 {
    let functions = match map.map_extra & 0xf {
        0 => 5,
        #[expect(clippy::cast_possible_truncation, reason = "it is at most 15")]
        functions => functions as u32,
    };
    let bits = map.max_entries.checked_mul(functions);
    match bits.and_then(|bits| (bits / 5).checked_mul(7)) {
        Some(bits) if bits <= 1 << 31 => u128::from(bits.max(64).next_power_of_two()),
        _ => 1 << 32,
    }
}

/// The bytes of the map that libbpf makes of a data section.
///
/// ```
/// use mapgen_schema::{Section, Var, TypeId};
/// let var = Var { name: "pid".into(), offset: 0, size: 4, ty: TypeId::VOID, is_static: false };
/// let mut section = Section { name: ".bss".into(), size: 4, vars: vec![var], btf: None };
/// assert_eq!(mapgen_build::memory::section_bytes(&section), 8192);
/// // One that no program outside of the file can name is not mapped.
/// section.vars[0].is_static = true;
/// assert_eq!(mapgen_build::memory::section_bytes(&section), 320);
/// ```
pub fn section_bytes(section: &Section) -> u64 {
    let value = u64::from(section.size).next_multiple_of(8);
    // libbpf, `map_is_mmapable`.
    match section.vars.iter().any(|var| !var.is_static) {
        true => 4096 + value.next_multiple_of(4096),
        false => 312 + value,
    }
}

/// What the kernel allocates for the entries of a kind and counts with no map, for people;
/// `None` where [`bytes`] is all.
///
/// ```
/// use mapgen_schema::kinds;
/// let tasks = kinds::number("task_storage").unwrap();
/// assert_eq!(mapgen_build::memory::beside(tasks), Some("a value for each task that has one"));
/// ```
pub fn beside(kind: u32) -> Option<&'static str> {
    Some(match kinds::name(kind)? {
        "task_storage" => "a value for each task that has one",
        "sk_storage" => "a value for each socket that has one",
        "inode_storage" => "a value for each inode that has one",
        "cgrp_storage" => "a value for each cgroup that has one",
        "cgroup_storage" | "percpu_cgroup_storage" => "a value for each cgroup and attach type",
        "cpumap" => "a queue and a thread for each entry",
        "sockmap" | "sockhash" => "what a socket keeps while it is in the map",
        _ => return None,
    })
}

/// The `max_entries` at which a map never forgets one of `live` entries, on a machine with
/// this many possible CPUs: what `MapSpec::max_entries_for` of the runtime says there.
///
/// ```
/// # let mut map = mapgen_schema::text::read("mapgen-schema 1\nmap \"m\" \".maps\" 9 0 16 32 65536 0 0 0 none - - - 0 0\n").unwrap().maps.remove(0);
/// assert_eq!(mapgen_build::memory::max_entries_for(&map, 1000, 4), 1512); // an LRU hash
/// map.kind = 1;
/// assert_eq!(mapgen_build::memory::max_entries_for(&map, 1000, 4), 1000); // a hash
/// ```
pub fn max_entries_for(map: &Map, live: u32, cpus: u32) -> u32 {
    /// Free ones that each CPU keeps to itself (kernel/bpf/bpf_lru_list.c).
    const LOCAL_FREE_TARGET: u32 = 128;
    match kinds::name(map.kind) {
        Some("lru_hash" | "lru_percpu_hash") if map.map_flags & NO_COMMON_LRU == 0 => {
            live.saturating_add(LOCAL_FREE_TARGET.saturating_mul(cpus))
        }
        // Each CPU has its share, and never another one's.
        Some("lru_hash" | "lru_percpu_hash") => live.saturating_add(1).saturating_mul(cpus),
        _ => live,
    }
}
