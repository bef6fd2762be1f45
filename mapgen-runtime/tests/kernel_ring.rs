//! Ring buffers on the running kernel, with records that real programs write.

#[path = "support/program.rs"]
mod program;
mod support;

use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mapgen_runtime::{Error, MapKind, RingBuf};
use program::Program;
use support::{bind, needs_kernel, spec};

bind!(Events = RingBuf<[u64; 2]>, spec("events", MapKind::RingBuf, 0, 0, 4096));
bind!(Small = RingBuf<u64>, spec("small", MapKind::RingBuf, 0, 0, 4096));
bind!(Odd = RingBuf<[u8; 13]>, spec("odd", MapKind::RingBuf, 0, 0, 4096));

#[test]
fn records_come_in_order_and_whole() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    assert_eq!(consumer.consume(|_| panic!("nothing is there")).unwrap(), 0);
    assert_eq!(consumer.pending_bytes(), 0);
    for n in 0..10 {
        assert!(program.run(&[n, !n]));
    }
    assert_eq!(consumer.pending_bytes(), 10 * 24);
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|event| seen.push(event)).unwrap(), 10);
    assert_eq!(seen, (0..10).map(|n| [n, !n]).collect::<Vec<_>>());
    assert_eq!(consumer.pending_bytes(), 0);
    assert_eq!(consumer.malformed(), 0);
}

#[test]
fn records_wrap_around_the_end_for_ever() {
    needs_kernel!();
    let map = Odd::create().unwrap();
    let mut program = Program::output(&map, 13);
    let mut consumer = map.consumer().unwrap();
    let mut next = 0u64;
    let mut written = 0u64;
    // 24 bytes each: 4096 is no multiple, so that records cross the end at every place.
    for round in 0..200 {
        for _ in 0..1 + round % 170 {
            assert!(program.run(&[written, written << 8]), "there is room");
            written += 1;
        }
        consumer
            .consume(|record| {
                assert_eq!(record[..8], next.to_ne_bytes());
                assert_eq!(record[8..], (next << 8).to_ne_bytes()[..5]);
                next += 1;
            })
            .unwrap();
        assert_eq!(next, written);
    }
}

/// What `1000 records of struct event` in a policy stands for.
#[test]
fn a_ring_holds_records_with_their_headers_up_to_its_last_byte() {
    needs_kernel!();
    for (size, each) in [(8, 16), (13, 24), (16, 24), (24, 32)] {
        let map = Small::create().unwrap();
        let mut program = Program::output(&map, size);
        let written = (0..1000).take_while(|_| program.run(&[0])).count();
        assert_eq!(written, (4096 - 1) / each, "{size} bytes each");
    }
}

#[test]
fn a_full_ring_loses_what_does_not_fit_and_goes_on() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    let mut written = 0;
    while program.run(&[written, 0]) {
        written += 1;
    }
    // The kernel keeps one byte free: 170 records of 24 bytes are 4080.
    assert_eq!(written, 170);
    assert_eq!(consumer.pending_bytes(), 170 * 24);
    let mut seen = 0;
    consumer
        .consume(|event| {
            assert_eq!(event[0], seen);
            seen += 1;
        })
        .unwrap();
    assert_eq!(seen, 170);
    assert!(program.run(&[7, 7]));
    assert_eq!(
        consumer.iter().map(Result::unwrap).collect::<Vec<_>>(),
        [[7, 7]]
    );
}

#[test]
fn discarded_records_are_not_seen() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut discard = Program::discard(&map, 40);
    let mut consumer = map.consumer().unwrap();
    discard.run(&[]);
    program.run(&[1, 1]);
    discard.run(&[]);
    discard.run(&[]);
    program.run(&[2, 2]);
    discard.run(&[]);
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|event| seen.push(event)).unwrap(), 2);
    assert_eq!(seen, [[1, 1], [2, 2]]);
    assert_eq!(consumer.pending_bytes(), 0);
    discard.run(&[]);
    let waited = consumer
        .poll(Duration::from_millis(20), |_| panic!("discarded"))
        .unwrap();
    assert_eq!(waited, 0);
}

#[test]
fn a_record_of_another_size_is_counted_and_passed_over() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut fits = Program::output(&map, 16);
    let mut short = Program::output(&map, 12);
    let mut long = Program::output(&map, 24);
    let mut consumer = map.consumer().unwrap();
    fits.run(&[1, 1]);
    short.run(&[2, 2]);
    long.run(&[3, 3, 3]);
    fits.run(&[4, 4]);
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|event| seen.push(event)).unwrap(), 2);
    assert_eq!(seen, [[1, 1], [4, 4]]);
    assert_eq!(consumer.malformed(), 2);

    short.run(&[2, 2]);
    fits.run(&[5, 5]);
    let mut records = consumer.iter();
    let error = records.next().unwrap().unwrap_err();
    assert_eq!(
        error,
        Error::Record {
            map: "events".into(),
            expected: 16,
            found: 12
        }
    );
    assert_eq!(
        error.to_string(),
        "a record of map `events` has 12 bytes, its type has 16"
    );
    assert_eq!(records.next(), Some(Ok([5, 5])));
    assert_eq!(records.next(), None);
    assert_eq!(consumer.malformed(), 3);
}

