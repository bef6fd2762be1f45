//! BTF of `unsigned int` and a number of 8 bytes.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use mapgen_runtime::MapSpec;

/// BTF of `unsigned int` (1) and `unsigned long long` (2), as the kernel documents the
/// format (Documentation/bpf/btf.rst).
const fn btf(signed: bool) -> [u8; 24 + 32 + 9] {
    const BTF_INT_SIGNED: u32 = 1 << 24;
    let words: [u32; 14] = [
        u32::from_ne_bytes([0x9f, 0xeb, 1, 0]),
        24,
        0,
        32,
        32,
        9,
        1,
        1 << 24,
        4,
        32,
        5,
        1 << 24,
        8,
        if signed { BTF_INT_SIGNED | 64 } else { 64 },
    ];
    let strings = *b"\0u32\0u64\0";
    let mut bytes = [0; 65];
    let mut at = 0;
    while at < 56 {
        bytes[at] = words[at / 4].to_ne_bytes()[at % 4];
        at += 1;
    }
    while at < 65 {
        bytes[at] = strings[at - 56];
        at += 1;
    }
    bytes
}

/// With an unsigned value.
pub(crate) static UNSIGNED: [u8; 65] = btf(false);
/// With a signed value.
pub(crate) static SIGNED: [u8; 65] = btf(true);

/// A spec of keys `u32` and values of these types.
pub(crate) const fn with_btf(mut spec: MapSpec, btf: &'static [u8]) -> MapSpec {
    spec.btf = btf;
    spec.btf_key = 1;
    spec.btf_value = 2;
    spec
}
