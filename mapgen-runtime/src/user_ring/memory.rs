//! The memory of a user ring buffer, from the producer's side.
//!
//! The layout is that of `struct bpf_ringbuf` (kernel/bpf/ringbuf.c) as it is mapped: a
//! page with the kernel's position, which we may only read; a page with ours, and the
//! data twice in a row, all of which we may write. `__bpf_user_ringbuf_peek` decides what
//! a record is: at a multiple of 8 bytes, a header of 8 (the length, of which the two
//! upper bits are flags), then the bytes, padded to 8.
//!
//! A record becomes visible by our position alone, which moves behind it once it is whole.
//! So no record is ever shown busy, and there is nothing to clean up when a reservation is
//! given up, or this process dies with one.

use crate::mapping::Mapping;
use crate::ring::HEADER_SIZE;

/// `DYNPTR_MAX_SIZE`: the kernel hands a record to the program as a dynptr.
const MAX_RECORD: usize = (1 << 24) - 1;

/// Both mappings and our position.
#[derive(Debug)]
pub(super) struct Ring {
    /// One page: the kernel's position.
    consumer: Mapping,
    /// A page with our position, then the data twice.
    producer: Mapping,
    data_offset: usize,
    /// Of the data, in bytes: a power of two.
    size: usize,
    /// What we wrote last to our page.
    position: u64,
}

/// Why there is no room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// Not now.
    Full,
    /// Not ever.
    TooLarge {
        /// The largest record in bytes.
        largest: usize,
    },
    /// Somebody else wrote our position.
    Disturbed,
}

impl Ring {
    pub(super) fn new(consumer: Mapping, producer: Mapping, data_offset: usize) -> Self {
        let size = (producer.size() - data_offset) / 2;
        // Acquire: whoever produced before us may have been another thread.
        let position = producer.acquire64(0);
        Self {
            consumer,
            producer,
            data_offset,
            size,
            position,
        }
    }

    /// How many bytes of our records the kernel has not taken, headers included.
    pub(super) fn pending(&self) -> Option<usize> {
        // Relaxed: nobody but us writes it, or we find out.
        if self.producer.load::<u64>(0) != self.position || self.position % 8 != 0 {
            return None;
        }
        // Acquire: pairs with the `smp_store_release` in
        // `__bpf_user_ringbuf_sample_release`; the program has read what we write over.
        let taken = self.consumer.acquire64(0);
        let pending = usize::try_from(self.position.checked_sub(taken)?).ok()?;
        (pending <= self.size).then_some(pending)
    }

    /// The size of the data, in bytes.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Whether a record of `len` bytes has room behind our position: where its bytes go.
    pub(super) fn room(&self, len: usize) -> Result<usize, NoRoom> {
        let largest = (self.size - HEADER_SIZE).min(MAX_RECORD);
        if len > largest {
            return Err(NoRoom::TooLarge { largest });
        }
        let pending = self.pending().ok_or(NoRoom::Disturbed)?;
        if whole(len) > self.size - pending {
            return Err(NoRoom::Full);
        }
        Ok(self.header() + HEADER_SIZE)
    }

    /// Writes bytes of a record for which there is room, at an offset that
    /// [`room`](Self::room) told.
    pub(super) fn write(&self, offset: usize, bytes: &[u8]) {
        self.producer.store_bytes(offset, bytes);
    }

    /// Shows the record of `len` bytes behind our position to the kernel; there is room
    /// for it and its bytes are written.
    pub(super) fn commit(&mut self, len: usize) {
        // The length without flags, and the page offset, which is not used here.
        let header = [u32::try_from(len).unwrap_or(u32::MAX), 0];
        self.producer.store(self.header(), &header);
        self.position += whole(len) as u64;
        // Release: pairs with the `smp_load_acquire` in `__bpf_user_ringbuf_peek`; header
        // and bytes come before the position that covers them.
        self.producer.release64(0, self.position);
    }

    /// The offset of the header at our position.
    fn header(&self) -> usize {
        // The mask makes it smaller than `size`, which is a `usize`.
        self.data_offset + (self.position & (self.size as u64 - 1)) as usize
    }
}

/// How many bytes a record takes in the ring.
fn whole(len: usize) -> usize {
    (len + HEADER_SIZE).next_multiple_of(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 4096;
    const PAGE: usize = 4096;

    fn fake() -> (Mapping, Ring) {
        let kernel = Mapping::heap(2 * PAGE + 2 * SIZE);
        let consumer = kernel.view(0, PAGE, false);
        let producer = kernel.view(PAGE, PAGE + 2 * SIZE, true);
        (kernel, Ring::new(consumer, producer, PAGE))
    }

    #[test]
    fn a_record_is_there_when_it_is_whole() {
        let (kernel, mut ring) = fake();
        let at = ring.room(13).unwrap();
        ring.write(at, &[7; 13]);
        assert_eq!(kernel.load::<u64>(PAGE), 0);
        ring.commit(13);
        assert_eq!(kernel.load::<u64>(PAGE), 24);
        assert_eq!(kernel.load::<[u32; 2]>(2 * PAGE), [13, 0]);
        assert_eq!(kernel.load::<[u8; 14]>(2 * PAGE + 8)[..13], [7; 13]);
        assert_eq!(ring.pending(), Some(24));
        kernel.store(0, &24u64);
        assert_eq!(ring.pending(), Some(0));
    }

    #[test]
    fn all_of_the_ring_may_be_used_and_no_more() {
        let (kernel, mut ring) = fake();
        assert_eq!(
            ring.room(SIZE - 7),
            Err(NoRoom::TooLarge { largest: SIZE - 8 })
        );
        for _ in 0..SIZE / 16 {
            ring.room(8).unwrap();
            ring.commit(8);
        }
        assert_eq!(ring.room(0), Err(NoRoom::Full));
        kernel.store(0, &16u64);
        assert!(ring.room(8).is_ok());
        assert_eq!(ring.room(9), Err(NoRoom::Full));
        kernel.store(0, &(SIZE as u64));
        assert!(ring.room(SIZE - 8).is_ok());
    }

    #[test]
    fn positions_that_somebody_else_wrote_are_noticed() {
        for (ours, kernels) in [(8u64, 0u64), (u64::MAX, 0), (0, 8), (0, u64::MAX)] {
            let (kernel, ring) = fake();
            kernel.store(PAGE, &ours);
            kernel.store(0, &kernels);
            assert_eq!(ring.room(8), Err(NoRoom::Disturbed));
        }
        // Found, rather than changed under us.
        for (ours, kernels) in [(4u64, 0u64), (SIZE as u64 + 8, 0)] {
            let (kernel, ring) = fake();
            drop(ring);
            kernel.store(PAGE, &ours);
            kernel.store(0, &kernels);
            let consumer = kernel.view(0, PAGE, false);
            let producer = kernel.view(PAGE, PAGE + 2 * SIZE, true);
            let ring = Ring::new(consumer, producer, PAGE);
            assert_eq!(ring.room(8), Err(NoRoom::Disturbed));
        }
    }
}