#[test]
fn a_longer_record_is_read_as_far_as_the_type_goes_where_that_is_accepted() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut short = Program::output(&map, 12);
    let mut long = Program::output(&map, 24);
    let mut consumer = map.consumer().unwrap();
    consumer.accept_longer(true);
    long.run(&[3, 4, 5]);
    short.run(&[2, 2]);
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|event| seen.push(event)).unwrap(), 1);
    assert_eq!(seen, [[3, 4]]);
    assert_eq!(consumer.malformed(), 1);
}

#[test]
fn records_of_any_size_are_read_in_place() {
    needs_kernel!();
    let map = Small::create().unwrap();
    let mut short = Program::output(&map, 4);
    let mut long = Program::output(&map, 24);
    let mut consumer = map.consumer().unwrap();
    short.run(&[7]);
    long.run(&[1, 2, 3]);
    let mut seen = Vec::new();
    let count = consumer.consume_raw(|record| {
        let tail = record.read_at::<u64>(16);
        seen.push((record.len(), record.read::<u32>(), tail, record.to_vec()));
        assert_eq!(record.read_at::<u64>(usize::MAX), None);
        assert_eq!(record.read::<[u64; 4]>(), None);
        let mut bytes = [0; 2];
        assert!(record.copy_to(2, &mut bytes));
        assert_eq!(bytes, record.to_vec()[2..4]);
        assert!(!record.copy_to(record.len(), &mut bytes));
    });
    assert_eq!(count.unwrap(), 2);
    assert_eq!(seen[0], (4, Some(7), None, 7u32.to_ne_bytes().to_vec()));
    assert_eq!((seen[1].0, seen[1].1, seen[1].2), (24, Some(1), Some(3)));
}

#[test]
fn there_is_one_consumer_for_a_map_in_a_process() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    let busy = Error::Busy {
        map: "events".into(),
        what: "consumer",
    };
    assert_eq!(map.consumer().unwrap_err(), busy);
    assert_eq!(map.clone().consumer().unwrap_err(), busy);
    let other = Events::from_fd_with(map.as_fd(), mapgen_runtime::Accept::no_btf()).unwrap();
    assert_eq!(other.consumer().unwrap_err(), busy);
    assert_eq!(busy.to_string(), "the consumer of map `events` is in use");
    Events::create().unwrap().consumer().unwrap();

    program.run(&[1, 1]);
    program.run(&[2, 2]);
    assert_eq!(consumer.iter().next(), Some(Ok([1, 1])));
    drop(consumer);
    let mut next = other.consumer().unwrap();
    assert_eq!(
        next.iter().next(),
        Some(Ok([2, 2])),
        "it goes on where the last one stopped"
    );
}

#[test]
fn poll_waits_for_a_record_and_not_longer() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    let start = Instant::now();
    assert_eq!(consumer.poll(Duration::from_millis(50), |_| ()).unwrap(), 0);
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(consumer.poll(Duration::ZERO, |_| ()).unwrap(), 0);

    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            program.run(&[1, 2]);
        });
        let start = Instant::now();
        let mut seen = Vec::new();
        let count = consumer
            .poll(Duration::MAX, |event| seen.push(event))
            .unwrap();
        assert_eq!((count, seen), (1, vec![[1, 2]]));
        assert!(start.elapsed() >= Duration::from_millis(40));
    });
}

#[test]
fn no_record_is_missed_while_another_thread_writes() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    let total = 100_000u64;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..total {
                while !program.run(&[n, n ^ 0xFFFF]) {
                    std::thread::yield_now();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut next = 0;
        while next < total {
            let last = done.load(Ordering::Acquire);
            let count = consumer
                .poll(Duration::from_secs(5), |event| {
                    assert_eq!(event, [next, next ^ 0xFFFF]);
                    next += 1;
                })
                .unwrap();
            assert!(count > 0 || !last, "poll slept over a record");
        }
    });
    assert_eq!(consumer.malformed(), 0);
}

#[test]
fn a_consumer_goes_to_another_thread() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    program.run(&[1, 1]);
    let mut consumer = map.consumer().unwrap();
    drop(map);
    let count = std::thread::spawn(move || consumer.consume(|_| ()).unwrap());
    assert_eq!(count.join().unwrap(), 1);
}
