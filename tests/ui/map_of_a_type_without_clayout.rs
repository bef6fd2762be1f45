use mapgen_runtime::ebpf_map;

#[derive(Clone, Copy)]
pub struct Key(u64);

#[ebpf_map(object = "declared", name = "people")]
pub struct People {
    key: Key,
    value: u32,
}

fn main() {}
