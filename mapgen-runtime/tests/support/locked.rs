//! A value with a spin lock, as the kernel must be told of it: by BTF.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use mapgen_runtime::CLayout;

/// How many words stand beside the lock: enough that a copy takes a while.
pub(crate) const WORDS: usize = 500;

/// `struct { struct bpf_spin_lock lock; __u32 pad; __u64 words[500]; }`
#[derive(Clone, Copy, Debug, PartialEq, Eq, CLayout)]
#[repr(C)]
pub(crate) struct Locked {
    pub(crate) lock: u32,
    pub(crate) pad: u32,
    pub(crate) words: [u64; WORDS],
}

impl Locked {
    /// The same number everywhere.
    pub(crate) const fn of(word: u64) -> Self {
        Self {
            lock: 0,
            pad: word as u32,
            words: [word; WORDS],
        }
    }

    /// Whether it was written in one piece.
    pub(crate) fn is_whole(&self) -> bool {
        self.words.iter().all(|word| *word == self.words[0])
    }
}

/// The ids of `unsigned int` and of the value in [`btf`].
pub(crate) const KEY: u32 = 1;
/// As [`KEY`].
pub(crate) const VALUE: u32 = 5;

/// The types, as Documentation/bpf/btf.rst describes the format.
pub(crate) fn btf() -> &'static [u8] {
    const INT: u32 = 1 << 24;
    const ARRAY: u32 = 3 << 24;
    const STRUCT: u32 = 4 << 24;
    let strings = b"\0u32\0u64\0bpf_spin_lock\0val\0value\0lock\0pad\0words\0";
    let name = |wanted: &str| {
        let wanted = [b"\0", wanted.as_bytes(), b"\0"].concat();
        let at = strings
            .windows(wanted.len())
            .position(|text| text == wanted);
        at.unwrap() as u32 + 1
    };
    let types = [
        [name("u32"), INT, 4, 32].as_slice(),
        &[name("u64"), INT, 8, 64],
        &[name("bpf_spin_lock"), STRUCT | 1, 4, name("val"), 1, 0],
        &[0, ARRAY, 0, 2, 1, WORDS as u32],
        &[name("value"), STRUCT | 3, size_of::<Locked>() as u32],
        &[name("lock"), 3, 0, name("pad"), 1, 32, name("words"), 4, 64],
    ]
    .concat();
    let len = 4 * types.len() as u32;
    let header = [24, 0, len, len, strings.len() as u32];
    let mut bytes = vec![];
    bytes.extend(0xeb9f_u16.to_ne_bytes());
    bytes.extend([1, 0]);
    for word in header.into_iter().chain(types) {
        bytes.extend(word.to_ne_bytes());
    }
    bytes.extend(strings);
    bytes.leak()
}
