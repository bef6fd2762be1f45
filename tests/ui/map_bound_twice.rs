use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map]
    pub struct Conns;
    #[ebpf_map(name = "conns")]
    pub struct Connections;
}

fn main() {}
