//! What a simulated map holds, by kind.
//!
//! A [`Store`] has one method for each command, with the results that the kernel's
//! `map_ops` of the kind give; who may call, faults and counters are not its concern.

use std::sync::Arc;

use crate::gate::shape::Shape;
use crate::map::backend::Entries;
use crate::mapping::Memory;
use crate::spec::MapKind;
use crate::sys::{self, ENOTSUPP};
use crate::testing::array::Array;
use crate::testing::bloom::Bloom;
use crate::testing::hash::Hash;
use crate::testing::queue::Queue;
use crate::testing::trie::Trie;

/// Who calls: what a per-CPU map copies, and what counts as use, depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A system call.
    User,
    /// A program on the CPU that has this slot.
    Program(usize),
}

/// Which batch commands a kind of map has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Batches {
    None,
    /// Look-ups and updates: arrays, whose elements stay.
    NoDeletion,
    /// All but look-up with deletion: tries.
    NoTaking,
    All,
}

/// The entries of a map.
pub(super) trait Store: Send {
    fn batches(&self) -> Batches;

    /// The value; `asked` where the kind asks by value.
    fn lookup(&mut self, key: &[u8], asked: &[u8], by: By) -> sys::Result<Vec<u8>>;

    fn update(&mut self, key: &[u8], value: &[u8], flags: u64, by: By) -> sys::Result<()>;

    fn delete(&mut self, key: &[u8]) -> sys::Result<()>;

    fn next_key(&mut self, key: Option<&[u8]>) -> sys::Result<Vec<u8>>;

    fn take(&mut self, _key: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        Err(ENOTSUPP)
    }

    /// How many bytes the cursor of a batch has.
    fn cursor_size(&self, key_size: usize) -> usize {
        key_size
    }

    /// Look-ups key by key: `generic_map_lookup_batch` in kernel/bpf/syscall.c.
    fn lookup_batch(&mut self, cursor: Option<&[u8]>, room: usize, _take: bool) -> Entries {
        let mut found = Entries {
            result: Ok(()),
            keys: Vec::new(),
            values: Vec::new(),
            count: 0,
            cursor: Vec::new(),
        };
        let mut last = cursor.map(<[u8]>::to_vec);
        while (found.count as usize) < room {
            let next = self.next_key(last.as_deref());
            let entry = next.and_then(|key| {
                let value = self.lookup(&key, &[], By::User)?;
                Ok((key, value))
            });
            match entry {
                Ok((key, value)) => {
                    found.keys.extend_from_slice(&key);
                    found.values.extend_from_slice(&value);
                    found.count += 1;
                    last = Some(key);
                }
                Err(errno) => {
                    found.result = Err(errno);
                    break;
                }
            }
        }
        if found.count > 0 {
            found.cursor = last.unwrap_or_default();
        }
        found
    }

    /// The memory that user space may map.
    fn memory(&self) -> Option<Arc<Memory>> {
        None
    }

    /// How many entries there are, where the kind counts them.
    fn len(&self) -> Option<usize>;
}

/// What a store is made from.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) shape: Shape,
    /// How many slots a per-CPU value has.
    pub(super) cpus: usize,
    /// Makes the order of hashes, and the false positives of filters.
    pub(super) seed: u64,
    /// Whether an LRU map fails when it is full, rather than evict.
    pub(super) overflow: bool,
}

impl Plan {
    pub(super) fn is_per_cpu(&self) -> bool {
        matches!(
            self.shape.kind,
            MapKind::PerCpuHash | MapKind::LruPerCpuHash | MapKind::PerCpuArray
        )
    }

    /// The distance of two slots of a per-CPU value.
    pub(super) fn stride(&self) -> usize {
        (self.shape.value_size as usize).next_multiple_of(8)
    }

    /// How many bytes the kernel copies for a value: `bpf_map_value_size`.
    pub(super) fn copied(&self) -> usize {
        if self.is_per_cpu() {
            self.stride() * self.cpus
        } else {
            self.shape.value_size as usize
        }
    }
}

