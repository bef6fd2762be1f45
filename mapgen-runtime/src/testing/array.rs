//! Arrays, plain and per CPU: kernel/bpf/arraymap.c.

use std::sync::Arc;

use crate::mapping::{Mapping, Memory, page_size};
use crate::spec::MapKind;
use crate::sys::{self, EXIST, F_LOCK, NOEXIST};
use crate::testing::store::{Batches, By, Plan, Store};

/// Elements that are always there, in memory that can be mapped.
pub(super) struct Array {
    plan: Plan,
    memory: Arc<Memory>,
    elements: Mapping,
    /// The distance of two elements.
    stride: usize,
}

/// More than this is not simulated.
const MOST: usize = 1 << 30;

impl Array {
    pub(super) fn new(plan: &Plan) -> sys::Result<Self> {
        let slots = if plan.is_per_cpu() { plan.cpus } else { 1 };
        let stride = plan.stride().saturating_mul(slots);
        let size = stride
            .checked_mul(plan.shape.max_entries as usize)
            .filter(|&size| size <= MOST)
            .ok_or(libc::ENOMEM)?;
        // Whole pages, as they are mapped (`array_map_mmap`).
        let size = size.next_multiple_of(page_size());
        let memory = Memory::new(size);
        Ok(Self {
            plan: *plan,
            elements: memory.mapping(0, size, true)?,
            memory,
            stride,
        })
    }

    /// Where an element is.
    fn offset(&self, key: &[u8]) -> Option<usize> {
        let index = u32::from_ne_bytes(key.try_into().ok()?);
        (index < self.plan.shape.max_entries).then_some(index as usize * self.stride)
    }
}

impl Store for Array {
    fn batches(&self) -> Batches {
        Batches::NoDeletion
    }

    fn lookup(&mut self, key: &[u8], _asked: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let offset = self.offset(key).ok_or(libc::ENOENT)?;
        let mut value = vec![0; self.plan.copied()];
        self.elements.load_bytes(offset, &mut value);
        Ok(value)
    }

    fn update(&mut self, key: &[u8], value: &[u8], flags: u64, by: By) -> sys::Result<()> {
        // Only `array_map_update_elem` takes the flag that locks.
        let ignored = if self.plan.shape.kind == MapKind::Array {
            F_LOCK
        } else {
            0
        };
        if flags & !ignored > EXIST {
            return Err(libc::EINVAL);
        }
        let mut offset = self.offset(key).ok_or(libc::E2BIG)?;
        if flags & NOEXIST != 0 {
            return Err(libc::EEXIST);
        }
        if let (By::Program(cpu), true) = (by, self.plan.is_per_cpu()) {
            offset += cpu * self.plan.stride();
        }
        self.elements.store_bytes(offset, value);
        Ok(())
    }

    fn delete(&mut self, _key: &[u8]) -> sys::Result<()> {
        Err(libc::EINVAL)
    }

    /// `array_map_get_next_key`: after what is no index the first one follows.
    fn next_key(&mut self, key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        let last = key
            .and_then(|key| key.try_into().ok())
            .map_or(u32::MAX, u32::from_ne_bytes);
        let next = if last >= self.plan.shape.max_entries {
            0
        } else if last == self.plan.shape.max_entries - 1 {
            return Err(libc::ENOENT);
        } else {
            last + 1
        };
        Ok(next.to_ne_bytes().to_vec())
    }

    fn memory(&self) -> Option<Arc<Memory>> {
        let mmapable = self.plan.shape.map_flags & sys::F_MMAPABLE != 0;
        mmapable.then(|| Arc::clone(&self.memory))
    }

    fn len(&self) -> Option<usize> {
        None
    }
}
