//! Storage that belongs to a task, an inode, a socket or a cgroup: [`TaskStorage`],
//! [`InodeStorage`], [`SkStorage`], [`CgrpStorage`].

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use bytemuck::Pod;

use crate::error::{Error, Name, Result};
use crate::map::Map;
use crate::map::elements::Elements;
use crate::spec::MapKind;
use crate::sys;

/// A descriptor of a process, as [`TaskStorage`] takes it. (5.3)
///
/// # Errors
/// [`Error::Os`]: `ESRCH` when there is no such process, `EINVAL` when it is a thread that
/// is not the first of its process.
///
/// ```no_run
/// # use mapgen_runtime::{Result, TaskStorage};
/// # fn example(bursts: &TaskStorage<u64>) -> Result<()> {
/// let me = mapgen_runtime::pidfd(std::process::id())?;
/// println!("{:?}", bursts.get(&me)?);
/// # Ok(())
/// # }
/// ```
pub fn pidfd(process: u32) -> Result<OwnedFd> {
    sys::pidfd_open(process).map_err(|errno| Error::Os {
        op: format!("opening process {process}").into(),
        map: Name::Borrowed("pidfd"),
        errno,
    })
}

macro_rules! storage {
    (
        $(#[$doc:meta])*
        $name:ident: $kind:ident, of a $owner:literal, given by $fd:literal
    ) => {
        $(#[$doc])*
        ///
        /// A value goes with its owner. The kernel cannot list the owners, so there is no
        /// walk and no count, and it takes no capacity.
        pub struct $name<V>(Elements<i32, V>);

        impl<V: Pod> $name<V> {
            #[doc = concat!("The value of a ", $owner, ", `None` where it has none.")]
            ///
            #[doc = concat!("The ", $owner, " is given by ", $fd, ".")]
            ///
            /// # Errors
            /// [`Error::Access`] when the map's descriptor is write-only, else
            #[doc = concat!("[`Error::Os`]: `EBADF` when `owner` is not ", $fd, ".")]
            #[inline]
            pub fn get(&self, owner: impl AsFd) -> Result<Option<V>> {
                self.0.get("get", &number(&owner))
            }

            /// As [`get`](Self::get), into a value that is there already; `false`, and the
            /// value as it was, where there is none.
            ///
            /// # Errors
            /// As for [`get`](Self::get).
            #[inline]
            pub fn get_into(&self, owner: impl AsFd, value: &mut V) -> Result<bool> {
                self.0.get_into("get", &number(&owner), value)
            }

            #[doc = concat!("Gives a ", $owner, " a value, or replaces the one that it has.")]
            ///
            /// # Errors
            /// [`Error::Access`] when the map is frozen or its descriptor read-only, else
            #[doc = concat!("[`Error::Os`]: `EBADF` when `owner` is not ", $fd, ", `ESRCH`")]
            #[doc = concat!("when the ", $owner, " is gone.")]
            #[inline]
            pub fn insert(&self, owner: impl AsFd, value: &V) -> Result<()> {
                self.add("insert", &owner, value, sys::ANY)
            }

            #[doc = concat!("Gives a ", $owner, " a value that has none, in one step.")]
            ///
            /// # Errors
            /// [`Error::Exists`] where there is one, else as for [`insert`](Self::insert).
            #[inline]
            pub fn try_insert(&self, owner: impl AsFd, value: &V) -> Result<()> {
                self.add("try_insert", &owner, value, sys::NOEXIST)
            }

            #[doc = concat!("Replaces the value of a ", $owner, " that has one, in one step.")]
            ///
            /// # Errors
            /// [`Error::NotFound`] where there is none, else as for
            /// [`insert`](Self::insert).
            #[inline]
            pub fn replace(&self, owner: impl AsFd, value: &V) -> Result<()> {
                self.0.update("replace", &number(&owner), value, sys::EXIST)
            }

            #[doc = concat!("Deletes the value of a ", $owner, ": whether there was one.")]
            ///
            /// # Errors
            /// As for [`insert`](Self::insert).
            #[inline]
            pub fn delete(&self, owner: impl AsFd) -> Result<bool> {
                self.0.delete("delete", &number(&owner))
            }

            fn add(
                &self,
                op: &'static str,
                owner: &impl AsFd,
                value: &V,
                flags: u64,
            ) -> Result<()> {
                self.0
                    .try_update(&number(owner), value, flags)
                    .map_err(|errno| match errno {
                        // It is the owner that is not there.
                        libc::ENOENT => self.os(op, libc::ESRCH),
                        errno => self.refused_write(op, errno),
                    })
            }
        }

        handles!($name<V: Pod>, i32 => V, |map| Elements::on(map, &[MapKind::$kind]));
        derefs!($name<V> to Map);
    };
}

/// The key of an owner.
#[inline]
fn number(owner: &impl AsFd) -> i32 {
    owner.as_fd().as_raw_fd()
}

storage! {
    /// A value for each task: `BPF_MAP_TYPE_TASK_STORAGE` (since 5.11).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, TaskStorage};
    /// # fn example(bursts: &TaskStorage<u64>) -> Result<()> {
    /// let init = mapgen_runtime::pidfd(1)?;
    /// bursts.insert(&init, &0)?;
    /// # Ok(())
    /// # }
    /// ```
    TaskStorage: TaskStorage, of a "task", given by "a pidfd (see [`pidfd`])"
}

storage! {
    /// A value for each inode: `BPF_MAP_TYPE_INODE_STORAGE` (since 5.10).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{InodeStorage, Result};
    /// # fn example(labels: &InodeStorage<u32>) -> std::result::Result<(), Box<dyn std::error::Error>> {
    /// labels.insert(std::fs::File::open("/etc/passwd")?, &7)?;
    /// # Ok(())
    /// # }
    /// ```
    InodeStorage: InodeStorage, of a "file", given by "a descriptor of the file"
}

storage! {
    /// A value for each socket: `BPF_MAP_TYPE_SK_STORAGE` (since 5.2).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, SkStorage};
    /// # fn example(rtt: &SkStorage<u64>, stream: std::net::TcpStream) -> Result<()> {
    /// println!("{:?}", rtt.get(&stream)?);
    /// # Ok(())
    /// # }
    /// ```
    SkStorage: SkStorage, of a "socket", given by "a descriptor of the socket"
}

storage! {
    /// A value for each cgroup: `BPF_MAP_TYPE_CGRP_STORAGE` (since 6.2).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{CgrpStorage, Result};
    /// # fn example(limits: &CgrpStorage<u64>) -> std::result::Result<(), Box<dyn std::error::Error>> {
    /// let cgroup = std::fs::File::open("/sys/fs/cgroup/system.slice")?;
    /// limits.insert(&cgroup, &1000)?;
    /// # Ok(())
    /// # }
    /// ```
    CgrpStorage: CgrpStorage, of a "cgroup", given by "a descriptor of the cgroup's folder"
}
