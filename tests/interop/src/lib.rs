//! One object, bound three ways: by mapgen, by a skeleton of libbpf-cargo, and by aya at
//! run time.

#![deny(missing_docs)]

use mapgen_runtime::ebpf_map;

/// The bindings.
#[ebpf_map(object = "flow")]
pub mod flow {
    /// Live connections.
    #[ebpf_map(min_entries = 65_536)]
    pub struct Conns;

    /// What happened.
    #[ebpf_map(value = "struct event")]
    pub struct Events;
}

/// What libbpf-cargo makes of the same object.
#[allow(missing_docs, reason = "libbpf-cargo writes none")]
pub mod skeleton {
    include!(concat!(env!("OUT_DIR"), "/flow.skel.rs"));
}
