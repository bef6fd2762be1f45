//! A count of entries that can stop and go on.

use std::fmt;

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::{Batches, Mode};
use crate::map::raw;

/// A walk over a map that counts its entries, a batch at a time.
pub(crate) struct Walk {
    batches: Batches,
    count: u64,
}

impl Walk {
    /// Starts before the first entry.
    pub(crate) fn new(map: &Map) -> Result<Self> {
        let value_size = raw::value_len(map)?;
        Ok(Self {
            batches: Batches::new(map, value_size, Mode::Read, "usage", None),
            count: 0,
        })
    }

    /// Counts one batch; how many there were when it was the last.
    pub(crate) fn step(&mut self) -> Result<Option<u64>> {
        match self.batches.advance() {
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
