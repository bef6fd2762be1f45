//! What other libraries were seen to get wrong, on the running kernel: one test each.
//!
//! A Bloom filter that is checked with a short value stands in `kernel_bloom.rs`, memory
//! behind the buffer of a look-up-and-delete on a per-CPU map in `kernel_per_cpu.rs`.

mod support;

use std::os::fd::AsFd;

use mapgen_runtime::{
    Array, Difference, Error, FdInfo, HashMap, MapKind, PerCpu, PerCpuArray, PerCpuHashMap, RawMap,
    possible_cpus,
};
use support::{bind, needs_kernel, spec};

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 65_536));
bind!(Packets = PerCpuHashMap<u32, u32>, spec("packets", MapKind::PerCpuHash, 4, 4, 100));
bind!(Drops = PerCpuArray<u32>, spec("drops", MapKind::PerCpuArray, 4, 4, 100));

/// A batch that came back short was taken for the last one: 511 entries of 1,000 with
/// batches of 64, 8,189 of 65,536 with batches of 4,096.
#[test]
fn a_batch_of_64_over_1000_entries_returns_1000() {
    needs_kernel!();
    for (entries, batch) in [(1000, 64), (65_536, 4096)] {
        let map = Conns::create_with(|spec| spec.max_entries = entries).unwrap();
        map.extend((0..entries).map(|key| (key, key.into())))
            .unwrap();
        let mut seen: Vec<_> = map
            .iter_with_batch(batch)
            .map(|entry| entry.unwrap().0)
            .collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..entries));
    }
}

/// An update in batches took a value of one CPU for one of all, and the kernel read what
/// stood behind it. Here one value is all CPUs', or does not compile, or is refused.
#[test]
fn an_update_in_batches_of_a_per_cpu_map_reads_every_cpus_value() {
    needs_kernel!();
    let value = |key: u32| PerCpu::from_fn(|cpu| 1000 * key + cpu).unwrap();
    let map = Packets::create().unwrap();
    map.extend((0..100).map(|key| (key, value(key)))).unwrap();
    for key in 0..100 {
        assert_eq!(map.get(&key).unwrap(), Some(value(key)));
    }
    bind!(Raw = RawMap, spec("drops", MapKind::PerCpuArray, 4, 4, 100));
    let array = Drops::create().unwrap();
    let raw = Raw::from_fd(&array).unwrap();
    let cpus = possible_cpus().unwrap().len();
    for short in [4, 8 * cpus - 1] {
        assert_eq!(
            raw.insert(&[0; 4], &vec![1; short]).unwrap_err(),
            Error::Size {
                map: "drops".into(),
                what: "value",
                expected: 8 * cpus,
                found: short
            }
        );
    }
    assert_eq!(array.sum(0).unwrap(), 0);
}

/// A missing key was read as a value of zeros.
#[test]
fn a_missing_key_of_a_per_cpu_map_is_none_and_not_zero() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    let zeros = PerCpu::new().unwrap();
    map.insert(&1, &zeros).unwrap();
    assert_eq!(map.get(&1).unwrap(), Some(zeros));
    assert_eq!(map.sum(&1).unwrap(), Some(0));
    assert_eq!(map.get(&2).unwrap(), None);
    assert_eq!(map.sum(&2).unwrap(), None);
    assert_eq!(map.fold(&2, 0, |sum, value| sum + value).unwrap(), None);
    let mut kept = PerCpu::from_fn(|_| 7).unwrap();
    assert!(!map.get_into(&2, &mut kept).unwrap());
    assert_eq!(kept, PerCpu::from_fn(|_| 7).unwrap());
    assert_eq!(map.remove(&2).unwrap(), None);
}

/// A map of another kind and size was taken for the one in the object, and a read of 512
/// bytes where the kernel copied 8, or the other way round, ended the process.
#[test]
fn a_map_of_another_kind_and_size_is_no_handle() {
    needs_kernel!();
    bind!(Tables = Array<[u64; 64]>, spec("tables", MapKind::Array, 4, 512, 16));
    let conns = Conns::create().unwrap();
    let assert_refused = |result: mapgen_runtime::Result<Tables>| {
        let Err(Error::Mismatch(mismatch)) = result else {
            panic!("{result:?}");
        };
        let expected = [
            Difference::Kind {
                expected: MapKind::Array,
                found: MapKind::Hash,
            },
            Difference::Number {
                what: "value_size",
                expected: 512,
                found: 8,
            },
        ];
        assert_eq!(mismatch.differences, expected);
    };
    assert_refused(Tables::from_fd(&conns));
    let Some(bpffs) = support::BpfFs::mount() else {
        return;
    };
    let pin = bpffs.path("tables");
    conns.pin(&pin).unwrap();
    assert_refused(Tables::from_pinned(&pin));
}

/// The memory of a map over 4 GiB did not fit the number that it was read into.
#[test]
fn the_memory_of_a_map_over_4_gib_can_be_read() {
    needs_kernel!();
    const MIB: usize = 1 << 20;
    bind!(Huge = RawMap, spec("huge", MapKind::Array, 4, MIB, 4100));
    let free = std::fs::read_to_string("/proc/meminfo").unwrap();
    let free = free
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"));
    let free: usize = free
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    if free < 9 * 1024 * 1024 {
        mapgen_test_support::too_small("9 GiB of free memory");
        return;
    }
    let map = Huge::create().unwrap();
    let info = FdInfo::of(map.as_fd()).unwrap();
    assert!(info.memlock >= 4100 * MIB as u64, "{info:?}");
}
