//! Keywords, `_` and names that generated code would take are members all the same.

use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "layouts")]
pub mod layouts {}

#[ebpf_map(object = "maps")]
pub mod maps {
    #[ebpf_map(value = "struct event")]
    pub struct Events;
    #[ebpf_map(key = u32, value = u64)]
    pub struct Untyped;
}

fn main() {
    let keywords = layouts::types::LKeywords {
        r#type: 1,
        r#match: 2,
        self_: 3,
        crate_: 4,
        super_: 5,
        Self_: 6,
        __: 7,
        r#async: 8,
        r#gen: 9,
        ..layouts::types::LKeywords::ZERO
    }
    .with_impl(10)
    .with_trait(11);
    assert_eq!(keywords.r#impl(), 10);
    assert_eq!(keywords.r#trait(), 11);
    // The module has a `Maps` of its own.
    let _ = maps::MapsMap::NAME;
    let _: fn(&maps::Maps) -> &maps::Type = |maps| &maps.r#type;
}
