//! What the tests of the gates share: bindings written by hand, objects compiled on
//! the spot, and a bpf file system of one's own.

#![expect(
    dead_code,
    reason = "each test file is a crate of its own and uses a part"
)]

use std::path::{Path, PathBuf};

use mapgen_runtime::{MapKind, MapSpec, Result};

/// A binding and its handle.
macro_rules! binding {
    ($name:ident, $spec:expr) => {
        #[derive(Clone, Debug)]
        pub(crate) struct $name(::mapgen_runtime::RawMap);

        impl $name {
            pub(crate) const SPEC: ::mapgen_runtime::MapSpec = $spec;
        }

        ::mapgen_runtime::__private::handle!($name => ::mapgen_runtime::RawMap);
    };
}

#[cfg(feature = "libbpf")]
pub(crate) mod sample;

/// BTF written by hand, in the byte order of this machine.
pub(crate) mod btf {
    pub(crate) const STRINGS: &str = "\0u32\0u64\0key\0addr\0port\0stats\0packets\0bytes\0first\0\
                               target_port\0.rodata\0dropped\0seen\0.bss\0";

    /// The offset of a name in [`STRINGS`].
    pub(crate) const fn name(name: &str) -> u32 {
        let (all, name) = (STRINGS.as_bytes(), name.as_bytes());
        let mut at = 1;
        while at + name.len() < all.len() {
            let mut same = 0;
            while same < name.len() && all[at + same] == name[same] {
                same += 1;
            }
            if same == name.len() && all[at - 1] == 0 && all[at + same] == 0 {
                return at as u32;
            }
            at += 1;
        }
        panic!("no such name")
    }

    pub(crate) const fn int(name_at: u32, size: u32) -> [u32; 4] {
        [name_at, 1 << 24, size, size * 8]
    }

    pub(crate) const fn head(name_at: u32, kind: u32, members: u32, size: u32) -> [u32; 3] {
        [name_at, kind << 24 | members, size]
    }

    /// A blob of the types in `words`.
    pub(crate) const fn blob<const N: usize>(words: &[u32]) -> [u8; N] {
        let mut out = [0; N];
        let types = words.len() as u32 * 4;
        let strings = STRINGS.as_bytes();
        // magic, version and flags; length of the header; then the two parts.
        let magic = 0xeb9f_u16.to_ne_bytes();
        out[0] = magic[0];
        out[1] = magic[1];
        out[2] = 1;
        let header = [24, 0, types, types, strings.len() as u32];
        let mut at = 4;
        let mut index = 0;
        while index < header.len() + words.len() {
            let word = if index < header.len() {
                header[index]
            } else {
                words[index - header.len()]
            };
            let bytes = word.to_ne_bytes();
            let mut byte = 0;
            while byte < 4 {
                out[at] = bytes[byte];
                at += 1;
                byte += 1;
            }
            index += 1;
        }
        let mut index = 0;
        while index < strings.len() {
            out[at] = strings[index];
            at += 1;
            index += 1;
        }
        assert!(at == N, "the blob has another size");
        out
    }

    /// The size of a blob of this many words.
    pub(crate) const fn size(words: usize) -> usize {
        24 + words * 4 + STRINGS.len()
    }

    /// `struct key { u32 addr; u32 port; }` (id 2) and a struct of two `u64` (id 4).
    const fn conns(first: &str, second: &str) -> [u32; 26] {
        let [i0, i1, i2, i3] = int(name("u32"), 4);
        let [k0, k1, k2] = head(name("key"), 4, 2, 8);
        let [j0, j1, j2, j3] = int(name("u64"), 8);
        let [s0, s1, s2] = head(name("stats"), 4, 2, 16);
        let (a, p) = (name("addr"), name("port"));
        let (f, s) = (name(first), name(second));
        [
            i0, i1, i2, i3, k0, k1, k2, a, 1, 0, p, 1, 32, j0, j1, j2, j3, s0, s1, s2, f, 3, 0, s,
            3, 64,
        ]
    }

