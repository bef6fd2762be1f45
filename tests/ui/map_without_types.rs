#![deny(deprecated)]

use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "declared")]
mod bound {
    #[ebpf_map(min_entries = 1)]
    pub struct Legacy;
}

fn main() {}
