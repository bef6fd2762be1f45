//! Hash maps on the running kernel.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use mapgen_runtime::{Error, HashMap, LruHashMap, MapKind, Proof};
use support::{bind, needs_kernel, raw_bpf, spec, with_flags};

const NO_PREALLOC: u32 = 1;

bind!(Small = HashMap<u32, u64>, spec("small", MapKind::Hash, 4, 8, 4));
bind!(Thousand = HashMap<u32, u64>, spec("thousand", MapKind::Hash, 4, 8, 1000));
bind!(Many = HashMap<u32, u64>, spec("many", MapKind::Hash, 4, 8, 65_536));
bind!(ShortKeys = HashMap<u16, u32>, spec("short_keys", MapKind::Hash, 2, 4, 5000));
bind!(LongKeys = HashMap<[u8; 40], [u16; 3]>, spec("long_keys", MapKind::Hash, 40, 6, 512));
bind!(
    Lazy = HashMap<u32, u64>,
    with_flags(spec("lazy", MapKind::Hash, 4, 8, 1000), NO_PREALLOC)
);
bind!(Lru = LruHashMap<u32, u64>, spec("lru", MapKind::LruHash, 4, 8, 1024));

fn filled<const N: u32>(map: &HashMap<u32, u64>) {
    map.extend((0..N).map(|key| (key, u64::from(key) * 3)))
        .unwrap();
}

#[test]
fn point_operations_do_what_those_of_std_do() {
    needs_kernel!();
    let map = Small::create().unwrap();
    assert_eq!(map.get(&1).unwrap(), None);
    assert!(map.is_empty().unwrap());

    map.insert(&1, &10).unwrap();
    map.insert(&1, &11).unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(11));
    assert!(map.contains_key(&1).unwrap());
    assert!(!map.contains_key(&2).unwrap());
    assert!(!map.is_empty().unwrap());
    assert_eq!(map.len().unwrap(), 1);

    let mut value = 99;
    assert!(map.get_into(&1, &mut value).unwrap());
    assert_eq!(value, 11);
    assert!(!map.get_into(&2, &mut value).unwrap());
    assert_eq!(value, 11, "an absent key leaves the value alone");

    assert_eq!(map.remove(&1).unwrap(), Some(11));
    assert_eq!(map.remove(&1).unwrap(), None);
    map.insert(&2, &20).unwrap();
    assert!(map.delete(&2).unwrap());
    assert!(!map.delete(&2).unwrap());
    assert_eq!(map.len().unwrap(), 0);
}

#[test]
fn try_insert_and_replace_have_errors_of_their_own() {
    needs_kernel!();
    let map = Small::create().unwrap();
    assert_eq!(
        map.replace(&1, &1),
        Err(Error::NotFound {
            map: "small".into()
        })
    );
    map.try_insert(&1, &1).unwrap();
    let error = map.try_insert(&1, &2).unwrap_err();
    assert_eq!(
        error,
        Error::Exists {
            map: "small".into()
        }
    );
    assert_eq!(
        error.to_string(),
        "map `small` has an entry of this key already"
    );
    assert_eq!(map.get(&1).unwrap(), Some(1));
    map.replace(&1, &3).unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(3));
}

#[test]
fn modify_changes_what_is_there() {
    needs_kernel!();
    let map = Small::create().unwrap();
    assert!(!map.modify(&1, |value| *value += 1).unwrap());
    map.insert(&1, &1).unwrap();
    assert!(map.modify(&1, |value| *value += 1).unwrap());
    assert_eq!(map.get(&1).unwrap(), Some(2));
}

