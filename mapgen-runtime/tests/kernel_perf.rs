//! Perf event arrays on the running kernel, with records that real programs write.

#[path = "support/program.rs"]
mod program;
mod support;

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use mapgen_runtime::{
    Accept, Error, MapKind, PerfEventArray, PerfEvents, PerfOptions, Poller, Wakeup, possible_cpus,
};
use program::Program;
use support::{bind, needs_kernel, spec};

bind!(Events = PerfEvents<[u64; 2]>, spec("events", MapKind::PerfEventArray, 4, 4, 64));
bind!(Odd = PerfEvents<[u8; 13]>, spec("odd", MapKind::PerfEventArray, 4, 4, 64));
bind!(
    Bytes = PerfEventArray,
    spec("bytes", MapKind::PerfEventArray, 4, 4, 64)
);
bind!(Tiny = PerfEvents<u64>, spec("tiny", MapKind::PerfEventArray, 4, 4, 1));

/// Keeps this thread, and so the programs that it runs, on one CPU.
fn stay_on(cpu: u32) {
    // SAFETY: a zeroed set is an empty one; the call reads as many bytes as it is told.
    let status = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpu as usize, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set)
    };
    assert_eq!(status, 0);
}

#[test]
fn records_come_whole_with_the_number_of_their_cpu() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::perf_output(&map, 16);
    assert_eq!(program.answer(&[0, 0]), -libc::ENOENT, "nobody reads");
    let mut consumer = map.consumer().unwrap();
    assert_eq!(consumer.consume(|_, _| panic!("nothing is there")), Ok(0));
    let cpus: Vec<u32> = consumer.cpus().collect();
    let mut expected = Vec::new();
    for &cpu in &cpus {
        stay_on(cpu);
        for n in 0..5 {
            assert!(program.run(&[n, !n]));
            expected.push((cpu, [n, !n]));
        }
    }
    let mut seen = Vec::new();
    let count = consumer.consume(|cpu, event| seen.push((cpu, event)));
    assert_eq!(count, Ok(expected.len()));
    assert_eq!(seen, expected);
    assert_eq!(consumer.records(), expected.len() as u64);
    assert_eq!((consumer.malformed(), consumer.lost()), (0, 0));

    drop(consumer);
    assert_eq!(
        program.answer(&[0, 0]),
        -libc::ENOENT,
        "nobody reads any more"
    );
}

#[test]
fn records_wrap_around_the_end_for_ever() {
    needs_kernel!();
    stay_on(0);
    let map = Odd::create().unwrap();
    let mut program = Program::perf_output(&map, 13);
    let mut consumer = map.consumer_with(PerfOptions::default().pages(1)).unwrap();
    let (mut next, mut written) = (0u64, 0u64);
    // 8 + 4 + 13, padded to 32; one of 40 bytes now and then moves the places.
    let mut longer = Program::perf_output(&map, 24);
    for round in 0..300 {
        for _ in 0..1 + round % 100 {
            assert!(program.run(&[written, written << 8]), "there is room");
            written += 1;
        }
        assert!(longer.run(&[0; 3]));
        consumer
            .consume(|_, record| {
                assert_eq!(record[..8], next.to_ne_bytes());
                assert_eq!(record[8..], (next << 8).to_ne_bytes()[..5]);
                next += 1;
            })
            .unwrap();
        assert_eq!(next, written);
    }
    assert_eq!((consumer.malformed(), consumer.lost()), (300, 0));
}

