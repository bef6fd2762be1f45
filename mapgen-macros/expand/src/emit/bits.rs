//! Bit-fields: which bits of which byte make up a value, in either byte order.
//!
//! BTF counts a bit-field's offset from the least significant bit of the first byte
//! on little-endian and from the most significant on big-endian, where the first bit
//! is also the value's most significant one.

use mapgen_schema::Endian;

/// Bits that stand together in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The byte, from the start of the type.
    pub(crate) byte: u64,
    /// How far they stand from the byte's least significant bit.
    pub(crate) shift: u32,
    /// How many there are.
    pub(crate) bits: u32,
    /// How far they stand from the value's least significant bit.
    pub(crate) position: u32,
}

impl Piece {
    /// The bits, moved to the least significant end.
    pub(crate) fn mask(self) -> u8 {
        u8::try_from((1_u16 << self.bits) - 1).unwrap_or(u8::MAX)
    }
}

/// The pieces of a bit-field.
pub(crate) fn pieces(endian: Endian, bit_offset: u64, width: u32) -> Vec<Piece> {
    let end = bit_offset + u64::from(width);
    let mut pieces = Vec::new();
    let mut at = bit_offset;
    while at < end {
        let byte = at / 8;
        let next = end.min((byte + 1) * 8);
        // Both are below 8, or below the width.
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let (bits, start) = (small(next - at), small(at % 8));
        let before = small(at - bit_offset);
        pieces.push(match endian {
            Endian::Little => Piece {
                byte,
                shift: start,
                bits,
                position: before,
            },
            Endian::Big => Piece {
                byte,
                shift: 8 - start - bits,
                bits,
                position: width - before - bits,
            },
        });
        at = next;
    }
    pieces
}
