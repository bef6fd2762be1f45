//! The calls of libbpf that libbpf-rs does not offer, and the only ones that we make
//! ourselves.
//!
//! All pointers come from an `OpenObject` or `Object` that the caller borrows. libbpf
//! keeps the maps of an object at one place from open to close, and never adds one
//! later, so a map can be named by its index.

use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;

use libbpf_rs::libbpf_sys::{self as sys, bpf_map, bpf_object};
use libbpf_rs::{AsRawLibbpf, Link, MapIter};

use crate::gate::members::Types;
use crate::gate::shape::Shape;
use crate::spec::MapKind;

/// An error number, positive.
type Errno = i32;

/// What libbpf calls return: negative error numbers.
fn check(status: i32) -> Result<(), Errno> {
    if status < 0 { Err(-status) } else { Ok(()) }
}

/// A borrowed object of libbpf, open or loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'a> {
    object: NonNull<bpf_object>,
    borrowed: PhantomData<&'a ()>,
}

impl<'a> Object<'a> {
    pub(crate) fn of(object: &'a impl AsRawLibbpf<LibbpfType = bpf_object>) -> Self {
        Self {
            object: object.as_libbpf_object(),
            borrowed: PhantomData,
        }
    }

    /// All maps, in an order that never changes.
    pub(crate) fn maps(self) -> Vec<Map<'a>> {
        // SAFETY: the pointer comes from an object that lives for `'a`.
        MapIter::new(unsafe { self.object.as_ref() })
            .map(|map| Map {
                map,
                borrowed: PhantomData,
            })
            .collect()
    }

    /// The index of a map by its C name, or by the name of a data section.
    pub(crate) fn find(self, name: &str) -> Option<usize> {
        let name = CString::new(name).ok()?;
        // SAFETY: a live object and a string with a zero byte at its end.
        let found =
            unsafe { sys::bpf_object__find_map_by_name(self.object.as_ptr(), name.as_ptr()) };
        let found = NonNull::new(found)?;
        self.maps().iter().position(|map| map.map == found)
    }

    /// The BTF of the object as libbpf has it in memory.
    pub(crate) fn btf(self) -> Option<Vec<u8>> {
        let mut size = 0;
        // SAFETY: a live object; a null answer is checked before it is used, and the
        // bytes are copied before libbpf can change them.
        unsafe {
            let btf = sys::bpf_object__btf(self.object.as_ptr());
            if btf.is_null() {
                return None;
            }
            let bytes = sys::btf__raw_data(btf, &raw mut size);
            if bytes.is_null() {
                return None;
            }
            Some(std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize).to_vec())
        }
    }

    /// The id of the object's BTF in the kernel, where it was loaded.
    pub(crate) fn btf_id(self) -> Option<u32> {
        // SAFETY: a live object; the descriptor is its own and lives as long.
        let fd = unsafe {
            let fd = sys::bpf_object__btf_fd(self.object.as_ptr());
            if fd < 0 {
                return None;
            }
            BorrowedFd::borrow_raw(fd)
        };
        crate::sys::btf_id(fd).ok()
    }

    /// Creates the maps and readies the programs, but loads none yet.
    pub(crate) fn prepare(self) -> Result<(), Errno> {
        // SAFETY: a live object, which nothing else uses meanwhile: the caller owns it.
        check(unsafe { sys::bpf_object__prepare(self.object.as_ptr()) })
    }

    /// Loads the programs.
    pub(crate) fn load(self) -> Result<(), Errno> {
        // SAFETY: as for `prepare`.
        check(unsafe { sys::bpf_object__load(self.object.as_ptr()) })
    }
}

/// A question for the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Probe {
    /// Whether it has a kind of map.
    Map(u32),
    /// Whether it has `struct_ops` maps, with these flags.
    StructOps(u32),
    /// Whether it has a type of program.
    Program(u32),
}

