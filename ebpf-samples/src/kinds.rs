//! `kinds.bpf.c`: a map of every kind.

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `kinds.bpf.o`.
#[ebpf_map(object = "kinds")]
pub mod bpf {
    /// A ring buffer does not name its records.
    #[ebpf_map(value = "struct usage")]
    pub struct KRingbuf;

    /// Nor does a user ring buffer.
    #[ebpf_map(value = "struct usage")]
    pub struct KUserRingbuf;

    /// The inner maps of `k_hash_of_maps`.
    #[ebpf_map(name = "k_hash_of_maps.inner", min_entries = 1)]
    pub struct PerRoute;
}
