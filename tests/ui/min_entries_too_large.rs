use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow_small")]
mod bound {
    #[ebpf_map(min_entries = 65_536)]
    pub struct Conns;
}

fn main() {}
