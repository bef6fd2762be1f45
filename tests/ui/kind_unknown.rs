use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map(kind = hsh)]
    pub struct Conns;
}

fn main() {}
