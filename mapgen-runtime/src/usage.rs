//! How full a map is.

use crate::error::Result;
use crate::map::{Map, Walk};
use crate::mapping::page_size;
use crate::spec::MapKind;

/// What a map's capacity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Entries, or slots that something was put into.
    Entries,
    /// Bytes of a ring buffer, headers and padding of records included.
    Bytes,
}

/// How full a map is, as [`Map::usage`] found it.
///
/// ```
/// # use mapgen_runtime::{Result, Map};
/// # fn example(map: &Map) -> Result<()> {
/// let usage = map.usage()?;
/// match usage.pressure() {
///     Some(pressure) => println!("{}: {:.0} % full", map.name(), 100.0 * pressure),
///     None => println!("{}: the kernel cannot say", map.name()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// What is in use; `None` where the kernel cannot say: arrays, whose elements are
    /// always all there, queues and stacks, Bloom filters, and local storage.
    pub used: Option<u64>,
    /// What there is room for; 0 where that is not fixed.
    pub capacity: u64,
    /// What both count.
    pub unit: Unit,
}

impl Usage {
    /// The part that is in use, from 0 to 1; `None` where it is not known or where there is
    /// no fixed capacity.
    ///
    /// Programs may be at work while it is counted, so that a count can be a little beyond
    /// the capacity: that is 1.
    pub fn pressure(&self) -> Option<f64> {
        let used = self.used?;
        (self.capacity > 0).then(|| (used as f64 / self.capacity as f64).min(1.0))
    }
}

/// The way in which the kernel lets it be known how full a map is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A hash: its entries.
    Entries,
    /// The positions of a ring buffer.
    Positions,
    /// It is not known.
    Unknown,
}

impl Level {
    pub(crate) fn of(kind: MapKind) -> Self {
        match kind {
            MapKind::Hash
            | MapKind::LruHash
            | MapKind::PerCpuHash
            | MapKind::LruPerCpuHash
            | MapKind::LpmTrie
            | MapKind::HashOfMaps
            | MapKind::DevMapHash
            | MapKind::StackTrace => Self::Entries,
            MapKind::RingBuf | MapKind::UserRingBuf => Self::Positions,
            // Arrays have all of their elements at all times; `queue_stack_maps.c`,
            // `bloom_filter.c` and local storage have no `map_get_next_key` that says
            // anything; what stands in a sockhash cannot be read with every value size.
            _ => Self::Unknown,
        }
    }
}

impl Map {
    /// How full the map is.
    ///
    /// Where the kernel keeps a count of its own, that: see [`HashMap::len`]. Else every
    /// entry is visited, which for a million entries takes some tenths of a second. Programs
    /// that add and delete meanwhile may be counted or not.
    ///
    /// [`HashMap::len`]: crate::HashMap::len
    ///
    /// # Errors
    /// [`Error::Access`](crate::Error::Access) when the descriptor does not allow reading,
    /// [`Error::Interrupted`](crate::Error::Interrupted) when programs delete faster than
    /// entries can be visited, else [`Error::Os`](crate::Error::Os).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
    /// let usage = conns.usage()?;
    /// println!("{:?} of {} entries", usage.used, usage.capacity);
    /// # Ok(())
    /// # }
    /// ```
    pub fn usage(&self) -> Result<Usage> {
        let used = match Level::of(self.info().kind()) {
            Level::Unknown => None,
            Level::Positions => Some(self.pending()?),
            Level::Entries => Some(self.entries()?),
        };
        Ok(self.usage_of(used))
    }

    pub(crate) fn usage_of(&self, used: Option<u64>) -> Usage {
        let unit = match Level::of(self.info().kind()) {
            Level::Positions => Unit::Bytes,
            _ => Unit::Entries,
        };
        Usage {
            used,
            capacity: self.capacity().into(),
            unit,
        }
    }

    fn entries(&self) -> Result<u64> {
        if let Some(count) = self.count() {
            return Ok(count as u64);
        }
        let mut walk = Walk::new(self)?;
        loop {
            if let Some(count) = walk.step(self)? {
                return Ok(count);
            }
        }
    }

    /// Bytes between the positions of a ring buffer.
    pub(crate) fn pending(&self) -> Result<u64> {
        let page = page_size();
        let map = |offset| {
            self.mapping(offset, page, false)
                .map_err(|errno| self.refused_read("usage", errno))
        };
        // `struct bpf_ringbuf`: the consumer's page comes first, then the producer's.
        let (consumer, producer) = (map(0)?, map(page)?);
        // The consumer's first: what is behind it can only become more.
        let from = consumer.acquire64(0);
        let to = producer.acquire64(0);
        // Whatever somebody wrote to a position that user space may write.
        Ok(to.saturating_sub(from).min(self.capacity().into()))
    }
}
