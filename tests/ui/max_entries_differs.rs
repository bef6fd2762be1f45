use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map(max_entries = 1_024)]
    pub struct Conns;
}

fn main() {}
