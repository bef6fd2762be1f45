//! One element at a time.

use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use libbpf_rs::{MapCore, MapFlags, MapHandle};
use mapgen_runtime::{Array, HashMap, Map, MapKind, PerCpu, PerCpuArray, PerCpuHashMap};

use crate::measure::{Bars, Row, Variant};
use crate::raw;
use crate::support::{bind, spec};

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 65_536));
bind!(Totals = Array<u64>, spec("totals", MapKind::Array, 4, 8, 4096));
bind!(
    Packets = PerCpuHashMap<u32, u64>,
    spec("packets", MapKind::PerCpuHash, 4, 8, 65_536)
);
bind!(Drops = PerCpuArray<u64>, spec("drops", MapKind::PerCpuArray, 4, 8, 4096));

/// Operations in a turn.
const TURN: u32 = 400;
const ROUNDS: usize = 301;

/// Instructions beyond those of the floor: half as many more than were counted, since
/// compilers differ.
const POINT: f64 = 72.0;
/// As [`POINT`].
const PER_CPU: f64 = 120.0;

/// The same map, as the others have it.
pub(crate) struct Theirs {
    fd: OwnedFd,
    pub(crate) libbpf: MapHandle,
}

impl Theirs {
    pub(crate) fn new(map: &Map) -> Self {
        Self {
            fd: map.as_fd().try_clone_to_owned().unwrap(),
            libbpf: MapHandle::from_map_id(map.info().id()).unwrap(),
        }
    }

    pub(crate) fn aya(&self) -> aya::maps::MapData {
        aya::maps::MapData::from_fd(self.fd.try_clone().unwrap()).unwrap()
    }
}

/// A row of a point operation.
fn row<'a>(
    name: &'static str,
    floor: Variant<'a>,
    ours: Variant<'a>,
    peers: Vec<Variant<'a>>,
    ratio: f64,
    instructions: f64,
) -> Row<'a> {
    Row {
        name,
        floor,
        ours,
        peers,
        turn: TURN,
        rounds: ROUNDS,
        peer_rounds: ROUNDS,
        elements: 1.0,
        stepped: 32,
        bars: Bars {
            ratio: Some(ratio),
            nanos: None,
            allocations: Some(0.0),
            calls: Some(0.0),
            instructions: Some(instructions),
        },
    }
}

fn read(bytes: &[u8]) -> u64 {
    u64::from_ne_bytes(bytes.try_into().unwrap())
}

