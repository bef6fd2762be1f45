use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared", name = "people")]
pub struct People {
    key: u64,
    vale: u32,
}

#[ebpf_map(object = "declared", name = "people")]
pub struct Others(u64, u32);

fn main() {}
