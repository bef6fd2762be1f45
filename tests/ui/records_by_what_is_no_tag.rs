use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "tagged")]
mod bound {
    #[ebpf_map(value = ["struct event" = 1], tag = "comm")]
    pub struct Ring;
}

fn main() {}
