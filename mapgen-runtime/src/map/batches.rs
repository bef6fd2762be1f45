//! Every entry of a map, a batch at a time.
//!
//! With `BPF_MAP_LOOKUP_BATCH` where the kernel has it for the kind of map, else key by
//! key. The rules that the batch commands do not state and that are easy to get wrong:
//!
//! - The end is `ENOENT`, and nothing else is. That call may still have filled a last
//!   batch, so its count holds.
//! - `ENOSPC` means that the entries of one bucket did not fit: the same cursor again,
//!   with more room. Nothing was lost.
//! - The cursor is not a key: for hashes it is the number of a bucket, 4 bytes, whatever
//!   the key size; for arrays and tries it is a key. It has its own memory.
//!
//! An entry that is present from the first call to the last is therefore seen at any
//! batch size: a hash is walked bucket by bucket, each under its lock, and an entry never
//! changes its bucket.

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::block::{Block, buffer};
use crate::spec::MapKind;
use crate::sys::{self, Batch, ENOTSUPP, Errno};

/// What a batch of default size takes in memory, in bytes, keys and values together.
const DEFAULT_BYTES: usize = 512 * 1024;
/// And how many entries at most.
const DEFAULT_ENTRIES: usize = 65_536;

/// Whether entries stay or go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Entries are read.
    Read,
    /// Entries are read and deleted.
    Take,
}

/// A walk over the entries of a map. After each [`advance`](Self::advance) the entries
/// `0..count` of the batch can be read.
#[derive(Debug)]
pub(crate) struct Batches {
    /// `None` between two batches of a walk that keeps nothing open meanwhile.
    map: Option<Map>,
    mode: Mode,
    op: &'static str,
    key_size: usize,
    /// What the kernel copies for one value.
    value_size: usize,
    /// How many entries the buffers hold.
    room: usize,
    keys: Vec<Block>,
    values: Vec<Block>,
    position: Position,
    /// How many steps may still follow.
    steps_left: u64,
}

#[derive(Debug)]
enum Position {
    /// Before the first batch.
    Start { cursors: Cursors },
    /// Between two batches.
    Batch { cursors: Cursors },
    /// Key by key.
    Keys(Keys),
    /// After the last.
    End,
}

/// Where the last batch ended, and where the next one will.
#[derive(Debug)]
struct Cursors {
    last: Vec<Block>,
    next: Vec<Block>,
}

/// The walk key by key.
#[derive(Debug)]
struct Keys {
    /// The key of the entry that was handed out last.
    last: Vec<Block>,
    has_last: bool,
    /// The key after it, asked for before the last entry was handed out: whoever gets
    /// that entry may delete it, and the kernel starts over after a key that is gone.
    next: Vec<Block>,
    has_next: bool,
}

impl Keys {
    fn new(key_size: usize) -> Self {
        Self {
            last: buffer(key_size),
            has_last: false,
            next: buffer(key_size),
            has_next: false,
        }
    }
}

impl Batches {
    /// A walk with room for `room` entries at first, or a default.
    ///
    /// `value_size` is what the kernel copies for one value of this map.
    pub(crate) fn new(
        map: &Map,
        value_size: usize,
        mode: Mode,
        op: &'static str,
        room: Option<usize>,
    ) -> Self {
        let key_size = map.info().key_size() as usize;
        let capacity = map.capacity() as usize;
        // No batch has more entries than the map, whatever the caller asks for.
        let room = room
            .unwrap_or_else(|| {
                (DEFAULT_BYTES / (key_size + value_size).max(1)).clamp(64, DEFAULT_ENTRIES)
            })
            .clamp(1, capacity.max(1));
        let cursor_size = key_size.max(8);
        // Before 6.13 the generic walk in batches stands still before three empty slots.
        let position = if has_empty_slots(map.info().kind()) {
            Position::Keys(Keys::new(key_size))
        } else {
            Position::Start {
                cursors: Cursors {
                    last: buffer(cursor_size),
                    next: buffer(cursor_size),
                },
            }
        };
        Self {
            map: Some(map.clone()),
            mode,
            op,
            key_size,
            value_size,
            room,
            keys: buffer(key_size.saturating_mul(room)),
            values: buffer(value_size.saturating_mul(room)),
            position,
            steps_left: patience(map.capacity()),
        }
    }

    /// Fetches the next batch: how many entries it has, at least one; `None` at the end.
    ///
    /// After an error the walk is over.
    pub(crate) fn advance(&mut self) -> Option<Result<usize>> {
        let result = self.step();
        if !matches!(result, Ok(Some(_))) {
            self.position = Position::End;
        }
        result.transpose()
    }

