//! An array in this process's memory.

use std::fmt;
use std::marker::PhantomData;

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::mapping::{Mapping, page_size};
use crate::sys;

/// The elements of an array with `BPF_F_MMAPABLE`, mapped into this process: reads and
/// writes without a system call.
///
/// There is no `&V` onto them, since programs change them at any time: values are copied
/// out and in. Scalars of up to 8 bytes at their natural alignment are read and written
/// whole; a larger value may be read half old and half new, as it may be by a program on
/// another CPU.
///
/// ```no_run
/// # use mapgen_runtime::{Array, Result};
/// # fn example(totals: &Array<u64>) -> Result<()> {
/// let totals = totals.mapped()?;
/// println!("{} of {}", totals.load(0)?, totals.iter().sum::<u64>());
/// # Ok(())
/// # }
/// ```
pub struct Mapped<V> {
    memory: Mapping,
    map: Map,
    types: PhantomData<fn() -> V>,
}

impl<V: Pod> Mapped<V> {
    /// The distance of two elements in bytes (`array_map_alloc`).
    const STRIDE: usize = size_of::<V>().next_multiple_of(8);

    pub(crate) fn new(map: &Map) -> Result<Self> {
        if map.info().map_flags() & sys::F_MMAPABLE == 0 {
            return Err(Error::NotMmapable { map: map.label() });
        }
        // The gate proved the value size; the kernel maps whole pages (`array_map_mmap`).
        let size = (Self::STRIDE * map.capacity() as usize).next_multiple_of(page_size());
        let memory = match map.mapping(0, size, true) {
            Err(libc::EPERM | libc::EACCES) => map.mapping(0, size, false),
            other => other,
        }
        .map_err(|errno| map.os("mmap", errno))?;
        Ok(Self {
            memory,
            map: map.clone(),
            types: PhantomData,
        })
    }

    /// How many elements there are.
    #[expect(clippy::len_without_is_empty, reason = "no array has 0 elements")]
    pub fn len(&self) -> u32 {
        self.map.capacity()
    }

    /// Reads an element.
    ///
    /// # Errors
    /// [`Error::OutOfRange`].
    #[inline]
    pub fn load(&self, index: u32) -> Result<V> {
        self.map.in_range(index)?;
        Ok(self.memory.load(index as usize * Self::STRIDE))
    }

    /// Writes an element.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map could be mapped for reading
    /// only.
    #[inline]
    pub fn store(&self, index: u32, value: &V) -> Result<()> {
        self.map.in_range(index)?;
        if !self.memory.is_writable() {
            return Err(Error::Access {
                op: "store",
                map: self.map.label(),
                why: "it could be mapped for reading only",
            });
        }
        self.memory.store(index as usize * Self::STRIDE, value);
        Ok(())
    }

    /// All elements, in the order of their indices.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = V> + DoubleEndedIterator {
        let count = self.map.capacity() as usize;
        self.memory.load_each(Self::STRIDE, count)
    }
}

impl<V> fmt::Debug for Mapped<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapped")
            .field("map", &self.map)
            .field("writable", &self.memory.is_writable())
            .finish_non_exhaustive()
    }
}
