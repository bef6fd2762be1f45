//! Adding up the values of all CPUs.

use bytemuck::Pod;

/// A value that can be added up over CPUs.
///
/// Integers wrap, as they do in the kernel; arrays add element by element, so that a
/// per-CPU histogram adds up to a histogram. Implement it for a struct of counters by
/// adding its members:
///
/// ```
/// use mapgen_runtime::{Total, bytemuck};
///
/// #[derive(Clone, Copy)]
/// #[repr(C)]
/// struct Traffic {
///     packets: u64,
///     bytes: u64,
/// }
/// # // SAFETY: two integers of one size: no padding, every bit pattern valid.
/// # unsafe impl bytemuck::Zeroable for Traffic {}
/// # // SAFETY: as above.
/// # unsafe impl bytemuck::Pod for Traffic {}
///
/// impl Total for Traffic {
///     fn accumulate(&mut self, other: &Self) {
///         self.packets.accumulate(&other.packets);
///         self.bytes.accumulate(&other.bytes);
///     }
/// }
///
/// let mut total = Traffic { packets: 1, bytes: 60 };
/// total.accumulate(&Traffic { packets: 2, bytes: 120 });
/// assert_eq!((total.packets, total.bytes), (3, 180));
/// ```
pub trait Total: Pod {
    /// Adds another one.
    fn accumulate(&mut self, other: &Self);
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Total for $integer {
            fn accumulate(&mut self, other: &Self) {
                *self = self.wrapping_add(*other);
            }
        })*
    };
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! floats {
    ($($float:ty)*) => {
        $(impl Total for $float {
            fn accumulate(&mut self, other: &Self) {
                *self += *other;
            }
        })*
    };
}

floats!(f32 f64);

impl<T: Total, const N: usize> Total for [T; N] {
    fn accumulate(&mut self, other: &Self) {
        for (to, from) in self.iter_mut().zip(other) {
            to.accumulate(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Total;

    #[test]
    fn integers_wrap_and_arrays_add_by_element() {
        let mut total = [u8::MAX, 1];
        total.accumulate(&[1, 2]);
        assert_eq!(total, [0, 3]);
    }
}
