use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
#[ebpf_map(krate = "renamed")]
struct Flags {
    #[ebpf_map(foriegn)]
    up: u8,
}

fn main() {}
