//! A simulated map: what every command does before and after it reaches the entries.

use std::fmt;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::error::{Error, Result};
use crate::info::MapInfo;
use crate::map::Map;
use crate::map::backend::{Backend, Entries};
use crate::mapping::Mapping;
use crate::spec::{MapKind, MapSpec};
use crate::sys::{self, Access, ENOTSUPP, F_LOCK};
use crate::testing::fault::{self, Changes, Fault, Op, Rule};
use crate::testing::kernel::Shared;
use crate::testing::ring::Ring;
use crate::testing::store::{self, Batches, By, Plan, Store};

/// A map of a [`Kernel`](super::Kernel), as its administrator sees it: see
/// [`simulation`](super::simulation).
pub struct Simulation {
    pub(super) info: MapInfo,
    /// What it was created from.
    pub(super) spec: MapSpec,
    plan: Plan,
    cpus: &'static [u32],
    /// What handles lend as the map's descriptor: readable while a ring buffer has data.
    fd: OwnedFd,
    kernel: Weak<Shared>,
    state: Mutex<State>,
}

struct State {
    store: Box<dyn Store>,
    ring: Option<Ring>,
    rules: Vec<Rule>,
    frozen: bool,
}

impl Simulation {
    pub(super) fn new(
        spec: &MapSpec,
        info: MapInfo,
        changes: &Changes,
        kernel: &Arc<Shared>,
    ) -> sys::Result<Self> {
        let cpus = kernel.cpus;
        let plan = Plan {
            shape: (&info).into(),
            cpus: cpus.len(),
            seed: kernel.seed,
            overflow: changes.overflow,
        };
        let is_ring = spec.kind == MapKind::RingBuf;
        if is_ring && (spec.key_size, spec.value_size) != (0, 0) {
            return Err(libc::EINVAL);
        }
        // What `access` reads; the info has not what belongs to a descriptor.
        let mut asked = plan;
        asked.shape.map_flags = spec.map_flags;
        Ok(Self {
            info,
            spec: *spec,
            plan: asked,
            cpus,
            fd: event()?,
            kernel: Arc::downgrade(kernel),
            state: Mutex::new(State {
                store: store::new(&asked)?,
                ring: is_ring.then(|| Ring::new(spec.max_entries)).transpose()?,
                rules: changes.faults.iter().cloned().map(Rule::new).collect(),
                frozen: false,
            }),
        })
    }

