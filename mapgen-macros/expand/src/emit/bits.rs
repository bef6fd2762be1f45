//! Bit-fields: which bits of which integer in memory make up a value, in either byte
//! order.
//!
//! BTF counts a bit-field's offset from the least significant bit of the first byte
//! on little-endian and from the most significant on big-endian, where the first bit
//! is also the value's most significant one.

use std::ops::Range;

use mapgen_schema::Endian;

/// Bits that stand together in one integer, which is in the object's byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The integer's first byte, from the start of the type.
    pub(crate) byte: u64,
    /// How many bytes it has: 1, 2, 4, 8 or 16.
    pub(crate) size: u32,
    /// How far the bits stand from the integer's least significant one.
    pub(crate) shift: u32,
    /// How many there are.
    pub(crate) bits: u32,
    /// How far they stand from the value's least significant bit.
    pub(crate) position: u32,
}

impl Piece {
    /// The bits, moved to the least significant end.
    pub(crate) fn mask(self) -> u128 {
        u128::MAX >> (128 - self.bits)
    }

    /// The bits of the integer that are not the value's.
    pub(crate) fn others(self) -> u128 {
        let whole = u128::MAX >> (128 - 8 * self.size);
        whole & !(self.mask() << self.shift)
    }

    /// Whether the integer has other bits.
    pub(crate) fn is_whole(self) -> bool {
        self.bits == 8 * self.size
    }
}

/// The pieces of a bit-field in a type of `type_size` bytes, from its first byte on: one,
/// unless no integer inside the type covers the field.
pub(crate) fn pieces(endian: Endian, bit_offset: u64, width: u32, type_size: u64) -> Vec<Piece> {
    let end = bit_offset + u64::from(width);
    units(bit_offset / 8..end.div_ceil(8), width, type_size)
        .into_iter()
        .map(|(byte, size)| {
            let (first, last) = (byte * 8, (byte + u64::from(size)) * 8);
            let (from, to) = (bit_offset.max(first), end.min(last));
            // Every difference is at most the width, or the 128 bits of an integer.
            let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
            Piece {
                byte,
                size,
                shift: small(match endian {
                    Endian::Little => from - first,
                    Endian::Big => last - to,
                }),
                bits: small(to - from),
                position: small(match endian {
                    Endian::Little => from - bit_offset,
                    Endian::Big => end - to,
                }),
            }
        })
        .collect()
}

/// The first bytes and the sizes of integers that cover these bytes.
fn units(bytes: Range<u64>, width: u32, type_size: u64) -> Vec<(u64, u32)> {
    let widest = if width > 64 { 16 } else { 8 };
    let enclosing = [1, 2, 4, 8, 16]
        .into_iter()
        .find(|&size| u64::from(size) >= bytes.end - bytes.start)
        .filter(|&size| size <= widest && u64::from(size) <= type_size);
    if let Some(size) = enclosing {
        let length = u64::from(size);
        // Where C puts the unit of the field's type, if it can.
        let aligned = bytes.start / length * length;
        let start = [aligned, bytes.start]
            .into_iter()
            .find(|start| start + length >= bytes.end && start + length <= type_size)
            .unwrap_or(type_size - length);
        return vec![(start, size)];
    }
    let (mut units, mut at) = (Vec::new(), bytes.start);
    while at < bytes.end {
        let size = [16, 8, 4, 2, 1]
            .into_iter()
            .find(|&size| size <= widest && at + u64::from(size) <= bytes.end)
            .unwrap_or(1);
        units.push((at, size));
        at += u64::from(size);
    }
    units
}
