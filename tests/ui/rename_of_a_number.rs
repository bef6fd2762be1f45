use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", rename("__u32" = "Number"))]
mod bound {}

fn main() {}
