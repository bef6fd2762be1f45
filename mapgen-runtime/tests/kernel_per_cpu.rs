//! Per-CPU hashes and arrays on the running kernel.

mod support;

use std::collections::BTreeMap;

use mapgen_runtime::{
    Error, HashMap, MapKind, PerCpu, PerCpuArray, PerCpuHashMap, RawMap, Total, possible_cpus,
};
use support::{bind, needs_kernel, spec, with_flags};

bind!(
    Packets = PerCpuHashMap<u32, u64>,
    spec("packets", MapKind::PerCpuHash, 4, 8, 1000)
);
// Three bytes: the kernel copies eight for each CPU.
bind!(
    Odd = PerCpuHashMap<u16, [u8; 3]>,
    spec("odd", MapKind::PerCpuHash, 2, 3, 300)
);
bind!(
    Lru = PerCpuHashMap<u32, u64>,
    spec("lru", MapKind::LruPerCpuHash, 4, 8, 1024)
);
bind!(
    Lazy = PerCpuHashMap<u32, u64>,
    with_flags(spec("lazy", MapKind::PerCpuHash, 4, 8, 20_000), 1)
);
bind!(
    Drops = PerCpuArray<[u32; 3]>,
    spec("drops", MapKind::PerCpuArray, 4, 12, 100)
);

fn cpus() -> usize {
    possible_cpus().unwrap().len()
}

#[test]
fn a_slot_for_each_possible_cpu() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    let values = PerCpu::from_fn(|cpu| u64::from(cpu) + 100).unwrap();
    assert_eq!(values.len(), cpus());
    map.insert(&6, &values).unwrap();
    let back = map.get(&6).unwrap().unwrap();
    assert_eq!(back, values);
    for &cpu in possible_cpus().unwrap() {
        assert_eq!(back.cpu(cpu), Some(&(u64::from(cpu) + 100)));
    }
    assert_eq!(back.cpu(u32::MAX), None);
    assert_eq!(back.get(cpus()), None);
    assert_eq!(back.get(usize::MAX), None);
    assert_eq!(map.get(&7).unwrap(), None, "a missing key is not zeros");

    let mut into = PerCpu::new().unwrap();
    assert!(map.get_into(&6, &mut into).unwrap());
    assert_eq!(into, values);
    assert!(!map.get_into(&7, &mut into).unwrap());
    assert_eq!(into, values);
}

#[test]
fn sum_and_fold() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    map.insert(&6, &PerCpu::from_fn(|cpu| u64::from(cpu) + 1).unwrap())
        .unwrap();
    let expected: u64 = possible_cpus()
        .unwrap()
        .iter()
        .map(|&cpu| u64::from(cpu) + 1)
        .sum();
    assert_eq!(map.sum(&6).unwrap(), Some(expected));
    assert_eq!(map.get(&6).unwrap().unwrap().total(), expected);
    assert_eq!(map.sum(&7).unwrap(), None);
    let most = map.fold(&6, 0, |most, value| value.max(most)).unwrap();
    assert_eq!(
        most,
        possible_cpus()
            .unwrap()
            .last()
            .map(|&cpu| u64::from(cpu) + 1)
    );
    assert_eq!(
        map.fold(&7, 0, |most, value| value.max(most)).unwrap(),
        None
    );
    // What the kernel counts wraps, and so does its sum.
    map.insert(&8, &PerCpu::from_fn(|_| u64::MAX).unwrap())
        .unwrap();
    assert_eq!(map.sum(&8).unwrap(), Some((cpus() as u64).wrapping_neg()));
}

#[test]
fn a_fold_inside_a_fold_reads_its_own_values() {
    needs_kernel!();
    // 16 KiB for each CPU: beyond what is read on the stack.
    bind!(
        Large = PerCpuHashMap<u32, [u64; 2048]>,
        spec("large", MapKind::PerCpuHash, 4, 16_384, 4)
    );
    let map = Large::create().unwrap();
    map.insert(&1, &PerCpu::from_fn(|_| [1; 2048]).unwrap())
        .unwrap();
    map.insert(&2, &PerCpu::from_fn(|_| [2; 2048]).unwrap())
        .unwrap();
    let seen = map
        .fold(&1, Vec::new(), |mut seen, outer| {
            let inner = map.fold(&2, 0, |sum, inner| sum + inner[2047]).unwrap();
            seen.push((outer[2047], inner));
            seen
        })
        .unwrap()
        .unwrap();
    assert_eq!(seen, vec![(1, Some(2 * cpus() as u64)); cpus()]);
    assert!(map.contains_key(&1).unwrap());
    assert_eq!(map.sum(&2).unwrap().unwrap()[0], 2 * cpus() as u64);
}

