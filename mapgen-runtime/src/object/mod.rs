//! Objects from open to attach, on libbpf-rs, with a gate before each step.
//!
//! 1. `flow::open()` lets libbpf read the object, and compares every map, data section
//!    and program with the bindings ([`Open`], gate open).
//! 2. Sizes, globals, pins and programs are set on it.
//! 3. `load()` opens the pins that are there, creates the other maps, compares every one
//!    (gate load), and only then pins the new ones and loads the programs ([`Loaded`]). A
//!    pin that an earlier version left is upgraded where [`OpenMap`] was told how.
//! 4. [`Program`] attaches what it is after asking the kernel which maps it reaches
//!    (gate attach).
//!
//! `#[ebpf_map]` on a module gives these steps the names of the object: `flow::Open`,
//! `flow::Loaded`. Whatever is not covered is one call away, in libbpf-rs's own
//! `object()` and `object_mut()`; attaching through those is outside of the gate.

mod attach;
mod lacking;
mod load;
mod log;
mod migrate;
mod open;
mod pins;
mod raw;
mod swap;
mod upgrade;

use std::os::fd::BorrowedFd;
use std::path::Path;

use libbpf_rs::ObjectBuilder;

use crate::error::{Error, Result};
use crate::gate::{self, Accept, Known, Origin, Proof, Wanted};
use crate::info::MapInfo;
use crate::map::{Binding, Handle, Map};
use crate::spec::MapSpec;
use crate::sys;

pub use attach::Program;
pub use load::Loaded;
pub use open::{Open, OpenMap, OpenPrograms};
pub use upgrade::Upgrade;

/// What the bindings know of an object.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectSpec {
    pub name: &'static str,
    pub maps: &'static [&'static MapSpec],
    pub sections: &'static [SectionSpec],
    pub programs: &'static [&'static str],
}

/// What the bindings know of a data section.
#[doc(hidden)]
#[derive(Debug)]
pub struct SectionSpec {
    pub name: &'static str,
    /// In bytes.
    pub size: usize,
    pub read_only: bool,
    /// BTF of the section, empty where it was not written down.
    pub btf: &'static [u8],
    /// The id of the datasec in it.
    pub btf_value: u32,
}

/// Opens an object with the options of libbpf-rs.
#[derive(Debug)]
pub struct Builder {
    builder: ObjectBuilder,
    spec: &'static ObjectSpec,
}

impl Builder {
    #[doc(hidden)]
    pub fn new(spec: &'static ObjectSpec) -> Self {
        let mut builder = ObjectBuilder::default();
        // Without a name libbpf makes one of an address. It takes any but those with a
        // zero byte, which Rust names of objects have not.
        let _ = builder.name(spec.name);
        Self { builder, spec }
    }

    /// libbpf-rs's own builder: name, root of pins, other BTF of the kernel, …
    pub fn object_builder_mut(&mut self) -> &mut ObjectBuilder {
        &mut self.builder
    }

    #[doc(hidden)]
    pub fn open(&mut self, bytes: &[u8]) -> Result<Open> {
        let (object, heard) = log::heard(|| self.builder.open_memory(bytes));
        let object = object.map_err(|error| said("open", self.spec.name, &error, &heard))?;
        Open::new(object, self.spec)
    }

    /// Opens an object from a file. The bindings must fit it.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when they do not, [`Error::Object`] when libbpf cannot read it.
    pub fn open_file(&mut self, path: impl AsRef<Path>) -> Result<Open> {
        let (object, heard) = log::heard(|| self.builder.open_file(path));
        let object = object.map_err(|error| said("open", self.spec.name, &error, &heard))?;
        Open::new(object, self.spec)
    }
}

/// An object's BTF: its id in the kernel (0 when it is not there) and its bytes.
pub(crate) fn with_btf<T>(
    object: &libbpf_rs::Object,
    look: impl FnOnce(Option<(u32, &[u8])>) -> T,
) -> T {
    let object = raw::Object::of(object);
    let btf = object.btf();
    look(
        btf.as_deref()
            .map(|btf| (object.btf_id().unwrap_or_default(), btf)),
    )
}

