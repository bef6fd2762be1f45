use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared", ctype = "struct key")]
#[repr(C)]
pub struct Key {
    id: u32,
    kind: u8,
    pad: [u8; 3],
}

fn main() {}