#[test]
fn remove_reads_every_cpu_and_no_byte_behind_them() {
    needs_kernel!();
    let map = Odd::create().unwrap();
    let stride = 8;
    assert!(map.raw().value_len() == stride * cpus());

    let values = PerCpu::from_fn(|cpu| [cpu as u8, 0xEE, 0xFF]).unwrap();
    map.insert(&1, &values).unwrap();
    assert_eq!(map.remove(&1).unwrap(), Some(values.clone()));
    assert_eq!(map.remove(&1).unwrap(), None);

    // The same through bytes with a canary on both sides: the kernel writes exactly what
    // `value_len` says.
    map.insert(&2, &values).unwrap();
    let len = map.raw().value_len();
    let mut guarded = vec![0xC3u8; len + 128];
    assert!(
        map.raw()
            .get_into(&2u16.to_ne_bytes(), &mut guarded[64..64 + len])
            .unwrap()
    );
    assert!(guarded[..64].iter().all(|&byte| byte == 0xC3));
    assert!(guarded[64 + len..].iter().all(|&byte| byte == 0xC3));
    for (slot, &cpu) in possible_cpus().unwrap().iter().enumerate() {
        let at = 64 + slot * stride;
        assert_eq!(
            guarded[at..at + stride],
            [cpu as u8, 0xEE, 0xFF, 0, 0, 0, 0, 0]
        );
    }
    let removed = map.raw().remove(&2u16.to_ne_bytes()).unwrap().unwrap();
    assert_eq!(removed, guarded[64..64 + len]);
    // A buffer for one CPU is refused before the kernel sees it.
    let error = map
        .raw()
        .get_into(&2u16.to_ne_bytes(), &mut [0; 3])
        .unwrap_err();
    assert_eq!(
        error,
        Error::Size {
            map: "odd".into(),
            what: "value",
            expected: len,
            found: 3
        }
    );
}

impl Odd {
    /// The same map as bytes.
    fn raw(&self) -> RawMap {
        use mapgen_runtime::Handle;
        RawMap::from_map(self.0.as_map().clone()).unwrap()
    }
}

#[test]
fn every_method_of_a_hash() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    let two = PerCpu::from_fn(|_| 2u64).unwrap();
    assert!(matches!(map.replace(&1, &one), Err(Error::NotFound { .. })));
    map.try_insert(&1, &one).unwrap();
    assert!(matches!(
        map.try_insert(&1, &two),
        Err(Error::Exists { .. })
    ));
    map.replace(&1, &two).unwrap();
    assert!(map.modify(&1, |slots| slots[0] = 9).unwrap());
    assert_eq!(map.get(&1).unwrap().unwrap()[0], 9);
    assert!(map.contains_key(&1).unwrap());
    assert!(map.delete(&1).unwrap());
    assert!(map.is_empty().unwrap());
    let plain: &HashMap<u32, PerCpu<u64>> = &map;
    assert_eq!(plain.len().unwrap(), 0);
}

#[test]
fn iteration_at_any_batch_size_with_the_table_full() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    let value = |key: u32| PerCpu::from_fn(|cpu| u64::from(key) * 10 + u64::from(cpu)).unwrap();
    map.extend((0..1000).map(|key| (key, value(key)))).unwrap();
    assert_eq!(
        map.insert(&1000, &value(0)),
        Err(Error::Full {
            map: "packets".into(),
            capacity: 1000,
            entries: Some(1000)
        })
    );
    for batch in [1, 2, 64, 1000] {
        let mut count = 0;
        for entry in map.iter_with_batch(batch) {
            let (key, values) = entry.unwrap();
            assert_eq!(values, value(key));
            count += 1;
        }
        assert_eq!(count, 1000, "batches of {batch}");
    }
    let mut count = 0;
    map.for_each(|&key, values| {
        assert_eq!(*values, value(key));
        count += 1;
    })
    .unwrap();
    assert_eq!(count, 1000);
    let sums: BTreeMap<u32, u64> = map.sums().map(Result::unwrap).collect();
    assert_eq!(
        sums,
        (0..1000).map(|key| (key, value(key).total())).collect()
    );

    map.retain(|key, values| values[0] % 20 == 0 && *key < 500)
        .unwrap();
    assert_eq!(map.len().unwrap(), 250);
    let mut drained = 0;
    for entry in map.drain() {
        let (key, values) = entry.unwrap();
        assert_eq!(values, value(key));
        drained += 1;
    }
    assert_eq!(drained, 250);
    assert!(map.is_empty().unwrap());
}

