//! Bloom filters: kernel/bpf/bloom_filter.c.

use crate::sys::{self, ANY};
use crate::testing::hash::mixed;
use crate::testing::store::{Batches, By, Plan, Store};

/// Bits, as many as the kernel's, but chosen by another hash: which values are falsely
/// said to be there differs, how many does not.
pub(super) struct Bloom {
    bits: Vec<u64>,
    /// How many bits, less one.
    mask: u64,
    hashes: u64,
    seed: u64,
}

impl Bloom {
    pub(super) fn new(plan: &Plan) -> sys::Result<Self> {
        // 5 unless `map_extra` says how many (`bloom_map_alloc`).
        let hashes = match plan.shape.map_extra {
            0 => 5,
            hashes => hashes & 15,
        };
        // `max_entries * hashes / ln(2)`, rounded up to a power of 2.
        let bits = u64::from(plan.shape.max_entries) * hashes / 5 * 7;
        let bits = bits.max(64).next_power_of_two();
        if bits > 1 << 32 {
            return Err(libc::ENOMEM);
        }
        Ok(Self {
            bits: vec![0; (bits / 64) as usize],
            mask: bits - 1,
            hashes,
            seed: plan.seed,
        })
    }

    /// The bits of a value: the word and the bit in it.
    fn places(&self, value: &[u8]) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (seed, mask) = (self.seed, self.mask);
        let value = value.to_vec();
        (0..self.hashes).map(move |number| {
            let bit = mixed(&value, seed.wrapping_add(number)) & mask;
            ((bit / 64) as usize, 1 << (bit % 64))
        })
    }
}

impl Store for Bloom {
    fn batches(&self) -> Batches {
        Batches::None
    }

    fn lookup(&mut self, _key: &[u8], asked: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let there = self
            .places(asked)
            .all(|(word, bit)| self.bits[word] & bit != 0);
        there.then(|| asked.to_vec()).ok_or(libc::ENOENT)
    }

    fn update(&mut self, _key: &[u8], value: &[u8], flags: u64, _by: By) -> sys::Result<()> {
        if flags != ANY {
            return Err(libc::EINVAL);
        }
        for (word, bit) in self.places(value) {
            self.bits[word] |= bit;
        }
        Ok(())
    }

    fn delete(&mut self, _key: &[u8]) -> sys::Result<()> {
        Err(libc::EOPNOTSUPP)
    }

    fn next_key(&mut self, _key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        Err(libc::EOPNOTSUPP)
    }

    fn len(&self) -> Option<usize> {
        None
    }
}
