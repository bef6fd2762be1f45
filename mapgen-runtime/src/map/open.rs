//! Where descriptors of maps come from: pins, ids, other descriptors.

use std::ffi::CString;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{Error, Name, Result};
use crate::gate::{Accept, Origin};
use crate::map::Map;
use crate::spec::MapSpec;
use crate::sys;

fn c_path(path: &Path, op: &'static str) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| Error::Os {
        op,
        map: path_name(path),
        errno: libc::EINVAL,
    })
}

fn path_name(path: &Path) -> Name {
    Name::Owned(path.display().to_string())
}

pub(super) fn pin(fd: BorrowedFd<'_>, path: &Path) -> Result<()> {
    let c_path = c_path(path, "pin")?;
    sys::object_pin(fd, &c_path).map_err(|errno| Error::Os {
        op: "pin",
        map: path_name(path),
        errno,
    })
}

impl Map {
    /// Opens a pinned map.
    pub(crate) fn pinned(path: &Path, spec: &'static MapSpec, accept: Accept) -> Result<Self> {
        let c_path = c_path(path, "open pin")?;
        let fd = sys::object_get(&c_path, 0).map_err(|errno| Error::Os {
            op: "open pin",
            map: path_name(path),
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
                op: "open by id",
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
        let (info, proof) = crate::gate::pass_object(fd, object, spec, accept)?;
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
        op: "duplicate the descriptor",
        map: spec.name.into(),
        errno: error.raw_os_error().unwrap_or(libc::EIO),
    })
}
