use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Nothing;

fn main() {}
