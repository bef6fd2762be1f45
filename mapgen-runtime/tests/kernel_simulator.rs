//! Random sequences of every method of the handles, over a simulated map and one of the
//! running kernel side by side: results, errors and contents must be the same.
//!
//! What has no order in the kernel is compared sorted. The commands below the handles are
//! compared in `testing/agreement.rs`.

#[path = "support/program.rs"]
mod program;
mod support;

use std::fmt::Debug;

use bytemuck::Pod;
use mapgen_runtime::map::Stored;
use mapgen_runtime::testing::{self, Kernel};
use mapgen_runtime::{
    Array, Binding, BloomFilter, CLayout, Error, HashMap, LpmTrie, LruHashMap, MapKind, PerCpu,
    PerCpuArray, PerCpuHashMap, Queue, Result, RingBuf, Stack, bytemuck,
};
use program::Program;
use support::{bind, created, needs_kernel, spec, with_flags};

const SEQUENCES: u64 = 120;
const STEPS: usize = 50;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Which method, and what it is given.
#[derive(Clone, Debug)]
struct Step {
    method: u64,
    key: u64,
    value: u64,
    batch: usize,
    entries: Vec<(u64, u64)>,
}

impl Step {
    fn random(random: &mut Random, methods: u64, keys: u64) -> Self {
        let count = random.below(12);
        Self {
            method: random.below(methods),
            key: random.below(keys),
            value: random.below(1000),
            batch: 1 + random.below(20) as usize,
            entries: (0..count)
                .map(|_| (random.below(keys), random.below(1000)))
                .collect(),
        }
    }
}

/// What a method answered, for people.
fn said(method: &str, answer: impl Debug) -> String {
    format!("{method}: {answer:?}")
}

/// Items in an order of their own.
fn sorted<T: Debug>(items: impl Iterator<Item = Result<T>>) -> String {
    let mut items: Vec<String> = items.map(|item| format!("{item:?}")).collect();
    items.sort();
    items.join(", ")
}

/// Runs sequences on both, and stops at the first step that differs.
fn agree<B: Binding>(methods: u64, keys: u64, run: impl Fn(&B::Handle, &Step) -> String) {
    for seed in 0..mapgen_test_support::rounds(SEQUENCES) {
        let kernel = Kernel::builder().seed(seed).build();
        let simulated: B = kernel.create().unwrap();
        let real: B = mapgen_runtime::__private::create(|_| {}).unwrap();
        let mut random = Random(seed);
        let mut steps = String::new();
        for _ in 0..STEPS {
            let step = Step::random(&mut random, methods, keys);
            let wanted = run(real.as_handle(), &step);
            let found = run(simulated.as_handle(), &step);
            steps.push_str(&format!("  {step:?}\n"));
            assert!(
                wanted == found,
                "seed {seed}, kernel and simulator differ in the last of these steps:\n{steps}\
                 kernel: {wanted}\nsimulator: {found}"
            );
        }
    }
}

const HASH_METHODS: u64 = 24;

/// The methods of a hash; inserts are more than the others, so that it fills up.
fn hash<K: Pod + Debug, V: Stored + Debug>(
    map: &HashMap<K, V>,
    step: &Step,
    key: impl Fn(u64) -> K,
    value: impl Fn(u64) -> V,
) -> String {
    let (k, v) = (key(step.key), value(step.value));
    let even = |v: &V| format!("{v:?}").len() % 2 == 0;
    match step.method {
        0 => said("get", map.get(&k)),
        1 => {
            let mut found = v.clone();
            let there = map.get_into(&k, &mut found);
            said("get_into", (there, found))
        }
        2 => said("contains_key", map.contains_key(&k)),
        3..=6 => said("insert", map.insert(&k, &v)),
        7 => said("try_insert", map.try_insert(&k, &v)),
        8 => said("replace", map.replace(&k, &v)),
        9 => said("delete", map.delete(&k)),
        10 => said("remove", map.remove(&k)),
        11 => said("modify", map.modify(&k, |old| *old = v.clone())),
        12 => said("iter", sorted(map.iter())),
        13 => said("iter_with_batch", sorted(map.iter_with_batch(step.batch))),
        14 => said("keys", sorted(map.keys())),
        15 => said("values", sorted(map.values())),
        16 if step.value < 300 => said("drain", sorted(map.drain_with_batch(step.batch))),
        17 => {
            let result = map.retain(|_, v| even(v));
            said("retain", (result, sorted(map.iter())))
        }
        18 if step.value < 200 => said("clear", (map.clear(), map.len())),
        19 | 20 => {
            let entries = step.entries.iter().map(|&(k, v)| (key(k), value(v)));
            said("extend", (map.extend(entries), map.len()))
        }
        21 => said("len", map.len()),
        22 => said("is_empty", map.is_empty()),
        _ => said("iter", sorted(map.iter())),
    }
}

