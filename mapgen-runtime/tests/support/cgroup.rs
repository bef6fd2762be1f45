//! A cgroup of its own, on a cgroup2 file system of its own.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::ffi::CString;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A cgroup, removed on drop.
pub(crate) struct Cgroup {
    mount: tempfile::TempDir,
    folder: PathBuf,
}

/// A new cgroup; says so where there may be none.
pub(crate) fn cgroup() -> Option<Cgroup> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let mount = tempfile::tempdir().unwrap();
    let target = CString::new(mount.path().to_str().unwrap()).unwrap();
    let kind = c"cgroup2".as_ptr();
    // SAFETY: all strings end with a zero byte and outlive the call.
    let status = unsafe { libc::mount(kind, target.as_ptr(), kind, 0, std::ptr::null()) };
    if status != 0 {
        mapgen_test_support::skipped("CAP_SYS_ADMIN to mount a cgroup2 file system");
        return None;
    }
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("mapgen-test-{}-{number}", std::process::id());
    let folder = mount.path().join(name);
    let cgroup = Cgroup { mount, folder };
    std::fs::create_dir(&cgroup.folder).unwrap();
    Some(cgroup)
}

impl Cgroup {
    /// A descriptor of its folder.
    pub(crate) fn open(&self) -> File {
        File::open(&self.folder).unwrap()
    }

    /// Its id: the number of the folder's inode.
    pub(crate) fn id(&self) -> u64 {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(&self.folder).unwrap().ino()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.folder);
        let target = CString::new(self.mount.path().to_str().unwrap()).unwrap();
        // SAFETY: the string ends with a zero byte and outlives the call.
        unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
    }
}
