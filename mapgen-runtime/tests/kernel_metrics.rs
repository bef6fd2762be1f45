//! Fill levels on the running kernel, against what else it says of them.

#[path = "support/program.rs"]
mod program;
mod support;

use std::time::{Duration, Instant};

use mapgen_runtime::metrics::Monitor;
use mapgen_runtime::{
    Accept, FdInfo, HashMap, LpmTrie, LruHashMap, MapKind, PerCpu, PerCpuHashMap, RawMap, RingBuf,
    StackTraces, Unit,
};
use mapgen_test_support::{patience, rounds};
use program::Program;
use prometheus_client::registry::Registry;
use std::os::fd::AsFd;
use support::{bind, needs_kernel, spec, with_flags, write_only};

const NO_PREALLOC: u32 = 1;

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 10_000));
bind!(Loose = HashMap<u32, u64>, with_flags(spec("loose", MapKind::Hash, 4, 8, 10_000), NO_PREALLOC));
bind!(Cache = LruHashMap<u32, u64>, spec("cache", MapKind::LruHash, 4, 8, 10_000));
bind!(PerCpuConns = PerCpuHashMap<u32, u64>, spec("percpu", MapKind::PerCpuHash, 4, 8, 10_000));
bind!(Routes = LpmTrie<[u32; 2], u64>, with_flags(spec("routes", MapKind::LpmTrie, 8, 8, 10_000), NO_PREALLOC));
bind!(Events = RingBuf<[u64; 2]>, spec("events", MapKind::RingBuf, 0, 0, 4096));
bind!(
    Traces = StackTraces,
    spec("traces", MapKind::StackTrace, 4, 8 * 127, 64)
);

#[test]
fn what_is_counted_is_what_was_put_in() {
    needs_kernel!();
    let (conns, loose, cache) = (
        Conns::create().unwrap(),
        Loose::create().unwrap(),
        Cache::create().unwrap(),
    );
    let percpu = PerCpuConns::create().unwrap();
    let routes = Routes::create().unwrap();
    for n in [0_u32, 1, 5000] {
        conns.extend((0..n).map(|key| (key, 0))).unwrap();
        loose.extend((0..n).map(|key| (key, 0))).unwrap();
        cache.extend((0..n).map(|key| (key, 0))).unwrap();
        let value = PerCpu::new().unwrap();
        for key in 0..n {
            percpu.insert(&key, &value).unwrap();
            routes.insert(&[32, key.to_be()], &0).unwrap();
        }
        for usage in [
            conns.usage(),
            loose.usage(),
            cache.usage(),
            percpu.usage(),
            routes.usage(),
        ] {
            let usage = usage.unwrap();
            assert_eq!(usage.used, Some(n.into()));
            assert_eq!((usage.capacity, usage.unit), (10_000, Unit::Entries));
            assert_eq!(usage.pressure(), Some(f64::from(n) / 10_000.0));
        }
    }
    assert_eq!(Traces::create().unwrap().usage().unwrap().used, Some(0));
}

#[test]
fn a_ring_that_nobody_in_this_process_reads_says_what_is_pending() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    for n in 1..=5 {
        assert!(program.run(&[n, n]));
        assert_eq!(map.usage().unwrap().used, Some(24 * n));
    }
    assert_eq!(map.usage().unwrap().unit, Unit::Bytes);
    let mut consumer = map.consumer().unwrap();
    assert_eq!(Some(consumer.pending_bytes()), map.usage().unwrap().used);
    consumer.consume(|_| {}).unwrap();
    assert_eq!(map.usage().unwrap().used, Some(0));
}

#[test]
fn memory_is_what_the_kernel_says() {
    needs_kernel!();
    let map = Conns::create().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    monitor.observe();
    let memlock = FdInfo::of(map.as_fd()).unwrap().memlock;
    monitor.for_each(|reading| assert_eq!(reading.memory, Some(memlock)));
}

#[test]
fn a_level_that_may_not_be_read_is_an_error_and_no_number() {
    needs_kernel!();
    let routes = Routes::create().unwrap();
    let id = routes.info().id();
    let map = Routes::from_fd_with(write_only(id), Accept::no_btf()).unwrap();
    assert!(map.usage().unwrap_err().to_string().contains("write-only"));
    let monitor = Monitor::new();
    monitor.watch(&map);
    monitor.observe();
    let mut seen = 0;
    monitor.for_each(|reading| {
        assert!(reading.error.unwrap().to_string().contains("write-only"));
        assert_eq!((reading.usage, reading.age), (None, None));
        seen += 1;
    });
    assert_eq!(seen, 1);
}

/// The time that this process has computed.
fn cpu_time() -> Duration {
    // SAFETY: zero is a valid `rusage`, and the call writes all of it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &mut usage), 0);
        usage
    };
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    time(usage.ru_utime) + time(usage.ru_stime)
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn scrapes_of_a_thousand_maps_cost_little_and_keep_nothing_open() {
    needs_kernel!();
    let monitor = Monitor::new();
    let entries: Vec<(u32, u64)> = (0..1000).map(|key| (key, 0)).collect();
    // Fewer where the machine is emulated.
    let count = rounds(1000) as usize;
    for _ in 0..count {
        let map = Conns::create().unwrap();
        map.extend(entries.iter().copied()).unwrap();
        monitor.watch(&map);
    }
    let mut registry = Registry::default();
    registry.register_collector(Box::new(monitor.clone()));
    let scrape = || {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text
    };
    // The first loads the programs that count, within its time: others take over.
    let begin = Instant::now();
    let counted = |text: &str| {
        let lines = text.lines();
        lines
            .filter(|line| line.starts_with("ebpf_map_entries{") && line.ends_with("} 1000.0"))
            .count()
    };
    while counted(&scrape()) < count {
        assert!(begin.elapsed() < patience(120), "never all of them");
    }
    let open = descriptors();
    let mut costs: Vec<Duration> = (0..11)
        .map(|_| {
            let before = cpu_time();
            assert_eq!(counted(&scrape()), count);
            cpu_time() - before
        })
        .collect();
    costs.sort();
    println!("one scrape of {count} maps: {:?} of CPU", costs[5]);
    assert_eq!(descriptors(), open);
    // This build is not optimised, and others may run beside it.
    assert!(costs[5] < patience(1) / 2, "{costs:?}");
}

#[test]
fn a_map_of_a_kind_that_says_nothing_has_no_level() {
    needs_kernel!();
    bind!(Raw = RawMap, spec("array", MapKind::Array, 4, 8, 16));
    let usage = Raw::create().unwrap().usage().unwrap();
    assert_eq!(
        (usage.used, usage.capacity, usage.pressure()),
        (None, 16, None)
    );
}
