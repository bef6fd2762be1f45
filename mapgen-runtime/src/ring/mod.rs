//! Ring buffers: records from programs, in the order in which they were reserved.

pub(crate) mod claim;
mod consumer;
pub(crate) mod decode;
mod flexible;
pub(crate) mod memory;
mod poller;
pub(crate) mod record;
#[cfg(feature = "tokio")]
mod stream;
pub(crate) mod wait;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};

use crate::error::Result;
use crate::map::{Handle, Map};
use crate::spec::MapKind;

pub use consumer::{Consumer, Records, RingStats};
pub use decode::{Fit, FromRecord, Unfit};
pub use flexible::{Flexible, Items};
pub(crate) use memory::HEADER_SIZE;
pub use poller::{Poller, Source};
pub use record::Record;
#[cfg(feature = "tokio")]
pub use stream::RecordStream;

/// A ring buffer whose records are `T`: `BPF_MAP_TYPE_RINGBUF`.
///
/// The handle can be cloned and shared like any other; reading goes through the one
/// [`Consumer`] of this process.
///
/// A program whose record finds no room gets `NULL` or an error, and the kernel does not
/// count that. Have the program count it in a global variable (`__u64 dropped_events;`),
/// which the generated `Bss` then shows, and watch
/// [`high_water_bytes`](RingStats::high_water_bytes).
///
/// ```no_run
/// # use std::time::Duration;
/// # use mapgen_runtime::{Result, RingBuf};
/// # fn example(events: &RingBuf<[u64; 4]>) -> Result<()> {
/// let mut consumer = events.consumer()?;
/// loop {
///     consumer.poll(Duration::from_secs(1), |event| println!("{event:?}"))?;
/// }
/// # }
/// ```
pub struct RingBuf<T> {
    map: Map,
    types: PhantomData<fn() -> T>,
}

impl<T> RingBuf<T> {
    /// Starts to consume. There is one consumer for a ring buffer, since its position is
    /// one number in the shared memory; when it is dropped, another can be made, which
    /// goes on where this one stopped.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) while this process has another consumer of the
    /// same map, through whatever handle; [`Error::Access`](crate::Error::Access) when the
    /// descriptor does not allow writing the consumer's position, else
    /// [`Error::Os`](crate::Error::Os).
    pub fn consumer(&self) -> Result<Consumer<T>> {
        Consumer::new(&self.map)
    }
}

impl<T> Handle for RingBuf<T> {
    type Key = ();
    type Value = T;

    fn as_map(&self) -> &Map {
        self
    }

    fn from_map(map: Map) -> Result<Self> {
        map.fits(&[MapKind::RingBuf], 0, 0)?;
        Ok(Self {
            map,
            types: PhantomData,
        })
    }
}

impl<T> Clone for RingBuf<T> {
    fn clone(&self) -> Self {
        Self {
            map: self.map.clone(),
            types: PhantomData,
        }
    }
}

impl<T> Deref for RingBuf<T> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<T> AsFd for RingBuf<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl<T> fmt::Debug for RingBuf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(f)
    }
}
