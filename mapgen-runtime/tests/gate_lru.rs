//! How many entries an LRU map keeps, by the running kernel.

#[macro_use]
mod gates;

use gates::{CONNS, differences, kernel};
use mapgen_runtime::{MapKind, MapSpec, RawMap, possible_cpus};

const NO_COMMON_LRU: u32 = 2;

macro_rules! lru {
    ($name:ident, $kind:ident, $live:expr, $flags:expr) => {
        binding!(
            $name,
            MapSpec {
                name: "recent",
                kind: MapKind::$kind,
                max_entries: 1,
                min_entries: $live,
                live_entries: $live,
                map_flags: $flags,
                btf: &[],
                ..CONNS
            }
        );
    };
}

/// Does something on one CPU.
fn on<T>(cpu: usize, work: impl FnOnce() -> T) -> T {
    // SAFETY: a plain set of bits, and calls that read or write no more than it.
    unsafe {
        let mut before: libc::cpu_set_t = std::mem::zeroed();
        let size = size_of::<libc::cpu_set_t>();
        assert_eq!(libc::sched_getaffinity(0, size, &raw mut before), 0);
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpu, &mut one);
        assert_eq!(libc::sched_setaffinity(0, size, &raw const one), 0);
        let done = work();
        libc::sched_setaffinity(0, size, &raw const before);
        done
    }
}

/// The CPUs that this process may run on.
fn cpus() -> Vec<usize> {
    // SAFETY: as for `on`.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        let size = size_of::<libc::cpu_set_t>();
        assert_eq!(libc::sched_getaffinity(0, size, &raw mut set), 0);
        let all = libc::CPU_SETSIZE as usize;
        (0..all).filter(|cpu| libc::CPU_ISSET(*cpu, &set)).collect()
    }
}

fn put(map: &RawMap, key: u32) {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&key.to_ne_bytes());
    map.insert(&bytes, &vec![1; map.value_len()]).unwrap();
}

fn live(map: &RawMap) -> u32 {
    u32::try_from(map.keys().count()).unwrap()
}

/// Inserts `live` keys, each again and again, from one CPU and from all.
fn fill(map: &RawMap, keys: u32) {
    let cpus = cpus();
    on(cpus[0], || (0..keys).for_each(|key| put(map, key)));
    assert_eq!(live(map), keys, "from one CPU");
    for round in 0..3 {
        std::thread::scope(|scope| {
            for (index, cpu) in cpus.iter().enumerate() {
                let (cpu, from) = (*cpu, index as u32 * 37 + round);
                scope.spawn(move || {
                    on(cpu, || {
                        (0..keys).for_each(|key| put(map, (key + from) % keys))
                    });
                });
            }
        });
        assert_eq!(live(map), keys, "from all, round {round}");
    }
    // From one CPU after the other, each with what it got from the last.
    for cpu in cpus.iter().rev() {
        on(*cpu, || (0..keys).rev().for_each(|key| put(map, key)));
        assert_eq!(live(map), keys, "from CPU {cpu}");
    }
}

macro_rules! keeps {
    ($($test:ident: $kind:ident, $live:expr, $flags:expr;)*) => {$(
        #[test]
        fn $test() {
            if !kernel() {
                return;
            }
            lru!(Recent, $kind, $live, $flags);
            let map = Recent::create_with(|spec| spec.max_entries = spec.max_entries_for($live));
            fill(&map.unwrap(), $live);
        }
    )*};
}

keeps! {
    one_entry_stays: LruHash, 1, 0;
    a_hundred_entries_stay: LruHash, 100, 0;
    a_thousand_entries_stay: LruHash, 1000, 0;
    many_entries_stay: LruHash, 10_240, 0;
    one_entry_stays_without_a_common_list: LruHash, 1, NO_COMMON_LRU;
    a_thousand_entries_stay_without_a_common_list: LruHash, 1000, NO_COMMON_LRU;
    a_thousand_entries_of_each_cpu_stay: LruPerCpuHash, 1000, 0;
    a_thousand_entries_of_each_cpu_stay_without_a_common_list: LruPerCpuHash, 1000, NO_COMMON_LRU;
}

/// A smaller map than that forgets one: all but a few entries of the number are needed.
#[test]
fn a_little_less_room_forgets_entries() {
    if !kernel() {
        return;
    }
    let cpus = cpus();
    let possible = possible_cpus().unwrap().len();
    if cpus.len() != possible {
        return mapgen_test_support::skipped("to run on every possible CPU");
    }
    lru!(Recent, LruHash, 0, 0);
    let others = u32::try_from(cpus.len() - 1).unwrap();
    let live_entries = 4 * 128 + others;
    let room = Recent::SPEC.max_entries_for(live_entries);
    let map = Recent::create_with(|spec| spec.max_entries = room - others - 1).unwrap();
    for (key, cpu) in (10_000..).zip(&cpus[1..]) {
        on(*cpu, || put(&map, key));
    }
    on(cpus[0], || {
        (0..512).for_each(|key| put(&map, key));
        assert_eq!(live(&map), live_entries);
        // Not the oldest, which is the one to go.
        put(&map, 300);
    });
    assert!(live(&map) < live_entries);

    lru!(Apart, LruHash, 0, NO_COMMON_LRU);
    let map = Apart::create_with(|spec| spec.max_entries = 512 * (others + 1)).unwrap();
    on(cpus[0], || {
        (0..512).for_each(|key| put(&map, key));
        assert_eq!(live(&map), 512);
        put(&map, 300);
    });
    assert!(live(&map) < 512);
}

