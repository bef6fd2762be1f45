//! What belongs to the kernel.

use core::marker::PhantomData;

use crate::layout::{CLayout, Kind, Layout};

/// A pointer that a BPF program stored: an address, never a reference.
///
/// It is eight bytes on every BPF target, whatever the width of a pointer here.
///
/// ```
/// use mapgen_runtime::KernelPtr;
///
/// let sock = KernelPtr::<u8>::from_addr(0xffff_8880_0000_1000);
/// assert_eq!(format!("{sock:?}"), "0xffff888000001000");
/// assert!(!sock.is_null());
/// ```
#[repr(transparent)]
pub struct KernelPtr<T>(u64, PhantomData<fn() -> T>);

impl<T> KernelPtr<T> {
    /// The null pointer.
    pub const NULL: Self = Self::from_addr(0);

    /// From an address.
    #[inline]
    pub const fn from_addr(addr: u64) -> Self {
        Self(addr, PhantomData)
    }

    /// The address.
    #[inline]
    pub const fn addr(self) -> u64 {
        self.0
    }

    /// Whether the address is 0.
    #[inline]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The address as a pointer of this process. Where it points to the kernel,
    /// nothing can be read through it here.
    #[inline]
    pub const fn as_ptr(self) -> *const T {
        core::ptr::without_provenance(self.0 as usize)
    }
}

impl<T> Clone for KernelPtr<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for KernelPtr<T> {}

impl<T> Default for KernelPtr<T> {
    #[inline]
    fn default() -> Self {
        Self::NULL
    }
}

impl<T> PartialEq for KernelPtr<T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for KernelPtr<T> {}

impl<T> core::hash::Hash for KernelPtr<T> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> core::fmt::Debug for KernelPtr<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

// SAFETY: a transparent integer; zero is one of its values.
unsafe impl<T> bytemuck::Zeroable for KernelPtr<T> {}
// SAFETY: a transparent integer: no padding, every bit pattern valid.
unsafe impl<T: 'static> bytemuck::Pod for KernelPtr<T> {}
// SAFETY: an address of eight bytes.
unsafe impl<T: 'static> CLayout for KernelPtr<T> {
    const LAYOUT: Layout = Layout {
        name: "KernelPtr",
        size: 8,
        kind: Kind::Pointer,
    };
}

/// Memory that only the kernel may give a meaning: a spin lock, a timer, a work
/// queue, a reference count, a list or tree head or node.
///
/// `T` is an array of aligned integers of the right size. What Rust writes here the
/// kernel ignores, and what it reads is zero; so `Eq`, `Hash` and `Debug` ignore it.
///
/// ```
/// use mapgen_runtime::Opaque;
///
/// let lock = Opaque::<[u32; 1]>::ZERO;
/// assert_eq!(size_of_val(&lock), 4);
/// ```
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct Opaque<T>(T);

impl<T: bytemuck::Pod> Opaque<T> {
    /// All zero: the state in which the kernel expects it.
    #[inline]
    pub fn zeroed() -> Self {
        Self(bytemuck::Zeroable::zeroed())
    }
}

macro_rules! opaque_zero {
    ($($int:ident)*) => {$(
        impl<const N: usize> Opaque<[$int; N]> {
            /// All zero: the state in which the kernel expects it.
            pub const ZERO: Self = Self([0; N]);
        }
    )*};
}

opaque_zero!(u8 u16 u32 u64);

impl<T> PartialEq for Opaque<T> {
    #[inline]
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Opaque<T> {}

impl<T> core::hash::Hash for Opaque<T> {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}

impl<T> core::fmt::Debug for Opaque<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("_")
    }
}

// SAFETY: transparent over a type that is `Zeroable`.
unsafe impl<T: bytemuck::Zeroable> bytemuck::Zeroable for Opaque<T> {}
// SAFETY: transparent over a type that is `Pod`.
unsafe impl<T: bytemuck::Pod> bytemuck::Pod for Opaque<T> {}
// SAFETY: initialised bytes of this size.
unsafe impl<T: bytemuck::Pod> CLayout for Opaque<T> {
    const LAYOUT: Layout = Layout {
        name: "Opaque",
        size: size_of::<T>(),
        kind: Kind::Opaque,
    };
}
