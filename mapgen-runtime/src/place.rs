//! Members that are no Rust fields, read and written where they stand: in one access of
//! the member's own size, as C does.

use bytemuck::Pod;

/// The `U` that starts `AT` bytes into `of`, whatever its alignment there.
///
/// A place beyond the end of `T` is a compile error.
#[inline(always)]
pub const fn load<const AT: usize, U: Pod, T: Pod>(of: &T) -> U {
    const { assert!(AT + size_of::<U>() <= size_of::<T>()) }
    let start = core::ptr::from_ref(of).cast::<u8>();
    // SAFETY: these bytes lie inside `of`, as asserted, every byte of a `T: Pod` is
    // initialised, and any bytes are a `U: Pod`.
    unsafe { start.add(AT).cast::<U>().read_unaligned() }
}

/// Writes the `U` that starts `AT` bytes into `of`.
///
/// A place beyond the end of `T` is a compile error.
#[inline(always)]
pub const fn store<const AT: usize, U: Pod, T: Pod>(of: &mut T, value: U) {
    const { assert!(AT + size_of::<U>() <= size_of::<T>()) }
    let start = core::ptr::from_mut(of).cast::<u8>();
    // SAFETY: these bytes lie inside `of`, as asserted, which is borrowed alone, and any
    // bytes of a `U: Pod` leave a `T: Pod`.
    unsafe { start.add(AT).cast::<U>().write_unaligned(value) }
}

#[cfg(test)]
mod tests {
    use super::{load, store};

    #[test]
    fn a_place_is_read_and_written_at_any_byte() {
        let mut bytes = [1_u8, 2, 3, 4, 5, 6, 7, 8, 9];
        assert_eq!(load::<3, u32, _>(&bytes).to_ne_bytes(), [4, 5, 6, 7]);
        store::<1, _, _>(&mut bytes, u64::MAX);
        assert_eq!(bytes, [1, 255, 255, 255, 255, 255, 255, 255, 255]);
        store::<9, [u8; 0], _>(&mut bytes, []);
    }

    #[test]
    fn a_place_is_known_in_const_evaluation() {
        const READ: u16 = load::<1, u16, _>(&[0_u8, 1, 1]);
        const WRITTEN: [u32; 2] = {
            let mut words = [0; 2];
            store::<2, _, _>(&mut words, [1_u8, 2, 3, 4]);
            words
        };
        assert_eq!(READ, 257);
        assert_eq!(
            bytemuck::bytes_of(&WRITTEN),
            [0, 0, 1, 2, 3, 4, 0, 0],
            "the bytes beside it stay"
        );
    }
}
