use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", only_declred)]
mod bound {}

fn main() {}
