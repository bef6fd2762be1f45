//! What maps cost: the formulas of the build beside what the running kernel says of a map's
//! descriptor (`memlock` in `/proc/self/fdinfo`).
//!
//! Linux 6.4 and newer count by the formulas; the structs at a map's head and two kinds' own
//! elements differ between releases, those of 6.18 are in the formulas. Older kernels report an
//! estimate.

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd as _, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use libbpf_rs::{MapCore as _, ObjectBuilder};
use mapgen_build::memory;
use mapgen_runtime::{MapKind, MapSpec, possible_cpus};
use mapgen_schema::{Map, Pinning, kinds};
use mapgen_test_support::{kernel_release, raw_bpf, raw_bpf_fd, skipped, unsupported};

const NO_PREALLOC: u32 = 1;
const NO_COMMON_LRU: u32 = 1 << 1;
const STACK_BUILD_ID: u32 = 1 << 5;
const MMAPABLE: u32 = 1 << 10;
/// The kernel's own, which C libraries do not know.
const ENOTSUPP: i32 = 524;

/// What every kind but a few tried ones is created with.
const ENTRIES: [u32; 6] = [1, 2, 7, 64, 1024, 5001];

fn map(kind: &str, key_size: u32, value_size: u32, max_entries: u32, map_flags: u32) -> Map {
    Map {
        name: "m".to_owned(),
        section: ".maps".to_owned(),
        kind: kinds::number(kind).unwrap(),
        type_id: 0,
        key_size,
        value_size,
        max_entries,
        map_flags,
        map_extra: 0,
        numa_node: 0,
        pinning: Pinning::None,
        key: None,
        value: None,
        inner: None,
        btf: None,
    }
}

