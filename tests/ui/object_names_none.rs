use mapgen_runtime::ebpf_map;

#[ebpf_map(object())]
mod bound {}

fn main() {}
