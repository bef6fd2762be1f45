//! What stands under a key: a plain value, or one for each possible CPU.

use std::mem::MaybeUninit;

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::per_cpu::PerCpu;
use crate::sys;

mod sealed {
    pub trait Sealed {}
    impl<V: bytemuck::Pod> Sealed for V {}
    impl<V: bytemuck::Pod> Sealed for super::PerCpu<V> {}
}

/// What stands under a key: a plain value, or [`PerCpu`] values.
///
/// # Safety
/// `size` is what the kernel copies for a map whose value size is
/// `size_of::<Self::Value>()`, and the pointers that the other methods pass or take are
/// valid for that many bytes, those of `as_ptr` and `as_mut_ptr` after `check` only.
#[doc(hidden)]
pub unsafe trait Stored: sealed::Sealed + Clone {
    /// The type whose size is the map's value size.
    type Value: Pod;

    /// How many bytes the kernel copies.
    fn size(map: &Map) -> Result<usize>;

    /// Fails unless this one has as many bytes as the kernel copies.
    fn check(&self, map: &Map) -> Result<()>;

    /// Makes one of what `fill` writes; its own errors are inside.
    ///
    /// # Safety
    /// When `fill` succeeds, it has written `size` bytes.
    unsafe fn read(
        map: &Map,
        fill: impl FnOnce(*mut u8) -> sys::Result<()>,
    ) -> Result<sys::Result<Self>>;

    /// Makes one of `size` bytes.
    ///
    /// # Safety
    /// `from` is valid for reads of `size` bytes; it need not be aligned.
    unsafe fn copy_from(map: &Map, from: *const u8) -> Result<Self>;

    /// As `copy_from`, into one that is there.
    ///
    /// # Safety
    /// As for `copy_from`.
    unsafe fn assign_from(&mut self, from: *const u8);

    /// The address of `size` initialised bytes.
    fn as_ptr(&self) -> *const u8;

    /// The address of `size` bytes that the kernel may write.
    fn as_mut_ptr(&mut self) -> *mut u8;
}

// SAFETY: the kernel copies the value size for maps that are not per-CPU
// (`bpf_map_value_size` in kernel/bpf/syscall.c), and `V` is that large.
unsafe impl<V: Pod> Stored for V {
    type Value = V;

    #[inline]
    fn size(_: &Map) -> Result<usize> {
        Ok(size_of::<V>())
    }

    #[inline]
    fn check(&self, _: &Map) -> Result<()> {
        Ok(())
    }

    #[inline]
    unsafe fn read(
        _: &Map,
        fill: impl FnOnce(*mut u8) -> sys::Result<()>,
    ) -> Result<sys::Result<Self>> {
        let mut value = MaybeUninit::<V>::uninit();
        Ok(match fill(value.as_mut_ptr().cast()) {
            // SAFETY: `fill` wrote every byte (the caller's), and every bit pattern is a
            // `V` (`Pod`).
            Ok(()) => Ok(unsafe { value.assume_init() }),
            Err(errno) => Err(errno),
        })
    }

    #[inline]
    unsafe fn copy_from(_: &Map, from: *const u8) -> Result<Self> {
        // SAFETY: the caller's; every bit pattern is a `V` (`Pod`).
        Ok(unsafe { from.cast::<V>().read_unaligned() })
    }

    #[inline]
    unsafe fn assign_from(&mut self, from: *const u8) {
        // SAFETY: the caller's; every bit pattern is a `V` (`Pod`).
        *self = unsafe { from.cast::<V>().read_unaligned() };
    }

    #[inline]
    fn as_ptr(&self) -> *const u8 {
        std::ptr::from_ref(self).cast()
    }

    #[inline]
    fn as_mut_ptr(&mut self) -> *mut u8 {
        std::ptr::from_mut(self).cast()
    }
}

// SAFETY: for per-CPU maps the kernel copies the value size, rounded up to 8, for each
// possible CPU (`bpf_map_value_size`), and a `PerCpu` holds exactly that.
unsafe impl<V: Pod> Stored for PerCpu<V> {
    type Value = V;

    #[inline]
    fn size(map: &Map) -> Result<usize> {
        Ok(Self::STRIDE * map.cpus()?.len())
    }

    #[inline]
    fn check(&self, map: &Map) -> Result<()> {
        let cpus = map.cpus()?;
        if std::ptr::eq(self.cpus(), cpus) {
            return Ok(());
        }
        other_cpus(map, Self::STRIDE * cpus.len(), self.bytes().len())
    }

    #[inline]
    unsafe fn read(
        map: &Map,
        fill: impl FnOnce(*mut u8) -> sys::Result<()>,
    ) -> Result<sys::Result<Self>> {
        let mut value = Self::on(map.cpus()?);
        Ok(fill(value.as_mut_ptr()).map(|()| value))
    }

    #[inline]
    unsafe fn copy_from(map: &Map, from: *const u8) -> Result<Self> {
        let mut value = Self::on(map.cpus()?);
        // SAFETY: the caller's.
        unsafe { value.assign_from(from) };
        Ok(value)
    }

    #[inline]
    unsafe fn assign_from(&mut self, from: *const u8) {
        let to = self.bytes_mut();
        // SAFETY: `from` is valid for `size` bytes, which is what `to` has; `to` is
        // borrowed exclusively, so they do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(from, to.as_mut_ptr(), to.len()) };
    }

    #[inline]
    fn as_ptr(&self) -> *const u8 {
        self.bytes().as_ptr()
    }

    #[inline]
    fn as_mut_ptr(&mut self) -> *mut u8 {
        self.bytes_mut().as_mut_ptr()
    }
}

/// A value that was made for other CPUs than the map's: no harm when they are as many.
#[cold]
fn other_cpus(map: &Map, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Size {
        map: map.label(),
        what: "value",
        expected,
        found,
    })
}
