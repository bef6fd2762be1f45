use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
struct Pair {
    a: u32,
}

fn main() {}
