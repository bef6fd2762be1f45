//! The element commands of a map: the one place where handles reach what holds the
//! entries.

use std::os::fd::AsFd;

use crate::cpu::possible_cpus;
use crate::error::Result;
use crate::map::Map;
use crate::sys::{self, Access, Batch};

impl Map {
    /// Copies the value of `key` out of the map.
    ///
    /// # Safety
    /// As for [`sys::lookup`].
    #[inline]
    pub(crate) unsafe fn lookup(
        &self,
        key: *const u8,
        value: *mut u8,
        flags: u64,
    ) -> sys::Result<()> {
        // SAFETY: the caller's.
        unsafe { sys::lookup(self.as_fd(), key, value, flags) }
    }

    /// Copies the value of `key` out and deletes the entry. (5.14 for hashes)
    ///
    /// # Safety
    /// As for [`sys::lookup_and_delete`].
    #[inline]
    pub(crate) unsafe fn lookup_and_delete(
        &self,
        key: *const u8,
        value: *mut u8,
        flags: u64,
    ) -> sys::Result<()> {
        // SAFETY: the caller's.
        unsafe { sys::lookup_and_delete(self.as_fd(), key, value, flags) }
    }

    /// Writes the value of `key`.
    ///
    /// # Safety
    /// As for [`sys::update`].
    #[inline]
    pub(crate) unsafe fn update(
        &self,
        key: *const u8,
        value: *const u8,
        flags: u64,
    ) -> sys::Result<()> {
        // SAFETY: the caller's.
        unsafe { sys::update(self.as_fd(), key, value, flags) }
    }

    /// Deletes the entry of `key`.
    ///
    /// # Safety
    /// As for [`sys::delete`].
    #[inline]
    pub(crate) unsafe fn delete(&self, key: *const u8) -> sys::Result<()> {
        // SAFETY: the caller's.
        unsafe { sys::delete(self.as_fd(), key) }
    }

    /// Writes the key after `key` (the first, when `key` is null) to `next`.
    ///
    /// # Safety
    /// As for [`sys::next_key`].
    #[inline]
    pub(crate) unsafe fn next_key(&self, key: *const u8, next: *mut u8) -> sys::Result<()> {
        // SAFETY: the caller's.
        unsafe { sys::next_key(self.as_fd(), key, next) }
    }

    /// Copies many entries out: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::lookup_batch`].
    pub(crate) unsafe fn lookup_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        // SAFETY: the caller's.
        unsafe { sys::lookup_batch(self.as_fd(), memory) }
    }

    /// Copies many entries out and deletes them: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::lookup_and_delete_batch`].
    pub(crate) unsafe fn lookup_and_delete_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        // SAFETY: the caller's.
        unsafe { sys::lookup_and_delete_batch(self.as_fd(), memory) }
    }

    /// Writes many entries: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::update_batch`].
    pub(crate) unsafe fn update_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        // SAFETY: the caller's.
        unsafe { sys::update_batch(self.as_fd(), memory) }
    }

    /// Deletes many entries: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::delete_batch`].
    pub(crate) unsafe fn delete_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        // SAFETY: the caller's.
        unsafe { sys::delete_batch(self.as_fd(), memory) }
    }

    /// What the descriptor may be used for.
    pub(crate) fn access(&self) -> Option<Access> {
        sys::access(self.as_fd())
    }

    /// The CPUs that a per-CPU value of this map has slots for.
    #[inline]
    pub(crate) fn cpus(&self) -> Result<&'static [u32]> {
        possible_cpus()
    }
}
