//! Pieces of bit-fields against the bytes that clang makes of an initializer.

use mapgen_schema::{Endian, Type};

use super::{folder, schema};
use crate::emit::bits::pieces;

/// What `bits.c` initializes, in the width of each.
const PLAIN: [(&str, u64); 11] = [
    ("a", 1),
    ("b", 5),
    ("c", 1027),
    ("d", 0x00ab_cdef),
    ("e", 0b1_1001),
    ("f", 1 << 40),
    ("g", 0x7123_4567_89ab_cdef),
    ("h", 1),
    ("i", 6),
    ("j", 0b110),
    ("after", 0xa5),
];

#[test]
fn pieces_find_every_bit_that_clang_wrote_in_either_byte_order() {
    for name in ["bits_el", "bits_eb"] {
        let schema = schema(name);
        let bytes = std::fs::read(folder().join(format!("{name}.bin"))).expect("committed");
        let var = schema.sections[0]
            .vars
            .iter()
            .find(|var| var.name == "plain_value")
            .expect("`bits.c` has it");
        let bytes = &bytes[var.offset as usize..][..var.size as usize];
        let Type::Composite(composite) = schema.resolved(var.ty) else {
            panic!("`plain_value` is a struct");
        };
        for (member, (c_name, expected)) in composite.members.iter().zip(PLAIN) {
            assert_eq!(member.name.as_deref(), Some(c_name));
            let width = member.bitfield.unwrap_or(8);
            let value = pieces(schema.endian, member.bit_offset, width)
                .into_iter()
                .fold(0_u64, |value, piece| {
                    let bits = (bytes[piece.byte as usize] >> piece.shift) & piece.mask();
                    value | (u64::from(bits) << piece.position)
                });
            assert_eq!(value, expected, "{c_name} of {name}");
        }
    }
}

#[test]
fn a_bit_field_may_start_in_one_byte_and_end_seventeen_later() {
    let pieces = pieces(Endian::Little, 5, 128);
    assert_eq!(pieces.len(), 17);
    assert_eq!(pieces.iter().map(|piece| piece.bits).sum::<u32>(), 128);
}
