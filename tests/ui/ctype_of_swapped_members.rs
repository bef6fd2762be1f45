use mapgen_runtime::ebpf_map;

use mapgen_runtime::Be;

#[ebpf_map(object = "flow", ctype = "struct flow_key")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    daddr: Be<u32>,
    saddr: Be<u32>,
    sport: Be<u16>,
    dport: u16,
    proto: u8,
    pad: [u8; 3],
}

fn main() {}
