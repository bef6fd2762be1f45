//! The hash of a map's layout.

use crate::model::{Map, Schema};

/// 64-bit FNV-1a: small, stable for ever, and computed only at build time.
#[derive(Clone, Copy, Debug)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds bytes, and a separator so that `ab`,`c` differs from `a`,`bc`.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain([&0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// The hash of what was written.
    pub fn finish(self) -> u64 {
        self.0
    }
}

/// Covers kind, sizes, flags and every leaf's path, offset, width, kind, dimensions.
///
/// Not the name, the capacity or the C spelling of types: two maps with one hash can
/// read each other's bytes.
pub fn layout(schema: &Schema, map: &Map) -> u64 {
    of_map(schema, map, true)
}

/// As [`layout`], without the names of members: two maps with one such hash have the same
/// scalars at the same places, whatever they are called.
///
/// It cannot tell two members of one type that swapped their names from two that were
/// renamed.
pub fn nameless(schema: &Schema, map: &Map) -> u64 {
    of_map(schema, map, false)
}

fn of_map(schema: &Schema, map: &Map, names: bool) -> u64 {
    let mut hash = Fnv::default();
    for number in [map.kind, map.key_size, map.value_size, map.map_flags] {
        hash.write(&number.to_le_bytes());
    }
    for (role, id) in [("key", map.key), ("value", map.value)] {
        hash.write(role.as_bytes());
        for leaf in id.map(|id| schema.leaves(id)).unwrap_or_default() {
            if names {
                hash.write(leaf.path.as_bytes());
            }
            hash.write(&leaf.bit_offset.to_le_bytes());
            hash.write(&leaf.bits.to_le_bytes());
            hash.write(leaf.kind.as_str().as_bytes());
            hash.write(&[u8::from(leaf.signed)]);
            for number in leaf.dims.iter().chain(&leaf.strides) {
                hash.write(&number.to_le_bytes());
            }
        }
    }
    if let Some(inner) = &map.inner {
        hash.write(&of_map(schema, inner, names).to_le_bytes());
    }
    hash.finish()
}
