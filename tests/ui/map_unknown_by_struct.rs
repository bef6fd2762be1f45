use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map]
    pub struct Conn;
}

fn main() {}
