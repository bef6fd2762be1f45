use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flo")]
mod bound {}

fn main() {}
