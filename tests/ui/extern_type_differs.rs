use mapgen_runtime::ebpf_map;

use mapgen_runtime::CLayout;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, CLayout)]
#[repr(C)]
pub struct Key {
    id: u32,
    sort: u8,
    pad: [u8; 3],
}

#[ebpf_map(object = "declared", extern_type("struct key" = crate::Key), only_declared)]
mod bound {
    #[ebpf_map]
    pub struct People;
}

fn main() {}
