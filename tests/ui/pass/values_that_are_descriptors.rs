//! `__type(value, int)` of a map of maps says what the kernel keeps, not what the map holds.

use mapgen_runtime::{ArrayOfMaps, HashOfMaps, RawMap, ebpf_map};

#[ebpf_map(object = "descriptors")]
mod bound {}

fn outer(map: &bound::Outer) -> &ArrayOfMaps<bound::OuterInner> {
    map
}

fn by_key(map: &bound::ByKey) -> &HashOfMaps<i32, bound::ByKeyInner> {
    map
}

fn anything(map: &bound::Anything) -> &RawMap {
    map
}

fn main() {
    let _ = (outer, by_key, anything);
}
