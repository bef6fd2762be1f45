//! [`CLayout`] of what the language itself has.

use super::{CLayout, Kind, Layout, Order};

macro_rules! scalars {
    ($($ty:ident $kind:expr;)*) => {$(
        // SAFETY: a primitive number has no padding, and this is its size.
        unsafe impl CLayout for $ty {
            const LAYOUT: Layout = Layout {
                name: stringify!($ty),
                size: size_of::<$ty>(),
                kind: $kind,
            };
        }
    )*};
}

const UNSIGNED: Kind = Kind::Int {
    signed: false,
    order: Order::Any,
};
const SIGNED: Kind = Kind::Int {
    signed: true,
    order: Order::Any,
};

scalars! {
    u8 UNSIGNED; u16 UNSIGNED; u32 UNSIGNED; u64 UNSIGNED; u128 UNSIGNED;
    i8 SIGNED; i16 SIGNED; i32 SIGNED; i64 SIGNED; i128 SIGNED;
    f32 Kind::Float; f64 Kind::Float;
}

// SAFETY: an array is its elements one after another.
unsafe impl<T: CLayout, const N: usize> CLayout for [T; N] {
    const LAYOUT: Layout = Layout {
        name: "array",
        size: size_of::<Self>(),
        kind: Kind::Array {
            element: &T::LAYOUT,
            count: N,
        },
    };
}
