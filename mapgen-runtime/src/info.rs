//! What the kernel tells of a live map.

use std::borrow::Cow;
use std::os::fd::{AsRawFd, BorrowedFd};

use crate::error::{Error, Name, Result};
use crate::spec::MapKind;
use crate::sys::{self, Errno, RawMapInfo};

/// What the kernel tells of a map, as it was when the map was opened:
/// `struct bpf_map_info`.
///
/// ```
/// fn describe(info: &mapgen_runtime::MapInfo) -> String {
///     format!("{} is a {} of {} entries", info.name(), info.kind(), info.max_entries())
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MapInfo {
    raw: RawMapInfo,
}

impl MapInfo {
    /// Asks the kernel; `EINVAL` for a descriptor that is not a map's.
    pub(crate) fn of(fd: BorrowedFd<'_>) -> std::result::Result<Self, Errno> {
        Ok(Self {
            raw: sys::map_info(fd)?,
        })
    }

    /// What something else than the kernel says.
    pub(crate) fn from(raw: RawMapInfo) -> Self {
        Self { raw }
    }

    /// The id of the map, unique while it lives.
    pub fn id(&self) -> u32 {
        self.raw.id
    }

    /// The kind of map.
    pub fn kind(&self) -> MapKind {
        MapKind::from_number(self.raw.kind)
    }

    /// In bytes.
    pub fn key_size(&self) -> u32 {
        self.raw.key_size
    }

    /// In bytes.
    pub fn value_size(&self) -> u32 {
        self.raw.value_size
    }

    /// How many entries it can hold, or bytes for a ring buffer; as the kernel rounded
    /// it.
    #[inline]
    pub fn max_entries(&self) -> u32 {
        self.raw.max_entries
    }

    /// `BPF_F_*`, without those that belong to a descriptor.
    pub fn map_flags(&self) -> u32 {
        self.raw.map_flags
    }

    /// The meaning depends on the kind.
    pub fn map_extra(&self) -> u64 {
        self.raw.map_extra
    }

    /// The id of the BTF that the map was created with, 0 without.
    pub fn btf_id(&self) -> u32 {
        self.raw.btf_id
    }

    /// The id of the key's type in that BTF, 0 without.
    pub fn btf_key_type_id(&self) -> u32 {
        self.raw.btf_key_type_id
    }

    /// The id of the value's type in that BTF, 0 without.
    pub fn btf_value_type_id(&self) -> u32 {
        self.raw.btf_value_type_id
    }

    /// For `struct_ops` maps, the id of the value's type in the kernel's own BTF.
    pub fn btf_vmlinux_value_type_id(&self) -> u32 {
        self.raw.btf_vmlinux_value_type_id
    }

    /// Whether the entries are on a network device.
    pub(crate) fn is_offloaded(&self) -> bool {
        self.raw.ifindex != 0
    }

    /// The name as the kernel keeps it: the first 15 bytes, so not an identity.
    pub fn name(&self) -> Cow<'_, str> {
        let name = &self.raw.name;
        let len = name.iter().position(|byte| *byte == 0);
        String::from_utf8_lossy(&name[..len.unwrap_or(name.len())])
    }
}

/// What only `/proc/self/fdinfo` tells of a map, read on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FdInfo {
    /// The kernel memory that the map holds, in bytes.
    pub memlock: u64,
    /// Whether user space can no longer write to it (`BPF_MAP_FREEZE`).
    pub frozen: bool,
}

impl FdInfo {
    /// Reads `/proc/self/fdinfo` of a map's descriptor.
    ///
    /// # Errors
    /// `Error::Os` where `/proc` is not mounted, or the descriptor is not a map's.
    pub fn of(fd: BorrowedFd<'_>) -> Result<Self> {
        let error = |errno| Error::Os {
            op: "reading fdinfo".into(),
            map: Name::Borrowed("map"),
            errno,
        };
        let text = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd()))
            .map_err(|e| error(e.raw_os_error().unwrap_or(libc::EIO)))?;
        let number = |name: &str| -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().parse().ok()
        };
        Ok(Self {
            memlock: number("memlock:").ok_or_else(|| error(libc::EINVAL))?,
            // Kernels before 5.2 cannot freeze a map.
            frozen: number("frozen:").is_some_and(|frozen| frozen != 0),
        })
    }
}
