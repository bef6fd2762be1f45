//! Hashes, per CPU and LRU: kernel/bpf/hashtab.c.

use std::collections::BTreeMap;

use crate::map::backend::Entries;
use crate::spec::MapKind;
use crate::sys::{self, EXIST, F_LOCK, NOEXIST};
use crate::testing::store::{Batches, By, Plan, Store};

/// A hash of buckets, as the kernel's: the order of a walk, what fits into a batch, and
/// where a walk starts over follow from them.
pub(super) struct Hash {
    plan: Plan,
    /// How many buckets, less one.
    mask: u32,
    /// The buckets that are not empty.
    buckets: BTreeMap<u32, Vec<Entry>>,
    len: usize,
    /// Counts uses.
    clock: u64,
    /// Of an LRU map: when a key was used last.
    used: BTreeMap<u64, Vec<u8>>,
}

struct Entry {
    key: Vec<u8>,
    value: Vec<u8>,
    used: u64,
}

impl Hash {
    pub(super) fn new(plan: &Plan) -> Self {
        let buckets = plan.shape.max_entries.checked_next_power_of_two();
        Self {
            plan: *plan,
            mask: buckets.map_or(u32::MAX, |buckets| buckets - 1),
            buckets: BTreeMap::new(),
            len: 0,
            clock: 0,
            used: BTreeMap::new(),
        }
    }

    fn is_lru(&self) -> bool {
        matches!(
            self.plan.shape.kind,
            MapKind::LruHash | MapKind::LruPerCpuHash
        )
    }

    fn bucket(&self, key: &[u8]) -> u32 {
        (mixed(key, self.plan.seed) as u32) & self.mask
    }

    /// The bucket of a key, and its place there.
    fn find(&self, key: &[u8]) -> (u32, Option<usize>) {
        let bucket = self.bucket(key);
        let place = self
            .buckets
            .get(&bucket)
            .and_then(|entries| entries.iter().position(|entry| entry.key == key));
        (bucket, place)
    }

    fn entry(&mut self, bucket: u32, place: usize) -> Option<&mut Entry> {
        self.buckets.get_mut(&bucket)?.get_mut(place)
    }

    fn remove(&mut self, bucket: u32, place: usize) -> Option<Entry> {
        let entries = self.buckets.get_mut(&bucket)?;
        let entry = entries.remove(place);
        if entries.is_empty() {
            self.buckets.remove(&bucket);
        }
        self.used.remove(&entry.used);
        self.len -= 1;
        Some(entry)
    }

    /// Counts a use of an LRU map's entry.
    fn touch(&mut self, bucket: u32, place: usize) {
        if !self.is_lru() {
            return;
        }
        self.clock += 1;
        let now = self.clock;
        if let Some(entry) = self.entry(bucket, place) {
            let before = std::mem::replace(&mut entry.used, now);
            let key = entry.key.clone();
            self.used.remove(&before);
            self.used.insert(now, key);
        }
    }

    /// Makes room for one entry.
    fn make_room(&mut self) -> sys::Result<()> {
        if self.len < self.plan.shape.max_entries as usize {
            return Ok(());
        }
        if !self.is_lru() {
            return Err(libc::E2BIG);
        }
        if self.plan.overflow {
            return Err(libc::ENOMEM);
        }
        let oldest = self.used.values().next().cloned().unwrap_or_default();
        match self.find(&oldest) {
            (bucket, Some(place)) => self.remove(bucket, place).map(drop).ok_or(libc::ENOMEM),
            _ => Err(libc::ENOMEM),
        }
    }

    /// What a value becomes that did not exist: `pcpu_init_value` leaves the other CPUs
    /// of a program zero.
    fn initial(&self, value: &[u8], by: By) -> Vec<u8> {
        match by {
            By::Program(cpu) if self.plan.is_per_cpu() => {
                let mut slots = vec![0; self.plan.copied()];
                write_slot(&mut slots, value, cpu, self.plan.stride());
                slots
            }
            _ => value.to_vec(),
        }
    }
}

/// Writes the value of one CPU.
pub(super) fn write_slot(slots: &mut [u8], value: &[u8], cpu: usize, stride: usize) {
    let start = cpu * stride;
    slots[start..start + value.len()].copy_from_slice(value);
}

impl Store for Hash {
    fn batches(&self) -> Batches {
        Batches::All
    }

    fn lookup(&mut self, key: &[u8], _asked: &[u8], by: By) -> sys::Result<Vec<u8>> {
        let (bucket, Some(place)) = self.find(key) else {
            return Err(libc::ENOENT);
        };
        // `htab_lru_map_lookup_elem_sys`: reading by system call is no use.
        if by != By::User {
            self.touch(bucket, place);
        }
        let entry = self.entry(bucket, place).ok_or(libc::ENOENT)?;
        Ok(entry.value.clone())
    }

