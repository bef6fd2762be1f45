//! Maps whose types nobody knows: bytes, of checked sizes.

use std::fmt;
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};

use crate::error::{Error, Result};
use crate::map::batches::{Batches, Mode, read_one};
use crate::map::iter::Entries;
use crate::map::{Handle, Map};
use crate::spec::MapKind;
use crate::sys;

/// A map of any kind, as bytes.
///
/// What a map binds as that has no types: declare them with `key` and `value` in
/// `#[ebpf_map]`, or in C with `__type(key, ..)`, to get a typed handle. Sizes are
/// checked, so that the kernel never reads or writes past a buffer: a value has
/// [`value_len`](Self::value_len) bytes, which for per-CPU kinds is the value size
/// rounded up to 8 for each possible CPU. What an operation means, and whether it is
/// there, depends on the kind of map; those without keys take an empty one.
///
/// ```no_run
/// # use mapgen_runtime::{RawMap, Result};
/// # fn example(map: &RawMap) -> Result<()> {
/// map.insert(&1u32.to_ne_bytes(), &vec![0; map.value_len()])?;
/// for entry in map.iter() {
///     let (key, value) = entry?;
///     println!("{key:02x?}: {value:02x?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RawMap {
    map: Map,
    value_len: usize,
}

impl RawMap {
    /// How many bytes a key has.
    pub fn key_len(&self) -> usize {
        self.map.info().key_size() as usize
    }

    /// How many bytes a value has, as the kernel copies it.
    pub fn value_len(&self) -> usize {
        self.value_len
    }

    /// The value of a key, `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::Access`] when the descriptor is write-only, else
    /// [`Error::Os`].
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut value = vec![0; self.value_len];
        Ok(self.get_into(key, &mut value)?.then_some(value))
    }

    /// As [`get`](Self::get), into bytes that are there already: whether the key is there.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_into(&self, key: &[u8], value: &mut [u8]) -> Result<bool> {
        self.read("get", key, value, Mode::Read)
    }

    /// Deletes an entry: the value that it had. In one call where the kernel can.
    ///
    /// # Errors
    /// As for [`get`](Self::get) and [`delete`](Self::delete).
    pub fn remove(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut value = vec![0; self.value_len];
        let found = self.read("remove", key, &mut value, Mode::Take)?;
        Ok(found.then_some(value))
    }

    fn read(&self, op: &'static str, key: &[u8], value: &mut [u8], mode: Mode) -> Result<bool> {
        self.check("value", value.len(), self.value_len)?;
        let key = self.key(key)?;
        let flags = self.map.lock_flag();
        // SAFETY: the key has the map's key size (or is null where that is 0), and the
        // value as many bytes as the kernel copies.
        match unsafe { read_one(&self.map, key, value.as_mut_ptr(), mode, flags) } {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) if mode == Mode::Take => Err(self.map.refused_write(op, errno)),
            Err(errno) => Err(self.map.refused_read(op, errno)),
        }
    }

    /// Inserts an entry, or replaces its value.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::Full`], [`Error::Access`] when the map is frozen or the
    /// descriptor read-only, else [`Error::Os`].
    pub fn insert(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.update("insert", key, value, sys::ANY)
    }

    /// Inserts an entry whose key is not there yet.
    ///
    /// # Errors
    /// [`Error::Exists`], else as for [`insert`](Self::insert).
    pub fn try_insert(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.update("try_insert", key, value, sys::NOEXIST)
    }

    /// Replaces the value of a key that is there.
    ///
    /// # Errors
    /// [`Error::NotFound`], else as for [`insert`](Self::insert).
    pub fn replace(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.update("replace", key, value, sys::EXIST)
    }

    fn update(&self, op: &'static str, key: &[u8], value: &[u8], flags: u64) -> Result<()> {
        self.check("value", value.len(), self.value_len)?;
        let key = self.key(key)?;
        let flags = flags | self.map.lock_flag();
        let update = || {
            // SAFETY: as for `read`.
            unsafe { self.map.update(key, value.as_ptr(), flags) }
        };
        update()
            .or_else(|errno| self.map.retry(errno, update))
            .map_err(|errno| self.map.refused_write(op, errno))
    }

    /// Deletes an entry: whether it was there.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::Access`] when the map is frozen or the descriptor
    /// read-only, else [`Error::Os`].
    pub fn delete(&self, key: &[u8]) -> Result<bool> {
        let key = self.key(key)?;
        // SAFETY: as for `read`.
        match unsafe { self.map.delete(key) } {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.map.refused_write("delete", errno)),
        }
    }

    /// All entries, in no order: as [`HashMap::iter`](crate::HashMap::iter).
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> RawIter {
        RawIter(Entries::new(self.batches("iter", None)))
    }

    /// As [`iter`](Self::iter), asking for `entries` in each call at first.
    #[doc(hidden)]
    #[must_use = "iterators are lazy"]
    pub fn iter_with_batch(&self, entries: usize) -> RawIter {
        RawIter(Entries::new(self.batches("iter", Some(entries))))
    }

    /// All keys, in no order: as [`HashMap::iter`](crate::HashMap::iter).
    pub fn keys(&self) -> impl Iterator<Item = Result<Vec<u8>>> + use<> {
        let mut entries = Entries::new(self.batches("keys", None));
        std::iter::from_fn(move || Some(entries.advance()?.map(|index| entries.key_vec(index))))
            .fuse()
    }

    fn batches(&self, op: &'static str, room: Option<usize>) -> Batches {
        Batches::new(&self.map, self.value_len, Mode::Read, op, room)
    }

    /// The address of a key of the right size; null for a map that has none, as the
    /// kernel wants it (`___bpf_copy_key`).
    fn key(&self, key: &[u8]) -> Result<*const u8> {
        self.check("key", key.len(), self.key_len())?;
        Ok(if key.is_empty() {
            std::ptr::null()
        } else {
            key.as_ptr()
        })
    }

    fn check(&self, what: &'static str, found: usize, expected: usize) -> Result<()> {
        if found == expected {
            return Ok(());
        }
        Err(Error::Size {
            map: self.map.label(),
            what,
            expected,
            found,
        })
    }
}

