use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", object = "layouts")]
mod bound {}

fn main() {}
