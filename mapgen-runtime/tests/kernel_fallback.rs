//! Kernels without batch commands (before 5.6) and without looking up and deleting in
//! one call (before 5.14 for hashes): a seccomp filter has this kernel answer for them
//! as those do.

#[path = "support/seccomp.rs"]
mod seccomp;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use mapgen_runtime::{
    Array, Error, HashMap, HashOfMaps, LpmTrie, MapKind, MapSpec, PerCpu, PerCpuHashMap,
};
use support::{bind, needs_kernel, spec, with_flags};

bind!(Thousand = HashMap<u32, u64>, spec("thousand", MapKind::Hash, 4, 8, 1000));
bind!(ShortKeys = HashMap<u16, u32>, spec("short_keys", MapKind::Hash, 2, 4, 5000));
bind!(
    Packets = PerCpuHashMap<u32, u64>,
    spec("packets", MapKind::PerCpuHash, 4, 8, 100)
);
bind!(Plain = Array<u64>, spec("plain", MapKind::Array, 4, 8, 1000));

bind!(
    Routes = LpmTrie<[u8; 8], u64>,
    with_flags(spec("routes", MapKind::LpmTrie, 8, 8, 1000), 1)
);
static INNER: MapSpec = spec("inner", MapKind::Array, 4, 8, 1);
bind!(Inner = Array<u64>, INNER);
bind!(ByName = HashOfMaps<u64, Inner>, {
    let mut spec = spec("by_name", MapKind::HashOfMaps, 8, 4, 4);
    spec.inner = Some(&INNER);
    spec
});

/// From here on, this thread's kernel lacks the commands.
fn on_an_old_kernel(errno: i32) {
    const LOOKUP_AND_DELETE: u32 = 21;
    const BATCHES: [u32; 4] = [24, 25, 26, 27];
    seccomp::refuse(&[&BATCHES[..], &[LOOKUP_AND_DELETE]].concat(), errno);
}

#[test]
fn the_filter_stands_for_an_old_kernel() {
    needs_kernel!();
    on_an_old_kernel(libc::EINVAL);
    for command in [21, 24, 25, 26, 27] {
        assert_eq!(
            support::raw_bpf(command, &mut [0; 8]),
            Err(libc::EINVAL),
            "{command}"
        );
    }
    // A command that stays: BPF_MAP_FREEZE of no map.
    assert_eq!(
        support::raw_bpf(22, &mut [u64::from(u32::MAX)]),
        Err(libc::EBADF)
    );
}

#[test]
fn everything_works_without_batches() {
    needs_kernel!();
    for errno in [libc::EINVAL, 524] {
        let thread = std::thread::spawn(move || {
            on_an_old_kernel(errno);
            let map = Thousand::create().unwrap();
            map.extend((0..1000).map(|key| (key, u64::from(key))))
                .unwrap();
            assert!(matches!(map.extend([(1000, 0)]), Err(Error::Full { .. })));
            let seen: BTreeMap<_, _> = map.iter().map(Result::unwrap).collect();
            assert_eq!(seen, (0..1000).map(|key| (key, u64::from(key))).collect());
            assert_eq!(map.iter().count(), 1000, "each once");
            assert_eq!(map.len().unwrap(), 1000);
            assert_eq!(map.keys().map(Result::unwrap).count(), 1000);
            assert_eq!(map.remove(&7).unwrap(), Some(7));
            assert_eq!(map.remove(&7).unwrap(), None);
            map.retain(|key, _| key % 2 == 0).unwrap();
            assert_eq!(map.len().unwrap(), 500);
            let taken: BTreeSet<u32> = map.drain().map(|entry| entry.unwrap().0).collect();
            assert_eq!(taken, (0..1000).step_by(2).collect());
            assert!(map.is_empty().unwrap());
            map.extend((0..1000).map(|key| (key, 0))).unwrap();
            map.clear().unwrap();
            assert!(map.is_empty().unwrap());
        });
        thread.join().unwrap();
    }
}

