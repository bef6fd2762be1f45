use mapgen_runtime::ebpf_map;

// Without a mention of the map, the object has the error: libbpf creates it all the same.
#[ebpf_map(object = "flow_on_5_4")]
mod whole {}

#[ebpf_map(object = "flow_on_5_4")]
mod bound {
    #[ebpf_map]
    pub struct Events;
}

#[ebpf_map(object = "flow_on_5_4")]
mod without {
    #[ebpf_map(optional)]
    pub struct Events;
}

fn main() {}
