//! The census of a host: maps of this process and of others, against what bpf(2) says.

#[path = "support/program.rs"]
mod program;
#[path = "support/seccomp.rs"]
mod seccomp;
mod support;

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mapgen_runtime::metrics::{Host, HostBuilder, Options, Rule, Severity, Threshold, Thresholds};
use mapgen_runtime::{
    Error, FdInfo, HashMap, LpmTrie, LruHashMap, MapKind, PerCpu, PerCpuHashMap, Queue, RingBuf,
    Unit, Usage,
};
use mapgen_test_support::patience;
use program::Program;
use prometheus_client::registry::Registry;
use support::{BpfFs, bind, needs_kernel, raw_bpf, raw_bpf_fd, spec, with_flags};

const NO_PREALLOC: u32 = 1;

const PROG_LOAD: u32 = 5;
const MAP_GET_FD_BY_ID: u32 = 14;
/// What a walk takes.
const WALKS: [u32; 3] = [4, 24, 25];

bind!(Conns = HashMap<u32, u64>, spec("host_conns", MapKind::Hash, 4, 8, 10_000));
bind!(Loose = HashMap<u32, u64>, with_flags(spec("host_loose", MapKind::Hash, 4, 8, 10_000), NO_PREALLOC));
bind!(Cache = LruHashMap<u32, u64>, spec("host_cache", MapKind::LruHash, 4, 8, 10_000));
bind!(PerCpuConns = PerCpuHashMap<u32, u64>, spec("host_percpu", MapKind::PerCpuHash, 4, 8, 10_000));
// Of such values, a batch has some thousand.
bind!(Routes = LpmTrie<[u32; 2], [u64; 64]>, with_flags(spec("host_routes", MapKind::LpmTrie, 8, 512, 10_000), NO_PREALLOC));
bind!(Events = RingBuf<[u64; 2]>, spec("host_events", MapKind::RingBuf, 0, 0, 4096));
bind!(Waiting = Queue<u64>, spec("host_waiting", MapKind::Queue, 0, 8, 10));

/// What was seen of a map.
#[derive(Clone, Debug)]
struct Seen {
    name: String,
    usage: Option<Usage>,
    memory: Option<u64>,
    violations: [Option<bool>; 2],
    error: Option<Error>,
}

impl Seen {
    fn used(&self) -> Option<u64> {
        self.usage.and_then(|usage| usage.used)
    }
}

fn seen(host: &Host) -> BTreeMap<u32, Seen> {
    let mut maps = BTreeMap::new();
    host.for_each(|reading| {
        assert_eq!(reading.violations[0].0, Severity::Warning);
        maps.insert(
            reading.id,
            Seen {
                name: reading.name.to_owned(),
                usage: reading.usage,
                memory: reading.memory,
                violations: reading.violations.map(|(_, raised)| raised),
                error: reading.error.cloned(),
            },
        );
    });
    maps
}

/// Looks, and what was seen.
fn look(host: &Host) -> BTreeMap<u32, Seen> {
    host.observe().unwrap();
    seen(host)
}