impl Probe {
    /// The answer; `None` where it is neither yes nor no, as without the capability to
    /// create any.
    pub(crate) fn ask(self) -> Option<bool> {
        // SAFETY: numbers, and no options.
        let status = unsafe {
            match self {
                Self::Map(kind) => sys::libbpf_probe_bpf_map_type(kind, std::ptr::null()),
                Self::Program(kind) => sys::libbpf_probe_bpf_prog_type(kind, std::ptr::null()),
                Self::StructOps(flags) => return has_struct_ops(flags),
            }
        };
        match status {
            1 => Some(true),
            // libbpf takes any refusal for an answer. `find_and_alloc_map` and
            // `find_prog_type` (kernel/bpf/syscall.c) refuse what they do not know so.
            0 if crate::sys::errno() == libc::EINVAL => Some(false),
            _ => None,
        }
    }
}

/// Asks for a `struct_ops` map of a type that is none. libbpf's own probe passes a flag of
/// Linux 6.9, which older kernels refuse as they refuse the kind.
fn has_struct_ops(flags: u32) -> Option<bool> {
    // The kernel's own, which user space does not have.
    const ENOTSUPP: i32 = 524;
    let attr = crate::sys::MapCreate {
        map_type: crate::spec::MapKind::StructOps.number(),
        key_size: 4,
        value_size: 4,
        max_entries: 1,
        map_flags: flags,
        btf_vmlinux_value_type_id: 1,
        ..crate::sys::MapCreate::default()
    };
    // `bpf_struct_ops_map_alloc_check` comes before `bpf_struct_ops_map_alloc`
    // (kernel/bpf/bpf_struct_ops.c).
    match crate::sys::map_create(&attr).map(drop) {
        Err(ENOTSUPP) => Some(true),
        Err(libc::EINVAL) => Some(false),
        _ => None,
    }
}

/// A map of an object, open or loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map<'a> {
    map: NonNull<bpf_map>,
    borrowed: PhantomData<&'a ()>,
}

impl<'a> Map<'a> {
    /// The name: C's, or after `reuse` the one that the kernel has.
    pub(crate) fn name(self) -> String {
        // SAFETY: a live map always has a name.
        let name = unsafe { CStr::from_ptr(sys::bpf_map__name(self.map.as_ptr())) };
        name.to_string_lossy().into_owned()
    }

    /// What it is about to be created as.
    pub(crate) fn shape(self) -> Shape {
        let map = self.map.as_ptr();
        // SAFETY: getters of a live map.
        unsafe {
            Shape {
                kind: MapKind::from_number(sys::bpf_map__type(map)),
                key_size: sys::bpf_map__key_size(map),
                value_size: sys::bpf_map__value_size(map),
                max_entries: sys::bpf_map__max_entries(map),
                map_flags: sys::bpf_map__map_flags(map),
                map_extra: sys::bpf_map__map_extra(map),
            }
        }
    }

