//! What the kernel says of a live map.

use crate::spec::MapKind;
use crate::sys::RawMapInfo;

/// What the kernel says of a live map, as it was when the map was opened.
#[derive(Clone, Debug)]
pub struct MapInfo {
    raw: RawMapInfo,
}

impl MapInfo {
    pub(crate) fn new(raw: RawMapInfo) -> Self {
        Self { raw }
    }

    /// The id of the map, unique while it lives.
    pub fn id(&self) -> u32 {
        self.raw.id
    }

    /// The kind of map.
    pub fn kind(&self) -> MapKind {
        MapKind::from_number(self.raw.kind)
    }

    /// In bytes.
    pub fn key_size(&self) -> u32 {
        self.raw.key_size
    }

    /// In bytes.
    pub fn value_size(&self) -> u32 {
        self.raw.value_size
    }

    /// How many entries it can hold, or bytes for a ring buffer.
    pub fn max_entries(&self) -> u32 {
        self.raw.max_entries
    }

    /// `BPF_F_*`.
    pub fn map_flags(&self) -> u32 {
        self.raw.map_flags
    }
}
