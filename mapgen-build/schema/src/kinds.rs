//! The kinds of map, by the kernel's numbers (`enum bpf_map_type`).

/// Names without `BPF_MAP_TYPE_`, in lower case, by number.
///
/// 19 and 21 took a second name in later kernels (`CGROUP_STORAGE_DEPRECATED`,
/// `PERCPU_CGROUP_STORAGE_DEPRECATED`); the first names stay valid.
pub const NAMES: [&str; 35] = [
    "unspec",
    "hash",
    "array",
    "prog_array",
    "perf_event_array",
    "percpu_hash",
    "percpu_array",
    "stack_trace",
    "cgroup_array",
    "lru_hash",
    "lru_percpu_hash",
    "lpm_trie",
    "array_of_maps",
    "hash_of_maps",
    "devmap",
    "sockmap",
    "cpumap",
    "xskmap",
    "sockhash",
    "cgroup_storage",
    "reuseport_sockarray",
    "percpu_cgroup_storage",
    "queue",
    "stack",
    "sk_storage",
    "devmap_hash",
    "struct_ops",
    "ringbuf",
    "inode_storage",
    "task_storage",
    "bloom_filter",
    "user_ringbuf",
    "cgrp_storage",
    "arena",
    "insn_array",
];

/// The name of a kind (`"lru_hash"`), or `None` for a number this release does not know.
pub fn name(kind: u32) -> Option<&'static str> {
    NAMES.get(kind as usize).copied()
}

/// The name of a kind for people: `map type 99` for a number this release does not know.
pub fn label(kind: u32) -> String {
    name(kind).map_or_else(|| format!("map type {kind}"), str::to_owned)
}

/// The number of a kind by its name.
pub fn number(name: &str) -> Option<u32> {
    NAMES
        .iter()
        .position(|known| *known == name)
        .and_then(|index| u32::try_from(index).ok())
}

/// Whether keys and values of a kind have a size that a program chooses, and that the kernel
/// does not take as 0: `htab_map_alloc_check`, `array_map_alloc_check`, `trie_alloc`,
/// `queue_stack_map_alloc_check` and `bloom_map_alloc` of Linux 6.12.
pub fn sized(kind: u32) -> (bool, bool) {
    match name(kind) {
        Some(
            "hash" | "lru_hash" | "percpu_hash" | "lru_percpu_hash" | "array" | "percpu_array"
            | "lpm_trie",
        ) => (true, true),
        Some("queue" | "stack" | "bloom_filter") => (false, true),
        _ => (false, false),
    }
}
