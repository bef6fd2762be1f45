//! One set of Rust types for several objects.

#![cfg(target_endian = "little")]

use mapgen_runtime::{Error, HashMap, ebpf_map};

/// The maps that both have.
#[ebpf_map(object("flow", "flow_types"))]
mod shared {
    #[ebpf_map(name = "events", value = "struct event")]
    pub struct Events;
}

#[ebpf_map(object = "flow")]
mod flow {
    #[ebpf_map(name = "events", value = "struct event")]
    pub struct Events;
}

#[ebpf_map(object = "ledger_variants")]
mod ledger {}

#[ebpf_map(object = "ledger_v1")]
mod v1 {}

#[test]
fn a_module_of_several_objects_has_the_handles_of_each() {
    let maps = shared::Maps::simulated().unwrap();
    let _: &HashMap<shared::types::FlowKey, shared::types::FlowStats> = &maps.conns;
    assert_eq!(shared::Conns::LAYOUT_HASH, flow::Conns::LAYOUT_HASH);
}

#[test]
fn another_build_of_an_object_opens_with_the_same_bindings() {
    let mut open = ledger::open_bytes(ledger::OBJECT_V511).unwrap();
    open.maps().accounts.set_max_entries(4096).unwrap();
    assert_eq!(ledger::OBJECT_V511.as_ptr().align_offset(8), 0);
}

#[test]
fn an_object_of_other_layouts_does_not_open() {
    let error = ledger::open_bytes(v1::OBJECT).err().unwrap();
    assert!(matches!(error, Error::Mismatch(_)), "{error}");
}
