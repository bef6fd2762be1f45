//! Against blobs that clang wrote, and against hostile ones.

use mapgen_test_support::{kernel_release, patience, raw_bpf_fd, skipped};

use super::{Btf, Leaf, LeafKind, MAX_STEPS};
use crate::gate::members::{Types, differences};

/// A blob from words, with names at fixed offsets in [`STRINGS`].
fn blob(big_endian: bool, words: &[u32], strings: &[u8]) -> Vec<u8> {
    let types = words.len() as u32 * 4;
    let header = [24, 0, types, types, strings.len() as u32];
    let mut out = Vec::new();
    out.extend(match big_endian {
        true => 0xeb9f_u16.to_be_bytes(),
        false => 0xeb9f_u16.to_le_bytes(),
    });
    out.extend([1, 0]);
    for word in header.iter().chain(words) {
        out.extend(match big_endian {
            true => word.to_be_bytes(),
            false => word.to_le_bytes(),
        });
    }
    out.extend(strings);
    out
}

/// `a` is at 1, `b` at 3, `c` at 5, `enum64_placeholder` at 7.
const STRINGS: &[u8] = b"\0a\0b\0c\0enum64_placeholder\0char\0";
const CHAR: u32 = 26;

const INT: u32 = 1 << 24;
const ARRAY: u32 = 3 << 24;
const STRUCT: u32 = 4 << 24;
const UNION: u32 = 5 << 24;
const TYPEDEF: u32 = 8 << 24;
const FLOAT: u32 = 16 << 24;
const PTR: u32 = 2 << 24;
const DECL_TAG: u32 = 17 << 24;
const TYPE_TAG: u32 = 18 << 24;
const ENUM64: u32 = 19 << 24;
const KIND_FLAG: u32 = 1 << 31;

fn leaves(words: &[u32], id: u32) -> Vec<String> {
    let mut answers = [false, true].map(|big_endian| {
        let bytes = blob(big_endian, words, STRINGS);
        let leaves = Btf::parse(&bytes).unwrap().leaves(id).unwrap();
        let text = |leaf: &Leaf| format!("{}: {leaf}", leaf.path);
        leaves.iter().map(text).collect::<Vec<_>>()
    });
    assert_eq!(answers[0], answers[1], "the byte orders differ");
    std::mem::take(&mut answers[0])
}

fn refusal(words: &[u32], id: u32) -> String {
    let bytes = blob(false, words, STRINGS);
    let btf = match Btf::parse(&bytes) {
        Ok(btf) => btf,
        Err(error) => return error.to_string(),
    };
    btf.leaves(id).unwrap_err().to_string()
}

#[test]
fn members_of_an_anonymous_union_are_their_parents() {
    #[rustfmt::skip]
    let words = [
        0, INT, 4, 32,                                          // 1: u32
        0, UNION | 2, 4, 1, 1, 0, 3, 1, 0,                      // 2: union { u32 a, b; }
        5, STRUCT | 2, 8, 5, 1, 0, 0, 2, 32,                    // 3: struct { u32 c; union; }
    ];
    assert_eq!(
        leaves(&words, 3),
        ["c: u32 at byte 0", "a: u32 at byte 4", "b: u32 at byte 4"]
    );
}

#[test]
fn an_array_stands_once_with_its_dimensions() {
    #[rustfmt::skip]
    let words = [
        CHAR, INT, 1, 1 << 24 | 8,                              // 1: char
        0, ARRAY, 0, 1, 1, 4,                                   // 2: char[4]
        0, ARRAY, 0, 2, 1, 3,                                   // 3: char[3][4]
        5, STRUCT | 1, 12, 1, 3, 0,                             // 4: struct { char a[3][4]; }
    ];
    assert_eq!(leaves(&words, 4), ["a[][]: char[3][4] at byte 0"]);
    let bytes = blob(false, &words, STRINGS);
    let leaf = &Btf::parse(&bytes).unwrap().leaves(4).unwrap()[0];
    assert_eq!(leaf.dims, [(3, 4), (4, 1)]);
}

