//! The members, and how C reads and writes each by hand.

use ebpf_samples::layouts::bpf::types::{
    LAddress, LBits, LBitsKinds, LBitsMixed, LBitsPacked, LBitsSigned, LBitsUnion, LBitsView,
    LBitsWide, LByteorder, LEnum32, LSigned32, LSmallFirst,
};
use mapgen_runtime::{Be, Bool, Le};

use crate::by_hand::{at, put};
use crate::{Code, Pair};

/// A packed struct in which a field lies across nine bytes.
#[rustfmt::skip]
#[expect(
    dead_code,
    unreachable_pub,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    reason = "lints do not look into what a macro expands to, and here stands just that"
)]
#[path = "../../../mapgen-macros/tests/golden/bits_el.rs"]
mod golden;
use golden::bits_el::types::Packed;

/// A function for the accessor, and one by hand: both read, or both write.
macro_rules! pair {
    (
        $ctype:literal, $member:literal, $through:literal,
        |$v:ident: &$of:ty| -> $value:ty { $($accessor:tt)* }, by hand { $($by_hand:tt)* }
    ) => {{
        #[inline(never)]
        fn accessor($v: &$of) -> $value {
            $($accessor)*
        }
        #[inline(never)]
        fn by_hand($v: &$of) -> $value {
            // SAFETY: the place is a member's.
            unsafe { $($by_hand)* }
        }
        Pair {
            ctype: $ctype,
            member: $member,
            value: stringify!($value),
            through: $through,
            reads: true,
            accessor: Code(accessor as *const ()),
            by_hand: Code(by_hand as *const ()),
        }
    }};
    (
        $ctype:literal, $member:literal, $through:literal,
        |$v:ident: &mut $of:ty, $new:ident: $value:ty| { $($accessor:tt)* }, by hand { $($by_hand:tt)* }
    ) => {{
        #[inline(never)]
        fn accessor($v: &mut $of, $new: $value) {
            $($accessor)*;
        }
        #[inline(never)]
        fn by_hand($v: &mut $of, $new: $value) {
            // SAFETY: the place is a member's.
            unsafe { $($by_hand)* }
        }
        Pair {
            ctype: $ctype,
            member: $member,
            value: stringify!($value),
            through: $through,
            reads: false,
            accessor: Code(accessor as *const ()),
            by_hand: Code(by_hand as *const ()),
        }
    }};
}

/// Bit-fields: the type of the value, the integer that holds it and the one that its sign
/// is copied in, where it stands, how far the field is shifted in it, and its width.
macro_rules! bit_fields {
    ($name:ident, $ctype:literal $of:ty {$(
        $member:literal $get:ident $set:ident:
            $value:ident = $unit:ident $(as $signed:ident)? @ $offset:literal >> $shift:literal, $width:literal;
    )*}) => {
        const $name: &[Pair] = &[$(
            pair!($ctype, $member, "",
                |v: &$of| -> $value { v.$get() },
                by hand { bit_fields!(@read at::<$unit, _>(v, $offset),
                    $value $unit $($signed)?, $shift, $width) }
            ),
            pair!($ctype, $member, "",
                |v: &mut $of, new: $value| { v.$set(new) },
                by hand {
                    const MASK: $unit = $unit::MAX >> ($unit::BITS - $width);
                    let others = at::<$unit, _>(v, $offset) & !(MASK << $shift);
                    put(v, $offset, others | ((new as $unit & MASK) << $shift));
                }
            ),
        )*];
    };
    (@read $load:expr, $value:ident $unit:ident, $shift:literal, $width:literal) => {
        (($load >> $shift) & ($unit::MAX >> ($unit::BITS - $width))) as $value
    };
    // Up to the sign, and down again with copies of it.
    (@read $load:expr, $value:ident $unit:ident $signed:ident, $shift:literal, $width:literal) => {
        (($load as $signed) << ($signed::BITS - $width - $shift) >> ($signed::BITS - $width)) as $value
    };
}

bit_fields!(BITS, "struct l_bits" LBits {
    "a" a set_a: u8 = u8 @ 0 >> 0, 1;
    "b" b set_b: u8 = u8 @ 0 >> 1, 3;
    "c" c set_c: u8 = u8 @ 0 >> 4, 4;
    "d" d set_d: u16 = u8 @ 1 >> 0, 5;
    "e" e set_e: u16 = u16 @ 2 >> 0, 11;
    "f" f set_f: u32 = u8 @ 4 >> 0, 7;
    "g" g set_g: u32 = u32 @ 4 >> 7, 24;
    "h" h set_h: u32 = u8 @ 7 >> 7, 1;
    "i" i set_i: u64 = u64 @ 8 >> 0, 33;
    "j" j set_j: u64 = u32 @ 12 >> 1, 31;
    "k" k set_k: u8 = u8 @ 16 >> 0, 8;
    "l" l set_l: u64 = u64 @ 24 >> 0, 63;
    "m" m set_m: u64 = u8 @ 31 >> 7, 1;
});

