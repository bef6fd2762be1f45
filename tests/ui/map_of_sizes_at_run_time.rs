#![deny(deprecated)]

use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "run_time")]
mod warned {}

#[ebpf_map(object = "run_time")]
mod refused {
    #[ebpf_map(key = u32, value = "struct key")]
    pub struct Sizes;
}

#[ebpf_map(object = "run_time", name = "value_only")]
struct ValueOnly {
    value: u64,
}

// Nothing to say of it.
#[ebpf_map(object = "run_time", name = "sizes")]
struct Bytes;

fn main() {}