/// Looks until a map has this many entries: after a visit that took long, on a slow machine,
/// the next one waits.
fn look_until(host: &Host, id: u32, used: u64) -> BTreeMap<u32, Seen> {
    let begin = Instant::now();
    loop {
        let found = look(host);
        let is_there = found.get(&id).is_some_and(|seen| seen.used() == Some(used));
        if is_there || begin.elapsed() > patience(10) {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Time for all maps, and violations that end at once.
fn at_leisure() -> HostBuilder {
    let mut options = Options::default();
    options.budget = patience(10);
    options.hold = Duration::ZERO;
    Host::builder().options(options)
}

fn host_of(ids: impl IntoIterator<Item = u32>) -> Host {
    let ids = ids.into_iter();
    ids.fold(at_leisure(), |host, id| host.id(id)).build()
}

/// Whether a map is loaded.
fn is_loaded(id: u32) -> bool {
    match raw_bpf_fd(MAP_GET_FD_BY_ID.into(), &mut [id]) {
        Ok(_) => true,
        Err(errno) => {
            assert_eq!(errno, libc::ENOENT);
            false
        }
    }
}

/// Until the kernel has freed a map, which it does by and by.
fn wait_until_gone(id: u32) {
    let begin = Instant::now();
    while is_loaded(id) {
        assert!(begin.elapsed() < Duration::from_secs(20), "map {id} stays");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Every id of a map, by the raw command.
fn ids() -> Vec<u32> {
    const MAP_GET_NEXT_ID: i64 = 12;
    let mut ids = Vec::new();
    loop {
        let last: u32 = ids.last().copied().unwrap_or(0);
        // `start_id`, then `next_id` as the upper half.
        let mut attr = [u64::from_ne_bytes(both([last, 0])), 0];
        match raw_bpf(MAP_GET_NEXT_ID, &mut attr) {
            Ok(_) => ids.push(words(attr[0])[1]),
            Err(errno) => {
                assert_eq!(errno, libc::ENOENT);
                return ids;
            }
        }
    }
}

fn both(words: [u32; 2]) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&words[0].to_ne_bytes());
    bytes[4..].copy_from_slice(&words[1].to_ne_bytes());
    bytes
}

fn words(word: u64) -> [u32; 2] {
    let bytes = word.to_ne_bytes();
    [&bytes[..4], &bytes[4..]].map(|half| u32::from_ne_bytes(half.try_into().unwrap()))
}

/// Whether this kernel counts for an iterator: since 6.6.
fn counts() -> bool {
    let counts = mapgen_test_support::kernel_release() >= (6, 6);
    if !counts {
        mapgen_test_support::unsupported("counting the entries of all maps at once", (6, 6));
    }
    counts
}

/// Maps of every kind that is counted, with so many entries in each, and their ids.
struct Maps {
    conns: Conns,
    loose: Loose,
    cache: Cache,
    percpu: PerCpuConns,
    routes: Routes,
}

impl Maps {
    fn create() -> Self {
        Self {
            conns: Conns::create().unwrap(),
            loose: Loose::create().unwrap(),
            cache: Cache::create().unwrap(),
            percpu: PerCpuConns::create().unwrap(),
            routes: Routes::create().unwrap(),
        }
    }

    fn ids(&self) -> [u32; 5] {
        [
            self.conns.info().id(),
            self.loose.info().id(),
            self.cache.info().id(),
            self.percpu.info().id(),
            self.routes.info().id(),
        ]
    }

    fn fill(&self, n: u32) {
        let value = PerCpu::new().unwrap();
        for key in 0..n {
            self.conns.insert(&key, &0).unwrap();
            self.loose.insert(&key, &0).unwrap();
            self.cache.insert(&key, &0).unwrap();
            self.percpu.insert(&key, &value).unwrap();
            self.routes.insert(&[32, key.to_be()], &[0; 64]).unwrap();
        }
    }
}

#[test]
fn every_map_of_the_host_is_seen() {
    needs_kernel!();
    let _maps = Maps::create();
    let mut options = Options::default();
    options.budget = Duration::from_secs(10);
    let host = Host::builder().options(options).build();
    // Others come and go beside us: what was there before and after is there.
    let before = ids();
    let found = look(&host);
    let after = ids();
    for id in before.iter().filter(|id| after.contains(id)) {
        assert!(found.contains_key(id), "{id} of {:?}", found.keys());
    }
    assert!(before.len() >= 5);
}

#[test]
fn the_census_says_what_was_put_in() {
    needs_kernel!();
    let maps = Maps::create();
    let host = host_of(maps.ids());
    for n in [0, 1, 5000] {
        maps.fill(n);
        for id in maps.ids() {
            let found = &look_until(&host, id, n.into())[&id];
            let usage = found.usage.unwrap();
            assert_eq!(usage.used, Some(n.into()), "{found:?}");
            assert_eq!((usage.capacity, usage.unit), (10_000, Unit::Entries));
        }
    }
    if counts() {
        assert_eq!(host.why_visited(), None);
    }
}

#[test]
fn the_kernel_is_asked_and_no_entry_of_a_hash_looked_at() {
    needs_kernel!();
    if !counts() {
        return;
    }
    let maps = Maps::create();
    maps.fill(3000);
    let [hashes @ .., routes] = maps.ids();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            seccomp::refuse(&WALKS, libc::EPERM);
            let found = look(&host_of(maps.ids()));
            for id in hashes {
                assert_eq!(found[&id].used(), Some(3000));
            }
            // Nobody counts the entries of a trie, and 0 would be wrong.
            assert_eq!(found[&routes].usage, None);
            let error = found[&routes].error.clone().unwrap().to_string();
            assert!(error.contains("`host_routes`"), "{error}");
        });
    });
}

#[test]
fn where_no_program_can_be_loaded_entries_are_visited_and_the_numbers_are_the_same() {
    needs_kernel!();
    let maps = Maps::create();
    maps.fill(4321);
    let counted = look(&host_of(maps.ids()));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            seccomp::refuse(&[PROG_LOAD], libc::EPERM);
            let host = host_of(maps.ids());
            let visited = look(&host);
            for id in maps.ids() {
                assert_eq!(visited[&id].used(), Some(4321));
                assert_eq!(visited[&id].usage, counted[&id].usage);
            }
            if counts() {
                let why = host.why_visited().unwrap().to_string();
                assert!(why.contains("CAP_BPF and CAP_PERFMON"), "{why}");
            }
        });
    });
}

