//! Maps as bytes on the running kernel.

mod support;

use std::collections::BTreeMap;

use mapgen_runtime::{Error, MapKind, RawMap, possible_cpus};
use support::{bind, needs_kernel, spec, with_flags};

bind!(Conns = RawMap, spec("conns", MapKind::Hash, 6, 3, 100));
bind!(
    Counts = RawMap,
    spec("counts", MapKind::PerCpuArray, 4, 12, 10)
);
bind!(Waiting = RawMap, spec("waiting", MapKind::Queue, 0, 4, 3));
bind!(
    Prefixes = RawMap,
    with_flags(spec("prefixes", MapKind::LpmTrie, 8, 4, 2), 1)
);

#[test]
fn a_hash_of_bytes() {
    needs_kernel!();
    let map = Conns::create().unwrap();
    assert_eq!((map.key_len(), map.value_len()), (6, 3));
    let key = |n: u8| [n, 1, 2, 3, 4, 5];
    assert_eq!(map.get(&key(0)).unwrap(), None);
    for n in 0..100 {
        map.insert(&key(n), &[n, n, n]).unwrap();
    }
    assert!(matches!(
        map.insert(&key(100), &[0; 3]),
        Err(Error::Full { capacity: 100, .. })
    ));
    assert_eq!(map.get(&key(7)).unwrap(), Some(vec![7; 3]));
    assert!(matches!(
        map.try_insert(&key(7), &[0; 3]),
        Err(Error::Exists { .. })
    ));
    map.replace(&key(7), &[8; 3]).unwrap();
    let mut value = [0; 3];
    assert!(map.get_into(&key(7), &mut value).unwrap());
    assert_eq!(value, [8; 3]);
    for batch in [1, 2, 64, 100] {
        let seen: BTreeMap<_, _> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(seen.len(), 100, "batches of {batch}");
        assert_eq!(seen[&key(9).to_vec()], vec![9; 3]);
    }
    assert_eq!(map.keys().map(Result::unwrap).count(), 100);
    assert_eq!(map.iter().count(), 100);
    assert_eq!(map.remove(&key(7)).unwrap(), Some(vec![8; 3]));
    assert_eq!(map.remove(&key(7)).unwrap(), None);
    assert!(!map.delete(&key(7)).unwrap());
    assert!(matches!(
        map.replace(&key(7), &[0; 3]),
        Err(Error::NotFound { .. })
    ));
}

#[test]
fn bytes_of_another_size_are_refused() {
    needs_kernel!();
    let map = Conns::create().unwrap();
    for error in [
        map.get(&[0; 5]).unwrap_err(),
        map.insert(&[0; 5], &[0; 3]).unwrap_err(),
        map.delete(&[0; 5]).map(drop).unwrap_err(),
        map.remove(&[0; 5]).map(drop).unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "a key of map `conns` has 6 bytes, 5 were given"
        );
    }
    for error in [
        map.insert(&[0; 6], &[0; 4]).unwrap_err(),
        map.get_into(&[0; 6], &mut [0; 4]).map(drop).unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "a value of map `conns` has 3 bytes, 4 were given"
        );
    }
}

#[test]
fn a_per_cpu_value_has_the_bytes_of_every_possible_cpu() {
    needs_kernel!();
    let map = Counts::create().unwrap();
    let cpus = possible_cpus().unwrap().len();
    assert_eq!(map.value_len(), 16 * cpus);
    let value: Vec<u8> = (0..16 * cpus)
        .map(|at| if at % 16 < 12 { at as u8 } else { 0 })
        .collect();
    map.insert(&3u32.to_ne_bytes(), &value).unwrap();
    assert_eq!(map.get(&3u32.to_ne_bytes()).unwrap(), Some(value));
    // One CPU's bytes would let the kernel read past them.
    assert!(matches!(
        map.insert(&3u32.to_ne_bytes(), &[0; 12]),
        Err(Error::Size { what: "value", .. })
    ));
    assert_eq!(map.iter().count(), 10);
}

#[test]
fn a_map_without_keys_takes_an_empty_one() {
    needs_kernel!();
    let map = Waiting::create().unwrap();
    for n in 0..3u32 {
        map.insert(&[], &n.to_ne_bytes()).unwrap();
    }
    assert!(matches!(
        map.insert(&[], &[0; 4]),
        Err(Error::Full { capacity: 3, .. })
    ));
    assert_eq!(map.get(&[]).unwrap(), Some(0u32.to_ne_bytes().to_vec()));
    assert_eq!(map.remove(&[]).unwrap(), Some(0u32.to_ne_bytes().to_vec()));
    assert_eq!(map.remove(&[]).unwrap(), Some(1u32.to_ne_bytes().to_vec()));
    assert!(
        map.iter().next().unwrap().is_err(),
        "a queue cannot be walked"
    );
}

/// An array of descriptors has a key for every slot, and `ENOENT` for an empty one.
#[test]
fn a_walk_passes_over_the_empty_slots_of_an_array() {
    needs_kernel!();
    bind!(Jumps = RawMap, spec("jumps", MapKind::ProgArray, 4, 4, 8));
    bind!(Cpus = RawMap, spec("cpus", MapKind::CpuMap, 4, 4, 8));
    let jumps: Vec<_> = Jumps::create().unwrap().iter().collect();
    assert_eq!(jumps, []);
    let map = match Cpus::create() {
        Ok(map) => map,
        Err(Error::Permission { capability, .. }) => {
            mapgen_test_support::skipped(capability);
            return;
        }
        Err(error) => panic!("{error}"),
    };
    // CPU 0 is always possible; the value is the size of its queue.
    let (zero, size) = (0_u32.to_ne_bytes(), 64_u32.to_ne_bytes());
    map.insert(&zero, &size).unwrap();
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen, [(zero.to_vec(), size.to_vec())]);
}

#[test]
fn a_trie_is_walked_and_says_full() {
    needs_kernel!();
    let map = Prefixes::create().unwrap();
    map.insert(&[24, 0, 0, 0, 10, 0, 0, 0], &[1; 4]).unwrap();
    map.insert(&[8, 0, 0, 0, 10, 0, 0, 0], &[2; 4]).unwrap();
    assert_eq!(
        map.insert(&[16, 0, 0, 0, 10, 0, 0, 0], &[2; 4]),
        Err(Error::Full {
            map: "prefixes".into(),
            capacity: 2,
            entries: Some(2)
        })
    );
    for batch in [1, 2, 64] {
        assert_eq!(map.iter_with_batch(batch).map(Result::unwrap).count(), 2);
    }
}
