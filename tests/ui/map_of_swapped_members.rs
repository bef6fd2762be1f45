use mapgen_runtime::ebpf_map;

use mapgen_runtime::{Be, CLayout};

#[derive(Clone, Copy, Debug, CLayout)]
#[repr(C)]
pub struct Key {
    daddr: Be<u32>,
    saddr: Be<u32>,
    sport: Be<u16>,
    dport: u16,
    proto: u8,
    pad: [u8; 3],
}

mod types {
    pub type Short = u32;
}

#[ebpf_map(object = "flow", name = "conns")]
pub struct Conns {
    key: crate::Key,
    value: types::Short,
}

fn main() {}
