//! The program's side of a ring buffer: kernel/bpf/ringbuf.c.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use crate::mapping::{Mapping, Memory, page_size};
use crate::ring::memory::{BUSY, DISCARD, HEADER_SIZE};
use crate::sys;

/// The memory of a ring buffer, laid out as it is mapped: a page with the consumer's
/// position, one with the producer's, the data twice.
pub(super) struct Ring {
    memory: Arc<Memory>,
    all: Mapping,
    page: usize,
    /// Of the data, in bytes.
    size: usize,
    /// Before it, every record is submitted or discarded.
    pending: u64,
}

/// More than this is not simulated.
const MOST: usize = 1 << 30;

impl Ring {
    /// `size` is in bytes; the error is what `ringbuf_map_alloc` answers.
    pub(super) fn new(size: u32) -> sys::Result<Self> {
        let (page, size) = (page_size(), size as usize);
        if !size.is_power_of_two() || size % page != 0 {
            return Err(libc::EINVAL);
        }
        if size > MOST {
            return Err(libc::ENOMEM);
        }
        let whole = 2 * page + 2 * size;
        let memory = Memory::new(whole);
        Ok(Self {
            all: memory.mapping(0, whole, true)?,
            memory,
            page,
            size,
            pending: 0,
        })
    }

    pub(super) fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.memory)
    }

    /// Whether something stands in the ring, reserved records included
    /// (`ringbuf_avail_data_sz`).
    pub(super) fn has_data(&self) -> bool {
        self.all.acquire64(0) != self.produced()
    }

    fn produced(&self) -> u64 {
        self.all.load(self.page)
    }

    /// Where the header of a record is in the memory.
    fn place(&self, position: u64) -> usize {
        2 * self.page + self.start(position)
    }

    fn start(&self, position: u64) -> usize {
        (position & (self.size as u64 - 1)) as usize
    }

    /// Reserves room for a record: its position. `None` when it does not fit
    /// (`__bpf_ringbuf_reserve`).
    pub(super) fn reserve(&mut self, len: usize) -> Option<u64> {
        let whole = len.checked_add(HEADER_SIZE)?.checked_next_multiple_of(8)?;
        if len as u64 > u64::from(u32::MAX / 4) || whole > self.size {
            return None;
        }
        let (consumed, position) = (self.all.acquire64(0), self.produced());
        while self.pending < position {
            let word: u32 = self.all.load(self.place(self.pending));
            if word & BUSY != 0 {
                break;
            }
            let passed = (word & !DISCARD) as usize + HEADER_SIZE;
            self.pending += passed.next_multiple_of(8) as u64;
        }
        let end = position + whole as u64;
        let most = self.size as u64 - 1;
        if end.wrapping_sub(consumed) > most || end - self.pending > most {
            return None;
        }
        self.header(position, len as u32 | BUSY);
        self.all.release64(self.page, end);
        Some(position)
    }

    /// Submits or discards a reserved record (`bpf_ringbuf_commit`).
    pub(super) fn commit(&mut self, position: u64, record: &[u8], discard: bool) {
        let (data, start) = (2 * self.page, self.start(position + HEADER_SIZE as u64));
        // Both copies of the data, which are one memory in the kernel.
        let before_end = record.len().min(self.size - start);
        self.all.store_bytes(data + start, record);
        self.all
            .store_bytes(data + self.size + start, &record[..before_end]);
        self.all.store_bytes(data, &record[before_end..]);
        let flag = if discard { DISCARD } else { 0 };
        self.header(position, record.len() as u32 | flag);
    }

    /// Writes the header of a record; what was written before it is seen before it.
    fn header(&self, position: u64, word: u32) {
        let place = self.place(position);
        fence(Ordering::Release);
        self.all.store(place, &word);
        self.all.store(place + self.size, &word);
    }
}