#[test]
fn a_full_map_says_full_and_not_argument_list_too_long() {
    needs_kernel!();
    let map = Small::create().unwrap();
    for key in 0..4 {
        map.insert(&key, &0).unwrap();
    }
    let full = Error::Full {
        map: "small".into(),
        capacity: 4,
        entries: Some(4),
    };
    let error = map.insert(&4, &0).unwrap_err();
    assert_eq!(error, full);
    assert_eq!(
        error.to_string(),
        "map `small` is full: its capacity is 4, it holds 4"
    );
    assert_eq!(map.try_insert(&4, &0), Err(full.clone()));
    // What is there can still be written.
    map.insert(&3, &1).unwrap();
    // By a batch as well; what came before the entry that failed is in.
    map.delete(&0).unwrap();
    assert_eq!(map.extend([(3, 7), (10, 8), (11, 9), (12, 9)]), Err(full));
    let entries: BTreeMap<_, _> = map.iter().map(Result::unwrap).collect();
    assert_eq!(entries, BTreeMap::from([(1, 0), (2, 0), (3, 7), (10, 8)]));
}

#[test]
fn a_map_without_preallocation_is_full_at_its_capacity_too() {
    needs_kernel!();
    let map = Lazy::create().unwrap();
    filled::<1000>(&map);
    assert!(matches!(
        map.insert(&1000, &0),
        Err(Error::Full { capacity: 1000, .. })
    ));
    assert_eq!(map.len().unwrap(), 1000);
}

#[test]
fn an_lru_map_makes_room() {
    needs_kernel!();
    let map = Lru::create().unwrap();
    for key in 0..4096 {
        map.insert(&key, &u64::from(key)).unwrap();
    }
    let len = map.len().unwrap();
    assert!(len <= 1024 && len > 512, "{len} live entries");
    assert_eq!(map.get(&4095).unwrap(), Some(4095));
    assert_eq!(map.drain().count(), len);
    assert!(map.is_empty().unwrap());
}

#[test]
fn iteration_sees_every_entry_at_any_batch_size() {
    needs_kernel!();
    let map = Thousand::create().unwrap();
    filled::<1000>(&map);
    let expected: BTreeMap<u32, u64> = (0..1000).map(|key| (key, u64::from(key) * 3)).collect();
    for batch in [1, 2, 3, 7, 64, 511, 999, 1000, 1001, 4096] {
        let mut count = 0;
        let mut seen = BTreeMap::new();
        for entry in map.iter_with_batch(batch) {
            let (key, value) = entry.unwrap();
            seen.insert(key, value);
            count += 1;
        }
        assert_eq!(count, 1000, "batches of {batch}");
        assert_eq!(seen, expected, "batches of {batch}");
    }
    assert_eq!(
        map.keys()
            .map(Result::unwrap)
            .collect::<BTreeSet<_>>()
            .len(),
        1000
    );
    let sum: u64 = map.values().map(Result::unwrap).sum();
    assert_eq!(sum, expected.values().sum());
}

/// The size of a batch is no promise of memory: one whose bytes overflow a `usize` would
/// have the kernel write past the buffers.
#[test]
fn a_batch_of_more_entries_than_memory_can_hold_is_one_of_the_capacity() {
    needs_kernel!();
    let map = Thousand::create().unwrap();
    filled::<1000>(&map);
    for batch in [1 << 62, usize::MAX] {
        assert_eq!(map.iter_with_batch(batch).map(Result::unwrap).count(), 1000);
    }
    assert_eq!(map.len().unwrap(), 1000);
}

#[test]
fn iteration_of_an_empty_map_ends_at_once() {
    needs_kernel!();
    let map = Thousand::create().unwrap();
    let mut iter = map.iter();
    assert!(iter.next().is_none());
    assert!(iter.next().is_none());
    assert_eq!(map.drain().count(), 0);
    map.clear().unwrap();
    map.retain(|_, _| false).unwrap();
    map.extend([]).unwrap();
}

