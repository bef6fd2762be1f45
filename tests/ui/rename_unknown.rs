use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", rename("struct flow_kee" = "Key", "struct flow_key" = "flow key"))]
mod bound {}

fn main() {}
