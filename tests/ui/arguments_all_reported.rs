use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", knd = hash, min_entries = "many", value = u64)]
struct Conns;

fn main() {}