#[test]
fn what_found_no_room_is_counted_by_cpu() {
    needs_kernel!();
    stay_on(0);
    let map = Events::create().unwrap();
    let mut program = Program::perf_output(&map, 16);
    let mut consumer = map.consumer_with(PerfOptions::default().pages(1)).unwrap();
    let (mut written, mut refused) = (0u64, 0u64);
    for n in 0..500 {
        if program.run(&[n, 0]) {
            written += 1;
        } else {
            refused += 1;
        }
    }
    // 8 + 4 + 20 = 32 bytes each, of 4096, of which the kernel keeps one free.
    assert_eq!((written, refused), (127, 373));
    assert_eq!(consumer.consume(|_, _| ()), Ok(127));
    assert_eq!(
        consumer.lost(),
        0,
        "the kernel says so with the next record"
    );
    assert!(program.run(&[500, 0]));
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|_, event| seen.push(event)), Ok(1));
    assert_eq!(seen, [[500, 0]]);
    assert_eq!(consumer.lost(), refused);
    let by_cpu: Vec<_> = consumer
        .lost_by_cpu()
        .filter(|(_, lost)| *lost > 0)
        .collect();
    assert_eq!(by_cpu, [(0, refused)]);
}

#[test]
fn a_record_of_another_size_is_counted_and_padding_is_not_another_size() {
    needs_kernel!();
    stay_on(0);
    let map = Events::create().unwrap();
    let mut fits = Program::perf_output(&map, 16);
    let mut padded_alike = Program::perf_output(&map, 20);
    let mut short = Program::perf_output(&map, 12);
    let mut long = Program::perf_output(&map, 24);
    let mut consumer = map.consumer().unwrap();
    fits.run(&[1, 1]);
    short.run(&[2, 2]);
    long.run(&[3, 3, 3]);
    padded_alike.run(&[4, 4, 4]);
    let (mut seen, mut others) = (Vec::new(), Vec::new());
    let count = consumer.consume_or(
        |_, event| seen.push(event),
        |_, record| others.push((record.len(), record.read::<u64>())),
    );
    assert_eq!(count, Ok(2));
    assert_eq!(seen, [[1, 1], [4, 4]]);
    // 4 bytes before it make 16 and 32.
    assert_eq!(others, [(12, Some(2)), (28, Some(3))]);
    assert_eq!(consumer.malformed(), 2);
    long.run(&[3, 4, 5]);
    consumer.accept_longer(true);
    assert_eq!(
        consumer.consume(|_, event| assert_eq!(event, [3, 4])),
        Ok(1)
    );
}

#[test]
fn records_of_no_declared_type_are_read_as_bytes() {
    needs_kernel!();
    stay_on(0);
    let map = Bytes::create().unwrap();
    let mut program = Program::perf_output(&map, 12);
    let mut consumer = map.consumer().unwrap();
    program.run(&[7, 8]);
    let mut seen = Vec::new();
    let count = consumer.poll_raw(Duration::ZERO, |cpu, record| {
        seen.push((cpu, record.read::<u64>(), record.read_at::<u32>(8)));
    });
    assert_eq!(count, Ok(1));
    assert_eq!(seen, [(0, Some(7), Some(8))]);
}

#[test]
fn poll_waits_for_a_record_and_not_longer() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut consumer = map.consumer().unwrap();
    let start = Instant::now();
    assert_eq!(consumer.poll(Duration::from_millis(50), |_, _| ()), Ok(0));
    assert!(start.elapsed() >= Duration::from_millis(50));
    for cpu in consumer.cpus().collect::<Vec<_>>() {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                stay_on(cpu);
                std::thread::sleep(Duration::from_millis(30));
                assert!(Program::perf_output(&map, 16).run(&[1, 2]));
            });
            let mut seen = Vec::new();
            let count = consumer.poll(Duration::MAX, |cpu, event| seen.push((cpu, event)));
            assert_eq!((count, seen), (Ok(1), vec![(cpu, [1, 2])]));
        });
    }
}

