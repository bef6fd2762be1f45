//! The memory of a ring buffer, from the consumer's side.
//!
//! The layout is that of `struct bpf_ringbuf` (kernel/bpf/ringbuf.c) as it is mapped:
//! a page with the consumer's position, which we may write; a page with the producer's
//! position, and the data twice in a row, so that a record that wraps around the end is
//! contiguous. Positions count bytes since the beginning and never wrap in practice.
//!
//! A record is a header of 8 bytes (length with two flags in its upper bits, and a page
//! offset that is the kernel's own affair), its bytes, and padding up to 8.

use crate::mapping::Mapping;
use crate::ring::record::Record;

/// `BPF_RINGBUF_BUSY_BIT`: reserved, not submitted yet.
pub(crate) const BUSY: u32 = 1 << 31;
/// `BPF_RINGBUF_DISCARD_BIT`: given up by the program.
pub(crate) const DISCARD: u32 = 1 << 30;
/// `BPF_RINGBUF_HDR_SZ`.
pub(crate) const HEADER_SIZE: usize = 8;

/// The two mappings and our position.
pub(super) struct Ring {
    /// One page: the consumer's position.
    consumer: Mapping,
    /// A page with the producer's position, then the data twice.
    producer: Mapping,
    data_offset: usize,
    /// Of the data, in bytes: a power of two.
    size: usize,
    /// Where we stand: what we wrote last to the consumer's page.
    position: u64,
}

/// A submitted record.
pub(super) struct Place {
    /// In the producer's mapping, behind the header.
    offset: usize,
    /// Without header and padding.
    pub(super) len: usize,
    /// The position behind it.
    next: u64,
}

/// Somebody else moves the consumer's position, or the memory is not that of a ring.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disturbed;

impl Ring {
    pub(super) fn new(
        consumer: Mapping,
        producer: Mapping,
        data_offset: usize,
        size: usize,
    ) -> Self {
        // Acquire: whoever consumed before us may have been another thread, and what it
        // read was before it wrote this.
        let position = consumer.acquire64(0);
        Self {
            consumer,
            producer,
            data_offset,
            size,
            position,
        }
    }

    /// Between our position and the producer's; at most the size, whatever stands there.
    pub(super) fn pending_bytes(&self) -> u64 {
        let end = self.producer.load::<u64>(0);
        end.wrapping_sub(self.position).min(self.size as u64)
    }

