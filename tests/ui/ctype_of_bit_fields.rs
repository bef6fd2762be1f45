use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "layouts", ctype = "struct l_bits_zero")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    a: u8,
}

fn main() {}
