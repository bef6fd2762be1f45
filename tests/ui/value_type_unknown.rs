use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map(value = "struct evnt")]
    pub struct Events;
}

fn main() {}