#[test]
fn bit_fields_have_their_own_place_and_width_in_both_encodings() {
    #[rustfmt::skip]
    let words = [
        0, INT, 4, 32,                                          // 1: u32
        0, INT, 4, 3,                                           // 2: 3 bits of a u32
        5, KIND_FLAG | STRUCT | 2, 4, 1, 1, 3 << 24, 3, 1, 5 << 24 | 3,
        5, STRUCT | 1, 4, 1, 2, 6,
    ];
    assert_eq!(
        leaves(&words, 3),
        [
            "a: 3 bits, unsigned, at byte 0",
            "b: 5 bits, unsigned, at byte 0 bit 3"
        ]
    );
    assert_eq!(leaves(&words, 4), ["a: 3 bits, unsigned, at byte 0 bit 6"]);
}

#[test]
fn what_refers_to_itself_is_refused() {
    // typedef a -> 2, typedef b -> 1
    assert_eq!(
        refusal(&[1, TYPEDEF, 2, 3, TYPEDEF, 1], 1),
        "a type stands for itself"
    );
    // struct { struct self a; }
    assert_eq!(
        refusal(&[1, STRUCT | 1, 4, 1, 1, 0], 1),
        "types are nested too deeply"
    );
    // an array of itself
    assert_eq!(
        refusal(&[0, ARRAY, 0, 1, 1, 2], 1),
        "types are nested too deeply"
    );
}

#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn types_that_double_at_each_level_end_soon() {
    // 1: union {}; each following struct holds the one before twice: 2^200 members.
    let mut words = vec![0, UNION, 0];
    for level in 1..200 {
        words.extend([1, STRUCT | 2, 0, 1, level, 0, 3, level, 0]);
    }
    let start = std::time::Instant::now();
    assert_eq!(refusal(&words, 200), "a type has too many members");
    assert!(start.elapsed() < patience(10), "{MAX_STEPS} steps");
    // The same with a scalar at the end: bounded by leaves and the bytes of paths.
    words.splice(..3, [1, INT, 4, 32]);
    assert_eq!(refusal(&words, 200), "a type has too many members");
}

#[test]
fn references_to_nothing_are_refused() {
    assert_eq!(
        refusal(&[1, STRUCT | 1, 4, 1, 9, 0], 1),
        "a member has no type"
    );
    assert_eq!(refusal(&[], 1), "a member has no type");
    assert_eq!(
        refusal(&[1, STRUCT | 1, 4, 99, 1, 0], 1),
        "a name is cut off"
    );
    assert_eq!(
        refusal(&[1, 31 << 24, 4], 1),
        "it has a kind of type that is not known"
    );
    assert_eq!(refusal(&[1, STRUCT | 2, 4, 1], 1), "a type is cut off");
}

#[test]
fn a_float_equals_the_empty_struct_that_libbpf_writes_for_old_kernels() {
    let float = [0, FLOAT, 8, 5, STRUCT | 1, 8, 1, 1, 0];
    let blank = [0, STRUCT, 8, 5, STRUCT | 1, 8, 1, 1, 0];
    let small = [0, STRUCT, 4, 5, STRUCT | 1, 8, 1, 1, 0];
    assert!(compare(&float, 2, &blank, 2).is_empty());
    assert_eq!(compare(&float, 2, &small, 2).len(), 1);
}

#[test]
fn a_wide_enum_equals_the_union_that_libbpf_writes_for_old_kernels() {
    #[rustfmt::skip]
    let wide = [
        0, ENUM64 | 2, 8, 1, 1, 0, 3, 2, 0,                     // 1: enum { a = 1, b = 2 }
        5, STRUCT | 1, 8, 5, 1, 0,                              // 2: struct { enum c; }
    ];
    #[rustfmt::skip]
    let union = [
        0, UNION | 2, 8, 1, 3, 0, 3, 3, 0,                      // 1
        5, STRUCT | 1, 8, 5, 1, 0,                              // 2
        7, INT, 1, 8,                                           // 3: the placeholder
    ];
    assert!(compare(&wide, 2, &union, 2).is_empty());
}

