//! Counts the packets and bytes of every connection on a network interface.
//!
//! `flow INTERFACE [PORT]` prints new connections as they come, and after Enter (or the
//! end of the input) what it counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ebpf_samples::flow::{bpf as flow, interface_index};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let interface = args.next().ok_or("usage: flow INTERFACE [PORT]")?;
    let port: u32 = args.next().map_or(Ok(0), |port| port.parse())?;

    let mut open = flow::open()?;
    open.rodata().target_port = port;
    let loaded = open.load()?;
    let _link = loaded
        .programs()
        .handle_syn
        .attach_xdp(interface_index(&interface)?)?;

    println!("watching {interface}: press Enter to stop");
    let stop = Arc::new(AtomicBool::new(false));
    let events = loaded.maps.events.clone();
    let printer = thread::spawn({
        let stop = Arc::clone(&stop);
        move || -> mapgen_runtime::Result<()> {
            let mut consumer = events.consumer()?;
            while !stop.load(Ordering::Relaxed) {
                consumer.poll(Duration::from_millis(100), |event: flow::types::Event| {
                    println!("{:?} {}", event.kind, event.key);
                })?;
            }
            Ok(())
        }
    });
    io::stdin().read_line(&mut String::new())?;
    stop.store(true, Ordering::Relaxed);
    printer
        .join()
        .map_err(|_| "the printing thread panicked")??;

    for entry in loaded.maps.conns.iter() {
        let (key, stats) = entry?;
        println!(
            "{}: {} packets, {} bytes, {} bytes each",
            key,
            stats.packets,
            stats.bytes,
            stats.mean_packet_bytes()
        );
    }
    let bss = loaded.bss();
    println!(
        "{} events lost, {} connections found no room",
        bss.dropped_events.load(),
        bss.full_inserts.load()
    );
    Ok(())
}
