//! `layouts.bpf.c`: every layout that is hard to bind, and nothing else.

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `layouts.bpf.o`.
#[ebpf_map(object = "layouts")]
pub mod bpf {
    /// Records that end in a flexible array of structs.
    #[ebpf_map(value = "struct l_trailing")]
    pub struct RTrailing;

    /// Records that end in a flexible array of bytes.
    #[ebpf_map(value = "struct l_trailing_bytes")]
    pub struct RTrailingBytes;
}
