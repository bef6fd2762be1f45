//! Arrays of what the kernel knows by a descriptor: [`ProgArray`], [`PerfEventArray`],
//! [`CgroupArray`], [`XskMap`].

use std::os::fd::{AsFd, AsRawFd};

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::Iter;
use crate::spec::MapKind;
use crate::sys;

macro_rules! slots {
    (
        $(#[$doc:meta])*
        $name:ident: $kind:ident, each $what:literal;
        $(#[$set:meta])*
        set
    ) => {
        $(#[$doc])*
        pub struct $name(Elements<u32, u32>);

        impl $name {
            #[doc = concat!("Puts ", $what, " in a slot, in place of what is there.")]
            ///
            $(#[$set])*
            ///
            /// # Errors
            /// [`Error::OutOfRange`](crate::Error::OutOfRange),
            /// [`Error::Access`](crate::Error::Access) when the map is frozen or its
            /// descriptor read-only, else [`Error::Os`](crate::Error::Os): `EBADF` or
            /// `EINVAL` when the descriptor is of something else.
            #[inline]
            pub fn set(&self, index: u32, fd: impl AsFd) -> Result<()> {
                self.in_range(index)?;
                let number = fd.as_fd().as_raw_fd().unsigned_abs();
                self.0.update("set", &index, &number, sys::ANY)
            }
        }

        handles!($name<>, u32 => u32, |map| Elements::on(map, &[MapKind::$kind]));
        derefs!($name<> to Map);
    };
}

/// `delete` where the kernel says whether something was there
/// (`__fd_array_map_delete_elem` in kernel/bpf/arraymap.c).
macro_rules! delete_says {
    ($name:ident) => {
        impl $name {
            /// Empties a slot: whether something was there.
            ///
            /// # Errors
            /// [`Error::OutOfRange`](crate::Error::OutOfRange),
            /// [`Error::Access`](crate::Error::Access) when the map is frozen or its
            /// descriptor read-only, else [`Error::Os`](crate::Error::Os).
            #[inline]
            pub fn delete(&self, index: u32) -> Result<bool> {
                self.in_range(index)?;
                self.0.delete("delete", &index)
            }
        }
    };
}

slots! {
    /// Programs to jump to with `bpf_tail_call`: `BPF_MAP_TYPE_PROG_ARRAY`.
    ///
    /// The programs have to be of the type, and the like, of the program that uses the
    /// array. When nothing outside of the kernel refers to the array any more, no
    /// descriptor and no pin, it is emptied.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{ProgArray, Result};
    /// # fn example(parsers: &ProgArray, ipv6: std::os::fd::BorrowedFd) -> Result<()> {
    /// parsers.set(6, ipv6)?;
    /// println!("program id {:?}", parsers.get(6)?);
    /// # Ok(())
    /// # }
    /// ```
    ProgArray: ProgArray, each "a program";
    /// `EINVAL` also says that it is not like the programs that use the array, or those
    /// that are in it.
    set
}
delete_says!(ProgArray);

impl ProgArray {
    /// The id of the program in a slot, `None` where there is none.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange),
    /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only, else
    /// [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn get(&self, index: u32) -> Result<Option<u32>> {
        self.in_range(index)?;
        self.0.get("get", &index)
    }

    /// The slots that are not empty, and the ids of the programs in them.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: as for [`get`](Self::get).
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Iter<u32, u32> {
        Iter::new(self.0.batches(Mode::Read, "iter", None))
    }

    /// Empties all slots.
    ///
    /// # Errors
    /// As for [`delete`](Self::delete).
    pub fn clear(&self) -> Result<()> {
        for entry in self.iter() {
            self.0.delete("clear", &entry?.0)?;
        }
        Ok(())
    }
}

slots! {
    /// Perf events to read with `bpf_perf_event_read`, or to write records to with
    /// `bpf_perf_event_output`: `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
    ///
    /// A slot is a CPU, as a rule. The kernel does not tell what is in it. What was put in
    /// through a handle goes when that handle and its clones do, unless the map has
    /// `BPF_F_PRESERVE_ELEMS`.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{PerfEventArray, Result};
    /// # fn example(cycles: &PerfEventArray, event: std::os::fd::BorrowedFd) -> Result<()> {
    /// cycles.set(0, event)?;
    /// # Ok(())
    /// # }
    /// ```
    PerfEventArray: PerfEventArray, each "a perf event";
    /// Reading an event on another CPU than its own fails in the program.
    set
}
delete_says!(PerfEventArray);

slots! {
    /// Cgroups to ask about with `bpf_skb_under_cgroup` and
    /// `bpf_current_task_under_cgroup`: `BPF_MAP_TYPE_CGROUP_ARRAY`.
    ///
    /// The kernel does not tell what is in a slot.
    ///
    /// ```no_run
    /// # use mapgen_runtime::CgroupArray;
    /// # fn example(trusted: &CgroupArray) -> Result<(), Box<dyn std::error::Error>> {
    /// trusted.set(0, std::fs::File::open("/sys/fs/cgroup/system.slice")?)?;
    /// # Ok(())
    /// # }
    /// ```
    CgroupArray: CgroupArray, each "a cgroup (by a descriptor of its folder)";
    /// The cgroup stays for as long as it is there, even when its folder is removed.
    set
}
delete_says!(CgroupArray);

slots! {
    /// AF_XDP sockets to redirect packets to: `BPF_MAP_TYPE_XSKMAP`.
    ///
    /// A slot is a receive queue, as a rule. The kernel does not tell what is in it, and
    /// empties it when the socket is closed.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, XskMap};
    /// # fn example(sockets: &XskMap, socket: std::os::fd::BorrowedFd) -> Result<()> {
    /// sockets.set(0, socket)?;
    /// sockets.delete(0)?;
    /// # Ok(())
    /// # }
    /// ```
    XskMap: XskMap, each "a socket";
    /// `EOPNOTSUPP` says that it is a socket of another family.
    set
}

impl XskMap {
    /// Empties a slot. Whether something was there, the kernel does not say.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange),
    /// [`Error::Access`](crate::Error::Access) when the map is frozen or its descriptor
    /// read-only, else [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn delete(&self, index: u32) -> Result<()> {
        self.in_range(index)?;
        self.0.delete("delete", &index).map(drop)
    }
}
