//! `layouts.bpf.c`: every layout that is hard to bind, and nothing else.

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `layouts.bpf.o`.
#[ebpf_map(object = "layouts")]
pub mod bpf {}
