//! The consumer of a ring buffer.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::mapping::page_size;
use crate::ring::claim::Claim;
use crate::ring::decode::{Fit, FromRecord, Unfit, Unread};
use crate::ring::flexible::{Flexible, Items};
use crate::ring::memory::Ring;
use crate::ring::poller::Source;
use crate::ring::record::Record;
use crate::ring::wait;

/// The one consumer that this process has of a ring buffer: see
/// [`RingBuf::consumer`](crate::RingBuf::consumer).
///
/// Records are copied out one by one, and their room is given back to the programs
/// before the callback runs, so that a slow callback holds up nothing but itself. A
/// record whose size is not that of `T` is not an error of the call: it is skipped and
/// counted in [`malformed`](Self::malformed); one that is none of several declared types
/// is counted in [`unknown`](Self::unknown). Nothing is allocated per record or callback.
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
    fit: Fit,
    unread: Unread,
    records: u64,
    bytes: u64,
    high_water: u64,
    types: PhantomData<fn() -> T>,
    /// Given back last, when nothing of the ring is in use any more.
    _claim: Claim,
}

/// How a ring buffer is doing: see [`Consumer::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RingStats {
    /// Records that were handed out.
    pub records: u64,
    /// Bytes of those records, without headers and padding.
    pub bytes: u64,
    /// Records that were skipped because their size is not that of their type.
    pub malformed: u64,
    /// Records that were skipped because they are none of the declared types.
    pub unknown: u64,
    /// Bytes that stand in the ring now, headers and padding included.
    pub pending_bytes: u64,
    /// The most bytes that stood in the ring when this consumer came to read it. Near
    /// [`ring_bytes`](Self::ring_bytes), records were probably lost.
    pub high_water_bytes: u64,
    /// The size of the ring.
    pub ring_bytes: u64,
}

impl<T> Consumer<T> {
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
            fit: Fit::Exact,
            unread: Unread::default(),
            records: 0,
            bytes: 0,
            high_water: 0,
            types: PhantomData,
            _claim: claim,
        })
    }

    /// Whether a record that is longer than `T` is read as far as `T` goes, rather than
    /// skipped and counted. For programs that append to a record what an older reader
    /// does not know, and for records with a tail of variable length
    /// (see [`consume_raw`](Self::consume_raw) for the tail). Records that are told apart
    /// by their size are not concerned.
    pub fn accept_longer(&mut self, accept: bool) -> &mut Self {
        self.fit = if accept { Fit::Longer } else { Fit::Exact };
        self
    }

    /// How many records were skipped because they were too short, or too long where that
    /// is not accepted.
    pub fn malformed(&self) -> u64 {
        self.unread.malformed
    }

    /// How many records were skipped because they are none of the declared types.
    pub fn unknown(&self) -> u64 {
        self.unread.unknown
    }

    /// How many bytes stand in the ring that were not consumed, headers and padding
    /// included; reserved records count.
    pub fn pending_bytes(&self) -> u64 {
        self.ring.pending_bytes()
    }

    /// What this consumer has read and skipped, and how full the ring is and was.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// # fn example(events: &RingBuf<u64>) -> Result<()> {
    /// # let consumer = events.consumer()?;
    /// let stats = consumer.stats();
    /// if stats.high_water_bytes > stats.ring_bytes / 10 * 9 {
    ///     eprintln!("the ring was nearly full: make it larger, or read it more often");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stats(&self) -> RingStats {
        let pending_bytes = self.ring.pending_bytes();
        RingStats {
            records: self.records,
            bytes: self.bytes,
            malformed: self.unread.malformed,
            unknown: self.unread.unknown,
            pending_bytes,
            high_water_bytes: self.high_water.max(pending_bytes),
            ring_bytes: self.map.capacity().into(),
        }
    }

    /// As [`consume`](Self::consume), whatever the size of the records: for records with
    /// a tail of variable length, or that were not declared. Their room is given back
    /// after `f` returned.
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
        let end = self.begin()?;
        let mut count = 0;
        while let Some(place) = self.ring.peek(end).map_err(|_| busy(&self.map))? {
            f(self.ring.record(&place));
            self.ring.release(&place);
            self.records += 1;
            self.bytes += place.len as u64;
            count += 1;
        }
        self.map.consumed();
        Ok(count)
    }

    /// As [`poll`](Self::poll), for [`consume_raw`](Self::consume_raw).
    ///
    /// # Errors
    /// As for [`poll`](Self::poll).
    pub fn poll_raw(&mut self, timeout: Duration, mut f: impl FnMut(Record<'_>)) -> Result<usize> {
        self.wait_for(timeout, |consumer| consumer.consume_raw(&mut f))
    }

    /// Where the records end that are there now.
    #[inline]
    fn begin(&mut self) -> Result<u64> {
        let end = self.ring.end().ok_or_else(|| busy(&self.map))?;
        self.high_water = self.high_water.max(end - self.ring.position());
        Ok(end)
    }

    fn wait_for(
        &mut self,
        timeout: Duration,
        consume: impl FnMut(&mut Self) -> Result<usize>,
    ) -> Result<usize> {
        wait::poll(
            self,
            timeout,
            consume,
            |consumer| {
                consumer.settle();
                Ok(())
            },
            |consumer, left| match consumer.map.wait_readable(left) {
                Ok(ready) => Ok(ready),
                Err(libc::EINTR) => Ok(false),
                Err(errno) => Err(consumer.map.os("poll", errno)),
            },
        )
    }

    /// What goes before the last look at the memory, if we sleep when it shows nothing.
    ///
    /// The kernel wakes us when it submits the record at our position: it writes the
    /// header and then reads our position, while we have written our position and then
    /// read the header. Without a full barrier between the two on both sides (the
    /// kernel's is its `xchg`), each could miss the other.
    fn settle(&self) {
        fence(Ordering::SeqCst);
        self.map.consumed();
    }
}

