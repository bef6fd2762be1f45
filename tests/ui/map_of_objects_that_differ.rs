use mapgen_runtime::ebpf_map;

#[ebpf_map(object("flow", "flow_swapped", "flow_small"), name = "conns")]
pub struct Conns {
    #[ebpf_map(foreign)]
    key: [u32; 4],
    #[ebpf_map(foreign)]
    value: [u64; 4],
}

fn main() {}
