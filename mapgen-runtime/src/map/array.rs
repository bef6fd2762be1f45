//! Arrays: [`Array`], [`PerCpuArray`].

use bytemuck::Pod;

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::{Batches, Mode};
use crate::map::elements::Elements;
use crate::map::iter::{Iter, Values};
use crate::map::mapped::Mapped;
use crate::map::per_cpu::PerCpu;
use crate::map::stored::Stored;
use crate::map::sums::Sums;
use crate::spec::MapKind;
use crate::sys;
use crate::value::Total;

/// An array: `BPF_MAP_TYPE_ARRAY`, and what [`PerCpuArray`] derefs to.
///
/// Every element is always there, zero until somebody writes it. `V` is a plain value
/// here, and [`PerCpu`] values under a [`PerCpuArray`].
///
/// ```no_run
/// # use mapgen_runtime::{Array, Result};
/// # fn example(histogram: &Array<u64>) -> Result<()> {
/// histogram.set(3, &0)?;
/// for element in histogram.iter() {
///     let (index, count) = element?;
///     println!("{index}: {count}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Array<V>(Elements<u32, V>);

impl<V: Stored> Array<V> {
    /// Puts the type on a map of this kind.
    pub(crate) fn on(map: Map, kind: MapKind) -> Result<Self> {
        Elements::on(map, &[kind]).map(Self)
    }

    /// How many elements there are: the capacity.
    #[expect(clippy::len_without_is_empty, reason = "no array has 0 elements")]
    pub fn len(&self) -> u32 {
        self.0.capacity()
    }

    /// An element.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange),
    /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only, else
    /// [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn get(&self, index: u32) -> Result<V> {
        self.0.in_range(index)?;
        let element = self.0.get("get", &index)?;
        element.ok_or_else(|| self.0.refused_read("get", libc::ENOENT))
    }

    /// As [`get`](Self::get), into a value that is there already.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    #[inline]
    pub fn get_into(&self, index: u32, value: &mut V) -> Result<()> {
        self.0.in_range(index)?;
        if self.0.get_into("get", &index, value)? {
            return Ok(());
        }
        Err(self.0.refused_read("get", libc::ENOENT))
    }

    /// Writes an element.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange),
    /// [`Error::Access`](crate::Error::Access) when the map is frozen or the descriptor
    /// read-only, else [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn set(&self, index: u32, value: &V) -> Result<()> {
        self.0.in_range(index)?;
        self.0.update("set", &index, value, sys::ANY)
    }

    /// Reads an element, changes it and writes it back.
    ///
    /// **Not atomic.** What a program, or another thread, writes between the two system
    /// calls is overwritten. Where programs count, let them count.
    ///
    /// # Errors
    /// As for [`get`](Self::get) and [`set`](Self::set).
    pub fn modify(&self, index: u32, change: impl FnOnce(&mut V)) -> Result<()> {
        let mut value = self.get(index)?;
        change(&mut value);
        self.set(index, &value)
    }

    /// All elements with their indices, in ascending order.
    ///
    /// Reads in batches: some system calls and two allocations in all, none per element
    /// (but one for each [`PerCpu`]: see [`PerCpuArray::for_each`]).
    ///
    /// # Errors
    /// Each item may be one, and is then the last:
    /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only, else
    /// [`Error::Os`](crate::Error::Os).
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Iter<u32, V> {
        Iter::new(self.batches("iter", None))
    }

    /// As [`iter`](Self::iter), asking for `elements` in each call at first.
    #[doc(hidden)]
    #[must_use = "iterators are lazy"]
    pub fn iter_with_batch(&self, elements: usize) -> Iter<u32, V> {
        Iter::new(self.batches("iter", Some(elements)))
    }

    /// All elements, in the order of their indices: as [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn values(&self) -> Values<u32, V> {
        Values::new(self.batches("values", None))
    }

    pub(crate) fn elements(&self) -> &Elements<u32, V> {
        &self.0
    }

    fn batches(&self, op: &'static str, room: Option<usize>) -> Batches {
        self.0.batches(Mode::Read, op, room)
    }
}

