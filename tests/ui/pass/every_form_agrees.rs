//! What is right compiles: own types, types shared by objects, and one module's types
//! used by another.

use mapgen_runtime::{Be, CLayout, ebpf_map};

mod net {
    use super::{Be, CLayout};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, CLayout)]
    #[repr(C)]
    pub struct FlowKey {
        pub saddr: Be<u32>,
        pub daddr: Be<u32>,
        pub sport: Be<u16>,
        pub dport: Be<u16>,
        pub proto: u8,
        pub pad: [u8; 3],
    }
}

#[ebpf_map(
    object = "flow",
    extern_type("struct flow_key" = crate::net::FlowKey),
    rename("struct flow_stats" = "Stats"),
    derive("struct flow_stats" = PartialOrd),
)]
pub mod flow {
    #[ebpf_map(kind = hash, max_entries = 65_536, min_entries = 1)]
    pub struct Conns;

    #[ebpf_map(value = "struct  event", optional)]
    pub struct Events;
}

// `build.rs` asks for `struct event` with `types`; no map says that it reaches it.
#[ebpf_map(object = "flow_types", only_declared)]
pub mod flow_types {
    #[ebpf_map]
    #[must_use = "attributes of the user's stay on the handle"]
    pub struct Conns;
}

#[ebpf_map(object("flow", "flow_swapped"), name = "proto_stats")]
pub struct Protocols {
    value: flow::types::Counters,
}

#[ebpf_map(object = "flow", name = "conns")]
pub struct Conns {
    key: net::FlowKey,
    value: flow::types::Stats,
}

fn main() {
    assert_eq!(flow_types::types::Event::ZERO, Default::default());
    let _: Option<fn(flow::Conns) -> mapgen_runtime::HashMap<net::FlowKey, flow::types::Stats>> =
        None;
}