/// What a hash answers.
pub(crate) fn hash(show: &mut dyn FnMut(Row<'_>)) {
    let map = Conns::create().unwrap();
    let (fd, theirs) = (map.as_fd().as_raw_fd(), Theirs::new(&map));
    let libbpf = &theirs.libbpf;
    let mut aya =
        aya::maps::HashMap::<_, u32, u64>::try_from(aya::maps::Map::HashMap(theirs.aya())).unwrap();
    let fill = |count: u32| {
        map.clear().unwrap();
        map.extend((0..count).map(|key| (key, 1))).unwrap();
    };
    fill(TURN);
    show(row(
        "hash get",
        Variant::each("bpf(2)", |key| {
            black_box(raw::get::<u32, u64>(fd, raw::LOOKUP, &key).unwrap());
        }),
        Variant::each("mapgen", |key| {
            black_box(map.get(&key).unwrap().unwrap());
        }),
        vec![
            Variant::each("libbpf-rs", |key| {
                let value = libbpf.lookup(&key.to_ne_bytes(), MapFlags::ANY);
                black_box(read(&value.unwrap().unwrap()));
            }),
            Variant::each("libbpf-rs, into", |key| {
                let mut value = [0; 8];
                let found = libbpf.lookup_into(&key.to_ne_bytes(), &mut value, MapFlags::ANY);
                assert!(found.unwrap());
                black_box(read(&value));
            }),
            Variant::each("aya", |key| {
                black_box(aya.get(&key, 0).unwrap());
            }),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "hash get, not there",
        Variant::each("bpf(2)", |key| {
            assert!(raw::get::<u32, u64>(fd, raw::LOOKUP, &(key + TURN)).is_none());
        }),
        Variant::each("mapgen", |key| {
            assert!(map.get(&(key + TURN)).unwrap().is_none());
        }),
        vec![
            Variant::each("libbpf-rs", |key| {
                let value = libbpf.lookup(&(key + TURN).to_ne_bytes(), MapFlags::ANY);
                assert!(value.unwrap().is_none());
            }),
            Variant::each("aya", |key| {
                assert!(aya.get(&(key + TURN), 0).is_err());
            }),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "hash insert, new",
        Variant::each("bpf(2)", |key| {
            assert!(raw::element(
                fd,
                raw::UPDATE,
                &key,
                &raw mut *black_box(&mut 1u64)
            ));
        })
        .after(|_| map.clear().unwrap()),
        Variant::each("mapgen", |key| map.insert(&key, black_box(&1)).unwrap())
            .after(|_| map.clear().unwrap()),
        vec![
            Variant::each("libbpf-rs", |key| {
                let value = black_box(1u64).to_ne_bytes();
                libbpf
                    .update(&key.to_ne_bytes(), &value, MapFlags::ANY)
                    .unwrap();
            })
            .after(|_| map.clear().unwrap()),
            Variant::each("aya", |key| aya.insert(key, black_box(1), 0).unwrap())
                .after(|_| map.clear().unwrap()),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "hash insert, replacing",
        Variant::each("bpf(2)", |key| {
            assert!(raw::element(
                fd,
                raw::UPDATE,
                &key,
                &raw mut *black_box(&mut 1u64)
            ));
        })
        .after(fill),
        Variant::each("mapgen", |key| map.insert(&key, black_box(&1)).unwrap()).after(fill),
        vec![
            Variant::each("libbpf-rs", |key| {
                let value = black_box(1u64).to_ne_bytes();
                libbpf
                    .update(&key.to_ne_bytes(), &value, MapFlags::ANY)
                    .unwrap();
            })
            .after(fill),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "hash remove",
        Variant::each("bpf(2)", |key| {
            black_box(raw::get::<u32, u64>(fd, raw::LOOKUP_AND_DELETE, &key).unwrap());
        })
        .after(fill),
        Variant::each("mapgen", |key| {
            black_box(map.remove(&key).unwrap().unwrap());
        })
        .after(fill),
        vec![
            Variant::each("libbpf-rs", |key| {
                let value = libbpf.lookup_and_delete(&key.to_ne_bytes());
                black_box(read(&value.unwrap().unwrap()));
            })
            .after(fill),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "hash delete",
        Variant::each("bpf(2)", |key| {
            let no_value = std::ptr::null_mut::<u64>();
            assert!(raw::element(fd, raw::DELETE, &key, no_value));
        })
        .after(fill),
        Variant::each("mapgen", |key| assert!(map.delete(&key).unwrap())).after(fill),
        vec![
            Variant::each("libbpf-rs", |key| {
                libbpf.delete(&key.to_ne_bytes()).unwrap();
            })
            .after(fill),
            Variant::each("aya", |key| aya.remove(&key).unwrap()).after(fill),
        ],
        1.02,
        POINT,
    ));
}

/// What an array answers.
pub(crate) fn array(show: &mut dyn FnMut(Row<'_>)) {
    let map = Totals::create().unwrap();
    let (fd, theirs) = (map.as_fd().as_raw_fd(), Theirs::new(&map));
    let libbpf = &theirs.libbpf;
    let mut aya =
        aya::maps::Array::<_, u64>::try_from(aya::maps::Map::Array(theirs.aya())).unwrap();
    show(row(
        "array get",
        Variant::each("bpf(2)", |index| {
            black_box(raw::get::<u32, u64>(fd, raw::LOOKUP, &index).unwrap());
        }),
        Variant::each("mapgen", |index| {
            black_box(map.get(index).unwrap());
        }),
        vec![
            Variant::each("libbpf-rs", |index| {
                let value = libbpf.lookup(&index.to_ne_bytes(), MapFlags::ANY);
                black_box(read(&value.unwrap().unwrap()));
            }),
            Variant::each("aya", |index| {
                black_box(aya.get(&index, 0).unwrap());
            }),
        ],
        1.02,
        POINT,
    ));
    show(row(
        "array set",
        Variant::each("bpf(2)", |index| {
            assert!(raw::element(
                fd,
                raw::UPDATE,
                &index,
                &raw mut *black_box(&mut 1u64)
            ));
        }),
        Variant::each("mapgen", |index| map.set(index, black_box(&1)).unwrap()),
        vec![
            Variant::each("libbpf-rs", |index| {
                let value = black_box(1u64).to_ne_bytes();
                libbpf
                    .update(&index.to_ne_bytes(), &value, MapFlags::ANY)
                    .unwrap();
            }),
            Variant::each("aya", |index| aya.set(index, black_box(1), 0).unwrap()),
        ],
        1.02,
        POINT,
    ));
}

/// What per-CPU maps answer.
pub(crate) fn per_cpu(show: &mut dyn FnMut(Row<'_>)) {
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    let hash = Packets::create().unwrap();
    hash.extend((0..TURN).map(|key| (key, one.clone())))
        .unwrap();
    let array = Drops::create().unwrap();
    for index in 0..TURN {
        array.set(index, &one).unwrap();
    }
    let cpus = one.len();
    let raw_get = |fd: i32| {
        let mut values = vec![0u64; cpus];
        Variant::each("bpf(2)", move |key| {
            assert!(raw::element(fd, raw::LOOKUP, &key, values.as_mut_ptr()));
            black_box(&values);
        })
    };
    let raw_sum = |fd: i32| {
        let mut values = vec![0u64; cpus];
        Variant::each("bpf(2)", move |key| {
            assert!(raw::element(fd, raw::LOOKUP, &key, values.as_mut_ptr()));
            black_box(values.iter().sum::<u64>());
        })
    };
    fn libbpf(map: &MapHandle) -> Variant<'_> {
        Variant::each("libbpf-rs", move |key| {
            let values = map.lookup_percpu(&key.to_ne_bytes(), MapFlags::ANY);
            let values = values.unwrap().unwrap();
            black_box(values.iter().map(|value| read(value)).sum::<u64>());
        })
    }

    let (fd, theirs) = (hash.as_fd().as_raw_fd(), Theirs::new(&hash));
    let aya = aya::maps::PerCpuHashMap::<_, u32, u64>::try_from(aya::maps::Map::PerCpuHashMap(
        theirs.aya(),
    ))
    .unwrap();
    let mut values = PerCpu::new().unwrap();
    show(row(
        "per-CPU hash get",
        raw_get(fd),
        Variant::each("mapgen", |key| {
            assert!(hash.get_into(&key, &mut values).unwrap());
            black_box(&values);
        }),
        vec![],
        1.03,
        PER_CPU,
    ));
    show(row(
        "per-CPU hash sum",
        raw_sum(fd),
        Variant::each("mapgen", |key| {
            black_box(hash.sum(&key).unwrap().unwrap());
        }),
        vec![
            libbpf(&theirs.libbpf),
            Variant::each("aya", |key| {
                black_box(aya.get(&key, 0).unwrap().iter().sum::<u64>());
            }),
        ],
        1.03,
        PER_CPU,
    ));
    let (fd, theirs) = (array.as_fd().as_raw_fd(), Theirs::new(&array));
    let aya = aya::maps::PerCpuArray::<_, u64>::try_from(aya::maps::Map::PerCpuArray(theirs.aya()))
        .unwrap();
    show(row(
        "per-CPU array get",
        raw_get(fd),
        Variant::each("mapgen", |index| {
            array.get_into(index, &mut values).unwrap();
            black_box(&values);
        }),
        vec![],
        1.03,
        PER_CPU,
    ));
    show(row(
        "per-CPU array sum",
        raw_sum(fd),
        Variant::each("mapgen", |index| {
            black_box(array.sum(index).unwrap());
        }),
        vec![
            libbpf(&theirs.libbpf),
            Variant::each("aya", |index| {
                black_box(aya.get(&index, 0).unwrap().iter().sum::<u64>());
            }),
        ],
        1.03,
        PER_CPU,
    ));
}
