//! Every hard layout, through the kernel and back, by the generated types alone.
//!
//! `fill` writes a known value into each member of each map, and the first test reads
//! them here. The second writes the same values here, and `check` compares them in the
//! kernel. The values follow the rule in `layouts.walk.h`, which stands here again, member
//! by member: each side is the other's authority.

use std::fmt::Debug;

use ebpf_samples::layouts::bpf as layouts;
use libbpf_rs::ProgramInput;
use mapgen_runtime::bytemuck::{self, Pod};
use mapgen_runtime::{Error, Text};
use mapgen_test_support::{skipped, unsupported};

/// How many members have a number in `layouts.walk.h`.
const MEMBERS: u32 = 655;
const MAPS: u32 = 62;

/// A walk over all members: it compares what is there, unless it fills, and leaves the
/// right value in each.
struct Walk {
    fill: bool,
    topic: u32,
    members: u32,
}

impl Walk {
    fn member<T: Pod + Debug>(&mut self, k: u32, now: T, bits: u128) -> T {
        let raw = if cfg!(target_endian = "big") {
            (bits << (128 - 8 * size_of::<T>())).to_be_bytes()
        } else {
            bits.to_le_bytes()
        };
        self.value(k, now, bytemuck::pod_read_unaligned(&raw[..size_of::<T>()]))
    }

    fn value<T: Pod + Debug>(&mut self, k: u32, now: T, want: T) -> T {
        self.members += 1;
        assert!(
            self.fill || bytemuck::bytes_of(&now) == bytemuck::bytes_of(&want),
            "map {} member {k}: {now:?} was read, {want:?} was written",
            self.topic
        );
        want
    }
}

/// Byte i is `k + i`.
fn value(k: u32) -> u128 {
    (0..16).fold(0, |value, i| value | u128::from(k + i) << (8 * i))
}

/// The lowest bits of the value, or 1 where those are all zero.
fn field(k: u32, width: u32) -> u128 {
    match value(k) & ((1 << width) - 1) {
        0 => 1,
        bits => bits,
    }
}

/// The complement of a field, or -1 where that would be 0.
fn signed_field(k: u32, width: u32) -> u128 {
    let ones = !0 << width;
    match !field(k, width) & !ones {
        0 => u128::MAX,
        // Extended by its sign, which is the highest bit of the field.
        bits if bits >> (width - 1) == 1 => bits | ones,
        bits => bits,
    }
}

/// `N - 1` letters and a NUL.
fn letters<const N: usize>(k: u32) -> Text<N> {
    let letter = |i| char::from(b'a' + u8::try_from((k + i) % 26).expect("below 26"));
    let text: String = (0..).map(letter).take(N - 1).collect();
    Text::new(text).expect("it leaves room for the NUL")
}

