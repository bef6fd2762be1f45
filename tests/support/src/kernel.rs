//! The kernel without our crates: `bpf(2)` itself, and a bpf file system of one's own.

use std::ffi::CString;
use std::io;
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::skipped;

/// A command of `bpf(2)`: the words of its attributes as they are, and what it returns or the
/// errno.
///
/// Addresses among the attributes must be those of memory that the command may read, or write
/// where it does: this is for tests, which know the command that they give.
///
/// # Errors
/// What the kernel says.
pub fn raw_bpf<Word: Copy>(command: i64, attr: &mut [Word]) -> Result<i64, i32> {
    // SAFETY: the attributes are valid for their size; callers pass valid addresses.
    let result = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            command,
            attr.as_mut_ptr(),
            std::mem::size_of_val(attr),
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error().raw_os_error().unwrap_or(0));
    }
    Ok(result)
}

/// The same for a command that makes a descriptor.
///
/// # Errors
/// What the kernel says.
pub fn raw_bpf_fd<Word: Copy>(command: i64, attr: &mut [Word]) -> Result<OwnedFd, i32> {
    let mut made = raw_bpf(command, attr);
    if made == Err(libc::EPERM) {
        // Before 5.11 maps and programs count against `RLIMIT_MEMLOCK`.
        lift_memlock();
        made = raw_bpf(command, attr);
    }
    // SAFETY: the command just made this descriptor, for us.
    made.map(|fd| unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

fn lift_memlock() {
    let none = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: the limit outlives the call. Who may not lift it is refused once more.
    unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const none) };
}

const MAP_CREATE: i64 = 0;
const MAP_TYPE_ARRAY: u32 = 2;

/// A bpf file system of one's own in a temporary folder, unmounted when dropped, with what is
/// pinned in it.
#[derive(Debug)]
pub struct BpfFs(TempDir);

impl BpfFs {
    /// Mounts it; `None` where maps cannot be created and pinned, after saying so.
    ///
    /// # Panics
    /// As [`skipped`], and without a temporary folder.
    pub fn mount() -> Option<Self> {
        // An array of one `__u32`.
        let probe = raw_bpf_fd(MAP_CREATE, &mut [MAP_TYPE_ARRAY, 4, 4, 1]);
        if probe.is_err_and(|errno| errno == libc::EPERM) {
            skipped("CAP_BPF");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kind = c"bpf".as_ptr();
        let target = c_path(folder.path());
        // SAFETY: strings with a zero byte at their end, and no data.
        let status = unsafe { libc::mount(kind, target.as_ptr(), kind, 0, std::ptr::null()) };
        if status != 0 {
            skipped("CAP_SYS_ADMIN to mount a bpf file system");
            return None;
        }
        Some(Self(folder))
    }

    /// Where it is mounted.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Where something of this name is pinned, or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// What is pinned, sorted, beside the iterators that the kernel puts into a new one.
    ///
    /// # Panics
    /// When it cannot be listed.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root()).expect("a mounted file system");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.into_string().expect("UTF-8"))
            .filter(|name| !name.ends_with(".debug"))
            .collect();
        names.sort();
        names
    }
}

impl Drop for BpfFs {
    fn drop(&mut self) {
        let path = c_path(self.root());
        // SAFETY: a string with a zero byte at its end.
        unsafe { libc::umount2(path.as_ptr(), libc::MNT_DETACH) };
    }
}

/// A path for system calls.
///
/// # Panics
/// With a zero byte in it.
pub fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).expect("no zero byte in a path")
}