    fn update(&mut self, key: &[u8], value: &[u8], flags: u64, by: By) -> sys::Result<()> {
        // Only `htab_map_update_elem` takes the flag that locks.
        let ignored = if self.plan.shape.kind == MapKind::Hash {
            F_LOCK
        } else {
            0
        };
        if flags & !ignored > EXIST {
            return Err(libc::EINVAL);
        }
        let (bucket, place) = self.find(key);
        match (place, flags & !F_LOCK) {
            (Some(_), NOEXIST) => return Err(libc::EEXIST),
            (None, EXIST) => return Err(libc::ENOENT),
            _ => {}
        }
        let Some(place) = place else {
            self.make_room()?;
            let value = self.initial(value, by);
            self.clock += 1;
            let entry = Entry {
                key: key.to_vec(),
                value,
                used: self.clock,
            };
            if self.is_lru() {
                self.used.insert(self.clock, key.to_vec());
            }
            self.buckets.entry(bucket).or_default().push(entry);
            self.len += 1;
            return Ok(());
        };
        let (per_cpu, stride) = (self.plan.is_per_cpu(), self.plan.stride());
        if let Some(entry) = self.entry(bucket, place) {
            match by {
                By::Program(cpu) if per_cpu => write_slot(&mut entry.value, value, cpu, stride),
                _ => entry.value.copy_from_slice(value),
            }
        }
        self.touch(bucket, place);
        Ok(())
    }

    fn delete(&mut self, key: &[u8]) -> sys::Result<()> {
        match self.find(key) {
            (bucket, Some(place)) => self.remove(bucket, place).map(drop).ok_or(libc::ENOENT),
            _ => Err(libc::ENOENT),
        }
    }

    /// `htab_map_get_next_key`: after a key that is gone the first one follows.
    fn next_key(&mut self, key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        let mut from = 0;
        if let Some(key) = key {
            if let (bucket, Some(place)) = self.find(key) {
                let entries = self.buckets.get(&bucket).ok_or(libc::ENOENT)?;
                if let Some(next) = entries.get(place + 1) {
                    return Ok(next.key.clone());
                }
                from = bucket.checked_add(1).ok_or(libc::ENOENT)?;
            }
        }
        let next = self.buckets.range(from..).next();
        let first = next.and_then(|(_, entries)| entries.first());
        first.map(|entry| entry.key.clone()).ok_or(libc::ENOENT)
    }

    fn take(&mut self, key: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let (bucket, Some(place)) = self.find(key) else {
            return Err(libc::ENOENT);
        };
        let entry = self.remove(bucket, place).ok_or(libc::ENOENT)?;
        Ok(entry.value)
    }

    /// The number of a bucket.
    fn cursor_size(&self, _key_size: usize) -> usize {
        4
    }

    /// `__htab_map_lookup_and_delete_batch`: whole buckets. Where the first one does not
    /// fit, `ENOSPC` and nothing; at the end `ENOENT`, and what was read counts.
    fn lookup_batch(&mut self, cursor: Option<&[u8]>, room: usize, take: bool) -> Entries {
        let start = cursor
            .and_then(|cursor| cursor.try_into().ok())
            .map_or(0, u32::from_ne_bytes);
        let mut found = Entries {
            result: Err(libc::ENOENT),
            keys: Vec::new(),
            values: Vec::new(),
            count: 0,
            cursor: Vec::new(),
        };
        if start > self.mask {
            return found;
        }
        let mut end = self.mask.wrapping_add(1);
        let mut taken = Vec::new();
        for (&bucket, entries) in self.buckets.range(start..) {
            if entries.len() > room - found.count as usize {
                found.result = if found.count == 0 {
                    Err(libc::ENOSPC)
                } else {
                    Ok(())
                };
                end = bucket;
                break;
            }
            for entry in entries {
                found.keys.extend_from_slice(&entry.key);
                found.values.extend_from_slice(&entry.value);
                found.count += 1;
            }
            taken.push(bucket);
        }
        if take {
            for bucket in taken {
                for entry in self.buckets.remove(&bucket).unwrap_or_default() {
                    self.used.remove(&entry.used);
                    self.len -= 1;
                }
            }
        }
        found.cursor = end.to_ne_bytes().to_vec();
        found
    }

    fn len(&self) -> Option<usize> {
        Some(self.len)
    }
}

/// A hash of some bytes: FNV-1a, then the finaliser of MurmurHash3, since the low bits
/// choose the bucket.
pub(super) fn mixed(bytes: &[u8], seed: u64) -> u64 {
    // The seed is spread first: next to the first byte, one would undo the other.
    let mut hash = finalised(seed ^ 0xcbf2_9ce4_8422_2325);
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    finalised(hash)
}

fn finalised(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
