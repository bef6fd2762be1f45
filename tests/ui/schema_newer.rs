use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "newer")]
mod bound {}

fn main() {}
