//! Padding that has a name, so that no byte of it is ever uninitialised.

use core::hash::{Hash, Hasher};

use crate::layout::{CLayout, Kind, Layout};

/// `N` bytes between or after members.
///
/// Zero in every value that is built in Rust, kept as read in a value that came from
/// the kernel (so that a key can be given back byte for byte), and ignored by `Eq`,
/// `Hash` and `Debug`.
///
/// ```
/// use mapgen_runtime::{Pad, bytemuck};
///
/// let read: Pad<3> = bytemuck::cast([1_u8, 2, 3]);
/// assert_eq!(read, Pad::ZERO);
/// assert_eq!(bytemuck::bytes_of(&read), [1, 2, 3]);
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Pad<const N: usize>([u8; N]);

impl<const N: usize> Pad<N> {
    /// All zero.
    pub const ZERO: Self = Self([0; N]);
}

impl<const N: usize> Default for Pad<N> {
    #[inline]
    fn default() -> Self {
        Self::ZERO
    }
}

impl<const N: usize> core::fmt::Debug for Pad<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("_")
    }
}

impl<const N: usize> PartialEq for Pad<N> {
    #[inline]
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<const N: usize> Eq for Pad<N> {}

impl<const N: usize> Hash for Pad<N> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

// SAFETY: a transparent byte array; all zero is one of its values.
unsafe impl<const N: usize> bytemuck::Zeroable for Pad<N> {}
// SAFETY: a transparent byte array: no padding, every bit pattern valid.
unsafe impl<const N: usize> bytemuck::Pod for Pad<N> {}
// SAFETY: `N` bytes, all initialised.
unsafe impl<const N: usize> CLayout for Pad<N> {
    const LAYOUT: Layout = Layout {
        name: "padding",
        size: N,
        kind: Kind::Opaque,
    };
}