macro_rules! hashes {
    ($($name:ident: $handle:ty, $spec:expr, keys $keys:literal, |$k:ident| $key:expr, |$v:ident| $value:expr;)*) => {
        $(
            #[test]
            fn $name() {
                needs_kernel!();
                bind!(Bound = $handle, $spec);
                agree::<Bound>(HASH_METHODS, $keys, |map, step| {
                    hash(map, step, |$k| $key, |$v| $value)
                });
            }
        )*
    };
}

/// A value for each CPU.
fn spread<V: Pod>(value: impl Fn(u32) -> V) -> PerCpu<V> {
    PerCpu::from_fn(value).unwrap()
}

const NO_PREALLOC: u32 = 1;

hashes! {
    hashes_agree: HashMap<u32, u64>, spec("h", MapKind::Hash, 4, 8, 12),
        keys 18, |k| k as u32, |v| v;
    hashes_of_short_keys_agree: HashMap<u16, [u8; 5]>, spec("h", MapKind::Hash, 2, 5, 30),
        keys 40, |k| k as u16, |v| [v as u8; 5];
    hashes_without_preallocation_agree: HashMap<[u32; 5], u64>,
        with_flags(spec("h", MapKind::Hash, 20, 8, 12), NO_PREALLOC),
        keys 18, |k| [k as u32; 5], |v| v;
    lru_hashes_that_are_not_full_agree: LruHashMap<u32, u64>,
        spec("l", MapKind::LruHash, 4, 8, 4096),
        keys 24, |k| k as u32, |v| v;
    per_cpu_hashes_agree: PerCpuHashMap<u32, u32>, spec("p", MapKind::PerCpuHash, 4, 4, 12),
        keys 18, |k| k as u32, |v| spread(|cpu| v as u32 + cpu);
    lru_per_cpu_hashes_that_are_not_full_agree: PerCpuHashMap<u32, u64>,
        spec("p", MapKind::LruPerCpuHash, 4, 8, 4096),
        keys 24, |k| k as u32, |v| spread(|cpu| v + u64::from(cpu));
}

#[test]
fn per_cpu_sums_agree() {
    needs_kernel!();
    bind!(
        Bound = PerCpuHashMap<u32, u64>,
        spec("p", MapKind::PerCpuHash, 4, 8, 12)
    );
    agree::<Bound>(8, 18, |map, step| {
        let k = step.key as u32;
        match step.method {
            0 | 1 => said("sum", map.sum(&k)),
            2 => said("fold", map.fold(&k, 0, |most, value| most.max(value))),
            3 => said("sums", sorted(map.sums())),
            4 => {
                let mut seen = Vec::new();
                let result = map.for_each(|key, values| seen.push(format!("{key} {values:?}")));
                seen.sort();
                said("for_each", (result, seen))
            }
            _ => said(
                "insert",
                map.insert(&k, &spread(|cpu| step.value + u64::from(cpu))),
            ),
        }
    });
}

