//! Watches TCP connections open, close and retransmit.
//!
//! `tcpwatch [SECONDS]` prints, every second, the totals (read from mapped memory, without
//! a system call) and at the end the open connections and both histograms.

use std::thread;
use std::time::Duration;

use ebpf_samples::tcpwatch::bpf as tcpwatch;
use tcpwatch::types::Total;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds: u32 = std::env::args().nth(1).map_or(Ok(10), |arg| arg.parse())?;
    let mut open = tcpwatch::open()?;
    open.bss().min_lifetime_ms = 1;
    let mut loaded = open.load()?;
    let (_links, left) = loaded.attach()?;
    assert!(left.is_empty(), "both programs name what they attach to");

    let totals = loaded.maps.totals.mapped()?;
    let total = |which: Total| totals.load(u32::from(which));
    for _ in 0..seconds {
        thread::sleep(Duration::from_secs(1));
        println!(
            "{} opened, {} accepted, {} closed, {} failed, {} retransmits",
            total(Total::TOTAL_OPENED)?,
            total(Total::TOTAL_ACCEPTED)?,
            total(Total::TOTAL_CLOSED)?,
            total(Total::TOTAL_FAILED)?,
            total(Total::TOTAL_RETRANSMITS)?,
        );
    }

    for entry in loaded.maps.open_conns.iter() {
        let (_, conn) = entry?;
        println!(
            "{} ({}) {:?}: local port {}, remote port {}, {} retransmits",
            conn.comm,
            conn.pid,
            conn.state,
            conn.local_port,
            conn.remote_port,
            conn.retransmits()
        );
    }
    let round_trips = loaded.maps.rtt_hist.get(0)?;
    print_histogram("round trip, µs", &{ round_trips.slots }.map(u64::from));
    let lifetimes: Vec<u64> = loaded
        .maps
        .lifetime_hist
        .iter()
        .map(|entry| entry.map(|(_, count)| count))
        .collect::<Result<_, _>>()?;
    print_histogram("lifetime, ms", &lifetimes);
    Ok(())
}

/// Slot n counts values from 2^n up to 2^(n+1).
fn print_histogram(name: &str, slots: &[u64]) {
    println!("{name}");
    let most = slots.iter().copied().max().unwrap_or(0).max(1);
    for (slot, count) in slots.iter().enumerate().filter(|(_, count)| **count > 0) {
        let bar = "#".repeat(usize::try_from(count * 40 / most).unwrap_or(0));
        println!("{:>10} {count:>6} {bar}", 1_u64 << slot);
    }
}