#[test]
fn too_small_an_lru_map_is_refused_with_the_number_that_it_takes() {
    if !kernel() {
        return;
    }
    lru!(Any, LruHash, 0, 0);
    lru!(Recent, LruHash, 1000, 0);
    let cpus = possible_cpus().unwrap().len() as u32;
    let needed = 1000 + 128 * cpus;
    let small = Any::create_with(|spec| spec.max_entries = needed - 1).unwrap();
    assert_eq!(
        differences(Recent::from_fd(&**small)),
        [format!(
            "`max_entries` is {}, with which an LRU map does not keep 1000 entries for {cpus} \
             CPUs: it takes {needed} (`set_max_entries({needed})` before the load)",
            needed - 1
        )]
    );
    let large = Any::create_with(|spec| spec.max_entries = needed).unwrap();
    Recent::from_fd(&**large).unwrap();
    // Without a promise it is about capacity alone.
    Any::from_fd(&**small).unwrap();
}

#[test]
fn an_lru_map_of_exactly_so_many_entries_also_keeps_what_is_promised() {
    if !kernel() {
        return;
    }
    binding!(
        Exact,
        MapSpec {
            kind: MapKind::LruHash,
            max_entries: 20_000,
            min_entries: 100,
            live_entries: 100,
            exact_entries: true,
            btf: &[],
            ..CONNS
        }
    );
    binding!(
        Tight,
        MapSpec {
            min_entries: 20_000,
            live_entries: 20_000,
            ..Exact::SPEC
        }
    );
    lru!(Any, LruHash, 0, 0);
    let of = |entries| Any::create_with(|spec| spec.max_entries = entries).unwrap();
    Exact::from_fd(&**of(20_000)).unwrap();
    assert_eq!(
        differences(Exact::from_fd(&**of(20_001))),
        ["`max_entries` is 20001, expected exactly 20000 (`max_entries = 20000` was asserted)"]
    );
    let cpus = possible_cpus().unwrap().len() as u32;
    let needed = 20_000 + 128 * cpus;
    assert_eq!(
        differences(Tight::from_fd(&**of(20_000))),
        [format!(
            "`max_entries` is 20000, with which an LRU map does not keep 20000 entries for {cpus} \
             CPUs: it takes {needed} (`max_entries = 20000` was asserted: declare {needed}, in C \
             too)"
        )]
    );
    // As many as it takes are not what was asserted.
    let error = differences(Tight::from_fd(&**of(needed)));
    assert!(error[0].contains("expected exactly 20000"), "{error:?}");
}

#[cfg(feature = "libbpf")]
mod object {
    pub(crate) const SOURCE: &str = r#"
struct {
	int (*type)[9];
	int (*max_entries)[1024];
	unsigned long long *key;
	unsigned long long *value;
} recent __attribute__((section(".maps"), used));
"#;

    use super::CONNS;
    use mapgen_runtime::{MapKind, MapSpec};

    binding!(
        Recent,
        MapSpec {
            name: "recent",
            kind: MapKind::LruHash,
            value_size: 8,
            max_entries: 1024,
            min_entries: 1024,
            live_entries: 1024,
            btf: &[],
            ..CONNS
        }
    );

    #[derive(Clone, Debug)]
    pub(crate) struct Maps {
        pub(crate) recent: Recent,
    }

    mapgen_runtime::__private::object! {
        object: "recent", bytes: none,
        maps: { recent: Recent = "recent" }, sections: {}, programs: {},
    }
}

#[cfg(feature = "libbpf")]
#[test]
fn an_object_with_too_small_an_lru_map_opens_and_loads_when_it_was_enlarged() {
    if !kernel() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(path) = gates::compile(dir.path(), "recent", object::SOURCE, &[]) else {
        return;
    };
    let open = || object::open_file(&path).unwrap();
    let needed = object::Recent::SPEC.max_entries_for(1024);
    assert!(differences(open().load())[0].contains(&format!("it takes {needed} ")));
    let mut opened = open();
    let refused = opened.maps().recent.set_max_entries(needed - 1);
    assert!(differences(refused)[0].contains(&format!("it takes {needed} ")));
    opened.maps().recent.set_max_entries(needed).unwrap();
    assert_eq!(opened.load().unwrap().maps.recent.capacity(), needed);
}