    /// Our position: how many bytes were consumed since the map was created.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// A record that was found and not given back.
    #[inline]
    pub(super) fn record(&self, place: &Place) -> Record<'_> {
        Record::new(&self.producer, place.offset, place.len)
    }

    /// The producer's position; `None` when ours is not ours alone any more.
    #[inline]
    pub(super) fn end(&self) -> Option<u64> {
        // Relaxed: we are the only one who writes it, or we find out that we are not.
        if self.consumer.load::<u64>(0) != self.position {
            return None;
        }
        // Acquire: pairs with the `smp_store_release` in `__bpf_ringbuf_reserve`, before
        // which the headers up to this position were written (busy).
        let end = self.producer.acquire64(0);
        let pending = end.checked_sub(self.position)?;
        (pending <= self.size as u64).then_some(end)
    }

    /// The next submitted record before `end`; passes over discarded ones.
    #[inline]
    pub(super) fn peek(&mut self, end: u64) -> Result<Option<Place>, Disturbed> {
        while self.position < end {
            let start = self.position as usize & (self.size - 1);
            if start % 8 != 0 {
                return Err(Disturbed);
            }
            let header = self.data_offset + start;
            // Acquire: pairs with the `xchg` in `bpf_ringbuf_commit`, which clears the
            // busy bit after the program wrote the record.
            let word = self.producer.acquire32(header);
            if word & BUSY != 0 {
                return Ok(None);
            }
            let len = (word & !DISCARD) as usize;
            let whole = (len + HEADER_SIZE).next_multiple_of(8);
            // The kernel's own bound; beyond it this is no header, since somebody else's
            // consuming had it overwritten.
            if whole as u64 > end - self.position {
                return Err(Disturbed);
            }
            let place = Place {
                offset: header + HEADER_SIZE,
                len,
                next: self.position + whole as u64,
            };
            if word & DISCARD == 0 {
                return Ok(Some(place));
            }
            self.release(&place);
        }
        Ok(None)
    }

    /// Gives the room of a record back to the programs.
    #[inline]
    pub(super) fn release(&mut self, place: &Place) {
        self.position = place.next;
        // Release: pairs with the `smp_load_acquire` in `__bpf_ringbuf_reserve`; our reads
        // of the record come before the kernel may use its room again.
        self.consumer.release64(0, self.position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 4096;
    const PAGE: usize = 4096;

    /// Memory laid out as a ring buffer's, with the kernel's side in our hands.
    struct Fake {
        kernel: Mapping,
    }

    fn fake() -> (Fake, Ring) {
        let kernel = Mapping::heap(2 * PAGE + 2 * SIZE);
        let consumer = kernel.view(0, PAGE, true);
        let producer = kernel.view(PAGE, PAGE + 2 * SIZE, false);
        (Fake { kernel }, Ring::new(consumer, producer, PAGE, SIZE))
    }

    impl Fake {
        fn header(&self, position: usize, word: u32) {
            self.kernel.store(2 * PAGE + position, &word);
        }

        fn produced(&self, position: u64) {
            self.kernel.store(PAGE, &position);
        }

        fn consumed(&self) -> u64 {
            self.kernel.load(0)
        }
    }

    #[test]
    fn a_reserved_record_holds_up_those_behind_it() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 8 | BUSY);
        kernel.header(16, 8);
        kernel.produced(32);
        let end = ring.end().unwrap();
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 0);
        assert_eq!(ring.pending_bytes(), 32);

        kernel.header(0, 8);
        let place = ring.peek(end).unwrap().unwrap();
        assert_eq!((place.len, place.next), (8, 16));
        ring.release(&place);
        assert_eq!(kernel.consumed(), 16);
        let place = ring.peek(end).unwrap().unwrap();
        ring.release(&place);
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 32);
    }

    #[test]
    fn discarded_records_are_passed_over_and_given_back() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 3 | DISCARD);
        kernel.header(16, 100 | DISCARD);
        kernel.produced(16 + 112);
        let end = ring.end().unwrap();
        assert!(ring.peek(end).unwrap().is_none());
        assert_eq!(kernel.consumed(), 128);
        assert_eq!(ring.pending_bytes(), 0);
    }

    #[test]
    fn an_empty_record_is_a_record() {
        let (kernel, mut ring) = fake();
        kernel.header(0, 0);
        kernel.produced(8);
        let place = ring.peek(8).unwrap().unwrap();
        assert_eq!((place.len, place.next), (0, 8));
    }

    #[test]
    fn a_length_that_no_record_has_is_not_followed() {
        let (kernel, mut ring) = fake();
        for len in [9, SIZE as u32, BUSY - 1 - DISCARD] {
            kernel.header(0, len);
            kernel.produced(16);
            assert_eq!(ring.peek(16).map(|_| ()), Err(Disturbed), "{len}");
        }
    }

    #[test]
    fn a_position_that_somebody_else_moved_is_noticed() {
        let (kernel, ring) = fake();
        kernel.kernel.store(0, &8u64);
        assert_eq!(ring.end(), None);
        let (kernel, ring) = fake();
        kernel.produced(SIZE as u64 + 8);
        assert_eq!(ring.end(), None);
        let (kernel, mut ring) = fake();
        kernel.kernel.store(0, &(u64::MAX - 7));
        ring.position = u64::MAX - 7;
        kernel.produced(8);
        assert_eq!(ring.end(), None);
        let (kernel, mut ring) = fake();
        kernel.kernel.store(0, &4u64);
        ring.position = 4;
        kernel.produced(32);
        let end = ring.end().unwrap();
        assert_eq!(ring.peek(end).map(|_| ()), Err(Disturbed));
    }
}
