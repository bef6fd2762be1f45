//! How many entries a map has: the kernel's own count, beside a walk over its keys.

#[path = "support/locked.rs"]
mod locked;
#[path = "support/seccomp.rs"]
mod seccomp;
mod support;

use std::os::fd::{AsFd, AsRawFd};

use locked::Locked;
use mapgen_runtime::{
    Array, Error, HashMap, HashOfMaps, LpmTrie, LruHashMap, MapKind, MapSpec, PerCpu, PerCpuHashMap,
};
use support::{bind, needs_kernel, raw_bpf, spec, with_flags};

const NO_PREALLOC: u32 = 1 << 0;
const NO_COMMON_LRU: u32 = 1 << 1;

const PROG_LOAD: u32 = 5;
const PROG_TEST_RUN: u32 = 10;
/// What a walk takes.
const WALKS: [u32; 3] = [4, 24, 25];

/// So many that the kernel is asked.
const CAPACITY: u32 = 10_000;

bind!(Plain = HashMap<u32, u64>, spec("plain", MapKind::Hash, 4, 8, CAPACITY));
bind!(Recent = LruHashMap<u32, u64>, spec("recent", MapKind::LruHash, 4, 8, CAPACITY));
bind!(
    Packets = PerCpuHashMap<u32, u64>,
    spec("packets", MapKind::PerCpuHash, 4, 8, CAPACITY)
);
bind!(
    RecentPackets = PerCpuHashMap<u32, u64>,
    spec("recent_packets", MapKind::LruPerCpuHash, 4, 8, CAPACITY)
);
bind!(
    PlainAllocated = HashMap<u32, u64>,
    with_flags(spec("plain", MapKind::Hash, 4, 8, CAPACITY), NO_PREALLOC)
);
bind!(
    RecentByCpu = LruHashMap<u32, u64>,
    with_flags(spec("recent", MapKind::LruHash, 4, 8, CAPACITY), NO_COMMON_LRU)
);
bind!(
    PacketsAllocated = PerCpuHashMap<u32, u64>,
    with_flags(spec("packets", MapKind::PerCpuHash, 4, 8, CAPACITY), NO_PREALLOC)
);
bind!(
    RecentPacketsByCpu = PerCpuHashMap<u32, u64>,
    with_flags(spec("recent", MapKind::LruPerCpuHash, 4, 8, CAPACITY), NO_COMMON_LRU)
);
bind!(
    Routes = LpmTrie<[u8; 8], u64>,
    with_flags(spec("routes", MapKind::LpmTrie, 8, 8, CAPACITY), NO_PREALLOC)
);
bind!(Locks = HashMap<u32, Locked>, {
    let mut spec = spec("locks", MapKind::Hash, 4, size_of::<Locked>(), CAPACITY);
    spec.map_flags = NO_PREALLOC;
    spec.spin_lock = true;
    spec
});
static INNER: MapSpec = spec("inner", MapKind::Array, 4, 8, 1);
bind!(Inner = Array<u64>, INNER);
bind!(ByName = HashOfMaps<u64, Inner>, {
    let mut spec = spec("by_name", MapKind::HashOfMaps, 8, 4, CAPACITY);
    spec.inner = Some(&INNER);
    spec
});

/// How many keys `BPF_MAP_GET_NEXT_KEY` gives.
fn keys(map: impl AsFd) -> usize {
    const MAP_GET_NEXT_KEY: i64 = 4;
    let (mut key, mut next) = ([0u64; 2], [0u64; 2]);
    let mut count = 0;
    loop {
        let last = if count == 0 { 0 } else { key.as_ptr() as u64 };
        let fd = map.as_fd().as_raw_fd() as u64;
        match raw_bpf(
            MAP_GET_NEXT_KEY,
            &mut [fd, last, next.as_mut_ptr() as u64, 0],
        ) {
            Ok(_) => {
                count += 1;
                key = next;
            }
            Err(libc::ENOENT) => return count,
            Err(errno) => panic!("errno {errno}"),
        }
    }
}

/// Runs on a thread of its own, which a filter may be put on.
fn apart(f: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(f).join().unwrap());
}

/// Whether this kernel counts: since 6.6.
fn counts() -> bool {
    let counts = mapgen_test_support::kernel_release() >= (6, 6);
    if !counts {
        mapgen_test_support::unsupported("counting the entries of a hash", (6, 6));
    }
    counts
}

