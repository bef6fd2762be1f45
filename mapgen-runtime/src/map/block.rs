//! Aligned bytes that the kernel copies keys and values to and from.

use std::cell::Cell;
use std::mem::MaybeUninit;

use bytemuck::{Pod, Zeroable};

/// Sixteen bytes, aligned to sixteen: no scalar needs more.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub(crate) struct Block([u64; 2]);

// SAFETY: all zero is one of its values.
unsafe impl Zeroable for Block {}
// SAFETY: two integers that fill their 16 bytes, so no padding; every bit pattern is
// valid.
unsafe impl Pod for Block {}

impl Block {
    pub(crate) const SIZE: usize = size_of::<Self>();
    pub(crate) const ZERO: Self = Self([0; 2]);

    /// How many blocks hold `size` bytes.
    pub(crate) const fn count(size: usize) -> usize {
        size.div_ceil(Self::SIZE)
    }
}

/// A buffer of at least `size` bytes, all zero. A product that saturated is more than
/// there is memory.
pub(crate) fn buffer(size: usize) -> Vec<Block> {
    vec![Block::ZERO; Block::count(size)]
}

/// Gives `f` the address of `size` uninitialised bytes, aligned to 16, for the kernel to
/// write into: on the stack while that is reasonable, so that reading one value allocates
/// nothing.
///
/// What is larger (per-CPU values of many kilobytes in total) uses a buffer that each
/// thread keeps.
#[inline]
pub(crate) fn scratch<R>(size: usize, f: impl FnOnce(*mut u8) -> R) -> R {
    const SMALL: usize = 1024;
    const LARGE: usize = 32 * 1024;

    if size <= SMALL {
        return on_stack::<{ SMALL / Block::SIZE }, R>(f);
    }
    if size <= LARGE {
        return on_stack::<{ LARGE / Block::SIZE }, R>(f);
    }
    kept(size, f)
}

#[inline(never)]
fn on_stack<const N: usize, R>(f: impl FnOnce(*mut u8) -> R) -> R {
    let mut blocks = [const { MaybeUninit::<Block>::uninit() }; N];
    f(blocks.as_mut_ptr().cast())
}

#[inline(never)]
fn kept<R>(size: usize, f: impl FnOnce(*mut u8) -> R) -> R {
    thread_local! {
        static KEPT: Cell<Vec<Block>> = const { Cell::new(Vec::new()) };
    }
    // Taken out while in use, since `f` may come here again; not there while the thread
    // ends.
    let mut blocks = KEPT.try_with(Cell::take).unwrap_or_default();
    if blocks.len() < Block::count(size) {
        blocks = vec![Block::ZERO; Block::count(size)];
    }
    let result = f(blocks.as_mut_ptr().cast());
    let _ = KEPT.try_with(|kept| kept.set(blocks));
    result
}
