use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "collide")]
mod bound {}

fn main() {}
