//! All entries of a hash: walking over them, and counting them.

use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd};

use libbpf_rs::btf::Btf;
use libbpf_rs::btf::types::Func;
use libbpf_rs::{MapCore, MapFlags, MapHandle};
use mapgen_runtime::{HashMap, MapKind};

use crate::measure::{Bars, Row, Variant};
use crate::points::Theirs;
use crate::raw::{Batches, Counter};
use crate::support::{bind, spec};

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 1));

/// What the floor asks for at a time.
const ROOM: usize = 65_536;

pub(crate) fn rows(show: &mut dyn FnMut(Row<'_>)) {
    for (size, rounds, peer_rounds, walk, walk_to_count, count) in [
        (
            1 << 10,
            301,
            41,
            "iterate 1,024 entries",
            "count 1,024",
            None,
        ),
        (
            1 << 16,
            61,
            5,
            "iterate 65,536 entries",
            "count 65,536, walking",
            Some("count 65,536"),
        ),
        (
            1 << 20,
            5,
            1,
            "iterate 1,048,576 entries",
            "count 1,048,576, walking",
            Some("count 1,048,576"),
        ),
    ] {
        let map = Conns::create_with(|spec| spec.max_entries = size).unwrap();
        map.extend((0..size).map(|key| (key, u64::from(key))))
            .unwrap();
        let row = |name, floor, ours, peers, ratio| Row {
            name,
            floor,
            ours,
            peers,
            turn: 1,
            rounds,
            peer_rounds,
            elements: f64::from(size),
            // Stepping through a million entries takes minutes.
            stepped: u32::from(size <= 1 << 10),
            bars: Bars {
                ratio: Some(ratio),
                // The few rounds of the largest are printed, and too few to fail by.
                nanos: (size > 1 << 16).then_some(f64::INFINITY),
                // Keys, values and two cursors, none for an entry.
                allocations: Some(4.0),
                calls: Some(0.0),
                instructions: Some(72.0 * f64::from(size)),
            },
        };
        iterate(show, &map, size, |floor, ours, peers| {
            row(walk, floor, ours, peers, 1.05)
        });
        let fd = map.as_fd().as_raw_fd();
        let mut batches = Batches::new(ROOM);
        show(row(
            walk_to_count,
            Variant::each("batches", |_| assert_eq!(batches.count(fd), size as usize)),
            Variant::each("mapgen", |_| {
                assert_eq!(map.len_by_walking().unwrap(), size as usize);
            }),
            vec![],
            1.05,
        ));
        if let Some(name) = count {
            counted(show, &map, size, name);
        }
    }
}

fn iterate<'a>(
    show: &mut dyn FnMut(Row<'_>),
    map: &'a Conns,
    size: u32,
    row: impl FnOnce(Variant<'a>, Variant<'a>, Vec<Variant<'a>>) -> Row<'a>,
) {
    let fd = map.as_fd().as_raw_fd();
    let theirs = Theirs::new(map);
    let aya =
        aya::maps::HashMap::<_, u32, u64>::try_from(aya::maps::Map::HashMap(theirs.aya())).unwrap();
    let libbpf = std::rc::Rc::new(theirs.libbpf);
    let keys = std::rc::Rc::clone(&libbpf);
    let sum = u64::from(size) * u64::from(size - 1) / 2;
    let mut batches = Batches::new(ROOM);
    show(row(
        Variant::each("batches", move |_| {
            let mut total = 0;
            let count = batches.walk(fd, |key, value| total += u64::from(key) + value);
            assert_eq!((count, total), (size as usize, 2 * sum));
        }),
        Variant::each("mapgen", move |_| {
            let (mut count, mut total) = (0, 0);
            for entry in map.iter() {
                let (key, value) = entry.unwrap();
                total += u64::from(key) + value;
                count += 1;
            }
            assert_eq!((count, total), (size, 2 * sum));
        }),
        vec![
            Variant::each("libbpf-rs, key by key", move |_| {
                let mut total = 0;
                for key in keys.keys() {
                    let value = keys.lookup(&key, MapFlags::ANY).unwrap().unwrap();
                    total += u64::from(u32::from_ne_bytes(key.try_into().unwrap()));
                    total += u64::from_ne_bytes(value.try_into().unwrap());
                }
                assert_eq!(total, 2 * sum);
            }),
            Variant::each(
                format!("libbpf-rs, batches of 64 (sees {})", in_batches(&libbpf)),
                move |_| {
                    black_box(in_batches(&libbpf));
                },
            ),
            Variant::each("aya", move |_| {
                let mut total = 0;
                for entry in aya.iter() {
                    let (key, value) = entry.unwrap();
                    total += u64::from(key) + value;
                }
                assert_eq!(total, 2 * sum);
            }),
        ],
    ));
}

/// How many entries libbpf-rs shows in batches; an end is an end to it, whatever it was.
fn in_batches(map: &MapHandle) -> usize {
    let batches = map.lookup_batch(64, MapFlags::ANY, MapFlags::ANY).unwrap();
    let mut total = 0;
    let mut count = 0;
    for (key, value) in batches {
        total += u64::from(u32::from_ne_bytes(key.try_into().unwrap()));
        total += u64::from_ne_bytes(value.try_into().unwrap());
        count += 1;
    }
    black_box(total);
    count
}

/// The kernel's own count.
fn counted(show: &mut dyn FnMut(Row<'_>), map: &Conns, size: u32, name: &'static str) {
    let btf = Btf::from_vmlinux().unwrap();
    let Some(function) = btf.type_by_name::<Func<'_>>("bpf_map_sum_elem_count") else {
        mapgen_test_support::unsupported("counting the entries of a hash", (6, 6));
        return;
    };
    let counter = Counter::load(map, function.type_id().into()).unwrap();
    let theirs = Theirs::new(map);
    let aya =
        aya::maps::HashMap::<_, u32, u64>::try_from(aya::maps::Map::HashMap(theirs.aya())).unwrap();
    show(Row {
        name,
        floor: Variant::each("bpf_map_sum_elem_count", |_| {
            assert_eq!(counter.count(), u64::from(size));
        }),
        ours: Variant::each("mapgen", |_| assert_eq!(map.len().unwrap(), size as usize)),
        peers: vec![
            Variant::each("libbpf-rs, keys", |_| {
                assert_eq!(theirs.libbpf.keys().count(), size as usize);
            }),
            Variant::each("aya, keys", |_| {
                assert_eq!(aya.keys().count(), size as usize);
            }),
        ],
        turn: 1,
        rounds: 301,
        peer_rounds: 1,
        elements: 1.0,
        stepped: 8,
        bars: Bars {
            ratio: None,
            nanos: Some(10_000.0),
            allocations: Some(0.0),
            calls: Some(0.0),
            instructions: Some(100.0),
        },
    });
}
