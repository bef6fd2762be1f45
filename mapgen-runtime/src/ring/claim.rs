//! Which ring buffers this process consumes.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The ids of the maps that have a consumer.
static CLAIMED: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// The right to consume a map, given back on drop.
#[derive(Debug)]
pub(crate) struct Claim {
    map_id: u32,
}

impl Claim {
    /// `None` while somebody else in this process has it.
    pub(crate) fn new(map_id: u32) -> Option<Self> {
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        // Lazily: a claim that is made and thrown away would give back the other one's.
        claimed.insert(map_id).then(|| Self { map_id })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.remove(&self.map_id);
    }
}
