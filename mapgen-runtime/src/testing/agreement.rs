//! Random commands, given to a simulated map and to one of the running kernel side by
//! side: both must say the same and hold the same.
//!
//! On bytes and flags, below the handles, so that every command is tried with what no
//! handle passes. What has no order in the kernel is compared as a set.

use std::fmt::Debug;
use std::os::fd::{AsFd, AsRawFd};

use crate::map::Map;
use crate::spec::{MapKind, MapSpec};
use crate::sys::{self, Batch};
use crate::testing::kernel::Kernel;

/// How many sequences each case runs, and how many steps one has.
const SEQUENCES: u64 = 300;
const STEPS: usize = 60;

/// The release whose answers are simulated, where they changed: tries heed `BPF_EXIST`
/// and `BPF_NOEXIST`, and walks do not give up where entries vanish.
const SINCE: (u32, u32) = (6, 13);

/// What an older kernel answers otherwise is said, and is no failure.
fn differ(what: &str) {
    let running = sys::release().unwrap_or(SINCE);
    assert!(running < SINCE, "{what}");
    println!("{what}");
    mapgen_test_support::unsupported("the answers that are simulated", SINCE);
}

struct Case {
    spec: MapSpec,
    /// How many different keys are tried, beside those that are no keys.
    keys: u64,
}

const fn case(
    name: &'static str,
    kind: MapKind,
    sizes: (u32, u32),
    max_entries: u32,
    map_flags: u32,
    keys: u64,
) -> Case {
    Case {
        spec: MapSpec {
            object: "agreement",
            name,
            kind,
            key_size: sizes.0,
            value_size: sizes.1,
            max_entries,
            min_entries: 1,
            live_entries: 0,
            exact_entries: false,
            map_flags,
            map_extra: 0,
            numa_node: 0,
            pinned: false,
            optional: false,
            btf: &[],
            btf_key: 0,
            btf_value: 0,
            spin_lock: false,
            layout_hash: 0,
            inner: None,
        },
        keys,
    }
}

const NO_PREALLOC: u32 = sys::F_NO_PREALLOC;

