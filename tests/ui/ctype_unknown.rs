use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared", ctype = "struct kee")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    id: u32,
}

fn main() {}
