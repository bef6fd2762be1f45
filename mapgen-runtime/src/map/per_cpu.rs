//! One value for each possible CPU.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use bytemuck::Pod;

use crate::cpu::possible_cpus;
use crate::error::Result;
use crate::map::block::{Block, buffer};
use crate::value::Total;

/// One value for each *possible* CPU, as the kernel keeps them in per-CPU maps.
///
/// The slots stand in the order of CPU numbers, which may have gaps: where the possible
/// CPUs are `0,2-3`, slot 1 is CPU 2's. [`PerCpu::cpu`] takes the number,
/// `slots[1]` the position.
///
/// ```no_run
/// use mapgen_runtime::PerCpu;
///
/// let mut packets: PerCpu<u64> = PerCpu::new()?;
/// packets[0] = 7;
/// assert_eq!(packets.total(), 7);
/// assert_eq!(packets.iter().max(), Some(&7));
/// # Ok::<(), mapgen_runtime::Error>(())
/// ```
pub struct PerCpu<V> {
    /// `STRIDE` bytes for each CPU.
    blocks: Vec<Block>,
    cpus: &'static [u32],
    values: PhantomData<V>,
}

impl<V: Pod> PerCpu<V> {
    /// The distance of two slots in bytes: the kernel rounds the value size up to 8
    /// (`bpf_map_value_size`).
    pub(crate) const STRIDE: usize = {
        assert!(
            align_of::<V>() <= align_of::<Block>(),
            "per-CPU values are aligned to 16 bytes at most"
        );
        size_of::<V>().next_multiple_of(8)
    };

    /// Zero on every CPU.
    ///
    /// # Errors
    /// When the possible CPUs cannot be read: see [`possible_cpus`].
    pub fn new() -> Result<Self> {
        Ok(Self::on(possible_cpus()?))
    }

    /// Zero on each of `cpus`.
    pub(crate) fn on(cpus: &'static [u32]) -> Self {
        Self {
            blocks: buffer(Self::STRIDE * cpus.len()),
            cpus,
            values: PhantomData,
        }
    }

    /// A value for each CPU, made from its number.
    ///
    /// # Errors
    /// When the possible CPUs cannot be read: see [`possible_cpus`].
    ///
    /// ```no_run
    /// use mapgen_runtime::PerCpu;
    ///
    /// let everywhere = PerCpu::from_fn(|_cpu| 1u64)?;
    /// # Ok::<(), mapgen_runtime::Error>(())
    /// ```
    pub fn from_fn(mut value: impl FnMut(u32) -> V) -> Result<Self> {
        let mut slots = Self::new()?;
        for (slot, &cpu) in slots.cpus.iter().enumerate() {
            slots[slot] = value(cpu);
        }
        Ok(slots)
    }

    /// The number of slots: of possible CPUs.
    pub fn len(&self) -> usize {
        self.cpus.len()
    }

    /// Never: there is at least one CPU.
    pub fn is_empty(&self) -> bool {
        self.cpus.is_empty()
    }

    /// The slot at a position, `None` beyond the last.
    pub fn get(&self, slot: usize) -> Option<&V> {
        let start = slot.checked_mul(Self::STRIDE)?;
        let end = start.checked_add(Self::STRIDE)?;
        let bytes = self.bytes().get(start..end)?;
        Some(bytemuck::from_bytes(&bytes[..size_of::<V>()]))
    }

    /// The slot at a position, `None` beyond the last.
    pub fn get_mut(&mut self, slot: usize) -> Option<&mut V> {
        let start = slot.checked_mul(Self::STRIDE)?;
        let end = start.checked_add(Self::STRIDE)?;
        let bytes = self.bytes_mut().get_mut(start..end)?;
        Some(bytemuck::from_bytes_mut(&mut bytes[..size_of::<V>()]))
    }

    /// The slot of a CPU by its number, `None` when it is not a possible one.
    pub fn cpu(&self, cpu: u32) -> Option<&V> {
        self.get(self.cpus.binary_search(&cpu).ok()?)
    }

    /// The slot of a CPU by its number, `None` when it is not a possible one.
    pub fn cpu_mut(&mut self, cpu: u32) -> Option<&mut V> {
        self.get_mut(self.cpus.binary_search(&cpu).ok()?)
    }

    /// The values, in the order of CPU numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &V> {
        self.bytes()
            .chunks_exact(Self::STRIDE.max(1))
            .map(|slot| bytemuck::from_bytes(&slot[..size_of::<V>()]))
    }

    /// The values, in the order of CPU numbers.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut V> {
        self.bytes_mut()
            .chunks_exact_mut(Self::STRIDE.max(1))
            .map(|slot| bytemuck::from_bytes_mut(&mut slot[..size_of::<V>()]))
    }

    /// The values, each with the number of its CPU.
    pub fn by_cpu(&self) -> impl ExactSizeIterator<Item = (u32, &V)> {
        self.cpus.iter().copied().zip(self.iter())
    }

    /// All values, added up.
    pub fn total(&self) -> V
    where
        V: Total,
    {
        let mut total = V::zeroed();
        for value in self.iter() {
            total.accumulate(value);
        }
        total
    }

    /// The CPUs that it has slots for.
    pub(crate) fn cpus(&self) -> &'static [u32] {
        self.cpus
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.blocks)[..Self::STRIDE * self.cpus.len()]
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let size = Self::STRIDE * self.cpus.len();
        &mut bytemuck::cast_slice_mut(&mut self.blocks)[..size]
    }
}

impl<V: Pod> Clone for PerCpu<V> {
    fn clone(&self) -> Self {
        Self {
            blocks: self.blocks.clone(),
            cpus: self.cpus,
            values: PhantomData,
        }
    }
}

impl<V: Pod> Index<usize> for PerCpu<V> {
    type Output = V;

    /// # Panics
    /// Beyond the last slot.
    fn index(&self, slot: usize) -> &V {
        let len = self.len();
        self.get(slot)
            .unwrap_or_else(|| panic!("slot {slot} of {len} possible CPUs"))
    }
}

impl<V: Pod> IndexMut<usize> for PerCpu<V> {
    /// # Panics
    /// Beyond the last slot.
    fn index_mut(&mut self, slot: usize) -> &mut V {
        let len = self.len();
        self.get_mut(slot)
            .unwrap_or_else(|| panic!("slot {slot} of {len} possible CPUs"))
    }
}

impl<V: Pod + PartialEq> PartialEq for PerCpu<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Pod + Eq> Eq for PerCpu<V> {}

impl<V: Pod + fmt::Debug> fmt::Debug for PerCpu<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.by_cpu()).finish()
    }
}

/// The values in `size` bytes that the kernel wrote for a per-CPU map.
///
/// # Safety
/// `values` is valid for reads of `size` initialised bytes while the iterator lives.
pub(crate) unsafe fn slots<V: Pod>(values: *const u8, size: usize) -> impl Iterator<Item = V> {
    let stride = PerCpu::<V>::STRIDE;
    (0..size / stride.max(1)).map(move |slot| {
        // SAFETY: slot `slot` is within `size`, and any bytes are a `V` (`Pod`).
        unsafe { values.add(slot * stride).cast::<V>().read_unaligned() }
    })
}