fn array<V: Stored + Debug>(map: &Array<V>, step: &Step, value: V) -> String {
    let index = step.key as u32;
    match step.method {
        0 => said("get", map.get(index)),
        1 => {
            let mut found = value.clone();
            let result = map.get_into(index, &mut found);
            said("get_into", (result, found))
        }
        2..=4 => said("set", map.set(index, &value)),
        5 => said("modify", map.modify(index, |old| *old = value.clone())),
        6 => said("iter", map.iter().collect::<Vec<_>>()),
        7 => said(
            "iter_with_batch",
            map.iter_with_batch(step.batch).collect::<Vec<_>>(),
        ),
        _ => said("values", map.values().collect::<Vec<_>>()),
    }
}

#[test]
fn arrays_agree() {
    needs_kernel!();
    const MMAPABLE: u32 = 1 << 10;
    bind!(
        Bound = Array<u64>,
        with_flags(spec("a", MapKind::Array, 4, 8, 30), MMAPABLE)
    );
    agree::<Bound>(12, 33, |map, step| match step.method {
        9 => said("sum_all", map.sum_all()),
        10 => {
            let mapped = map.mapped().unwrap();
            said("mapped", mapped.iter().collect::<Vec<_>>())
        }
        11 => {
            let mapped = map.mapped().unwrap();
            said("store", mapped.store(step.key as u32, &step.value))
        }
        _ => array(map, step, step.value),
    });
}

#[test]
fn per_cpu_arrays_agree() {
    needs_kernel!();
    bind!(
        Bound = PerCpuArray<u32>,
        spec("a", MapKind::PerCpuArray, 4, 4, 30)
    );
    agree::<Bound>(12, 33, |map, step| {
        let index = step.key as u32;
        match step.method {
            9 => said("sum", map.sum(index)),
            10 => said("sum_all", map.sum_all()),
            11 => said("fold", map.fold(index, 0, |most, value| most.max(value))),
            _ => array(map, step, spread(|cpu| step.value as u32 + cpu)),
        }
    });
}

#[derive(Clone, Copy, Debug, CLayout)]
#[repr(C)]
struct Prefix {
    length: u32,
    data: [u8; 4],
}

#[test]
fn tries_agree() {
    needs_kernel!();
    bind!(
        Bound = LpmTrie<Prefix, u64>,
        with_flags(spec("t", MapKind::LpmTrie, 8, 8, 12), NO_PREALLOC)
    );
    let prefix = |number: u64| Prefix {
        length: (number % 34) as u32,
        data: [(number / 34 * 0x55) as u8, 0x80 >> (number % 5), 3, 0],
    };
    let full = Bound::create_with(|spec| spec.max_entries = 1).unwrap();
    full.insert(&prefix(0), &1).unwrap();
    if let Err(error) = full.insert(&prefix(0), &2) {
        // Mended in some older kernels too.
        assert!(matches!(error, Error::Full { .. }), "{error}");
        return mapgen_test_support::unsupported("replacing in a full trie", (6, 13));
    }
    agree::<Bound>(16, 34 * 3, |map, step| {
        let key = prefix(step.key);
        match step.method {
            0..=2 => said("get", map.get(&key)),
            3..=6 => said("insert", map.insert(&key, &step.value)),
            7 => said("delete", map.delete(&key)),
            8 => said("iter", map.iter().collect::<Vec<_>>()),
            9 => said(
                "iter_with_batch",
                map.iter_with_batch(step.batch).collect::<Vec<_>>(),
            ),
            10 => said("keys", map.keys().collect::<Vec<_>>()),
            11 => said("values", map.values().collect::<Vec<_>>()),
            12 => {
                let result = map.retain(|_, value| value % 3 > 0);
                said("retain", (result, map.len()))
            }
            13 if step.value < 200 => said("clear", (map.clear(), map.is_empty())),
            14 => {
                let entries = step.entries.iter().map(|&(k, v)| (prefix(k), v));
                said("extend", (map.extend(entries), map.len()))
            }
            _ => said("len", map.len()),
        }
    });
}