macro_rules! unsigned {
    ($walk:ident, $k:expr, $place:expr) => {
        $place = $walk.member($k, { $place }, value($k))
    };
}
macro_rules! signed {
    ($walk:ident, $k:expr, $place:expr) => {
        $place = $walk.member($k, { $place }, !value($k))
    };
}
macro_rules! pointer {
    ($walk:ident, $k:expr, $place:expr) => {
        unsigned!($walk, $k, $place)
    };
}
macro_rules! truth {
    ($walk:ident, $k:expr, $place:expr) => {
        $place = $walk.member($k, { $place }, 1)
    };
}
macro_rules! text {
    ($walk:ident, $k:expr, $place:expr) => {
        $place = $walk.value($k, { $place }, letters($k))
    };
}
macro_rules! shared {
    ($walk:ident, $k:expr, $of:expr, $get:ident, $set:ident) => {
        let now = $of.$get();
        $of.$set($walk.member($k, now, value($k)))
    };
}
macro_rules! bits {
    ($walk:ident, $k:expr, $of:expr, $get:ident, $set:ident, $width:expr) => {
        let now = $of.$get();
        $of.$set($walk.member($k, now, field($k, $width)))
    };
}
macro_rules! signed_bits {
    ($walk:ident, $k:expr, $of:expr, $get:ident, $set:ident, $width:expr) => {
        let now = $of.$get();
        $of.$set($walk.member($k, now, signed_field($k, $width)))
    };
}
/// Walks every member of every map: compares them, or with `fill` writes them.
fn walk(maps: &layouts::Maps, fill: bool) -> Result<u32, Error> {
    let mut members = 0;
    macro_rules! topic {
        ($number:literal, $map:ident, |$walk:ident, $v:ident| $body:block) => {
            let mut $walk = Walk { fill, topic: $number, members: 0 };
            let mut $v = maps.$map.get(0)?;
            $body
            if fill {
                maps.$map.set(0, &$v)?;
            }
            members += $walk.members;
        };
    }
    topic!(1, m_natural, |walk, v| {
        unsigned!(walk, 1, v.a_u8);
        unsigned!(walk, 2, v.b_u16);
        unsigned!(walk, 3, v.c_u32);
        unsigned!(walk, 4, v.d_u64);
        signed!(walk, 5, v.e_s8);
        signed!(walk, 6, v.f_s16);
        signed!(walk, 7, v.g_s32);
        signed!(walk, 8, v.h_s64);
        signed!(walk, 9, v.i_char);
        signed!(walk, 10, v.j_long);
        unsigned!(walk, 11, v.k_ulong);
        signed!(walk, 12, v.l_llong);
        unsigned!(walk, 13, v.m_ullong);
        signed!(walk, 14, v.n_short);
        unsigned!(walk, 15, v.o_ushort);
        signed!(walk, 16, v.p_int);
        unsigned!(walk, 17, v.q_uint);
        truth!(walk, 18, v.r_bool);
    });
    topic!(2, m_holes, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d.first);
        unsigned!(walk, 5, v.d.second);
        unsigned!(walk, 6, v.d.third);
        unsigned!(walk, 7, v.e);
        unsigned!(walk, 8, v.f);
        unsigned!(walk, 9, v.g);
    });
    topic!(3, m_packed, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        signed!(walk, 5, v.e);
        unsigned!(walk, 6, v.f[0]);
        unsigned!(walk, 7, v.f[1]);
        unsigned!(walk, 8, v.f[2]);
        truth!(walk, 9, v.g);
        signed!(walk, 10, v.h);
        unsigned!(walk, 11, v.i);
    });
    topic!(4, m_packed_mix, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b.a);
        unsigned!(walk, 3, v.b.b);
        unsigned!(walk, 4, v.c);
        unsigned!(walk, 5, v.d.a);
        unsigned!(walk, 6, v.d.b.a);
        unsigned!(walk, 7, v.d.b.b);
        unsigned!(walk, 8, v.d.c);
        unsigned!(walk, 9, v.e[0].a);
        unsigned!(walk, 10, v.e[0].b);
        unsigned!(walk, 11, v.e[1].a);
        unsigned!(walk, 12, v.e[1].b);
        unsigned!(walk, 13, v.f);
    });
    topic!(5, m_packed_member, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
    });
    topic!(6, m_pack2, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        unsigned!(walk, 5, v.e);
    });
    topic!(7, m_pack4, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        unsigned!(walk, 5, v.e);
    });
    topic!(8, m_aligned, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d.a);
        unsigned!(walk, 5, v.d.b);
        unsigned!(walk, 6, v.e);
    });
    topic!(9, m_aligned_tail, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
    });
    topic!(10, m_packed_aligned, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
    });
    topic!(11, m_nested, |walk, v| {
        unsigned!(walk, 1, v.a.a);
        unsigned!(walk, 2, v.a.b.a);
        unsigned!(walk, 3, v.a.b.b);
        unsigned!(walk, 4, v.a.c);
        unsigned!(walk, 5, v.b.a);
        unsigned!(walk, 6, v.b.b);
        unsigned!(walk, 7, v.c.x);
        unsigned!(walk, 8, v.c.deep.y);
        unsigned!(walk, 9, v.d.a);
        unsigned!(walk, 10, v.d.b.a);
        unsigned!(walk, 11, v.d.b.b);
        unsigned!(walk, 12, v.d.c);
    });
    topic!(12, m_anon, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        shared!(walk, 3, v, c, set_c);
        unsigned!(walk, 4, v.d);
        shared!(walk, 5, v, e, set_e);
        shared!(walk, 6, v, f, set_f);
        shared!(walk, 7, v, g, set_g);
        unsigned!(walk, 8, v.h);
    });
    topic!(13, m_unions, |walk, v| {
        unsigned!(walk, 1, v.a);
        shared!(walk, 2, v.b, v4, set_v4);
        shared!(walk, 3, v.c, small, set_small);
        let mut parts = v.d.parts();
        unsigned!(walk, 4, parts.low);
        unsigned!(walk, 5, parts.high);
        v.d.set_parts(parts);
        shared!(walk, 6, v.e[0], small, set_small);
        shared!(walk, 7, v.e[1], small, set_small);
        unsigned!(walk, 8, v.f);
    });
    topic!(14, m_union, |walk, v| {
        let mut first = v.first();
        unsigned!(walk, 1, first.a);
        unsigned!(walk, 2, first.b);
        v.set_first(first);
    });
    topic!(15, m_arrays, |walk, v| {
        unsigned!(walk, 1, v.a[0]);
        unsigned!(walk, 2, v.a[1]);
        unsigned!(walk, 3, v.a[2]);
        unsigned!(walk, 4, v.m[0][0]);
        unsigned!(walk, 5, v.m[0][1]);
        unsigned!(walk, 6, v.m[0][2]);
        unsigned!(walk, 7, v.m[1][0]);
        unsigned!(walk, 8, v.m[1][1]);
        unsigned!(walk, 9, v.m[1][2]);
        unsigned!(walk, 10, v.c[0][0][0]);
        unsigned!(walk, 11, v.c[0][0][1]);
        unsigned!(walk, 12, v.c[0][1][0]);
        unsigned!(walk, 13, v.c[0][1][1]);
        unsigned!(walk, 14, v.c[1][0][0]);
        unsigned!(walk, 15, v.c[1][0][1]);
        unsigned!(walk, 16, v.c[1][1][0]);
        unsigned!(walk, 17, v.c[1][1][1]);
        unsigned!(walk, 18, v.d[0].a);
        unsigned!(walk, 19, v.d[0].b);
        unsigned!(walk, 20, v.d[1].a);
        unsigned!(walk, 21, v.d[1].b);
        unsigned!(walk, 22, v.e[0][0].a);
        unsigned!(walk, 23, v.e[0][0].b);
        unsigned!(walk, 24, v.e[0][1].a);
        unsigned!(walk, 25, v.e[0][1].b);
        unsigned!(walk, 26, v.e[1][0].a);
        unsigned!(walk, 27, v.e[1][0].b);
        unsigned!(walk, 28, v.e[1][1].a);
        unsigned!(walk, 29, v.e[1][1].b);
        shared!(walk, 30, v.f[0], narrow, set_narrow);
        shared!(walk, 31, v.f[1], narrow, set_narrow);
        unsigned!(walk, 32, v.g[0].x);
        unsigned!(walk, 33, v.g[0].y[0]);
        unsigned!(walk, 34, v.g[0].y[1]);
        unsigned!(walk, 35, v.g[1].x);
        unsigned!(walk, 36, v.g[1].y[0]);
        unsigned!(walk, 37, v.g[1].y[1]);
        unsigned!(walk, 38, v.h[0]);
    });
    topic!(16, m_long_array, |walk, v| {
        unsigned!(walk, 1, v.a);
        for i in 0..40 {
            unsigned!(walk, 2 + i, v.b[i as usize]);
        }
        for i in 0..33 {
            unsigned!(walk, 42 + i, v.c[i as usize]);
        }
    });
    topic!(17, m_text, |walk, v| {
        text!(walk, 1, v.name);
        signed!(walk, 2, v.one);
        text!(walk, 3, v.names[0]);
        text!(walk, 4, v.names[1]);
        text!(walk, 5, v.names[2]);
        text!(walk, 6, v.names[3]);
        unsigned!(walk, 7, v.bytes[0]);
        unsigned!(walk, 8, v.bytes[1]);
        unsigned!(walk, 9, v.bytes[2]);
        unsigned!(walk, 10, v.bytes[3]);
        signed!(walk, 11, v.signed_bytes[0]);
        signed!(walk, 12, v.signed_bytes[1]);
        text!(walk, 13, v.tail);
    });
    topic!(18, m_array_value, |walk, v| {
        unsigned!(walk, 1, v[0][0]);
        unsigned!(walk, 2, v[0][1]);
        unsigned!(walk, 3, v[1][0]);
        unsigned!(walk, 4, v[1][1]);
    });
    topic!(19, m_int_value, |walk, v| {
        signed!(walk, 1, v);
    });
    topic!(20, m_typedefs, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b.major);
        unsigned!(walk, 3, v.b.minor);
        unsigned!(walk, 4, v.c.major);
        unsigned!(walk, 5, v.c.minor);
        unsigned!(walk, 6, v.d.left);
        unsigned!(walk, 7, v.d.right);
        unsigned!(walk, 8, v.e.left);
        unsigned!(walk, 9, v.e.right);
        unsigned!(walk, 10, v.f[0]);
        unsigned!(walk, 11, v.f[1]);
        unsigned!(walk, 12, v.f[2]);
        unsigned!(walk, 13, v.f[3]);
        unsigned!(walk, 14, v.f[4]);
        unsigned!(walk, 15, v.f[5]);
        unsigned!(walk, 16, v.g[0][0]);
        unsigned!(walk, 17, v.g[0][1]);
        unsigned!(walk, 18, v.g[0][2]);
        unsigned!(walk, 19, v.g[0][3]);
        unsigned!(walk, 20, v.g[0][4]);
        unsigned!(walk, 21, v.g[0][5]);
        unsigned!(walk, 22, v.g[1][0]);
        unsigned!(walk, 23, v.g[1][1]);
        unsigned!(walk, 24, v.g[1][2]);
        unsigned!(walk, 25, v.g[1][3]);
        unsigned!(walk, 26, v.g[1][4]);
        unsigned!(walk, 27, v.g[1][5]);
        shared!(walk, 28, v.h, word, set_word);
        unsigned!(walk, 29, v.i);
        truth!(walk, 30, v.j);
        unsigned!(walk, 31, v.k);
    });
    topic!(21, m_typedef_value, |walk, v| {
        unsigned!(walk, 1, v.major);
        unsigned!(walk, 2, v.minor);
    });
    topic!(22, m_enums, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        signed!(walk, 5, v.e);
        signed!(walk, 6, v.f);
        signed!(walk, 7, v.g);
        signed!(walk, 8, v.h);
        unsigned!(walk, 9, v.i);
        unsigned!(walk, 10, v.j);
        unsigned!(walk, 11, v.k[0]);
        unsigned!(walk, 12, v.k[1]);
        unsigned!(walk, 13, v.k[2]);
    });
    topic!(23, m_bools, |walk, v| {
        truth!(walk, 1, v.a);
        truth!(walk, 2, v.b[0]);
        truth!(walk, 3, v.b[1]);
        truth!(walk, 4, v.b[2]);
        unsigned!(walk, 5, v.c);
        truth!(walk, 6, v.d);
    });
    topic!(24, m_floats, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d[0]);
        unsigned!(walk, 5, v.d[1]);
        unsigned!(walk, 6, v.e[0]);
        unsigned!(walk, 7, v.e[1]);
        unsigned!(walk, 8, v.f);
    });
    topic!(25, m_int128, |walk, v| {
        unsigned!(walk, 1, v.a);
        signed!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        unsigned!(walk, 5, v.e[0]);
        unsigned!(walk, 6, v.e[1]);
    });
    topic!(26, m_int128_packed, |walk, v| {
        unsigned!(walk, 1, v.a);
        signed!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
    });
    topic!(27, m_bits, |walk, v| {
        bits!(walk, 1, v, a, set_a, 1);
        bits!(walk, 2, v, b, set_b, 3);
        bits!(walk, 3, v, c, set_c, 4);
        bits!(walk, 4, v, d, set_d, 5);
        bits!(walk, 5, v, e, set_e, 11);
        bits!(walk, 6, v, f, set_f, 7);
        bits!(walk, 7, v, g, set_g, 24);
        bits!(walk, 8, v, h, set_h, 1);
        bits!(walk, 9, v, i, set_i, 33);
        bits!(walk, 10, v, j, set_j, 31);
        bits!(walk, 11, v, k, set_k, 8);
        bits!(walk, 12, v, l, set_l, 63);
        bits!(walk, 13, v, m, set_m, 1);
    });
    topic!(28, m_bits_signed, |walk, v| {
        signed_bits!(walk, 1, v, a, set_a, 3);
        signed_bits!(walk, 2, v, b, set_b, 5);
        signed_bits!(walk, 3, v, c, set_c, 7);
        signed_bits!(walk, 4, v, d, set_d, 9);
        signed_bits!(walk, 5, v, e, set_e, 20);
        signed_bits!(walk, 6, v, f, set_f, 2);
        signed_bits!(walk, 7, v, g, set_g, 40);
        signed_bits!(walk, 8, v, h, set_h, 24);
        signed_bits!(walk, 9, v, i, set_i, 4);
        signed_bits!(walk, 10, v, j, set_j, 1);
    });
    topic!(29, m_bits_packed, |walk, v| {
        bits!(walk, 1, v, a, set_a, 3);
        bits!(walk, 2, v, b, set_b, 10);
        bits!(walk, 3, v, c, set_c, 29);
        bits!(walk, 4, v, d, set_d, 50);
        signed_bits!(walk, 5, v, e, set_e, 17);
        unsigned!(walk, 6, v.f);
        bits!(walk, 7, v, g, set_g, 12);
        unsigned!(walk, 8, v.h);
        bits!(walk, 9, v, i, set_i, 57);
        bits!(walk, 10, v, j, set_j, 2);
    });
    topic!(30, m_bits_zero, |walk, v| {
        bits!(walk, 1, v, a, set_a, 4);
        bits!(walk, 2, v, b, set_b, 4);
        bits!(walk, 3, v, c, set_c, 9);
        bits!(walk, 4, v, d, set_d, 2);
        bits!(walk, 5, v, e, set_e, 3);
        bits!(walk, 6, v, f, set_f, 5);
    });
    topic!(31, m_bits_mixed, |walk, v| {
        bits!(walk, 1, v, a, set_a, 5);
        unsigned!(walk, 2, v.b);
        bits!(walk, 3, v, c, set_c, 10);
        unsigned!(walk, 4, v.d);
        bits!(walk, 5, v, e, set_e, 20);
        unsigned!(walk, 6, v.f[0]);
        unsigned!(walk, 7, v.f[1]);
        bits!(walk, 8, v, g, set_g, 9);
        truth!(walk, 9, v.h);
        bits!(walk, 10, v, i, set_i, 6);
        unsigned!(walk, 11, v.j);
    });
    topic!(32, m_bits_union, |walk, v| {
        bits!(walk, 1, v, a, set_a, 2);
        bits!(walk, 2, v.b, low, set_low, 12);
        bits!(walk, 3, v.b, high, set_high, 20);
        bits!(walk, 4, v, c, set_c, 9);
        bits!(walk, 5, v, e, set_e, 3);
        bits!(walk, 6, v, f, set_f, 6);
        bits!(walk, 7, v.g[0], low, set_low, 12);
        bits!(walk, 8, v.g[0], high, set_high, 20);
        bits!(walk, 9, v.g[1], low, set_low, 12);
        bits!(walk, 10, v.g[1], high, set_high, 20);
    });
    topic!(33, m_bits_kinds, |walk, v| {
        bits!(walk, 1, v, a, set_a, 1);
        bits!(walk, 2, v, b, set_b, 1);
        bits!(walk, 3, v, c, set_c, 3);
        signed_bits!(walk, 4, v, d, set_d, 4);
        bits!(walk, 5, v, e, set_e, 6);
        bits!(walk, 6, v, f, set_f, 5);
        bits!(walk, 7, v, g, set_g, 1);
        bits!(walk, 8, v, h, set_h, 10);
    });
    topic!(34, m_byteorder, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        unsigned!(walk, 5, v.e);
        unsigned!(walk, 6, v.f);
        unsigned!(walk, 7, v.g[0]);
        unsigned!(walk, 8, v.g[1]);
        unsigned!(walk, 9, v.h);
    });
    topic!(35, m_pointers, |walk, v| {
        pointer!(walk, 1, v.a);
        pointer!(walk, 2, v.b);
        pointer!(walk, 3, v.c);
        pointer!(walk, 4, v.d);
        pointer!(walk, 5, v.e);
        pointer!(walk, 6, v.f);
        pointer!(walk, 7, v.g[0]);
        pointer!(walk, 8, v.g[1]);
        pointer!(walk, 9, v.h);
        pointer!(walk, 10, v.i);
        pointer!(walk, 11, v.j);
    });
    topic!(36, m_tree, |walk, v| {
        unsigned!(walk, 1, v.a);
        pointer!(walk, 2, v.left);
        pointer!(walk, 3, v.right);
        pointer!(walk, 4, v.peer);
        pointer!(walk, 5, v.visit);
    });
    topic!(37, m_qualified, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
        text!(walk, 4, v.d);
        unsigned!(walk, 5, v.e[0]);
        unsigned!(walk, 6, v.e[1]);
        unsigned!(walk, 7, v.f.a);
        unsigned!(walk, 8, v.f.b);
        pointer!(walk, 9, v.g);
        pointer!(walk, 10, v.h);
    });
    topic!(38, m_empty, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.c);
        unsigned!(walk, 3, v.e);
        unsigned!(walk, 4, v.g);
    });
    topic!(39, m_keywords, |walk, v| {
        unsigned!(walk, 1, v.r#type);
        unsigned!(walk, 2, v.r#match);
        unsigned!(walk, 3, v.self_);
        unsigned!(walk, 4, v.crate_);
        unsigned!(walk, 5, v.super_);
        unsigned!(walk, 6, v.Self_);
        unsigned!(walk, 7, v.__);
        unsigned!(walk, 8, v.r#ref);
        unsigned!(walk, 9, v.r#async);
        unsigned!(walk, 10, v.r#gen);
        unsigned!(walk, 11, v.r#fn);
        bits!(walk, 12, v, r#mod, set_mod, 5);
        bits!(walk, 13, v, r#impl, set_impl, 6);
        unsigned!(walk, 14, v.r#loop.r#where);
        unsigned!(walk, 15, v.r#loop.r#dyn);
        shared!(walk, 16, v, r#trait, set_trait);
        unsigned!(walk, 17, v.r#use[0]);
        unsigned!(walk, 18, v.r#use[1]);
    });
    topic!(40, m_pad_names, |walk, v| {
        unsigned!(walk, 1, v.__pad_1);
        unsigned!(walk, 2, v.__pad_0);
        unsigned!(walk, 3, v._pad);
        unsigned!(walk, 4, v.__padding);
        unsigned!(walk, 5, v.pad);
        unsigned!(walk, 6, v._padding0);
        unsigned!(walk, 7, v.__pad_13);
    });
    topic!(41, m_method_names, |walk, v| {
        unsigned!(walk, 1, v.new);
        unsigned!(walk, 2, v.zeroed);
        unsigned!(walk, 3, v.ZERO);
        unsigned!(walk, 4, v.clone);
        unsigned!(walk, 5, v.eq);
        unsigned!(walk, 6, v.fmt);
        unsigned!(walk, 7, v.default_);
        bits!(walk, 8, v, set_bits, set_set_bits, 4);
        bits!(walk, 9, v, bits, set_bits_, 4);
        bits!(walk, 10, v, with_bits, set_with_bits, 4);
        unsigned!(walk, 11, v.hash);
    });
    topic!(42, m_spin_lock, |walk, v| {
        unsigned!(walk, 1, v.before);
        unsigned!(walk, 2, v.after);
        unsigned!(walk, 3, v.last);
    });
    topic!(43, m_timer, |walk, v| {
        unsigned!(walk, 1, v.before);
        unsigned!(walk, 2, v.after);
    });
    topic!(44, m_bits_base, |walk, v| {
        signed_bits!(walk, 1, v, a, set_a, 3);
        signed_bits!(walk, 2, v, b, set_b, 4);
        bits!(walk, 3, v, c, set_c, 5);
        signed_bits!(walk, 4, v, d, set_d, 6);
        bits!(walk, 5, v, e, set_e, 7);
        signed_bits!(walk, 6, v, f, set_f, 9);
        bits!(walk, 7, v, g, set_g, 10);
        signed_bits!(walk, 8, v, h, set_h, 33);
        bits!(walk, 9, v, i, set_i, 34);
        signed_bits!(walk, 10, v, j, set_j, 35);
        bits!(walk, 11, v, k, set_k, 36);
        bits!(walk, 12, v, l, set_l, 1);
        bits!(walk, 13, v, m, set_m, 5);
        bits!(walk, 14, v, n, set_n, 12);
        bits!(walk, 15, v, o, set_o, 20);
        bits!(walk, 16, v, p, set_p, 32);
        signed_bits!(walk, 17, v, q, set_q, 6);
        signed_bits!(walk, 18, v, r, set_r, 11);
        signed_bits!(walk, 19, v, s, set_s, 21);
        signed_bits!(walk, 20, v, t, set_t, 31);
        bits!(walk, 21, v, u, set_u, 31);
    });
    topic!(45, m_bits_wide, |walk, v| {
        bits!(walk, 1, v, a, set_a, 100);
        signed_bits!(walk, 2, v, b, set_b, 20);
        signed_bits!(walk, 3, v, c, set_c, 70);
        bits!(walk, 4, v, d, set_d, 127);
    });
    topic!(46, m_bits_wide_packed, |walk, v| {
        bits!(walk, 1, v, a, set_a, 3);
        bits!(walk, 2, v, b, set_b, 100);
        signed_bits!(walk, 3, v, c, set_c, 77);
        bits!(walk, 4, v, d, set_d, 60);
        bits!(walk, 5, v, e, set_e, 1);
    });
    topic!(47, m_bits_pack2, |walk, v| {
        unsigned!(walk, 1, v.a);
        bits!(walk, 2, v, b, set_b, 5);
        bits!(walk, 3, v, c, set_c, 30);
        bits!(walk, 4, v, d, set_d, 40);
        unsigned!(walk, 5, v.e);
        unsigned!(walk, 6, v.f);
        signed_bits!(walk, 7, v, g, set_g, 9);
    });
    topic!(48, m_bits_zero_packed, |walk, v| {
        bits!(walk, 1, v, a, set_a, 2);
        bits!(walk, 2, v, b, set_b, 7);
        bits!(walk, 3, v, c, set_c, 3);
        unsigned!(walk, 4, v.d);
        bits!(walk, 5, v, e, set_e, 1);
    });
    topic!(49, m_union_forms, |walk, v| {
        unsigned!(walk, 1, v.a);
        let mut part = v.b.a();
        unsigned!(walk, 2, part.x);
        unsigned!(walk, 3, part.y);
        v.b.set_a(part);
        unsigned!(walk, 4, v.c);
        shared!(walk, 5, v.d, a, set_a);
        bits!(walk, 6, v.e, a, set_a, 40);
        bits!(walk, 7, v, f, set_f, 9);
        unsigned!(walk, 8, v.h);
        let mut part = v.i[0].a();
        unsigned!(walk, 9, part.x);
        unsigned!(walk, 10, part.y);
        v.i[0].set_a(part);
        let mut part = v.i[1].a();
        unsigned!(walk, 11, part.x);
        unsigned!(walk, 12, part.y);
        v.i[1].set_a(part);
        shared!(walk, 13, v.j[0], a, set_a);
        shared!(walk, 14, v.j[1], a, set_a);
        bits!(walk, 15, v.k[0][0], a, set_a, 40);
        bits!(walk, 16, v.k[0][1], a, set_a, 40);
        bits!(walk, 17, v.k[1][0], a, set_a, 40);
        bits!(walk, 18, v.k[1][1], a, set_a, 40);
    });
    topic!(50, m_union_packed, |walk, v| {
        let mut part = v.a();
        unsigned!(walk, 1, part.x);
        unsigned!(walk, 2, part.y);
        v.set_a(part);
    });
    topic!(51, m_union_aligned, |walk, v| {
        shared!(walk, 1, v, a, set_a);
    });
    topic!(52, m_union_bits, |walk, v| {
        bits!(walk, 1, v, a, set_a, 40);
    });
    topic!(53, m_arrays_hard, |walk, v| {
        bits!(walk, 1, v.a[0], a, set_a, 3);
        bits!(walk, 2, v.a[0], b, set_b, 9);
        signed_bits!(walk, 3, v.a[0], c, set_c, 12);
        bits!(walk, 4, v.a[1], a, set_a, 3);
        bits!(walk, 5, v.a[1], b, set_b, 9);
        signed_bits!(walk, 6, v.a[1], c, set_c, 12);
        bits!(walk, 7, v.a[2], a, set_a, 3);
        bits!(walk, 8, v.a[2], b, set_b, 9);
        signed_bits!(walk, 9, v.a[2], c, set_c, 12);
        bits!(walk, 10, v.b[0][0], a, set_a, 3);
        bits!(walk, 11, v.b[0][0], b, set_b, 9);
        signed_bits!(walk, 12, v.b[0][0], c, set_c, 12);
        bits!(walk, 13, v.b[0][1], a, set_a, 3);
        bits!(walk, 14, v.b[0][1], b, set_b, 9);
        signed_bits!(walk, 15, v.b[0][1], c, set_c, 12);
        bits!(walk, 16, v.b[1][0], a, set_a, 3);
        bits!(walk, 17, v.b[1][0], b, set_b, 9);
        signed_bits!(walk, 18, v.b[1][0], c, set_c, 12);
        bits!(walk, 19, v.b[1][1], a, set_a, 3);
        bits!(walk, 20, v.b[1][1], b, set_b, 9);
        signed_bits!(walk, 21, v.b[1][1], c, set_c, 12);
        bits!(walk, 22, v.c[0], a, set_a, 3);
        bits!(walk, 23, v.c[0], b, set_b, 10);
        bits!(walk, 24, v.c[0], c, set_c, 29);
        bits!(walk, 25, v.c[0], d, set_d, 50);
        signed_bits!(walk, 26, v.c[0], e, set_e, 17);
        unsigned!(walk, 27, v.c[0].f);
        bits!(walk, 28, v.c[0], g, set_g, 12);
        unsigned!(walk, 29, v.c[0].h);
        bits!(walk, 30, v.c[0], i, set_i, 57);
        bits!(walk, 31, v.c[0], j, set_j, 2);
        bits!(walk, 32, v.c[1], a, set_a, 3);
        bits!(walk, 33, v.c[1], b, set_b, 10);
        bits!(walk, 34, v.c[1], c, set_c, 29);
        bits!(walk, 35, v.c[1], d, set_d, 50);
        signed_bits!(walk, 36, v.c[1], e, set_e, 17);
        unsigned!(walk, 37, v.c[1].f);
        bits!(walk, 38, v.c[1], g, set_g, 12);
        unsigned!(walk, 39, v.c[1].h);
        bits!(walk, 40, v.c[1], i, set_i, 57);
        bits!(walk, 41, v.c[1], j, set_j, 2);
        unsigned!(walk, 42, v.d[0][0].a);
        unsigned!(walk, 43, v.d[0][0].b);
        unsigned!(walk, 44, v.d[0][1].a);
        unsigned!(walk, 45, v.d[0][1].b);
        unsigned!(walk, 46, v.d[1][0].a);
        unsigned!(walk, 47, v.d[1][0].b);
        unsigned!(walk, 48, v.d[1][1].a);
        unsigned!(walk, 49, v.d[1][1].b);
        unsigned!(walk, 50, v.e[0].a);
        unsigned!(walk, 51, v.e[0].b);
        unsigned!(walk, 52, v.e[0].c);
        unsigned!(walk, 53, v.e[0].d);
        unsigned!(walk, 54, v.e[0].e);
        unsigned!(walk, 55, v.e[1].a);
        unsigned!(walk, 56, v.e[1].b);
        unsigned!(walk, 57, v.e[1].c);
        unsigned!(walk, 58, v.e[1].d);
        unsigned!(walk, 59, v.e[1].e);
        truth!(walk, 60, v.f[0][0]);
        truth!(walk, 61, v.f[0][1]);
        truth!(walk, 62, v.f[1][0]);
        truth!(walk, 63, v.f[1][1]);
        unsigned!(walk, 64, v.g[0][0]);
        unsigned!(walk, 65, v.g[0][1]);
        unsigned!(walk, 66, v.g[1][0]);
        unsigned!(walk, 67, v.g[1][1]);
        unsigned!(walk, 68, v.h[0]);
        unsigned!(walk, 69, v.h[1]);
        signed!(walk, 70, v.i[0]);
        signed!(walk, 71, v.i[1]);
        pointer!(walk, 72, v.j[0]);
        pointer!(walk, 73, v.j[1]);
        pointer!(walk, 74, v.k[0][0]);
        pointer!(walk, 75, v.k[0][1]);
        pointer!(walk, 76, v.k[1][0]);
        pointer!(walk, 77, v.k[1][1]);
        unsigned!(walk, 78, v.l[0][0]);
        unsigned!(walk, 79, v.l[0][1]);
        unsigned!(walk, 80, v.l[1][0]);
        unsigned!(walk, 81, v.l[1][1]);
        unsigned!(walk, 82, v.m[0].a);
        unsigned!(walk, 83, v.m[0].b);
        unsigned!(walk, 84, v.m[1].a);
        unsigned!(walk, 85, v.m[1].b);
        unsigned!(walk, 86, v.p[0][0][0]);
        unsigned!(walk, 87, v.p[0][0][1]);
        unsigned!(walk, 88, v.p[0][0][2]);
        unsigned!(walk, 89, v.p[0][0][3]);
        unsigned!(walk, 90, v.p[0][0][4]);
        unsigned!(walk, 91, v.p[0][0][5]);
        unsigned!(walk, 92, v.p[0][1][0]);
        unsigned!(walk, 93, v.p[0][1][1]);
        unsigned!(walk, 94, v.p[0][1][2]);
        unsigned!(walk, 95, v.p[0][1][3]);
        unsigned!(walk, 96, v.p[0][1][4]);
        unsigned!(walk, 97, v.p[0][1][5]);
        unsigned!(walk, 98, v.p[1][0][0]);
        unsigned!(walk, 99, v.p[1][0][1]);
        unsigned!(walk, 100, v.p[1][0][2]);
        unsigned!(walk, 101, v.p[1][0][3]);
        unsigned!(walk, 102, v.p[1][0][4]);
        unsigned!(walk, 103, v.p[1][0][5]);
        unsigned!(walk, 104, v.p[1][1][0]);
        unsigned!(walk, 105, v.p[1][1][1]);
        unsigned!(walk, 106, v.p[1][1][2]);
        unsigned!(walk, 107, v.p[1][1][3]);
        unsigned!(walk, 108, v.p[1][1][4]);
        unsigned!(walk, 109, v.p[1][1][5]);
        signed!(walk, 110, v.q[0].a);
        truth!(walk, 111, v.q[0].b);
        signed!(walk, 112, v.q[1].a);
        truth!(walk, 113, v.q[1].b);
        unsigned!(walk, 114, v.r[0][0]);
        unsigned!(walk, 115, v.r[0][1]);
        unsigned!(walk, 116, v.r[1][0]);
        unsigned!(walk, 117, v.r[1][1]);
    });
    topic!(54, m_bool_value, |walk, v| {
        truth!(walk, 1, v);
    });
    topic!(55, m_enum_value, |walk, v| {
        signed!(walk, 1, v);
    });
    topic!(56, m_enum64_value, |walk, v| {
        unsigned!(walk, 1, v);
    });
    topic!(57, m_double_value, |walk, v| {
        unsigned!(walk, 1, v);
    });
    topic!(58, m_int128_value, |walk, v| {
        signed!(walk, 1, v);
    });
    topic!(59, m_pointer_value, |walk, v| {
        pointer!(walk, 1, v);
    });
    topic!(60, m_restrict, |walk, v| {
        pointer!(walk, 1, v.a);
        pointer!(walk, 2, v.b);
        pointer!(walk, 3, v.c[0]);
        pointer!(walk, 4, v.c[1]);
    });
    topic!(61, m_tags, |walk, v| {
        pointer!(walk, 1, v.a);
        pointer!(walk, 2, v.b);
        pointer!(walk, 3, v.c);
        unsigned!(walk, 4, v.d);
        unsigned!(walk, 5, v.e[0]);
        unsigned!(walk, 6, v.e[1]);
        unsigned!(walk, 7, v.f);
        bits!(walk, 8, v, g, set_g, 3);
    });
    topic!(62, m_other_floats, |walk, v| {
        unsigned!(walk, 1, v.a);
        unsigned!(walk, 2, v.b);
        unsigned!(walk, 3, v.c);
    });
    Ok(members)
}

/// The loaded object, unless this process may not load it.
fn load() -> Option<layouts::Loaded> {
    match layouts::open().and_then(layouts::Open::load) {
        Ok(loaded) => Some(loaded),
        Err(Error::Permission { .. }) => {
            skipped("CAP_BPF");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// What an XDP program runs with.
fn packet() -> ProgramInput<'static> {
    ProgramInput {
        data_in: Some(&[0; 64]),
        ..ProgramInput::default()
    }
}

#[test]
fn what_the_kernel_writes_into_any_layout_is_read_through_the_generated_types() {
    let Some(loaded) = load() else { return };
    loaded
        .programs()
        .fill
        .test_run(packet())
        .expect("the program runs");
    assert_eq!(loaded.bss().filled_maps.load(), MAPS);
    // The kernel took the BTF, so that what follows holds with it too.
    if loaded.maps.m_natural.info().btf_id() == 0 {
        unsupported("bit-fields of 64-bit enumerations in BTF", (6, 0));
    }
    assert_eq!(walk(&loaded.maps, false), Ok(MEMBERS));
}

#[test]
fn what_the_generated_types_write_into_any_layout_is_read_by_the_kernel() {
    let Some(loaded) = load() else { return };
    assert_eq!(walk(&loaded.maps, true), Ok(MEMBERS));
    loaded
        .programs()
        .check
        .test_run(packet())
        .expect("the program runs");
    assert_eq!(loaded.bss().first_wrong.load(), 0, "map * 1000 + member");
}

#[test]
fn records_that_end_in_a_flexible_array_are_a_header_and_items() {
    let Some(loaded) = load() else { return };
    loaded
        .programs()
        .emit
        .test_run(packet())
        .expect("the program runs");

    let mut consumer = loaded.maps.r_trailing.consumer().expect("the one consumer");
    let mut lengths = Vec::new();
    let count = consumer.consume_items(|header, items| {
        assert_eq!((header.count as usize, header.kind), (items.len(), 7));
        for (i, item) in (0..).zip(items.iter()) {
            assert_eq!((item.a, item.b), (16 + i, 32 + u64::from(i)));
        }
        assert_eq!(items.to_vec(), items.iter().collect::<Vec<_>>());
        assert_eq!(items.get(items.len()), None);
        assert!(items.first(items.len() + 1).is_none());
        lengths.push(items.len());
    });
    assert_eq!((count, lengths), (Ok(3), vec![0, 1, 3]));
    // The one that is cut in an item.
    assert_eq!(consumer.malformed(), 1);
    assert_eq!(consumer.pending_bytes(), 0);

    let mut consumer = loaded
        .maps
        .r_trailing_bytes
        .consumer()
        .expect("the one consumer");
    let count = consumer.consume_items(|header, bytes| {
        assert_eq!((header.a, header.len), (1, 9));
        let bytes = bytes.first(header.len.into()).expect("there are so many");
        assert_eq!(bytes.to_vec(), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
    assert_eq!(count, Ok(1));
}
