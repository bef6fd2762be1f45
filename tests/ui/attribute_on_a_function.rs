use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
fn conns() {}

fn main() {}
