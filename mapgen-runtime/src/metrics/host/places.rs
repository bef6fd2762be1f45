//! Which maps there are, and where each is to be opened: by its id, or by a pin.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Name, Result};
use crate::info::MapInfo;
use crate::sys::{self, Errno};

/// How deep folders of pins are searched.
const MAX_DEPTH: u32 = 16;
/// How many files below one folder are looked at.
const MAX_FILES: u32 = 65_536;

/// In messages, where no map is named.
pub(super) const HOST: Name = Name::Borrowed("host");

/// How a map is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Id(u32),
    Pin(PathBuf),
}

impl Place {
    /// Opens the map, only to read it; `None` where it is gone.
    pub(super) fn open(&self) -> Result<Option<OwnedFd>> {
        self.open_with(sys::F_RDONLY)
    }

    /// Opens a map whose memory is to be mapped, if only to be read: for a file that may not be
    /// written, `mmap` drops `VM_SHARED`, which `bpf_map_mmap` (kernel/bpf/syscall.c) insists
    /// on.
    pub(super) fn open_to_map(&self) -> Result<Option<OwnedFd>> {
        self.open_with(0)
    }

    fn open_with(&self, flags: u32) -> Result<Option<OwnedFd>> {
        let opened = match self {
            Self::Id(id) => sys::map_by_id_with(*id, flags),
            Self::Pin(path) => open_pin(path, flags),
        };
        match opened {
            Ok(fd) => Ok(Some(fd)),
            Err(libc::ENOENT) => Ok(None),
            Err(libc::EPERM) => Err(Error::Permission {
                op: OPENING.into(),
                map: self.to_string().into(),
                capability: match self {
                    Self::Id(_) => "CAP_SYS_ADMIN",
                    Self::Pin(_) => "CAP_BPF",
                },
            }),
            Err(errno) => Err(Error::Os {
                op: OPENING.into(),
                map: self.to_string().into(),
                errno,
            }),
        }
    }
}

const OPENING: &str = "opening";

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "map id {id}"),
            Self::Pin(path) => write!(f, "{}", path.display()),
        }
    }
}

fn open_pin(path: &Path, flags: u32) -> sys::Result<OwnedFd> {
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|_| libc::EINVAL)?;
    sys::object_get(&path, flags)
}

/// Which maps are watched: all that are loaded, unless ids or pins are given.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) ids: BTreeSet<u32>,
    /// Files, and folders of them.
    pub(super) pins: Vec<PathBuf>,
}

/// What there is at one moment.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) maps: BTreeMap<u32, Place>,
    /// The first thing that could not be looked at.
    pub(super) error: Option<Error>,
}

impl Selection {
    pub(super) fn find(&self) -> Found {
        let mut found = Found::default();
        if self.ids.is_empty() && self.pins.is_empty() {
            found.every_id();
        }
        // Whether they are there shows when they are opened.
        let ids = self.ids.iter().map(|id| (*id, Place::Id(*id)));
        found.maps.extend(ids);
        for pins in &self.pins {
            match std::fs::metadata(pins) {
                Ok(metadata) if metadata.is_dir() => {
                    found.search(pins, 0, &mut { MAX_FILES });
                }
                Ok(_) => found.pin(pins.clone()),
                Err(error) => found.unreadable(pins, &error),
            }
        }
        found
    }
}

impl Found {
    fn every_id(&mut self) {
        let mut id = 0;
        loop {
            match sys::map_id_after(id) {
                Ok(next) => id = next,
                Err(libc::ENOENT) => return,
                Err(errno) => {
                    let op = "finding the maps".into();
                    return self.failed(match errno {
                        libc::EPERM => Error::Permission {
                            op,
                            map: HOST,
                            capability: "CAP_SYS_ADMIN",
                        },
                        errno => Error::Os {
                            op,
                            map: HOST,
                            errno,
                        },
                    });
                }
            }
            self.maps.insert(id, Place::Id(id));
        }
    }

    /// Finds the pins below a folder. Links are not followed: what they lead to is below as
    /// well, or was not asked for.
    fn search(&mut self, folder: &Path, depth: u32, left: &mut u32) {
        // Whoever gives `/` does not want each of its files opened.
        let elsewhere = CString::new(folder.as_os_str().as_bytes())
            .is_ok_and(|folder| sys::is_bpf_file_system(&folder) == Some(false));
        if elsewhere {
            if depth == 0 {
                self.failed(Error::Access {
                    op: "searching for pins",
                    map: folder.display().to_string().into(),
                    why: "the folder is not on a bpf file system",
                });
            }
            return;
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(folder, &error),
        };
        for entry in entries.flatten() {
            if *left == 0 {
                return self.failed(Error::Os {
                    op: format!("searching for pins beyond {MAX_FILES} files below").into(),
                    map: folder.display().to_string().into(),
                    errno: libc::E2BIG,
                });
            }
            *left -= 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < MAX_DEPTH => {
                    self.search(&entry.path(), depth + 1, left);
                }
                Ok(kind) if kind.is_file() => self.pin(entry.path()),
                _ => {}
            }
        }
    }

    fn pin(&mut self, path: PathBuf) {
        let place = Place::Pin(path);
        match place.open() {
            Ok(Some(fd)) => {
                // What is pinned may as well be a program or a link.
                if let Ok(info) = MapInfo::of(fd.as_fd()) {
                    self.maps.entry(info.id()).or_insert(place);
                }
            }
            Ok(None) => {}
            // A link can be opened to be written only.
            Err(Error::Os {
                errno: libc::EINVAL,
                ..
            }) => {}
            Err(error) => self.failed(error),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        let errno: Errno = error.raw_os_error().unwrap_or(libc::EIO);
        // Pins come and go, and folders of them as well.
        if errno != libc::ENOENT {
            self.failed(Error::Os {
                op: "searching for pins".into(),
                map: path.display().to_string().into(),
                errno,
            });
        }
    }

    pub(super) fn failed(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}
