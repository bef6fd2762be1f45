use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow", name = "conns")]
pub struct Conns {
    #[ebpf_map(foreign)]
    key: [u32; 4],
    #[ebpf_map(foreign)]
    value: [u32; 3],
}

fn main() {}
