use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", derive("struct flow_kee" = PartialOrd))]
mod bound {}

fn main() {}
