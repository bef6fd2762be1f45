use mapgen_runtime::ebpf_map;

#[ebpf_map(object("flow", "flow_small"))]
mod differs {}

#[ebpf_map(object("flow", "ledger"))]
mod apart {}

fn main() {}