impl<V: Pod> Array<V> {
    /// All elements, added up.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter).
    pub fn sum_all(&self) -> Result<V>
    where
        V: Total,
    {
        let mut total = V::zeroed();
        for value in self.values() {
            total.accumulate(&value?);
        }
        Ok(total)
    }

    /// Maps the elements into this process: reads and writes without a system call.
    ///
    /// # Errors
    /// [`Error::NotMmapable`](crate::Error::NotMmapable) when the map was not made with
    /// `BPF_F_MMAPABLE`, else [`Error::Os`](crate::Error::Os). Where the map may not be
    /// written (it is frozen, or the descriptor read-only), it is mapped for reading, and
    /// stores are refused.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Array, Result};
    /// # fn example(counters: &Array<u64>) -> Result<()> {
    /// let counters = counters.mapped()?;
    /// println!("{}", counters.load(0)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn mapped(&self) -> Result<Mapped<V>> {
        Mapped::new(&self.0)
    }
}

handles!(Array<V: Pod>, u32 => V, |map| Elements::on(map, &[MapKind::Array]));
derefs!(Array<V> to Map);

/// An array with a value for each possible CPU: `BPF_MAP_TYPE_PERCPU_ARRAY`.
///
/// It derefs to [`Array`] and has its methods, with [`PerCpu<V>`] for the value.
///
/// ```no_run
/// # use mapgen_runtime::{PerCpuArray, Result};
/// # fn example(drops: &PerCpuArray<u64>) -> Result<()> {
/// println!("{} in all", drops.sum(0)?);
/// println!("{} by reason", drops.sum_all()?.len());
/// # Ok(())
/// # }
/// ```
pub struct PerCpuArray<V>(Array<PerCpu<V>>);

impl<V: Pod> PerCpuArray<V> {
    /// The values of an element on all CPUs, added up.
    ///
    /// # Errors
    /// As for [`Array::get`].
    #[inline]
    pub fn sum(&self, index: u32) -> Result<V>
    where
        V: Total,
    {
        self.in_range(index)?;
        let sum = self.elements().sum("sum", &index)?;
        sum.ok_or_else(|| self.refused_read("sum", libc::ENOENT))
    }

    /// The values of an element on all CPUs, in the order of CPU numbers, folded into one.
    ///
    /// # Errors
    /// As for [`Array::get`].
    #[inline]
    pub fn fold<A>(&self, index: u32, init: A, f: impl FnMut(A, V) -> A) -> Result<A> {
        self.in_range(index)?;
        let folded = self.elements().fold("fold", &index, init, f)?;
        folded.ok_or_else(|| self.refused_read("fold", libc::ENOENT))
    }

    /// For each element its values of all CPUs added up, in the order of indices.
    ///
    /// # Errors
    /// As for [`Array::iter`].
    pub fn sum_all(&self) -> Result<Vec<V>>
    where
        V: Total,
    {
        let mut sums = Vec::with_capacity(self.len() as usize);
        for sum in Sums::<u32, V>::new(self.batches("sum_all", None)) {
            sums.push(sum?.1);
        }
        Ok(sums)
    }

    /// Shows all elements to `f`, in the order of indices: as [`Array::iter`], but without
    /// any allocation per element.
    ///
    /// # Errors
    /// As for [`Array::iter`].
    pub fn for_each(&self, f: impl FnMut(u32, &PerCpu<V>)) -> Result<()> {
        self.elements().for_each("for_each", f)
    }
}

handles!(PerCpuArray<V: Pod>, u32 => V, |map| Array::on(map, MapKind::PerCpuArray));
derefs!(PerCpuArray<V> to Array<PerCpu<V>>);
