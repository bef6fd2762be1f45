//! What stands under a key: a plain value, or one for each possible CPU.

use std::mem::MaybeUninit;

use bytemuck::Pod;

use crate::cpu::possible_cpus;
use crate::error::Result;
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
/// valid for that many bytes.
#[doc(hidden)]
pub unsafe trait Stored: sealed::Sealed + Clone {
    /// The type whose size is the map's value size.
    type Value: Pod;

    /// How many bytes the kernel copies.
    fn size() -> Result<usize>;

    /// Makes one of what `fill` writes; its own errors are inside.
    ///
    /// # Safety
    /// When `fill` succeeds, it has written `size` bytes.
    unsafe fn read(fill: impl FnOnce(*mut u8) -> sys::Result<()>) -> Result<sys::Result<Self>>;

    /// Makes one of `size` bytes.
    ///
    /// # Safety
    /// `from` is valid for reads of `size` bytes; it need not be aligned.
    unsafe fn copy_from(from: *const u8) -> Result<Self>;

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
    fn size() -> Result<usize> {
        Ok(size_of::<V>())
    }

    #[inline]
    unsafe fn read(fill: impl FnOnce(*mut u8) -> sys::Result<()>) -> Result<sys::Result<Self>> {
        let mut value = MaybeUninit::<V>::uninit();
        Ok(match fill(value.as_mut_ptr().cast()) {
            // SAFETY: `fill` wrote every byte (the caller's), and every bit pattern is a
            // `V` (`Pod`).
            Ok(()) => Ok(unsafe { value.assume_init() }),
            Err(errno) => Err(errno),
        })
    }

    #[inline]
    unsafe fn copy_from(from: *const u8) -> Result<Self> {
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
    fn size() -> Result<usize> {
        Ok(Self::STRIDE * possible_cpus()?.len())
    }

    #[inline]
    unsafe fn read(fill: impl FnOnce(*mut u8) -> sys::Result<()>) -> Result<sys::Result<Self>> {
        let mut value = Self::new()?;
        Ok(fill(value.as_mut_ptr()).map(|()| value))
    }

    #[inline]
    unsafe fn copy_from(from: *const u8) -> Result<Self> {
        let mut value = Self::new()?;
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
