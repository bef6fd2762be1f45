//! The elements of a map, one at a time: what the handles of all kinds are made of.

use std::marker::PhantomData;
use std::ops::Deref;

use bytemuck::Pod;

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::{Batches, Mode, read_one};
use crate::map::block::scratch;
use crate::map::per_cpu::{PerCpu, slots};
use crate::map::stored::Stored;
use crate::map::write::Writes;
use crate::spec::MapKind;
use crate::sys;
use crate::value::Total;

/// A map whose sizes are those of `K` and `V`, and the commands on its elements, each
/// with the name that its errors carry.
///
/// Which of them a kind of map has is its handle's to know. Values with a spin lock are
/// read and written under it. `()` is the key of maps that have none.
pub(crate) struct Elements<K, V> {
    map: Map,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: Pod, V: Stored> Elements<K, V> {
    /// Puts the types on a map of one of `kinds`.
    pub(crate) fn on(map: Map, kinds: &[MapKind]) -> Result<Self> {
        map.fits(kinds, size_of::<K>(), size_of::<V::Value>())?;
        // So that no later call comes to it: the possible CPUs can be read.
        V::size(&map)?;
        Ok(Self {
            map,
            types: PhantomData,
        })
    }

    /// The value of a key, `None` when it is not there.
    #[inline]
    pub(crate) fn get(&self, op: &'static str, key: &K) -> Result<Option<V>> {
        let flags = self.map.lock_flag();
        // SAFETY: `read` passes room for what the kernel copies for a `V`, and `on` proved
        // that the map's sizes are those of `K` and `V`; `lookup` writes all of it when it
        // succeeds.
        match unsafe {
            V::read(&self.map, |value| {
                self.map.lookup(address(key), value, flags)
            })
        }? {
            Ok(value) => Ok(Some(value)),
            Err(libc::ENOENT) => Ok(None),
            Err(errno) => Err(self.map.refused_read(op, errno)),
        }
    }

    /// As [`get`](Self::get), into a value that is there already.
    #[inline]
    pub(crate) fn get_into(&self, op: &'static str, key: &K, value: &mut V) -> Result<bool> {
        value.check(&self.map)?;
        let flags = self.map.lock_flag();
        // SAFETY: `on` proved the sizes; a `V` is as large as what the kernel copies, and
        // any bytes are one.
        match unsafe { self.map.lookup(address(key), value.as_mut_ptr(), flags) } {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.map.refused_read(op, errno)),
        }
    }

    /// Whether a key is there.
    #[inline]
    pub(crate) fn contains(&self, op: &'static str, key: &K) -> Result<bool> {
        // The kernel has no command that leaves the value out.
        let found = scratch(V::size(&self.map)?, |value| {
            // SAFETY: `on` proved the sizes; `value` has room for what is copied.
            unsafe { self.map.lookup(address(key), value, 0) }
        });
        match found {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.map.refused_read(op, errno)),
        }
    }

    /// Writes a value; `flags` say whether the key has to be there, or not to be.
    #[inline]
    pub(crate) fn update(&self, op: &'static str, key: &K, value: &V, flags: u64) -> Result<()> {
        value.check(&self.map)?;
        self.try_update(key, value, flags)
            .map_err(|errno| self.map.refused_write(op, errno))
    }

    /// As [`update`](Self::update), for those who know better what an error means.
    #[inline]
    pub(crate) fn try_update(&self, key: &K, value: &V, flags: u64) -> sys::Result<()> {
        let flags = flags | self.map.lock_flag();
        let update = || {
            // SAFETY: `on` proved the sizes; a `V` has as many initialised bytes as the
            // kernel copies.
            unsafe { self.map.update(address(key), value.as_ptr(), flags) }
        };
        match update() {
            Ok(()) => Ok(()),
            Err(errno) => self.map.retry(errno, update),
        }
    }

    /// Deletes an entry: whether it was there.
    #[inline]
    pub(crate) fn delete(&self, op: &'static str, key: &K) -> Result<bool> {
        match self.try_delete(key) {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.map.refused_write(op, errno)),
        }
    }

    /// As [`delete`](Self::delete), for those who know better what an error means.
    #[inline]
    pub(crate) fn try_delete(&self, key: &K) -> sys::Result<()> {
        // SAFETY: `on` proved the key size.
        unsafe { self.map.delete(address(key)) }
    }

    /// Reads a value and deletes its entry, in one call where the kernel can.
    #[inline]
    pub(crate) fn take(&self, op: &'static str, key: &K) -> Result<Option<V>> {
        let flags = self.map.lock_flag();
        // SAFETY: `on` proved the sizes; `read` passes room for what the kernel copies,
        // which for a per-CPU map is every possible CPU's; it is all written on success.
        match unsafe {
            V::read(&self.map, |value| {
                read_one(&self.map, address(key), value, Mode::Take, flags)
            })
        }? {
            Ok(value) => Ok(Some(value)),
            Err(libc::ENOENT) => Ok(None),
            Err(errno) => Err(self.map.refused_write(op, errno)),
        }
    }

    /// The key after `key`, or the first.
    pub(crate) fn next_key(&self, op: &'static str, key: Option<&K>) -> Result<Option<K>> {
        let key = key.map_or(std::ptr::null(), |key| address(key));
        // SAFETY: `on` proved the key size; any bytes are a `K` (`Pod`), and `next_key`
        // writes all of them on success.
        let next = unsafe { K::read(&self.map, |next| self.map.next_key(key, next)) }?;
        match next {
            Ok(key) => Ok(Some(key)),
            Err(libc::ENOENT) => Ok(None),
            Err(errno) => Err(self.map.refused_read(op, errno)),
        }
    }

    /// Deletes the entries for which `keep` does not say otherwise.
    pub(crate) fn retain(
        &self,
        op: &'static str,
        mut keep: impl FnMut(&K, &V) -> bool,
    ) -> Result<()> {
        let mut batches = self.batches(Mode::Read, op, None);
        let mut deletions = Writes::deletions(&self.map, op);
        // The kernel starts over after a key that is gone, where cursors are keys: the last
        // of a batch stays until the next batch is there.
        let mut held: Option<K> = None;
        while let Some(count) = batches.advance() {
            let count = count?;
            if let Some(key) = held.take() {
                // SAFETY: the map's key size is that of `K`.
                unsafe { deletions.delete(address(&key)) }?;
            }
            for index in 0..count {
                // SAFETY: entry `index` is one of the batch.
                let (key, value) = unsafe {
                    let key = batches.key(index).cast::<K>().read_unaligned();
                    (key, V::copy_from(&self.map, batches.value(index))?)
                };
                if keep(&key, &value) {
                    continue;
                }
                if index + 1 == count {
                    held = Some(key);
                } else {
                    // SAFETY: as above.
                    unsafe { deletions.delete(address(&key)) }?;
                }
            }
            deletions.flush()?;
        }
        if let Some(key) = held {
            self.delete(op, &key)?;
        }
        Ok(())
    }

    /// Takes all entries out.
    pub(crate) fn drain(&self, op: &'static str) -> Result<()> {
        let mut batches = self.batches(Mode::Take, op, None);
        while let Some(count) = batches.advance() {
            count?;
        }
        Ok(())
    }

    /// Inserts or replaces many entries.
    pub(crate) fn extend(
        &self,
        op: &'static str,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Result<()> {
        let mut updates = Writes::updates(&self.map, V::size(&self.map)?, op);
        for (key, value) in entries {
            value.check(&self.map)?;
            // SAFETY: `on` proved the sizes; a `V` has as many initialised bytes as
            // the kernel copies.
            unsafe { updates.update(address(&key), value.as_ptr()) }?;
        }
        updates.flush()
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> Result<usize> {
        match self.map.count() {
            Some(count) => Ok(count),
            None => self.len_by_walking(),
        }
    }

    /// How many entries there are, by walking over them.
    pub(crate) fn len_by_walking(&self) -> Result<usize> {
        let mut batches = self.batches(Mode::Read, "len", None);
        let mut len = 0;
        while let Some(count) = batches.advance() {
            len += count?;
        }
        Ok(len)
    }

    /// A walk, with room for `room` entries at first, or a default.
    pub(crate) fn batches(&self, mode: Mode, op: &'static str, room: Option<usize>) -> Batches {
        // `on` proved that the size can be told.
        let value_size = V::size(&self.map).unwrap_or(0);
        Batches::new(&self.map, value_size, mode, op, room)
    }
}

