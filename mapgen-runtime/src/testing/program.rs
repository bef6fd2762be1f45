//! What BPF programs do to a map: the other side of a handle.

use std::fmt;
use std::marker::PhantomData;

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::{Handle, Map};
use crate::ring::RingBuf;
use crate::sys::{self, ANY, EXIST, Errno, NOEXIST};
use crate::testing::simulation::Simulation;

/// A handle, or what `#[ebpf_map]` generated for a map.
///
/// ```
/// use mapgen_runtime::testing::{self, Typed};
///
/// fn freeze(map: &impl Typed) -> mapgen_runtime::Result<()> {
///     testing::simulation(map)?.freeze();
///     Ok(())
/// }
/// ```
pub trait Typed {
    /// The type of keys.
    type Key;
    /// The type of values, or of records.
    type Value;

    /// The map.
    fn map(&self) -> &Map;
}

impl<H: Handle> Typed for H {
    type Key = H::Key;
    type Value = H::Value;

    fn map(&self) -> &Map {
        self.as_map()
    }
}

/// The simulated map behind a handle: to freeze it, to inject faults, to count.
///
/// # Errors
/// [`Error::Access`] when the handle is one of a real map.
///
/// ```
/// # use mapgen_runtime::{HashMap, Result};
/// use mapgen_runtime::testing::{self, Fault, Op};
///
/// # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
/// testing::simulation(conns)?.inject(Fault::new(Op::Lookup, libc::EIO));
/// # Ok(())
/// # }
/// ```
pub fn simulation<T: Typed>(handle: &T) -> Result<&Simulation> {
    simulation_of(handle.map())
}

fn simulation_of(map: &Map) -> Result<&Simulation> {
    match map.backend() {
        Some(backend) => Ok(backend.simulation()),
        None => Err(Error::Access {
            op: "simulation",
            map: map.label(),
            why: "it is a real map",
        }),
    }
}

/// A program's side of a simulated map. Its writes are not refused where the map is frozen
/// or read-only for user space, its reads count as use for an LRU map, and of a per-CPU
/// map it sees the value of its CPU.
///
/// # Errors
/// [`Error::Access`] when the handle is one of a real map.
///
/// ```
/// # use mapgen_runtime::{PerCpuHashMap, Result};
/// use mapgen_runtime::testing;
///
/// # fn example(packets: &PerCpuHashMap<u32, u64>) -> Result<()> {
/// // What a program on CPU 1 would have counted.
/// testing::program(packets)?.on_cpu(1)?.insert(&6, &1)?;
/// assert_eq!(packets.sum(&6)?, Some(1));
/// # Ok(())
/// # }
/// ```
pub fn program<T: Typed>(handle: &T) -> Result<Program<'_, T::Key, T::Value>> {
    Ok(Program {
        simulation: simulation(handle)?,
        map: handle.map(),
        slot: 0,
        types: PhantomData,
    })
}

/// A program's side of a simulated map: see [`program`].
pub struct Program<'a, K, V> {
    simulation: &'a Simulation,
    map: &'a Map,
    slot: usize,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Program<'_, K, V> {
    /// The same program on another CPU, by its number; it begins on the first possible
    /// one.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] when the kernel has no such CPU.
    pub fn on_cpu(mut self, cpu: u32) -> Result<Self> {
        self.slot = self.simulation.slot(cpu).ok_or_else(|| Error::OutOfRange {
            map: self.map.label(),
            index: cpu,
            capacity: self.map.cpus().map_or(0, |cpus| cpus.len() as u32),
        })?;
        Ok(self)
    }

    /// What the verifier refuses a program that reads or writes.
    fn permit(&self, op: &'static str, forbidden: u32, why: &'static str) -> Result<()> {
        if self.simulation.info.map_flags() & forbidden == 0 {
            return Ok(());
        }
        Err(Error::Access {
            op,
            map: self.map.label(),
            why,
        })
    }

    fn may_read(&self, op: &'static str) -> Result<()> {
        let why = "the verifier refuses programs that read it (`BPF_F_WRONLY_PROG`)";
        self.permit(op, sys::F_WRONLY_PROG, why)
    }

    fn may_write(&self, op: &'static str) -> Result<()> {
        let why = "the verifier refuses programs that write it (`BPF_F_RDONLY_PROG`)";
        self.permit(op, sys::F_RDONLY_PROG, why)
    }
}

