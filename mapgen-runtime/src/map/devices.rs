//! Devices and CPUs to redirect packets to: [`DevMap`], [`DevMapHash`], [`CpuMap`].

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::Iter;
use crate::spec::MapKind;
use crate::sys;

/// Numbers by index, and beside each a program where the values have room for one:
/// `struct bpf_devmap_val`, `struct bpf_cpumap_val`. The kernel takes the program's
/// descriptor and gives its id.
enum Targets {
    Plain(Elements<u32, u32>),
    WithProgram(Elements<u32, [u32; 2]>),
}

impl Targets {
    fn on(map: Map, kind: MapKind) -> Result<Self> {
        if map.info().value_size() as usize == size_of::<[u32; 2]>() {
            Elements::on(map, &[kind]).map(Self::WithProgram)
        } else {
            Elements::on(map, &[kind]).map(Self::Plain)
        }
    }

    /// The kernel takes 0 for "none" (5.8: `dev_map_update_elem`; `cpu_map_update_elem`),
    /// and would empty the slot.
    fn set(&self, op: &'static str, index: u32, number: u32, zero: sys::Errno) -> Result<()> {
        match self {
            _ if number == 0 => Err(self.os(op, zero)),
            Self::Plain(targets) => targets.update(op, &index, &number, sys::ANY),
            Self::WithProgram(targets) => targets.update(op, &index, &[number, 0], sys::ANY),
        }
    }

    fn set_with_program(
        &self,
        op: &'static str,
        index: u32,
        number: u32,
        zero: sys::Errno,
        program: &impl AsFd,
    ) -> Result<()> {
        let Self::WithProgram(targets) = self else {
            return Err(Error::Access {
                op,
                map: self.label(),
                why: "its values have 4 bytes, a number and a program 8",
            });
        };
        if number == 0 {
            return Err(self.os(op, zero));
        }
        // Descriptor 0 would be none.
        let another: OwnedFd;
        let mut program = program.as_fd();
        if program.as_raw_fd() == 0 {
            another = program
                .try_clone_to_owned()
                .map_err(|error| self.os(op, error.raw_os_error().unwrap_or(libc::EIO)))?;
            program = another.as_fd();
        }
        let value = [number, program.as_raw_fd().unsigned_abs()];
        targets.update(op, &index, &value, sys::ANY)
    }

    fn get(&self, index: u32) -> Result<Option<(u32, Option<u32>)>> {
        Ok(match self {
            Self::Plain(targets) => targets.get("get", &index)?.map(|number| (number, None)),
            Self::WithProgram(targets) => targets.get("get", &index)?.map(apart),
        })
    }

    fn delete(&self, index: u32) -> Result<bool> {
        match self {
            Self::Plain(targets) => targets.delete("delete", &index),
            Self::WithProgram(targets) => targets.delete("delete", &index),
        }
    }

    fn iter(&self) -> impl Iterator<Item = Result<(u32, (u32, Option<u32>))>> + use<> {
        let (plain, with_program) = match self {
            Self::Plain(targets) => (Some(targets), None),
            Self::WithProgram(targets) => (None, Some(targets)),
        };
        let plain = plain.map(|targets| Iter::new(targets.batches(Mode::Read, "iter", None)));
        let with_program =
            with_program.map(|targets| Iter::new(targets.batches(Mode::Read, "iter", None)));
        plain
            .into_iter()
            .flatten()
            .map(|entry| entry.map(|(index, number)| (index, (number, None))))
            .chain(
                with_program
                    .into_iter()
                    .flatten()
                    .map(|entry| entry.map(|(index, value)| (index, apart(value)))),
            )
    }
}

fn apart([number, program]: [u32; 2]) -> (u32, Option<u32>) {
    (number, (program != 0).then_some(program))
}

impl Clone for Targets {
    fn clone(&self) -> Self {
        match self {
            Self::Plain(targets) => Self::Plain(targets.clone()),
            Self::WithProgram(targets) => Self::WithProgram(targets.clone()),
        }
    }
}

impl std::ops::Deref for Targets {
    type Target = Map;

    fn deref(&self) -> &Map {
        match self {
            Self::Plain(targets) => targets,
            Self::WithProgram(targets) => targets,
        }
    }
}