#[test]
fn keys_of_two_bytes_and_values_of_three() {
    needs_kernel!();
    let map = Odd::create().unwrap();
    let value = |key: u16| PerCpu::from_fn(|cpu| [key as u8, (key >> 8) as u8, cpu as u8]).unwrap();
    map.extend((0..300).map(|key| (key, value(key)))).unwrap();
    for batch in [1, 7, 300] {
        let seen: Vec<_> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(seen.len(), 300);
        assert!(seen.iter().all(|(key, values)| *values == value(*key)));
    }
}

#[test]
fn an_lru_per_cpu_hash_makes_room() {
    needs_kernel!();
    let map = Lru::create().unwrap();
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    for key in 0..4096 {
        map.insert(&key, &one).unwrap();
    }
    let len = map.len().unwrap();
    assert!(len <= 1024, "{len}");
    assert_eq!(map.sum(&4095).unwrap(), Some(cpus() as u64));
}

#[test]
fn fast_inserts_without_preallocation_get_over_a_passing_want_of_memory() {
    needs_kernel!();
    let map = Lazy::create().unwrap();
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    for key in 0..20_000 {
        map.insert(&key, &one).unwrap();
    }
    assert!(matches!(map.insert(&20_000, &one), Err(Error::Full { .. })));
    map.clear().unwrap();
    map.extend((0..20_000).map(|key| (key, one.clone())))
        .unwrap();
    assert_eq!(map.len().unwrap(), 20_000);
}

#[test]
fn a_per_cpu_array() {
    needs_kernel!();
    let map = Drops::create().unwrap();
    assert_eq!(map.len(), 100);
    assert_eq!(map.sum(0).unwrap(), [0; 3]);
    let value = |index: u32| PerCpu::from_fn(|cpu| [index, cpu, 7]).unwrap();
    for index in 0..100 {
        map.set(index, &value(index)).unwrap();
    }
    assert_eq!(map.get(99).unwrap(), value(99));
    let mut into = PerCpu::new().unwrap();
    map.get_into(3, &mut into).unwrap();
    assert_eq!(into, value(3));
    map.modify(3, |slots| slots[0][2] = 8).unwrap();
    assert_eq!(map.get(3).unwrap()[0], [3, 0, 8]);
    map.set(3, &value(3)).unwrap();
    assert_eq!(map.sum(4).unwrap()[2], 7 * cpus() as u32);
    assert_eq!(
        map.fold(4, 0, |most, value| value[1].max(most)).unwrap(),
        *possible_cpus().unwrap().last().unwrap()
    );

    let beyond = Error::OutOfRange {
        map: "drops".into(),
        index: 100,
        capacity: 100,
    };
    assert_eq!(map.get(100).unwrap_err(), beyond);
    assert_eq!(map.set(100, &value(0)).unwrap_err(), beyond);
    assert_eq!(map.sum(100).unwrap_err(), beyond);
    assert_eq!(map.fold(100, (), |(), _| ()).unwrap_err(), beyond);

    for batch in [1, 2, 64, 100, 1000] {
        let seen: Vec<_> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(
            seen,
            (0..100)
                .map(|index| (index, value(index)))
                .collect::<Vec<_>>()
        );
    }
    let sums = map.sum_all().unwrap();
    assert_eq!(
        sums,
        (0..100)
            .map(|index| value(index).total())
            .collect::<Vec<_>>()
    );
    let mut next = 0;
    map.for_each(|index, values| {
        assert_eq!(index, next);
        assert_eq!(*values, value(index));
        next += 1;
    })
    .unwrap();
    assert_eq!(next, 100);
}

#[test]
fn a_struct_of_counters_adds_up_as_its_author_says() {
    let mut total = [1u64, u64::MAX];
    total.accumulate(&[1, 1]);
    assert_eq!(total, [2, 0]);
}
