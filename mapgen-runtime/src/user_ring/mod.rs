//! User ring buffers: records for programs.

mod memory;
mod producer;
mod reserved;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};

use crate::error::Result;
use crate::map::{Handle, Map};
use crate::spec::MapKind;

pub use producer::UserProducer;
pub use reserved::{Reserved, ReservedBytes};

/// A user ring buffer whose records are `T`: `BPF_MAP_TYPE_USER_RINGBUF`. (6.1)
///
/// This process writes, and a program reads with `bpf_user_ringbuf_drain`. The handle can
/// be cloned and shared like any other; writing goes through the one [`UserProducer`] of
/// this process.
///
/// ```no_run
/// # use mapgen_runtime::{Result, UserRingBuf};
/// # fn example(requests: &UserRingBuf<[u64; 2]>) -> Result<()> {
/// let mut producer = requests.producer()?;
/// let mut request = producer.reserve()?;
/// request[0] = 42;
/// request.submit();
/// # Ok(())
/// # }
/// ```
pub struct UserRingBuf<T> {
    map: Map,
    types: PhantomData<fn() -> T>,
}

impl<T> UserRingBuf<T> {
    /// Starts to write. There is one producer for a user ring buffer, since its position
    /// is one number in the shared memory; when it is dropped, another can be made, which
    /// goes on where this one stopped.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) while this process has another producer of the
    /// same map, through whatever handle; [`Error::Access`](crate::Error::Access) when the
    /// descriptor does not allow writing, else [`Error::Os`](crate::Error::Os).
    pub fn producer(&self) -> Result<UserProducer<T>> {
        UserProducer::new(&self.map)
    }
}

impl<T> Handle for UserRingBuf<T> {
    type Key = ();
    type Value = T;

    fn as_map(&self) -> &Map {
        self
    }

    fn from_map(map: Map) -> Result<Self> {
        map.fits(&[MapKind::UserRingBuf], 0, 0)?;
        Ok(Self {
            map,
            types: PhantomData,
        })
    }
}

impl<T> Clone for UserRingBuf<T> {
    fn clone(&self) -> Self {
        Self {
            map: self.map.clone(),
            types: PhantomData,
        }
    }
}

impl<T> Deref for UserRingBuf<T> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl<T> AsFd for UserRingBuf<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl<T> fmt::Debug for UserRingBuf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(f)
    }
}
