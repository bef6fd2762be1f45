//! Iterators over entries, keys and values.

use std::fmt;
use std::marker::PhantomData;
use std::slice;

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::batches::{Batches, patience};
use crate::map::stored::Stored;

/// Entries of a walk, one by one.
pub(crate) struct Entries {
    batches: Batches,
    /// In the batch at hand: the next entry, and the end.
    next: usize,
    count: usize,
}

impl Entries {
    pub(crate) fn new(batches: Batches) -> Self {
        Self {
            batches,
            next: 0,
            count: 0,
        }
    }

    /// The place of the next entry in the batch at hand.
    #[inline]
    pub(crate) fn advance(&mut self) -> Option<Result<usize>> {
        if self.next == self.count {
            self.count = 0;
            self.next = 0;
            match self.batches.advance()? {
                Ok(count) => self.count = count,
                Err(error) => return Some(Err(error)),
            }
        }
        let index = self.next;
        self.next += 1;
        Some(Ok(index))
    }

    /// The key of an entry of the batch at hand.
    #[inline]
    pub(crate) fn key<K: Pod>(&self, index: usize) -> K {
        // SAFETY: the walk's keys are of the size of `K` (the gate), and any bytes are one.
        unsafe { self.batches.key(index).cast::<K>().read_unaligned() }
    }

    /// The value of an entry of the batch at hand.
    #[inline]
    pub(crate) fn value<V: Stored>(&self, index: usize) -> Result<V> {
        // SAFETY: the walk's values are of the size of `V` (the gate).
        unsafe { V::copy_from(self.batches.map(), self.batches.value(index)) }
    }

    /// The bytes of the value of an entry of the batch at hand: where, and how many.
    pub(crate) fn value_bytes(&self, index: usize) -> (*const u8, usize) {
        (self.batches.value(index), self.batches.value_size())
    }

    /// The bytes of the key of an entry of the batch at hand.
    pub(crate) fn key_vec(&self, index: usize) -> Vec<u8> {
        // SAFETY: an entry of the batch, whose key is that large.
        unsafe { slice::from_raw_parts(self.batches.key(index), self.batches.key_size()) }.to_vec()
    }

    /// The bytes of the value of an entry of the batch at hand.
    pub(crate) fn value_vec(&self, index: usize) -> Vec<u8> {
        let (value, size) = self.value_bytes(index);
        // SAFETY: an entry of the batch, whose value is that large.
        unsafe { slice::from_raw_parts(value, size) }.to_vec()
    }
}

macro_rules! iterators {
    ($(
        $(#[$doc:meta])*
        $name:ident yields $item:ty: |$entries:ident, $index:ident| $read:expr;
    )*) => {
        $(
            $(#[$doc])*
            pub struct $name<K, V> {
                entries: Entries,
                types: PhantomData<fn() -> (K, V)>,
            }

            impl<K, V> $name<K, V> {
                pub(crate) fn new(batches: Batches) -> Self {
                    Self {
                        entries: Entries::new(batches),
                        types: PhantomData,
                    }
                }
            }

            impl<K: Pod, V: Stored> Iterator for $name<K, V> {
                type Item = Result<$item>;

                #[inline]
                fn next(&mut self) -> Option<Self::Item> {
                    let $index = match self.entries.advance()? {
                        Ok(index) => index,
                        Err(error) => return Some(Err(error)),
                    };
                    let $entries = &self.entries;
                    Some($read)
                }
            }

            impl<K: Pod, V: Stored> std::iter::FusedIterator for $name<K, V> {}

            impl<K, V> fmt::Debug for $name<K, V> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_struct(stringify!($name)).finish_non_exhaustive()
                }
            }
        )*
    };
}

iterators! {
    /// The entries of a map: see [`HashMap::iter`](crate::HashMap::iter).
    Iter yields (K, V): |entries, index| entries.value(index).map(|value| (entries.key(index), value));

    /// The keys of a map: see [`HashMap::keys`](crate::HashMap::keys).
    Keys yields K: |entries, index| Ok(entries.key(index));

    /// The values of a map: see [`HashMap::values`](crate::HashMap::values).
    Values yields V: |entries, index| entries.value(index);

    /// The entries that are taken out of a map: see
    /// [`HashMap::drain`](crate::HashMap::drain).
    Drain yields (K, V): |entries, index| entries.value(index).map(|value| (entries.key(index), value));
}

impl<K, V> Drop for Drain<K, V> {
    fn drop(&mut self) {
        // As in std: the rest is taken out too. Nobody is there to hear of an error.
        while let Some(Ok(_)) = self.entries.batches.advance() {}
    }
}

/// The keys of a map whose values a walk need not, or cannot, read; `next` gives the one
/// after a key.
pub(crate) fn next_keys<K: Copy>(
    map: Map,
    op: &'static str,
    mut next: impl FnMut(Option<&K>) -> Result<Option<K>>,
) -> impl Iterator<Item = Result<K>> {
    let mut last = None;
    let mut steps_left = patience(map.capacity());
    std::iter::from_fn(move || {
        // The kernel starts over after a key that is gone.
        let Some(left) = steps_left.checked_sub(1) else {
            return Some(Err(Error::Interrupted {
                map: map.label(),
                op,
            }));
        };
        steps_left = left;
        let key = next(last.as_ref()).transpose()?;
        if let Ok(key) = &key {
            last = Some(*key);
        }
        Some(key)
    })
    .scan(false, |over, key| {
        let go_on = !std::mem::replace(over, key.is_err());
        go_on.then_some(key)
    })
    .fuse()
}
