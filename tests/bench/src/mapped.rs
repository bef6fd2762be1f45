//! A whole array with `BPF_F_MMAPABLE`.

use std::hint::black_box;

use libbpf_rs::{MapCore, MapFlags};
use mapgen_runtime::{Array, MapKind};

use crate::measure::{Bars, Row, Variant};
use crate::points::Theirs;
use crate::support::{bind, spec, with_flags};

const ELEMENTS: usize = 32_768;

bind!(
    Totals = Array<u64>,
    with_flags(
        spec("totals", MapKind::Array, 4, 8, ELEMENTS as u32),
        1 << 10
    )
);
bind!(
    Pairs = Array<[u64; 2]>,
    with_flags(
        spec("pairs", MapKind::Array, 4, 16, ELEMENTS as u32),
        1 << 10
    )
);

/// Plain memory of this process, of a mapping as an array's is one.
struct Plain {
    base: *mut u64,
    words: usize,
}

impl Plain {
    fn new(words: usize) -> Self {
        // SAFETY: a new mapping at an address of the kernel's choice.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                8 * words,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(base, libc::MAP_FAILED);
        let base = base.cast::<u64>();
        for word in 0..words {
            // SAFETY: within the mapping.
            unsafe { base.add(word).write(word as u64) };
        }
        Self { base, words }
    }

    fn sum(&self) -> u64 {
        // SAFETY: within the mapping.
        let word = |word| unsafe { self.base.add(word).read_volatile() };
        (0..self.words).map(word).sum()
    }
}

fn row<'a>(
    name: &'static str,
    floor: Variant<'a>,
    ours: Variant<'a>,
    peers: Vec<Variant<'a>>,
    nanos: f64,
) -> Row<'a> {
    Row {
        name,
        floor,
        ours,
        peers,
        turn: 4,
        rounds: 401,
        peer_rounds: 1,
        elements: ELEMENTS as f64,
        stepped: 0,
        bars: Bars {
            ratio: Some(1.3),
            nanos: Some(nanos),
            allocations: Some(0.0),
            calls: Some(0.0),
            instructions: None,
        },
    }
}

pub(crate) fn rows(show: &mut dyn FnMut(Row<'_>)) {
    let map = Totals::create().unwrap();
    let memory = map.mapped().unwrap();
    for index in 0..ELEMENTS {
        memory.store(index as u32, &(index as u64)).unwrap();
    }
    let plain = Plain::new(ELEMENTS);
    let theirs = Theirs::new(&map);
    let aya = aya::maps::Array::<_, u64>::try_from(aya::maps::Map::Array(theirs.aya())).unwrap();
    let sum = plain.sum();
    show(row(
        "read a mapped array, u64",
        Variant::each("volatile reads", |_| {
            assert_eq!(plain.sum(), black_box(sum))
        }),
        Variant::each("mapgen", |_| {
            assert_eq!(memory.iter().sum::<u64>(), black_box(sum));
        }),
        vec![
            Variant::each("libbpf-rs, key by key", |_| {
                let mut total = 0;
                for index in 0..ELEMENTS as u32 {
                    let value = theirs.libbpf.lookup(&index.to_ne_bytes(), MapFlags::ANY);
                    let value = value.unwrap().unwrap();
                    total += u64::from_ne_bytes(value.try_into().unwrap());
                }
                assert_eq!(total, sum);
            }),
            Variant::each("aya", |_| {
                assert_eq!(aya.iter().map(Result::unwrap).sum::<u64>(), sum);
            }),
        ],
        0.5,
    ));

    let map = Pairs::create().unwrap();
    let memory = map.mapped().unwrap();
    for index in 0..ELEMENTS {
        let pair = [2 * index as u64, 2 * index as u64 + 1];
        memory.store(index as u32, &pair).unwrap();
    }
    let plain = Plain::new(2 * ELEMENTS);
    let sum = plain.sum();
    show(row(
        "read a mapped array, [u64; 2]",
        Variant::each("volatile reads", |_| {
            assert_eq!(plain.sum(), black_box(sum))
        }),
        Variant::each("mapgen", |_| {
            let total = memory.iter().map(|[a, b]| a + b).sum::<u64>();
            assert_eq!(total, black_box(sum));
        }),
        vec![],
        1.0,
    ));
}
