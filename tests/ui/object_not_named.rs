use mapgen_runtime::ebpf_map;

#[ebpf_map()]
mod bound {}

fn main() {}