impl<K, V: Pod> Program<'_, K, V> {
    fn read(&self, key: &[u8], asked: &[u8]) -> std::result::Result<V, Errno> {
        let value = self.simulation.program_lookup(key, asked, self.slot)?;
        bytemuck::try_pod_read_unaligned(&value).map_err(|_| libc::EINVAL)
    }

    /// Pushes a value into a queue, a stack or a Bloom filter (`bpf_map_push_elem`).
    ///
    /// # Errors
    /// [`Error::Full`], else [`Error::Os`] with what the helper returns.
    pub fn push(&self, value: &V) -> Result<()> {
        self.may_write("push")?;
        self.simulation
            .program_update(&[], bytemuck::bytes_of(value), ANY, self.slot)
            .map_err(|errno| self.map.refused_write("push", errno))
    }

    /// Takes the next value of a queue or a stack (`bpf_map_pop_elem`).
    ///
    /// # Errors
    /// [`Error::Os`] with what the helper returns, but `ENOENT`.
    pub fn pop(&self) -> Result<Option<V>> {
        self.may_write("pop")?;
        let value = self.simulation.program_take(self.slot);
        let value = value
            .and_then(|value| bytemuck::try_pod_read_unaligned(&value).map_err(|_| libc::EINVAL));
        self.found("pop", value)
    }

    /// Shows the next value of a queue or a stack (`bpf_map_peek_elem`).
    ///
    /// # Errors
    /// [`Error::Os`] with what the helper returns, but `ENOENT`.
    pub fn peek(&self) -> Result<Option<V>> {
        self.may_read("peek")?;
        self.found("peek", self.read(&[], &[]))
    }

    fn found(&self, op: &'static str, value: std::result::Result<V, Errno>) -> Result<Option<V>> {
        match value {
            Ok(value) => Ok(Some(value)),
            Err(libc::ENOENT) => Ok(None),
            Err(errno) => Err(self.map.os(op, errno)),
        }
    }
}

impl<K: Pod, V: Pod> Program<'_, K, V> {
    /// The value of a key (`bpf_map_lookup_elem`).
    ///
    /// # Errors
    /// [`Error::Os`] where the kind has no look-up.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.may_read("get")?;
        self.found("get", self.read(bytemuck::bytes_of(key), &[]))
    }

    /// Writes the value of a key (`bpf_map_update_elem` with `BPF_ANY`).
    ///
    /// # Errors
    /// [`Error::Full`], else [`Error::Os`] with what the helper returns.
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.update("insert", key, value, ANY)
    }

    /// Writes the value of a key that is not there (`BPF_NOEXIST`).
    ///
    /// # Errors
    /// [`Error::Exists`], else as for [`insert`](Self::insert).
    pub fn try_insert(&self, key: &K, value: &V) -> Result<()> {
        self.update("try_insert", key, value, NOEXIST)
    }

    /// Writes the value of a key that is there (`BPF_EXIST`).
    ///
    /// # Errors
    /// [`Error::NotFound`], else as for [`insert`](Self::insert).
    pub fn replace(&self, key: &K, value: &V) -> Result<()> {
        self.update("replace", key, value, EXIST)
    }

    fn update(&self, op: &'static str, key: &K, value: &V, flags: u64) -> Result<()> {
        self.may_write(op)?;
        let (key, value) = (bytemuck::bytes_of(key), bytemuck::bytes_of(value));
        self.simulation
            .program_update(key, value, flags, self.slot)
            .map_err(|errno| self.map.refused_write(op, errno))
    }

    /// Deletes an entry (`bpf_map_delete_elem`): whether it was there.
    ///
    /// # Errors
    /// [`Error::Os`] where the kind has no deletion.
    pub fn delete(&self, key: &K) -> Result<bool> {
        self.may_write("delete")?;
        match self.simulation.program_delete(bytemuck::bytes_of(key)) {
            Ok(()) => Ok(true),
            Err(libc::ENOENT) => Ok(false),
            Err(errno) => Err(self.map.refused_write("delete", errno)),
        }
    }

    /// Changes the value of a key, as a program does through the pointer that a look-up
    /// returns: whether it was there.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn modify(&self, key: &K, change: impl FnOnce(&mut V)) -> Result<bool> {
        let Some(mut value) = self.get(key)? else {
            return Ok(false);
        };
        change(&mut value);
        self.update("modify", key, &value, EXIST).map(|()| true)
    }
}