/// What the newest kernel takes and Linux 5.10 does not, written for both.
#[test]
#[cfg_attr(miri, ignore = "it asks the kernel")]
fn what_is_rewritten_for_old_kernels_is_taken_by_every_kernel_and_means_the_same() {
    const BTF_LOAD: i64 = 18;
    let load = |blob: &[u8]| {
        let attr = &mut [blob.as_ptr() as u64, 0, blob.len() as u64];
        raw_bpf_fd(BTF_LOAD, attr).map(drop)
    };
    #[rustfmt::skip]
    let words = [
        8, FLOAT, 8,                                            // 1: double
        0, ENUM64 | 2, 8, 1, 1, 0, 3, 2, 0,                     // 2: enum { a = 1, b = 2 }
        5, STRUCT | 3, 24, 1, 1, 0, 3, 2, 64, 5, 5, 128,        // 3: struct { a; b; c }
        3, TYPE_TAG, 0,                                         // 4: void __tag("b")
        0, PTR, 4,                                              // 5
        1, DECL_TAG, 3, u32::MAX,                               // 6: of the struct
    ];
    let new = blob(cfg!(target_endian = "big"), &words, STRINGS);
    let old = Btf::parse(&new)
        .unwrap()
        .for_old_kernels()
        .unwrap()
        .unwrap();
    // What old kernels know is left as it is.
    let again = Btf::parse(&old).unwrap();
    assert_eq!(again.for_old_kernels().unwrap(), None);
    let types = |btf| Types {
        btf,
        key: 3,
        value: 3,
    };
    assert!(differences(types(&new), types(&old)).is_empty());
    match load(&old) {
        Err(libc::EPERM) => return skipped("CAP_BPF"),
        taken => assert_eq!(taken, Ok(())),
    }
    let known = kernel_release() >= (6, 0);
    assert_eq!(load(&new).is_ok(), known);
}

/// Only the live map's BTF went through a loader: the object's own says what it means.
#[test]
fn what_loaders_rewrite_is_not_taken_for_its_reverse() {
    let wide = [0, ENUM64 | 1, 8, 1, 1, 0, 5, STRUCT | 1, 8, 5, 1, 0];
    let integer = [0, INT, 8, 64, 5, STRUCT | 1, 8, 5, 1, 0];
    assert!(compare(&wide, 2, &integer, 2).is_empty());
    assert_eq!(compare(&integer, 2, &wide, 2).len(), 1);
}

fn compare(expected: &[u32], key: u32, found: &[u32], found_key: u32) -> Vec<String> {
    let (expected, found) = (blob(false, expected, STRINGS), blob(true, found, STRINGS));
    let types = |btf, key| Types { btf, key, value: 0 };
    differences(types(&expected, key), types(&found, found_key))
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn sign_width_kind_and_dimensions_are_all_compared() {
    let unsigned = [0, INT, 4, 32];
    assert_eq!(
        compare(&unsigned, 1, &[0, INT, 4, 1 << 24 | 32], 1),
        ["the key is i32 at byte 0, expected u32 at byte 0"]
    );
    assert_eq!(
        compare(&unsigned, 1, &[0, INT, 8, 64], 1),
        ["the key is u64 at byte 0, expected u32 at byte 0"]
    );
    assert_eq!(
        compare(&unsigned, 1, &[0, FLOAT, 4], 1),
        ["the key is f32 at byte 0, expected u32 at byte 0"]
    );
    assert_eq!(
        compare(
            &[0, INT, 1, 8, 0, ARRAY, 0, 1, 1, 4],
            2,
            &[0, INT, 1, 8, 0, ARRAY, 0, 1, 1, 5],
            2
        ),
        ["key member `[]` is u8[5] at byte 0, expected u8[4] at byte 0"]
    );
    assert_eq!(
        compare(&unsigned, 1, &unsigned, 0),
        ["the key is missing, expected u32 at byte 0"]
    );
    assert!(compare(&unsigned, 1, &unsigned, 1).is_empty());
}

/// Every byte of a real blob overwritten and every prefix of it: an answer or an
/// error, nothing else.
#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn hostile_bytes_never_panic() {
    // The shapes of the tests above in one blob.
    #[rustfmt::skip]
    let words = [
        CHAR, INT, 1, 1 << 24 | 8,
        0, ARRAY, 0, 1, 1, 4,
        0, UNION | 2, 4, 1, 1, 0, 3, 2, 0,
        5, KIND_FLAG | STRUCT | 2, 8, 0, 3, 0, 5, 1, 3 << 24 | 32,
        1, TYPEDEF, 4,
        0, 2 << 24, 5,
        0, ENUM64 | 1, 8, 1, 1, 0,
        0, 6 << 24 | 1, 4, 1, 1,
        0, FLOAT, 8,
        1, 14 << 24, 5, 1,
        1, 15 << 24 | 1, 8, 10, 0, 8,
    ];
    for big_endian in [false, true] {
        let good = blob(big_endian, &words, STRINGS);
        let mut answers = 0;
        let mut try_all = |bytes: &[u8]| {
            let Ok(btf) = Btf::parse(bytes) else { return };
            for id in 0..14 {
                answers += usize::from(btf.leaves(id).is_ok());
            }
        };
        for len in 0..good.len() {
            try_all(&good[..len]);
        }
        for at in 0..good.len() {
            let flipped = (0..8).map(|bit| good[at] ^ (1 << bit));
            for value in flipped.chain([0, 1, 0x7f, 0xff]) {
                let mut bad = good.clone();
                bad[at] = value;
                try_all(&bad);
            }
        }
        assert!(answers > 0, "nothing was read at all");
    }
}

