//! Records of every kind through the kernel and back, by the generated handles: what the
//! `records` sample is asked, it answers.

use std::time::Duration;

use ebpf_samples::records::bpf as records;
use mapgen_runtime::{Accept, Error};
use mapgen_test_support::{skipped, unsupported};
use records::AnswersRecord;
use records::types::{AnswerKind, Request};

/// The same answers, told apart by their size.
mod by_size {
    #[mapgen_runtime::ebpf_map(object = "records", only_declared)]
    pub(crate) mod records {
        #[ebpf_map(value = ["struct accepted", "struct refused"])]
        pub(crate) struct Answers;

        #[ebpf_map(value = ["struct drained", "struct refused"])]
        pub(crate) struct Drains;
    }
}

fn load() -> Option<records::Loaded> {
    match records::open().and_then(records::Open::load) {
        Ok(loaded) => Some(loaded),
        Err(Error::Permission { capability, .. }) => {
            skipped(capability);
            None
        }
        // User ring buffers.
        Err(Error::Unsupported { what, since: "6.1" }) => {
            unsupported(&what, (6, 1));
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Runs the program once: what it answers.
fn serve(loaded: &records::Loaded) -> i32 {
    let input = libbpf_rs::ProgramInput::default();
    let output = loaded.programs().serve.test_run(input);
    output.expect("the program runs").return_value as i32
}

#[test]
fn requests_are_answered_by_the_type_that_their_tag_says() {
    let Some(loaded) = load() else { return };
    let maps = &loaded.maps;
    let mut requests = maps.requests.producer().unwrap();
    let mut answers = maps.answers.consumer().unwrap();
    let mut drains = maps.drains.consumer().unwrap();

    requests.push(&Request { id: 1, amount: 70 }).unwrap();
    let mut request = requests.reserve().unwrap();
    request.id = 2;
    request.amount = 50;
    request.submit();
    requests.reserve().unwrap().discard();
    let mut short = requests.reserve_bytes(3).unwrap();
    assert!(short.write(0, &[9, 9, 9]));
    short.submit();
    let mut long = requests.reserve_bytes(1000).unwrap();
    assert!(long.write_value(0, &Request { id: 3, amount: 30 }));
    assert!(!long.write(999, &[1, 2]));
    long.submit();
    // Headers of 8 bytes, and padding.
    assert_eq!(requests.pending_bytes(), Ok(16 + 16 + 16 + 1008));
    assert_eq!(serve(&loaded), 0);
    assert_eq!(requests.pending_bytes(), Ok(0));
    assert_eq!(requests.free_bytes(), Ok(4096));

    let mut seen = Vec::new();
    assert_eq!(answers.consume(|answer| seen.push(answer)), Ok(4));
    let [
        AnswersRecord::Accepted(first),
        AnswersRecord::Refused(second),
        AnswersRecord::Refused(third),
        AnswersRecord::Accepted(last),
    ] = seen[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!((first.id, first.balance), (1, 30));
    assert_eq!((second.id, second.missing), (2, 20));
    assert_eq!(second.kind, AnswerKind::ANSWER_REFUSED);
    assert_eq!(third.kind, AnswerKind::ANSWER_MALFORMED);
    assert_eq!((last.id, last.balance), (3, 0));
    assert_eq!((answers.unknown(), answers.malformed()), (0, 0));

    let mut seen = Vec::new();
    let count = drains.poll(Duration::from_secs(5), |cpu, drained| {
        seen.push((cpu, drained.requests));
    });
    assert_eq!((count, drains.lost()), (Ok(1), 0));
    assert_eq!(seen[0].1, 4);
}

#[test]
fn the_same_records_are_told_apart_by_their_size() {
    let Some(loaded) = load() else { return };
    let accept = Accept::no_btf();
    let answers = by_size::records::Answers::from_fd_with(&*loaded.maps.answers, accept).unwrap();
    let drains = by_size::records::Drains::from_fd_with(&*loaded.maps.drains, accept).unwrap();
    let mut answers = answers.consumer().unwrap();
    let mut drains = drains.consumer().unwrap();
    let mut requests = loaded.maps.requests.producer().unwrap();
    requests.push(&Request { id: 1, amount: 70 }).unwrap();
    requests.push(&Request { id: 2, amount: 70 }).unwrap();
    serve(&loaded);

    let mut seen = Vec::new();
    answers.consume(|answer| seen.push(answer)).unwrap();
    assert!(matches!(
        seen[..],
        [
            by_size::records::AnswersRecord::Accepted(_),
            by_size::records::AnswersRecord::Refused(_)
        ]
    ));
    let mut seen = Vec::new();
    drains.consume(|_, record| seen.push(record)).unwrap();
    assert!(matches!(
        seen[..],
        [by_size::records::DrainsRecord::Drained(drained)] if drained.requests == 2
    ));
}

#[test]
fn a_full_ring_refuses_requests_until_a_program_takes_some() {
    let Some(loaded) = load() else { return };
    let mut requests = loaded.maps.requests.producer().unwrap();
    let request = Request { id: 0, amount: 1 };
    let mut count = 0;
    let full = loop {
        match requests.push(&request) {
            Ok(()) => count += 1,
            Err(error) => break error,
        }
    };
    // 16 bytes each: all of the ring is used.
    assert_eq!(count, 4096 / 16);
    assert_eq!(
        full.to_string(),
        "map `requests` is full: its capacity is 4096"
    );
    let start = std::time::Instant::now();
    let waited = requests.reserve_timeout(Duration::from_millis(50));
    assert!(matches!(waited, Err(Error::Full { .. })));
    assert!(start.elapsed() >= Duration::from_millis(50));

    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            serve(&loaded);
        });
        requests.reserve_timeout(Duration::MAX).unwrap().submit();
        // A second wait, which only a second drain ends.
        let room = requests.reserve_bytes_timeout(4088, Duration::from_millis(20));
        assert!(matches!(room, Err(Error::Full { .. })));
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            serve(&loaded);
        });
        let room = requests.reserve_bytes_timeout(4088, Duration::MAX);
        room.unwrap().submit();
    });
    let error = requests.reserve_bytes(4089).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a record of map `requests` has at most 4088 bytes, 4089 were given"
    );
}

