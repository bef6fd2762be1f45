//! How many entries every hash of the host has, in one go.
//!
//! What [`count`](crate::map) asks with a program for each map, an iterator over all maps
//! (`bpf_iter_bpf_map`) asks with one program: it calls `bpf_map_sum_elem_count`, which is
//! there from Linux 6.6 on, and writes the id of the map and the number.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::OnceLock;

use super::places::HOST;
use crate::btf::Btf;
use crate::error::{Error, Result};
use crate::sys::program::{self, Kind, instruction};
use crate::sys::{Errno, iterator};

/// The iterator, once it is loaded.
#[derive(Debug, Default)]
pub(super) struct Census {
    link: Option<OwnedFd>,
}

impl Census {
    /// By id of the map, also for kinds that the kernel does not count: 0 there.
    pub(super) fn take(&mut self) -> Result<HashMap<u32, u64>> {
        let link = match self.link.take() {
            Some(link) => link,
            None => load()?,
        };
        let written = iterator::run(link.as_fd()).map_err(refused)?;
        // Kept only as long as it works.
        self.link = Some(link);
        let word = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_ne_bytes);
        let records = written.chunks_exact(16);
        let counts = records.map(|record| {
            let (id, count) = (word(&record[..8]), word(&record[8..]));
            // A sum over CPUs while entries come on one and go on another may be off by
            // those, even below 0.
            (id as u32, (count as i64).max(0) as u64)
        });
        Ok(counts.collect())
    }
}

fn refused(errno: Errno) -> Error {
    let op = "counting the entries of all maps".into();
    match errno {
        libc::EPERM | libc::EACCES => Error::Permission {
            op,
            map: HOST,
            capability: "CAP_BPF and CAP_PERFMON",
        },
        errno => Error::Os {
            op,
            map: HOST,
            errno,
        },
    }
}

/// Loads the program, and makes the iterator, which keeps it.
fn load() -> Result<OwnedFd> {
    const MOV64_REG: u8 = 0xbf;
    const MOV64_IMM: u8 = 0xb7;
    const ADD64_IMM: u8 = 0x07;
    const LOAD_U64: u8 = 0x79;
    const LOAD_U32: u8 = 0x61;
    const STORE_U64: u8 = 0x7b;
    const JUMP_EQ_IMM: u8 = 0x15;
    const CALL: u8 = 0x85;
    const EXIT: u8 = 0x95;
    const PSEUDO_KFUNC_CALL: u8 = 2;
    const SEQ_WRITE: i32 = 127;
    let known = Known::of_kernel()?;
    let code = [
        // `struct bpf_iter__bpf_map`: the iterator's `meta`, then the map, which is null
        // after the last.
        instruction(LOAD_U64, 7, 1, 8, 0),
        instruction(LOAD_U64, 6, 1, 0, 0),
        instruction(JUMP_EQ_IMM, 7, 0, 10, 0),
        // The record, on the stack: id and count, a word each.
        instruction(LOAD_U32, 1, 7, known.id_offset, 0),
        instruction(STORE_U64, 10, 1, -16, 0),
        instruction(MOV64_REG, 1, 7, 0, 0),
        instruction(CALL, 0, PSEUDO_KFUNC_CALL, 0, known.sum_elem_count),
        instruction(STORE_U64, 10, 0, -8, 0),
        // `struct bpf_iter_meta` begins with the file to write to. One that is full says so,
        // and this map comes again.
        instruction(LOAD_U64, 1, 6, 0, 0),
        instruction(MOV64_REG, 2, 10, 0, 0),
        instruction(ADD64_IMM, 2, 0, 0, -16),
        instruction(MOV64_IMM, 3, 0, 0, 16),
        instruction(CALL, 0, 0, 0, SEQ_WRITE),
        instruction(MOV64_IMM, 0, 0, 0, 0),
        instruction(EXIT, 0, 0, 0, 0),
    ];
    let kind = Kind::Iterator(known.iterator);
    let program = program::load(&kind, &code, *b"mapgen_census\0\0\0").map_err(refused)?;
    iterator::link(program.as_fd()).map_err(refused)
}

/// What the program needs of the kernel's BTF.
#[derive(Clone, Copy)]
struct Known {
    /// The id of `bpf_iter_bpf_map`.
    iterator: u32,
    /// The id of `bpf_map_sum_elem_count`.
    sum_elem_count: i32,
    /// Of `id` in `struct bpf_map`, in bytes.
    id_offset: i16,
}

impl Known {
    fn of_kernel() -> Result<Self> {
        // It cannot change while the kernel runs. That the file could not be read is not
        // remembered: /sys may be mounted later.
        static KNOWN: OnceLock<Option<Known>> = OnceLock::new();
        let known = match KNOWN.get() {
            Some(known) => *known,
            None => {
                let path = "/sys/kernel/btf/vmlinux";
                let bytes = std::fs::read(path).map_err(|error| Error::Os {
                    op: format!("reading `{path}`").into(),
                    map: HOST,
                    errno: error.raw_os_error().unwrap_or(libc::EIO),
                })?;
                *KNOWN.get_or_init(|| Self::of(&Btf::parse(&bytes).ok()?))
            }
        };
        known.ok_or(Error::Unsupported {
            what: "counting the entries of all maps at once".into(),
            since: "6.6",
        })
    }

    fn of(btf: &Btf<'_>) -> Option<Self> {
        Some(Self {
            iterator: btf.function("bpf_iter_bpf_map")?,
            sum_elem_count: btf.function("bpf_map_sum_elem_count")?.try_into().ok()?,
            id_offset: btf.member_offset("bpf_map", "id")?.try_into().ok()?,
        })
    }
}
