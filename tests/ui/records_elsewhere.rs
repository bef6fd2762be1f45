use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod of_a_hash {
    #[ebpf_map(value = ["struct event", "struct flow_key"])]
    pub struct Conns;

    #[ebpf_map(key = ["struct event"], value = "struct event")]
    pub struct Events;
}

#[ebpf_map(object = "records")]
mod lists {
    #[ebpf_map(value = [])]
    pub struct Answers;

    #[ebpf_map(value = "struct drained", tag = "when_ns")]
    pub struct Drains;

    #[ebpf_map(value = ["struct request"])]
    pub struct Requests;
}

#[ebpf_map(object = "records")]
mod types {
    #[ebpf_map(value = ["struct accepted", "struct acepted", "__u32", "struct accepted"])]
    pub struct Answers;
}

fn main() {}
