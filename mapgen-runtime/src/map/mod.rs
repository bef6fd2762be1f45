//! Typed handles: one per kind of map, each over a [`Map`] that passed the load gate.

mod array;
mod batches;
mod block;
mod create;
mod hash;
mod iter;
mod mapped;
mod open;
mod per_cpu;
mod per_cpu_hash;
mod raw;
mod refuse;
mod stored;
mod sums;
mod write;

pub use array::{Array, PerCpuArray};
pub use hash::{HashMap, LruHashMap};
pub use iter::{Drain, Iter, Keys, Values};
pub use mapped::Mapped;
pub use per_cpu::PerCpu;
pub use per_cpu_hash::PerCpuHashMap;
pub use raw::{RawIter, RawMap};
#[doc(hidden)]
pub use stored::Stored;
pub use sums::Sums;

use std::fmt;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Difference, Error, Mismatch, Name, Result};
use crate::gate::{self, Accept, Origin, Proof};
use crate::info::MapInfo;
use crate::perf::PerfEvents;
use crate::ring::RingBuf;
use crate::spec::{MapKind, MapSpec};
use crate::user_ring::UserRingBuf;

/// A live map that passed the load gate: what every handle derefs to.
///
/// Cheap to clone (the clones share one descriptor), `Send + Sync`, and independent of
/// whatever it was opened from.
///
/// ```no_run
/// # use mapgen_runtime::{HashMap, Result};
/// # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
/// println!("{}: map id {}, room for {}", conns.name(), conns.info().id(), conns.capacity());
/// conns.pin("/sys/fs/bpf/conns")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Map(Arc<Inner>);

struct Inner {
    fd: OwnedFd,
    spec: &'static MapSpec,
    info: MapInfo,
    proof: Proof,
}

impl Map {
    /// Takes a descriptor through the load gate.
    pub(crate) fn gate(
        fd: OwnedFd,
        spec: &'static MapSpec,
        accept: Accept,
        origin: Origin<'_>,
    ) -> Result<Self> {
        let (info, proof) = gate::pass(fd.as_fd(), spec, accept, origin)?;
        Ok(Self::from_parts(fd, spec, info, proof))
    }

    /// A map that has passed the load gate elsewhere.
    pub(crate) fn from_parts(
        fd: OwnedFd,
        spec: &'static MapSpec,
        info: MapInfo,
        proof: Proof,
    ) -> Self {
        Self(Arc::new(Inner {
            fd,
            spec,
            info,
            proof,
        }))
    }

    /// How many entries the live map can hold; bytes for a ring buffer.
    pub fn capacity(&self) -> u32 {
        self.0.info.max_entries()
    }

    /// What the build knew of the map.
    pub fn spec(&self) -> &'static MapSpec {
        self.0.spec
    }

    /// What the kernel said of the map when it was opened.
    pub fn info(&self) -> &MapInfo {
        &self.0.info
    }

    /// How far the map was compared when it was opened.
    pub fn proof(&self) -> Proof {
        self.0.proof
    }

    /// The C name of the map.
    pub fn name(&self) -> &'static str {
        self.0.spec.name
    }

    /// Pins the map at a path on a bpf file system (usually below `/sys/fs/bpf`), so
    /// that it outlives this process.
    ///
    /// # Errors
    /// [`Error::Os`] with the path: `EEXIST` when something is there, `ENOENT` when the
    /// directory is not. [`Error::Access`] when the file system is not a bpf one.
    pub fn pin(&self, path: impl AsRef<Path>) -> Result<()> {
        open::pin(self, path.as_ref())
    }

    /// The name, as errors carry it.
    pub(crate) fn label(&self) -> Name {
        Name::Borrowed(self.0.spec.name)
    }

    /// Fails unless the map is of one of `kinds`, with keys and values of these sizes.
    ///
    /// The gate compared the map with its spec; this compares the spec with the Rust
    /// types, so that no descriptor can reach a handle that would read or write beyond
    /// its types.
    pub(crate) fn fits(&self, kinds: &[MapKind], key_size: usize, value_size: usize) -> Result<()> {
        let info = self.info();
        let mut differences = Vec::new();
        if !kinds.contains(&info.kind()) {
            differences.push(Difference::Kind {
                expected: kinds[0],
                found: info.kind(),
            });
        }
        for (what, expected, found) in [
            ("key_size", key_size as u64, info.key_size()),
            ("value_size", value_size as u64, info.value_size()),
        ] {
            if expected != u64::from(found) {
                differences.push(Difference::Number {
                    what,
                    expected,
                    found: found.into(),
                });
            }
        }
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::Mismatch(Mismatch {
            object: self.spec().object,
            map: self.label(),
            found_in: format!("map id {}, against the Rust types", info.id()),
            differences,
        }))
    }
}

impl AsFd for Map {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.fd.as_fd()
    }
}

/// Every handle lends its map's descriptor.
macro_rules! lend_descriptors {
    ($($handle:ident <$($type:ident),*>)*) => {
        $(impl<$($type),*> AsFd for $handle<$($type),*> {
            fn as_fd(&self) -> BorrowedFd<'_> {
                let map: &Map = self;
                map.as_fd()
            }
        })*
    };
}

lend_descriptors! {
    HashMap<K, V>
    LruHashMap<K, V>
    PerCpuHashMap<K, V>
    Array<V>
    PerCpuArray<V>
    RawMap<>
    RingBuf<T>
    PerfEvents<T>
    UserRingBuf<T>
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("name", &self.name())
            .field("kind", &self.info().kind())
            .field("id", &self.info().id())
            .field("capacity", &self.capacity())
            .field("proof", &self.proof())
            .finish()
    }
}

/// What the handles of all kinds of maps share.
///
/// ```
/// use mapgen_runtime::Handle;
///
/// /// How large a map is, whatever its kind.
/// fn capacity(handle: &impl Handle) -> u32 {
///     handle.as_map().capacity()
/// }
/// ```
pub trait Handle: Clone + Deref {
    /// The type of keys.
    type Key;
    /// The type of values, or of records.
    type Value;

    /// The map.
    fn as_map(&self) -> &Map;

    /// Puts the types on a map.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when the map's kind or sizes are not those of the types.
    #[doc(hidden)]
    fn from_map(map: Map) -> Result<Self>;
}

/// A type that `#[ebpf_map]` generated for a map.
///
/// ```
/// use mapgen_runtime::Binding;
///
/// /// The C name of a generated handle's map.
/// fn name<B: Binding>() -> &'static str {
///     B::SPEC.name
/// }
/// ```
pub trait Binding: Clone {
    /// The handle that it derefs to.
    type Handle: Handle;
    /// What the build knew of the map.
    const SPEC: &'static MapSpec;

    /// Puts the binding on a handle.
    #[doc(hidden)]
    fn from_handle(handle: Self::Handle) -> Self;

    /// The handle.
    fn as_handle(&self) -> &Self::Handle;
}
