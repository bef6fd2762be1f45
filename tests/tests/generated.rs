//! Generated types at work, on the bytes that clang made of initializers. The modules
//! are the goldens of `mapgen-macros`, so both byte orders run on any machine.

#![expect(
    dead_code,
    nonstandard_style,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes,
    clippy::undocumented_unsafe_blocks,
    reason = "lints do not look into what a macro expands to, and here stands just that"
)]

#[rustfmt::skip]
#[path = "../../mapgen-macros/tests/golden/bits_eb.rs"]
mod eb;
#[rustfmt::skip]
#[path = "../../mapgen-macros/tests/golden/bits_el.rs"]
mod el;
#[rustfmt::skip]
#[path = "../../mapgen-macros/tests/golden/enums.rs"]
mod enums;
#[rustfmt::skip]
#[path = "../../mapgen-macros/tests/golden/kinds.rs"]
mod kinds;
#[rustfmt::skip]
#[path = "../../mapgen-macros/tests/golden/unions.rs"]
mod unions;

use std::collections::HashSet;
use std::net::Ipv4Addr;

use mapgen_runtime::{Be, Bool, CLayout, Text, bytemuck};

macro_rules! bit_fields {
    ($name:ident, $($module:ident)::+, $bytes:literal, $to:ident) => {
        #[test]
        fn $name() {
            use $($module)::+::types::{Colour, Packed, Plain, RodataSection, Sign, Wide, Word};

            const BYTES: &[u8] = include_bytes!($bytes);
            let section: RodataSection = bytemuck::pod_read_unaligned(BYTES);
            let plain = section.plain_value;
            assert_eq!((plain.a(), plain.b(), plain.c()), (1, 5, 1027));
            assert_eq!((plain.d(), plain.e()), (0x00ab_cdef, -7));
            assert_eq!(plain.f(), -1_099_511_627_776);
            assert_eq!(plain.g(), 0x7123_4567_89ab_cdef);
            assert_eq!(plain.h(), Bool::TRUE);
            assert_eq!((plain.i(), plain.j()), (Colour::BLUE, Sign::MINUS));
            assert_eq!(plain.after, 0xa5);

            const BUILT: Plain = Plain {
                after: 0xa5,
                ..Plain::ZERO
            }
            .with_a(1)
            .with_b(5)
            .with_c(1027)
            .with_d(0x00ab_cdef)
            .with_e(-7)
            .with_f(-1_099_511_627_776)
            .with_g(0x7123_4567_89ab_cdef)
            .with_h(Bool::TRUE)
            .with_i(Colour::BLUE)
            .with_j(Sign::MINUS);
            assert_eq!(bytemuck::bytes_of(&BUILT), bytemuck::bytes_of(&plain));
            assert_eq!(BUILT, plain);

            let packed = section.packed_value;
            assert_eq!((packed.a(), packed.b()), (5, 0x2123_4567_89ab_cdef));
            assert_eq!(
                (packed.c.$to(), packed.d(), packed.e()),
                (0xbeef, -1, 0x0765_4321)
            );
            let built = Packed {
                c: 0xbeef_u16.$to(),
                ..Packed::ZERO
            }
            .with_a(5)
            .with_b(0x2123_4567_89ab_cdef)
            .with_d(-1)
            .with_e(0x0765_4321);
            assert_eq!(bytemuck::bytes_of(&built), bytemuck::bytes_of(&packed));

            let wide = section.wide_value;
            assert_eq!(wide.a(), 21);
            assert_eq!(wide.b(), 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210);
            assert_eq!(wide.c(), -3);
            let built = Wide::ZERO
                .with_a(21)
                .with_b(0x0123_4567_89ab_cdef_fedc_ba98_7654_3210)
                .with_c(-3);
            assert_eq!(bytemuck::bytes_of(&built), bytemuck::bytes_of(&wide));

            let word = section.word_value;
            assert_eq!((word.low(), word.high()), (0x123, 0xabcde));
            let mut built = Word::from_low(0x123);
            built.set_high(0xabcde);
            assert_eq!(bytemuck::bytes_of(&built), bytemuck::bytes_of(&word));
        }
    };
}

bit_fields!(
    bit_fields_are_those_of_clang_on_little_endian,
    el::bits_el,
    "../../mapgen-macros/tests/golden/bits_el.bin",
    to_le
);
bit_fields!(
    bit_fields_are_those_of_clang_on_big_endian,
    eb::bits_eb,
    "../../mapgen-macros/tests/golden/bits_eb.bin",
    to_be
);

#[test]
fn a_bit_field_keeps_its_neighbours_and_drops_what_is_too_wide() {
    use el::bits_el::types::Plain;

    let mut plain = Plain::ZERO.with_a(1).with_c(0x7ff);
    plain.set_b(0xff);
    assert_eq!((plain.a(), plain.b(), plain.c()), (1, 7, 0x7ff));
    plain.set_b(0);
    assert_eq!((plain.a(), plain.b(), plain.c()), (1, 0, 0x7ff));
}

