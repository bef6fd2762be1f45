//! The logic of a user's program, tested over a kernel in memory: what a program of yours
//! would have in its unit tests. Needs no privileges.

use ebpf_samples::flow::FlowStats;
use ebpf_samples::flow::bpf::types::{Event, FlowKey};
use ebpf_samples::flow::bpf::{Conns, Maps};
use mapgen_runtime::testing::{self, Fault, Faults, Kernel, Op};
use mapgen_runtime::{Be, Error, Result};

fn key(port: u16) -> FlowKey {
    FlowKey {
        saddr: Be::from(0x0a00_0001),
        sport: Be::from(port),
        proto: 6,
        ..FlowKey::ZERO
    }
}

fn seen(ns: u64) -> FlowStats {
    FlowStats {
        packets: 1,
        last_seen_ns: ns,
        ..FlowStats::default()
    }
}

/// The logic: forgets connections that were quiet for too long, and says how many.
fn expire(conns: &Conns, before_ns: u64) -> Result<usize> {
    let mut expired = 0;
    conns.retain(|_, stats| {
        let keep = stats.last_seen_ns >= before_ns;
        expired += usize::from(!keep);
        keep
    })?;
    Ok(expired)
}

#[test]
fn quiet_connections_are_forgotten() {
    let maps = Maps::simulated().unwrap();
    // What the XDP program would have done.
    let program = testing::program(&maps.conns).unwrap();
    for port in 0..100 {
        program.insert(&key(port), &seen(port.into())).unwrap();
    }
    assert_eq!(expire(&maps.conns, 60), Ok(60));
    assert_eq!(maps.conns.len(), Ok(40));
    assert_eq!(maps.conns.get(&key(59)), Ok(None));
    assert_eq!(maps.conns.get(&key(60)), Ok(Some(seen(60))));
}

#[test]
fn a_deletion_that_is_refused_is_not_counted_as_done() {
    let kernel = Kernel::builder()
        .faults(Faults::new().fault("conns", Fault::new(Op::Delete, libc::EPERM).nth(3)))
        .build();
    let maps = Maps::simulated_in(&kernel).unwrap();
    for port in 0..5 {
        maps.conns.insert(&key(port), &seen(0)).unwrap();
    }
    assert!(expire(&maps.conns, 1).is_err());
    assert_eq!(maps.conns.len(), Ok(3));
}

#[test]
fn events_are_read_as_the_program_sent_them() {
    let maps = Maps::simulated().unwrap();
    let event = Event {
        key: key(443),
        packet_bytes: 60,
        ..Event::ZERO
    };
    assert!(testing::producer(&maps.events).unwrap().push(&event));
    let mut events = Vec::new();
    let mut consumer = maps.events.consumer().unwrap();
    consumer.consume(|event: Event| events.push(event)).unwrap();
    assert_eq!(events, [event]);
}

#[test]
fn faults_come_from_a_file_and_the_map_overflows_on_the_dot() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults.yaml");
    let faults = Faults::from_file(file).unwrap();
    let kernel = Kernel::builder().faults(faults).build();
    let maps = Maps::simulated_in(&kernel).unwrap();
    let failed: Vec<(u16, Error)> = (1..=1026)
        .filter_map(|port| Some((port, maps.conns.insert(&key(port), &seen(0)).err()?)))
        .collect();
    let full = || Error::Full {
        map: "conns".into(),
        capacity: 1024,
        entries: Some(1024),
    };
    let lacking = Error::Os {
        op: "insert".into(),
        map: "conns".into(),
        errno: libc::ENOMEM,
    };
    // The seventh is not in the map, so one more fits.
    assert_eq!(failed, [(7, lacking), (1026, full())]);
}

#[test]
fn a_fault_for_a_map_that_is_not_there_is_an_error() {
    let faults = Faults::new().simulate_overflow("cons");
    let kernel = Kernel::builder().faults(faults).build();
    let error = Maps::simulated_in(&kernel).unwrap_err();
    assert_eq!(
        error.to_string(),
        "simulation of `flow` failed: there are faults for map `cons`, which it has not, did \
         you mean `conns`?"
    );
}
