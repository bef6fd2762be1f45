//! Many updates or deletions, a batch at a time.

use crate::error::Result;
use crate::map::Map;
use crate::map::block::{Block, buffer};
use crate::sys::{self, Batch, ENOTSUPP};

/// What a batch takes in memory at most, in bytes, keys and values together.
const BYTES: usize = 256 * 1024;
/// And how many entries.
const ENTRIES: usize = 4096;

/// Updates or deletions that wait to be made together.
pub(crate) struct Writes<'a> {
    map: &'a Map,
    op: &'static str,
    key_size: usize,
    /// What the kernel copies for one value; 0 for deletions.
    value_size: usize,
    is_update: bool,
    keys: Vec<Block>,
    values: Vec<Block>,
    room: usize,
    count: usize,
    /// Whether the kernel takes batches of this kind of map, as far as we know.
    batches: bool,
}

impl<'a> Writes<'a> {
    /// Updates of values of which the kernel copies `value_size` bytes.
    pub(crate) fn updates(map: &'a Map, value_size: usize, op: &'static str) -> Self {
        Self::new(map, value_size, true, op)
    }

    /// Deletions.
    pub(crate) fn deletions(map: &'a Map, op: &'static str) -> Self {
        Self::new(map, 0, false, op)
    }

    fn new(map: &'a Map, value_size: usize, is_update: bool, op: &'static str) -> Self {
        let key_size = map.info().key_size() as usize;
        let room = (BYTES / (key_size + value_size).max(1)).clamp(1, ENTRIES);
        Self {
            map,
            op,
            key_size,
            value_size,
            is_update,
            keys: buffer(key_size * room),
            values: buffer(value_size * room),
            room,
            count: 0,
            batches: true,
        }
    }

    /// Adds an update; makes those that wait when they are many.
    ///
    /// # Safety
    /// `key` and `value` are valid for the key size and the value size, all initialised.
    pub(crate) unsafe fn update(&mut self, key: *const u8, value: *const u8) -> Result<()> {
        debug_assert!(self.is_update, "these are deletions");
        let at = self.count * self.value_size;
        // SAFETY: `count` is below `room`, and the caller's.
        unsafe {
            let to = self.values.as_mut_ptr().cast::<u8>().add(at);
            std::ptr::copy_nonoverlapping(value, to, self.value_size);
            self.push(key)
        }
    }

    /// Adds a deletion; makes those that wait when they are many.
    ///
    /// # Safety
    /// `key` is valid for the key size, all initialised.
    pub(crate) unsafe fn delete(&mut self, key: *const u8) -> Result<()> {
        debug_assert!(!self.is_update, "these are updates");
        // SAFETY: the caller's.
        unsafe { self.push(key) }
    }

    /// # Safety
    /// As for `delete`.
    unsafe fn push(&mut self, key: *const u8) -> Result<()> {
        let at = self.count * self.key_size;
        // SAFETY: `count` is below `room`, and the caller's.
        unsafe {
            let to = self.keys.as_mut_ptr().cast::<u8>().add(at);
            std::ptr::copy_nonoverlapping(key, to, self.key_size);
        }
        self.count += 1;
        if self.count == self.room {
            self.flush()?;
        }
        Ok(())
    }

    /// Makes those that wait.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let count = std::mem::take(&mut self.count);
        let mut done = 0;
        while done < count {
            let (result, more) = self.batch(done, count);
            done += more;
            let errno = match result {
                Ok(()) if more > 0 => continue,
                Ok(()) => libc::EIO,
                Err(libc::EINVAL | libc::EOPNOTSUPP | ENOTSUPP) if self.batches && more == 0 => {
                    self.batches = false;
                    continue;
                }
                Err(errno) => errno,
            };
            // The entry at `done` is the one that failed; those after it were not tried.
            let result = match errno {
                libc::ENOENT if !self.is_update => Ok(()),
                errno => self.map.retry(errno, || self.one(done)),
            };
            result.map_err(|errno| self.map.refused_write(self.op, errno))?;
            done += 1;
        }
        Ok(())
    }

    /// Makes those from `done` to `count`: how it ended, and how many were made.
    fn batch(&mut self, done: usize, count: usize) -> (sys::Result<()>, usize) {
        if !self.batches {
            return match self.one(done) {
                Ok(()) => (Ok(()), 1),
                Err(errno) => (Err(errno), 0),
            };
        }
        // SAFETY: `done` is below `room`.
        let (keys, values) = unsafe {
            (
                self.keys
                    .as_mut_ptr()
                    .cast::<u8>()
                    .add(done * self.key_size),
                self.values
                    .as_mut_ptr()
                    .cast::<u8>()
                    .add(done * self.value_size),
            )
        };
        let memory = Batch {
            in_batch: std::ptr::null(),
            out_batch: std::ptr::null_mut(),
            keys,
            values: if self.is_update {
                values
            } else {
                std::ptr::null_mut()
            },
            count: u32::try_from(count - done).unwrap_or(u32::MAX),
            // A deletion takes no lock.
            element_flags: if self.is_update {
                self.map.lock_flag()
            } else {
                0
            },
        };
        // SAFETY: the entries from `done` to `count` are there, each of the sizes that the
        // kernel copies.
        let (result, made) = unsafe {
            if self.is_update {
                self.map.update_batch(&memory)
            } else {
                self.map.delete_batch(&memory)
            }
        };
        (result, made as usize)
    }

    /// Makes one of those that wait.
    fn one(&self, index: usize) -> sys::Result<()> {
        // SAFETY: `index` is below `room`; each entry is of the sizes that the kernel
        // copies.
        unsafe {
            let key = self.keys.as_ptr().cast::<u8>().add(index * self.key_size);
            if self.is_update {
                let value = self
                    .values
                    .as_ptr()
                    .cast::<u8>()
                    .add(index * self.value_size);
                self.map.update(key, value, sys::ANY | self.map.lock_flag())
            } else {
                self.map.delete(key)
            }
        }
    }
}
