//! `crate = "…"` replaces every path to the runtime crate.

use renamed::{CLayout, ebpf_map};

mod mapgen_runtime {}

#[ebpf_map(object = "maps", crate = "renamed")]
pub mod maps {
    #[ebpf_map(value = "struct event")]
    pub struct Events;
    #[ebpf_map(key = u32, value = u64)]
    pub struct Untyped;
}

pub mod reexport {
    pub use ::renamed as runtime;
}

#[ebpf_map(object = "declared", ctype = "struct key", crate = "crate::reexport::runtime")]
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Key {
    id: u32,
    kind: u8,
    pad: [u8; 3],
}

#[ebpf_map(object = "declared", name = "people", crate = "::renamed")]
pub struct People {
    key: Key,
    value: u32,
}

#[derive(Clone, Copy, CLayout)]
#[repr(transparent)]
#[ebpf_map(crate = "renamed")]
pub struct Id(u32);

fn main() {}
