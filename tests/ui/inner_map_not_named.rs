use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "kinds", name = "k_array_of_maps")]
pub struct Tenants {}

fn main() {}