fn own(fd: i32) -> OwnedFd {
    // SAFETY: the kernel just gave it to us.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

fn halves(address: u64) -> [u32; 2] {
    [address as u32, (address >> 32) as u32]
}

/// Creates a map by `BPF_MAP_CREATE`, with an inner map or with `int` for its types where the
/// kind wants them.
fn create(map: &Map) -> Result<OwnedFd, i32> {
    let name = kinds::name(map.kind).unwrap();
    let inner = name.ends_with("_of_maps").then(|| {
        let inner = self::map("array", 4, 4, 1, 0);
        create(&inner).unwrap()
    });
    let btf = match name.ends_with("_storage") && !name.contains("cgroup") {
        true => Some(int_btf()?),
        false => None,
    };
    let mut attr = [0_u32; 18];
    attr[..5].copy_from_slice(&[
        map.kind,
        map.key_size,
        map.value_size,
        map.max_entries,
        map.map_flags,
    ]);
    attr[5] = inner.as_ref().map_or(0, |fd| fd.as_raw_fd() as u32);
    if let Some(btf) = &btf {
        // `btf_fd`, `btf_key_type_id`, `btf_value_type_id`
        attr[12..15].copy_from_slice(&[btf.as_raw_fd() as u32, 1, 1]);
    }
    attr[16..18].copy_from_slice(&halves(map.map_extra));
    // Kernels refuse what they do not know unless it is zero.
    let known = if map.map_extra == 0 { 16 } else { 18 };
    raw_bpf_fd(0, &mut attr[..known])
}

/// BTF of just `int`.
fn int_btf() -> Result<OwnedFd, i32> {
    let mut bytes = Vec::new();
    bytes.extend(0xeb9f_u16.to_ne_bytes());
    bytes.extend([1, 0]);
    // The header's size; types and strings: offset and size.
    for word in [24_u32, 0, 16, 16, 5] {
        bytes.extend(word.to_ne_bytes());
    }
    for word in [1_u32, 1 << 24, 4, (1 << 24) | 32] {
        bytes.extend(word.to_ne_bytes());
    }
    bytes.extend(b"\0int\0");
    let [low, high] = halves(bytes.as_ptr() as u64);
    raw_bpf_fd(18, &mut [low, high, 0, 0, bytes.len() as u32, 0, 0])
}

/// `BPF_MAP_UPDATE_ELEM`.
fn insert(fd: &OwnedFd, key: &[u8], value: &[u8]) -> Result<(), i32> {
    let ([key_low, key_high], [low, high]) =
        (halves(key.as_ptr() as u64), halves(value.as_ptr() as u64));
    let fd = fd.as_raw_fd() as u32;
    raw_bpf(2, &mut [fd, 0, key_low, key_high, low, high, 0, 0]).map(drop)
}

fn memlock(fd: BorrowedFd<'_>) -> u64 {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("memlock:"));
    line.unwrap().trim().parse().unwrap()
}

fn cpus() -> u32 {
    u32::try_from(possible_cpus().unwrap().len()).unwrap()
}

fn permitted() -> bool {
    match create(&map("array", 4, 4, 1, 0)) {
        Ok(_) => true,
        Err(libc::EPERM) => {
            skipped("CAP_BPF");
            false
        }
        Err(errno) => panic!("errno {errno}"),
    }
}

/// What a map takes beside the formula on Linux 6.4 to 6.12; `None` where the kernel may be
/// either.
fn older(map: &Map) -> Option<u64> {
    let more = match kinds::name(map.kind) {
        // Nodes had a `struct rcu_head`.
        Some("lpm_trie") => 16 * u64::from(map.max_entries),
        // Descriptors had spare elements, too.
        Some("hash_of_maps") if map.map_flags & NO_PREALLOC == 0 => {
            let key = u64::from(map.key_size.next_multiple_of(8));
            (48 + key + 8) * u64::from(cpus())
        }
        _ => 0,
    };
    match kernel_release() {
        release if release >= (6, 18) => Some(0),
        release if release <= (6, 12) || more == 0 => Some(more),
        _ => None,
    }
}

/// What the kernel says less what the formula says, by kind and flags.
#[derive(Default)]
struct Differences(BTreeMap<(u32, u32), Vec<(String, i128)>>);

impl Differences {
    fn add(&mut self, map: &Map, kernel: u64) {
        let formula = memory::bytes(map, cpus()).unwrap();
        let text = format!(
            "{} of {} + {} bytes, {} entries, flags {:#x}, extra {}: formula {formula}, kernel \
             {kernel}",
            kinds::name(map.kind).unwrap(),
            map.key_size,
            map.value_size,
            map.max_entries,
            map.map_flags,
            map.map_extra,
        );
        let Some(older) = older(map) else { return };
        let difference = i128::from(kernel) - i128::from(formula) - i128::from(older);
        let kind = self.0.entry((map.kind, map.map_flags)).or_default();
        kind.push((text, difference));
    }

    /// Exact on 6.18; on others from 6.4 on, exact but for the structs at a map's head, which
    /// all maps of a kind share.
    fn check(&self) {
        assert!(!self.0.is_empty());
        if kernel_release() < (6, 4) {
            return unsupported("a `memlock` that counts what a map takes", (6, 4));
        }
        for maps in self.0.values() {
            let head = maps[0].1;
            for (text, difference) in maps {
                if kernel_release() == (6, 18) {
                    assert_eq!(*difference, 0, "{text}");
                }
                assert_eq!(*difference, head, "{text}");
                assert!(head.abs() <= 1024, "{text}");
            }
        }
    }
}

/// Creates a map and adds what it takes; a kind that the kernel does not have is said.
fn measure(map: &Map, since: (u32, u32), differences: &mut Differences) {
    match create(map) {
        Ok(fd) => differences.add(map, memlock(fd.as_fd())),
        Err(libc::EINVAL | ENOTSUPP) if kernel_release() < since => {
            unsupported(kinds::name(map.kind).unwrap(), since);
        }
        Err(errno) => panic!("{map:?}: errno {errno}"),
    }
}

#[test]
fn maps_that_are_allocated_at_once_take_what_the_formulas_say() {
    if !permitted() {
        return;
    }
    let mut differences = Differences::default();
    for max in ENTRIES {
        for (key, value) in [(4, 4), (12, 1), (40, 64), (1, 9)] {
            for (kind, flags) in [
                ("hash", 0),
                ("lru_hash", 0),
                ("percpu_hash", 0),
                ("lru_percpu_hash", 0),
                ("lru_hash", NO_COMMON_LRU),
                ("lru_percpu_hash", NO_COMMON_LRU),
            ] {
                // An LRU map with no element for some CPU is refused.
                if flags == 0 || max >= cpus() {
                    measure(
                        &map(kind, key, value, max, flags),
                        (4, 10),
                        &mut differences,
                    );
                }
            }
        }
        for key in [4, 20] {
            let outer = map("hash_of_maps", key, 4, max, 0);
            measure(&outer, (4, 12), &mut differences);
        }
        for value in [1, 8, 60] {
            for (kind, flags) in [("array", 0), ("array", MMAPABLE), ("percpu_array", 0)] {
                measure(&map(kind, 4, value, max, flags), (5, 5), &mut differences);
            }
            for kind in ["queue", "stack"] {
                measure(&map(kind, 0, value, max, 0), (4, 20), &mut differences);
            }
            for functions in [0, 1, 3, 15] {
                let mut filter = map("bloom_filter", 0, value, max, 0);
                filter.map_extra = functions;
                measure(&filter, (5, 16), &mut differences);
            }
        }
        for (frames, flags, frame) in [(1, 0, 8), (127, 0, 8), (10, STACK_BUILD_ID, 32)] {
            let traces = map("stack_trace", 4, frames * frame, max, flags);
            measure(&traces, (4, 17), &mut differences);
        }
        for kind in [
            "prog_array",
            "perf_event_array",
            "cgroup_array",
            "array_of_maps",
            "sockmap",
            "reuseport_sockarray",
        ] {
            measure(&map(kind, 4, 4, max, 0), (4, 19), &mut differences);
        }
        // No more than the kernel's `NR_CPUS`.
        if max <= 64 {
            measure(&map("cpumap", 4, 4, max, 0), (4, 15), &mut differences);
        }
    }
    for bytes in [4096, 8192, 65_536, 16 << 20] {
        measure(&map("ringbuf", 0, 0, bytes, 0), (5, 8), &mut differences);
        measure(
            &map("user_ringbuf", 0, 0, bytes, 0),
            (6, 1),
            &mut differences,
        );
    }
    for (kind, since) in [
        ("sk_storage", (5, 2)),
        ("inode_storage", (5, 10)),
        ("task_storage", (5, 11)),
        ("cgrp_storage", (6, 2)),
    ] {
        measure(&map(kind, 4, 4, 0, NO_PREALLOC), since, &mut differences);
    }
    for kind in ["cgroup_storage", "percpu_cgroup_storage"] {
        measure(&map(kind, 16, 40, 0, 0), (4, 20), &mut differences);
    }
    differences.check();
}

/// Sockets of a kind, with what keeps them open.
fn connections(count: u32) -> Vec<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connect = |_| {
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (client, listener.accept().unwrap().0)
    };
    (0..count).map(connect).collect()
}

