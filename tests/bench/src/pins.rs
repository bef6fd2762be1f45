//! Opening a pinned map, its types compared with the kernel's BTF member by member.

use std::ffi::CString;
use std::hint::black_box;

use ebpf_samples::flow::bpf::Conns;
use libbpf_rs::{MapCore, MapHandle};
use mapgen_runtime::Proof;

use crate::measure::{Bars, Row, Variant};
use crate::{raw, support};

fn row<'a>(name: &'static str, variants: [Variant<'a>; 2], peers: Vec<Variant<'a>>) -> Row<'a> {
    let [floor, ours] = variants;
    Row {
        name,
        floor,
        ours,
        peers,
        turn: 20,
        rounds: 301,
        peer_rounds: 301,
        elements: 1.0,
        stepped: 16,
        bars: Bars {
            ratio: Some(1.10),
            nanos: None,
            allocations: Some(1.0),
            calls: Some(0.0),
            instructions: Some(2000.0),
        },
    }
}

pub(crate) fn rows(show: &mut dyn FnMut(Row<'_>)) {
    let Some(fs) = support::BpfFs::mount() else {
        return;
    };
    let path = fs.path("conns");
    let c_path = CString::new(path.to_str().unwrap()).unwrap();
    let map = Conns::create().unwrap();
    map.pin(&path).unwrap();
    let floor = || {
        Variant::each("OBJ_GET and INFO", |_| {
            black_box(raw::open(&c_path));
        })
    };
    let peers = || {
        vec![
            Variant::each("libbpf-rs", |_| {
                let map = MapHandle::from_pinned_path(&path).unwrap();
                black_box(map.value_size());
            }),
            Variant::each("aya", |_| {
                black_box(aya::maps::MapData::from_pin(&path).unwrap());
            }),
        ]
    };
    show(row(
        "open a pin, compared before",
        [
            floor(),
            Variant::each("mapgen", |_| {
                let map = Conns::from_pinned(&path).unwrap();
                assert_eq!(map.proof(), Proof::Members);
            }),
        ],
        peers(),
    ));

    // Each map that is created here has a BTF of its own, which nobody has seen.
    let news: Vec<_> = (0..32)
        .map(|index| {
            let path = fs.path(&format!("new{index}"));
            Conns::create_with(|spec| spec.max_entries = 65_536)
                .unwrap()
                .pin(&path)
                .unwrap();
            path
        })
        .collect();
    let mut unseen = news.iter();
    let row = row(
        "open a pin, the first time",
        [
            floor(),
            Variant::each("mapgen", |_| {
                let map = Conns::from_pinned(unseen.next().unwrap()).unwrap();
                assert_eq!(map.proof(), Proof::Members);
            }),
        ],
        peers(),
    );
    show(Row {
        turn: 1,
        rounds: 29,
        peer_rounds: 29,
        stepped: 0,
        bars: Bars {
            ratio: None,
            allocations: None,
            ..row.bars
        },
        ..row
    });
}
