use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Pair<T> {
    a: T,
}

fn main() {}
