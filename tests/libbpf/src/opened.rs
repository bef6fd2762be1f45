//! An object that libbpf opened but did not load.

use std::ffi::{CStr, CString, c_char};
use std::io;
use std::path::Path;

use crate::{Btf, sys};

/// An object that libbpf opened but did not load.
pub struct Opened(*mut sys::bpf_object);

/// A map, as libbpf would create it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// What libbpf calls it.
    pub name: String,
    /// Whether it stands for a data section.
    pub internal: bool,
    /// `BPF_MAP_TYPE_*`.
    pub kind: u32,
    /// In bytes.
    pub key_size: u32,
    /// In bytes.
    pub value_size: u32,
    /// Entries, or bytes.
    pub max_entries: u32,
    /// `BPF_F_*`.
    pub map_flags: u32,
    /// The meaning depends on the kind.
    pub map_extra: u64,
    /// Used with `BPF_F_NUMA_NODE`.
    pub numa_node: u32,
    /// The BTF id of the key's type, 0 without one.
    pub key: u32,
    /// The BTF id of the value's type, 0 without one.
    pub value: u32,
    /// Whether libbpf pins it.
    pub pinned: bool,
    /// The inner map of a map of maps.
    pub inner: Option<Box<Map>>,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The C name of its function.
    pub name: String,
    /// Where it stands in the object.
    pub section: String,
    /// The program type, in lower case.
    pub kind: String,
    /// How many instructions it has.
    pub insns: u64,
}

impl Opened {
    /// Opens an object.
    ///
    /// # Errors
    /// libbpf's, when it refuses the object.
    ///
    /// # Panics
    /// When the path has a NUL or is no text: this is a test.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = CString::new(path.to_str().expect("a path of text")).expect("no NUL");
        // SAFETY: the path is a C string; libbpf copies what it keeps.
        let object = unsafe { sys::bpf_object__open(path.as_ptr()) };
        if object.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(object))
    }

    /// Every map, those of data sections and of struct_ops included.
    pub fn maps(&self) -> Vec<Map> {
        let mut maps = Vec::new();
        let mut map = std::ptr::null_mut();
        loop {
            // SAFETY: the object is open, `map` is one of its maps or null.
            map = unsafe { sys::bpf_object__next_map(self.0, map) };
            if map.is_null() {
                return maps;
            }
            // SAFETY: it is a map of the open object.
            maps.push(unsafe { Map::of(map) });
        }
    }

    /// Every entry program.
    pub fn programs(&self) -> Vec<Program> {
        let mut programs = Vec::new();
        let mut program = std::ptr::null_mut();
        loop {
            // SAFETY: the object is open, `program` is one of its programs or null.
            program = unsafe { sys::bpf_object__next_program(self.0, program) };
            if program.is_null() {
                return programs;
            }
            // SAFETY: it is a program of the open object.
            programs.push(unsafe {
                Program {
                    name: text(sys::bpf_program__name(program)),
                    section: text(sys::bpf_program__section_name(program)),
                    kind: text(sys::libbpf_bpf_prog_type_str(sys::bpf_program__type(
                        program,
                    ))),
                    insns: sys::bpf_program__insn_cnt(program),
                }
            });
        }
    }

    /// Loads it: creates its maps, and has the kernel verify its programs.
    ///
    /// # Errors
    /// libbpf's number.
    pub fn load(&self) -> Result<(), i32> {
        // SAFETY: the object is open.
        match unsafe { sys::bpf_object__load(self.0) } {
            0 => Ok(()),
            errno => Err(-errno),
        }
    }

    /// Its types; `None` for an object without BTF.
    pub fn btf(&self) -> Option<Btf<'_>> {
        // SAFETY: the object is open, and outlives the BTF by the lifetime.
        unsafe { Btf::new(sys::bpf_object__btf(self.0)) }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: opened above, closed once.
        unsafe { sys::bpf_object__close(self.0) };
    }
}

impl Map {
    /// # Safety
    /// A map of an object that is open.
    unsafe fn of(map: *mut sys::bpf_map) -> Self {
        // SAFETY: the caller's promise; an inner map belongs to the same object.
        unsafe {
            let inner = sys::bpf_map__inner_map(map);
            Self {
                name: text(sys::bpf_map__name(map)),
                internal: sys::bpf_map__is_internal(map),
                kind: sys::bpf_map__type(map),
                key_size: sys::bpf_map__key_size(map),
                value_size: sys::bpf_map__value_size(map),
                max_entries: sys::bpf_map__max_entries(map),
                map_flags: sys::bpf_map__map_flags(map),
                map_extra: sys::bpf_map__map_extra(map),
                numa_node: sys::bpf_map__numa_node(map),
                key: sys::bpf_map__btf_key_type_id(map),
                value: sys::bpf_map__btf_value_type_id(map),
                pinned: !sys::bpf_map__pin_path(map).is_null(),
                inner: (!inner.is_null()).then(|| Box::new(Self::of(inner))),
            }
        }
    }

    /// Whether it is a program's own map: neither a data section nor struct_ops.
    pub fn is_declared(&self) -> bool {
        !self.internal && !self.is_struct_ops()
    }

    /// Whether it is a table of programs for the kernel.
    pub fn is_struct_ops(&self) -> bool {
        self.kind == sys::BPF_MAP_TYPE_STRUCT_OPS
    }

    /// Whether libbpf rounds `max_entries` to pages, where mapgen says what the object
    /// says.
    pub fn is_rounded(&self) -> bool {
        matches!(
            self.kind,
            sys::BPF_MAP_TYPE_RINGBUF | sys::BPF_MAP_TYPE_USER_RINGBUF
        )
    }
}

/// A string that libbpf owns.
pub(crate) fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: libbpf's names are C strings that live as long as the object.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}
