use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared")]
mod bound {
    #[ebpf_map(key = u32, value = "struct key")]
    pub struct Legacy;
    #[ebpf_map(key = "struct key", value = u64)]
    pub struct LegacyArray;
}

fn main() {}
