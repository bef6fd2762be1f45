use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "kinds")]
mod kinds {
    #[ebpf_map(value = "struct usage")]
    pub struct KRingbuf;

    #[ebpf_map(value = "struct usage")]
    pub struct KUserRingbuf;

    #[ebpf_map(name = "k_array_of_maps", value = KHash)]
    pub struct Tenants;
}

fn main() {}
