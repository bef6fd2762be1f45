//! Perf event arrays: records from programs, in one buffer for each CPU.

mod consumer;
mod event;
mod memory;
mod options;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use crate::error::{Error, Result};
use crate::map::{Handle, Map};
use crate::spec::MapKind;
use crate::sys;

pub use consumer::PerfConsumer;
pub use options::{PerfOptions, Wakeup};

/// A perf event array whose records are `T`: `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
///
/// The handle can be cloned and shared like any other; reading goes through the one
/// [`PerfConsumer`] of this process. Where no record type is declared, `T` is
/// [`Undeclared`], and records are read as bytes.
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
    map: Map,
    types: PhantomData<fn() -> T>,
}

/// In place of a record type where none is declared: what there is, is read as bytes.
#[derive(Clone, Copy, Debug)]
pub enum Undeclared {}

impl<T> PerfEvents<T> {
    /// Opens the event of each online CPU, maps its buffer, and lets programs write.
    ///
    /// There is one consumer for the array, since each CPU's entry is one event; when it
    /// is dropped, the entries are removed, and what was not read is gone.
    ///
    /// # Errors
    /// [`Error::Busy`] while this process has another consumer of the same map,
    /// [`Error::OutOfRange`] when there are more CPUs than entries (what the others wrote
    /// would be lost; see [`PerfOptions::cpus`]), [`Error::Permission`] without
    /// CAP_PERFMON, or without CAP_IPC_LOCK for more memory than
    /// `kernel.perf_event_mlock_kb` allows, else [`Error::Os`].
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
        PerfConsumer::new(&self.map, options)
    }

    /// Puts a perf event of the caller's at an index: a hardware counter, say, which
    /// programs read with `bpf_perf_event_read_value`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], else [`Error::Os`].
    pub fn set(&self, index: u32, event: impl AsFd) -> Result<()> {
        let capacity = self.map.capacity();
        if index >= capacity {
            return Err(Error::OutOfRange {
                map: self.map.label(),
                index,
                capacity,
            });
        }
        let event = event.as_fd().as_raw_fd();
        // SAFETY: the gate proved that keys and values have 4 bytes.
        unsafe {
            sys::update(
                self.map.as_fd(),
                std::ptr::from_ref(&index).cast(),
                std::ptr::from_ref(&event).cast(),
                sys::ANY,
            )
        }
        .map_err(|errno| self.map.refused_write("set", errno))
    }

    /// Removes the perf event at an index: whether there was one.
    ///
    /// # Errors
    /// [`Error::Os`].
    pub fn delete(&self, index: u32) -> Result<bool> {
        // SAFETY: the gate proved that keys have 4 bytes.
        let deleted = unsafe { sys::delete(self.map.as_fd(), std::ptr::from_ref(&index).cast()) };
        match deleted {
            Ok(()) => Ok(true),
            // `E2BIG`: an index that the array does not have.
            Err(libc::ENOENT | libc::E2BIG) => Ok(false),
            Err(errno) => Err(self.map.refused_write("delete", errno)),
        }
    }
}

impl<T> Handle for PerfEvents<T> {
    type Key = ();
    type Value = T;

    fn as_map(&self) -> &Map {
        self
    }

    fn from_map(map: Map) -> Result<Self> {
        map.fits(&[MapKind::PerfEventArray], 4, 4)?;
        Ok(Self {
            map,
            types: PhantomData,
        })
    }
}

impl<T> Clone for PerfEvents<T> {
    fn clone(&self) -> Self {
        Self {
            map: self.map.clone(),
            types: PhantomData,
        }
    }
}

impl<T> Deref for PerfEvents<T> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<T> AsFd for PerfEvents<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl<T> fmt::Debug for PerfEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(f)
    }
}
