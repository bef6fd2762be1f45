//! What a ring buffer's consumer costs per record, beside a consumer written by hand for
//! this one type on the mapped memory. Needs CAP_BPF.
//!
//! Both drain the same ring, which a program has filled with records of 64 bytes, in
//! turns; the figure is the median of the ratios of each round.

#[path = "../tests/support/program.rs"]
mod program;
#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mapgen_runtime::{Consumer, MapKind, RingBuf};
use program::Program;
use support::{bind, spec};

const SIZE: usize = 4 << 20;
const PAGE: usize = 4096;
const ROUNDS: usize = 21;

type Event = [u64; 8];

bind!(Events = RingBuf<Event>, spec("events", MapKind::RingBuf, 0, 0, SIZE as u32));

/// The least that reads records of this type: no checks, one header after the other.
struct ByHand {
    consumer: NonNull<u8>,
    producer: NonNull<u8>,
}

impl ByHand {
    fn new(map: &Events) -> Self {
        let mmap = |offset: usize, size, protection| {
            // SAFETY: a new mapping at an address of the kernel's choice.
            let base = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    size,
                    protection,
                    libc::MAP_SHARED,
                    map.as_fd().as_raw_fd(),
                    offset as libc::off_t,
                )
            };
            assert_ne!(base, libc::MAP_FAILED);
            NonNull::new(base.cast::<u8>()).unwrap()
        };
        Self {
            consumer: mmap(0, PAGE, libc::PROT_READ | libc::PROT_WRITE),
            producer: mmap(PAGE, PAGE + 2 * SIZE, libc::PROT_READ),
        }
    }

    #[inline(never)]
    fn drain(&self, mut f: impl FnMut(Event)) -> usize {
        let mut count = 0;
        // SAFETY: the layout of the ring buffer, which nobody else consumes now.
        unsafe {
            let ours = AtomicU64::from_ptr(self.consumer.as_ptr().cast());
            let theirs = AtomicU64::from_ptr(self.producer.as_ptr().cast());
            let mut position = ours.load(Ordering::Relaxed);
            let end = theirs.load(Ordering::Acquire);
            while position < end {
                let at = PAGE + (position as usize & (SIZE - 1));
                let record = self.producer.as_ptr().add(at);
                let header = AtomicU32::from_ptr(record.cast()).load(Ordering::Acquire);
                if header & (1 << 31) != 0 {
                    break;
                }
                position += u64::from((header & !(3 << 30)).next_multiple_of(8)) + 8;
                if header & (1 << 30) == 0 {
                    f(record.add(8).cast::<Event>().read());
                    count += 1;
                }
                ours.store(position, Ordering::Release);
            }
        }
        count
    }
}

#[inline(never)]
fn ours(consumer: &mut Consumer<Event>, f: impl FnMut(Event)) -> usize {
    consumer.consume(f).unwrap()
}

fn fill(program: &mut Program) -> usize {
    let mut count = 0;
    while program.run(&[count as u64; 8]) {
        count += 1;
    }
    count
}

fn main() {
    if !support::permitted() {
        return;
    }
    let map = Events::create().unwrap();
    let mut program = Program::output(&map, 64);
    let by_hand = ByHand::new(&map);
    let mut rounds = Vec::new();
    let mut sum = 0u64;
    for _ in 0..ROUNDS {
        let records = fill(&mut program);
        let start = Instant::now();
        let read = by_hand.drain(|event| sum = sum.wrapping_add(black_box(event)[7]));
        let floor = start.elapsed();
        assert_eq!(read, records);

        assert_eq!(fill(&mut program), records);
        // The position is read here: the other one has moved it.
        let mut consumer = map.consumer().unwrap();
        let start = Instant::now();
        let read = ours(&mut consumer, |event| {
            sum = sum.wrapping_add(black_box(event)[7]);
        });
        let time = start.elapsed();
        assert_eq!(read, records);
        let each = |time: Duration| time.as_secs_f64() * 1e9 / records as f64;
        rounds.push((each(time) / each(floor), each(time), each(floor)));
    }
    black_box(sum);
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, time, floor) = rounds[ROUNDS / 2];
    println!(
        "drain of 64-byte records: {ratio:.2} of a consumer by hand \
         ({time:.1} ns a record, {floor:.1} by hand)"
    );
}
