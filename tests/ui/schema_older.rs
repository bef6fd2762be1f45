use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "older")]
mod bound {}

fn main() {}