#[test]
fn maps_that_grow_take_what_the_formulas_say_once_they_are_full() {
    if !permitted() {
        return;
    }
    let mut differences = Differences::default();
    let mut fill = |map: &Map, value: &dyn Fn(u32) -> Vec<u8>| {
        let fd = create(map).unwrap();
        for entry in 0..map.max_entries {
            let mut key = vec![0; map.key_size as usize];
            match kinds::name(map.kind) {
                Some("lpm_trie") => {
                    key[..4].copy_from_slice(&((map.key_size - 4) * 8).to_ne_bytes());
                    key[4..8].copy_from_slice(&entry.to_be_bytes());
                }
                _ => key[..4].copy_from_slice(&entry.to_ne_bytes()),
            }
            // Memory of a CPU may be short for a moment.
            let inserted = (0..1000).find_map(|_| match insert(&fd, &key, &value(entry)) {
                Err(libc::ENOMEM) => {
                    std::thread::yield_now();
                    None
                }
                other => Some(other),
            });
            assert_eq!(inserted, Some(Ok(())), "{map:?}, entry {entry}");
        }
        differences.add(map, memlock(fd.as_fd()));
    };
    let inner = create(&map("array", 4, 4, 1, 0)).unwrap();
    for max in [1, 3, 100, 1024] {
        for (key, value) in [(4, 4), (12, 1), (40, 64)] {
            let slots = (value as usize).next_multiple_of(8) * cpus() as usize;
            let bytes = vec![0; slots.max(value as usize)];
            for kind in ["hash", "percpu_hash"] {
                fill(&map(kind, key, value, max, NO_PREALLOC), &|_| bytes.clone());
            }
            fill(
                &map("lpm_trie", key.max(8), value, max, NO_PREALLOC),
                &|_| bytes.clone(),
            );
        }
        let descriptor = inner.as_raw_fd().to_ne_bytes().to_vec();
        fill(&map("hash_of_maps", 4, 4, max, NO_PREALLOC), &|_| {
            descriptor.clone()
        });
        // The loopback device of every network namespace.
        let device = [1_u32.to_ne_bytes(), [0; 4]].concat();
        for kind in ["devmap", "devmap_hash"] {
            fill(&map(kind, 4, 8, max, 0), &|_| device.clone());
        }
    }
    for max in [1, 3, 8] {
        let sockets = connections(max);
        fill(&map("sockhash", 12, 4, max, 0), &|entry| {
            let (client, _) = &sockets[entry as usize];
            client.as_raw_fd().to_ne_bytes().to_vec()
        });
    }
    // SAFETY: it takes no pointers.
    let socket = unsafe { libc::socket(libc::AF_XDP, libc::SOCK_RAW, 0) };
    if socket >= 0 {
        let socket = own(socket);
        for max in [1, 3, 8] {
            let bytes = socket.as_raw_fd().to_ne_bytes().to_vec();
            fill(&map("xskmap", 4, 4, max, 0), &|_| bytes.clone());
        }
    }
    differences.check();
}

