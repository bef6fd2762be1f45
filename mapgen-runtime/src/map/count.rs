//! How many entries a hash has, without looking at them.
//!
//! The kernel counts the entries of hashes of every kind and with every flag, on each CPU
//! (`bpf_map_init_elem_count` in kernel/bpf/map_iter.c, 6.6), and adds the numbers up for
//! programs only, by the function `bpf_map_sum_elem_count`. A program of type `syscall`
//! asks it.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

use crate::btf::Btf;
use crate::info::MapInfo;
use crate::map::Map;
use crate::spec::MapKind;
use crate::sys::program::{self, Kind, instruction};
use crate::sys::{self, Errno};

/// Up to this capacity, a walk is a call or two and takes less time than loading a
/// program.
const SMALL: u32 = 4096;

/// A program that counts the entries of one map.
pub(crate) struct Counter(OwnedFd);

/// Whether the kernel counts the entries of this map. For others, its function answers 0:
/// other kinds, and hashes whose entries are on a device (kernel/bpf/offload.c).
pub(crate) fn is_counted(info: &MapInfo) -> bool {
    let is_hash = matches!(
        info.kind(),
        MapKind::Hash | MapKind::LruHash | MapKind::PerCpuHash | MapKind::LruPerCpuHash
    );
    is_hash && !info.is_offloaded()
}

impl Map {
    /// How many entries there are, where the kernel can say; who asks has another way.
    pub(crate) fn count(&self) -> Option<usize> {
        if !is_counted(self.info()) || self.capacity() <= SMALL || self.backend().is_some() {
            return None;
        }
        let counter = match self.0.counter.get() {
            Some(counter) => counter,
            None => {
                // A failure is not remembered: capabilities come and go, and the walk takes
                // much longer than the attempt.
                let counter = Counter::load(self.as_fd(), sum_elem_count()?).ok()?;
                self.0.counter.get_or_init(|| counter)
            }
        };
        counter.count().ok()
    }
}

impl Counter {
    /// Loads the program.
    fn load(map: BorrowedFd<'_>, function: i32) -> sys::Result<Self> {
        const MOV64_REG: u8 = 0xbf;
        const MOV64_IMM: u8 = 0xb7;
        const LOAD_IMM64: u8 = 0x18;
        const STORE_U64: u8 = 0x7b;
        const CALL: u8 = 0x85;
        const EXIT: u8 = 0x95;
        const PSEUDO_MAP_FD: u8 = 1;
        const PSEUDO_KFUNC_CALL: u8 = 2;
        let code = [
            // The context, a word, is what the caller reads.
            instruction(MOV64_REG, 6, 1, 0, 0),
            instruction(LOAD_IMM64, 1, PSEUDO_MAP_FD, 0, map.as_raw_fd()),
            0,
            instruction(CALL, 0, PSEUDO_KFUNC_CALL, 0, function),
            instruction(STORE_U64, 6, 0, 0, 0),
            instruction(MOV64_IMM, 0, 0, 0, 0),
            instruction(EXIT, 0, 0, 0, 0),
        ];
        program::load(&Kind::Syscall, &code, *b"mapgen_count\0\0\0\0").map(Self)
    }

    /// Runs it.
    fn count(&self) -> Result<usize, Errno> {
        let mut count = u64::MAX;
        program::run(self.0.as_fd(), &mut count)?;
        // A sum over CPUs while entries come on one and go on another may be off by those,
        // even below 0.
        let count = (count as i64).max(0);
        usize::try_from(count).map_err(|_| libc::EOVERFLOW)
    }
}

/// The id of the function in the kernel's BTF, `None` where there is none.
fn sum_elem_count() -> Option<i32> {
    // It cannot change while the kernel runs, nor can a kernel without BTF get one. That the
    // file could not be read is not remembered: /sys may be mounted later.
    static ID: OnceLock<Option<i32>> = OnceLock::new();
    if let Some(id) = ID.get() {
        return *id;
    }
    let bytes = std::fs::read("/sys/kernel/btf/vmlinux").ok()?;
    let id = Btf::parse(&bytes).ok();
    let id = id.and_then(|btf| btf.function("bpf_map_sum_elem_count"));
    *ID.get_or_init(|| i32::try_from(id?).ok())
}

#[cfg(test)]
mod tests {
    use super::is_counted;
    use crate::info::MapInfo;
    use crate::sys::RawMapInfo;

    #[test]
    fn a_hash_whose_entries_are_on_a_device_is_not_counted() {
        let hash = |ifindex| {
            MapInfo::from(RawMapInfo {
                kind: 1,
                ifindex,
                ..RawMapInfo::default()
            })
        };
        assert!(is_counted(&hash(0)));
        assert!(!is_counted(&hash(7)));
    }
}
