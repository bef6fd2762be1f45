use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared", ctype = "struct key")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    id: u16,
    half: u16,
    kind: u8,
    pad: [u8; 3],
}

fn main() {}