impl<K: Pod, V: Pod> Elements<K, PerCpu<V>> {
    /// The values of a key on all CPUs folded into one; `None` when it is not there.
    #[inline]
    pub(crate) fn fold<A>(
        &self,
        op: &'static str,
        key: &K,
        init: A,
        f: impl FnMut(A, V) -> A,
    ) -> Result<Option<A>> {
        let size = PerCpu::<V>::size(&self.map)?;
        scratch(size, |values| {
            // SAFETY: `on` proved the sizes; `values` has room for what is copied.
            match unsafe { self.map.lookup(address(key), values, 0) } {
                // SAFETY: the kernel has written all of it.
                Ok(()) => Ok(Some(unsafe { slots(values, size) }.fold(init, f))),
                Err(libc::ENOENT) => Ok(None),
                Err(errno) => Err(self.map.refused_read(op, errno)),
            }
        })
    }

    /// The values of a key on all CPUs added up; `None` when it is not there.
    #[inline]
    pub(crate) fn sum(&self, op: &'static str, key: &K) -> Result<Option<V>>
    where
        V: Total,
    {
        self.fold(op, key, V::zeroed(), |mut total, value| {
            total.accumulate(&value);
            total
        })
    }

    /// Shows all entries to `f`, without any allocation per entry.
    pub(crate) fn for_each(
        &self,
        op: &'static str,
        mut f: impl FnMut(K, &PerCpu<V>),
    ) -> Result<()> {
        let mut values = PerCpu::new()?;
        let mut batches = self.batches(Mode::Read, op, None);
        while let Some(count) = batches.advance() {
            for index in 0..count? {
                // SAFETY: entry `index` is one of the batch, of the sizes that `on` proved.
                let key = unsafe {
                    values.assign_from(batches.value(index));
                    batches.key(index).cast::<K>().read_unaligned()
                };
                f(key, &values);
            }
        }
        Ok(())
    }
}

/// The address of a key, as the system call takes it: null where the map has none
/// (`___bpf_copy_key` in kernel/bpf/syscall.c).
#[inline]
fn address<K>(key: &K) -> *const u8 {
    if size_of::<K>() == 0 {
        std::ptr::null()
    } else {
        std::ptr::from_ref(key).cast()
    }
}

impl<K, V> Clone for Elements<K, V> {
    fn clone(&self) -> Self {
        Self {
            map: self.map.clone(),
            types: PhantomData,
        }
    }
}

impl<K, V> Deref for Elements<K, V> {
    type Target = Map;

    #[inline]
    fn deref(&self) -> &Map {
        &self.map
    }
}
