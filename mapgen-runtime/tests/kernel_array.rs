//! Arrays, mapped or not, on the running kernel.

mod support;

use std::os::fd::{AsFd, AsRawFd};

use mapgen_runtime::{Array, Error, MapKind};
use support::{bind, needs_kernel, raw_bpf, spec, with_flags};

const MMAPABLE: u32 = 1 << 10;

bind!(Plain = Array<u64>, spec("plain", MapKind::Array, 4, 8, 1000));
bind!(Odd = Array<[u8; 13]>, spec("odd", MapKind::Array, 4, 13, 300));
bind!(
    Shared = Array<[u32; 3]>,
    with_flags(spec("shared", MapKind::Array, 4, 12, 1000), MMAPABLE)
);

#[test]
fn elements_are_read_and_written_by_index() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    assert_eq!(map.len(), 1000);
    assert_eq!(map.capacity(), 1000);
    assert_eq!(map.get(0).unwrap(), 0);
    map.set(999, &7).unwrap();
    assert_eq!(map.get(999).unwrap(), 7);
    map.modify(999, |value| *value += 1).unwrap();
    let mut value = 0;
    map.get_into(999, &mut value).unwrap();
    assert_eq!(value, 8);
}

#[test]
fn an_index_too_large_says_so() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    let error = map.get(1000).unwrap_err();
    assert_eq!(
        error,
        Error::OutOfRange {
            map: "plain".into(),
            index: 1000,
            capacity: 1000
        }
    );
    assert_eq!(
        error.to_string(),
        "index 1000 is out of range: map `plain` has 1000 elements"
    );
    assert_eq!(map.set(1000, &0).unwrap_err(), error);
    assert_eq!(map.get_into(1000, &mut 0).unwrap_err(), error);
    assert!(matches!(map.get(u32::MAX), Err(Error::OutOfRange { .. })));
}

#[test]
fn iteration_is_in_order_at_any_batch_size() {
    needs_kernel!();
    let map = Odd::create().unwrap();
    let value = |index: u32| [(index % 251) as u8; 13];
    for index in 0..300 {
        map.set(index, &value(index)).unwrap();
    }
    for batch in [1, 2, 64, 299, 300, 301] {
        let seen: Vec<_> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(
            seen,
            (0..300)
                .map(|index| (index, value(index)))
                .collect::<Vec<_>>()
        );
    }
    let values: Vec<_> = map.values().map(Result::unwrap).collect();
    assert_eq!(values, (0..300).map(value).collect::<Vec<_>>());
    assert_eq!(map.iter().count(), 300);
}

#[test]
fn sum_all_adds_every_element() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    for index in 0..1000 {
        map.set(index, &u64::from(index)).unwrap();
    }
    assert_eq!(map.sum_all().unwrap(), 499_500);
}

#[test]
fn a_mapped_array_is_the_same_memory() {
    needs_kernel!();
    let map = Shared::create().unwrap();
    let memory = map.mapped().unwrap();
    assert_eq!(memory.len(), 1000);
    for index in 0..1000 {
        memory.store(index, &[index, index + 1, index + 2]).unwrap();
    }
    for index in [0, 1, 511, 999] {
        assert_eq!(map.get(index).unwrap(), [index, index + 1, index + 2]);
    }
    map.set(500, &[9, 8, 7]).unwrap();
    assert_eq!(memory.load(500).unwrap(), [9, 8, 7]);
    assert_eq!(memory.iter().len(), 1000);
    let sum: u64 = memory.iter().map(|value| u64::from(value[0])).sum();
    assert_eq!(sum, 499_500 - 500 + 9);

    let beyond = Error::OutOfRange {
        map: "shared".into(),
        index: 1000,
        capacity: 1000,
    };
    assert_eq!(memory.load(1000).unwrap_err(), beyond);
    assert_eq!(memory.store(1000, &[0; 3]).unwrap_err(), beyond);

    // It outlives the handle, and goes to other threads.
    drop(map);
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(memory.load(500).unwrap(), [9, 8, 7]));
    });
}

#[test]
fn a_map_that_cannot_be_mapped_says_what_to_declare() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    let error = map.mapped().unwrap_err();
    assert_eq!(
        error,
        Error::NotMmapable {
            map: "plain".into()
        }
    );
    assert_eq!(
        error.to_string(),
        "map `plain` cannot be mapped: declare `__uint(map_flags, BPF_F_MMAPABLE)`"
    );
}

#[test]
fn a_frozen_array_is_mapped_for_reading() {
    needs_kernel!();
    let map = Shared::create().unwrap();
    map.set(1, &[1, 2, 3]).unwrap();
    // BPF_MAP_FREEZE
    raw_bpf(22, &mut [map.as_fd().as_raw_fd() as u64]).unwrap();
    let memory = map.mapped().unwrap();
    assert_eq!(memory.load(1).unwrap(), [1, 2, 3]);
    assert!(matches!(
        memory.store(1, &[0; 3]),
        Err(Error::Access { .. })
    ));
    assert_eq!(
        map.set(1, &[0; 3]).unwrap_err().to_string(),
        "set of map `shared` is not allowed: the map is frozen"
    );
}
