use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "handles_collide")]
mod bound {
    #[ebpf_map]
    pub struct MyMap;
}

fn main() {}