#[test]
fn a_full_map_of_65536_is_seen_whole() {
    needs_kernel!();
    let map = Many::create().unwrap();
    filled::<65_536>(&map);
    for batch in [1, 2, 64, 4096] {
        let mut seen = vec![false; 65_536];
        let mut count = 0;
        for entry in map.iter_with_batch(batch) {
            let (key, value) = entry.unwrap();
            assert_eq!(value, u64::from(key) * 3);
            seen[key as usize] = true;
            count += 1;
        }
        assert!(seen.iter().all(|&seen| seen), "batches of {batch}");
        assert_eq!(count, 65_536, "batches of {batch}");
    }
    assert_eq!(map.iter().count(), 65_536);
}

#[test]
fn keys_of_two_bytes_are_keys_not_cursors() {
    needs_kernel!();
    let map = ShortKeys::create().unwrap();
    for key in 0..5000u16 {
        map.insert(&key, &(u32::from(key) + 7)).unwrap();
    }
    for batch in [1, 2, 64, 5000] {
        let seen: BTreeMap<u16, u32> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(seen.len(), 5000, "batches of {batch}");
        assert!(
            seen.iter()
                .all(|(&key, &value)| value == u32::from(key) + 7)
        );
    }
}

#[test]
fn odd_sizes_of_keys_and_values_keep_their_places() {
    needs_kernel!();
    let map = LongKeys::create().unwrap();
    let entry = |n: u16| {
        let mut key = [0xA5; 40];
        key[38..].copy_from_slice(&n.to_ne_bytes());
        (key, [n, !n, n ^ 0x5555])
    };
    map.extend((0..512).map(entry)).unwrap();
    for batch in [1, 5, 512] {
        let seen: BTreeMap<_, _> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(seen, (0..512).map(entry).collect());
    }
}

/// Entries present throughout, while another thread inserts and deletes others as fast as
/// it can.
fn under_fire(map: &HashMap<u32, u64>, present: u32, others: u32, batches: &[usize]) {
    map.extend((0..present).map(|key| (key, u64::from(key))))
        .unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for key in present..present + others {
                    map.insert(&key, &u64::from(key)).unwrap();
                }
                for key in present..present + others {
                    map.delete(&key).unwrap();
                }
            }
        });
        for &batch in batches {
            let mut seen = vec![false; present as usize];
            for entry in map.iter_with_batch(batch) {
                let (key, value) = entry.unwrap();
                assert_eq!(u64::from(key), value);
                if let Some(seen) = seen.get_mut(key as usize) {
                    *seen = true;
                }
            }
            let lost = seen.iter().filter(|&&seen| !seen).count();
            assert_eq!(lost, 0, "batches of {batch}");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_there_throughout_is_seen_while_others_come_and_go() {
    needs_kernel!();
    let map = Many::create_with(|spec| spec.max_entries = 2000).unwrap();
    under_fire(&map, 1000, 1000, &[1, 2, 64, 1000, 1, 2, 64, 1000]);
    let map = Many::create_with(|spec| spec.max_entries = 65_600).unwrap();
    under_fire(&map, 65_536, 64, &[1, 2, 64, 65_600]);
}

#[test]
fn drain_takes_every_entry_once() {
    needs_kernel!();
    let map = Thousand::create().unwrap();
    for batch in [1, 2, 64, 1000] {
        filled::<1000>(&map);
        let taken: Vec<(u32, u64)> = map.drain_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(taken.len(), 1000);
        let taken: BTreeMap<_, _> = taken.into_iter().collect();
        assert_eq!(
            taken,
            (0..1000).map(|key| (key, u64::from(key) * 3)).collect()
        );
        assert!(map.is_empty().unwrap());
    }
}

#[test]
fn a_drain_that_is_dropped_takes_the_rest_as_in_std() {
    needs_kernel!();
    let map = Thousand::create().unwrap();
    filled::<1000>(&map);
    let mut drain = map.drain_with_batch(10);
    drain.next().unwrap().unwrap();
    drop(drain);
    assert!(map.is_empty().unwrap());
}

#[test]
fn a_drain_loses_nothing_that_another_thread_inserts() {
    needs_kernel!();
    let map = Many::create().unwrap();
    let total = 200_000u32;
    let done = AtomicBool::new(false);
    let mut seen = BTreeSet::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for key in 0..total {
                while let Err(error) = map.insert(&key, &u64::from(key)) {
                    assert!(matches!(error, Error::Full { .. }), "{error}");
                    std::thread::yield_now();
                }
            }
            done.store(true, Ordering::Release);
        });
        loop {
            let last = done.load(Ordering::Acquire);
            for entry in map.drain() {
                let (key, value) = entry.unwrap();
                assert_eq!(u64::from(key), value);
                assert!(seen.insert(key), "{key} was taken twice");
            }
            if last {
                break;
            }
        }
    });
    assert_eq!(seen.len(), total as usize);
}

