//! Fill levels and thresholds, over maps of a kernel in memory.

mod support;

use std::time::Duration;

use mapgen_runtime::metrics::{Monitor, Options, Severity, Threshold, Thresholds};
use mapgen_runtime::testing::{Fault, Faults, Kernel, Op};
use mapgen_runtime::{Array, HashMap, LruHashMap, MapKind, Queue, RingBuf};
use prometheus_client::registry::Registry;
use support::{bind, spec};

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 10));
bind!(Cache = LruHashMap<u32, u64>, spec("cache", MapKind::LruHash, 4, 8, 10));
bind!(Counters = Array<u64>, spec("counters", MapKind::Array, 4, 8, 10));
bind!(Waiting = Queue<u64>, spec("waiting", MapKind::Queue, 0, 8, 10));
bind!(Events = RingBuf<u64>, spec("events", MapKind::RingBuf, 0, 0, 4096));

/// What a scrape answers.
fn scrape(monitor: &Monitor) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(monitor.clone()));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

/// The samples of a scrape that begin like this.
fn lines(text: &str, start: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with(start));
    lines.map(str::to_owned).collect()
}

/// A violation ends as soon as the level says so.
fn at_once() -> Monitor {
    let mut options = Options::default();
    options.hold = Duration::ZERO;
    Monitor::with_options(options)
}

fn violations(monitor: &Monitor) -> [Option<bool>; 2] {
    monitor.observe();
    let mut found = [None; 2];
    monitor.for_each(|reading| {
        assert_eq!(reading.violations[0].0, Severity::Warning);
        found = reading.violations.map(|(_, raised)| raised);
    });
    found
}

fn fill(map: &Conns, keys: std::ops::Range<u32>) {
    for key in keys {
        map.insert(&key, &0).unwrap();
    }
}