#[test]
fn without_time_visits_go_on_in_the_next_look_one_map_at_a_time() {
    needs_kernel!();
    let maps = Maps::create();
    maps.fill(9000);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            seccomp::refuse(&[PROG_LOAD], libc::EPERM);
            let mut options = Options::default();
            // Where a step is a key and no batch, there are many.
            options.budget = Duration::from_micros(100);
            let builder = Host::builder().options(options);
            let host = maps.ids().into_iter().fold(builder, |host, id| host.id(id));
            let host = host.build();
            let open = descriptors();
            let mut known = Vec::new();
            let begin = Instant::now();
            while begin.elapsed() < patience(20) {
                let found = look(&host);
                // Never a part of a count, and nothing stays open.
                let levels = found.values().filter_map(|seen| seen.used());
                known = levels.collect();
                assert!(known.iter().all(|used| *used == 9000), "{known:?}");
                assert_eq!(descriptors(), open);
                if known.len() == 5 {
                    break;
                }
            }
            assert_eq!(known.len(), 5, "it never came to the end");
        });
    });
}

/// How many descriptors this thread has open, in a table of its own from the first call on:
/// other tests open others meanwhile.
fn descriptors() -> usize {
    // SAFETY: it takes no pointers.
    assert_eq!(unsafe { libc::unshare(libc::CLONE_FILES) }, 0);
    std::fs::read_dir("/proc/thread-self/fd").unwrap().count()
}

#[test]
fn a_map_that_nobody_uses_any_more_goes_also_in_the_middle_of_a_walk() {
    needs_kernel!();
    let maps = Maps::create();
    maps.fill(9000);
    let ids = maps.ids();
    let routes = ids[4];
    let mut options = Options::default();
    options.budget = Duration::ZERO;
    let host = Host::builder().options(options).id(routes).build();
    // A batch is less than the trie has.
    assert_eq!(look(&host)[&routes].used(), None);
    let all = host_of(ids);
    assert_eq!(look(&all).len(), 5);
    drop(maps);
    for id in ids {
        wait_until_gone(id);
    }
    assert!(look(&all).is_empty());
    assert!(look(&host).is_empty());
}

#[test]
fn what_is_pending_in_a_ring_is_seen_from_outside() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let host = host_of([map.info().id()]);
    let mut program = Program::output(&map, 16);
    for n in 1..=3 {
        assert!(program.run(&[n, n]));
        let found = &look(&host)[&map.info().id()];
        assert_eq!(found.error, None);
        let usage = found.usage.unwrap();
        assert_eq!((usage.used, usage.unit), (Some(24 * n), Unit::Bytes));
    }
}

#[test]
fn memory_is_what_the_kernel_says_and_a_queue_has_no_level() {
    needs_kernel!();
    let (conns, waiting) = (Conns::create().unwrap(), Waiting::create().unwrap());
    waiting.push(&1).unwrap();
    let host = host_of([conns.info().id(), waiting.info().id()]);
    let found = look(&host);
    let memlock = FdInfo::of(conns.as_fd()).unwrap().memlock;
    assert_eq!(found[&conns.info().id()].memory, Some(memlock));
    let usage = found[&waiting.info().id()].usage.unwrap();
    assert_eq!((usage.used, usage.capacity), (None, 10));
}

#[test]
fn a_rule_gives_thresholds_and_names_and_leaves_maps_out() {
    needs_kernel!();
    let maps = Maps::create();
    maps.fill(5000);
    let [conns, loose, ..] = maps.ids();
    let builder = at_leisure().rule(|info| {
        let warning = Threshold::new(0.5, 0.4);
        let critical = None;
        let mut rule = Rule::new(Thresholds { warning, critical });
        rule.min_entries = Some(20_000);
        rule.name = Some("host_conns_by_address".to_owned());
        rule.object = Some("flow".to_owned());
        (info.name() == "host_conns").then_some(rule)
    });
    let host = builder.id(conns).id(loose).build();
    let found = look(&host);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&conns]);
    assert_eq!(found[&conns].violations, [Some(true), None]);
    let mut registry = Registry::default();
    registry.register_collector(Box::new(host.clone()));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    let labels = format!(
        r#"{{map_name="host_conns_by_address",map_type="hash",object="flow",map_id="{conns}""#
    );
    for expected in [
        format!("ebpf_map_entries{labels}}} 5000.0\n"),
        format!("ebpf_map_min_entries{labels}}} 20000.0\n"),
        format!("map_capacity_violation{labels},severity=\"warning\"}} 1.0\n"),
    ] {
        assert!(text.contains(&expected), "{expected}\n{text}");
    }
    // Who writes to the map is another.
    assert!(!text.contains("ebpf_map_update_errors_total{"), "{text}");
    for key in 0..2000 {
        maps.conns.delete(&key).unwrap();
    }
    let found = look_until(&host, conns, 3000);
    assert_eq!(found[&conns].violations, [Some(false), None]);
}

