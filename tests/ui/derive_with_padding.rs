use mapgen_runtime::CLayout;

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Between {
    a: u8,
    b: u32,
}

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct AtTheEnd {
    a: u32,
    b: u8,
}

fn main() {}
