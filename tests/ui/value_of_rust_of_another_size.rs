use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared")]
mod bound {
    #[ebpf_map(key = u32, value = u32)]
    pub struct Legacy;
    #[ebpf_map(value = u64)]
    pub struct LegacyArray;
    #[ebpf_map(value = u64)]
    pub struct Ring;
}

fn main() {}
