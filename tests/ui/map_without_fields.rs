use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", name = "conns")]
pub struct Conns;

fn main() {}