#[test]
fn an_arena_is_taken_for_its_pages_and_the_kernel_counts_none() {
    if !permitted() {
        return;
    }
    let arena = map("arena", 0, 0, 100, MMAPABLE);
    match create(&arena) {
        Ok(fd) => assert_eq!(memlock(fd.as_fd()), 0),
        Err(_) if kernel_release() < (6, 9) => unsupported("arenas", (6, 9)),
        Err(errno) => panic!("errno {errno}"),
    }
    assert_eq!(memory::bytes(&arena, cpus()), Some(100 * 4096));
}

#[test]
fn sections_take_what_the_formulas_say() {
    if !permitted() {
        return;
    }
    let bytes = ebpf_samples::records::bpf::OBJECT;
    let schema = mapgen_build::read_bytes(bytes, "records.bpf.o", &Default::default()).unwrap();
    let open = ObjectBuilder::default().open_memory(bytes).unwrap();
    let object = match open.load() {
        Ok(object) => object,
        Err(_) if kernel_release() < (6, 1) => return unsupported("user ring buffers", (6, 1)),
        Err(error) => panic!("{error}"),
    };
    let mut seen = 0;
    for section in &schema.sections {
        // libbpf puts the start of the object's name before the section's.
        let map = object
            .maps()
            .find(|map| map.name().to_string_lossy().ends_with(&section.name));
        let Some(map) = map else { continue };
        let (formula, kernel) = (memory::section_bytes(section), memlock(map.as_fd()));
        if kernel_release() == (6, 18) {
            assert_eq!(formula, kernel, "{}", section.name);
        } else if kernel_release() >= (6, 4) {
            assert!(formula.abs_diff(kernel) <= 1024, "{}", section.name);
        }
        seen += 1;
    }
    assert!(seen > 0, "{:?}", schema.sections);
}

#[test]
fn build_and_run_time_ask_for_the_same_room_in_an_lru_map() {
    let spec = |map: &Map| MapSpec {
        object: "test",
        name: "m",
        kind: MapKind::from_number(map.kind),
        key_size: map.key_size,
        value_size: map.value_size,
        max_entries: map.max_entries,
        min_entries: 1,
        exact_entries: false,
        live_entries: 0,
        map_flags: map.map_flags,
        map_extra: 0,
        numa_node: 0,
        pinned: false,
        optional: false,
        spin_lock: false,
        btf: &[],
        btf_key: 0,
        btf_value: 0,
        layout_hash: 0,
        inner: None,
    };
    for kind in ["hash", "lru_hash", "lru_percpu_hash"] {
        for flags in [0, NO_COMMON_LRU] {
            for live in [1, 1000, u32::MAX - 10] {
                let map = map(kind, 4, 4, 1, flags);
                assert_eq!(
                    memory::max_entries_for(&map, live, cpus()),
                    spec(&map).max_entries_for(live),
                    "{kind} {flags} {live}"
                );
            }
        }
    }
}
