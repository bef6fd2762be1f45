use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "handles_collide")]
mod bound {}

fn main() {}