#[test]
fn retain_and_clear() {
    needs_kernel!();
    let map = Many::create().unwrap();
    filled::<65_536>(&map);
    map.retain(|key, value| {
        assert_eq!(*value, u64::from(*key) * 3);
        key % 3 == 0
    })
    .unwrap();
    let left: BTreeSet<u32> = map.keys().map(Result::unwrap).collect();
    assert_eq!(left, (0..65_536).filter(|key| key % 3 == 0).collect());
    map.clear().unwrap();
    assert_eq!(map.len().unwrap(), 0);
    // Nothing is left behind that would count against the capacity.
    filled::<65_536>(&map);
}

#[test]
fn extend_replaces_what_is_there() {
    needs_kernel!();
    let map = Many::create().unwrap();
    filled::<20_000>(&map);
    map.extend((10_000..30_000).map(|key| (key, 1))).unwrap();
    assert_eq!(map.len().unwrap(), 30_000);
    assert_eq!(map.get(&9_999).unwrap(), Some(29_997));
    assert_eq!(map.get(&10_000).unwrap(), Some(1));
    assert_eq!(map.get(&29_999).unwrap(), Some(1));
}

#[test]
fn a_handle_is_opened_by_pin_id_and_descriptor() {
    needs_kernel!();
    let map = Small::create().unwrap();
    map.insert(&1, &2).unwrap();
    assert_eq!(map.capacity(), 4);
    assert_eq!(map.spec().name, "small");
    assert_eq!(map.info().kind(), MapKind::Hash);
    assert_eq!(map.proof(), Proof::Sizes);

    let accept = mapgen_runtime::Accept::no_btf();
    let by_fd = Small::from_fd_with(map.as_fd(), accept).unwrap();
    assert_eq!(by_fd.get(&1).unwrap(), Some(2));
    assert_eq!(by_fd.info().id(), map.info().id());
    let by_id = Small::from_id_with(map.info().id(), accept).unwrap();
    assert_eq!(by_id.get(&1).unwrap(), Some(2));

    let Some(directory) = support::BpfFs::mount() else {
        return;
    };
    let pin = directory.path("small");
    map.pin(&pin).unwrap();
    assert_eq!(
        map.pin(&pin),
        Err(Error::Os {
            op: format!("pin at `{}`", pin.display()).into(),
            map: "small".into(),
            errno: libc::EEXIST
        })
    );
    let elsewhere = std::env::temp_dir().join("mapgen-not-a-bpf-file-system");
    assert_eq!(
        map.pin(elsewhere).unwrap_err().to_string(),
        "pin of map `small` is not allowed: the path is not on a bpf file system \
         (`mount -t bpf bpf /sys/fs/bpf`)"
    );
    let nothing = Small::from_pinned(directory.path("nothing")).unwrap_err();
    assert_eq!(
        nothing.to_string(),
        format!(
            "opening the pin `{}` of `small` failed: No such file or directory (os error 2)",
            directory.path("nothing").display()
        )
    );
    let pinned = Small::from_pinned_with(&pin, accept).unwrap();
    drop((map, by_fd, by_id));
    std::fs::remove_file(&pin).unwrap();
    assert_eq!(pinned.clone().get(&1).unwrap(), Some(2));
}

