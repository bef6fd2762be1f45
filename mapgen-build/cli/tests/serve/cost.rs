//! What looking costs.

#[path = "../../../../mapgen-runtime/tests/support/seccomp.rs"]
mod seccomp;

use std::thread::sleep;
use std::time::{Duration, Instant};

use mapgen_test_support::kernel_release;

use crate::exporter::Exporter;
use crate::maps::{self, Map};

const MAPS: usize = 1000;
const ENTRIES: u32 = 1000;

/// A thousand maps with a million entries in all.
fn many() -> Option<Vec<Map>> {
    let mut all = Vec::new();
    for _ in 0..MAPS {
        let map = maps::hash("many", 1024)?;
        map.insert_batch(ENTRIES);
        all.push(map);
    }
    Some(all)
}

fn exporter(maps: &[Map]) -> Exporter {
    Exporter::of_ids(&maps.iter().map(|map| map.id).collect::<Vec<_>>())
}

/// How many maps a scrape has all entries of.
fn counted(exporter: &Exporter) -> usize {
    let text = exporter.metrics();
    let lines = text.lines();
    let counted = format!("}} {ENTRIES}.0");
    lines
        .filter(|line| line.starts_with("ebpf_map_entries{") && line.ends_with(&counted))
        .count()
}

/// The CPU that one scrape takes, in the middle of several, and what 15 seconds with one take.
fn cost(exporter: &Exporter) -> (Duration, Duration) {
    let mut scrapes: Vec<Duration> = (0..7)
        .map(|_| {
            // Until no answer is given again.
            sleep(Duration::from_millis(1500));
            let before = exporter.cpu_time();
            assert!(!exporter.metrics().is_empty());
            exporter.cpu_time() - before
        })
        .collect();
    scrapes.sort();
    sleep(Duration::from_millis(1500));
    let before = exporter.cpu_time();
    exporter.metrics();
    sleep(Duration::from_secs(15));
    (scrapes[3], exporter.cpu_time() - before)
}

/// In an unoptimised build it takes several times as long, and others may run beside it.
fn bar(optimised: Duration) -> Duration {
    match cfg!(debug_assertions) {
        true => 10 * optimised,
        false => optimised,
    }
}

#[test]
fn a_scrape_of_a_thousand_maps_with_a_million_entries_costs_little() {
    if kernel_release() < (6, 6) {
        return mapgen_test_support::unsupported(
            "counting the entries of all maps at once",
            (6, 6),
        );
    }
    let Some(all) = many() else {
        return;
    };
    let exporter = exporter(&all);
    assert_eq!(counted(&exporter), MAPS);
    let (scrape, interval) = cost(&exporter);
    println!(
        "1,000 maps, 1,000,000 entries, counted by the kernel: {scrape:.1?} of CPU for a scrape, \
         {interval:.1?} in 15 s with one, {} MiB of memory",
        exporter.resident() / 1024
    );
    assert!(scrape < bar(Duration::from_millis(50)), "{scrape:?}");
    assert!(interval < bar(Duration::from_millis(150)), "{interval:?}");
}

#[test]
fn who_scrapes_again_at_once_is_given_the_same_answer() {
    let Some(all) = many() else {
        return;
    };
    let exporter = exporter(&all);
    // Another look would find other ages.
    let texts: Vec<String> = (0..4).map(|_| exporter.metrics()).collect();
    assert!(texts.windows(2).any(|pair| pair[0] == pair[1]));
    sleep(Duration::from_secs(5));
    assert_ne!(exporter.metrics(), texts[3]);
}

#[test]
fn where_entries_have_to_be_visited_a_scrape_costs_no_more_than_its_budget() {
    let Some(all) = many() else {
        return;
    };
    let run = || {
        const PROG_LOAD: u32 = 5;
        seccomp::refuse(&[PROG_LOAD], libc::EPERM);
        let exporter = exporter(&all);
        assert!(
            exporter.said.contains("entries of hashes are visited"),
            "{}",
            exporter.said
        );
        let begin = Instant::now();
        while counted(&exporter) < MAPS {
            assert!(
                begin.elapsed() < Duration::from_secs(300),
                "never all of them"
            );
            sleep(Duration::from_millis(500));
        }
        let known = begin.elapsed();
        let (scrape, interval) = cost(&exporter);
        println!(
            "1,000 maps, 1,000,000 entries, visited: all are known after {known:.1?}; {scrape:.1?} \
             of CPU for a scrape, {interval:.1?} in 15 s with one, {} MiB of memory",
            exporter.resident() / 1024
        );
        assert!(scrape < bar(Duration::from_millis(100)), "{scrape:?}");
        assert!(interval < bar(Duration::from_millis(300)), "{interval:?}");
    };
    // What a thread starts has its filter.
    std::thread::scope(|scope| scope.spawn(run).join().expect("no panic"));
}