    /// The types of its key and value in the object's BTF.
    pub(crate) fn types(self, btf: &[u8]) -> Types<'_> {
        // SAFETY: getters of a live map.
        unsafe {
            Types {
                btf,
                key: sys::bpf_map__btf_key_type_id(self.map.as_ptr()),
                value: sys::bpf_map__btf_value_type_id(self.map.as_ptr()),
            }
        }
    }

    /// What a map of maps declares its inner maps to be.
    pub(crate) fn inner(self) -> Option<Map<'a>> {
        // SAFETY: a live map; libbpf answers null where there is none.
        NonNull::new(unsafe { sys::bpf_map__inner_map(self.map.as_ptr()) }).map(|map| Map {
            map,
            borrowed: PhantomData,
        })
    }

    /// Whether libbpf is to create it.
    pub(crate) fn autocreate(self) -> bool {
        // SAFETY: a getter of a live map.
        unsafe { sys::bpf_map__autocreate(self.map.as_ptr()) }
    }

    pub(crate) fn set_autocreate(self, autocreate: bool) -> Result<(), Errno> {
        // SAFETY: a live map that nothing else uses meanwhile: the caller borrows its
        // object mutably.
        check(unsafe { sys::bpf_map__set_autocreate(self.map.as_ptr(), autocreate) })
    }

    pub(crate) fn set_max_entries(self, max_entries: u32) -> Result<(), Errno> {
        // SAFETY: as for `set_autocreate`.
        check(unsafe { sys::bpf_map__set_max_entries(self.map.as_ptr(), max_entries) })
    }

    /// The live map: created, or taken over by `reuse`.
    pub(crate) fn fd(self) -> Option<BorrowedFd<'a>> {
        // SAFETY: a getter of a live map; libbpf answers a negative number before there
        // is a descriptor, and keeps it open as long as the object.
        unsafe {
            let fd = sys::bpf_map__fd(self.map.as_ptr());
            (fd >= 0).then(|| BorrowedFd::borrow_raw(fd))
        }
    }

    /// Takes over a live map. libbpf duplicates the descriptor.
    pub(crate) fn reuse(self, fd: BorrowedFd<'_>) -> Result<(), Errno> {
        // SAFETY: as for `set_autocreate`, with a descriptor that lives for the call.
        check(unsafe { sys::bpf_map__reuse_fd(self.map.as_ptr(), fd.as_raw_fd()) })
    }

    pub(crate) fn pin_path(self) -> Option<CString> {
        // SAFETY: a getter of a live map; the string is copied before it can change.
        unsafe {
            let path = sys::bpf_map__pin_path(self.map.as_ptr());
            (!path.is_null()).then(|| CStr::from_ptr(path).to_owned())
        }
    }

    pub(crate) fn set_pin_path(self, path: Option<&CStr>) -> Result<(), Errno> {
        let path = path.map_or(std::ptr::null(), CStr::as_ptr);
        // SAFETY: as for `set_autocreate`; libbpf copies the string.
        check(unsafe { sys::bpf_map__set_pin_path(self.map.as_ptr(), path) })
    }

    /// Pins the live map, and makes the last directory of the path where it is missing.
    pub(crate) fn pin(self, path: &CStr) -> Result<(), Errno> {
        // SAFETY: as for `set_pin_path`.
        check(unsafe { sys::bpf_map__pin(self.map.as_ptr(), path.as_ptr()) })
    }

    /// Whether libbpf pinned it, and has not taken the pin away.
    pub(crate) fn is_pinned(self) -> bool {
        // SAFETY: a getter of a live map.
        unsafe { sys::bpf_map__is_pinned(self.map.as_ptr()) }
    }

    pub(crate) fn unpin(self, path: &CStr) -> Result<(), Errno> {
        // SAFETY: as for `set_pin_path`.
        check(unsafe { sys::bpf_map__unpin(self.map.as_ptr(), path.as_ptr()) })
    }

    /// Whether a `struct_ops` map is attached with its object.
    pub(crate) fn autoattach(self) -> bool {
        // SAFETY: a getter of a live map.
        unsafe { sys::bpf_map__autoattach(self.map.as_ptr()) }
    }

    /// Registers a `struct_ops` map.
    pub(crate) fn attach_struct_ops(self) -> Result<Link, Errno> {
        // SAFETY: a live map; a null answer sets `errno`.
        let link = unsafe { sys::bpf_map__attach_struct_ops(self.map.as_ptr()) };
        match NonNull::new(link) {
            // SAFETY: libbpf has just made the link, and nobody else has it.
            Some(link) => Ok(unsafe { Link::from_ptr(link) }),
            None => Err(crate::sys::errno()),
        }
    }

    /// The memory that a data section is loaded from.
    pub(crate) fn initial_value(self) -> Option<(NonNull<u8>, usize)> {
        let mut size = 0;
        // SAFETY: a getter of a live map.
        let value = unsafe { sys::bpf_map__initial_value(self.map.as_ptr(), &raw mut size) };
        NonNull::new(value.cast()).map(|value| (value, size as usize))
    }

    /// libbpf's own map.
    pub(crate) fn as_ptr(self) -> NonNull<bpf_map> {
        self.map
    }
}
