use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Pair(u32, u32);

fn main() {}
