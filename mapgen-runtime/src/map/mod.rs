//! Typed handles: one per kind of map, each over a [`Map`] that passed the load gate.
//!
//! | kind of map | handle |
//! | --- | --- |
//! | `hash`, `lru_hash` | [`HashMap`], [`LruHashMap`] |
//! | `percpu_hash`, `lru_percpu_hash` | [`PerCpuHashMap`] |
//! | `array`, `percpu_array` | [`Array`], [`PerCpuArray`] |
//! | `lpm_trie` | [`LpmTrie`] |
//! | `queue`, `stack`, `bloom_filter` | [`Queue`], [`Stack`], [`BloomFilter`] |
//! | `ringbuf` | [`RingBuf`](crate::RingBuf) |
//! | `array_of_maps`, `hash_of_maps` | [`ArrayOfMaps`], [`HashOfMaps`] |
//! | `task_storage`, `inode_storage`, `sk_storage`, `cgrp_storage` | [`TaskStorage`], [`InodeStorage`], [`SkStorage`], [`CgrpStorage`] |
//! | `cgroup_storage`, `percpu_cgroup_storage` | [`CgroupStorage`], [`PerCpuCgroupStorage`] |
//! | `prog_array`, `cgroup_array`, `xskmap` | [`ProgArray`], [`CgroupArray`], [`XskMap`] |
//! | `perf_event_array` | [`PerfEventArray`], or [`PerfEvents`](crate::PerfEvents) for its records |
//! | `sockmap`, `sockhash`, `reuseport_sockarray` | [`SockMap`], [`SockHash`], [`ReusePortSockArray`] |
//! | `devmap`, `devmap_hash`, `cpumap` | [`DevMap`], [`DevMapHash`], [`CpuMap`] |
//! | `stack_trace` | [`StackTraces`] |
//! | others, and those without types | [`RawMap`] |

#[macro_use]
mod handle;

mod array;
pub(crate) mod backend;
mod batches;
mod block;
mod bloom;
mod calls;
mod cgroup_storage;
mod count;
pub(crate) mod create;
mod devices;
mod elements;
mod hash;
mod iter;
mod lpm;
mod mapped;
mod of_maps;
mod open;
mod per_cpu;
mod per_cpu_hash;
mod queue;
mod raw;
mod refuse;
mod slots;
mod sockets;
mod stacks;
mod storage;
mod stored;
mod sums;
mod walk;
mod write;

pub use array::{Array, PerCpuArray};
pub use bloom::BloomFilter;
pub use cgroup_storage::{CgroupStorage, PerCpuCgroupStorage};
#[cfg(feature = "metrics")]
pub(crate) use count::is_counted;
#[cfg(feature = "libbpf")]
pub(crate) use create::kind_since;
pub use devices::{CpuMap, CpuQueue, DevMap, DevMapHash, Device};
pub use handle::{Binding, Handle};
pub use hash::{HashMap, LruHashMap};
pub use iter::{Drain, Iter, Keys, Values};
pub use lpm::LpmTrie;
pub use mapped::Mapped;
pub use of_maps::{ArrayOfMaps, HashOfMaps, Inners};
pub use per_cpu::PerCpu;
pub use per_cpu_hash::PerCpuHashMap;
pub use queue::{Queue, Stack};
pub use raw::{RawIter, RawMap};
pub use refuse::UpdateErrors;
pub use slots::{CgroupArray, PerfEventArray, ProgArray, XskMap};
pub use sockets::{ReusePortSockArray, SockHash, SockMap};
pub use stacks::{Frame, StackTraces};
pub use storage::{CgrpStorage, InodeStorage, SkStorage, TaskStorage, pidfd};
#[doc(hidden)]
pub use stored::Stored;
pub use sums::Sums;
pub(crate) use walk::Walk;

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::error::{Difference, Error, Mismatch, Name, Result};
use crate::gate::{self, Accept, Origin, Proof};
use crate::info::MapInfo;
use crate::map::backend::Backend;
use crate::map::count::Counter;
use crate::map::refuse::Refused;
use crate::spec::{MapKind, MapSpec};
use crate::sys;

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
    /// Where the entries are not the kernel's.
    backend: Option<Box<dyn Backend>>,
    /// `BPF_F_LOCK` where the values have a spin lock.
    lock_flag: u64,
    /// What counts the entries, once somebody asked how many there are.
    counter: OnceLock<Counter>,
    /// Writes that the kernel refused.
    refused: Refused,
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
        // The kernel knows of the lock by the map's BTF, and refuses the flag without it.
        let locks = spec.spin_lock && info.btf_id() != 0;
        Self(Arc::new(Inner {
            fd,
            spec,
            info,
            proof,
            backend: None,
            lock_flag: if locks { sys::F_LOCK } else { 0 },
            counter: OnceLock::new(),
            refused: Refused::default(),
        }))
    }

    /// A map that is not the kernel's.
    pub(crate) fn simulated(
        fd: OwnedFd,
        spec: &'static MapSpec,
        info: MapInfo,
        proof: Proof,
        backend: Box<dyn Backend>,
    ) -> Self {
        Self(Arc::new(Inner {
            fd,
            spec,
            info,
            proof,
            backend: Some(backend),
            // A backend reads and writes each value whole.
            lock_flag: 0,
            counter: OnceLock::new(),
            refused: Refused::default(),
        }))
    }

    /// What holds the entries where that is not the kernel.
    #[inline]
    pub(crate) fn backend(&self) -> Option<&dyn Backend> {
        self.0.backend.as_deref()
    }

    /// How many entries the live map can hold; bytes for a ring buffer.
    #[inline]
    pub fn capacity(&self) -> u32 {
        self.0.info.max_entries()
    }

    /// What the build knew of the map.
    pub fn spec(&self) -> &'static MapSpec {
        self.0.spec
    }

    /// What the kernel said of the map when it was opened.
    #[inline]
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
        match self.backend() {
            None => open::pin(self, path.as_ref()),
            Some(backend) => backend.pin(path.as_ref()),
        }
    }

    /// The writes through this handle and its clones that the kernel refused.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(conns: &HashMap<u32, u64>) {
    /// if conns.update_errors().full > 0 {
    ///     eprintln!("`{}` was full", conns.name());
    /// }
    /// # }
    /// ```
    pub fn update_errors(&self) -> UpdateErrors {
        self.0.refused.read()
    }

    /// The flag with which elements are read and written.
    #[inline]
    pub(crate) fn lock_flag(&self) -> u64 {
        self.0.lock_flag
    }

    /// Fails for an index beyond the last element.
    #[inline]
    pub(crate) fn in_range(&self, index: u32) -> Result<()> {
        let capacity = self.capacity();
        if index < capacity {
            return Ok(());
        }
        Err(Error::OutOfRange {
            map: self.label(),
            index,
            capacity,
        })
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
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.fd.as_fd()
    }
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