#[test]
fn what_is_not_the_map_is_refused() {
    needs_kernel!();
    let accept = mapgen_runtime::Accept::no_btf();
    let map = ShortKeys::create().unwrap();
    let error = Small::from_fd_with(map.as_fd(), accept).unwrap_err();
    assert!(matches!(error, Error::Mismatch(_)), "{error}");
    let file = std::fs::File::open("/dev/null").unwrap();
    assert!(matches!(Small::from_fd(&file), Err(Error::Mismatch(_))));
    assert!(matches!(
        Small::from_pinned("/sys/fs/bpf/not-there"),
        Err(Error::Os { .. })
    ));
    assert!(matches!(
        Small::from_id(u32::MAX),
        Err(Error::Os {
            errno: libc::ENOENT,
            ..
        })
    ));
}

#[test]
fn a_change_of_the_spec_that_the_binding_does_not_allow_is_refused() {
    needs_kernel!();
    let error = Small::create_with(|spec| spec.value_size = 16).unwrap_err();
    assert!(matches!(error, Error::Mismatch(_)), "{error}");
    let error = Small::create_with(|spec| spec.max_entries = 0).unwrap_err();
    assert_eq!(
        error,
        Error::NoCapacity {
            map: "small".into()
        }
    );
    let larger = Small::create_with(|spec| spec.max_entries = 100).unwrap();
    assert_eq!(larger.capacity(), 100);
}

#[test]
fn types_of_another_size_are_refused_whatever_the_spec_says() {
    needs_kernel!();
    bind!(Lie = HashMap<u32, [u8; 4096]>, spec("lie", MapKind::Hash, 4, 8, 4));
    assert!(matches!(Lie::create(), Err(Error::Mismatch(_))));
}

#[test]
fn a_frozen_map_says_so() {
    needs_kernel!();
    let map = Small::create().unwrap();
    map.insert(&1, &1).unwrap();
    // BPF_MAP_FREEZE
    raw_bpf(22, &mut [map.as_fd().as_raw_fd() as u64]).unwrap();
    let error = map.insert(&1, &2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "insert of map `small` is not allowed: the map is frozen"
    );
    assert!(matches!(map.delete(&1), Err(Error::Access { .. })));
    assert!(matches!(map.remove(&1), Err(Error::Access { .. })));
    assert!(matches!(map.clear(), Err(Error::Access { .. })));
    assert!(matches!(map.extend([(1, 2)]), Err(Error::Access { .. })));
    assert_eq!(map.get(&1).unwrap(), Some(1));
    assert_eq!(map.iter().count(), 1);
}

#[test]
fn a_read_only_descriptor_says_so() {
    needs_kernel!();
    const RDONLY: u32 = 1 << 3;
    const WRONLY: u32 = 1 << 4;
    bind!(Read = HashMap<u32, u64>, with_flags(spec("read", MapKind::Hash, 4, 8, 4), RDONLY));
    bind!(Write = HashMap<u32, u64>, with_flags(spec("write", MapKind::Hash, 4, 8, 4), WRONLY));
    let map = Read::create().unwrap();
    assert_eq!(
        map.insert(&1, &2).unwrap_err().to_string(),
        "insert of map `read` is not allowed: its descriptor is read-only"
    );
    assert_eq!(map.get(&1).unwrap(), None);
    let map = Write::create().unwrap();
    map.insert(&1, &2).unwrap();
    assert_eq!(
        map.get(&1).unwrap_err().to_string(),
        "get of map `write` is not allowed: its descriptor is write-only"
    );
    assert!(map.iter().next().unwrap().is_err());
}

#[test]
fn handles_are_shared_between_threads() {
    needs_kernel!();
    fn owned<T: Clone + Send + Sync + 'static>(_: &T) {}
    let map = Many::create().unwrap();
    owned(&map);
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let map = map.clone();
            std::thread::spawn(move || {
                for key in (thread..10_000).step_by(4) {
                    map.insert(&key, &u64::from(thread)).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(map.len().unwrap(), 10_000);
}