/// An empty store; the error is what `map_create` answers.
pub(super) fn new(plan: &Plan) -> sys::Result<Box<dyn Store>> {
    let Shape {
        kind,
        key_size,
        value_size,
        max_entries,
        map_flags,
        map_extra,
    } = plan.shape;
    // `bpf_get_file_flag`, `bpf_map_flags_access_ok`.
    let both = |one, other| map_flags & one != 0 && map_flags & other != 0;
    if both(sys::F_RDONLY, sys::F_WRONLY)
        || (flags::taken(kind) & flags::ACCESS != 0 && both(sys::F_RDONLY_PROG, sys::F_WRONLY_PROG))
        || map_flags & !flags::taken(kind) != 0
    {
        return Err(libc::EINVAL);
    }
    if map_extra != 0 && kind != MapKind::BloomFilter {
        return Err(libc::EINVAL);
    }
    let no_prealloc = map_flags & sys::F_NO_PREALLOC != 0;
    let sized = max_entries > 0 && value_size > 0;
    Ok(match kind {
        MapKind::Hash | MapKind::PerCpuHash if sized && key_size > 0 => Box::new(Hash::new(plan)),
        MapKind::LruHash | MapKind::LruPerCpuHash if no_prealloc => return Err(ENOTSUPP),
        MapKind::LruHash | MapKind::LruPerCpuHash if sized && key_size > 0 => {
            Box::new(Hash::new(plan))
        }
        MapKind::Array | MapKind::PerCpuArray if sized && key_size == 4 && !no_prealloc => {
            Box::new(Array::new(plan)?)
        }
        // A prefix length and 1 to 256 bytes; `trie_alloc`.
        MapKind::LpmTrie if sized && (5..=260).contains(&key_size) && no_prealloc => {
            Box::new(Trie::new(plan))
        }
        MapKind::Queue | MapKind::Stack if sized && key_size == 0 && !no_prealloc => {
            Box::new(Queue::new(plan))
        }
        // The number of hashes in the low bits; `bloom_map_alloc`.
        MapKind::BloomFilter if sized && key_size == 0 && map_extra <= 15 && !no_prealloc => {
            Box::new(Bloom::new(plan)?)
        }
        MapKind::Hash
        | MapKind::PerCpuHash
        | MapKind::LruHash
        | MapKind::LruPerCpuHash
        | MapKind::Array
        | MapKind::PerCpuArray
        | MapKind::LpmTrie
        | MapKind::Queue
        | MapKind::Stack
        | MapKind::BloomFilter => return Err(libc::EINVAL),
        // Ring buffers, whose commands are none, and what is not simulated.
        _ => Box::new(Nothing),
    })
}

/// Which flags a kind of map takes: the `*_CREATE_FLAG_MASK` of its file in kernel/bpf.
mod flags {
    use crate::spec::MapKind;
    use crate::sys::{F_MMAPABLE, F_NO_PREALLOC, F_RDONLY, F_RDONLY_PROG, F_WRONLY, F_WRONLY_PROG};

    pub(super) const ACCESS: u32 = F_RDONLY | F_WRONLY | F_RDONLY_PROG | F_WRONLY_PROG;
    const NO_COMMON_LRU: u32 = 1 << 1;
    const NUMA_NODE: u32 = 1 << 2;
    const ZERO_SEED: u32 = 1 << 6;
    const INNER_MAP: u32 = 1 << 12;

    pub(super) fn taken(kind: MapKind) -> u32 {
        match kind {
            MapKind::Hash => ACCESS | NUMA_NODE | ZERO_SEED | F_NO_PREALLOC,
            MapKind::PerCpuHash => ACCESS | ZERO_SEED | F_NO_PREALLOC,
            MapKind::LruHash => ACCESS | NUMA_NODE | ZERO_SEED | F_NO_PREALLOC | NO_COMMON_LRU,
            MapKind::LruPerCpuHash => ACCESS | ZERO_SEED | F_NO_PREALLOC | NO_COMMON_LRU,
            MapKind::Array => ACCESS | NUMA_NODE | F_MMAPABLE | INNER_MAP,
            MapKind::PerCpuArray => ACCESS,
            MapKind::LpmTrie => ACCESS | NUMA_NODE | F_NO_PREALLOC,
            MapKind::Queue | MapKind::Stack => ACCESS | NUMA_NODE,
            MapKind::BloomFilter => ACCESS | NUMA_NODE | ZERO_SEED,
            MapKind::RingBuf => NUMA_NODE,
            // What is not simulated is not judged.
            _ => u32::MAX,
        }
    }
}

/// A map without commands.
struct Nothing;

impl Store for Nothing {
    fn batches(&self) -> Batches {
        Batches::None
    }

    fn lookup(&mut self, _key: &[u8], _asked: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        Err(ENOTSUPP)
    }

    fn update(&mut self, _key: &[u8], _value: &[u8], _flags: u64, _by: By) -> sys::Result<()> {
        Err(ENOTSUPP)
    }

    fn delete(&mut self, _key: &[u8]) -> sys::Result<()> {
        Err(ENOTSUPP)
    }

    fn next_key(&mut self, _key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        Err(ENOTSUPP)
    }

    fn len(&self) -> Option<usize> {
        None
    }
}
