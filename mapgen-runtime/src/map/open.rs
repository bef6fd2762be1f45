//! Where descriptors of maps come from: pins, ids, other descriptors.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::gate::{Accept, Origin};
use crate::map::Map;
use crate::spec::MapSpec;
use crate::sys;

fn c_path(path: &Path) -> Result<CString, sys::Errno> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| libc::EINVAL)
}

/// Opens a pin; a path of usual length takes no allocation.
fn open(path: &Path) -> sys::Result<OwnedFd> {
    const USUAL: usize = 256;
    let bytes = path.as_os_str().as_bytes();
    if bytes.len() >= USUAL {
        return sys::object_get(&c_path(path)?, 0);
    }
    let mut buffer = [0; USUAL];
    buffer[..bytes.len()].copy_from_slice(bytes);
    let path = CStr::from_bytes_with_nul(&buffer[..=bytes.len()]).map_err(|_| libc::EINVAL)?;
    sys::object_get(path, 0)
}

/// Whether the directory of a pin is known to be on another than a bpf file system.
fn is_elsewhere(path: &Path) -> bool {
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    c_path(directory).is_ok_and(|directory| sys::is_bpf_file_system(&directory) == Some(false))
}

pub(super) fn pin(map: &Map, path: &Path) -> Result<()> {
    let pinned = c_path(path).and_then(|c_path| sys::object_pin(map.as_fd(), &c_path));
    pinned.map_err(|errno| match errno {
        // What the kernel says of any other file system, too.
        libc::EPERM if is_elsewhere(path) => Error::Access {
            op: "pin",
            map: map.label(),
            why: "the path is not on a bpf file system (`mount -t bpf bpf /sys/fs/bpf`)",
        },
        errno => Error::Os {
            op: format!("pin at `{}`", path.display()).into(),
            map: map.label(),
            errno,
        },
    })
}

impl Map {
    /// Opens a pinned map.
    pub(crate) fn pinned(path: &Path, spec: &'static MapSpec, accept: Accept) -> Result<Self> {
        let fd = open(path).map_err(|errno| Error::Os {
            op: format!("opening the pin `{}`", path.display()).into(),
            map: spec.name.into(),
            errno,
        })?;
        Self::gate(fd, spec, accept, Origin::Pinned(path))
    }

    /// Opens a map by its id.
    pub(crate) fn by_id(id: u32, spec: &'static MapSpec, accept: Accept) -> Result<Self> {
        let fd = sys::map_by_id(id).map_err(|errno| match errno {
            libc::EPERM => Error::Permission {
                op: format!("opening map id {id}").into(),
                map: spec.name.into(),
                capability: "CAP_SYS_ADMIN",
            },
            errno => Error::Os {
                op: format!("opening map id {id}").into(),
                map: spec.name.into(),
                errno,
            },
        })?;
        Self::gate(fd, spec, accept, Origin::Id(id))
    }

    /// Opens a map of an object that this process loaded.
    #[cfg(feature = "libbpf")]
    pub(crate) fn of_object(
        fd: BorrowedFd<'_>,
        object: &libbpf_rs::Object,
        spec: &'static MapSpec,
        accept: Accept,
    ) -> Result<Self> {
        let (info, proof) = crate::object::pass(fd, object, spec, accept)?;
        Ok(Self::from_parts(duplicate(fd, spec)?, spec, info, proof))
    }

    /// Opens a map by a descriptor, which is duplicated.
    pub(crate) fn by_fd(
        fd: BorrowedFd<'_>,
        spec: &'static MapSpec,
        accept: Accept,
        origin: Origin<'_>,
    ) -> Result<Self> {
        Self::gate(duplicate(fd, spec)?, spec, accept, origin)
    }
}

/// A second descriptor of the same map, closed on exec.
fn duplicate(fd: BorrowedFd<'_>, spec: &'static MapSpec) -> Result<OwnedFd> {
    fd.try_clone_to_owned().map_err(|error| Error::Os {
        op: "duplicate the descriptor".into(),
        map: spec.name.into(),
        errno: error.raw_os_error().unwrap_or(libc::EIO),
    })
}