    /// The address of the key of entry `index` of the batch.
    pub(crate) fn key(&self, index: usize) -> *const u8 {
        assert!(
            index < self.room,
            "entry {index} of a batch of {}",
            self.room
        );
        // SAFETY: within the buffer, which has room for `room` keys.
        unsafe { self.keys.as_ptr().cast::<u8>().add(index * self.key_size) }
    }

    /// The address of the value of entry `index` of the batch.
    pub(crate) fn value(&self, index: usize) -> *const u8 {
        assert!(
            index < self.room,
            "entry {index} of a batch of {}",
            self.room
        );
        // SAFETY: within the buffer, which has room for `room` values.
        unsafe {
            self.values
                .as_ptr()
                .cast::<u8>()
                .add(index * self.value_size)
        }
    }

    /// The map.
    pub(crate) fn map(&self) -> &Map {
        live(&self.map)
    }

    /// Lets the map go, or takes another descriptor of the same map, to go on.
    pub(crate) fn set_map(&mut self, map: Option<Map>) {
        self.map = map;
    }

    /// How many bytes a key has.
    pub(crate) fn key_size(&self) -> usize {
        self.key_size
    }

    /// How many bytes the kernel copies for a value.
    pub(crate) fn value_size(&self) -> usize {
        self.value_size
    }

    fn step(&mut self) -> Result<Option<usize>> {
        loop {
            let (cursors, first) = match &mut self.position {
                Position::End => return Ok(None),
                Position::Keys(_) => return self.next_by_key(),
                Position::Start { cursors } => (cursors, true),
                Position::Batch { cursors } => (cursors, false),
            };
            let memory = Batch {
                in_batch: if first {
                    std::ptr::null()
                } else {
                    cursors.last.as_ptr().cast()
                },
                out_batch: cursors.next.as_mut_ptr().cast(),
                keys: self.keys.as_mut_ptr().cast(),
                values: self.values.as_mut_ptr().cast(),
                count: u32::try_from(self.room).unwrap_or(u32::MAX),
                element_flags: live(&self.map).lock_flag(),
            };
            // SAFETY: the buffers hold `room` keys and values of the sizes that the kernel
            // copies, and a cursor has the key size and at least 8 bytes.
            let (result, count) = unsafe {
                match self.mode {
                    Mode::Read => live(&self.map).lookup_batch(&memory),
                    Mode::Take => live(&self.map).lookup_and_delete_batch(&memory),
                }
            };
            let count = count as usize;
            match result {
                Ok(()) => {
                    self.commit();
                    self.spend(1 + count as u64)?;
                }
                Err(libc::ENOENT) => self.position = Position::End,
                Err(libc::ENOSPC) => {
                    self.grow()?;
                    continue;
                }
                // A kernel without the command, or without it for this kind of map.
                Err(libc::EINVAL | libc::EOPNOTSUPP | ENOTSUPP) if first => {
                    self.position = Position::Keys(Keys::new(self.key_size));
                    continue;
                }
                // Before 6.13 the generic walk gives up after three entries that vanished
                // under it; what it had read is there, and the cursor with it.
                Err(libc::EINTR | libc::EAGAIN) => {
                    if count > 0 {
                        self.commit();
                    }
                    self.spend(1 + count as u64)?;
                }
                Err(errno) => return Err(self.refused(errno)),
            }
            if count > 0 {
                return Ok(Some(count));
            }
        }
    }

    /// Takes the cursor that the kernel wrote as the place to go on from.
    fn commit(&mut self) {
        self.position = match std::mem::replace(&mut self.position, Position::End) {
            Position::Start { mut cursors } | Position::Batch { mut cursors } => {
                std::mem::swap(&mut cursors.last, &mut cursors.next);
                Position::Batch { cursors }
            }
            other => other,
        };
    }

    /// Doubles the room: a bucket has more entries than fit.
    fn grow(&mut self) -> Result<()> {
        // No bucket has more entries than the map; a per-CPU spare each may be in flight.
        if self.room > 2 * live(&self.map).capacity() as usize + 65_536 {
            return Err(self.interrupted());
        }
        self.room *= 2;
        self.keys = buffer(self.key_size.saturating_mul(self.room));
        self.values = buffer(self.value_size.saturating_mul(self.room));
        Ok(())
    }

    /// Counts towards the end of patience.
    fn spend(&mut self, steps: u64) -> Result<()> {
        self.steps_left = self
            .steps_left
            .checked_sub(steps)
            .ok_or_else(|| self.interrupted())?;
        Ok(())
    }

