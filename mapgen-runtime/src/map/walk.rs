//! A count of entries that can stop and go on.

use std::fmt;

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::{Batches, Mode};
use crate::map::raw;

/// A walk over a map that counts its entries, a batch at a time. Between two batches it keeps
/// the map neither open nor alive.
pub(crate) struct Walk {
    batches: Batches,
    count: u64,
}

impl Walk {
    /// Starts before the first entry.
    pub(crate) fn new(map: &Map) -> Result<Self> {
        let value_size = raw::value_len(map)?;
        let mut batches = Batches::new(map, value_size, Mode::Read, "usage", None);
        batches.set_map(None);
        Ok(Self { batches, count: 0 })
    }

    /// Counts one batch of the same map; how many there were when it was the last.
    pub(crate) fn step(&mut self, map: &Map) -> Result<Option<u64>> {
        self.batches.set_map(Some(map.clone()));
        let batch = self.batches.advance();
        self.batches.set_map(None);
        match batch {
            None => Ok(Some(self.count)),
            Some(count) => {
                self.count += count? as u64;
                Ok(None)
            }
        }
    }
}

impl fmt::Debug for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").field("count", &self.count).finish()
    }
}