/// What the running kernel's own BTF says of a struct that the ABI fixes:
/// `struct bpf_map_info` of `include/uapi/linux/bpf.h`.
#[test]
#[cfg_attr(miri, ignore = "it takes hours there")]
fn the_kernels_own_btf_is_read() {
    let Ok(bytes) = std::fs::read("/sys/kernel/btf/vmlinux") else {
        mapgen_test_support::skipped("/sys/kernel/btf/vmlinux");
        return;
    };
    let btf = Btf::parse(&bytes).unwrap();
    let found = (1..btf.starts.len() as u32).find(|id| {
        let ty = btf.ty(*id).unwrap();
        ty.kind == super::kind::STRUCT && btf.name(ty.name) == Ok("bpf_map_info")
    });
    let Some(found) = found else {
        mapgen_test_support::skipped("`struct bpf_map_info` in the kernel's BTF");
        return;
    };
    let leaves = btf.leaves(found).unwrap();
    let of = |path: &str| {
        let leaf = leaves.iter().find(|leaf| leaf.path == path)?;
        Some((leaf.bit_offset / 8, leaf.bits, leaf.kind))
    };
    let unsigned = LeafKind::Int { signed: false };
    assert_eq!(of("id"), Some((4, 32, unsigned)));
    assert_eq!(of("name[]"), Some((24, 8, LeafKind::Char)));
    assert_eq!(of("netns_dev"), Some((48, 64, unsigned)));
    match of("map_extra") {
        Some(leaf) => assert_eq!(leaf, (80, 64, unsigned)),
        None => mapgen_test_support::unsupported("`map_extra`", (5, 16)),
    }
}

#[test]
fn a_function_is_found_by_its_whole_name() {
    const FUNC: u32 = 12 << 24;
    const FUNC_PROTO: u32 = 13 << 24;
    let enum64 = 7;
    #[rustfmt::skip]
    let words = [
        enum64, INT, 4, 32,             // 1: an integer of that name
        0, FUNC_PROTO, 0,               // 2: void (*)(void)
        enum64 + 1, FUNC, 2,            // 3: the end of the name
        enum64, FUNC, 2,                // 4
    ];
    for big_endian in [false, true] {
        let bytes = blob(big_endian, &words, STRINGS);
        let btf = Btf::parse(&bytes).unwrap();
        assert_eq!(btf.function("enum64_placeholder"), Some(4));
        assert_eq!(btf.function("num64_placeholder"), Some(3));
        assert_eq!(btf.function("enum64"), None);
        assert_eq!(btf.function("a"), None);
    }
}
