use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {}

fn main() {}
