use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared", ctype = "struct key")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    id: u32,
    pad: [u8; 4],
}

fn main() {}
