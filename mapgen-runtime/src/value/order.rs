//! Integers in a fixed byte order.

use core::net::Ipv4Addr;

use crate::layout::{CLayout, Kind, Layout, Order};

/// An integer in network byte order: C's `__be16`, `__be32`, `__be64`.
///
/// ```
/// use mapgen_runtime::Be;
///
/// let port = Be::from(443_u16);
/// assert_eq!(bytemuck::bytes_of(&port), [1, 187]);
/// assert_eq!(u16::from(port), 443);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Be<T>(T);

/// An integer in little-endian byte order: C's `__le16`, `__le32`, `__le64`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Le<T>(T);

macro_rules! ordered {
    ($($order:ident $variant:ident $from:ident $to:ident: $($int:ident)*;)*) => {$($(
        impl $order<$int> {
            /// The number 0.
            pub const ZERO: Self = Self(0);

            /// From a number in the byte order of this machine.
            #[inline]
            pub const fn new(native: $int) -> Self {
                Self(native.$to())
            }

            /// The number in the byte order of this machine.
            #[inline]
            pub const fn get(self) -> $int {
                $int::$from(self.0)
            }

            /// From the integer as it stands in memory.
            #[inline]
            pub const fn from_raw(raw: $int) -> Self {
                Self(raw)
            }

            /// The integer as it stands in memory.
            #[inline]
            pub const fn to_raw(self) -> $int {
                self.0
            }
        }

        impl From<$int> for $order<$int> {
            #[inline]
            fn from(native: $int) -> Self {
                Self::new(native)
            }
        }

        impl From<$order<$int>> for $int {
            #[inline]
            fn from(ordered: $order<$int>) -> Self {
                ordered.get()
            }
        }

        impl core::fmt::Debug for $order<$int> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&self.get(), f)
            }
        }

        impl core::fmt::Display for $order<$int> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.get(), f)
            }
        }

        impl PartialOrd for $order<$int> {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $order<$int> {
            #[inline]
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                self.get().cmp(&other.get())
            }
        }

        // SAFETY: a transparent integer; zero is one of its values.
        unsafe impl bytemuck::Zeroable for $order<$int> {}
        // SAFETY: a transparent integer: no padding, every bit pattern valid.
        unsafe impl bytemuck::Pod for $order<$int> {}
        // SAFETY: a transparent integer of this size.
        unsafe impl CLayout for $order<$int> {
            const LAYOUT: Layout = Layout {
                name: concat!(stringify!($order), "<", stringify!($int), ">"),
                size: size_of::<$int>(),
                kind: Kind::Int {
                    signed: <$int>::MIN != 0,
                    order: Order::$variant,
                },
            };
        }
    )*)*};
}

ordered! {
    Be Big from_be to_be: u16 u32 u64 u128 i16 i32 i64 i128;
    Le Little from_le to_le: u16 u32 u64 u128 i16 i32 i64 i128;
}

impl From<Ipv4Addr> for Be<u32> {
    #[inline]
    fn from(addr: Ipv4Addr) -> Self {
        Self::new(u32::from(addr))
    }
}

impl From<Be<u32>> for Ipv4Addr {
    #[inline]
    fn from(addr: Be<u32>) -> Self {
        Self::from(addr.get())
    }
}