    pub(crate) const CONNS: [u8; size(26)] = blob(&conns("packets", "bytes"));
    pub(crate) const SWAPPED: [u8; size(26)] = blob(&conns("bytes", "packets"));
    pub(crate) const RENAMED: [u8; size(26)] = blob(&conns("packets", "first"));
    pub(crate) const KEY: u32 = 2;
    pub(crate) const VALUE: u32 = 4;

    /// `.rodata` (id 3) with `target_port`.
    const fn rodata() -> [u32; 14] {
        let [i0, i1, i2, i3] = int(name("u32"), 4);
        let [v0, v1, v2] = head(name("target_port"), 14, 0, 1);
        let [d0, d1, d2] = head(name(".rodata"), 15, 1, 4);
        [i0, i1, i2, i3, v0, v1, v2, 1, d0, d1, d2, 2, 0, 4]
    }

    /// `.bss` (id 4) with `seen` and `dropped`.
    const fn bss() -> [u32; 21] {
        let [i0, i1, i2, i3] = int(name("u64"), 8);
        let [v0, v1, v2] = head(name("seen"), 14, 0, 1);
        let [w0, w1, w2] = head(name("dropped"), 14, 0, 1);
        let [d0, d1, d2] = head(name(".bss"), 15, 2, 16);
        [
            i0, i1, i2, i3, v0, v1, v2, 1, w0, w1, w2, 1, d0, d1, d2, 2, 0, 8, 3, 8, 8,
        ]
    }

    pub(crate) const RODATA: [u8; size(14)] = blob(&rodata());
    pub(crate) const BSS: [u8; size(21)] = blob(&bss());
}

/// What a hash of `struct key` to `struct stats` is, as the macro would write it.
pub(crate) const CONNS: MapSpec = MapSpec {
    object: "sample",
    name: "conns",
    kind: MapKind::Hash,
    key_size: 8,
    value_size: 16,
    max_entries: 1024,
    min_entries: 1024,
    exact_entries: false,
    live_entries: 0,
    map_flags: 0,
    map_extra: 0,
    numa_node: 0,
    pinned: false,
    optional: false,
    spin_lock: false,
    btf: &btf::CONNS,
    btf_key: btf::KEY,
    btf_value: btf::VALUE,
    layout_hash: 1,
    inner: None,
};

/// Whether maps can be created here; says so where not.
pub(crate) fn kernel() -> bool {
    binding!(Probe, CONNS);
    match Probe::create() {
        Ok(_) => true,
        Err(error) => {
            mapgen_test_support::skipped(&format!("CAP_BPF ({error})"));
            false
        }
    }
}

/// Compiles C for BPF; says so and returns `None` without clang.
pub(crate) fn compile(dir: &Path, name: &str, source: &str, flags: &[&str]) -> Option<PathBuf> {
    let target = if cfg!(target_endian = "big") {
        "--target=bpfeb"
    } else {
        "--target=bpfel"
    };
    let always = ["-g", "-Wall", target];
    mapgen_test_support::compile(dir, name, source, &[&always, flags].concat())
}

/// A `.BTF` section.
pub(crate) fn btf_of(object: &Path) -> Vec<u8> {
    use object::{Object, ObjectSection};
    let bytes = std::fs::read(object).unwrap();
    let file = object::File::parse(bytes.as_slice()).unwrap();
    let section = file.section_by_name(".BTF").unwrap();
    section.data().unwrap().to_vec()
}

/// The differences of an error that must be a mismatch.
pub(crate) fn differences<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result {
        Err(mapgen_runtime::Error::Mismatch(mismatch)) => mismatch
            .differences
            .iter()
            .map(ToString::to_string)
            .collect(),
        other => panic!("expected a mismatch, found {other:?}"),
    }
}
