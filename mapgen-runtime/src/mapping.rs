//! Memory that this process shares with the kernel.
//!
//! Programs write it while we read it, so it is never a plain `&T` or `&mut T`: every
//! access copies, in the largest naturally aligned words that the place allows, each
//! with one atomic access. A scalar of 8 bytes or less that stands at its natural
//! alignment is therefore never torn; a larger value may be half old and half new, as
//! it may for a program on another CPU.

use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, fence};

use bytemuck::Pod;

use crate::sys::Errno;

/// A shared mapping of a descriptor's memory, unmapped on drop.
#[derive(Debug)]
pub(crate) struct Mapping {
    base: NonNull<u8>,
    size: usize,
    writable: bool,
    /// What keeps the memory, where it is not a mapping of a descriptor.
    memory: Option<Arc<Memory>>,
}

/// Zeroed memory of this process that stands in for memory shared with the kernel.
#[derive(Debug)]
pub(crate) struct Memory(Box<[AtomicU64]>);

impl Memory {
    /// `size` bytes, rounded up to 8.
    pub(crate) fn new(size: usize) -> Arc<Self> {
        let words = std::iter::repeat_with(|| AtomicU64::new(0));
        Arc::new(Self(words.take(size.div_ceil(8)).collect()))
    }

    /// `size` bytes from `offset` on, a multiple of 8; `EINVAL` when they are not inside.
    pub(crate) fn mapping(
        self: &Arc<Self>,
        offset: usize,
        size: usize,
        writable: bool,
    ) -> Result<Mapping, Errno> {
        let end = offset.checked_add(size).ok_or(libc::EINVAL)?;
        if end > 8 * self.0.len() || offset % 8 != 0 {
            return Err(libc::EINVAL);
        }
        // SAFETY: within the words, by the check.
        let base = unsafe { self.0.as_ptr().cast::<u8>().add(offset) };
        Ok(Mapping {
            base: NonNull::new(base.cast_mut()).ok_or(libc::EINVAL)?,
            size,
            writable,
            memory: Some(Arc::clone(self)),
        })
    }
}