macro_rules! agreement {
    ($($(#[$attribute:meta])* $name:ident: $kind:ident $sizes:tt x $max:literal, flags $flags:expr, keys $keys:literal;)*) => {
        $(
            #[test]
            $(#[$attribute])*
            fn $name() {
                static CASE: Case = case(
                    stringify!($name), MapKind::$kind, $sizes, $max, $flags, $keys,
                );
                agree(&CASE);
            }
        )*
    };
}

agreement! {
    hash: Hash (4, 8) x 12, flags 0, keys 18;
    hash_of_short_keys: Hash (2, 5) x 7, flags 0, keys 10;
    hash_of_long_keys: Hash (17, 64) x 100, flags 0, keys 90;
    hash_of_one: Hash (4, 4) x 1, flags 0, keys 3;
    hash_without_preallocation: Hash (8, 3) x 12, flags NO_PREALLOC, keys 18;
    hash_read_only: Hash (4, 8) x 12, flags sys::F_RDONLY, keys 3;
    hash_write_only: Hash (4, 8) x 12, flags sys::F_WRONLY, keys 16;
    per_cpu_hash: PerCpuHash (4, 8) x 12, flags 0, keys 18;
    per_cpu_hash_of_odd_values: PerCpuHash (3, 13) x 9, flags 0, keys 12;
    lru_hash: LruHash (4, 8) x 4096, flags 0, keys 24;
    lru_per_cpu_hash: LruPerCpuHash (4, 12) x 4096, flags 0, keys 24;
    array: Array (4, 8) x 9, flags 0, keys 11;
    array_of_odd_values: Array (4, 3) x 5, flags 0, keys 6;
    array_mmapable: Array (4, 8) x 9, flags sys::F_MMAPABLE, keys 10;
    array_read_only: Array (4, 8) x 9, flags sys::F_RDONLY, keys 11;
    per_cpu_array: PerCpuArray (4, 8) x 6, flags 0, keys 8;
    per_cpu_array_of_odd_values: PerCpuArray (4, 5) x 6, flags 0, keys 8;
    trie: LpmTrie (8, 8) x 12, flags NO_PREALLOC, keys 24;
    trie_of_short_keys: LpmTrie (5, 3) x 20, flags NO_PREALLOC, keys 40;
    queue: Queue (0, 8) x 5, flags 0, keys 1;
    stack: Stack (0, 3) x 5, flags 0, keys 1;
    stack_write_only: Stack (0, 8) x 5, flags sys::F_WRONLY, keys 1;
    bloom_filter: BloomFilter (0, 8) x 2000, flags 0, keys 1;
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

#[derive(Clone, Debug)]
enum Step {
    Lookup(Vec<u8>, u64),
    LookupAndDelete(Vec<u8>, u64),
    Update(Vec<u8>, Vec<u8>, u64),
    Delete(Vec<u8>),
    /// The key after one that may be there.
    Next(Option<Vec<u8>>),
    /// All keys, by `next_key`.
    Keys,
    /// All entries, in batches of so many at first.
    Entries(usize, bool),
    UpdateBatch(Vec<(Vec<u8>, Vec<u8>)>),
    DeleteBatch(Vec<Vec<u8>>),
    Freeze,
}

/// What a map says: how it went, and the bytes that came.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    result: Result<(), i32>,
    bytes: Vec<Vec<u8>>,
}

fn agree(case: &'static Case) {
    for seed in 0..mapgen_test_support::rounds(SEQUENCES) {
        let real = match Map::create(&case.spec, |_| {}) {
            Err(crate::Error::Permission { capability, .. }) => {
                return mapgen_test_support::skipped(capability);
            }
            Err(crate::Error::Unsupported { what, since }) => {
                assert_eq!((&*what, since), ("maps of type `bloom_filter`", "5.16"));
                return mapgen_test_support::unsupported(&what, (5, 16));
            }
            other => other.unwrap(),
        };
        let simulated = Kernel::builder().seed(seed).build();
        let simulated = simulated.new_map(&case.spec, |_| {}).unwrap();
        let mut random = Random(seed);
        let mut steps = Vec::new();
        for _ in 0..STEPS {
            let step = step(case, &mut random, copied(&real));
            steps.push(step.clone());
            let (wanted, found) = (run(&real, &step), run(&simulated, &step));
            if wanted != found {
                return differ(&format!(
                    "seed {seed}, the kernel and the simulator differ in the last of {} steps:\n{}\n\
                     kernel: {wanted:?}\nsimulator: {found:?}",
                    steps.len(),
                    list(&steps),
                ));
            }
        }
        let (wanted, found) = (contents(&real), contents(&simulated));
        if wanted != found {
            return differ(&format!(
                "seed {seed}, the contents differ after:\n{}\nkernel: {wanted:?}\n\
                 simulator: {found:?}",
                list(&steps),
            ));
        }
    }
}

fn list(steps: &[impl Debug]) -> String {
    let lines = steps.iter().map(|step| format!("  {step:?}\n"));
    lines.collect()
}

/// How many bytes the kernel copies for a value.
fn copied(map: &Map) -> usize {
    let info = map.info();
    match info.kind() {
        MapKind::PerCpuHash | MapKind::LruPerCpuHash | MapKind::PerCpuArray => {
            (info.value_size() as usize).next_multiple_of(8) * map.cpus().unwrap().len()
        }
        _ => info.value_size() as usize,
    }
}

fn key(case: &Case, random: &mut Random) -> Vec<u8> {
    let size = case.spec.key_size as usize;
    let number = random.below(case.keys);
    let mut key = vec![0; size];
    match case.spec.kind {
        // A prefix of any length, now and then a longer one, of few different bits.
        MapKind::LpmTrie => {
            let most = 8 * (size as u64 - 4);
            let len = random.below(most + 2) as u32;
            key[..4].copy_from_slice(&len.to_ne_bytes());
            for (index, byte) in key[4..].iter_mut().enumerate() {
                *byte = (number as u8).wrapping_mul(37) >> index;
            }
        }
        _ => {
            for (to, from) in key.iter_mut().zip(number.to_ne_bytes()) {
                *to = from;
            }
        }
    }
    key
}

fn value(len: usize, random: &mut Random) -> Vec<u8> {
    // Few different ones, for what asks by value.
    let number = random.below(20) as u8;
    (0..len).map(|at| number.wrapping_add(at as u8)).collect()
}

fn step(case: &Case, random: &mut Random, len: usize) -> Step {
    const FLAGS: [u64; 10] = [0, 0, 0, 0, 1, 1, 2, 2, 3, 4];
    const ODD: [u64; 8] = [0, 0, 0, 0, 4, 5, 1, 1 << 32];
    let chosen = random.below(100);
    let key = key(case, random);
    let is_hash = !matches!(
        case.spec.kind,
        MapKind::Array | MapKind::PerCpuArray | MapKind::LpmTrie
    );
    match chosen {
        0..=14 => Step::Lookup(key, random.one_of(&ODD)),
        15..=24 => Step::LookupAndDelete(key, random.one_of(&ODD)),
        25..=54 => Step::Update(key, value(len, random), random.one_of(&FLAGS)),
        55..=66 => Step::Delete(key),
        67..=71 => Step::Keys,
        72..=76 if is_hash => Step::Next(None),
        72..=76 => Step::Next((chosen > 72).then_some(key)),
        77..=83 => Step::Entries(1 + random.below(9) as usize, false),
        84..=85 => Step::Entries(1 + random.below(9) as usize, true),
        86..=92 => {
            let count = random.below(8);
            let entry = |_| {
                let key = self::key(case, random);
                (key, value(len, random))
            };
            Step::UpdateBatch((0..count).map(entry).collect())
        }
        93..=98 => {
            let count = random.below(5);
            Step::DeleteBatch((0..count).map(|_| self::key(case, random)).collect())
        }
        // Once in a while, since nothing can be written after it.
        _ if random.below(8) == 0 => Step::Freeze,
        _ => Step::Keys,
    }
}

fn address(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() {
        std::ptr::null()
    } else {
        bytes.as_ptr()
    }
}

/// Whether the kernel has an order for this kind of map.
fn has_order(map: &Map) -> bool {
    matches!(
        map.info().kind(),
        MapKind::Array | MapKind::PerCpuArray | MapKind::LpmTrie
    )
}

fn run(map: &Map, step: &Step) -> Answer {
    let len = copied(map);
    let key_size = map.info().key_size() as usize;
    let answer = |result: sys::Result<()>, bytes: Vec<u8>| Answer {
        bytes: result.map_or(Vec::new(), |()| vec![bytes]),
        result,
    };
    // SAFETY: keys and values are of the sizes that the kernel copies for this map, and
    // cursors have at least 8 bytes.
    unsafe {
        match step {
            Step::Lookup(key, flags) => {
                // What a Bloom filter is asked for.
                let mut value = vec![key.len() as u8 + *flags as u8; len];
                let result = map.lookup(address(key), value.as_mut_ptr(), *flags);
                answer(result, value)
            }
            Step::LookupAndDelete(key, flags) => {
                let mut value = vec![0; len];
                let result = map.lookup_and_delete(address(key), value.as_mut_ptr(), *flags);
                answer(result, value)
            }
            Step::Update(key, value, flags) => {
                answer(map.update(address(key), value.as_ptr(), *flags), Vec::new())
            }
            Step::Delete(key) => answer(map.delete(address(key)), Vec::new()),
            Step::Next(key) => {
                let mut next = vec![0; key_size];
                let key = key.as_ref().map_or(std::ptr::null(), |key| key.as_ptr());
                let result = map.next_key(key, next.as_mut_ptr());
                if !has_order(map) {
                    next.clear();
                }
                answer(result, next)
            }
            Step::Keys => keys(map),
            Step::Entries(room, take) => entries(map, *room, *take),
            Step::UpdateBatch(entries) => {
                let mut keys: Vec<u8> = entries.iter().flat_map(|(key, _)| key.clone()).collect();
                let mut values: Vec<u8> = entries
                    .iter()
                    .flat_map(|(_, value)| value.clone())
                    .collect();
                let memory = batch(&mut keys, &mut values, entries.len());
                let (result, count) = map.update_batch(&memory);
                Answer {
                    result,
                    bytes: vec![count.to_ne_bytes().to_vec()],
                }
            }
            Step::DeleteBatch(keys) => {
                let count = keys.len();
                let mut keys: Vec<u8> = keys.concat();
                let memory = batch(&mut keys, &mut [], count);
                let (result, count) = map.delete_batch(&memory);
                Answer {
                    result,
                    bytes: vec![count.to_ne_bytes().to_vec()],
                }
            }
            Step::Freeze => {
                freeze(map);
                answer(Ok(()), Vec::new())
            }
        }
    }
}

fn batch(keys: &mut [u8], values: &mut [u8], count: usize) -> Batch {
    Batch {
        in_batch: std::ptr::null(),
        out_batch: std::ptr::null_mut(),
        keys: keys.as_mut_ptr(),
        values: values.as_mut_ptr(),
        count: count as u32,
        element_flags: 0,
    }
}

/// All keys, in the order of the kernel where it has one.
fn keys(map: &Map) -> Answer {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    let result = loop {
        let mut next = vec![0; map.info().key_size() as usize];
        let last = keys.last().map_or(std::ptr::null(), |key| key.as_ptr());
        // SAFETY: both keys have the map's key size.
        match unsafe { map.next_key(last, next.as_mut_ptr()) } {
            Ok(()) => keys.push(next),
            Err(errno) => break Err(errno),
        }
    };
    if !has_order(map) {
        keys.sort();
    }
    Answer {
        result,
        bytes: keys,
    }
}

/// All entries by batches; where the kind has an order, how each batch ended as well.
fn entries(map: &Map, room: usize, take: bool) -> Answer {
    let (len, key_size) = (copied(map), map.info().key_size() as usize);
    let mut room = room;
    let mut found = Vec::new();
    let mut cursor = vec![0; key_size.max(8)];
    let mut first = true;
    let result = loop {
        let (mut keys, mut values) = (vec![0; key_size * room], vec![0; len * room]);
        let mut next = vec![0; key_size.max(8)];
        let mut memory = batch(&mut keys, &mut values, room);
        if !first {
            memory.in_batch = cursor.as_ptr();
        }
        memory.out_batch = next.as_mut_ptr();
        // SAFETY: as for `run`.
        let (result, count) = unsafe {
            if take {
                map.lookup_and_delete_batch(&memory)
            } else {
                map.lookup_batch(&memory)
            }
        };
        let count = count as usize;
        for index in 0..count {
            let mut entry = keys[index * key_size..][..key_size].to_vec();
            entry.extend_from_slice(&values[index * len..][..len]);
            found.push(entry);
        }
        if has_order(map) {
            found.push(format!("{count}: {result:?}").into_bytes());
        }
        match result {
            Ok(()) => {
                cursor = next;
                first = false;
            }
            Err(libc::ENOSPC) => room *= 2,
            Err(errno) => break Err(errno),
        }
    };
    if !has_order(map) {
        found.sort();
    }
    Answer {
        result,
        bytes: found,
    }
}

/// What a map holds, where that can be told without changing it.
fn contents(map: &Map) -> Vec<Answer> {
    let mut answers = vec![keys(map)];
    let keys = answers[0].bytes.clone();
    for key in keys {
        answers.push(run(map, &Step::Lookup(key, 0)));
    }
    // What has no keys is emptied.
    while answers.len() < 64 && map.info().key_size() == 0 {
        answers.push(run(map, &Step::LookupAndDelete(Vec::new(), 0)));
    }
    answers
}

fn freeze(map: &Map) {
    if let Some(backend) = map.backend() {
        return backend.simulation().freeze();
    }
    let attr = [map.as_fd().as_raw_fd() as u64];
    // SAFETY: `BPF_MAP_FREEZE` reads the descriptor's number.
    let status = unsafe { libc::syscall(libc::SYS_bpf, 22, attr.as_ptr(), 4) };
    let error = std::io::Error::last_os_error().raw_os_error();
    // What may not be written, because it is frozen say, cannot be frozen; Linux 6.1 looks first
    // whether it is frozen already (`map_freeze` in kernel/bpf/syscall.c).
    let refused = matches!(error, Some(libc::EPERM | libc::EBUSY));
    assert!(status == 0 || refused, "{error:?}");
}

#[test]
fn what_is_created_and_what_is_refused_is_the_same() {
    let kinds = [
        MapKind::Hash,
        MapKind::Array,
        MapKind::PerCpuHash,
        MapKind::PerCpuArray,
        MapKind::LruHash,
        MapKind::LruPerCpuHash,
        MapKind::LpmTrie,
        MapKind::Queue,
        MapKind::Stack,
        MapKind::BloomFilter,
        MapKind::RingBuf,
    ];
    let errno = |created: crate::Result<Map>| match created {
        Ok(_) => Some(0),
        Err(crate::Error::Permission { .. }) => None,
        Err(crate::Error::Os { errno, .. }) => Some(errno),
        // Sizes that nobody set: neither goes as far as to ask.
        Err(crate::Error::Mismatch(_)) => Some(-1),
        Err(crate::Error::Unsupported { since, .. }) => {
            assert_eq!(since, "5.16");
            Some(libc::EINVAL)
        }
        Err(other) => panic!("{other}"),
    };
    for kind in kinds {
        for sizes in [(0, 0), (0, 8), (4, 0), (4, 8), (8, 8), (300, 8)] {
            for flags in (0..13).map(|bit| 1 << bit).chain([0, 3 << 3, 3 << 7]) {
                let spec = case("created", kind, sizes, 4096, flags, 1).spec;
                let spec: &'static MapSpec = Box::leak(Box::new(spec));
                let Some(wanted) = errno(Map::create(spec, |_| {})) else {
                    return mapgen_test_support::skipped("CAP_BPF");
                };
                let found = errno(Kernel::new().new_map(spec, |_| {})).unwrap();
                if wanted != found {
                    return differ(&format!(
                        "{kind}, sizes {sizes:?}, flags {flags:#x}: kernel {wanted}, simulator {found}"
                    ));
                }
            }
        }
    }
}
