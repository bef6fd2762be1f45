//! One pinned map in another's place, in one step.
//!
//! The new map is pinned beside the old one, under a name of ours, and the two names are
//! exchanged (`renameat2`; before Linux 5.16 the bpf file system only knows how to rename
//! one over the other, which is one step, too). A process that dies on the way leaves one
//! of the two under our name. Whoever next comes along takes it away, under a lock on the
//! directory, which the kernel takes back from the dead.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::info::MapInfo;
use crate::sys::{self, Errno};

/// How long an upgrade waits for another one in the same directory.
const PATIENCE: Duration = Duration::from_secs(60);

/// Directories that no other upgrade may work in now.
#[derive(Debug, Default)]
pub(super) struct Locks(Vec<(PathBuf, File)>);

impl Locks {
    /// Waits until nobody else upgrades a map in the directory of a pin.
    pub(super) fn take(&mut self, pin: &Path, map: &str) -> Result<()> {
        let since = Instant::now();
        while !self.try_take(pin).map_err(|e| os("upgrade", map, e))? {
            if since.elapsed() > PATIENCE {
                return Err(Error::Busy {
                    map: map.to_owned().into(),
                    what: "directory of the pin (another process upgrades a map in it)",
                });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn try_take(&mut self, pin: &Path) -> Result<bool, Errno> {
        let directory = directory(pin);
        if self.0.iter().any(|(taken, _)| *taken == directory) {
            return Ok(true);
        }
        let errno = |error: std::io::Error| error.raw_os_error().unwrap_or(libc::EIO);
        let file = File::open(directory).map_err(errno)?;
        // SAFETY: it takes no pointers.
        match unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } {
            0 => {
                self.0.push((directory.to_owned(), file));
                Ok(true)
            }
            _ => match sys::errno() {
                libc::EWOULDBLOCK | libc::EINTR => Ok(false),
                errno => Err(errno),
            },
        }
    }

    /// Takes away what a dead process left beside a pin, unless somebody is at work.
    pub(super) fn clean(&mut self, pin: &CStr) {
        let beside = beside(pin);
        let left = as_path(&beside).symlink_metadata().is_ok();
        if left && self.try_take(as_path(pin)) == Ok(true) {
            let _ = sys::unlink(&beside);
        }
    }
}

/// The name under which the new map waits, and the old one afterwards. The kernel keeps
/// names with a dot in them for itself (`bpf_lookup`).
fn beside(pin: &CStr) -> CString {
    let mut name = pin.to_bytes().to_vec();
    name.extend_from_slice(b"__mapgen_new");
    CString::new(name).expect("neither part has a zero byte")
}

fn directory(pin: &Path) -> &Path {
    match pin.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

pub(super) fn as_path(path: &CStr) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()))
}

/// New maps on their way into old ones' places. Dropped before the end, it undoes what
/// was done.
#[derive(Debug, Default)]
pub(super) struct Swaps(Vec<Swap>);

#[derive(Debug)]
struct Swap {
    map: String,
    pin: CString,
    beside: CString,
    old: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The new map is beside the old one.
    Waiting,
    /// The old map is beside the new one.
    Exchanged,
    /// The old map has no name any more.
    Replaced,
}

impl Swaps {
    /// Pins a new map beside the old one, with its owner and permissions.
    pub(super) fn prepare(
        &mut self,
        map: &str,
        new: BorrowedFd<'_>,
        pin: &CStr,
        old: u32,
    ) -> Result<()> {
        let beside = beside(pin);
        let pinned = sys::object_pin(new, &beside).or_else(|errno| match errno {
            // Of a process that died: the directory is locked.
            libc::EEXIST => {
                sys::unlink(&beside)?;
                sys::object_pin(new, &beside)
            }
            errno => Err(errno),
        });
        pinned.map_err(|e| os("upgrade", map, e))?;
        if let Ok(was) = as_path(pin).metadata() {
            let now = as_path(&beside);
            let _ = std::os::unix::fs::chown(now, Some(was.uid()), Some(was.gid()));
            let _ = std::fs::set_permissions(now, was.permissions());
        }
        self.0.push(Swap {
            map: map.to_owned(),
            pin: pin.to_owned(),
            beside,
            old,
            state: State::Waiting,
        });
        Ok(())
    }

    /// Puts every new map in its place.
    pub(super) fn exchange(&mut self) -> Result<()> {
        self.0.iter_mut().try_for_each(Swap::exchange)
    }

    /// Leaves the new maps where they are, and takes the old ones away.
    pub(super) fn keep(mut self) {
        for swap in std::mem::take(&mut self.0) {
            if swap.state == State::Exchanged {
                // At worst somebody else takes it away at the next upgrade.
                let _ = sys::unlink(&swap.beside);
            }
        }
    }
}

impl Swap {
    fn exchange(&mut self) -> Result<()> {
        match sys::rename(&self.beside, &self.pin, libc::RENAME_EXCHANGE) {
            Ok(()) => self.state = State::Exchanged,
            // The pin was taken away meanwhile, or the kernel cannot exchange.
            Err(libc::ENOENT | libc::EINVAL | libc::ENOSYS) => {
                sys::rename(&self.beside, &self.pin, 0).map_err(|e| os("upgrade", &self.map, e))?;
                self.state = State::Replaced;
            }
            Err(errno) => return Err(os("upgrade", &self.map, errno)),
        }
        if self.state == State::Exchanged && self.displaced() != Some(self.old) {
            return Err(Error::Busy {
                map: self.map.clone().into(),
                what: "pin (somebody else replaced it meanwhile)",
            });
        }
        Ok(())
    }

    /// The id of the map that made room.
    fn displaced(&self) -> Option<u32> {
        let fd = sys::object_get(&self.beside, 0).ok()?;
        Some(MapInfo::of(fd.as_fd()).ok()?.id())
    }
}

impl Drop for Swaps {
    fn drop(&mut self) {
        for swap in &self.0 {
            if swap.state == State::Exchanged {
                let _ = sys::rename(&swap.beside, &swap.pin, libc::RENAME_EXCHANGE);
            }
            if swap.state != State::Replaced {
                let _ = sys::unlink(&swap.beside);
            }
        }
    }
}

fn os(op: &'static str, map: &str, errno: Errno) -> Error {
    Error::Os {
        op: op.into(),
        map: map.to_owned().into(),
        errno,
    }
}
