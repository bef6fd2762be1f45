use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Flags {
    #[ebpf_map(foreign)]
    up: char,
}

fn main() {}