#[test]
fn requests_of_every_size_wrap_around_the_end() {
    let Some(loaded) = load() else { return };
    let mut requests = loaded.maps.requests.producer().unwrap();
    let mut answers = loaded.maps.answers.consumer().unwrap();
    let (mut id, mut next) = (0, 0);
    for round in 0..200 {
        for len in [8 + round, 8, 8 + 3 * round] {
            let mut request = requests.reserve_bytes(len).unwrap();
            assert!(request.write_value(0, &Request { id, amount: 0 }));
            request.submit();
            id += 1;
        }
        assert_eq!(serve(&loaded), 0);
        let count = answers.consume(|answer| {
            assert!(matches!(answer, AnswersRecord::Accepted(answer) if answer.id == next));
            next += 1;
        });
        assert_eq!(count, Ok(3));
    }
}

#[test]
fn there_is_one_producer_and_who_writes_beside_it_is_noticed() {
    let Some(loaded) = load() else { return };
    let map = &loaded.maps.requests;
    let mut requests = map.producer().unwrap();
    let busy = map.producer().unwrap_err();
    assert_eq!(busy.to_string(), "the producer of map `requests` is in use");
    let request = Request { id: 1, amount: 1 };
    requests.push(&request).unwrap();
    for garbage in [8, 4, 4096, u64::MAX, 1 << 33] {
        let before = overwrite_position(map, garbage);
        assert_eq!(requests.push(&request).unwrap_err(), busy, "{garbage}");
        assert_eq!(requests.reserve_bytes(1).unwrap_err(), busy);
        assert_eq!(requests.pending_bytes().unwrap_err(), busy);
        overwrite_position(map, before);
    }
    requests.push(&request).unwrap();
    assert_eq!(serve(&loaded), 0);
    assert_eq!(requests.pending_bytes(), Ok(0));
    drop(requests);
    // It goes on where the last one stopped.
    let mut requests = map.producer().unwrap();
    requests.push(&request).unwrap();
    assert_eq!(serve(&loaded), 0);
    let mut count = 0;
    let answers = &loaded.maps.answers;
    answers.consumer().unwrap().consume(|_| count += 1).unwrap();
    assert_eq!(count, 3);
}

/// Another process that has the descriptor: what was there.
fn overwrite_position(map: &records::Requests, position: u64) -> u64 {
    use std::os::fd::{AsFd, AsRawFd};

    // SAFETY: a new mapping of a page, unmapped below; the word is aligned and in it.
    unsafe {
        let page = libc::mmap(
            std::ptr::null_mut(),
            4096,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            map.as_fd().as_raw_fd(),
            4096,
        );
        assert_ne!(page, libc::MAP_FAILED);
        let word = std::sync::atomic::AtomicU64::from_ptr(page.cast());
        let before = word.swap(position, std::sync::atomic::Ordering::SeqCst);
        libc::munmap(page, 4096);
        before
    }
}
