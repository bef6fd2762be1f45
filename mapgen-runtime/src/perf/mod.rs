//! Perf event arrays: records from programs, in one buffer for each CPU.

mod consumer;
mod event;
mod memory;
mod options;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};

use crate::error::Result;
use crate::map::{Handle, Map, PerfEventArray};

pub use consumer::PerfConsumer;
pub use options::{PerfOptions, Wakeup};

/// A perf event array whose records are `T`: `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
///
/// The handle can be cloned and shared like any other; reading goes through the one
/// [`PerfConsumer`] of this process. Events of the caller's own go in through the
/// [`PerfEventArray`] that it derefs to.
///
/// ```no_run
/// # use std::time::Duration;
/// # use mapgen_runtime::{PerfEvents, Result};
/// # fn example(events: &PerfEvents<[u64; 4]>) -> Result<()> {
/// let mut consumer = events.consumer()?;
/// loop {
///     consumer.poll(Duration::from_secs(1), |cpu, event| println!("CPU {cpu}: {event:?}"))?;
///     if consumer.lost() > 0 {
///         eprintln!("{} records lost", consumer.lost());
///     }
/// }
/// # }
/// ```
pub struct PerfEvents<T> {
    array: PerfEventArray,
    types: PhantomData<fn() -> T>,
}

/// In place of a record type where none is declared: what there is, is read as bytes.
#[derive(Clone, Copy, Debug)]
pub enum Undeclared {}

/// Records of an array of which none are declared, as bytes.
impl PerfEventArray {
    /// As [`PerfEvents::consumer`], for
    /// [`consume_raw`](PerfConsumer::consume_raw) and [`poll_raw`](PerfConsumer::poll_raw).
    ///
    /// # Errors
    /// As for [`PerfEvents::consumer`].
    ///
    /// ```no_run
    /// # use mapgen_runtime::{PerfEventArray, Result};
    /// # fn example(events: &PerfEventArray) -> Result<()> {
    /// events.consumer()?.consume_raw(|cpu, record| println!("{cpu}: {:?}", record.to_vec()))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consumer(&self) -> Result<PerfConsumer<Undeclared>> {
        self.consumer_with(PerfOptions::default())
    }

    /// As [`consumer`](Self::consumer), with other buffers, wake-ups or CPUs.
    ///
    /// # Errors
    /// As for [`PerfEvents::consumer`].
    pub fn consumer_with(&self, options: PerfOptions) -> Result<PerfConsumer<Undeclared>> {
        PerfConsumer::new(self, options)
    }
}

impl<T> PerfEvents<T> {
    /// Opens the event of each online CPU, maps its buffer, and lets programs write.
    ///
    /// There is one consumer for the array, since each CPU's entry is one event; when it
    /// is dropped, the entries are removed, and what was not read is gone.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) while this process has another consumer of the same map,
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) when there are more CPUs than entries (what the others wrote
    /// would be lost; see [`PerfOptions::cpus`]), [`Error::Permission`](crate::Error::Permission) without
    /// CAP_PERFMON, or without CAP_IPC_LOCK for more memory than
    /// `kernel.perf_event_mlock_kb` allows, else [`Error::Os`](crate::Error::Os).
    pub fn consumer(&self) -> Result<PerfConsumer<T>> {
        self.consumer_with(PerfOptions::default())
    }

    /// As [`consumer`](Self::consumer), with other buffers, wake-ups or CPUs.
    ///
    /// # Errors
    /// As for [`consumer`](Self::consumer).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{PerfEvents, PerfOptions, Result, Wakeup};
    /// # fn example(events: &PerfEvents<[u64; 4]>) -> Result<()> {
    /// let options = PerfOptions::default().pages(8).wakeup(Wakeup::Records(100));
    /// let consumer = events.consumer_with(options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consumer_with(&self, options: PerfOptions) -> Result<PerfConsumer<T>> {
        PerfConsumer::new(self, options)
    }
}

impl<T> Handle for PerfEvents<T> {
    type Key = ();
    type Value = T;

    fn as_map(&self) -> &Map {
        self
    }

    fn from_map(map: Map) -> Result<Self> {
        Ok(Self {
            array: PerfEventArray::from_map(map)?,
            types: PhantomData,
        })
    }
}

impl<T> Clone for PerfEvents<T> {
    fn clone(&self) -> Self {
        Self {
            array: self.array.clone(),
            types: PhantomData,
        }
    }
}

impl<T> Deref for PerfEvents<T> {
    type Target = PerfEventArray;

    fn deref(&self) -> &PerfEventArray {
        &self.array
    }
}

impl<T> AsFd for PerfEvents<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.array.as_fd()
    }
}

impl<T> fmt::Debug for PerfEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.array.fmt(f)
    }
}
