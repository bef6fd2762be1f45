//! Something else than the kernel behind a handle.
//!
//! The handles pass addresses, as `bpf(2)` takes them; here they become slices, so that a
//! backend is written without `unsafe`. Nothing of this is on the way of a real map but
//! one branch, and no program that has no simulated map carries a backend's code.

use std::path::Path;
use std::slice;

use crate::error::Result;
use crate::mapping::Mapping;
use crate::sys::{self, Access, Batch};
use crate::testing::Simulation;

/// What holds a map's entries where that is not the kernel: the commands of `bpf(2)`, on
/// bytes. Keys have the key size, values are as the kernel copies them.
pub(crate) trait Backend: Send + Sync {
    /// How many bytes a key has, and how many are copied for a value.
    fn sizes(&self) -> (usize, usize);

    /// Whether a look-up reads its value first: that of a Bloom filter, which has no keys.
    fn asks_by_value(&self) -> bool;

    /// How many bytes the cursor of a batch has.
    fn cursor_size(&self) -> usize;

    /// The value of `key`; `asked` where [`asks_by_value`](Self::asks_by_value).
    fn lookup(&self, key: &[u8], asked: &[u8], flags: u64) -> sys::Result<Vec<u8>>;

    /// The value of `key`, and the entry is gone.
    fn lookup_and_delete(&self, key: &[u8], flags: u64) -> sys::Result<Vec<u8>>;

    fn update(&self, key: &[u8], value: &[u8], flags: u64) -> sys::Result<()>;

    fn delete(&self, key: &[u8]) -> sys::Result<()>;

    /// The key after `key`, or the first.
    fn next_key(&self, key: Option<&[u8]>) -> sys::Result<Vec<u8>>;

    /// Up to `room` entries from `cursor` on, which may be deleted.
    fn lookup_batch(&self, cursor: Option<&[u8]>, room: usize, take: bool) -> Entries;

    /// Writes entries: how it ended, and how many were written.
    fn update_batch(&self, keys: &[u8], values: &[u8], count: u32) -> (sys::Result<()>, u32);

    /// Deletes entries: how it ended, and how many were deleted.
    fn delete_batch(&self, keys: &[u8], count: u32) -> (sys::Result<()>, u32);

    fn access(&self) -> Access;

    fn cpus(&self) -> &'static [u32];

    fn mapping(&self, offset: usize, size: usize, writable: bool) -> sys::Result<Mapping>;

    /// Makes the descriptor readable or not, as there are records or not.
    fn consumed(&self);

    fn pin(&self, path: &Path) -> Result<()>;

    /// For tests to act as programs and administrators do.
    fn simulation(&self) -> &Simulation;
}

/// What a batch brought.
pub(crate) struct Entries {
    pub(crate) result: sys::Result<()>,
    /// One after the other; as many as `values`.
    pub(crate) keys: Vec<u8>,
    pub(crate) values: Vec<u8>,
    pub(crate) count: u32,
    /// Where it ended; empty where the kernel does not say.
    pub(crate) cursor: Vec<u8>,
}

/// The bytes at an address, none for null.
///
/// # Safety
/// `from` is null or valid for reads of `len` initialised bytes for `'a`.
unsafe fn bytes<'a>(from: *const u8, len: usize) -> &'a [u8] {
    if from.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: the caller's.
    unsafe { slice::from_raw_parts(from, len) }
}

