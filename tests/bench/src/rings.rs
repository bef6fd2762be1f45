//! Draining a ring buffer of 64-byte records.

use std::cell::RefCell;
use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use mapgen_runtime::{Consumer, MapKind, RingBuf};

use crate::measure::{Bars, Row, Variant};
use crate::points::Theirs;
use crate::program::Program;
use crate::support::{bind, spec};

const SIZE: usize = 1 << 20;
const PAGE: usize = 4096;
/// As many as fit, nearly.
const RECORDS: u32 = 14_000;

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

pub(crate) fn rows(show: &mut dyn FnMut(Row<'_>)) {
    let map = Events::create().unwrap();
    let program = RefCell::new(Program::output(&map, 64));
    let fill = |count: u32| {
        for record in 0..count {
            assert!(program.borrow_mut().run(&[u64::from(record); 8]));
        }
    };
    let by_hand = ByHand::new(&map);
    let theirs = Theirs::new(&map);
    // Each reads the position that the others have moved when it is made.
    let consumer = RefCell::new(None);
    let aya = RefCell::new(None);
    let (mut sum, mut our_sum, mut aya_sum) = (0u64, 0u64, 0u64);
    let seen = RefCell::new((0u32, 0u64));
    let mut builder = libbpf_rs::RingBufferBuilder::new();
    let callback = |record: &[u8]| {
        let mut event = Event::default();
        mapgen_runtime::bytemuck::bytes_of_mut(&mut event).copy_from_slice(record);
        let mut seen = seen.borrow_mut();
        seen.0 += 1;
        seen.1 = seen.1.wrapping_add(black_box(event)[7]);
        0
    };
    builder.add(&theirs.libbpf, callback).unwrap();
    let libbpf = builder.build().unwrap();
    show(Row {
        name: "drain 64-byte records",
        floor: Variant::all("by hand", |count| {
            let read = by_hand.drain(|event| sum = sum.wrapping_add(black_box(event)[7]));
            assert_eq!(read, count as usize);
        })
        .after(fill),
        ours: Variant::all("mapgen", |count| {
            let mut consumer = consumer.borrow_mut();
            let consumer = consumer.as_mut().unwrap();
            let read = ours(consumer, |event| {
                our_sum = our_sum.wrapping_add(black_box(event)[7]);
            });
            assert_eq!(read, count as usize);
        })
        .after(|count| {
            fill(count);
            consumer.replace(None);
            consumer.replace(Some(map.consumer().unwrap()));
        }),
        peers: vec![
            Variant::all("libbpf-rs", |count| {
                libbpf.consume().unwrap();
                assert_eq!(seen.borrow_mut().0, count);
            })
            .after(|count| {
                fill(count);
                seen.borrow_mut().0 = 0;
            }),
            Variant::all("aya", |count| {
                let mut ring = aya.borrow_mut();
                let ring: &mut aya::maps::RingBuf<_> = Option::as_mut(&mut ring).unwrap();
                let mut read = 0;
                while let Some(record) = ring.next() {
                    let mut event = Event::default();
                    mapgen_runtime::bytemuck::bytes_of_mut(&mut event).copy_from_slice(&record);
                    aya_sum = aya_sum.wrapping_add(black_box(event)[7]);
                    read += 1;
                }
                assert_eq!(read, count);
            })
            .after(|count| {
                fill(count);
                let map = aya::maps::Map::RingBuf(theirs.aya());
                aya.replace(Some(aya::maps::RingBuf::try_from(map).unwrap()));
            }),
        ],
        turn: RECORDS,
        rounds: 41,
        peer_rounds: 41,
        elements: 1.0,
        stepped: 32,
        bars: Bars {
            ratio: Some(1.10),
            nanos: None,
            allocations: Some(0.0),
            calls: Some(0.0),
            instructions: Some(84.0),
        },
    });
}