/// A device in a [`DevMap`] or a [`DevMapHash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Device {
    /// The number of its interface.
    pub ifindex: u32,
    /// The id of the program that runs on packets that are redirected there.
    pub program: Option<u32>,
}

impl From<(u32, Option<u32>)> for Device {
    fn from((ifindex, program): (u32, Option<u32>)) -> Self {
        Self { ifindex, program }
    }
}

/// A CPU in a [`CpuMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CpuQueue {
    /// How many packets may wait for it.
    pub queue_size: u32,
    /// The id of the program that runs there on packets that are redirected to it.
    pub program: Option<u32>,
}

impl From<(u32, Option<u32>)> for CpuQueue {
    fn from((queue_size, program): (u32, Option<u32>)) -> Self {
        Self {
            queue_size,
            program,
        }
    }
}

/// Devices by index, for `bpf_redirect_map`: `BPF_MAP_TYPE_DEVMAP`.
///
/// Interfaces are those of this thread's network namespace. A device leaves when it is
/// removed from the system.
///
/// ```no_run
/// # use mapgen_runtime::{DevMap, Result};
/// # fn example(ports: &DevMap) -> Result<()> {
/// ports.set(0, 2)?;
/// for entry in ports.iter() {
///     let (port, device) = entry?;
///     println!("{port}: interface {}", device.ifindex);
/// }
/// # Ok(())
/// # }
/// ```
pub struct DevMap(Targets);

impl DevMap {
    /// Puts a device in a slot, in place of what is there.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its descriptor
    /// read-only, else [`Error::Os`]: `ENODEV` for 0, `EINVAL` when there is no such
    /// interface.
    #[inline]
    pub fn set(&self, index: u32, ifindex: u32) -> Result<()> {
        self.in_range(index)?;
        self.0.set("set", index, ifindex, libc::ENODEV)
    }

    /// Puts a device in a slot with a program that runs on packets that are redirected
    /// there: one of section `xdp/devmap` (since 5.8).
    ///
    /// # Errors
    /// As for [`set`](Self::set); also [`Error::Access`] when the map's values have no room
    /// for a program, `EINVAL` when it is another program.
    #[inline]
    pub fn set_with_program(&self, index: u32, ifindex: u32, program: impl AsFd) -> Result<()> {
        self.in_range(index)?;
        let op = "set_with_program";
        self.0
            .set_with_program(op, index, ifindex, libc::ENODEV, &program)
    }

    /// The device in a slot, `None` where there is none.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the descriptor is write-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn get(&self, index: u32) -> Result<Option<Device>> {
        self.in_range(index)?;
        Ok(self.0.get(index)?.map(Device::from))
    }

    /// Empties a slot. Whether something was there, the kernel does not say.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its descriptor
    /// read-only, else [`Error::Os`].
    #[inline]
    pub fn delete(&self, index: u32) -> Result<()> {
        self.in_range(index)?;
        self.0.delete(index).map(drop)
    }

    /// The slots that are not empty.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: as for [`get`](Self::get).
    pub fn iter(&self) -> impl Iterator<Item = Result<(u32, Device)>> + use<> {
        let entries = self.0.iter();
        entries.map(|entry| entry.map(|(index, device)| (index, device.into())))
    }
}

handles!(DevMap<>, u32 => u32, |map| Targets::on(map, MapKind::DevMap));
derefs!(DevMap<> to Map);

/// Devices by a number, for `bpf_redirect_map`: `BPF_MAP_TYPE_DEVMAP_HASH` (since 5.4).
///
/// Interfaces are those of this thread's network namespace. A device leaves when it is
/// removed from the system.
///
/// ```no_run
/// # use mapgen_runtime::{DevMapHash, Result};
/// # fn example(allowed: &DevMapHash, ifindex: u32) -> Result<()> {
/// allowed.insert(ifindex, ifindex)?;
/// assert!(allowed.delete(ifindex)?);
/// # Ok(())
/// # }
/// ```
pub struct DevMapHash(Targets);

impl DevMapHash {
    /// Inserts a device, or replaces the one of its key.
    ///
    /// # Errors
    /// [`Error::Full`] when there are as many devices as the capacity, [`Error::Access`]
    /// when the map is frozen or its descriptor read-only, else [`Error::Os`]: `ENODEV` for
    /// 0, `EINVAL` when there is no such interface.
    #[inline]
    pub fn insert(&self, key: u32, ifindex: u32) -> Result<()> {
        self.0.set("insert", key, ifindex, libc::ENODEV)
    }