/// Fills, overwrites, overfills and empties a map: at each step its length is the number of
/// its keys.
macro_rules! agrees {
    ($map:expr, $value:expr) => {{
        let (map, value) = ($map, $value);
        let check = |step: &str| {
            let keys = keys(&map);
            assert_eq!(map.len().unwrap(), keys, "{step}");
            assert_eq!(map.len_by_walking().unwrap(), keys, "{step}");
            keys
        };
        assert_eq!(check("empty"), 0);
        for key in 0..6000 {
            map.insert(&key, &value).unwrap();
        }
        // An LRU map whose lists are each CPU's may have forgotten some already.
        let some = check("some");
        assert!((4000..=6000).contains(&some), "{some}");
        for key in 0..6000 {
            map.insert(&key, &value).unwrap();
            assert!(map.try_insert(&key, &value).is_err());
        }
        check("overwritten");
        for key in 1000..2000 {
            map.delete(&key).unwrap();
            map.delete(&key).unwrap();
            map.remove(&(key + 1000)).unwrap();
        }
        check("some deleted");
        for key in 0..3 * CAPACITY {
            match map.insert(&key, &value) {
                Ok(()) | Err(Error::Full { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        check("full");
        map.retain(|key, _| key % 3 == 0).unwrap();
        check("a third");
        map.extend((0..100).map(|key| (key, value.clone())))
            .unwrap();
        check("a batch");
        map.clear().unwrap();
        assert_eq!(check("cleared"), 0);
    }};
}

#[test]
fn the_length_of_every_kind_of_hash_is_the_number_of_its_keys() {
    needs_kernel!();
    let values = PerCpu::from_fn(|_| 1u64).unwrap();
    agrees!(Plain::create().unwrap(), 1);
    agrees!(PlainAllocated::create().unwrap(), 1);
    agrees!(Packets::create().unwrap(), values.clone());
    agrees!(PacketsAllocated::create().unwrap(), values.clone());
    agrees!(Recent::create().unwrap(), 1);
    agrees!(RecentByCpu::create().unwrap(), 1);
    agrees!(RecentPackets::create().unwrap(), values.clone());
    agrees!(RecentPacketsByCpu::create().unwrap(), values.clone());
}

#[test]
fn the_kernel_is_asked_and_no_entry_looked_at() {
    needs_kernel!();
    if !counts() {
        return;
    }
    let map = Plain::create().unwrap();
    map.extend((0..5000).map(|key| (key, 0))).unwrap();
    let from_elsewhere = Plain::from_fd(&map).unwrap();
    let by_id = Plain::from_id(map.info().id()).unwrap();
    apart(|| {
        seccomp::refuse(&WALKS, libc::EPERM);
        assert!(map.len_by_walking().is_err());
        assert_eq!(map.len().unwrap(), 5000);
        assert_eq!(from_elsewhere.len().unwrap(), 5000);
        assert_eq!(by_id.len().unwrap(), 5000);
        map.insert(&5000, &0).unwrap();
        assert_eq!(map.clone().len().unwrap(), 5001);
    });
    // Once it is there, the program is not loaded again.
    apart(|| {
        seccomp::refuse(&[WALKS[0], WALKS[1], WALKS[2], PROG_LOAD], libc::EPERM);
        assert_eq!(map.len().unwrap(), 5001);
    });
}

#[test]
fn values_with_a_lock_are_counted_by_the_kernel() {
    needs_kernel!();
    if !counts() {
        return;
    }
    let map = Locks::create_with(|spec| {
        spec.btf = locked::btf();
        spec.btf_key = locked::KEY;
        spec.btf_value = locked::VALUE;
    })
    .unwrap();
    for key in 0..100 {
        map.insert(&key, &Locked::of(1)).unwrap();
    }
    assert_eq!(keys(&map), 100);
    apart(|| {
        seccomp::refuse(&WALKS, libc::EPERM);
        assert_eq!(map.len().unwrap(), 100);
    });
}

#[test]
fn who_may_not_load_or_run_programs_walks() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    map.extend((0..5000).map(|key| (key, 0))).unwrap();
    apart(|| {
        seccomp::refuse(&[PROG_LOAD], libc::EPERM);
        assert_eq!(map.len().unwrap(), 5000);
    });
    // That it was refused is not remembered, nor is it where it may not run.
    assert_eq!(map.len().unwrap(), 5000);
    apart(|| {
        seccomp::refuse(&[PROG_TEST_RUN], libc::EPERM);
        assert_eq!(map.len().unwrap(), 5000);
    });
}

#[test]
fn read_only_and_frozen_maps_are_counted() {
    needs_kernel!();
    let map = Plain::create().unwrap();
    map.extend((0..5000).map(|key| (key, 0))).unwrap();
    let read_only = Plain::from_fd(support::read_only(map.info().id())).unwrap();
    assert_eq!(read_only.len().unwrap(), 5000);
    support::freeze(&map);
    assert_eq!(map.len().unwrap(), 5000);
}

/// The kernel's function answers 0 for these.
#[test]
fn kinds_whose_entries_nobody_counts_are_walked() {
    needs_kernel!();
    let routes = Routes::create().unwrap();
    for n in 0..100 {
        let key = routes.prefix(32, [10, 0, 0, n]).unwrap();
        routes.insert(&key, &1).unwrap();
    }
    assert_eq!(routes.len().unwrap(), 100);
    let (by_name, inner) = (ByName::create().unwrap(), Inner::create().unwrap());
    for key in 0..100 {
        by_name.insert(&key, &inner).unwrap();
    }
    assert_eq!(by_name.len().unwrap(), 100);
}
