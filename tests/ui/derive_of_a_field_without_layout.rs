use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Flags {
    up: bool,
}

fn main() {}
