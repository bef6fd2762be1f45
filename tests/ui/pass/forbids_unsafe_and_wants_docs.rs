//! Generated code passes the lints of the strictest crate.
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations, warnings)]

use mapgen_runtime::{Be, CLayout, ebpf_map};

/// Everything of an object.
#[ebpf_map(object = "layouts")]
pub mod layouts {
    /// Records that end in a flexible array.
    #[ebpf_map(value = "struct l_trailing")]
    pub struct RTrailing;
    /// The same of bytes.
    #[ebpf_map(value = "struct l_trailing_bytes")]
    pub struct RTrailingBytes;
}

/// A map with a record type.
#[ebpf_map(object = "flow")]
pub mod flow {
    /// New connections.
    #[ebpf_map(value = "struct event")]
    pub struct Events;
}

/// A type of the user's.
#[ebpf_map(object = "flow", ctype = "struct flow_key")]
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Key {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    pad: [u8; 3],
}

/// Another.
#[derive(Clone, Copy, Debug, CLayout)]
#[repr(transparent)]
pub struct Id(pub(crate) Inner);

/// Its inside.
#[derive(Clone, Copy, Debug, CLayout)]
#[repr(C)]
pub struct Inner {
    /// The number.
    pub id: u32,
}

fn main() {
    let key = flow::types::FlowKey {
        saddr: Be::from(1_u32),
        ..flow::types::FlowKey::ZERO
    };
    assert_ne!(key, flow::types::FlowKey::default());
    assert_eq!(Id::LAYOUT.size, 4);
    assert_eq!(Key::LAYOUT.size, 16);
    assert_eq!(flow::Conns::SPEC.key_size, 16);
}
