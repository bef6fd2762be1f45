//! A program that loads and attaches with aya, and reads its maps through mapgen.
//!
//! `cargo run -p mapgen-test-interop --example aya -- lo 5`

use std::time::Duration;

use aya::programs::{Xdp, XdpMode};
use mapgen_test_interop::flow;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let interface = arguments.next().unwrap_or_else(|| "lo".to_owned());
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;

    let mut loaded = aya::EbpfLoader::new()
        .default_map_pin_directory("/sys/fs/bpf")
        .load(flow::OBJECT)?;
    // The gate: layout, capacity and kind of the live map.
    let conns = flow::Conns::try_from(loaded.map("conns").ok_or("no map `conns`")?)?;

    let (name, _) = loaded.programs().next().ok_or("no program")?;
    let name = name.to_owned();
    let program: &mut Xdp = loaded.program_mut(&name).ok_or("no program")?.try_into()?;
    program.load()?;
    program.attach(&interface, XdpMode::default())?;

    std::thread::sleep(Duration::from_secs(seconds));
    for entry in conns.iter() {
        let (key, stats) = entry?;
        println!("{} > {}: {} packets", key.sport, key.dport, stats.packets);
    }
    Ok(())
}
