//! Bloom filters: [`BloomFilter`].

use bytemuck::Pod;

use crate::error::Result;
use crate::map::Map;
use crate::map::elements::Elements;
use crate::spec::MapKind;
use crate::sys;

/// A set that may err towards "yes": `BPF_MAP_TYPE_BLOOM_FILTER` (since 5.16).
///
/// What was inserted is always found; what was not is found now and then, the more often
/// the more there is beyond `max_entries`. Nothing can be taken out, nor walked over.
///
/// ```no_run
/// # use mapgen_runtime::{BloomFilter, Result};
/// # fn example(seen: &BloomFilter<u32>) -> Result<()> {
/// seen.insert(&7)?;
/// if !seen.may_contain(&8)? {
///     println!("8 was certainly not seen");
/// }
/// # Ok(())
/// # }
/// ```
pub struct BloomFilter<V>(Elements<(), V>);

impl<V: Pod> BloomFilter<V> {
    /// Adds a value. A filter is never full.
    ///
    /// # Errors
    /// [`Error::Access`](crate::Error::Access) when the map is frozen or the descriptor
    /// read-only, else [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn insert(&self, value: &V) -> Result<()> {
        self.0.update("insert", &(), value, sys::ANY)
    }

    /// Whether a value may have been inserted: `false` is certain.
    ///
    /// # Errors
    /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only, else
    /// [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn may_contain(&self, value: &V) -> Result<bool> {
        // The kernel reads the whole value that a look-up of any other kind would write
        // (`map_lookup_elem` in kernel/bpf/syscall.c).
        let mut value = *value;
        self.0.get_into("may_contain", &(), &mut value)
    }
}

handles!(BloomFilter<V: Pod>, () => V, |map| Elements::on(map, &[MapKind::BloomFilter]));
derefs!(BloomFilter<V> to Map);