bit_fields!(SIGNED, "struct l_bits_signed" LBitsSigned {
    "a" a set_a: i8 = u8 as i8 @ 0 >> 0, 3;
    "b" b set_b: i8 = u8 as i8 @ 0 >> 3, 5;
    "c" c set_c: i16 = u8 as i16 @ 1 >> 0, 7;
    "d" d set_d: i16 = u16 as i16 @ 2 >> 0, 9;
    "e" e set_e: i32 = u32 as i32 @ 4 >> 0, 20;
    "f" f set_f: i32 = u8 as i32 @ 6 >> 4, 2;
    "g" g set_g: i64 = u64 as i64 @ 8 >> 0, 40;
    "h" h set_h: i64 = u32 as i64 @ 12 >> 8, 24;
    "i" i set_i: i32 = u8 as i32 @ 16 >> 0, 4;
    "j" j set_j: i8 = u8 as i8 @ 16 >> 4, 1;
});

bit_fields!(PACKED, "struct l_bits_packed" LBitsPacked {
    "a" a set_a: u8 = u8 @ 0 >> 0, 3;
    "b" b set_b: u16 = u16 @ 0 >> 3, 10;
    "c" c set_c: u32 = u64 @ 0 >> 13, 29;
    "d" d set_d: u64 = u64 @ 5 >> 2, 50;
    "e" e set_e: i32 = u32 as i32 @ 11 >> 4, 17;
    "g" g set_g: u32 = u16 @ 15 >> 0, 12;
    "i" i set_i: u64 = u64 @ 19 >> 0, 57;
    "j" j set_j: u8 = u8 @ 26 >> 1, 2;
});

bit_fields!(MIXED, "struct l_bits_mixed" LBitsMixed {
    "a" a set_a: u32 = u8 @ 0 >> 0, 5;
    "c" c set_c: u32 = u16 @ 2 >> 0, 10;
    "e" e set_e: u64 = u32 @ 8 >> 0, 20;
    "g" g set_g: u32 = u16 @ 13 >> 0, 9;
    "i" i set_i: u8 = u8 @ 16 >> 0, 6;
});

bit_fields!(WIDE, "struct l_bits_wide" LBitsWide {
    "a" a set_a: u128 = u128 @ 0 >> 0, 100;
    "b" b set_b: i128 = u32 as i128 @ 12 >> 4, 20;
    "c" c set_c: i128 = u128 as i128 @ 16 >> 0, 70;
    "d" d set_d: u128 = u128 @ 32 >> 0, 127;
});

bit_fields!(UNION, "struct l_bits_union" LBitsUnion {
    "a" a set_a: u8 = u8 @ 0 >> 0, 2;
    "c" c set_c: u16 = u16 @ 8 >> 0, 9;
    "e" e set_e: u32 = u8 @ 12 >> 0, 3;
    "f" f set_f: u32 = u16 @ 12 >> 3, 6;
});

bit_fields!(VIEW, "union l_bits_view" LBitsView {
    "low" low set_low: u32 = u16 @ 0 >> 0, 12;
    "high" high set_high: u32 = u32 @ 0 >> 12, 20;
    "sign" sign set_sign: i32 = u8 as i32 @ 0 >> 0, 7;
});

/// Of other types than integers.
const KINDS: &[Pair] = &[
    pair!("struct l_bits_kinds", "b", "",
        |v: &LBitsKinds| -> bool { v.b().get() },
        by hand { at::<u8, _>(v, 0) & 2 != 0 }
    ),
    pair!("struct l_bits_kinds", "b", "",
        |v: &mut LBitsKinds, new: bool| { v.set_b(Bool::new(new)) },
        by hand { put(v, 0, (at::<u8, _>(v, 0) & !2) | (u8::from(new) << 1)) }
    ),
    pair!("struct l_bits_kinds", "c", "",
        |v: &LBitsKinds| -> u32 { v.c().0 },
        by hand { u32::from((at::<u8, _>(v, 0) >> 2) & 7) }
    ),
    pair!("struct l_bits_kinds", "c", "",
        |v: &mut LBitsKinds, new: u32| { v.set_c(LEnum32(new)) },
        by hand { put(v, 0, (at::<u8, _>(v, 0) & !(7 << 2)) | ((new as u8 & 7) << 2)) }
    ),
    pair!("struct l_bits_kinds", "d", "",
        |v: &LBitsKinds| -> i32 { v.d().0 },
        by hand { (i32::from(at::<u16, _>(v, 0)) << 23) >> 28 }
    ),
    pair!("struct l_bits_kinds", "d", "",
        |v: &mut LBitsKinds, new: i32| { v.set_d(LSigned32(new)) },
        by hand { put(v, 0, (at::<u16, _>(v, 0) & !(15 << 5)) | ((new as u16 & 15) << 5)) }
    ),
];