#[test]
fn pins_are_watched_for_as_long_as_they_are_there() {
    needs_kernel!();
    let Some(bpffs) = BpfFs::mount() else { return };
    let folder = bpffs.path("flow/maps");
    let host = at_leisure().pins(bpffs.root()).build();
    assert!(look(&host).is_empty());
    std::fs::create_dir_all(&folder).unwrap();
    let (conns, events) = (Conns::create().unwrap(), Events::create().unwrap());
    let mut program = Program::output(&events, 16);
    assert!(program.run(&[1, 1]));
    conns.extend((0..100).map(|key| (key, 0))).unwrap();
    let (conns_id, events_id) = (conns.info().id(), events.info().id());
    conns.pin(folder.join("conns")).unwrap();
    events.pin(bpffs.path("events")).unwrap();
    drop((conns, events, program));

    let found = look(&host);
    assert_eq!(found[&conns_id].used(), Some(100));
    assert_eq!(found[&conns_id].name, "host_conns");
    assert_eq!(found[&events_id].used(), Some(24));
    let one = Host::builder().pins(folder.join("conns")).build();
    assert_eq!(look(&one).keys().collect::<Vec<_>>(), [&conns_id]);

    std::fs::remove_file(folder.join("conns")).unwrap();
    wait_until_gone(conns_id);
    assert_eq!(look(&host).keys().collect::<Vec<_>>(), [&events_id]);
    assert!(look(&one).is_empty());
    // Another map at the same path.
    let next = Conns::create().unwrap();
    next.pin(folder.join("conns")).unwrap();
    assert_eq!(look(&one).keys().collect::<Vec<_>>(), [&next.info().id()]);
}

#[test]
fn a_folder_that_is_on_no_bpf_file_system_is_said() {
    needs_kernel!();
    let folder = tempfile::tempdir().unwrap();
    let host = Host::builder().pins(folder.path()).build();
    let error = host.observe().unwrap_err().to_string();
    assert!(error.contains("not on a bpf file system"), "{error}");
    assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
}

#[test]
fn who_may_not_walk_the_ids_is_told_which_capability_it_takes() {
    needs_kernel!();
    const MAP_GET_NEXT_ID: u32 = 12;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            seccomp::refuse(&[MAP_GET_NEXT_ID, MAP_GET_FD_BY_ID], libc::EPERM);
            let error = Host::new().observe().unwrap_err();
            assert_eq!(
                error.to_string(),
                "finding the maps of `host` needs CAP_SYS_ADMIN"
            );
            let error = host_of([1]).observe().unwrap_err();
            assert_eq!(
                error.to_string(),
                "opening of `map id 1` needs CAP_SYS_ADMIN"
            );
        });
    });
}

#[test]
fn maps_that_come_and_go_during_looks_are_no_errors() {
    needs_kernel!();
    let host = Host::new();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _ends = SetOnDrop(&stop);
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let maps = Maps::create();
                maps.routes.insert(&[32, 1], &[0; 64]).unwrap();
                drop(maps);
            }
        });
        for _ in 0..mapgen_test_support::rounds(200) {
            for (id, seen) in look(&host) {
                // Of other processes' maps, some say nothing to us.
                let ours = seen.name.starts_with("host_");
                assert!(!ours || seen.error.is_none(), "{id}: {seen:?}");
            }
        }
    });
}

/// Ends what runs beside a test, however the test ends.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_thousand_maps_one_after_the_other_are_each_seen_and_forgotten() {
    needs_kernel!();
    let host = Host::new();
    look(&host);
    for _ in 0..mapgen_test_support::rounds(1000) {
        let map = Waiting::create().unwrap();
        let id = map.info().id();
        assert!(look(&host).contains_key(&id));
        drop(map);
        wait_until_gone(id);
        assert!(!look(&host).contains_key(&id));
    }
}

#[test]
fn a_sampler_of_a_host_sees_what_no_scrape_sees() {
    needs_kernel!();
    let map = Conns::create().unwrap();
    let host = host_of([map.info().id()]);
    let sampler = host.sample_every(Duration::from_millis(5)).unwrap();
    let begin = Instant::now();
    while seen(&host).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it never looked");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(sampler);
}