// SAFETY: the memory belongs to the process, not to a thread, and every access through
// `&Mapping` is an atomic one.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `size` bytes of `fd` from `offset` on; both in bytes, `offset` a multiple
    /// of the page size.
    pub(crate) fn new(
        fd: BorrowedFd<'_>,
        offset: usize,
        size: usize,
        writable: bool,
    ) -> Result<Self, Errno> {
        let protection = if writable {
            libc::PROT_READ | libc::PROT_WRITE
        } else {
            libc::PROT_READ
        };
        let offset = libc::off_t::try_from(offset).map_err(|_| libc::EOVERFLOW)?;
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing
        // that exists.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size,
                protection,
                libc::MAP_SHARED,
                fd.as_raw_fd(),
                offset,
            )
        };
        if base == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(libc::EIO));
        }
        let base = NonNull::new(base.cast()).ok_or(libc::EIO)?;
        Ok(Self {
            base,
            size,
            writable,
            memory: None,
        })
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Whether stores are allowed.
    pub(crate) fn is_writable(&self) -> bool {
        self.writable
    }

    /// The address of `len` bytes at `offset`.
    #[inline]
    fn at(&self, offset: usize, len: usize) -> *mut u8 {
        if offset > self.size || len > self.size - offset {
            outside(offset, len, self.size);
        }
        // SAFETY: within the mapping, by the comparison.
        unsafe { self.base.as_ptr().add(offset) }
    }

    /// Copies a value out.
    ///
    /// # Panics
    /// When it is not inside the mapping: callers check first.
    #[inline]
    pub(crate) fn load<V: Pod>(&self, offset: usize) -> V {
        let from = self.at(offset, size_of::<V>());
        let mut value = MaybeUninit::<V>::uninit();
        // SAFETY: `from` is valid for reads of the size by `at`, and `value` is that
        // large.
        unsafe { copy_out(from, value.as_mut_ptr().cast(), size_of::<V>()) };
        // SAFETY: every byte was written, and every bit pattern is a `V` (`Pod`).
        unsafe { value.assume_init() }
    }

    /// Copies a value out of a place that is aligned to 8.
    ///
    /// Without a loop for other places, all of it goes through registers. Written to memory
    /// in words, and read back in wider ones, it would wait for the writes.
    ///
    /// # Panics
    /// When it is not inside the mapping, or the place not aligned: callers check first.
    #[inline]
    pub(crate) fn load_aligned<V: Pod>(&self, offset: usize) -> V {
        let from = self.at(offset, size_of::<V>());
        if (from as usize) % 8 != 0 {
            misaligned(offset);
        }
        // SAFETY: `from` is valid for reads of the size by `at`, and aligned.
        unsafe { copy_aligned(from) }
    }

    /// Copies `count` values out that stand `stride` bytes apart from the start of the
    /// mapping on, one after the other. What would be checked for each is checked here.
    ///
    /// # Panics
    /// When they are not inside the mapping, overlap, or are not aligned to 8: callers
    /// check first.
    #[inline]
    pub(crate) fn load_each<V: Pod>(
        &self,
        stride: usize,
        count: usize,
    ) -> impl ExactSizeIterator<Item = V> + DoubleEndedIterator {
        let base = self.at(0, stride.saturating_mul(count));
        if stride < size_of::<V>() || stride % 8 != 0 || base as usize % 8 != 0 {
            misaligned(stride);
        }
        // SAFETY: each place is inside of the mapping, which `self` keeps, and aligned, by
        // the comparisons.
        (0..count).map(move |index| unsafe { copy_aligned(base.add(index * stride)) })
    }

    /// Copies bytes out.
    ///
    /// # Panics
    /// When they are not inside the mapping: callers check first.
    #[inline]
    pub(crate) fn load_bytes(&self, offset: usize, to: &mut [u8]) {
        let from = self.at(offset, to.len());
        // SAFETY: `from` is valid for reads of the size by `at`, `to` for writes of it.
        unsafe { copy_out(from, to.as_mut_ptr(), to.len()) };
    }

    /// Copies a value in.
    ///
    /// # Panics
    /// When it is not inside the mapping, or the mapping is read-only: callers check
    /// first.
    #[inline]
    pub(crate) fn store<V: Pod>(&self, offset: usize, value: &V) {
        assert!(self.writable, "the mapping is read-only");
        let to = self.at(offset, size_of::<V>());
        // SAFETY: `to` is valid for writes of the size by `at` and the assertion;
        // `value` is that large and has no uninitialised byte (`Pod`).
        unsafe { copy_in(std::ptr::from_ref(value).cast(), to, size_of::<V>()) };
    }

    /// Copies bytes in.
    ///
    /// # Panics
    /// As for [`store`](Self::store).
    #[inline]
    pub(crate) fn store_bytes(&self, offset: usize, bytes: &[u8]) {
        assert!(self.writable, "the mapping is read-only");
        let to = self.at(offset, bytes.len());
        // SAFETY: `to` is valid for writes of as many bytes by `at` and the assertion.
        unsafe { copy_in(bytes.as_ptr(), to, bytes.len()) };
    }

    /// Loads an aligned 32-bit word; what the other side stored before it is seen after.
    ///
    /// A relaxed load and a fence rather than an acquire load: that is what
    /// [`std::sync::atomic`] allows on memory that is mapped for reading only.
    #[inline]
    pub(crate) fn acquire32(&self, offset: usize) -> u32 {
        let at = self.at(offset, 4).cast::<u32>();
        if !at.is_aligned() {
            misaligned(offset);
        }
        // SAFETY: aligned and inside of the mapping, by the assertions; a relaxed load
        // writes nothing.
        let value = unsafe { AtomicU32::from_ptr(at) }.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        value
    }

    /// Loads an aligned 64-bit word; what the other side stored before it is seen after.
    #[inline]
    pub(crate) fn acquire64(&self, offset: usize) -> u64 {
        let at = self.at(offset, 8).cast::<u64>();
        if !at.is_aligned() {
            misaligned(offset);
        }
        // SAFETY: as in `acquire32`.
        let value = unsafe { AtomicU64::from_ptr(at) }.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        value
    }

    /// Stores an aligned 64-bit word; what we did before comes before it.
    ///
    /// # Panics
    /// When the mapping is read-only.
    #[inline]
    pub(crate) fn release64(&self, offset: usize, value: u64) {
        assert!(self.writable, "the mapping is read-only");
        let at = self.at(offset, 8).cast::<u64>();
        if !at.is_aligned() {
            misaligned(offset);
        }
        // SAFETY: aligned, writable and inside of the mapping, by the assertions.
        unsafe { AtomicU64::from_ptr(at) }.store(value, Ordering::Release);
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if self.memory.is_some() {
            return;
        }
        // SAFETY: the mapping is ours, and no reference into it outlives `self`.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.size) };
    }
}

