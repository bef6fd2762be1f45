//! `crate = "…"` replaces every path to the runtime crate: this crate knows it only as
//! `renamed`, so one path that was forgotten does not compile.

use renamed::{CLayout, ebpf_map};

/// A whole object.
#[ebpf_map(object = "maps", crate = "renamed")]
pub mod maps {
    #[ebpf_map(value = "struct event", optional)]
    pub struct Events;
    #[ebpf_map(key = u32, value = u64)]
    pub struct Untyped;
}

/// The crate as a third one may hand it on.
pub mod reexport {
    pub use ::renamed as runtime;
}

/// A type that is checked where it is written.
#[ebpf_map(
    object = "declared",
    ctype = "struct key",
    crate = "crate::reexport::runtime"
)]
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Key {
    id: u32,
    kind: u8,
    pad: [u8; 3],
}

/// One map.
#[ebpf_map(object = "declared", name = "people", crate = "::renamed")]
pub struct People {
    key: Key,
    value: u32,
}

/// A type that describes itself.
#[derive(Clone, Copy, CLayout)]
#[repr(transparent)]
#[ebpf_map(crate = "renamed")]
pub struct Id(u32);
