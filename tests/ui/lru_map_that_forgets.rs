#![deny(deprecated)]

use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "maps", only_declared)]
mod bound {
    #[ebpf_map(name = "Maps", min_entries = 8)]
    pub struct Recent;
}

fn main() {}