/// By value and apart, so that what goes into the message stays in registers elsewhere.
#[cold]
#[inline(never)]
fn outside(offset: usize, len: usize, size: usize) -> ! {
    panic!("{len} bytes at {offset} are outside of a mapping of {size} bytes");
}

#[cold]
#[inline(never)]
fn misaligned(offset: usize) -> ! {
    panic!("a word at {offset} is not aligned");
}

/// The size of a page, in bytes.
pub(crate) fn page_size() -> usize {
    // SAFETY: it takes no pointers.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

/// The largest naturally aligned word at `address` within `left` bytes.
#[inline]
fn word(address: usize, left: usize) -> usize {
    let aligned = 1 << (address | 8).trailing_zeros();
    let fits = if left >= 8 {
        8
    } else {
        1 << (usize::BITS - 1 - left.leading_zeros())
    };
    if aligned < fits { aligned } else { fits }
}

/// Copies `len` bytes from shared memory.
///
/// # Safety
/// `from` is valid for reads of `len` bytes that others access atomically or not from
/// Rust, `to` for writes of them; they do not overlap.
#[inline]
pub(crate) unsafe fn copy_out(from: *mut u8, to: *mut u8, len: usize) {
    let mut done = 0;
    // SAFETY: each step is within `len` and aligned, by `word`; a place that is aligned to
    // 8 stays so.
    unsafe {
        // Most places are aligned to 8: whole words first, in a loop that is unrolled where
        // the length is that of a type.
        if (from as usize) % 8 == 0 {
            while len - done >= 8 {
                let value = AtomicU64::from_ptr(from.add(done).cast()).load(Ordering::Relaxed);
                to.add(done).cast::<u64>().write_unaligned(value);
                done += 8;
            }
        }
        while done < len {
            done += copy_word_out(from.add(done), to.add(done), len - done);
        }
    }
}

/// Copies a value from a place in shared memory that is aligned to 8.
///
/// # Safety
/// `from` is valid for reads of the size of `V` that others access atomically or not from
/// Rust, and aligned to 8.
#[inline]
unsafe fn copy_aligned<V: Pod>(from: *mut u8) -> V {
    let mut value = MaybeUninit::<V>::uninit();
    let to = value.as_mut_ptr().cast::<u8>();
    let mut done = 0;
    // SAFETY: `from` is valid for reads of the size (the caller's), and `value` is that
    // large; each step is within it, and aligned as `from` is and larger steps came first.
    unsafe {
        while size_of::<V>() - done >= 8 {
            let word = AtomicU64::from_ptr(from.add(done).cast()).load(Ordering::Relaxed);
            to.add(done).cast::<u64>().write_unaligned(word);
            done += 8;
        }
        if size_of::<V>() - done >= 4 {
            let word = AtomicU32::from_ptr(from.add(done).cast()).load(Ordering::Relaxed);
            to.add(done).cast::<u32>().write_unaligned(word);
            done += 4;
        }
        if size_of::<V>() - done >= 2 {
            let word = AtomicU16::from_ptr(from.add(done).cast()).load(Ordering::Relaxed);
            to.add(done).cast::<u16>().write_unaligned(word);
            done += 2;
        }
        if size_of::<V>() - done >= 1 {
            to.add(done)
                .write(AtomicU8::from_ptr(from.add(done)).load(Ordering::Relaxed));
        }
    }
    // SAFETY: every byte was written, and every bit pattern is a `V` (`Pod`).
    unsafe { value.assume_init() }
}

/// Copies the largest naturally aligned word at `from`: how many bytes.
///
/// # Safety
/// As for [`copy_out`], for `left` bytes, which are not 0.
#[inline]
unsafe fn copy_word_out(from: *mut u8, to: *mut u8, left: usize) -> usize {
    let step = word(from as usize, left);
    // SAFETY: `word` keeps within `left` and aligned.
    unsafe {
        match step {
            8 => to
                .cast::<u64>()
                .write_unaligned(AtomicU64::from_ptr(from.cast()).load(Ordering::Relaxed)),
            4 => to
                .cast::<u32>()
                .write_unaligned(AtomicU32::from_ptr(from.cast()).load(Ordering::Relaxed)),
            2 => to
                .cast::<u16>()
                .write_unaligned(AtomicU16::from_ptr(from.cast()).load(Ordering::Relaxed)),
            _ => to.write(AtomicU8::from_ptr(from).load(Ordering::Relaxed)),
        }
    }
    step
}

/// Copies `len` bytes to shared memory.
///
/// # Safety
/// `from` is valid for reads of `len` initialised bytes, `to` for writes of them that
/// others access atomically or not from Rust; they do not overlap.
#[inline]
pub(crate) unsafe fn copy_in(from: *const u8, to: *mut u8, len: usize) {
    let mut done = 0;
    while done < len {
        // SAFETY: `done` is below `len`; `word` keeps within it and aligned.
        unsafe {
            let (from, to) = (from.add(done), to.add(done));
            let step = word(to as usize, len - done);
            match step {
                8 => AtomicU64::from_ptr(to.cast())
                    .store(from.cast::<u64>().read_unaligned(), Ordering::Relaxed),
                4 => AtomicU32::from_ptr(to.cast())
                    .store(from.cast::<u32>().read_unaligned(), Ordering::Relaxed),
                2 => AtomicU16::from_ptr(to.cast())
                    .store(from.cast::<u16>().read_unaligned(), Ordering::Relaxed),
                _ => AtomicU8::from_ptr(to).store(from.read(), Ordering::Relaxed),
            }
            done += step;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use super::{Mapping, Memory, copy_in, copy_out, word};

    impl Mapping {
        /// As much memory as was asked for, all zero.
        pub(crate) fn heap(size: usize) -> Self {
            Memory::new(size).mapping(0, size, true).unwrap()
        }

        /// A part of the same memory.
        pub(crate) fn view(&self, offset: usize, size: usize, writable: bool) -> Self {
            let memory: &Arc<Memory> = self.memory.as_ref().unwrap();
            memory.mapping(offset, size, writable).unwrap()
        }
    }

    #[test]
    fn words_are_as_large_as_alignment_and_rest_allow() {
        assert_eq!(word(0, 8), 8);
        assert_eq!(word(16, 100), 8);
        assert_eq!(word(4, 100), 4);
        assert_eq!(word(6, 100), 2);
        assert_eq!(word(7, 100), 1);
        assert_eq!(word(8, 7), 4);
        assert_eq!(word(8, 3), 2);
        assert_eq!(word(8, 1), 1);
    }

    #[test]
    fn every_length_at_every_alignment_is_copied_whole() {
        let source: Vec<u8> = (1..=64).collect();
        for start in 0..8 {
            for len in 0..32 {
                let mut shared = [0u64; 8];
                let shared = shared.as_mut_ptr().cast::<u8>();
                let mut back = [0u8; 32];
                // SAFETY: `start + len` is below 40, `shared` has 64 bytes and `back` 32.
                unsafe {
                    copy_in(source.as_ptr(), shared.add(start), len);
                    copy_out(shared.add(start), back.as_mut_ptr(), len);
                }
                assert_eq!(back[..len], source[..len]);
                assert!(back[len..].iter().all(|&byte| byte == 0));
            }
        }
    }
}
