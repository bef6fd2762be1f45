//! Generated code names everything by its full path.
#![no_implicit_prelude]

#[::mapgen_runtime::ebpf_map(object = "layouts")]
pub mod layouts {}

#[::mapgen_runtime::ebpf_map(object = "maps")]
pub mod maps {
    #[ebpf_map(value = "struct event", optional)]
    pub struct Events;
    #[ebpf_map(key = ::core::primitive::u32, value = ::core::primitive::u64)]
    pub struct Untyped;
}

#[::mapgen_runtime::ebpf_map(object = "declared", ctype = "struct key")]
#[derive(::std::clone::Clone, ::std::marker::Copy, ::std::fmt::Debug)]
#[repr(C)]
pub struct Key {
    id: u32,
    kind: u8,
    pad: [u8; 3],
}

#[::mapgen_runtime::ebpf_map(object = "declared", name = "people")]
pub struct People {
    key: Key,
    value: u32,
}

#[derive(::std::clone::Clone, ::std::marker::Copy, ::mapgen_runtime::CLayout)]
#[repr(transparent)]
pub struct Id(u32);

fn main() {}
