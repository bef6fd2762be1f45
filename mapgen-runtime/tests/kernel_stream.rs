//! Streams of records on the running kernel, in a runtime of one thread. (feature `tokio`)

#[path = "support/program.rs"]
mod program;
mod support;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream;
use mapgen_runtime::{Error, MapKind, PerfEvents, RecordStream, RingBuf, Source};
use program::Program;
use support::{bind, needs_kernel, spec};

bind!(Events = RingBuf<[u64; 2]>, spec("events", MapKind::RingBuf, 0, 0, 4096));
bind!(Perf = PerfEvents<[u64; 2]>, spec("perf", MapKind::PerfEventArray, 4, 4, 64));

async fn next<S: Source + Unpin>(
    stream: &mut RecordStream<S>,
) -> Option<mapgen_runtime::Result<S::Item>> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let future = tokio::time::timeout(Duration::from_secs(20), future);
        future.await.expect("nothing is slept over")
    })
}

#[test]
fn a_ring_is_a_stream() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    let mut short = Program::output(&map, 12);
    program.run(&[1, 1]);
    let stream = block_on(async {
        let mut stream = map.consumer().unwrap().into_stream().unwrap();
        assert_eq!(next(&mut stream).await, Some(Ok([1, 1])));
        short.run(&[2, 2]);
        program.run(&[3, 3]);
        let malformed = next(&mut stream).await.unwrap().unwrap_err();
        assert!(matches!(malformed, Error::Record { found: 12, .. }));
        assert_eq!(next(&mut stream).await, Some(Ok([3, 3])));
        let writer = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(30));
            program.run(&[4, 4]);
            program
        });
        assert_eq!(next(&mut stream).await, Some(Ok([4, 4])));
        program = writer.await.unwrap();

        // Given up in the middle of a wait, and of several.
        for _ in 0..3 {
            let wait = tokio::time::timeout(Duration::from_millis(5), next(&mut stream));
            assert!(wait.await.is_err());
        }
        program.run(&[5, 5]);
        assert_eq!(next(&mut stream).await, Some(Ok([5, 5])));
        program.run(&[6, 6]);
        assert_eq!(stream.consumer().stats().records, 4);
        stream.into_consumer()
    });
    let mut consumer = stream;
    assert_eq!(consumer.iter().next(), Some(Ok([6, 6])));
}

#[test]
fn no_record_is_missed_while_a_thread_writes() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let total = 50_000u64;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut program = Program::output(&map, 16);
            for n in 0..total {
                while !program.run(&[n, !n]) {
                    std::thread::yield_now();
                }
            }
        });
        block_on(async {
            let mut stream = map.consumer().unwrap().into_stream().unwrap();
            for n in 0..total {
                assert_eq!(next(&mut stream).await, Some(Ok([n, !n])));
            }
        });
    });
}

#[test]
fn a_perf_array_is_a_stream() {
    needs_kernel!();
    let map = Perf::create().unwrap();
    let total = 20_000u64;
    block_on(async {
        let consumer = map.consumer().unwrap();
        let mut stream = consumer.into_stream().unwrap();
        let writer = {
            let map = map.clone();
            tokio::task::spawn_blocking(move || {
                let mut program = Program::perf_output(&map, 16);
                for n in 0..total {
                    while !program.run(&[n, !n]) {
                        std::thread::yield_now();
                    }
                    if n % 1000 == 0 {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
            })
        };
        let mut seen = vec![false; total as usize];
        for _ in 0..total {
            let (_, [n, inverse]) = next(&mut stream).await.unwrap().unwrap();
            assert_eq!(inverse, !n);
            assert!(!std::mem::replace(&mut seen[n as usize], true));
        }
        writer.await.unwrap();
        let wait = tokio::time::timeout(Duration::from_millis(5), next(&mut stream));
        assert!(wait.await.is_err());
    });
}

#[test]
fn a_stream_ends_when_somebody_else_consumes() {
    needs_kernel!();
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 16);
    block_on(async {
        let mut stream = map.consumer().unwrap().into_stream().unwrap();
        program.run(&[1, 1]);
        assert_eq!(next(&mut stream).await, Some(Ok([1, 1])));
        overwrite_position(&map, 8);
        program.run(&[1, 1]);
        let error = next(&mut stream).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Busy { .. }), "{error}");
        assert_eq!(next(&mut stream).await, None);
    });
}

/// Another process that has the descriptor.
fn overwrite_position(map: &Events, position: u64) {
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
        word.store(position, std::sync::atomic::Ordering::SeqCst);
        libc::munmap(page, 4096);
    }
}