/// How many bytes the kernel copies for a value: `bpf_map_value_size` in
/// kernel/bpf/syscall.c.
pub(super) fn value_len(map: &Map) -> Result<usize> {
    let value_size = map.info().value_size() as usize;
    Ok(match map.info().kind() {
        MapKind::PerCpuHash
        | MapKind::LruPerCpuHash
        | MapKind::PerCpuArray
        | MapKind::PerCpuCgroupStorage => value_size.next_multiple_of(8) * map.cpus()?.len(),
        // Descriptors and ids.
        MapKind::PerfEventArray
        | MapKind::ProgArray
        | MapKind::CgroupArray
        | MapKind::ArrayOfMaps
        | MapKind::HashOfMaps => 4,
        // A kind that this release does not know may be a per-CPU one: room for that,
        // and for a descriptor, does no harm.
        MapKind::Other(_) => (value_size.next_multiple_of(8) * map.cpus()?.len()).max(8),
        _ => value_size,
    })
}

impl Handle for RawMap {
    type Key = Vec<u8>;
    type Value = Vec<u8>;

    fn as_map(&self) -> &Map {
        self
    }

    fn from_map(map: Map) -> Result<Self> {
        let value_len = value_len(&map)?;
        Ok(Self { map, value_len })
    }
}

impl Deref for RawMap {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl AsFd for RawMap {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }
}

impl fmt::Debug for RawMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(f)
    }
}

/// The entries of a [`RawMap`].
pub struct RawIter(Entries);

impl Iterator for RawIter {
    type Item = Result<(Vec<u8>, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.advance()?;
        Some(entry.map(|index| (self.0.key_vec(index), self.0.value_vec(index))))
    }
}

impl std::iter::FusedIterator for RawIter {}

impl fmt::Debug for RawIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawIter").finish_non_exhaustive()
    }
}
