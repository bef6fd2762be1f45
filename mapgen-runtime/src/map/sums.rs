//! An iterator over per-CPU values, added up.

use std::fmt;
use std::marker::PhantomData;

use bytemuck::Pod;

use crate::error::Result;
use crate::map::batches::Batches;
use crate::map::iter::Entries;
use crate::map::per_cpu::slots;
use crate::value::Total;

/// The entries of a per-CPU map, with the values of all CPUs added up: see
/// [`PerCpuHashMap::sums`](crate::PerCpuHashMap::sums).
pub struct Sums<K, V> {
    entries: Entries,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Sums<K, V> {
    pub(crate) fn new(batches: Batches) -> Self {
        Self {
            entries: Entries::new(batches),
            types: PhantomData,
        }
    }
}

impl<K: Pod, V: Total> Iterator for Sums<K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = match self.entries.advance()? {
            Ok(index) => index,
            Err(error) => return Some(Err(error)),
        };
        let (values, size) = self.entries.value_bytes(index);
        // SAFETY: an entry of the batch at hand, whose `size` bytes the kernel has written.
        let total = unsafe { slots::<V>(values, size) }.fold(V::zeroed(), |mut total, value| {
            total.accumulate(&value);
            total
        });
        Some(Ok((self.entries.key(index), total)))
    }
}

impl<K: Pod, V: Total> std::iter::FusedIterator for Sums<K, V> {}

impl<K, V> fmt::Debug for Sums<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sums").finish_non_exhaustive()
    }
}