#[test]
fn a_scrape_says_how_full_a_map_is() {
    let map = Conns::simulated().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    fill(&map, 0..9);
    let text = scrape(&monitor);
    let labels = r#"map_name="conns",map_type="hash",object="test""#;
    for expected in [
        format!("ebpf_map_entries{{{labels}}} 9.0"),
        format!("ebpf_map_max_entries{{{labels}}} 10.0"),
        format!("ebpf_map_min_entries{{{labels}}} 1.0"),
        format!("ebpf_map_pressure{{{labels}}} 0.9"),
        format!("ebpf_map_update_errors_total{{{labels},reason=\"full\"}} 0.0"),
        format!("map_capacity_violation{{{labels},severity=\"warning\"}} 1.0"),
        format!("map_capacity_violation{{{labels},severity=\"critical\"}} 0.0"),
    ] {
        assert!(text.contains(&expected), "{expected}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn a_violation_lasts_until_the_level_falls_below_the_lower_threshold() {
    let map = Conns::simulated().unwrap();
    let monitor = at_once();
    monitor.watch(&map);
    fill(&map, 0..7);
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
    fill(&map, 7..8);
    assert_eq!(violations(&monitor), [Some(true), Some(false)]);
    // 70 % is not below 70 %.
    map.delete(&7).unwrap();
    assert_eq!(violations(&monitor), [Some(true), Some(false)]);
    map.delete(&6).unwrap();
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
    fill(&map, 6..7);
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
}

#[test]
fn an_insert_that_was_refused_is_a_violation_however_empty_the_map_is_now() {
    let map = Conns::simulated().unwrap();
    let monitor = at_once();
    monitor.watch(&map);
    fill(&map, 0..10);
    assert!(map.insert(&10, &0).is_err());
    map.clear().unwrap();
    assert_eq!(violations(&monitor), [Some(true), Some(true)]);
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
    let full = lines(&scrape(&monitor), "ebpf_map_update_errors_total");
    assert!(full[0].ends_with("reason=\"full\"} 1.0"), "{full:?}");
}

#[test]
fn a_queue_that_has_refused_a_value_is_a_violation_while_that_goes_on() {
    let map = Waiting::simulated().unwrap();
    let monitor = at_once();
    monitor.watch(&map);
    for value in 0..10 {
        map.push(&value).unwrap();
    }
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
    assert!(map.push(&10).is_err());
    assert_eq!(violations(&monitor), [Some(true), Some(true)]);
    assert_eq!(violations(&monitor), [Some(false), Some(false)]);
}

#[test]
fn a_violation_is_held_so_that_a_spike_between_scrapes_is_seen() {
    let map = Conns::simulated().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    fill(&map, 0..10);
    monitor.observe();
    map.clear().unwrap();
    // Looked at many times, by a sampler and by two scrapers.
    for _ in 0..5 {
        assert_eq!(violations(&monitor), [Some(true), Some(true)]);
    }
}

#[test]
fn what_the_kernel_does_not_say_has_no_sample() {
    let (counters, waiting) = (
        Counters::simulated().unwrap(),
        Waiting::simulated().unwrap(),
    );
    let monitor = Monitor::new();
    monitor.watch(&counters);
    monitor.watch(&waiting);
    waiting.push(&1).unwrap();
    let text = scrape(&monitor);
    for metric in ["entries{", "pressure{", "entries_age_seconds{"] {
        let found = lines(&text, &format!("ebpf_map_{metric}"));
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(lines(&text, "map_capacity_violation{").is_empty(), "{text}");
    assert_eq!(lines(&text, "ebpf_map_max_entries{").len(), 2);
    // A queue says that it is full when it is.
    for n in 0..10 {
        waiting.push(&n).ok();
    }
    let errors = lines(&scrape(&monitor), "ebpf_map_update_errors_total");
    let refused = errors
        .iter()
        .any(|line| line.contains("waiting") && line.ends_with("reason=\"full\"} 1.0"));
    assert!(refused, "{errors:?}");
}

#[test]
fn an_lru_map_is_full_by_design_and_no_violation() {
    let map = Cache::simulated().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    for key in 0..20 {
        map.insert(&key, &0).unwrap();
    }
    assert_eq!(violations(&monitor), [None, None]);
    let critical = Threshold::new(0.5, 0.4);
    let warning = None;
    monitor.watch_with(&map, Thresholds { warning, critical });
    assert_eq!(violations(&monitor), [None, Some(true)]);
}

#[test]
fn a_ring_buffer_says_what_is_pending_and_what_was_lost() {
    let map = Events::simulated().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    assert!(monitor.count_lost(&map, || 7));
    let producer = mapgen_runtime::testing::producer(&map).unwrap();
    for n in 0..3u64 {
        assert!(producer.push(&n));
    }
    let text = scrape(&monitor);
    let pending = lines(&text, "ebpf_ringbuf_pending_bytes{");
    // A header of 8 bytes and a record of 8.
    assert!(pending[0].ends_with("} 48.0"), "{pending:?}");
    assert_eq!(map.consumer().unwrap().pending_bytes(), 48);
    let lost = lines(&text, "ebpf_ringbuf_lost_total{");
    assert!(lost[0].ends_with("} 7.0"), "{lost:?}");
    assert!(lines(&text, "ebpf_map_entries{").is_empty());
}

#[test]
fn maps_of_one_name_are_told_apart_by_their_id() {
    let (one, other) = (Conns::simulated().unwrap(), Conns::simulated().unwrap());
    let monitor = Monitor::new();
    monitor.watch(&one);
    monitor.watch(&one);
    assert_eq!(lines(&scrape(&monitor), "ebpf_map_max_entries{").len(), 1);
    assert!(!scrape(&monitor).contains("map_id"));
    monitor.watch(&other);
    let found = lines(&scrape(&monitor), "ebpf_map_max_entries{");
    assert_eq!(found.len(), 2);
    assert_ne!(found[0], found[1]);
    assert!(
        found.iter().all(|line| line.contains("map_id=")),
        "{found:?}"
    );
    assert!(monitor.unwatch(&other));
    assert!(!monitor.unwatch(&other));
    assert!(!scrape(&monitor).contains("map_id"));
}

#[test]
fn a_look_without_time_goes_on_in_the_next_one_and_shows_no_part_of_a_count() {
    bind!(Large = HashMap<u32, u64>, spec("large", MapKind::Hash, 4, 8, 200_000));
    let map = Large::simulated().unwrap();
    map.extend((0..150_000).map(|key| (key, 0))).unwrap();
    let mut options = Options::default();
    options.budget = Duration::ZERO;
    let monitor = Monitor::with_options(options);
    monitor.watch(&map);
    let used = || {
        monitor.observe();
        let mut used = None;
        monitor.for_each(|reading| used = reading.usage.map(|usage| usage.used));
        used
    };
    assert_eq!(used(), None, "one batch is not the whole map");
    let looks = (0..100).position(|_| used() == Some(Some(150_000)));
    assert!(looks.is_some(), "it never came to the end");
    // What was counted is shown until the next walk has come to its end.
    map.clear().unwrap();
    assert_eq!(used(), Some(Some(150_000)));
}

#[test]
fn after_a_walk_that_failed_the_map_rests_as_after_one_that_did_not() {
    bind!(Large = HashMap<u32, u64>, spec("large", MapKind::Hash, 4, 8, 200_000));
    // Late in the walk, so that it has taken a while.
    let fault = Fault::new(Op::LookupBatch, libc::EIO).nth(4);
    let kernel = Kernel::builder()
        .faults(Faults::new().fault("large", fault))
        .build();
    let map: Large = kernel.create().unwrap();
    map.extend((0..150_000).map(|key| (key, 0))).unwrap();
    let mut options = Options::default();
    options.budget = Duration::ZERO;
    let monitor = Monitor::with_options(options);
    monitor.watch(&map);
    let look = || {
        monitor.observe();
        let (mut failed, mut used) = (false, None);
        monitor.for_each(|reading| {
            failed = reading.error.is_some();
            used = reading.usage;
        });
        (failed, used)
    };
    assert!((0..100).any(|_| look().0), "it never failed");
    for _ in 0..100 {
        assert_eq!(look(), (true, None));
    }
}

#[test]
fn a_sampler_looks_by_itself_until_it_is_dropped() {
    let map = Conns::simulated().unwrap();
    let monitor = Monitor::new();
    monitor.watch(&map);
    fill(&map, 0..10);
    let sampler = monitor.sample_every(Duration::from_millis(5)).unwrap();
    let begin = std::time::Instant::now();
    let seen = || {
        let mut seen = false;
        monitor.for_each(|reading| seen = reading.usage.is_some());
        seen
    };
    while !seen() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it never looked");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(sampler);
}
