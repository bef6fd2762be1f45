//! The consumer's side of a ring buffer, on its mapped memory.
//!
//! The layout is that of `struct bpf_ringbuf` (kernel/bpf/ringbuf.c) as it is mapped:
//! a page with the consumer's position, which we may write; a page with the producer's
//! position, and the data twice in a row, so that a record that wraps around the end is
//! contiguous. Positions count bytes since the beginning and never wrap in practice.
//!
//! A record is a header of 8 bytes (length with two flags in its upper bits, and a page
//! offset that is the kernel's own affair), its bytes, and padding up to 8.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{Ordering, fence};
use std::time::{Duration, Instant};

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::mapping::{Mapping, page_size};
use crate::ring::claim::Claim;
use crate::ring::record::Record;

/// `BPF_RINGBUF_BUSY_BIT`: reserved, not submitted yet.
pub(crate) const BUSY: u32 = 1 << 31;
/// `BPF_RINGBUF_DISCARD_BIT`: given up by the program.
pub(crate) const DISCARD: u32 = 1 << 30;
/// `BPF_RINGBUF_HDR_SZ`.
pub(crate) const HEADER_SIZE: usize = 8;

/// The one consumer that this process has of a ring buffer: see
/// [`RingBuf::consumer`](crate::RingBuf::consumer).
///
/// Records are copied out one by one, and their room is given back to the programs
/// before the callback runs, so that a slow callback holds up nothing but itself. A
/// record whose size is not that of `T` is not an error of the call: it is skipped and
/// counted in [`malformed`](Self::malformed).
///
/// ```no_run
/// # use std::time::Duration;
/// # use mapgen_runtime::{Result, RingBuf};
/// # fn example(events: &RingBuf<[u64; 4]>) -> Result<()> {
/// let mut consumer = events.consumer()?;
/// let count = consumer.poll(Duration::from_millis(100), |event| println!("{event:?}"))?;
/// println!("{count} read, {} bytes to come", consumer.pending_bytes());
/// # Ok(())
/// # }
/// ```
pub struct Consumer<T> {
    ring: Ring,
    map: Map,
    accept_longer: bool,
    malformed: u64,
    types: PhantomData<fn() -> T>,
    /// Given back last, when nothing of the ring is in use any more.
    _claim: Claim,
}

impl<T: Pod> Consumer<T> {
    pub(crate) fn new(map: &Map) -> Result<Self> {
        let claim = Claim::new(map.info().id()).ok_or_else(|| busy(map))?;
        let page = page_size();
        let size = map.capacity() as usize;
        let consumer = map.mapping(0, page, true).map_err(|errno| match errno {
            libc::EPERM | libc::EACCES => Error::Access {
                op: "consumer",
                map: map.label(),
                why: "its descriptor does not allow writing the consumer's position",
            },
            errno => map.os("mmap", errno),
        })?;
        let producer = map
            .mapping(page, page + 2 * size, false)
            .map_err(|errno| map.os("mmap", errno))?;
        Ok(Self {
            ring: Ring::new(consumer, producer, page, size),
            map: map.clone(),
            accept_longer: false,
            malformed: 0,
            types: PhantomData,
            _claim: claim,
        })
    }

    /// Whether a record that is longer than `T` is read as far as `T` goes, rather than
    /// skipped and counted. For programs that append to a record what an older reader
    /// does not know, and for records with a tail of variable length
    /// (see [`consume_raw`](Self::consume_raw) for the tail).
    pub fn accept_longer(&mut self, accept: bool) -> &mut Self {
        self.accept_longer = accept;
        self
    }

    /// How many records were skipped because they were too short, or too long where that
    /// is not accepted.
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// How many bytes stand in the ring that were not consumed, headers and padding
    /// included; reserved records count.
    pub fn pending_bytes(&self) -> u64 {
        self.ring.pending_bytes()
    }

