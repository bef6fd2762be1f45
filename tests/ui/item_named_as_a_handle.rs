use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod flow {
    #[ebpf_map(value = "struct event")]
    pub struct Events;

    pub struct Conns {
        pub count: u32,
    }
}

fn main() {}
