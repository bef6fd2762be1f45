//! Pieces of bit-fields against the bytes that clang makes of an initializer.

use mapgen_schema::{Endian, Type};

use super::{folder, schema};
use crate::emit::bits::pieces;
use crate::emit::slots;

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
            let value = pieces(schema.endian, member.bit_offset, width, var.size.into())
                .into_iter()
                .fold(0, |value, piece| {
                    let unit = &bytes[piece.byte as usize..][..piece.size as usize];
                    let bits = (integer(schema.endian, unit) >> piece.shift) & piece.mask();
                    value | (bits << piece.position)
                });
            assert_eq!(value, u128::from(expected), "{c_name} of {name}");
        }
    }
}

fn integer(endian: Endian, bytes: &[u8]) -> u128 {
    let next = |value, byte: &u8| (value << 8) | u128::from(*byte);
    match endian {
        Endian::Little => bytes.iter().rev().fold(0, next),
        Endian::Big => bytes.iter().fold(0, next),
    }
}

#[test]
fn a_bit_field_may_start_in_one_byte_and_end_seventeen_later() {
    let pieces = pieces(Endian::Little, 5, 128, 17);
    let units: Vec<_> = pieces
        .iter()
        .map(|piece| (piece.byte, piece.size))
        .collect();
    assert_eq!(units, [(0, 16), (16, 1)]);
    assert_eq!(pieces.iter().map(|piece| piece.bits).sum::<u32>(), 128);
}

#[test]
fn a_bit_field_is_in_one_integer_where_the_type_has_room_for_it() {
    let units = |bit_offset, width, type_size| -> Vec<_> {
        pieces(Endian::Little, bit_offset, width, type_size)
            .into_iter()
            .map(|piece| (piece.byte, piece.size))
            .collect()
    };
    assert_eq!(units(5, 11, 4), [(0, 2)], "inside its unit");
    assert_eq!(
        units(40, 20, 12),
        [(4, 4)],
        "three bytes, by the unit around them"
    );
    assert_eq!(units(40, 20, 9), [(4, 4)]);
    assert_eq!(units(12, 20, 5), [(0, 4)]);
    assert_eq!(units(15, 20, 5), [(1, 4)], "across two units");
    assert_eq!(units(23, 20, 6), [(2, 4)], "and no further than the type");
    assert_eq!(
        units(0, 40, 7),
        [(0, 4), (4, 1)],
        "five bytes, no room for eight"
    );
    assert_eq!(units(8, 24, 4), [(0, 4)], "from before it");
    assert_eq!(units(3, 20, 3), [(0, 2), (2, 1)]);
    assert_eq!(units(3, 62, 9), [(0, 8), (8, 1)], "nine bytes");
    assert_eq!(
        units(3, 62, 32),
        [(0, 8), (8, 1)],
        "no wider than a register"
    );
    assert_eq!(units(64, 100, 24), [(8, 16)], "but for a value of two");
}

/// As in the kernel's `struct sk_buff`: members of no size mark where bit-fields start.
/// `struct marked { unsigned a : 9; char here[0]; unsigned char b : 1, c : 3; };`
#[test]
fn a_member_of_no_size_may_stand_between_bit_fields() {
    let schema = mapgen_schema::text::read(
        "mapgen-schema 1\nobject \"marked\" \"marked.bpf.o\" - little \"GPL\"\nvoid\n\
         int \"unsigned int\" 4 unsigned\nint \"char\" 1 char\narray 2 0\n\
         int \"unsigned char\" 1 unsigned\nstruct \"marked\" 4\n\
         member \"a\" 1 0 9\nmember \"here\" 3 16 -\nmember \"b\" 4 16 1\n\
         member \"c\" 4 17 3\n",
    )
    .unwrap();
    let Some(Type::Composite(marked)) = schema.types.last() else {
        panic!("the last type is the struct");
    };
    let slots = slots::of_struct(&schema, marked).unwrap().slots;
    let places: Vec<_> = slots
        .iter()
        .map(|slot| (slot.ident.to_string(), slot.offset, slot.size))
        .collect();
    let expected = [
        ("__bits0", 0, 2),
        ("here", 2, 0),
        ("__bits2", 2, 1),
        ("__pad3", 3, 1),
    ];
    assert_eq!(
        places,
        expected.map(|(name, at, size)| (name.to_owned(), at, size))
    );
}
