//! A record in the ring's memory.

use bytemuck::Pod;

use crate::mapping::Mapping;

/// A record where the program wrote it, of whatever size.
///
/// The bytes stay in the ring: what is not read is not copied, so a header can be looked
/// at before the rest. They are copied out and never lent as `&[u8]`: programs do not
/// write a record after they submitted it, but another process that moves the ring's
/// position would have the kernel reuse the memory.
///
/// ```no_run
/// # use mapgen_runtime::{Result, RingBuf};
/// # fn example(events: &RingBuf<[u64; 4]>) -> Result<()> {
/// events.consumer()?.consume_raw(|record| println!("{} bytes", record.len()))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Record<'a> {
    memory: &'a Mapping,
    offset: usize,
    len: usize,
    /// How many bytes stand at `offset`: all, but in a ring whose end the record crosses.
    first: usize,
    /// Where the others stand.
    rest: usize,
}

impl<'a> Record<'a> {
    /// The caller checked that the record is inside of `memory`.
    #[inline]
    pub(crate) fn new(memory: &'a Mapping, offset: usize, len: usize) -> Self {
        Self::wrapped(memory, offset, len, len, 0)
    }

    /// A record of which `first` bytes stand at `offset` and the others at `rest`; the
    /// caller checked that both are inside of `memory`.
    #[inline]
    pub(crate) fn wrapped(
        memory: &'a Mapping,
        offset: usize,
        len: usize,
        first: usize,
        rest: usize,
    ) -> Self {
        Self {
            memory,
            offset,
            len,
            first,
            rest,
        }
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value at its start, `None` when the record is shorter.
    #[inline]
    pub fn read<U: Pod>(&self) -> Option<U> {
        self.read_at(0)
    }

    /// The value at `offset` bytes, `None` when the record does not reach so far.
    #[inline]
    pub fn read_at<U: Pod>(&self, offset: usize) -> Option<U> {
        if !self.contains(offset, size_of::<U>()) {
            return None;
        }
        if offset + size_of::<U>() <= self.first {
            return Some(self.memory.load(self.offset + offset));
        }
        let mut value = U::zeroed();
        self.copy(offset, bytemuck::bytes_of_mut(&mut value));
        Some(value)
    }

    /// Copies the bytes from `offset` on into `to`: whether there are so many.
    pub fn copy_to(&self, offset: usize, to: &mut [u8]) -> bool {
        let there = self.contains(offset, to.len());
        if there {
            self.copy(offset, to);
        }
        there
    }

    /// All bytes, in a vector of their own.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len];
        self.copy(0, &mut bytes);
        bytes
    }

    fn contains(&self, offset: usize, len: usize) -> bool {
        offset <= self.len && len <= self.len - offset
    }

    /// The caller checked that there are so many bytes.
    fn copy(&self, offset: usize, to: &mut [u8]) {
        let (here, behind) = to.split_at_mut(self.first.saturating_sub(offset).min(to.len()));
        let crossed = (offset + here.len()).saturating_sub(self.first);
        if !here.is_empty() {
            self.memory.load_bytes(self.offset + offset, here);
        }
        if !behind.is_empty() {
            self.memory.load_bytes(self.rest + crossed, behind);
        }
    }
}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_crosses_the_end_reads_as_one_that_does_not() {
        let memory = Mapping::heap(64);
        let bytes: Vec<u8> = (1..=20).collect();
        for first in 0..=20 {
            let record = Record::wrapped(&memory, 64 - first, 20, first, 0);
            memory.store_bytes(64 - first, &bytes[..first]);
            memory.store_bytes(0, &bytes[first..]);
            assert_eq!(record.to_vec(), bytes);
            for offset in 0..=20 {
                let word = record.read_at::<u32>(offset).map(u32::to_ne_bytes);
                let expected = bytes.get(offset..offset + 4);
                assert_eq!(word.as_ref().map(|word| &word[..]), expected);
                let mut tail = vec![0; 20 - offset];
                assert!(record.copy_to(offset, &mut tail));
                assert_eq!(tail, bytes[offset..]);
            }
            assert!(!record.copy_to(1, &mut [0; 20]));
            assert_eq!(record.read_at::<u8>(usize::MAX), None);
        }
    }
}