#[test]
fn a_reader_is_woken_as_often_as_it_asks() {
    needs_kernel!();
    stay_on(0);
    for wakeup in [Wakeup::Records(10), Wakeup::Bytes(10 * 32)] {
        let map = Events::create().unwrap();
        let mut program = Program::perf_output(&map, 16);
        let options = PerfOptions::default().wakeup(wakeup);
        let mut consumer = map.consumer_with(options).unwrap();
        let ready = |consumer: &mut mapgen_runtime::PerfConsumer<_>| {
            let mut entry = libc::pollfd {
                fd: std::os::fd::AsRawFd::as_raw_fd(&consumer.as_fd()),
                events: libc::POLLIN,
                revents: 0,
            };
            // SAFETY: one entry, which outlives the call.
            unsafe { libc::poll(&raw mut entry, 1, 0) == 1 }
        };
        for n in 0..9 {
            program.run(&[n, 0]);
        }
        assert!(!ready(&mut consumer), "{wakeup:?}");
        assert_eq!(
            consumer.poll(Duration::from_millis(5), |_, _| ()),
            Ok(9),
            "what is there is read without being woken"
        );
        for n in 0..11 {
            program.run(&[n, 0]);
        }
        assert!(ready(&mut consumer), "{wakeup:?}");
    }
}

#[test]
fn there_is_one_consumer_for_a_map_in_a_process() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let consumer = map.consumer().unwrap();
    let busy = Error::Busy {
        map: "events".into(),
        what: "consumer",
    };
    assert_eq!(map.consumer().unwrap_err(), busy);
    let other = Events::from_fd_with(map.as_fd(), Accept::no_btf()).unwrap();
    assert_eq!(other.consumer().unwrap_err(), busy);
    drop(consumer);
    other.consumer().unwrap();
}

#[test]
fn an_array_with_fewer_entries_than_cpus_says_so() {
    needs_kernel!();
    let map = Tiny::create().unwrap();
    if possible_cpus().unwrap().len() == 1 {
        mapgen_test_support::skipped("a second CPU");
        return;
    }
    let error = map.consumer().unwrap_err();
    let expected = "index 1 is out of range: map `tiny` has 1 elements";
    assert_eq!(error.to_string(), expected);
    stay_on(0);
    let mut program = Program::perf_output(&map, 8);
    assert!(!program.run(&[1]), "what was opened is taken back");
    let mut consumer = map.consumer_with(PerfOptions::default().cpus([0])).unwrap();
    assert!(program.run(&[1]));
    assert_eq!(consumer.consume(|_, _| ()), Ok(1));
}

#[test]
fn every_online_cpu_has_an_entry_which_can_be_taken_away() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::perf_output(&map, 16);
    let mut consumer = map.consumer().unwrap();
    assert_eq!(consumer.refresh(), Ok(false));
    let online = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap();
    let count: usize = online
        .trim()
        .split(',')
        .map(|range| match range.split_once('-') {
            Some((first, last)) => {
                last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1
            }
            None => 1,
        })
        .sum();
    assert_eq!(consumer.cpus().count(), count);
    stay_on(0);
    assert!(program.run(&[1, 1]));
    assert_eq!(map.delete(0), Ok(true));
    assert_eq!(map.delete(0), Ok(false));
    assert_eq!(program.answer(&[2, 2]), -libc::ENOENT);
    let mut seen = Vec::new();
    consumer.consume(|_, event| seen.push(event)).unwrap();
    assert_eq!(seen, [[1, 1]]);
}

#[test]
fn one_wait_serves_a_perf_array_beside_others() {
    needs_kernel!();
    stay_on(0);
    let (first, second) = (Events::create().unwrap(), Events::create().unwrap());
    let counts = [0, 0].map(std::cell::Cell::new);
    let mut poller = Poller::new().unwrap();
    for (map, count) in [&first, &second].into_iter().zip(&counts) {
        poller
            .add(
                map.consumer().unwrap(),
                move |(_, words): (u32, [u64; 2])| {
                    assert_eq!(words, [count.get(), 7]);
                    count.set(count.get() + 1);
                },
            )
            .unwrap();
    }
    let total = 10_000;
    std::thread::scope(|scope| {
        for map in [&first, &second] {
            scope.spawn(move || {
                stay_on(0);
                let mut program = Program::perf_output(map, 16);
                for n in 0..total {
                    while !program.run(&[n, 7]) {
                        std::thread::yield_now();
                    }
                }
            });
        }
        while counts[0].get() + counts[1].get() < 2 * total {
            assert!(poller.poll(Duration::from_secs(5)).unwrap() > 0);
        }
    });
}
