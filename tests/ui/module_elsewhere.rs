use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod pass;

fn main() {}
