//! `tcpwatch.bpf.c`: the life of TCP connections, by BTF-typed tracepoints.

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `tcpwatch.bpf.o`.
#[ebpf_map(object = "tcpwatch")]
pub mod bpf {}