macro_rules! queues {
    ($($name:ident: $handle:ident, $kind:ident;)*) => {
        $(
            #[test]
            fn $name() {
                needs_kernel!();
                bind!(Bound = $handle<u64>, spec("q", MapKind::$kind, 0, 8, 5));
                agree::<Bound>(10, 1, |map, step| match step.method {
                    0..=3 => said("push", map.push(&step.value)),
                    4 => said("push_overwrite", map.push_overwrite(&step.value)),
                    5 | 6 => said("pop", map.pop()),
                    7 | 8 => said("peek", map.peek()),
                    _ => said("is_empty", map.is_empty()),
                });
            }
        )*
    };
}

queues! {
    queues_agree: Queue, Queue;
    stacks_agree: Stack, Stack;
}

#[test]
fn bloom_filters_agree_but_for_false_positives() {
    needs_kernel!();
    bind!(
        Bound = BloomFilter<u64>,
        spec("b", MapKind::BloomFilter, 0, 8, 10_000)
    );
    let Some(_) = created(Bound::create(), MapKind::BloomFilter, (5, 16)) else {
        return;
    };
    agree::<Bound>(2, 40, |map, step| match step.method {
        0 => said("insert", map.insert(&step.key)),
        _ => said("may_contain", map.may_contain(&step.key)),
    });
}

#[test]
fn lru_hashes_never_hold_more_than_their_capacity_and_hold_what_was_just_written() {
    needs_kernel!();
    bind!(
        Bound = LruHashMap<u32, u64>,
        spec("l", MapKind::LruHash, 4, 8, 300)
    );
    let kernel = Kernel::new();
    for map in [Bound::create().unwrap(), kernel.create().unwrap()] {
        let mut random = Random(1);
        for value in 0..3000 {
            let key = random.below(900) as u32;
            map.insert(&key, &value).unwrap();
            assert_eq!(map.get(&key), Ok(Some(value)));
        }
        let len = map.len().unwrap();
        assert!(len <= 300, "{len} entries");
        assert!(len > 100, "{len} entries");
    }
}

#[test]
fn ring_buffers_agree() {
    needs_kernel!();
    bind!(
        Bound = RingBuf<[u64; 2]>,
        spec("r", MapKind::RingBuf, 0, 0, 4096)
    );
    const SIZES: [usize; 4] = [3, 16, 40, 96];
    for seed in 0..20 {
        let real = Bound::create().unwrap();
        let simulated = Bound::simulated().unwrap();
        let mut programs = SIZES.map(|size| Program::output(&real, size));
        let mut discarding = Program::discard(&real, 16);
        let producer = testing::producer(&simulated).unwrap();
        let mut consumers = (real.consumer().unwrap(), simulated.consumer().unwrap());
        let mut random = Random(seed);
        for step in 0..2000u64 {
            let which = random.below(6) as usize;
            match which {
                0..=3 => {
                    let (record, size) = ([step; 12], SIZES[which]);
                    let wanted = programs[which].run(&record[..size.div_ceil(8)]);
                    let bytes = &bytemuck::bytes_of(&record)[..size];
                    let found = producer.push_bytes(bytes);
                    assert_eq!(wanted, found, "seed {seed}, step {step}");
                }
                4 => {
                    discarding.run(&[]);
                    if let Some(record) = producer.reserve() {
                        record.discard();
                    }
                }
                // Seldom, so that the ring is full most of the time.
                _ if random.below(6) == 0 => {
                    let (mut wanted, mut found) = (Vec::new(), Vec::new());
                    let real = consumers
                        .0
                        .consume_raw(|record| wanted.push(record.to_vec()));
                    let simulated = consumers
                        .1
                        .consume_raw(|record| found.push(record.to_vec()));
                    assert_eq!(real, simulated, "seed {seed}, step {step}");
                    assert_eq!(wanted, found, "seed {seed}, step {step}");
                }
                _ => assert_eq!(
                    consumers.0.pending_bytes(),
                    consumers.1.pending_bytes(),
                    "seed {seed}, step {step}"
                ),
            }
        }
    }
}
