//! Longest-prefix-match tries: kernel/bpf/lpm_trie.c.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::sys::{self, EXIST, NOEXIST};
use crate::testing::store::{Batches, By, Plan, Store};

/// Prefixes, in the order in which the kernel walks them.
pub(super) struct Trie {
    plan: Plan,
    /// How many bits a prefix has at most.
    most: u32,
    entries: BTreeMap<Prefix, Entry>,
}

struct Entry {
    /// As it was given, with the bits behind the prefix.
    key: Vec<u8>,
    value: Vec<u8>,
}

/// A prefix; the bits behind it are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Prefix {
    len: u32,
    bits: Vec<u8>,
}

impl Prefix {
    fn new(data: &[u8], len: u32) -> Self {
        let mut bits = data.to_vec();
        for (index, byte) in bits.iter_mut().enumerate() {
            let kept = len.saturating_sub(8 * index as u32).min(8);
            *byte &= !(0xff_u32 >> kept) as u8;
        }
        Self { len, bits }
    }

    fn bit(&self, index: u32) -> bool {
        self.bits[index as usize / 8] & (0x80 >> (index % 8)) != 0
    }
}

impl Ord for Prefix {
    /// `trie_get_next_key` walks children before their parent, 0 before 1: the most
    /// specific prefix first.
    fn cmp(&self, other: &Self) -> Ordering {
        let common = self.len.min(other.len);
        let differs = (0..common).find(|&index| self.bit(index) != other.bit(index));
        match differs {
            Some(index) => self.bit(index).cmp(&other.bit(index)),
            None => other.len.cmp(&self.len),
        }
    }
}

impl PartialOrd for Prefix {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Trie {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            plan: *plan,
            most: (plan.shape.key_size - 4) * 8,
            entries: BTreeMap::new(),
        }
    }

    /// The prefix of a key, `None` when it is longer than the key.
    fn prefix(&self, key: &[u8]) -> Option<Prefix> {
        let (len, data) = key.split_first_chunk()?;
        let len = u32::from_ne_bytes(*len);
        (len <= self.most).then(|| Prefix::new(data, len))
    }
}

impl Store for Trie {
    fn batches(&self) -> Batches {
        Batches::NoTaking
    }

    /// The longest prefix of the key that is there.
    fn lookup(&mut self, key: &[u8], _asked: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let prefix = self.prefix(key).ok_or(libc::ENOENT)?;
        (0..=prefix.len)
            .rev()
            .find_map(|len| self.entries.get(&Prefix::new(&prefix.bits, len)))
            .map(|entry| entry.value.clone())
            .ok_or(libc::ENOENT)
    }

    fn update(&mut self, key: &[u8], value: &[u8], flags: u64, _by: By) -> sys::Result<()> {
        if flags > EXIST {
            return Err(libc::EINVAL);
        }
        let prefix = self.prefix(key).ok_or(libc::EINVAL)?;
        let there = self.entries.contains_key(&prefix);
        if there && flags == NOEXIST {
            return Err(libc::EEXIST);
        }
        if !there && flags == EXIST {
            return Err(libc::ENOENT);
        }
        if !there && self.entries.len() == self.plan.shape.max_entries as usize {
            return Err(libc::ENOSPC);
        }
        let entry = Entry {
            key: key.to_vec(),
            value: value.to_vec(),
        };
        self.entries.insert(prefix, entry);
        Ok(())
    }

    fn delete(&mut self, key: &[u8]) -> sys::Result<()> {
        let prefix = self.prefix(key).ok_or(libc::EINVAL)?;
        self.entries.remove(&prefix).map(drop).ok_or(libc::ENOENT)
    }

    fn next_key(&mut self, key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        let last = key
            .and_then(|key| self.prefix(key))
            .filter(|prefix| self.entries.contains_key(prefix));
        let next = match last {
            Some(last) => {
                let mut from = self.entries.range(&last..);
                from.next();
                from.next()
            }
            None => self.entries.iter().next(),
        };
        next.map(|(_, entry)| entry.key.clone()).ok_or(libc::ENOENT)
    }

    fn len(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
