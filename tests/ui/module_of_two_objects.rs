use mapgen_runtime::ebpf_map;

#[ebpf_map(object("flow", "flow_small"))]
mod bound {}

fn main() {}
