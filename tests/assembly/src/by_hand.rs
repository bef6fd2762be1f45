//! Loads and stores as C has them: anywhere, in one access.

/// `*(T *)(of + OFFSET)`.
///
/// # Safety
/// A `T` at that place lies inside `U`, and any bytes are a `T`.
#[inline(always)]
pub(crate) unsafe fn at<T: Copy, U>(of: &U, offset: usize) -> T {
    // SAFETY: by the caller.
    unsafe {
        core::ptr::from_ref(of)
            .cast::<u8>()
            .add(offset)
            .cast::<T>()
            .read_unaligned()
    }
}

/// `*(T *)(of + OFFSET) = value`.
///
/// # Safety
/// A `T` at that place lies inside `U`, for which any bytes are valid.
#[inline(always)]
pub(crate) unsafe fn put<T: Copy, U>(of: &mut U, offset: usize, value: T) {
    // SAFETY: by the caller.
    unsafe {
        core::ptr::from_mut(of)
            .cast::<u8>()
            .add(offset)
            .cast::<T>()
            .write_unaligned(value);
    }
}
