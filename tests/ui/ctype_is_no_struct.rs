use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "layouts", ctype = "union l_address")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Key {
    id: u32,
}

#[ebpf_map(object = "layouts", ctype = "enum l_enum32")]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Number {
    id: u32,
}

fn main() {}