    /// Inserts or replaces a device, with a program that runs on packets that are
    /// redirected there: one of section `xdp/devmap` (since 5.8).
    ///
    /// # Errors
    /// As for [`insert`](Self::insert); also [`Error::Access`] when the map's values have no
    /// room for a program, `EINVAL` when it is another program.
    #[inline]
    pub fn insert_with_program(&self, key: u32, ifindex: u32, program: impl AsFd) -> Result<()> {
        let op = "insert_with_program";
        self.0
            .set_with_program(op, key, ifindex, libc::ENODEV, &program)
    }

    /// The device of a key, `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Access`] when the descriptor is write-only, else [`Error::Os`].
    #[inline]
    pub fn get(&self, key: u32) -> Result<Option<Device>> {
        Ok(self.0.get(key)?.map(Device::from))
    }

    /// Deletes a device: whether it was there.
    ///
    /// # Errors
    /// [`Error::Access`] when the map is frozen or its descriptor read-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn delete(&self, key: u32) -> Result<bool> {
        self.0.delete(key)
    }

    /// All devices with their keys, in no order.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: [`Error::Interrupted`] when the map
    /// changed so fast that the walk was given up, else as for [`get`](Self::get).
    pub fn iter(&self) -> impl Iterator<Item = Result<(u32, Device)>> + use<> {
        let entries = self.0.iter();
        entries.map(|entry| entry.map(|(key, device)| (key, device.into())))
    }
}

handles!(DevMapHash<>, u32 => u32, |map| Targets::on(map, MapKind::DevMapHash));
derefs!(DevMapHash<> to Map);

/// CPUs to hand packets to with `bpf_redirect_map`: `BPF_MAP_TYPE_CPUMAP`.
///
/// The index is the number of the CPU.
///
/// ```no_run
/// # use mapgen_runtime::{CpuMap, Result};
/// # fn example(workers: &CpuMap) -> Result<()> {
/// for cpu in 0..workers.capacity().min(4) {
///     workers.set(cpu, 2048)?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct CpuMap(Targets);

impl CpuMap {
    /// Lets a CPU take packets, with a queue for this many.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its descriptor
    /// read-only, else [`Error::Os`]: `EINVAL` for a queue of 0, `EOVERFLOW` for one of more
    /// than 16,384, `ENODEV` when the CPU is not a possible one.
    #[inline]
    pub fn set(&self, cpu: u32, queue_size: u32) -> Result<()> {
        self.in_range(cpu)?;
        self.0.set("set", cpu, queue_size, libc::EINVAL)
    }

    /// As [`set`](Self::set), with a program that runs there on packets that are
    /// redirected to it: one of section `xdp/cpumap` (since 5.9).
    ///
    /// # Errors
    /// As for [`set`](Self::set); also [`Error::Access`] when the map's values have no room
    /// for a program, and `ENOMEM`, which is how the kernel puts it, when it is another
    /// program.
    #[inline]
    pub fn set_with_program(&self, cpu: u32, queue_size: u32, program: impl AsFd) -> Result<()> {
        self.in_range(cpu)?;
        let op = "set_with_program";
        self.0
            .set_with_program(op, cpu, queue_size, libc::EINVAL, &program)
    }

    /// The queue of a CPU, `None` where it takes no packets.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the descriptor is write-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn get(&self, cpu: u32) -> Result<Option<CpuQueue>> {
        self.in_range(cpu)?;
        Ok(self.0.get(cpu)?.map(CpuQueue::from))
    }

    /// Takes a CPU out. Whether it was there, the kernel does not say.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its descriptor
    /// read-only, else [`Error::Os`].
    #[inline]
    pub fn delete(&self, cpu: u32) -> Result<()> {
        self.in_range(cpu)?;
        self.0.delete(cpu).map(drop)
    }

    /// The CPUs that take packets.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: as for [`get`](Self::get).
    pub fn iter(&self) -> impl Iterator<Item = Result<(u32, CpuQueue)>> + use<> {
        let entries = self.0.iter();
        entries.map(|entry| entry.map(|(cpu, queue)| (cpu, queue.into())))
    }
}

handles!(CpuMap<>, u32 => u32, |map| Targets::on(map, MapKind::CpuMap));
derefs!(CpuMap<> to Map);
