//! Queues and stacks: kernel/bpf/queue_stack_maps.c.

use std::collections::VecDeque;

use crate::spec::MapKind;
use crate::sys::{self, EXIST, NOEXIST};
use crate::testing::store::{Batches, By, Plan, Store};

/// Values in the order in which they were pushed.
pub(super) struct Queue {
    plan: Plan,
    values: VecDeque<Vec<u8>>,
}

impl Queue {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            plan: *plan,
            values: VecDeque::new(),
        }
    }

    fn is_stack(&self) -> bool {
        self.plan.shape.kind == MapKind::Stack
    }
}

impl Store for Queue {
    fn batches(&self) -> Batches {
        Batches::None
    }

    /// Peeks.
    fn lookup(&mut self, _key: &[u8], _asked: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let value = if self.is_stack() {
            self.values.back()
        } else {
            self.values.front()
        };
        value.cloned().ok_or(libc::ENOENT)
    }

    /// Pushes; with `BPF_EXIST` the oldest value of a full map makes room, that of a
    /// stack too.
    fn update(&mut self, _key: &[u8], value: &[u8], flags: u64, _by: By) -> sys::Result<()> {
        if flags & NOEXIST != 0 || flags > EXIST {
            return Err(libc::EINVAL);
        }
        if self.values.len() == self.plan.shape.max_entries as usize {
            if flags != EXIST {
                return Err(libc::E2BIG);
            }
            self.values.pop_front();
        }
        self.values.push_back(value.to_vec());
        Ok(())
    }

    fn delete(&mut self, _key: &[u8]) -> sys::Result<()> {
        Err(libc::EINVAL)
    }

    fn next_key(&mut self, _key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        Err(libc::EINVAL)
    }

    /// Pops.
    fn take(&mut self, _key: &[u8], _by: By) -> sys::Result<Vec<u8>> {
        let value = if self.is_stack() {
            self.values.pop_back()
        } else {
            self.values.pop_front()
        };
        value.ok_or(libc::ENOENT)
    }

    fn len(&self) -> Option<usize> {
        Some(self.values.len())
    }
}
