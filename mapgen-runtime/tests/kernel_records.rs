//! Records of several types, those that are none of them, and how full a ring was.

#[path = "support/program.rs"]
mod program;
mod support;

use std::time::Duration;

use mapgen_runtime::{Error, Fit, FromRecord, MapKind, Poller, Record, RingBuf, Unfit};
use program::Program;
use support::{bind, needs_kernel, spec};

/// As `#[ebpf_map(value = [..], tag = ..)]` generates it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Open([u64; 2]),
    Close([u64; 3]),
}

impl FromRecord for Event {
    fn from_record(record: Record<'_>, fit: Fit) -> Result<Self, Unfit> {
        match record.read::<u64>() {
            Some(1) => FromRecord::from_record(record, fit).map(Self::Open),
            Some(2) => FromRecord::from_record(record, fit).map(Self::Close),
            tag => Err(Unfit::Unknown { tag }),
        }
    }
}

bind!(Events = RingBuf<Event>, spec("events", MapKind::RingBuf, 0, 0, 4096));

#[test]
fn a_record_is_of_the_type_that_it_says_or_is_counted() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut two = Program::output(&map, 16);
    let mut three = Program::output(&map, 24);
    let mut consumer = map.consumer().unwrap();
    two.run(&[1, 10]);
    three.run(&[2, 20, 21]);
    three.run(&[3, 30, 31]);
    two.run(&[2, 40]);
    two.run(&[1, 50]);

    let mut seen = Vec::new();
    let mut others = Vec::new();
    let count = consumer
        .consume_or(
            |event| seen.push(event),
            |record| others.push(record.read_at::<u64>(8)),
        )
        .unwrap();
    assert_eq!(count, 3);
    let expected = [
        Event::Open([1, 10]),
        Event::Close([2, 20, 21]),
        Event::Open([1, 50]),
    ];
    assert_eq!(seen, expected);
    assert_eq!(others, [Some(30), Some(40)]);
    assert_eq!((consumer.unknown(), consumer.malformed()), (1, 1));

    three.run(&[3, 30, 31]);
    two.run(&[2, 40]);
    let errors: Vec<String> = consumer
        .iter()
        .map(|record| record.unwrap_err().to_string())
        .collect();
    let expected = [
        "a record of map `events`, of 24 bytes, has the tag 3, which no declared type has",
        "a record of map `events` has 16 bytes, its type has 24",
    ];
    assert_eq!(errors, expected);
    assert_eq!((consumer.unknown(), consumer.malformed()), (2, 2));
}

#[test]
fn the_figures_say_what_was_read_and_how_full_it_was() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut two = Program::output(&map, 16);
    let mut other = Program::output(&map, 12);
    let mut consumer = map.consumer().unwrap();
    for n in 0..10 {
        two.run(&[1, n]);
    }
    let stats = consumer.stats();
    // A header of 8 bytes for each record of 16.
    assert_eq!((stats.pending_bytes, stats.high_water_bytes), (240, 240));
    assert_eq!((stats.ring_bytes, stats.records), (4096, 0));
    consumer.consume(|_| ()).unwrap();
    two.run(&[1, 0]);
    other.run(&[7, 0]);
    assert_eq!(consumer.poll_raw(Duration::ZERO, |_| ()).unwrap(), 2);
    let stats = consumer.stats();
    assert_eq!((stats.pending_bytes, stats.high_water_bytes), (0, 240));
    assert_eq!((stats.records, stats.bytes), (12, 11 * 16 + 12));
}

#[test]
fn who_moves_the_position_is_noticed_and_nothing_is_read_beyond_the_ring() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut two = Program::output(&map, 16);
    for garbage in [8, 4, 4096, 1 << 40, u64::MAX, u64::MAX - 7] {
        let mut consumer = map.consumer().unwrap();
        consumer.consume(|_| ()).unwrap();
        let before = overwrite_position(&map, garbage);
        two.run(&[1, 1]);
        let busy = Error::Busy {
            map: "events".into(),
            what: "consumer",
        };
        assert_eq!(consumer.consume(|_| ()), Err(busy.clone()), "{garbage}");
        assert_eq!(consumer.iter().next(), Some(Err(busy.clone())));
        assert!(consumer.pending_bytes() <= 4096);

        // Who starts from there is told as well, or reads what is a record there.
        drop(consumer);
        let mut next = map.consumer().unwrap();
        let result = next.consume(|_| ());
        assert!(
            result == Err(busy) || result.is_ok_and(|count| count < 512),
            "{garbage}"
        );
        drop(next);
        overwrite_position(&map, before);
    }
}

/// Another process that has the descriptor: what was there.
fn overwrite_position(map: &Events, position: u64) -> u64 {
    use std::os::fd::{AsFd, AsRawFd};

    // SAFETY: a new mapping of a page, unmapped below; the word is aligned and in it.
    unsafe {
        let page = libc::mmap(
            std::ptr::null_mut(),
            4096,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            map.as_fd().as_raw_fd(),
            0,
        );
        assert_ne!(page, libc::MAP_FAILED);
        let word = std::sync::atomic::AtomicU64::from_ptr(page.cast());
        let before = word.swap(position, std::sync::atomic::Ordering::SeqCst);
        libc::munmap(page, 4096);
        before
    }
}

bind!(Words = RingBuf<[u64; 2]>, spec("words", MapKind::RingBuf, 0, 0, 4096));

#[test]
fn one_wait_serves_several_rings() {
    needs_kernel!();
    let (events, words) = (Events::create().unwrap(), Words::create().unwrap());
    let mut event = Program::output(&events, 16);
    let mut word = Program::output(&words, 16);
    let seen = std::cell::RefCell::new(Vec::new());
    let mut poller = Poller::new().unwrap();
    poller
        .add(events.consumer().unwrap(), |event| {
            seen.borrow_mut().push(format!("{event:?}"));
        })
        .unwrap()
        .add(words.consumer().unwrap(), |words| {
            seen.borrow_mut().push(format!("{words:?}"));
        })
        .unwrap();
    assert_eq!(poller.poll(Duration::from_millis(10)).unwrap(), 0);
    word.run(&[5, 6]);
    assert_eq!(poller.poll(Duration::MAX).unwrap(), 1);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            event.run(&[1, 2]);
        });
        assert_eq!(poller.poll(Duration::MAX).unwrap(), 1);
    });
    assert_eq!(*seen.borrow(), ["[5, 6]", "Open([1, 2])"]);
    assert_eq!(poller.consume().unwrap(), 0);
    let busy = events.consumer().unwrap_err();
    drop(poller);
    assert!(matches!(busy, Error::Busy { .. }) && events.consumer().is_ok());
}

#[test]
fn no_record_of_either_ring_is_slept_over() {
    needs_kernel!();
    let (first, second) = (Words::create().unwrap(), Words::create().unwrap());
    let counts = [0, 0].map(std::cell::Cell::new);
    let total = 30_000;
    let mut poller = Poller::new().unwrap();
    for (map, count) in [&first, &second].into_iter().zip(&counts) {
        let count = move |words: [u64; 2]| {
            assert_eq!(words, [count.get(), 7]);
            count.set(count.get() + 1);
        };
        poller.add(map.consumer().unwrap(), count).unwrap();
    }
    std::thread::scope(|scope| {
        for map in [&first, &second] {
            scope.spawn(move || {
                let mut program = Program::output(map, 16);
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
