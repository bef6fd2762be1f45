//! A program that keeps its skeleton of libbpf-cargo, and reads its maps through mapgen.
//!
//! `cargo run -p mapgen-test-interop --example skeleton -- 1 5`

use std::mem::MaybeUninit;
use std::time::Duration;

use libbpf_rs::skel::{OpenSkel, SkelBuilder};
use mapgen_test_interop::flow;
use mapgen_test_interop::skeleton::FlowSkelBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let ifindex = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;

    let mut place = MaybeUninit::uninit();
    let skeleton = FlowSkelBuilder::default().open(&mut place)?.load()?;
    // The gate: layout, capacity and kind of the live map.
    let conns = flow::Conns::from_map(&skeleton.maps.conns)?;
    let _link = skeleton.progs.handle_syn.attach_xdp(ifindex)?;

    std::thread::sleep(Duration::from_secs(seconds));
    for entry in conns.iter() {
        let (key, stats) = entry?;
        println!("{} > {}: {} packets", key.sport, key.dport, stats.packets);
    }
    Ok(())
}