/// Across nine bytes: eight of them and one.
const NINE: &[Pair] = &[
    pair!("struct packed", "b", "",
        |v: &Packed| -> u64 { v.b() },
        by hand { (at::<u64, _>(v, 0) >> 3) | (u64::from(at::<u8, _>(v, 8) & 1) << 61) }
    ),
    pair!("struct packed", "b", "",
        |v: &mut Packed, new: u64| { v.set_b(new) },
        by hand {
            put(v, 0, (at::<u64, _>(v, 0) & 7) | (new << 3));
            put(v, 8, (at::<u8, _>(v, 8) & !1) | ((new >> 61) as u8 & 1));
        }
    ),
];

/// Members of unions.
const UNIONS: &[Pair] = &[
    pair!("struct l_bits_union", "d", "",
        |v: &LBitsUnion| -> u16 { v.d() },
        by hand { at(v, 8) }
    ),
    pair!("struct l_bits_union", "d", "",
        |v: &mut LBitsUnion, new: u16| { v.set_d(new) },
        by hand { put(v, 8, new) }
    ),
    pair!("union l_address", "v4", "__builtin_bswap32",
        |v: &LAddress| -> u32 { v.v4().get() },
        by hand { at::<u32, _>(v, 0).swap_bytes() }
    ),
    pair!("union l_address", "v4", "__builtin_bswap32",
        |v: &mut LAddress, new: u32| { v.set_v4(Be::<u32>::new(new)) },
        by hand { put(v, 0, new.swap_bytes()) }
    ),
    pair!("union l_small_first", "small", "",
        |v: &LSmallFirst| -> u8 { v.small() },
        by hand { at(v, 0) }
    ),
    pair!("union l_small_first", "large", "",
        |v: &LSmallFirst| -> u64 { v.large() },
        by hand { at(v, 0) }
    ),
    pair!("union l_small_first", "large", "",
        |v: &mut LSmallFirst, new: u64| { v.set_large(new) },
        by hand { put(v, 0, new) }
    ),
];

/// Integers in a byte order.
macro_rules! ordered {
    ($($member:literal $field:ident: $order:ident<$value:ident> @ $offset:literal $from:ident $through:literal;)*) => {
        const ORDERED: &[Pair] = &[$(
            pair!("struct l_byteorder", $member, $through,
                |v: &LByteorder| -> $value { v.$field.get() },
                by hand { $value::$from(at(v, $offset)) }
            ),
            pair!("struct l_byteorder", $member, $through,
                |v: &mut LByteorder, new: $value| { v.$field = $order::<$value>::new(new) },
                by hand { put(v, $offset, $value::$from(new)) }
            ),
        )*];
    };
}

ordered! {
    "a" a: Be<u16> @ 0 from_be "__builtin_bswap16";
    "b" b: Be<u32> @ 4 from_be "__builtin_bswap32";
    "c" c: Be<u64> @ 8 from_be "__builtin_bswap64";
    "d" d: Le<u16> @ 16 from_le "";
    "e" e: Le<u32> @ 20 from_le "";
    "f" f: Le<u64> @ 24 from_le "";
}

/// Every pair, by kind of member.
pub const PAIRS: &[&[Pair]] = &[
    BITS, SIGNED, PACKED, MIXED, WIDE, UNION, VIEW, KINDS, NINE, UNIONS, ORDERED,
];

/// The bit-field `g` of `struct l_bits` byte by byte: the same value by other instructions.
/// What finds no difference here finds none at all.
pub const BYTE_BY_BYTE: Pair = pair!("struct l_bits", "g", "",
    |v: &LBits| -> u32 {
        let byte = |offset| {
            // SAFETY: the type has 32 bytes.
            u32::from(unsafe { at::<u8, _>(v, offset) })
        };
        (byte(4) >> 7) | (byte(5) << 1) | (byte(6) << 9) | ((byte(7) & 127) << 17)
    },
    by hand { (at::<u32, _>(v, 4) >> 7) & 0x00ff_ffff }
);
