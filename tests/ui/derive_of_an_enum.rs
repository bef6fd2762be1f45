use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(u32)]
enum State {
    Idle,
}

fn main() {}
