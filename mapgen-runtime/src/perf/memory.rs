//! The memory of one CPU's perf buffer, from the reader's side.
//!
//! A page that both sides write (`struct perf_event_mmap_page`, of which two positions
//! matter), then the data, a power of two of pages. Records begin at a multiple of 8
//! bytes with `struct perf_event_header`; one that crosses the end goes on at the start,
//! but never within its first 8 bytes.
//!
//! Ordering, after the comment in kernel/events/ring_buffer.c: the kernel writes a record
//! and then the head, we read the head and then the record; we read the record and then
//! write the tail, the kernel reads the tail and then writes over the record.

use crate::mapping::Mapping;
use crate::ring::record::Record;

/// `offsetof(struct perf_event_mmap_page, data_head)`: where the kernel writes next.
const HEAD: usize = 1024;
/// The same of `data_tail`: where we read next.
const TAIL: usize = 1032;

const HEADER_SIZE: u64 = 8;
const PERF_RECORD_LOST: u32 = 2;
const PERF_RECORD_SAMPLE: u32 = 9;

/// A buffer and our position in it.
#[derive(Debug)]
pub(super) struct Buffer {
    memory: Mapping,
    /// Where the data begins.
    data: usize,
    /// Of the data, in bytes: a power of two.
    size: usize,
    /// Where we stand: what we wrote last to the tail.
    position: u64,
}

/// What stands in the buffer.
#[derive(Debug)]
pub(super) enum Entry<'a> {
    /// What a program wrote.
    Sample(Record<'a>),
    /// The kernel had no room for so many records here.
    Lost(u64),
    /// Something that we did not ask for.
    Other,
}

/// Somebody else wrote the memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disturbed;

impl Buffer {
    /// `memory` is a page of `page` bytes and the data, whose size is a power of two.
    pub(super) fn new(memory: Mapping, page: usize, size: usize) -> Self {
        let position = memory.load(TAIL);
        Self {
            memory,
            data: page,
            size,
            position,
        }
    }

    /// The kernel's position.
    #[inline]
    pub(super) fn head(&self) -> Result<u64, Disturbed> {
        // Nobody but us writes the tail, or we find out.
        if self.memory.load::<u64>(TAIL) != self.position {
            return Err(Disturbed);
        }
        // Acquire: what the kernel wrote up to this position is seen after it.
        let head = self.memory.acquire64(HEAD);
        let pending = head.checked_sub(self.position).ok_or(Disturbed)?;
        if pending > self.size as u64 {
            return Err(Disturbed);
        }
        Ok(head)
    }

    /// What stands at our position, and the position behind it; `None` at `head`.
    #[inline]
    pub(super) fn peek(&self, head: u64) -> Result<Option<(Entry<'_>, u64)>, Disturbed> {
        if self.position >= head {
            return Ok(None);
        }
        let left = head - self.position;
        // So that a header never crosses the end.
        if self.position % 8 != 0 || left < HEADER_SIZE {
            return Err(Disturbed);
        }
        let header: u64 = self.memory.load(self.place(0));
        let [kind, len] = split_header(header);
        let len = u64::from(len);
        if len < HEADER_SIZE || len % 8 != 0 || len > left {
            return Err(Disturbed);
        }
        let entry = match kind {
            // `u32 size; char data[size];`
            PERF_RECORD_SAMPLE => {
                let body = len - HEADER_SIZE;
                if body < 8 {
                    return Err(Disturbed);
                }
                let size: u32 = self.memory.load(self.place(HEADER_SIZE));
                if u64::from(size) > body - 4 {
                    return Err(Disturbed);
                }
                Entry::Sample(self.record(HEADER_SIZE + 4, size as usize))
            }
            // `u64 id; u64 lost;`
            PERF_RECORD_LOST => {
                if len < HEADER_SIZE + 16 {
                    return Err(Disturbed);
                }
                Entry::Lost(self.memory.load(self.place(HEADER_SIZE + 8)))
            }
            _ => Entry::Other,
        };
        Ok(Some((entry, self.position + len)))
    }

    /// Gives the room up to `position` back to the kernel.
    #[inline]
    pub(super) fn release(&mut self, position: u64) {
        self.position = position;
        // Release: our reads of the record come before the kernel writes over it.
        self.memory.release64(TAIL, position);
    }

    /// The offset in memory of what is `ahead` bytes from our position.
    #[inline]
    fn place(&self, ahead: u64) -> usize {
        // The mask makes it smaller than `size`, which is a `usize`.
        self.data + (self.position.wrapping_add(ahead) & (self.size as u64 - 1)) as usize
    }

    /// The caller checked that `len` bytes from `ahead` on are before the head.
    #[inline]
    fn record(&self, ahead: u64, len: usize) -> Record<'_> {
        let start = self.place(ahead);
        let first = len.min(self.data + self.size - start);
        Record::wrapped(&self.memory, start, len, first, self.data)
    }
}

