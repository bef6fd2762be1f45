use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", min_entries = 5)]
mod bound {}

fn main() {}