/// As [`gate::pass`], for a map of an object that this process loaded with libbpf: its BTF is
/// at hand, so no capability is needed to compare with it.
pub(crate) fn pass(
    fd: BorrowedFd<'_>,
    object: &libbpf_rs::Object,
    spec: &'static MapSpec,
    accept: Accept,
) -> Result<(MapInfo, Proof)> {
    let name = object
        .name()
        .map_or_else(|| spec.object.into(), |name| name.to_string_lossy());
    with_btf(object, |btf| {
        let known = btf.map(|(id, btf)| Known {
            id,
            btf,
            created: false,
        });
        let wanted = Wanted::bound(spec);
        gate::admit(fd, &wanted, accept, Origin::Object(&name), known)
    })
}

/// The next map of the bindings, which is there.
#[doc(hidden)]
pub fn next<'a, B>(maps: &mut impl Iterator<Item = Option<OpenMap<'a>>>) -> OpenMap<'a, B> {
    next_optional(maps)
        .expect("every map that is not optional was there when the object was opened")
}

/// The next map of the bindings, if it is there.
#[doc(hidden)]
pub fn next_optional<'a, B>(
    maps: &mut impl Iterator<Item = Option<OpenMap<'a>>>,
) -> Option<OpenMap<'a, B>> {
    maps.next().flatten().map(OpenMap::typed)
}

/// The next map, created or reused; `None` for one that is missing.
#[doc(hidden)]
pub fn next_live(maps: &mut impl Iterator<Item = Option<Map>>) -> Option<Map> {
    maps.next().flatten()
}

/// Puts its type on a map of the object.
#[doc(hidden)]
pub fn bind<B: Binding>(map: Option<Map>) -> Result<B> {
    let map = map.ok_or_else(|| open::missing(B::SPEC.object, B::SPEC.name))?;
    Ok(B::from_handle(<B::Handle as Handle>::from_map(map)?))
}

/// Puts its type on a map that may be missing.
#[doc(hidden)]
pub fn bind_optional<B: Binding>(map: Option<Map>) -> Result<Option<B>> {
    map.map(|map| bind(Some(map))).transpose()
}

/// An error of libbpf-rs.
fn said(op: &'static str, name: &str, error: &libbpf_rs::Error, heard: &str) -> Error {
    let denied = error.kind() == libbpf_rs::ErrorKind::PermissionDenied;
    failed(op, name, denied, &format!("{error:#}"), heard)
}

/// An error of libbpf itself.
fn errno(op: &'static str, name: &str, errno: i32, heard: &str) -> Error {
    let error = std::io::Error::from_raw_os_error(errno);
    failed(op, name, errno == libc::EPERM, &error.to_string(), heard)
}

fn failed(op: &'static str, name: &str, denied: bool, error: &str, heard: &str) -> Error {
    if denied {
        if let Some(capability) = missing_capability() {
            return Error::Permission {
                op: op.into(),
                map: name.to_owned().into(),
                capability,
            };
        }
    }
    let heard = log::end(heard);
    let message = if heard.is_empty() {
        error.to_owned()
    } else {
        format!("{error}\n{heard}")
    };
    Error::Object {
        op,
        name: name.to_owned().into(),
        message,
    }
}

/// What a process usually lacks that may not load or attach a program. Which one it was
/// the kernel does not tell; where none is missing, it was something else.
fn missing_capability() -> Option<&'static str> {
    const NET_ADMIN: u32 = 12;
    const SYS_ADMIN: u32 = 21;
    const PERFMON: u32 = 38;
    if !sys::has_bpf_capability() {
        return Some("CAP_BPF");
    }
    let admin = sys::has_capability(SYS_ADMIN);
    let perfmon = admin || sys::has_capability(PERFMON);
    let net_admin = sys::has_capability(NET_ADMIN);
    match (perfmon, net_admin) {
        (true, true) => None,
        (false, true) => Some("CAP_PERFMON"),
        (true, false) => Some("CAP_NET_ADMIN"),
        (false, false) => Some("CAP_PERFMON (tracing) or CAP_NET_ADMIN (networking)"),
    }
}