    /// Hands the records that are there to `f`, and returns without waiting: how many.
    ///
    /// Those that are there when the call begins, so that it ends however fast programs
    /// write.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process consumes the same ring.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// # fn example(events: &RingBuf<u64>) -> Result<()> {
    /// let mut consumer = events.consumer()?;
    /// let mut sum = 0;
    /// let count = consumer.consume(|event| sum += event)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consume(&mut self, mut f: impl FnMut(T)) -> Result<usize> {
        let end = self.ring.end().ok_or_else(|| busy(&self.map))?;
        let mut count = 0;
        while let Some(record) = self.take(end)? {
            if let Ok(record) = record {
                f(record);
                count += 1;
            }
        }
        self.map.consumed();
        Ok(count)
    }

    /// As [`consume`](Self::consume); when nothing is there, waits for up to `timeout`
    /// until something is. 0 after the timeout, and when a signal interrupted the wait.
    /// `Duration::MAX` waits for as long as it takes.
    ///
    /// To wait for several things at once, give [`as_fd`](AsFd::as_fd) to `epoll` or an
    /// async runtime, level-triggered, and call `consume` when it can be read.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume), and [`Error::Os`].
    pub fn poll(&mut self, timeout: Duration, mut f: impl FnMut(T)) -> Result<usize> {
        let mut count = self.consume(&mut f)?;
        if count > 0 || timeout.is_zero() {
            return Ok(count);
        }
        // Beyond what the clock can say: forever.
        let deadline = Instant::now().checked_add(timeout);
        let mut pause = Duration::from_micros(10);
        loop {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            // The kernel wakes us when it submits the record at our position: it writes
            // the header and then reads our position, while we have written our position
            // and then read the header. Without a full barrier between the two on both
            // sides (the kernel's is its `xchg`), each could miss the other.
            fence(Ordering::SeqCst);
            match self.map.wait_readable(left) {
                Ok(true) => {}
                Ok(false) | Err(libc::EINTR) => return Ok(0),
                Err(errno) => return Err(self.map.os("poll", errno)),
            }
            count = self.consume(&mut f)?;
            if count > 0 {
                return Ok(count);
            }
            // Discarded records, or one that is reserved and not submitted: the kernel
            // calls that readable. Do not spin on it.
            if deadline.is_some_and(|at| Instant::now() >= at) {
                return Ok(0);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
        }
    }

    /// The records that are there, as an iterator, which ends when there is none. A
    /// record that does not fit `T` is an [`Error::Record`], after which it goes on; it
    /// is counted as well.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// # fn example(events: &RingBuf<u64>) -> Result<()> {
    /// for event in events.consumer()?.iter() {
    ///     println!("{}", event?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter(&mut self) -> Records<'_, T> {
        Records {
            consumer: self,
            failed: false,
        }
    }

    /// As [`consume`](Self::consume), whatever the size of the records: for records of
    /// several types, or with a tail of variable length. Their room is given back after
    /// `f` returned.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// # fn example(events: &RingBuf<u32>) -> Result<()> {
    /// events.consumer()?.consume_raw(|record| match record.read::<u32>() {
    ///     Some(1) => println!("{:?}", record.read_at::<u64>(8)),
    ///     Some(_) => println!("{} bytes", record.len()),
    ///     None => println!("no tag"),
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consume_raw(&mut self, mut f: impl FnMut(Record<'_>)) -> Result<usize> {
        let end = self.ring.end().ok_or_else(|| busy(&self.map))?;
        let mut count = 0;
        while let Some(place) = self.ring.peek(end).map_err(|_| busy(&self.map))? {
            f(Record::new(&self.ring.producer, place.offset, place.len));
            self.ring.release(&place);
            count += 1;
        }
        self.map.consumed();
        Ok(count)
    }

    /// Takes the next record before `end`: a `T`, or what is wrong with it.
    #[inline]
    fn take(&mut self, end: u64) -> Result<Option<Result<T>>> {
        let Some(place) = self.ring.peek(end).map_err(|_| busy(&self.map))? else {
            return Ok(None);
        };
        let expected = size_of::<T>();
        let fits = place.len == expected || (self.accept_longer && place.len > expected);
        let record = if fits {
            Ok(self.ring.producer.load(place.offset))
        } else {
            self.malformed += 1;
            Err(Error::Record {
                map: self.map.label(),
                expected: expected as u32,
                found: place.len as u32,
            })
        };
        self.ring.release(&place);
        Ok(Some(record))
    }
}