    /// Another descriptor of the map.
    pub(super) fn descriptor(&self) -> sys::Result<OwnedFd> {
        self.fd
            .try_clone()
            .map_err(|error| error.raw_os_error().unwrap_or(libc::EMFILE))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Freezes the map (`BPF_MAP_FREEZE`): user space may not write it any more, programs
    /// may.
    pub fn freeze(&self) {
        self.state().frozen = true;
    }

    /// Makes operations fail from now on.
    pub fn inject(&self, fault: Fault) {
        self.state().rules.push(Rule::new(fault));
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.state().rules.clear();
    }

    /// How often a fault made an operation fail.
    pub fn faults_fired(&self) -> u64 {
        fault::fired(&self.state().rules)
    }

    /// How many entries there are; `None` for kinds that do not count them.
    pub fn entries(&self) -> Option<usize> {
        self.state().store.len()
    }

    /// Fails unless the map was opened for reading or for writing.
    fn permit(&self, state: &State, read: bool, write: bool) -> sys::Result<()> {
        let flags = self.plan.shape.map_flags;
        let refused = (read && flags & sys::F_WRONLY != 0)
            || (write && (state.frozen || flags & sys::F_RDONLY != 0));
        if refused { Err(libc::EPERM) } else { Ok(()) }
    }

    /// Where in the file of CPUs a CPU stands.
    pub(super) fn slot(&self, cpu: u32) -> Option<usize> {
        self.cpus.binary_search(&cpu).ok()
    }

    pub(super) fn is_per_cpu(&self) -> bool {
        self.plan.is_per_cpu()
    }

    // --- what programs do ----------------------------------------------------------------

    pub(super) fn program_lookup(
        &self,
        key: &[u8],
        asked: &[u8],
        slot: usize,
    ) -> sys::Result<Vec<u8>> {
        let value = self.state().store.lookup(key, asked, By::Program(slot))?;
        if !self.is_per_cpu() {
            return Ok(value);
        }
        let start = slot * self.plan.stride();
        Ok(value[start..start + self.plan.shape.value_size as usize].to_vec())
    }

    pub(super) fn program_update(
        &self,
        key: &[u8],
        value: &[u8],
        flags: u64,
        slot: usize,
    ) -> sys::Result<()> {
        self.state()
            .store
            .update(key, value, flags, By::Program(slot))
    }

    pub(super) fn program_delete(&self, key: &[u8]) -> sys::Result<()> {
        self.state().store.delete(key)
    }

    pub(super) fn program_take(&self, slot: usize) -> sys::Result<Vec<u8>> {
        self.state().store.take(&[], By::Program(slot))
    }

    /// `bpf_ringbuf_reserve`.
    pub(super) fn reserve(&self, len: usize) -> Option<u64> {
        let mut state = self.state();
        fault::check(&mut state.rules, Op::Reserve, &[]).ok()?;
        state.ring.as_mut()?.reserve(len)
    }

    /// `bpf_ringbuf_submit`, `bpf_ringbuf_discard`.
    pub(super) fn commit(&self, position: u64, record: &[u8], discard: bool) {
        let mut state = self.state();
        if let Some(ring) = &mut state.ring {
            ring.commit(position, record, discard);
        }
        self.settle(&state);
    }

    /// Makes the descriptor readable while there is data, as `ringbuf_map_poll_kern`.
    fn settle(&self, state: &State) {
        let Some(ring) = &state.ring else {
            return;
        };
        let mut count = 1u64;
        // SAFETY: 8 bytes that outlive the call; the descriptor does not block.
        unsafe {
            if ring.has_data() {
                libc::write(self.fd.as_raw_fd(), (&raw const count).cast(), 8);
            } else {
                libc::read(self.fd.as_raw_fd(), (&raw mut count).cast(), 8);
            }
        }
    }
}

/// A descriptor that cannot be read until something is written to it.
fn event() -> sys::Result<OwnedFd> {
    // SAFETY: it takes no pointers.
    let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
    if fd < 0 {
        let error = std::io::Error::last_os_error();
        return Err(error.raw_os_error().unwrap_or(libc::EMFILE));
    }
    // SAFETY: the descriptor is new and ours.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// What may hold a lock takes it; nothing is simulated that has one.
fn check_lock(flags: u64) -> sys::Result<()> {
    if flags & F_LOCK != 0 {
        Err(libc::EINVAL)
    } else {
        Ok(())
    }
}

/// The command handlers of kernel/bpf/syscall.c, in the order of their checks.
impl Backend for Arc<Simulation> {
    fn sizes(&self) -> (usize, usize) {
        (self.plan.shape.key_size as usize, self.plan.copied())
    }

    fn asks_by_value(&self) -> bool {
        self.plan.shape.kind == MapKind::BloomFilter
    }

    fn cursor_size(&self) -> usize {
        let (key_size, _) = self.sizes();
        self.state().store.cursor_size(key_size)
    }

    fn lookup(&self, key: &[u8], asked: &[u8], flags: u64) -> sys::Result<Vec<u8>> {
        if flags & !F_LOCK != 0 {
            return Err(libc::EINVAL);
        }
        let mut state = self.state();
        self.permit(&state, true, false)?;
        check_lock(flags)?;
        fault::check(&mut state.rules, Op::Lookup, key)?;
        state.store.lookup(key, asked, By::User)
    }

    fn lookup_and_delete(&self, key: &[u8], flags: u64) -> sys::Result<Vec<u8>> {
        if flags & !F_LOCK != 0 {
            return Err(libc::EINVAL);
        }
        let mut state = self.state();
        self.permit(&state, true, true)?;
        check_lock(flags)?;
        fault::check(&mut state.rules, Op::LookupAndDelete, key)?;
        state.store.take(key, By::User)
    }

    fn update(&self, key: &[u8], value: &[u8], flags: u64) -> sys::Result<()> {
        let mut state = self.state();
        self.permit(&state, false, true)?;
        check_lock(flags)?;
        fault::check(&mut state.rules, Op::Update, key)?;
        state.store.update(key, value, flags, By::User)
    }

    fn delete(&self, key: &[u8]) -> sys::Result<()> {
        let mut state = self.state();
        self.permit(&state, false, true)?;
        fault::check(&mut state.rules, Op::Delete, key)?;
        state.store.delete(key)
    }

    fn next_key(&self, key: Option<&[u8]>) -> sys::Result<Vec<u8>> {
        let mut state = self.state();
        self.permit(&state, true, false)?;
        fault::check(&mut state.rules, Op::NextKey, key.unwrap_or_default())?;
        state.store.next_key(key)
    }

    fn lookup_batch(&self, cursor: Option<&[u8]>, room: usize, take: bool) -> Entries {
        let mut state = self.state();
        let op = if take {
            Op::LookupAndDeleteBatch
        } else {
            Op::LookupBatch
        };
        let batches = state.store.batches();
        let checked = self.permit(&state, true, take).and_then(|()| {
            let there = match batches {
                Batches::All => true,
                Batches::NoDeletion | Batches::NoTaking => !take,
                Batches::None => false,
            };
            if !there {
                return Err(ENOTSUPP);
            }
            fault::check(&mut state.rules, op, &[])
        });
        match checked {
            Ok(()) if room > 0 => state.store.lookup_batch(cursor, room, take),
            result => Entries {
                result,
                keys: Vec::new(),
                values: Vec::new(),
                count: 0,
                cursor: Vec::new(),
            },
        }
    }

    fn update_batch(&self, keys: &[u8], values: &[u8], count: u32) -> (sys::Result<()>, u32) {
        let (key_size, value_size) = self.sizes();
        let mut state = self.state();
        let there = state.store.batches() != Batches::None;
        if let Err(errno) = self.permit(&state, false, true) {
            return (Err(errno), 0);
        }
        if !there {
            return (Err(ENOTSUPP), 0);
        }
        for (index, value) in (0..count).zip(values.chunks_exact(value_size)) {
            let key = &keys[index as usize * key_size..][..key_size];
            let written = fault::check(&mut state.rules, Op::Update, key)
                .and_then(|()| state.store.update(key, value, sys::ANY, By::User));
            if written.is_err() {
                return (written, index);
            }
        }
        (Ok(()), count)
    }

    fn delete_batch(&self, keys: &[u8], count: u32) -> (sys::Result<()>, u32) {
        let mut state = self.state();
        let batches = state.store.batches();
        if let Err(errno) = self.permit(&state, false, true) {
            return (Err(errno), 0);
        }
        if !matches!(batches, Batches::All | Batches::NoTaking) {
            return (Err(ENOTSUPP), 0);
        }
        for (index, key) in (0..count).zip(keys.chunks_exact(self.sizes().0)) {
            let deleted = fault::check(&mut state.rules, Op::Delete, key)
                .and_then(|()| state.store.delete(key));
            if deleted.is_err() {
                return (deleted, index);
            }
        }
        (Ok(()), count)
    }

    fn access(&self) -> Access {
        let flags = self.plan.shape.map_flags;
        if flags & sys::F_RDONLY != 0 {
            Access::ReadOnly
        } else if flags & sys::F_WRONLY != 0 {
            Access::WriteOnly
        } else {
            Access::ReadWrite
        }
    }

    fn cpus(&self) -> &'static [u32] {
        self.cpus
    }

    fn mapping(&self, offset: usize, size: usize, writable: bool) -> sys::Result<Mapping> {
        let state = self.state();
        self.permit(&state, true, writable)?;
        if let Some(ring) = &state.ring {
            // Only the consumer's position may be written (`ringbuf_map_mmap_kern`).
            if writable && (offset, size) != (0, crate::mapping::page_size()) {
                return Err(libc::EPERM);
            }
            return ring.memory().mapping(offset, size, writable);
        }
        let memory = state.store.memory().ok_or(ENOTSUPP)?;
        memory.mapping(offset, size, writable)
    }

    fn consumed(&self) {
        self.settle(&self.state());
    }

    fn pin(&self, path: &Path) -> Result<()> {
        // Where the kernel is gone, nobody can open the pin.
        let Some(kernel) = self.kernel.upgrade() else {
            return Ok(());
        };
        if kernel.pin(path, self) {
            return Ok(());
        }
        Err(Error::Os {
            op: format!("pin at `{}`", path.display()).into(),
            map: self.spec.name.into(),
            errno: libc::EEXIST,
        })
    }

    fn simulation(&self) -> &Simulation {
        self
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation")
            .field("name", &self.spec.name)
            .field("kind", &self.spec.kind)
            .field("entries", &self.entries())
            .finish_non_exhaustive()
    }
}

/// A handle's map from a simulated one.
pub(super) fn open(
    simulation: &Arc<Simulation>,
    spec: &'static MapSpec,
    proof: crate::Proof,
) -> sys::Result<Map> {
    Ok(Map::simulated(
        simulation.descriptor()?,
        spec,
        simulation.info,
        proof,
        Box::new(Arc::clone(simulation)),
    ))
}
