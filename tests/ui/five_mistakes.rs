use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", rename("struct flow_kye" = "Key"))]
mod bound {
    #[ebpf_map(kind = array, min_entries = 100_000)]
    pub struct Conns;

    #[ebpf_map(name = "evnts", value = "struct event")]
    pub struct Events;

    #[ebpf_map(optionl)]
    pub struct Blocked;
}

fn main() {}