#[test]
fn short_keys_per_cpu_values_and_arrays() {
    needs_kernel!();
    on_an_old_kernel(libc::EINVAL);
    let map = ShortKeys::create().unwrap();
    map.extend((0..5000).map(|key| (key, u32::from(key))))
        .unwrap();
    let seen: BTreeMap<_, _> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen, (0..5000).map(|key| (key, u32::from(key))).collect());

    let map = Packets::create().unwrap();
    let value = |key: u32| PerCpu::from_fn(|cpu| u64::from(key + cpu)).unwrap();
    map.extend((0..100).map(|key| (key, value(key)))).unwrap();
    assert!(
        map.iter()
            .map(Result::unwrap)
            .all(|(key, values)| values == value(key))
    );
    assert_eq!(map.sums().count(), 100);
    assert_eq!(map.remove(&1).unwrap(), Some(value(1)));
    assert_eq!(map.drain().count(), 99);

    let map = Plain::create().unwrap();
    map.set(999, &1).unwrap();
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen.len(), 1000);
    assert_eq!(seen[999], (999, 1));
}

#[test]
fn tries_and_maps_of_maps() {
    needs_kernel!();
    on_an_old_kernel(libc::EINVAL);
    let map = Routes::create().unwrap();
    let key = |n: u8| map.prefix(16, [10, n, 0, 0]).unwrap();
    map.extend((0..100).map(|n| (key(n), n.into()))).unwrap();
    let seen: BTreeSet<u64> = map.values().map(Result::unwrap).collect();
    assert_eq!(seen, (0..100).collect());
    let mut calls = 0;
    map.retain(|_, n| {
        calls += 1;
        n % 2 == 0
    })
    .unwrap();
    assert_eq!((calls, map.len().unwrap()), (100, 50));
    map.clear().unwrap();
    assert!(map.is_empty().unwrap());

    let (map, inner) = (ByName::create().unwrap(), Inner::create().unwrap());
    for name in 0..4 {
        map.insert(&name, &inner).unwrap();
    }
    assert_eq!(map.iter().map(Result::unwrap).count(), 4);
    map.clear().unwrap();
    assert_eq!(map.len().unwrap(), 0);
}

#[test]
fn what_is_there_throughout_is_seen_or_the_walk_says_that_it_gave_up() {
    needs_kernel!();
    let map = Thousand::create_with(|spec| spec.max_entries = 1100).unwrap();
    map.extend((0..1000).map(|key| (key, u64::from(key))))
        .unwrap();
    let stop = AtomicBool::new(false);
    let mut complete = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for key in 1000..1100 {
                    map.insert(&key, &0).unwrap();
                    map.delete(&key).unwrap();
                }
            }
        });
        let walks = scope.spawn(|| {
            on_an_old_kernel(libc::EINVAL);
            let mut complete = 0;
            for _ in 0..50 {
                let mut seen = [false; 1100];
                let result = map.iter().try_for_each(|entry| {
                    seen[entry?.0 as usize] = true;
                    Ok(())
                });
                match result {
                    Ok(()) => {
                        assert!(seen[..1000].iter().all(|&seen| seen));
                        complete += 1;
                    }
                    Err(error) => assert!(matches!(error, Error::Interrupted { .. }), "{error}"),
                }
            }
            complete
        });
        complete = walks.join().unwrap();
        stop.store(true, Ordering::Relaxed);
    });
    println!("{complete} of 50 walks came to their end");
    assert!(complete > 0);
}

#[test]
fn a_walk_that_would_never_end_gives_up() {
    needs_kernel!();
    on_an_old_kernel(libc::EINVAL);
    let map = Thousand::create().unwrap();
    let mut key = 0;
    let mut fresh = || {
        map.clear().unwrap();
        map.extend((key..key + 100).map(|key| (key, 0))).unwrap();
        key += 100;
    };
    fresh();
    let mut entries = 0;
    let error = map
        .iter()
        .find_map(|entry| {
            // Whatever the walk stands at and would go to next is gone.
            fresh();
            entries += 1;
            entry.err()
        })
        .expect("the walk gives up");
    assert_eq!(
        error,
        Error::Interrupted {
            map: "thousand".into(),
            op: "iter"
        }
    );
    assert!(entries < 4 * 1000 + 4096);
}