/// Type and size of a `struct perf_event_header { u32 type; u16 misc; u16 size; }`.
#[inline]
fn split_header(header: u64) -> [u32; 2] {
    let [a, b, c, d, _, _, e, f] = header.to_ne_bytes();
    [
        u32::from_ne_bytes([a, b, c, d]),
        u32::from(u16::from_ne_bytes([e, f])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 4096;
    const SIZE: usize = 4096;

    /// A buffer at a position, with the kernel's side in our hands.
    fn fake(position: u64) -> (Mapping, Buffer) {
        let kernel = Mapping::heap(PAGE + SIZE);
        kernel.store(TAIL, &position);
        kernel.store(HEAD, &position);
        let buffer = Buffer::new(kernel.view(0, PAGE + SIZE, true), PAGE, SIZE);
        (kernel, buffer)
    }

    /// Writes bytes as the kernel does, around the end.
    fn put(kernel: &Mapping, position: u64, bytes: &[u8]) {
        for (at, byte) in (position..).zip(bytes) {
            kernel.store(PAGE + (at as usize & (SIZE - 1)), byte);
        }
        kernel.store(HEAD, &(position + bytes.len() as u64));
    }

    fn header(kind: u32, size: u16) -> Vec<u8> {
        [&kind.to_ne_bytes()[..], &[0; 2], &size.to_ne_bytes()].concat()
    }

    fn sample(data: &[u8]) -> Vec<u8> {
        let raw = (data.len() + 4).next_multiple_of(8) - 4;
        let mut bytes = header(PERF_RECORD_SAMPLE, (8 + 4 + raw) as u16);
        bytes.extend((raw as u32).to_ne_bytes());
        bytes.extend(data);
        bytes.resize(8 + 4 + raw, 0);
        bytes
    }

    #[test]
    fn records_are_whole_wherever_they_begin() {
        let data: Vec<u8> = (1..=36).collect();
        for start in (SIZE as u64 - 64..SIZE as u64 + 8).step_by(8) {
            let (kernel, mut buffer) = fake(start);
            put(&kernel, start, &sample(&data));
            let head = buffer.head().unwrap();
            let (entry, next) = buffer.peek(head).unwrap().unwrap();
            let Entry::Sample(record) = entry else {
                panic!("{entry:?}")
            };
            assert_eq!(record.to_vec(), data, "{start}");
            assert_eq!(next, start + 48);
            buffer.release(next);
            assert!(buffer.peek(head).unwrap().is_none());
            assert_eq!(kernel.load::<u64>(TAIL), start + 48);
        }
    }

    #[test]
    fn lost_and_other_records_are_told_apart() {
        let (kernel, mut buffer) = fake(0);
        let mut bytes = header(PERF_RECORD_LOST, 24);
        bytes.extend(7u64.to_ne_bytes());
        bytes.extend(99u64.to_ne_bytes());
        bytes.extend(header(3, 8));
        put(&kernel, 0, &bytes);
        let head = buffer.head().unwrap();
        let (entry, next) = buffer.peek(head).unwrap().unwrap();
        assert!(matches!(entry, Entry::Lost(99)));
        buffer.release(next);
        let (entry, next) = buffer.peek(head).unwrap().unwrap();
        assert!(matches!(entry, Entry::Other));
        assert_eq!(next, 32);
    }

    #[test]
    fn nothing_that_the_kernel_does_not_write_is_followed() {
        let sizes = [0, 4, 7, 12, 16 + 1, 32, u16::MAX];
        for size in sizes {
            let (kernel, buffer) = fake(0);
            put(&kernel, 0, &header(PERF_RECORD_SAMPLE, size));
            kernel.store(HEAD, &16u64);
            assert_eq!(buffer.peek(16).map(drop), Err(Disturbed), "{size}");
        }
        // A size of the data that is not inside of the record; a record without one.
        let (kernel, buffer) = fake(0);
        let mut bytes = header(PERF_RECORD_SAMPLE, 16);
        bytes.extend(5u32.to_ne_bytes());
        bytes.extend([0; 4]);
        put(&kernel, 0, &bytes);
        assert_eq!(buffer.peek(16).map(drop), Err(Disturbed));
        let (kernel, buffer) = fake(0);
        put(&kernel, 0, &header(PERF_RECORD_SAMPLE, 8));
        assert_eq!(buffer.peek(8).map(drop), Err(Disturbed));
        let (kernel, buffer) = fake(0);
        put(&kernel, 0, &header(PERF_RECORD_LOST, 16));
        kernel.store(HEAD, &16u64);
        assert_eq!(buffer.peek(16).map(drop), Err(Disturbed));
    }

    #[test]
    fn positions_that_somebody_else_wrote_are_noticed() {
        for head in [SIZE as u64 + 8, u64::MAX, 1 << 40] {
            let (kernel, buffer) = fake(0);
            kernel.store(HEAD, &head);
            assert_eq!(buffer.head(), Err(Disturbed), "{head}");
        }
        let (kernel, buffer) = fake(64);
        kernel.store(HEAD, &56u64);
        assert_eq!(buffer.head(), Err(Disturbed));
        kernel.store(HEAD, &72u64);
        kernel.store(TAIL, &0u64);
        assert_eq!(buffer.head(), Err(Disturbed));
        let (kernel, buffer) = fake(4);
        kernel.store(HEAD, &64u64);
        let head = buffer.head().unwrap();
        assert_eq!(buffer.peek(head).map(drop), Err(Disturbed));
        let (kernel, buffer) = fake(0);
        kernel.store(HEAD, &4u64);
        assert_eq!(buffer.peek(4).map(drop), Err(Disturbed));
    }
}
