//! Global variables of a loaded object, in `.data`, `.bss`, `.rodata` and their kin.
//!
//! Programs write them while we read, so there is never a reference to one: a
//! [`Var`] copies in and out.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, OwnedFd};

use bytemuck::Pod;

use crate::error::{Error, Name, Result};
use crate::mapping::Mapping;
use crate::sys;

/// A data section of a loaded object: an array map of one element.
#[derive(Debug)]
pub struct Section {
    fd: OwnedFd,
    name: &'static str,
    size: usize,
    /// None for a section of hidden variables only, and before Linux 5.5: libbpf asks
    /// for `BPF_F_MMAPABLE` where it makes sense and the kernel has it.
    mapping: Option<Mapping>,
}

impl Section {
    /// Takes the descriptor of a section's map, whose value size is `size`.
    pub(crate) fn new(
        fd: OwnedFd,
        name: &'static str,
        size: usize,
        mappable: bool,
        read_only: bool,
    ) -> Self {
        let mapping = if mappable && size > 0 {
            Mapping::new(fd.as_fd(), 0, size, !read_only).ok()
        } else {
            None
        };
        Self {
            fd,
            name,
            size,
            mapping,
        }
    }

    /// Whether variables are read and written in memory, without a system call.
    pub fn is_mapped(&self) -> bool {
        self.mapping.is_some()
    }

    /// Copies the whole section out, or its first part.
    ///
    /// # Errors
    /// `Error::Os` when the section is not mapped and the kernel is out of memory, or
    /// `EINVAL` when `S` is larger than the section.
    pub fn read<S: Pod>(&self) -> Result<S> {
        self.read_at(0)
    }

    fn read_at<T: Pod>(&self, offset: usize) -> Result<T> {
        self.check::<T>(offset, "read")?;
        if let Some(mapping) = &self.mapping {
            return Ok(mapping.load(offset));
        }
        let bytes = self.read_bytes()?;
        Ok(bytemuck::pod_read_unaligned(
            &bytes[offset..offset + size_of::<T>()],
        ))
    }

    fn read_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; self.size];
        let key = 0_u32.to_ne_bytes();
        // SAFETY: keys of an array are 4 bytes; `bytes` has the map's value size, which
        // the gates compared.
        unsafe { sys::lookup(self.fd.as_fd(), key.as_ptr(), bytes.as_mut_ptr(), 0) }
            .map_err(|errno| self.error("read", errno))?;
        Ok(bytes)
    }

    fn write_bytes(&self, bytes: &[u8]) -> Result<()> {
        debug_assert_eq!(bytes.len(), self.size);
        let key = 0_u32.to_ne_bytes();
        // SAFETY: as for `read_bytes`.
        unsafe { sys::update(self.fd.as_fd(), key.as_ptr(), bytes.as_ptr(), sys::ANY) }
            .map_err(|errno| self.error("update", errno))
    }

    fn check<T>(&self, offset: usize, op: &'static str) -> Result<()> {
        let fits = offset
            .checked_add(size_of::<T>())
            .is_some_and(|end| end <= self.size);
        if fits {
            Ok(())
        } else {
            Err(self.error(op, libc::EINVAL))
        }
    }

    fn error(&self, op: &'static str, errno: i32) -> Error {
        Error::Os {
            op: op.into(),
            map: Name::Borrowed(self.name),
            errno,
        }
    }
}

/// A global variable that programs and this process read and write.
///
/// ```no_run
/// # use mapgen_runtime::{Result, section::Var};
/// # fn example(dropped_events: &Var<'_, u64>) -> Result<()> {
/// // `loaded.bss().dropped_events` is one of these.
/// println!("{} events lost", dropped_events.load());
/// dropped_events.store(0)?;
/// # Ok(())
/// # }
/// ```
pub struct Var<'a, T> {
    place: ReadOnlyVar<'a, T>,
}

impl<'a, T: Pod> Var<'a, T> {
    #[doc(hidden)]
    pub fn new(section: &'a Section, offset: usize) -> Self {
        Self {
            place: ReadOnlyVar::new(section, offset),
        }
    }

    /// The value now: one access for a number of at most 8 bytes, word by word for
    /// larger ones.
    ///
    /// # Panics
    /// As [`ReadOnlyVar::load`].
    pub fn load(&self) -> T {
        self.place.load()
    }

    /// Writes this variable alone, in memory.
    ///
    /// # Errors
    /// [`Error::Object`] when the section is not mapped: [`update`](Self::update)
    /// writes it all the same.
    pub fn store(&self, value: T) -> Result<()> {
        let ReadOnlyVar {
            section, offset, ..
        } = self.place;
        section.check::<T>(offset, "store")?;
        match &section.mapping {
            Some(mapping) if mapping.is_writable() => {
                mapping.store(offset, &value);
                Ok(())
            }
            _ => Err(Error::Object {
                op: "store",
                name: Name::Borrowed(section.name),
                message: "the section is not mapped into memory: `update` writes it whole"
                    .to_owned(),
            }),
        }
    }

    /// Writes this variable; where the section is not mapped, by reading and writing
    /// the whole section, so that what programs write meanwhile is lost.
    ///
    /// # Errors
    /// [`Error::Os`] when the section is not mapped and the kernel refuses.
    pub fn update(&self, value: T) -> Result<()> {
        let ReadOnlyVar {
            section, offset, ..
        } = self.place;
        if section.is_mapped() {
            return self.store(value);
        }
        section.check::<T>(offset, "update")?;
        let mut bytes = section.read_bytes()?;
        bytes[offset..offset + size_of::<T>()].copy_from_slice(bytemuck::bytes_of(&value));
        section.write_bytes(&bytes)
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Var").field(&self.load()).finish()
    }
}

/// A global constant: frozen when the object was loaded.
///
/// ```no_run
/// # use mapgen_runtime::section::ReadOnlyVar;
/// # fn example(target_port: &ReadOnlyVar<'_, u16>) {
/// // `loaded.rodata().target_port` is one of these.
/// println!("port {}", target_port.load());
/// # }
/// ```
pub struct ReadOnlyVar<'a, T> {
    section: &'a Section,
    offset: usize,
    ty: PhantomData<T>,
}

impl<'a, T: Pod> ReadOnlyVar<'a, T> {
    #[doc(hidden)]
    pub fn new(section: &'a Section, offset: usize) -> Self {
        Self {
            section,
            offset,
            ty: PhantomData,
        }
    }

    /// The value.
    ///
    /// # Panics
    /// When the section is not mapped and the kernel has no memory for the system call
    /// that reads it.
    pub fn load(&self) -> T {
        self.section
            .read_at(self.offset)
            .expect("element 0 of an array map that this process holds can be read")
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for ReadOnlyVar<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadOnlyVar").field(&self.load()).finish()
    }
}
