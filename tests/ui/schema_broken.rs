use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "broken")]
mod bound {}

fn main() {}