#[test]
fn bits_that_no_member_has_are_ignored_by_eq_and_hash_and_kept() {
    use el::bits_el::types::Plain;

    let mut odd = Plain::ZERO;
    odd.__bits0 = [0, 0x80];
    odd.__pad26 = bytemuck::cast([1_u8; 6]);
    assert_eq!(odd, Plain::ZERO);
    assert_eq!(HashSet::from([odd, Plain::ZERO]).len(), 1);
    odd.set_c(0x7ff);
    assert_eq!(bytemuck::bytes_of(&odd)[1], 0xff);
    assert_eq!(format!("{:?}", Plain::ZERO.after), "0");
}

#[test]
fn a_union_reads_the_same_bytes_as_each_of_its_members() {
    use unions::unions::types::{Address, AddressHalves, Odd, Packet, PacketNumber};

    let mut address = Address::from_v4(Be::from(Ipv4Addr::new(10, 1, 2, 3)));
    assert_eq!(address.v6()[..5], [10, 1, 2, 3, 0]);
    address.halves_mut().low = u64::MAX;
    assert_eq!(address.v6()[8..], [0xff; 8]);
    assert_eq!(
        Address::from_halves(AddressHalves { high: 1, low: 2 })
            .halves()
            .low,
        2
    );

    let packet = Packet {
        version: 4,
        ..Packet::ZERO
    }
    .with_whole(0x1_2345_6789);
    assert_eq!(packet.low(), 0x2345_6789);
    assert_eq!(packet.middle(), 1);
    assert_eq!(packet.with_middle(0x1ff).whole(), 0x1ff_2345_6789);
    let number = PacketNumber::from_real(1.5);
    assert_eq!(packet.with_number(number).number().real(), 1.5);
    let mut other = packet;
    *other.whole_mut() += 1;
    assert_ne!(other, packet);

    assert_eq!(Odd::from_three([1, 2, 3]).three(), [1, 2, 3]);
    assert_eq!(size_of::<Odd>(), 6);
}

#[test]
fn what_c_packed_stands_where_c_puts_it() {
    use unions::unions::types::{Address, HalfSqueezed, Squeezed};

    let squeezed = Squeezed {
        a: 1,
        b: Address::from_v6([7; 16]),
        c: 2,
        d: 0x0403_0201,
    };
    let bytes = bytemuck::bytes_of(&squeezed);
    assert_eq!(bytes[..2], [1, 7]);
    assert_eq!(bytes[17], 2);
    assert_eq!(bytes[18..22], 0x0403_0201_u32.to_ne_bytes());
    assert_eq!(std::mem::offset_of!(HalfSqueezed, c), 9);
}

#[test]
fn an_enumeration_holds_what_no_enumerator_has() {
    use enums::enums::types::{Below, Big, Names, State, StateVariant, Tiny, TinyVariant};

    let odd: State = bytemuck::cast(4_u32);
    assert_eq!(format!("{odd:?} {:?}", State::RUNNING), "State(4) RUNNING");
    let error = StateVariant::try_from(odd).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`enum state` has no enumerator of value 4"
    );
    assert_eq!(
        StateVariant::try_from(State::FINISHED),
        Ok(StateVariant::DONE)
    );
    assert_eq!(State::from(StateVariant::DONE), State::FINISHED);
    assert_eq!(u32::from(State::DONE), 7);
    assert_eq!(Below::BELOW.0, -1);
    assert_eq!(Big::BIG.0, u64::MAX);
    assert_eq!(TinyVariant::try_from(Tiny(255)), Ok(TinyVariant::TINY_MAX));
    // The C enumerator `ZERO` is 9, and the default is all zero all the same.
    assert_eq!((Names::ZERO.0, Names::default().0), (9, 0));
    assert_eq!((Names::r#type.0, Names::self_.0, Names::__.0), (1, 2, 3));
}

#[test]
fn other_members_have_the_types_that_say_what_they_are() {
    use kinds::kinds::types::{Keywords, Kinds, Natural16, PackedWide, PointT};

    let mut kinds = Kinds {
        comm: Text::new("sshd").unwrap(),
        points: [PointT { x: 1, y: -1 }; 2],
        addrs: [[Be::from(Ipv4Addr::LOCALHOST); 3]; 2],
        flags: [Bool::TRUE; 4],
        wide: u128::MAX,
        d: 0.5,
        ..Kinds::ZERO
    };
    assert!(kinds.list.next.is_null());
    assert_eq!(kinds.comm, "sshd");
    kinds.lines[1].set("eth0").unwrap();
    assert!(
        format!("{kinds:?}").contains("127.0.0.1") || format!("{kinds:?}").contains("2130706433")
    );
    let same = kinds;
    assert_eq!(kinds, same);

    let long = Natural16 {
        long_one: [3; 300],
        ..Natural16::default()
    };
    assert_eq!(HashSet::from([long, long]).len(), 1);
    let wide = PackedWide { a: 1, b: -5 };
    assert_eq!({ wide.b }, -5);
    assert_eq!(PackedWide::LAYOUT.size, 17);

    let keywords = Keywords {
        r#type: 1,
        self_: 2,
        self__: 3,
        __: 4,
        ..Keywords::ZERO
    }
    .with_x(5)
    .with_set_x(6)
    .with_async(7)
    .with_clone(0xffff_ffff);
    assert_eq!((keywords.x(), keywords.set_x()), (5, 6));
    assert_eq!((keywords.r#async(), keywords.set_clone()), (7, 0xffff));
}
