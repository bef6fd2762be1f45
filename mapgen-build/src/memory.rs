//! What maps cost in kernel memory.
//!
//! The formulas were measured on Linux 6.18 on x86-64; other kernels have other
//! constants. They give the `memlock` of a map's descriptor.

use mapgen_schema::{Map, kinds};

const NO_PREALLOC: u32 = 1;
const NO_COMMON_LRU: u32 = 1 << 1;
const MMAPABLE: u32 = 1 << 10;
const PAGE: u128 = 4096;

/// The bytes that a full map takes on a machine with this many possible CPUs; `None` for
/// kinds without a formula and for a capacity that is left to run time.
///
/// ```
/// # let map = mapgen_schema::text::read("mapgen-schema 1\nmap \"m\" \".maps\" 1 0 16 32 65536 0 0 0 none - - - 0 0\n").unwrap().maps.remove(0);
/// assert_eq!(mapgen_build::memory::bytes(&map, 2), Some(7_341_136));
/// ```
pub fn bytes(map: &Map, cpus: u32) -> Option<u64> {
    if map.max_entries == 0 {
        return None;
    }
    // 32-bit sizes and counts multiply to more than 64 bits in a hostile object.
    let cpus = u128::from(cpus.max(1));
    let round8 = |size: u32| u128::from(size).next_multiple_of(8);
    let (key, value) = (round8(map.key_size), round8(map.value_size));
    let mut max = u128::from(map.max_entries);
    if map.map_flags & NO_COMMON_LRU != 0 {
        max = max.next_multiple_of(cpus);
    }
    let buckets = 16 * max.next_power_of_two();
    let preallocated = map.map_flags & NO_PREALLOC == 0;
    let bytes = match kinds::name(map.kind)? {
        "hash" if preallocated => 896 + buckets + (48 + key + value) * (max + cpus) + 8 * cpus,
        "hash" => 896 + buckets + (56 + key + value) * max,
        "lru_hash" => 896 + buckets + (48 + key + value) * max,
        "percpu_hash" if !preallocated => 896 + buckets + (80 + key + cpus * value) * max,
        "percpu_hash" | "lru_percpu_hash" => 896 + buckets + (56 + key + cpus * value) * max,
        "array" if map.map_flags & MMAPABLE != 0 => PAGE + (max * value).next_multiple_of(PAGE),
        "array" => 312 + max * value,
        "percpu_array" => 312 + max * (8 + cpus * value),
        "lpm_trie" => max * (20 + u128::from(map.key_size) + u128::from(map.value_size)),
        "ringbuf" => {
            // libbpf rounds the size up to a power of two of pages.
            let pages = max.div_ceil(PAGE).next_power_of_two();
            304 + PAGE * (3 + pages) + 8 * (3 + 2 * pages)
        }
        _ => return None,
    };
    u64::try_from(bytes).ok()
}