impl<T: FromRecord> Consumer<T> {
    /// Hands the records that are there to `f`, and returns without waiting: how many.
    ///
    /// Those that are there when the call begins, so that it ends however fast programs
    /// write.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process consumes the same ring, or writes its
    /// position.
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
    pub fn consume(&mut self, f: impl FnMut(T)) -> Result<usize> {
        self.consume_or(f, |_| {})
    }

    /// As [`consume`](Self::consume); what can be read as no `T` goes to `other`, where it
    /// stands. It is counted as well, and only what went to `f` is in the result.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// # fn example(events: &RingBuf<u64>) -> Result<()> {
    /// events.consumer()?.consume_or(
    ///     |event| println!("{event}"),
    ///     |record| eprintln!("not understood: {:?}", record.to_vec()),
    /// )?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn consume_or(
        &mut self,
        mut f: impl FnMut(T),
        mut other: impl FnMut(Record<'_>),
    ) -> Result<usize> {
        let end = self.begin()?;
        let before = self.records;
        // Flat, so that a record is copied once: from the ring to where `f` takes it.
        loop {
            let place = match self.ring.peek(end) {
                Ok(Some(place)) => place,
                Ok(None) => break,
                Err(_) => return Err(busy(&self.map)),
            };
            let record = self.ring.record(&place);
            match T::from_record(record, self.fit) {
                Ok(read) => {
                    self.ring.release(&place);
                    self.records += 1;
                    self.bytes += place.len as u64;
                    f(read);
                }
                Err(unfit) => {
                    self.unread.count(unfit);
                    other(record);
                    self.ring.release(&place);
                }
            }
        }
        self.map.consumed();
        Ok(usize::try_from(self.records - before).unwrap_or(usize::MAX))
    }

    /// As [`consume`](Self::consume); when nothing is there, waits for up to `timeout`
    /// until something is. 0 after the timeout, and when a signal interrupted the wait.
    /// `Duration::MAX` waits for as long as it takes.
    ///
    /// A program that submits with `BPF_RB_NO_WAKEUP` wakes nobody: its records are seen
    /// when the timeout is over.
    ///
    /// To wait for several at once, there is the [`Poller`](crate::Poller), and with the
    /// feature `tokio` a stream.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume), and [`Error::Os`].
    pub fn poll(&mut self, timeout: Duration, mut f: impl FnMut(T)) -> Result<usize> {
        self.wait_for(timeout, |consumer| consumer.consume(&mut f))
    }

    /// The records that are there, as an iterator, which ends when there is none. A
    /// record that does not fit `T` is an [`Error::Record`] or [`Error::UnknownRecord`],
    /// after which it goes on; it is counted as well.
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

    /// The next record that is there, or what is wrong with it.
    fn next_record(&mut self) -> Result<Option<Result<T>>> {
        let end = self.begin()?;
        let mut len = 0;
        let taken = self.take(end, |record| len = record.len())?;
        let label = || self.map.label();
        Ok(taken.map(|record| record.map_err(|unfit| unfit.error(label(), len))))
    }

    /// As [`consume`](Self::consume), for records that end in a flexible array member:
    /// each as a `T` and the elements behind it, which stay in the ring until `f` returned.
    ///
    /// A record that ends before the array or in an element is skipped and counted in
    /// [`malformed`](Self::malformed).
    ///
    /// # Errors
    /// As for [`consume`](Self::consume).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Flexible, Result, RingBuf};
    /// # fn example<T: Flexible>(batches: &RingBuf<T>) -> Result<()> {
    /// batches.consumer()?.consume_items(|_, items| println!("{} items", items.len()))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consume_items(&mut self, mut f: impl FnMut(T, Items<'_, T::Item>)) -> Result<usize>
    where
        T: Flexible,
    {
        let (mut count, mut malformed) = (0, 0);
        let result = self.consume_raw(|record| match record.flexible() {
            Some((header, items)) => {
                count += 1;
                f(header, items);
            }
            None => malformed += 1,
        });
        self.unread.malformed += malformed;
        result.map(|_| count)
    }

    /// Takes the next record before `end`: a `T`, or why it is none after `other` has
    /// seen it.
    #[inline]
    fn take(
        &mut self,
        end: u64,
        mut other: impl FnMut(Record<'_>),
    ) -> Result<Option<Result<T, Unfit>>> {
        let Some(place) = self.ring.peek(end).map_err(|_| busy(&self.map))? else {
            return Ok(None);
        };
        let record = self.ring.record(&place);
        let read = T::from_record(record, self.fit);
        match &read {
            Ok(_) => {
                self.records += 1;
                self.bytes += place.len as u64;
            }
            Err(unfit) => {
                self.unread.count(*unfit);
                other(record);
            }
        }
        self.ring.release(&place);
        Ok(Some(read))
    }
}

impl<T: FromRecord> Source for Consumer<T> {
    type Item = T;

    fn consume_all(&mut self, f: &mut dyn FnMut(T)) -> Result<usize> {
        self.consume(f)
    }

    fn next_item(&mut self) -> Result<Option<Result<T>>> {
        self.next_record()
    }

    fn before_sleep(&mut self) -> Result<()> {
        self.settle();
        Ok(())
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
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[cold]
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

impl<T: FromRecord> Iterator for Records<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        self.consumer.next_record().unwrap_or_else(|error| {
            self.failed = true;
            Some(Err(error))
        })
    }
}