/// Writes bytes to an address.
///
/// # Safety
/// `to` is valid for writes of `len` bytes.
unsafe fn write(bytes: &[u8], to: *mut u8, len: usize) {
    assert!(bytes.len() <= len, "{} bytes for {len}", bytes.len());
    // SAFETY: the caller's, and the assertion; `bytes` is borrowed, so `to`, to which the
    // caller may write, is elsewhere.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

/// # Safety
/// As for [`sys::lookup`]; where the backend asks by value, `value` is initialised.
#[cold]
pub(crate) unsafe fn lookup(
    backend: &dyn Backend,
    key: *const u8,
    value: *mut u8,
    flags: u64,
) -> sys::Result<()> {
    let (key_size, value_size) = backend.sizes();
    let asked = if backend.asks_by_value() {
        value_size
    } else {
        0
    };
    // SAFETY: the caller's.
    unsafe {
        let found = backend.lookup(bytes(key, key_size), bytes(value, asked), flags)?;
        write(&found, value, value_size);
    }
    Ok(())
}

/// # Safety
/// As for [`sys::lookup_and_delete`].
#[cold]
pub(crate) unsafe fn lookup_and_delete(
    backend: &dyn Backend,
    key: *const u8,
    value: *mut u8,
    flags: u64,
) -> sys::Result<()> {
    let (key_size, value_size) = backend.sizes();
    // SAFETY: the caller's.
    unsafe {
        let found = backend.lookup_and_delete(bytes(key, key_size), flags)?;
        write(&found, value, value_size);
    }
    Ok(())
}

/// # Safety
/// As for [`sys::update`].
#[cold]
pub(crate) unsafe fn update(
    backend: &dyn Backend,
    key: *const u8,
    value: *const u8,
    flags: u64,
) -> sys::Result<()> {
    let (key_size, value_size) = backend.sizes();
    // SAFETY: the caller's.
    unsafe { backend.update(bytes(key, key_size), bytes(value, value_size), flags) }
}

/// # Safety
/// As for [`sys::delete`].
#[cold]
pub(crate) unsafe fn delete(backend: &dyn Backend, key: *const u8) -> sys::Result<()> {
    // SAFETY: the caller's.
    backend.delete(unsafe { bytes(key, backend.sizes().0) })
}

/// # Safety
/// As for [`sys::next_key`].
#[cold]
pub(crate) unsafe fn next_key(
    backend: &dyn Backend,
    key: *const u8,
    next: *mut u8,
) -> sys::Result<()> {
    let key_size = backend.sizes().0;
    // SAFETY: the caller's.
    unsafe {
        let key = (!key.is_null()).then(|| bytes(key, key_size));
        write(&backend.next_key(key)?, next, key_size);
    }
    Ok(())
}

/// # Safety
/// As for [`sys::lookup_batch`].
#[cold]
pub(crate) unsafe fn lookup_batch(
    backend: &dyn Backend,
    memory: &Batch,
    take: bool,
) -> (sys::Result<()>, u32) {
    let (key_size, value_size) = backend.sizes();
    let (room, cursor_size) = (memory.count as usize, backend.cursor_size());
    // SAFETY: the caller's.
    unsafe {
        let cursor = (!memory.in_batch.is_null()).then(|| bytes(memory.in_batch, cursor_size));
        let found = backend.lookup_batch(cursor, room, take);
        write(&found.keys, memory.keys, key_size * room);
        write(&found.values, memory.values, value_size * room);
        write(&found.cursor, memory.out_batch, cursor_size);
        (found.result, found.count)
    }
}

/// # Safety
/// As for [`sys::update_batch`].
#[cold]
pub(crate) unsafe fn update_batch(backend: &dyn Backend, memory: &Batch) -> (sys::Result<()>, u32) {
    let (key_size, value_size) = backend.sizes();
    let count = memory.count as usize;
    // SAFETY: the caller's.
    let (keys, values) = unsafe {
        (
            bytes(memory.keys, key_size * count),
            bytes(memory.values, value_size * count),
        )
    };
    backend.update_batch(keys, values, memory.count)
}

/// # Safety
/// As for [`sys::delete_batch`].
#[cold]
pub(crate) unsafe fn delete_batch(backend: &dyn Backend, memory: &Batch) -> (sys::Result<()>, u32) {
    // SAFETY: the caller's.
    let keys = unsafe { bytes(memory.keys, backend.sizes().0 * memory.count as usize) };
    backend.delete_batch(keys, memory.count)
}