impl<K, V> fmt::Debug for Program<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("map", self.map)
            .field("slot", &self.slot)
            .finish()
    }
}

/// The program's side of a simulated ring buffer.
///
/// # Errors
/// [`Error::Access`] when the handle is one of a real map.
///
/// ```
/// # use mapgen_runtime::{Result, RingBuf};
/// use mapgen_runtime::testing;
///
/// # fn example(events: &RingBuf<u64>) -> Result<()> {
/// let producer = testing::producer(events)?;
/// assert!(producer.push(&7));
/// events.consumer()?.consume(|event| assert_eq!(event, 7))?;
/// # Ok(())
/// # }
/// ```
pub fn producer<T>(ring: &RingBuf<T>) -> Result<Producer<'_, T>> {
    Ok(Producer {
        simulation: simulation_of(ring)?,
        types: PhantomData,
    })
}

/// The program's side of a simulated ring buffer: see [`producer`].
#[derive(Debug)]
pub struct Producer<'a, T> {
    simulation: &'a Simulation,
    types: PhantomData<fn(T)>,
}

impl<T> Producer<'_, T> {
    /// As [`push`](Self::push), a record of any size and type.
    #[must_use = "a record that did not fit is lost"]
    pub fn push_bytes(&self, record: &[u8]) -> bool {
        let Some(position) = self.simulation.reserve(record.len()) else {
            return false;
        };
        self.simulation.commit(position, record, false);
        true
    }
}

impl<'a, T: Pod> Producer<'a, T> {
    /// Writes a record (`bpf_ringbuf_output`): `false` when there is no room, as the
    /// program finds out too.
    #[must_use = "a record that did not fit is lost"]
    pub fn push(&self, record: &T) -> bool {
        self.push_bytes(bytemuck::bytes_of(record))
    }

    /// Reserves room for a record (`bpf_ringbuf_reserve`), `None` when there is none.
    /// Later records wait for it.
    pub fn reserve(&self) -> Option<Reserved<'a, T>> {
        Some(Reserved {
            simulation: self.simulation,
            position: self.simulation.reserve(size_of::<T>())?,
            record: T::zeroed(),
            submitted: false,
        })
    }
}

/// A record that a program fills in; discarded when it is dropped.
#[derive(Debug)]
pub struct Reserved<'a, T: Pod> {
    simulation: &'a Simulation,
    position: u64,
    record: T,
    submitted: bool,
}

impl<T: Pod> Reserved<'_, T> {
    /// The record, zero at first.
    pub fn record(&mut self) -> &mut T {
        &mut self.record
    }

    /// Hands the record over (`bpf_ringbuf_submit`).
    pub fn submit(mut self) {
        self.submitted = true;
    }

    /// Gives the record up (`bpf_ringbuf_discard`).
    pub fn discard(self) {}
}

impl<T: Pod> Drop for Reserved<'_, T> {
    fn drop(&mut self) {
        let record = bytemuck::bytes_of(&self.record);
        self.simulation
            .commit(self.position, record, !self.submitted);
    }
}
