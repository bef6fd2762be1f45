//! The element commands of a map: the one place where handles reach what holds the
//! entries, the kernel or a [`Backend`].

use std::os::fd::AsFd;
use std::time::Duration;

use crate::cpu;
use crate::error::Result;
use crate::map::Map;
use crate::map::backend;
use crate::mapping::Mapping;
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
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::lookup(self.as_fd(), key, value, flags) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::lookup(backend, key, value, flags) },
        }
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
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::lookup_and_delete(self.as_fd(), key, value, flags) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::lookup_and_delete(backend, key, value, flags) },
        }
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
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::update(self.as_fd(), key, value, flags) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::update(backend, key, value, flags) },
        }
    }

    /// Deletes the entry of `key`.
    ///
    /// # Safety
    /// As for [`sys::delete`].
    #[inline]
    pub(crate) unsafe fn delete(&self, key: *const u8) -> sys::Result<()> {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::delete(self.as_fd(), key) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::delete(backend, key) },
        }
    }

    /// Writes the key after `key` (the first, when `key` is null) to `next`.
    ///
    /// # Safety
    /// As for [`sys::next_key`].
    #[inline]
    pub(crate) unsafe fn next_key(&self, key: *const u8, next: *mut u8) -> sys::Result<()> {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::next_key(self.as_fd(), key, next) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::next_key(backend, key, next) },
        }
    }

    /// Copies many entries out: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::lookup_batch`].
    pub(crate) unsafe fn lookup_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::lookup_batch(self.as_fd(), memory) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::lookup_batch(backend, memory, false) },
        }
    }

    /// Copies many entries out and deletes them: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::lookup_and_delete_batch`].
    pub(crate) unsafe fn lookup_and_delete_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::lookup_and_delete_batch(self.as_fd(), memory) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::lookup_batch(backend, memory, true) },
        }
    }

    /// Writes many entries: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::update_batch`].
    pub(crate) unsafe fn update_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::update_batch(self.as_fd(), memory) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::update_batch(backend, memory) },
        }
    }

    /// Deletes many entries: how it ended, and how many.
    ///
    /// # Safety
    /// As for [`sys::delete_batch`].
    pub(crate) unsafe fn delete_batch(&self, memory: &Batch) -> (sys::Result<()>, u32) {
        match self.backend() {
            // SAFETY: the caller's.
            None => unsafe { sys::delete_batch(self.as_fd(), memory) },
            // SAFETY: the caller's.
            Some(backend) => unsafe { backend::delete_batch(backend, memory) },
        }
    }

    /// What the descriptor may be used for.
    pub(crate) fn access(&self) -> Option<Access> {
        match self.backend() {
            None => sys::access(self.as_fd()),
            Some(backend) => Some(backend.access()),
        }
    }

    /// The CPUs that a per-CPU value of this map has slots for.
    #[inline]
    pub(crate) fn cpus(&self) -> Result<&'static [u32]> {
        match self.backend() {
            None => cpu::of_machine(),
            Some(backend) => Ok(backend.cpus()),
        }
    }

    /// Maps `size` bytes of the map's memory from `offset` on into this process.
    pub(crate) fn mapping(
        &self,
        offset: usize,
        size: usize,
        writable: bool,
    ) -> sys::Result<Mapping> {
        match self.backend() {
            None => Mapping::new(self.as_fd(), offset, size, writable),
            Some(backend) => backend.mapping(offset, size, writable),
        }
    }

    /// Waits until the descriptor can be read, or `timeout` is over (`None`: forever):
    /// whether it can be.
    pub(crate) fn wait_readable(&self, timeout: Option<Duration>) -> sys::Result<bool> {
        sys::wait_readable(self.as_fd(), timeout)
    }

    /// Says that records were consumed, so that the descriptor can be read only while
    /// there are more. The kernel knows by itself.
    #[inline]
    pub(crate) fn consumed(&self) {
        if let Some(backend) = self.backend() {
            backend.consumed();
        }
    }
}
