//! Values with a spin lock are read and written under it, on the running kernel.

#[path = "support/locked.rs"]
mod locked;
mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use locked::Locked;
use mapgen_runtime::bytemuck::{bytes_of, bytes_of_mut};
use mapgen_runtime::{Array, HashMap, MapKind, MapSpec, RawMap};
use support::{bind, needs_kernel, spec};

const ROUNDS: u64 = 20_000;

const fn locks(kind: MapKind) -> MapSpec {
    let mut spec = spec("locks", kind, 4, size_of::<Locked>(), 4);
    spec.spin_lock = true;
    spec
}

fn typed(spec: &mut MapSpec) {
    spec.btf = locked::btf();
    spec.btf_key = locked::KEY;
    spec.btf_value = locked::VALUE;
}

bind!(Slots = Array<Locked>, locks(MapKind::Array));
bind!(Entries = HashMap<u32, Locked>, locks(MapKind::Hash));
bind!(Bytes = RawMap, locks(MapKind::Array));

/// Writes different values from one thread, and shows `read` to another meanwhile: how
/// many of the values that were read had been written in one piece.
fn torn(write: impl Fn(&Locked) + Sync, read: impl Fn() -> Vec<Locked>) -> usize {
    let done = AtomicBool::new(false);
    let mut torn = 0;
    write(&Locked::of(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..mapgen_test_support::rounds(ROUNDS) {
                write(&Locked::of(round));
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            torn += read().iter().filter(|value| !value.is_whole()).count();
        }
    });
    torn
}

#[test]
fn an_element_is_written_and_read_in_one_piece() {
    needs_kernel!();
    let map = Slots::create_with(typed).unwrap();
    let set = |value: &Locked| map.set(0, value).unwrap();
    assert_eq!(torn(set, || vec![map.get(0).unwrap()]), 0);
    let into = || {
        let mut value = Locked::of(0);
        map.get_into(0, &mut value).unwrap();
        vec![value]
    };
    assert_eq!(torn(set, into), 0);
    assert_eq!(torn(set, || map.values().map(Result::unwrap).collect()), 0);
}

#[test]
fn an_entry_is_written_and_read_in_one_piece() {
    needs_kernel!();
    let map = Entries::create_with(typed).unwrap();
    let insert = |value: &Locked| map.insert(&7, value).unwrap();
    assert_eq!(torn(insert, || vec![map.get(&7).unwrap().unwrap()]), 0);
    assert_eq!(
        torn(insert, || map.values().map(Result::unwrap).collect()),
        0
    );
    let extend = |value: &Locked| map.extend([(7, *value)]).unwrap();
    assert_eq!(torn(extend, || vec![map.get(&7).unwrap().unwrap()]), 0);
    // The kernel takes the flag with a deletion as well.
    assert!(
        map.remove(&7)
            .unwrap()
            .is_some_and(|value| value.is_whole())
    );
    map.insert(&1, &Locked::of(1)).unwrap();
    map.retain(|key, _| *key != 1).unwrap();
    assert_eq!(map.len().unwrap(), 0);
    map.try_insert(&1, &Locked::of(1)).unwrap();
    map.replace(&1, &Locked::of(2)).unwrap();
    assert!(map.modify(&1, |value| value.words[0] = 2).unwrap());
    assert_eq!(map.drain().count(), 1);
}

#[test]
fn bytes_are_written_and_read_in_one_piece() {
    needs_kernel!();
    let map = Bytes::create_with(typed).unwrap();
    let insert = |value: &Locked| map.insert(&[0; 4], bytes_of(value)).unwrap();
    let get = || {
        let mut value = Locked::of(0);
        assert!(map.get_into(&[0; 4], bytes_of_mut(&mut value)).unwrap());
        vec![value]
    };
    assert_eq!(torn(insert, get), 0);
}

/// A map that was made without BTF has no lock that the kernel knows of.
#[test]
fn a_map_without_btf_is_read_without_the_lock() {
    needs_kernel!();
    let map = Slots::create().unwrap();
    map.set(1, &Locked::of(3)).unwrap();
    assert_eq!(map.get(1).unwrap(), Locked::of(3));
}

/// The lock itself is the kernel's: it is neither read nor written.
#[test]
fn the_lock_reads_as_zero_and_is_not_written() {
    needs_kernel!();
    let map = Slots::create_with(typed).unwrap();
    let mut value = Locked::of(1);
    value.lock = 1;
    map.set(0, &value).unwrap();
    assert_eq!(map.get(0).unwrap(), Locked::of(1));
}