    /// The next entry, alone in its batch.
    fn next_by_key(&mut self) -> Result<Option<usize>> {
        let Position::Keys(mut keys) = std::mem::replace(&mut self.position, Position::End) else {
            return Ok(None);
        };
        loop {
            self.spend(1)?;
            if !keys.has_next {
                let last = keys.has_last.then_some(&*keys.last);
                if !self.key_after(last, &mut keys.next)? {
                    return Ok(None);
                }
            }
            keys.has_next = false;
            let key = keys.next.as_ptr().cast::<u8>();
            let value = self.values.as_mut_ptr().cast::<u8>();
            let flags = live(&self.map).lock_flag();
            // SAFETY: a key of this map, and room for one value as the kernel copies it.
            match unsafe { read_one(live(&self.map), key, value, self.mode, flags) } {
                Ok(()) => break,
                // The key stays though there is nothing: on to the next one.
                Err(libc::ENOENT) if has_empty_slots(live(&self.map).info().kind()) => {
                    std::mem::swap(&mut keys.last, &mut keys.next);
                    keys.has_last = true;
                }
                // It was deleted since we asked for its key: ask again after the last one.
                Err(libc::ENOENT) => {}
                Err(errno) => return Err(self.refused(errno)),
            }
        }
        // SAFETY: both have the key size; two buffers do not overlap.
        unsafe {
            let key = keys.next.as_ptr().cast::<u8>();
            std::ptr::copy_nonoverlapping(key, self.keys.as_mut_ptr().cast(), self.key_size);
        }
        // What is taken is gone: there, the first key is always the next one.
        if self.mode == Mode::Read {
            std::mem::swap(&mut keys.last, &mut keys.next);
            keys.has_last = true;
            keys.has_next = self.key_after(Some(&keys.last), &mut keys.next)?;
            if !keys.has_next {
                return Ok(Some(1));
            }
        }
        self.position = Position::Keys(keys);
        Ok(Some(1))
    }

    /// Writes the key after `key`, or the first, to `next`; `false` at the end.
    fn key_after(&self, key: Option<&[Block]>, next: &mut [Block]) -> Result<bool> {
        let key = key.map_or(std::ptr::null(), |key| key.as_ptr().cast());
        // SAFETY: null or a buffer of the key size, and another of the key size.
        match unsafe { live(&self.map).next_key(key, next.as_mut_ptr().cast()) } {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.refused(errno)),
        }
    }

    fn refused(&self, errno: Errno) -> Error {
        match self.mode {
            Mode::Read => live(&self.map).refused_read(self.op, errno),
            Mode::Take => live(&self.map).refused_write(self.op, errno),
        }
    }

    fn interrupted(&self) -> Error {
        Error::Interrupted {
            map: live(&self.map).label(),
            op: self.op,
        }
    }
}

fn live(map: &Option<Map>) -> &Map {
    map.as_ref()
        .expect("who lets the map go gives it back before the next batch")
}

/// How many steps a walk over a map of this capacity may take. Storage has none.
pub(crate) fn patience(capacity: u32) -> u64 {
    match capacity {
        0 => u64::from(u32::MAX),
        capacity => 4 * u64::from(capacity) + 4096,
    }
}

/// Whether every index is a key, that of an empty slot as well: arrays of descriptors and
/// of what the kernel makes of them. Plain arrays have no empty slots, and stack traces
/// skip theirs.
fn has_empty_slots(kind: MapKind) -> bool {
    matches!(
        kind,
        MapKind::ProgArray
            | MapKind::PerfEventArray
            | MapKind::CgroupArray
            | MapKind::ArrayOfMaps
            | MapKind::DevMap
            | MapKind::SockMap
            | MapKind::CpuMap
            | MapKind::XskMap
            | MapKind::ReusePortSockArray
    )
}

/// Reads one entry, and deletes it where it is to be taken.
///
/// # Safety
/// As for [`sys::lookup`].
pub(crate) unsafe fn read_one(
    map: &Map,
    key: *const u8,
    value: *mut u8,
    mode: Mode,
    flags: u64,
) -> sys::Result<()> {
    if mode == Mode::Take {
        // SAFETY: the caller's.
        match unsafe { map.lookup_and_delete(key, value, flags) } {
            // Before 5.14, for hashes: two calls, between which the value may change.
            Err(libc::EINVAL | libc::EOPNOTSUPP | ENOTSUPP) => {
                // SAFETY: the caller's.
                unsafe {
                    map.lookup(key, value, flags)?;
                    map.delete(key)
                }
            }
            other => other,
        }
    } else {
        // SAFETY: the caller's.
        unsafe { map.lookup(key, value, flags) }
    }
}
