//! Records that end in a flexible array member.

use std::fmt;
use std::marker::PhantomData;

use bytemuck::Pod;

use crate::ring::record::Record;

/// A type that C ends in a flexible array member, as in
/// `struct batch { __u32 count; struct item items[]; };`. Generated types have it.
pub trait Flexible: Pod {
    /// One element of the array.
    type Item: Pod;
    /// Where the array begins, in bytes. It may be before the end of the type, among the
    /// bytes that the compiler adds for alignment.
    const ITEMS_OFFSET: usize;
}

impl<'a> Record<'a> {
    /// The record as a `T` and the elements of its flexible array: as many as the record
    /// has room for. `None` when the record ends before the array, or in an element.
    ///
    /// What follows a `T` of its whole size is taken for elements as well as what follows
    /// its last member, since programs reserve both `sizeof(T) + n * sizeof(item)` and
    /// less. Where the two differ, only a count in the header tells how many elements
    /// were meant: [`Items::first`].
    pub fn flexible<T: Flexible>(&self) -> Option<(T, Items<'a, T::Item>)> {
        let (offset, item) = (T::ITEMS_OFFSET, size_of::<T::Item>());
        let room = self.len().checked_sub(offset)?;
        let whole = |room: usize| room.checked_rem(item) == Some(0);
        let len = if whole(room) {
            room / item
        } else {
            let room = self.len().checked_sub(size_of::<T>())?;
            whole(room).then(|| room / item)?
        };
        let mut header = T::zeroed();
        let members = offset.min(size_of::<T>());
        self.copy_to(0, &mut bytemuck::bytes_of_mut(&mut header)[..members]);
        let items = Items {
            record: *self,
            offset,
            len,
            types: PhantomData,
        };
        Some((header, items))
    }
}

/// The elements of a flexible array, in the ring's memory.
///
/// ```no_run
/// # use mapgen_runtime::{CLayout, Flexible, Result, RingBuf};
/// # #[derive(Clone, Copy, CLayout)]
/// # #[repr(C)]
/// # struct Batch { count: u32 }
/// # impl Flexible for Batch { type Item = u32; const ITEMS_OFFSET: usize = 4; }
/// # fn example(batches: &RingBuf<Batch>) -> Result<()> {
/// batches.consumer()?.consume_items(|batch, items| match items.first(batch.count as usize) {
///     Some(items) => items.iter().for_each(|item| println!("{item}")),
///     None => println!("{} announced, {} sent", batch.count, items.len()),
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Items<'a, I> {
    record: Record<'a>,
    /// In bytes.
    offset: usize,
    len: usize,
    types: PhantomData<fn() -> I>,
}

impl<'a, I: Pod> Items<'a, I> {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An element; `None` beyond the last.
    #[inline]
    pub fn get(&self, index: usize) -> Option<I> {
        (index < self.len)
            .then(|| self.offset + index * size_of::<I>())
            .and_then(|offset| self.record.read_at(offset))
    }

    /// The first `count` elements; `None` where there are fewer.
    #[must_use]
    pub fn first(self, count: usize) -> Option<Self> {
        (count <= self.len).then_some(Self { len: count, ..self })
    }

    /// The elements in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = I> + 'a
    where
        I: 'a,
    {
        (0..self.len).map(move |index| self.get(index).unwrap_or_else(I::zeroed))
    }

    /// All elements, in a vector of their own.
    pub fn to_vec(self) -> Vec<I> {
        let mut items = vec![I::zeroed(); self.len];
        self.record
            .copy_to(self.offset, bytemuck::cast_slice_mut(&mut items));
        items
    }
}

impl<I: Pod + fmt::Debug> fmt::Debug for Items<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
