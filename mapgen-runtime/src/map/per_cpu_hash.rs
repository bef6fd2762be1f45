//! Hash maps with a value for each possible CPU.

use bytemuck::Pod;

use crate::error::Result;
use crate::map::HashMap;
use crate::map::batches::Mode;
use crate::map::per_cpu::PerCpu;
use crate::map::sums::Sums;
use crate::spec::MapKind;
use crate::value::Total;

/// A hash map with a value for each possible CPU: `BPF_MAP_TYPE_PERCPU_HASH` and
/// `BPF_MAP_TYPE_LRU_PERCPU_HASH`.
///
/// It derefs to [`HashMap`] and has its methods, with [`PerCpu<V>`] for the value: `get`
/// allocates one, [`get_into`](HashMap::get_into) reuses one. What most readers want is
/// [`sum`](Self::sum) or [`fold`](Self::fold), which allocate nothing.
///
/// ```no_run
/// # use mapgen_runtime::{PerCpuHashMap, Result};
/// # fn example(packets: &PerCpuHashMap<u32, u64>) -> Result<()> {
/// let total = packets.sum(&6)?.unwrap_or(0);
/// let busiest = packets.fold(&6, 0, |most, count| count.max(most))?;
/// for entry in packets.sums() {
///     let (protocol, packets) = entry?;
///     println!("{protocol}: {packets}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct PerCpuHashMap<K, V>(HashMap<K, PerCpu<V>>);

impl<K: Pod, V: Pod> PerCpuHashMap<K, V> {
    /// The values of a key on all CPUs, added up; `None` when it is not there.
    ///
    /// # Errors
    /// As for [`HashMap::get`].
    #[inline]
    pub fn sum(&self, key: &K) -> Result<Option<V>>
    where
        V: Total,
    {
        self.elements().sum("sum", key)
    }

    /// The values of a key on all CPUs, in the order of CPU numbers, folded into one;
    /// `None` when it is not there. For maxima, histograms and averages.
    ///
    /// # Errors
    /// As for [`HashMap::get`].
    #[inline]
    pub fn fold<A>(&self, key: &K, init: A, f: impl FnMut(A, V) -> A) -> Result<Option<A>> {
        self.elements().fold("fold", key, init, f)
    }

    /// All entries, in no order, each with its values of all CPUs added up: as
    /// [`HashMap::iter`], but without any allocation per entry.
    #[must_use = "iterators are lazy"]
    pub fn sums(&self) -> Sums<K, V>
    where
        V: Total,
    {
        Sums::new(self.0.batches(Mode::Read, "sums", None))
    }

    /// Shows all entries to `f`, in no order: as [`HashMap::iter`], but without any
    /// allocation per entry.
    ///
    /// # Errors
    /// As for [`HashMap::iter`].
    ///
    /// ```no_run
    /// # use mapgen_runtime::{PerCpuHashMap, Result};
    /// # fn example(packets: &PerCpuHashMap<u32, u64>) -> Result<()> {
    /// packets.for_each(|protocol, counts| println!("{protocol}: {counts:?}"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_each(&self, mut f: impl FnMut(&K, &PerCpu<V>)) -> Result<()> {
        self.elements()
            .for_each("for_each", |key, values| f(&key, values))
    }
}

handles!(
    PerCpuHashMap<K: Pod, V: Pod>,
    K => V,
    |map| HashMap::on(map, &[MapKind::PerCpuHash, MapKind::LruPerCpuHash])
);
derefs!(PerCpuHashMap<K, V> to HashMap<K, PerCpu<V>>);
