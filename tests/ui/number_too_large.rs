use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
mod bound {
    #[ebpf_map(max_entries = 5_000_000_000)]
    pub struct Conns;
}

fn main() {}