impl<T> AsFd for Consumer<T> {
    /// The map's descriptor, which can be read when there is a record.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("map", &self.map)
            .field("pending_bytes", &self.ring.pending_bytes())
            .field("malformed", &self.malformed)
            .finish_non_exhaustive()
    }
}

fn busy(map: &Map) -> Error {
    Error::Busy {
        map: map.label(),
        what: "consumer",
    }
}

/// The records of a ring buffer: see [`Consumer::iter`].
#[derive(Debug)]
pub struct Records<'a, T> {
    consumer: &'a mut Consumer<T>,
    failed: bool,
}

impl<T: Pod> Iterator for Records<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let result = match self.consumer.ring.end() {
            Some(end) => self.consumer.take(end),
            None => Err(busy(&self.consumer.map)),
        };
        match result {
            Ok(record) => {
                if record.is_none() {
                    self.consumer.map.consumed();
                }
                record
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}

/// The two mappings and our position.
struct Ring {
    /// One page: the consumer's position.
    consumer: Mapping,
    /// A page with the producer's position, then the data twice.
    producer: Mapping,
    data_offset: usize,
    /// Of the data, in bytes: a power of two.
    size: usize,
    /// Where we stand: what we wrote last to the consumer's page.
    position: u64,
}

/// A submitted record.
struct Place {
    /// In the producer's mapping, behind the header.
    offset: usize,
    /// Without header and padding.
    len: usize,
    /// The position behind it.
    next: u64,
}

/// Somebody else moves the consumer's position, or the memory is not that of a ring.
#[derive(Debug, PartialEq, Eq)]
struct Disturbed;

impl Ring {
    fn new(consumer: Mapping, producer: Mapping, data_offset: usize, size: usize) -> Self {
        // Acquire: whoever consumed before us may have been another thread, and what it
        // read was before it wrote this.
        let position = consumer.acquire64(0);
        Self {
            consumer,
            producer,
            data_offset,
            size,
            position,
        }
    }

    fn pending_bytes(&self) -> u64 {
        let end = self.producer.load::<u64>(0);
        end.wrapping_sub(self.position)
    }

    /// The producer's position; `None` when ours is not ours alone any more.
    #[inline]
    fn end(&self) -> Option<u64> {
        // Relaxed: we are the only one who writes it, or we find out that we are not.
        if self.consumer.load::<u64>(0) != self.position {
            return None;
        }
        // Acquire: pairs with the `smp_store_release` in `__bpf_ringbuf_reserve`, before
        // which the headers up to this position were written (busy).
        let end = self.producer.acquire64(0);
        (end.wrapping_sub(self.position) <= self.size as u64).then_some(end)
    }

    /// The next submitted record before `end`; passes over discarded ones.
    #[inline]
    fn peek(&mut self, end: u64) -> Result<Option<Place>, Disturbed> {
        while self.position < end {
            let start = self.position as usize & (self.size - 1);
            if start % 8 != 0 {
                return Err(Disturbed);
            }
            let header = self.data_offset + start;
            // Acquire: pairs with the `xchg` in `bpf_ringbuf_commit`, which clears the
            // busy bit after the program wrote the record.
            let word = self.producer.acquire32(header);
            if word & BUSY != 0 {
                return Ok(None);
            }
            let len = (word & !DISCARD) as usize;
            let whole = (len + HEADER_SIZE).next_multiple_of(8);
            // The kernel's own bound; beyond it this is no header, since somebody else's
            // consuming had it overwritten.
            if whole as u64 > end - self.position {
                return Err(Disturbed);
            }
            let place = Place {
                offset: header + HEADER_SIZE,
                len,
                next: self.position + whole as u64,
            };
            if word & DISCARD == 0 {
                return Ok(Some(place));
            }
            self.release(&place);
        }
        Ok(None)
    }

    /// Gives the room of a record back to the programs.
    #[inline]
    fn release(&mut self, place: &Place) {
        self.position = place.next;
        // Release: pairs with the `smp_load_acquire` in `__bpf_ringbuf_reserve`; our reads
        // of the record come before the kernel may use its room again.
        self.consumer.release64(0, self.position);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::{AsFd, FromRawFd};

    use super::*;

    const SIZE: usize = 4096;

    /// A file laid out as a ring buffer's memory, with the kernel's side in our hands.
    struct Fake {
        kernel: Mapping,
        page: usize,
    }

    fn fake() -> (Fake, Ring) {
        // SAFETY: the name ends with a zero byte; the descriptor is new and ours.
        let file = unsafe { File::from_raw_fd(libc::memfd_create(c"ring".as_ptr(), 0)) };
        let page = page_size();
        file.set_len((2 * page + 2 * SIZE) as u64).unwrap();
        let fd = file.as_fd();
        let kernel = Mapping::new(fd, 0, 2 * page + 2 * SIZE, true).unwrap();
        let consumer = Mapping::new(fd, 0, page, true).unwrap();
        let producer = Mapping::new(fd, page, page + 2 * SIZE, false).unwrap();
        let fake = Fake { kernel, page };
        (fake, Ring::new(consumer, producer, page, SIZE))
    }

    impl Fake {
        fn header(&self, position: usize, word: u32) {
            self.kernel.store(2 * self.page + position, &word);
        }

        fn produced(&self, position: u64) {
            self.kernel.store(self.page, &position);
        }

        fn consumed(&self) -> u64 {
            self.kernel.load(0)
        }
    }

    #[test]
    fn a_reserved_record_holds_up_those_behind_it() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 8 | BUSY);
        kernel.header(16, 8);
        kernel.produced(32);
        let end = ring.end().unwrap();
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 0);
        assert_eq!(ring.pending_bytes(), 32);

        kernel.header(0, 8);
        let place = ring.peek(end).unwrap().unwrap();
        assert_eq!((place.len, place.next), (8, 16));
        ring.release(&place);
        assert_eq!(kernel.consumed(), 16);
        let place = ring.peek(end).unwrap().unwrap();
        ring.release(&place);
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 32);
    }

    #[test]
    fn discarded_records_are_passed_over_and_given_back() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 3 | DISCARD);
        kernel.header(16, 100 | DISCARD);
        kernel.produced(16 + 112);
        let end = ring.end().unwrap();
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 128);
        assert_eq!(ring.pending_bytes(), 0);
    }

    #[test]
    fn an_empty_record_is_a_record() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 0);
        kernel.produced(8);
        let place = ring.peek(8).unwrap().unwrap();
        assert_eq!((place.len, place.next), (0, 8));
    }

    #[test]
    fn a_length_that_no_record_has_is_not_followed() {
        let (kernel, mut ring) = fake();
        for len in [9, SIZE as u32, BUSY - 1 - DISCARD] {
            kernel.header(0, len);
            kernel.produced(16);
            assert_eq!(ring.peek(16).map(|_| ()), Err(Disturbed), "{len}");
        }
    }

    #[test]
    fn a_position_that_somebody_else_moved_is_noticed() {
        let (kernel, ring) = fake();
        kernel.kernel.store(0, &8u64);
        assert_eq!(ring.end(), None);
        let (kernel, ring) = fake();
        kernel.produced(SIZE as u64 + 8);
        assert_eq!(ring.end(), None);
        let (kernel, mut ring) = fake();
        kernel.kernel.store(0, &4u64);
        ring.position = 4;
        kernel.produced(32);
        let end = ring.end().unwrap();
        assert_eq!(ring.peek(end).map(|_| ()), Err(Disturbed));
    }
}
