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
}

impl<'a> Record<'a> {
    /// The caller checked that the record is inside of `memory`.
    pub(crate) fn new(memory: &'a Mapping, offset: usize, len: usize) -> Self {
        Self {
            memory,
            offset,
            len,
        }
    }

    /// How many bytes it has.
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
        self.contains(offset, size_of::<U>())
            .then(|| self.memory.load(self.offset + offset))
    }

    /// Copies the bytes from `offset` on into `to`: whether there are so many.
    pub fn copy_to(&self, offset: usize, to: &mut [u8]) -> bool {
        let there = self.contains(offset, to.len());
        if there {
            self.memory.load_bytes(self.offset + offset, to);
        }
        there
    }

    /// All bytes, in a vector of their own.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len];
        self.memory.load_bytes(self.offset, &mut bytes);
        bytes
    }

    fn contains(&self, offset: usize, len: usize) -> bool {
        offset <= self.len && len <= self.len - offset
    }
}

impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
