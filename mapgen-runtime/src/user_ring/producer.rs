//! The producer of a user ring buffer.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use bytemuck::Pod;

use crate::epoll::Epoll;
use crate::error::{Error, Result};
use crate::map::Map;
use crate::mapping::page_size;
use crate::ring::claim::Claim;
use crate::user_ring::memory::{NoRoom, Ring};
use crate::user_ring::reserved::{Reserved, ReservedBytes};

/// The one producer that this process has of a user ring buffer: see
/// [`UserRingBuf::producer`](crate::UserRingBuf::producer).
///
/// ```no_run
/// # use mapgen_runtime::{Error, Result, UserRingBuf};
/// # fn example(requests: &UserRingBuf<u64>) -> Result<()> {
/// let mut producer = requests.producer()?;
/// match producer.push(&42) {
///     Err(Error::Full { .. }) => eprintln!("no program took the last ones"),
///     other => other?,
/// }
/// # Ok(())
/// # }
/// ```
pub struct UserProducer<T> {
    ring: Ring,
    map: Map,
    /// Made when somebody waits for room.
    epoll: Option<Epoll>,
    types: PhantomData<fn() -> T>,
    /// Given back last, when nothing of the ring is in use any more.
    _claim: Claim,
}

impl<T> UserProducer<T> {
    pub(super) fn new(map: &Map) -> Result<Self> {
        let claim = Claim::new(map.info().id()).ok_or_else(|| Error::Busy {
            map: map.label(),
            what: "producer",
        })?;
        let page = page_size();
        let size = map.capacity() as usize;
        let consumer = map
            .mapping(0, page, false)
            .map_err(|errno| map.os("mmap", errno))?;
        let producer = map
            .mapping(page, page + 2 * size, true)
            .map_err(|errno| match errno {
                libc::EPERM | libc::EACCES => Error::Access {
                    op: "producer",
                    map: map.label(),
                    why: "its descriptor does not allow writing records",
                },
                errno => map.os("mmap", errno),
            })?;
        Ok(Self {
            ring: Ring::new(consumer, producer, page),
            map: map.clone(),
            epoll: None,
            types: PhantomData,
            _claim: claim,
        })
    }

    /// How many bytes of records no program has taken yet, headers and padding included.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process writes to the same ring.
    pub fn pending_bytes(&self) -> Result<usize> {
        self.ring.pending().ok_or_else(|| self.busy())
    }

    /// How many bytes there is room for; a record takes 8 more than it has, rounded up to
    /// a multiple of 8.
    ///
    /// # Errors
    /// As for [`pending_bytes`](Self::pending_bytes).
    pub fn free_bytes(&self) -> Result<usize> {
        Ok(self.ring.size() - self.pending_bytes()?)
    }

    /// Room for a record of `len` bytes, which are zero at first.
    ///
    /// # Errors
    /// As for [`reserve`](Self::reserve), and [`Error::Size`] when the ring, or a program,
    /// cannot take so many.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, UserRingBuf};
    /// # fn example(requests: &UserRingBuf<u32>, path: &[u8]) -> Result<()> {
    /// let mut producer = requests.producer()?;
    /// let mut record = producer.reserve_bytes(4 + path.len())?;
    /// if record.write_value(0, &7u32) && record.write(4, path) {
    ///     record.submit();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reserve_bytes(&mut self, len: usize) -> Result<ReservedBytes<'_>> {
        let offset = self.room(len)?;
        Ok(ReservedBytes::new(&mut self.ring, offset, len))
    }

    /// As [`reserve_bytes`](Self::reserve_bytes), waiting for up to `timeout` until there
    /// is room.
    ///
    /// # Errors
    /// As for [`reserve_timeout`](Self::reserve_timeout).
    pub fn reserve_bytes_timeout(
        &mut self,
        len: usize,
        timeout: Duration,
    ) -> Result<ReservedBytes<'_>> {
        let offset = self.wait_for_room(len, timeout)?;
        Ok(ReservedBytes::new(&mut self.ring, offset, len))
    }

    fn room(&self, len: usize) -> Result<usize> {
        self.ring.room(len).map_err(|refusal| match refusal {
            NoRoom::Full => Error::Full {
                map: self.map.label(),
                capacity: self.map.capacity(),
                entries: None,
            },
            NoRoom::TooLarge { largest } => Error::Size {
                map: self.map.label(),
                what: "record",
                expected: largest,
                found: len,
            },
            NoRoom::Disturbed => self.busy(),
        })
    }

    fn wait_for_room(&mut self, len: usize, timeout: Duration) -> Result<usize> {
        // Beyond what the clock can say: forever.
        let deadline = Instant::now().checked_add(timeout);
        loop {
            let error = match self.room(len) {
                Err(error @ Error::Full { .. }) => error,
                other => return other,
            };
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(error);
            }
            // The first wait reports what was there before it; after that, each drain of
            // a program that took a record is one report (`bpf_user_ringbuf_drain`).
            let epoll = match self.epoll.take() {
                Some(epoll) => epoll,
                None => self.watch()?,
            };
            let waited = epoll.wait::<1>(left).map(drop);
            self.epoll = Some(epoll);
            match waited {
                Ok(()) | Err(libc::EINTR) => {}
                Err(errno) => return Err(self.map.os("waiting for room", errno)),
            }
        }
    }

    /// Edge-triggered: a ring in which there is any room is ready all the time.
    fn watch(&self) -> Result<Epoll> {
        Epoll::new()
            .and_then(|epoll| {
                let events = libc::EPOLLOUT | libc::EPOLLET;
                epoll.add(self.map.as_fd(), events, 0)?;
                Ok(epoll)
            })
            .map_err(|errno| self.map.os("epoll", errno))
    }

    #[cold]
    fn busy(&self) -> Error {
        Error::Busy {
            map: self.map.label(),
            what: "producer",
        }
    }
}

impl<T: Pod> UserProducer<T> {
    /// Room for a record.
    ///
    /// # Errors
    /// [`Error::Full`] when programs have not taken enough of the last ones,
    /// [`Error::Busy`] when another process writes to the same ring.
    pub fn reserve(&mut self) -> Result<Reserved<'_, T>> {
        let offset = self.room(size_of::<T>())?;
        Ok(Reserved::new(&mut self.ring, offset))
    }

    /// As [`reserve`](Self::reserve), waiting for up to `timeout` until there is room.
    /// `Duration::MAX` waits for as long as it takes; timeouts are rounded up to
    /// milliseconds. A program that drains with `BPF_RB_NO_WAKEUP` wakes nobody.
    ///
    /// # Errors
    /// As for [`reserve`](Self::reserve), and [`Error::Os`].
    pub fn reserve_timeout(&mut self, timeout: Duration) -> Result<Reserved<'_, T>> {
        let offset = self.wait_for_room(size_of::<T>(), timeout)?;
        Ok(Reserved::new(&mut self.ring, offset))
    }

    /// Writes a record.
    ///
    /// # Errors
    /// As for [`reserve`](Self::reserve).
    pub fn push(&mut self, record: &T) -> Result<()> {
        let offset = self.room(size_of::<T>())?;
        self.ring.write(offset, bytemuck::bytes_of(record));
        self.ring.commit(size_of::<T>());
        Ok(())
    }
}

impl<T> fmt::Debug for UserProducer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserProducer")
            .field("map", &self.map)
            .field("pending_bytes", &self.ring.pending())
            .finish_non_exhaustive()
    }
}
