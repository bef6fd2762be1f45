//! What it means when the kernel refuses an operation on an element.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::Error;
use crate::map::Map;
use crate::spec::MapKind;
use crate::sys::{self, Access, Errno};

/// How often an update is tried again that failed for a passing want of memory.
const RETRIES: u32 = 100;

/// Writes that the kernel refused, by reason: see
/// [`Map::update_errors`](crate::Map::update_errors).
///
/// That a key is there already, or is not there, is an answer and not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdateErrors {
    /// The map was full.
    pub full: u64,
    /// The map or the descriptor does not allow it.
    pub access: u64,
    /// The kernel had no memory (`ENOMEM`), also after trying again.
    pub memory: u64,
    /// Everything else.
    pub other: u64,
}

/// The same, counted from any thread.
#[derive(Debug, Default)]
pub(super) struct Refused {
    full: AtomicU64,
    access: AtomicU64,
    memory: AtomicU64,
    other: AtomicU64,
}

impl Refused {
    fn add(&self, error: &Error) {
        let reason = match error {
            Error::Exists { .. } | Error::NotFound { .. } => return,
            Error::Full { .. } => &self.full,
            Error::Access { .. } => &self.access,
            Error::Os {
                errno: libc::ENOMEM,
                ..
            } => &self.memory,
            _ => &self.other,
        };
        // Relaxed: each is a number of its own, and nothing is read by it.
        reason.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> UpdateErrors {
        UpdateErrors {
            full: self.full.load(Ordering::Relaxed),
            access: self.access.load(Ordering::Relaxed),
            memory: self.memory.load(Ordering::Relaxed),
            other: self.other.load(Ordering::Relaxed),
        }
    }
}

impl Map {
    /// The error for a read that the kernel refused.
    #[cold]
    pub(crate) fn refused_read(&self, op: &'static str, errno: Errno) -> Error {
        if errno == libc::EPERM && self.access() == Some(Access::WriteOnly) {
            return self.no_access(op, "its descriptor is write-only");
        }
        self.os(op, errno)
    }

    /// The error for a write that the kernel refused.
    #[cold]
    pub(crate) fn refused_write(&self, op: &'static str, errno: Errno) -> Error {
        let error = self.write_error(op, errno);
        self.0.refused.add(&error);
        error
    }

    fn write_error(&self, op: &'static str, errno: Errno) -> Error {
        match errno {
            libc::EEXIST => Error::Exists { map: self.label() },
            libc::ENOENT => Error::NotFound { map: self.label() },
            libc::EPERM => match self.access() {
                Some(Access::ReadOnly) => self.no_access(op, "its descriptor is read-only"),
                // What is read and deleted in one.
                Some(Access::WriteOnly) => self.no_access(op, "its descriptor is write-only"),
                Some(Access::ReadWrite) => self.no_access(op, "the map is frozen"),
                _ => self.os(op, errno),
            },
            errno if self.is_full(errno) => Error::Full {
                map: self.label(),
                capacity: self.capacity(),
                entries: self.entries_when_full(),
            },
            errno => self.os(op, errno),
        }
    }

    pub(crate) fn os(&self, op: &'static str, errno: Errno) -> Error {
        Error::Os {
            op: op.into(),
            map: self.label(),
            errno,
        }
    }

    fn no_access(&self, op: &'static str, why: &'static str) -> Error {
        Error::Access {
            op,
            map: self.label(),
            why,
        }
    }

    /// Which error number says "full" depends on the kind of map.
    fn is_full(&self, errno: Errno) -> bool {
        match self.info().kind() {
            // `alloc_htab_elem` in kernel/bpf/hashtab.c; devmap.c, sock_map.c.
            MapKind::Hash
            | MapKind::PerCpuHash
            | MapKind::HashOfMaps
            | MapKind::DevMapHash
            | MapKind::SockHash => errno == libc::E2BIG,
            // `htab_lru_map_update_elem`: nothing could be evicted.
            MapKind::LruHash | MapKind::LruPerCpuHash => errno == libc::ENOMEM,
            // `trie_update_elem` in kernel/bpf/lpm_trie.c.
            MapKind::LpmTrie => errno == libc::ENOSPC,
            // `queue_stack_map_push_elem` in kernel/bpf/queue_stack_maps.c.
            MapKind::Queue | MapKind::Stack => errno == libc::E2BIG,
            _ => false,
        }
    }

    /// Hashes, tries and queues are full at exactly `max_entries`; an LRU map, when it
    /// found nothing to evict, somewhere below.
    fn entries_when_full(&self) -> Option<u32> {
        match self.info().kind() {
            MapKind::LruHash | MapKind::LruPerCpuHash => None,
            _ => Some(self.capacity()),
        }
    }

    /// Tries an update again that failed for a reason that passes: a map without
    /// preallocation (`BPF_F_NO_PREALLOC`) answers `ENOMEM` while the kernel refills its
    /// per-CPU caches, an LRU map while other CPUs hold all its free entries, and
    /// `EBUSY` says that a bucket is locked.
    #[cold]
    pub(crate) fn retry(
        &self,
        first: Errno,
        mut update: impl FnMut() -> sys::Result<()>,
    ) -> sys::Result<()> {
        let mut last = first;
        for attempt in 0..RETRIES {
            let passes = match last {
                libc::EBUSY => true,
                libc::ENOMEM => {
                    self.info().map_flags() & sys::F_NO_PREALLOC != 0
                        || matches!(
                            self.info().kind(),
                            MapKind::LruHash | MapKind::LruPerCpuHash
                        )
                }
                _ => false,
            };
            if !passes {
                break;
            }
            if attempt < 10 {
                std::thread::yield_now();
            } else {
                std::thread::sleep(Duration::from_micros(100));
            }
            match update() {
                Ok(()) => return Ok(()),
                Err(errno) => last = errno,
            }
        }
        Err(last)
    }
}
