//! Room for a record in a user ring buffer.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;

use crate::user_ring::memory::Ring;

/// Room for a record, which the program sees once it is [`submit`](Self::submit)ted:
/// see [`UserProducer::reserve`](crate::UserProducer::reserve).
///
/// It derefs to the `T` that will be written, which is zero at first. Dropped, it is as
/// if it had not been. The `T` is copied into the ring at the end: the ring's memory is
/// shared with whoever has the map, and is nothing that Rust may lend as a `&mut T`.
#[must_use = "a record that is not submitted is discarded"]
pub struct Reserved<'a, T> {
    ring: &'a mut Ring,
    offset: usize,
    value: T,
}

impl<'a, T: Pod> Reserved<'a, T> {
    pub(super) fn new(ring: &'a mut Ring, offset: usize) -> Self {
        Self {
            ring,
            offset,
            value: T::zeroed(),
        }
    }

    /// Shows the record to the program.
    pub fn submit(self) {
        self.ring
            .write(self.offset, bytemuck::bytes_of(&self.value));
        self.ring.commit(size_of::<T>());
    }

    /// Gives the room back, as dropping it does.
    pub fn discard(self) {}
}

impl<T> Deref for Reserved<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Reserved<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Reserved<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reserved").field(&self.value).finish()
    }
}

/// Room for a record of so many bytes, which the program sees once it is
/// [`submit`](Self::submit)ted: see
/// [`UserProducer::reserve_bytes`](crate::UserProducer::reserve_bytes).
///
/// The bytes are zero at first, and go to the ring's memory as they are written. Dropped,
/// it is as if it had not been.
#[must_use = "a record that is not submitted is discarded"]
pub struct ReservedBytes<'a> {
    ring: &'a mut Ring,
    offset: usize,
    len: usize,
}

impl<'a> ReservedBytes<'a> {
    pub(super) fn new(ring: &'a mut Ring, offset: usize, len: usize) -> Self {
        // An old record stands there.
        let zeroes = [0; 256];
        for at in (0..len).step_by(zeroes.len()) {
            ring.write(offset + at, &zeroes[..zeroes.len().min(len - at)]);
        }
        Self { ring, offset, len }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes bytes at an offset: whether there is room for so many.
    #[must_use = "nothing is written where there is no room"]
    pub fn write(&mut self, offset: usize, bytes: &[u8]) -> bool {
        let there = offset <= self.len && bytes.len() <= self.len - offset;
        if there {
            self.ring.write(self.offset + offset, bytes);
        }
        there
    }

    /// Writes a value at an offset: whether there is room for it.
    #[must_use = "nothing is written where there is no room"]
    pub fn write_value(&mut self, offset: usize, value: &impl Pod) -> bool {
        self.write(offset, bytemuck::bytes_of(value))
    }

    /// Shows the record to the program.
    pub fn submit(self) {
        self.ring.commit(self.len);
    }

    /// Gives the room back, as dropping it does.
    pub fn discard(self) {}
}

impl fmt::Debug for ReservedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReservedBytes")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
