//! Gate load: every map, before a program is loaded and before anything is pinned.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use libbpf_rs::{Object, OpenObject};

use super::attach::{Program, Reach};
use super::open::{Declared, Mismatches};
use super::pins::Directory;
use super::swap::{Locks, Swaps, as_path};
use super::upgrade::{Outdated, Plan};
use super::{ObjectSpec, Open, errno, lacking, log, raw};
use crate::error::{Error, Result};
use crate::gate::members::Types;
use crate::gate::shape;
use crate::gate::{self, Accept, Known, Origin, Proof, Wanted};
use crate::info::MapInfo;
use crate::map::Map;
use crate::section::Section;
use crate::spec::{MapKind, MapSpec};
use crate::sys;

/// An object whose maps passed the gate and whose programs are in the kernel.
#[derive(Debug)]
pub struct Loaded {
    object: Object,
    spec: &'static ObjectSpec,
    sections: Vec<Section>,
    reach: Reach,
}

impl Open {
    /// Loads the object. The maps of the bindings come with it, in their order; `None`
    /// for an optional one that is not there.
    #[doc(hidden)]
    pub fn load(self, accept: Accept) -> Result<(Loaded, Vec<Option<Map>>)> {
        lacking::maps(&self)?;
        lacking::programs(&self.object)?;
        let mut mismatches = Mismatches::default();
        self.compare(|capacity| capacity, &mut mismatches)?;
        let spec = self.spec;
        let mut loading = Loading::new(self, accept);
        loading.open_pins(mismatches)?;
        let (result, heard) = log::heard(|| loading.view().prepare());
        result.map_err(|e| errno("load", spec.name, e, &heard))?;
        loading.admit_created()?;
        loading.pin()?;
        let (result, heard) = log::heard(|| loading.view().load());
        result.map_err(|e| {
            lacking::helper(&heard).unwrap_or_else(|| errno("load", spec.name, e, &heard))
        })?;
        let swaps = loading.upgrade()?;
        loading.finish(swaps)
    }
}

/// An object on its way into the kernel. Dropped before the end, it takes the pins away
/// that it made.
pub(super) struct Loading {
    /// `None` once it is loaded.
    object: Option<OpenObject>,
    spec: &'static ObjectSpec,
    bound: Vec<Option<usize>>,
    given: Vec<Option<Map>>,
    sections: Vec<usize>,
    declared: Vec<Declared>,
    pub(super) accept: Accept,
    btf: Vec<u8>,
    /// What passed the gate, for each map of the object.
    pub(super) admitted: Vec<Option<(MapInfo, Proof)>>,
    /// Pins that are not there yet.
    to_pin: Vec<(usize, CString)>,
    /// Pins of ours.
    pinned: Vec<(usize, CString)>,
    /// Directories of ours that they are in.
    directories: Vec<Directory>,
    /// Pins that were there, taken from libbpf so that it does not compare them again
    /// in its own way.
    pub(super) adopted: Vec<(usize, CString)>,
    pub(super) plans: Vec<Plan>,
    /// Pins that give way to a new map.
    pub(super) outdated: Vec<Outdated>,
    pub(super) locks: Locks,
}

/// What was found at the path of a pin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    /// Nothing.
    None,
    /// A map that matches, and is used.
    Adopted,
    /// A map that a new one replaces.
    Outdated,
}

impl Loading {
    fn new(open: Open, accept: Accept) -> Self {
        let view = raw::Object::of(&open.object);
        Self {
            btf: view.btf().unwrap_or_default(),
            admitted: vec![None; view.maps().len()],
            object: Some(open.object),
            spec: open.spec,
            bound: open.maps,
            given: open.given,
            sections: open.sections,
            declared: open.declared,
            accept,
            to_pin: Vec::new(),
            pinned: Vec::new(),
            directories: Vec::new(),
            adopted: Vec::new(),
            plans: open.plans,
            outdated: Vec::new(),
            locks: Locks::default(),
        }
    }

    fn object(&self) -> &OpenObject {
        self.object
            .as_ref()
            .expect("the object is taken only when everything is done")
    }

    pub(super) fn view(&self) -> raw::Object<'_> {
        raw::Object::of(self.object())
    }

    /// The binding of a map of the object, and its position.
    pub(super) fn binding(&self, index: usize) -> Option<(usize, &'static MapSpec)> {
        let position = self.bound.iter().position(|bound| *bound == Some(index))?;
        Some((position, self.spec.maps[position]))
    }

    /// Compares a live map with the binding, or where there is none, with what the
    /// object declares.
    fn admit(
        &self,
        index: usize,
        fd: BorrowedFd<'_>,
        origin: Origin<'_>,
        known: Option<Known<'_>>,
    ) -> Result<(MapInfo, Proof)> {
        if let Some((_, spec)) = self.binding(index) {
            return gate::admit(fd, &Wanted::bound(spec), self.accept, origin, known);
        }
        let map = self.view().maps()[index];
        // A map that took over another one tells of that one.
        let Declared {
            mut shape,
            key,
            value,
        } = self.declared[index];
        if map.fd().is_none() {
            shape = map.shape();
        }
        let name = map.name();
        let types = Types {
            btf: &self.btf,
            key,
            value,
        };
        let wanted = Wanted::declared(self.spec.name, &name, shape, types);
        gate::admit(fd, &wanted, self.accept, origin, known)
    }

    /// Maps that are there already: given by the caller, or pinned. They pass the gate
    /// before libbpf may have them.
    fn open_pins(&mut self, mut mismatches: Mismatches) -> Result<()> {
        for index in 0..self.admitted.len() {
            let map = self.view().maps()[index];
            if !map.autocreate() {
                continue;
            }
            let path = map.pin_path();
            if path.is_some() {
                self.unset_pin_path(index)?;
            }
            let given = self.binding(index).and_then(|(position, _)| {
                let map = self.given[position].as_ref()?;
                Some((*map.info(), map.proof()))
            });
            if let Some(admitted) = given {
                self.admitted[index] = Some(admitted);
            } else if let Some(fd) = map.fd() {
                let admitted = self.admit(index, fd, Origin::Fd, None);
                self.admitted[index] = mismatches.note(admitted)?;
            } else if let Some(path) = path {
                let adopted = match self.adopt(index, &path) {
                    Err(Error::Mismatch(_)) if self.plan(index).is_some() => {
                        self.outdate(index, &path)
                    }
                    adopted => adopted,
                };
                match mismatches.note(adopted)? {
                    Some(Pin::None) => {
                        mismatches.note(self.wants_numbers(index))?;
                        self.to_pin.push((index, path));
                    }
                    Some(Pin::Outdated) => {
                        mismatches.note(self.wants_numbers(index))?;
                    }
                    Some(Pin::Adopted) => self.locks.clean(&path),
                    None => {}
                }
            } else {
                mismatches.note(self.wants_numbers(index))?;
            }
        }
        mismatches.end()
    }

    /// Opens a pin; `None` when there is none.
    pub(super) fn pinned(&self, index: usize, path: &CStr) -> Result<Option<OwnedFd>> {
        let file = as_path(path);
        match sys::object_get(path, 0) {
            Ok(fd) => Ok(Some(fd)),
            Err(libc::ENOENT) => Ok(None),
            Err(libc::EPERM) if !sys::has_bpf_capability() => Err(Error::Permission {
                op: format!("opening the pin `{}`", file.display()).into(),
                map: map_name(self, index).into(),
                capability: "CAP_BPF",
            }),
            Err(errno) => Err(Error::Os {
                op: format!("opening the pin `{}`", file.display()).into(),
                map: map_name(self, index).into(),
                errno,
            }),
        }
    }

    /// Takes over a pinned map.
    pub(super) fn adopt(&mut self, index: usize, path: &CStr) -> Result<Pin> {
        let Some(fd) = self.pinned(index, path)? else {
            return Ok(Pin::None);
        };
        let origin = Origin::Pinned(as_path(path));
        let admitted = self.admit(index, fd.as_fd(), origin, None)?;
        let map = self.view().maps()[index];
        map.reuse(fd.as_fd())
            .map_err(|e| errno("reuse", &map.name(), e, ""))?;
        self.admitted[index] = Some(admitted);
        self.adopted.push((index, path.to_owned()));
        Ok(Pin::Adopted)
    }

    fn unset_pin_path(&self, index: usize) -> Result<()> {
        let map = self.view().maps()[index];
        map.set_pin_path(None)
            .map_err(|e| errno("load", &map.name(), e, ""))
    }

    /// Sizes or a capacity that were left to run time and never set, before the kernel says
    /// no more than `EINVAL`.
    fn wants_numbers(&self, index: usize) -> Result<()> {
        let map = self.view().maps()[index];
        let mut differences = shape::without_sizes(&map.shape());
        differences.extend(shape::without_entries(&map.shape()));
        if differences.is_empty() {
            return Ok(());
        }
        let name = map.name();
        let types = Types {
            btf: &[],
            key: 0,
            value: 0,
        };
        let wanted = Wanted::declared(self.spec.name, &name, map.shape(), types);
        let object = Origin::Object(self.spec.name).to_string();
        Err(wanted.mismatch(object, differences))
    }

    /// The maps that libbpf has just created.
    fn admit_created(&mut self) -> Result<()> {
        let known = Known {
            id: self.view().btf_id().unwrap_or_default(),
            btf: &self.btf,
            created: true,
        };
        let mut mismatches = Mismatches::default();
        let mut created = Vec::new();
        for (index, map) in self.view().maps().into_iter().enumerate() {
            if !map.autocreate() || self.admitted[index].is_some() {
                continue;
            }
            // Not there on kernels without global data: libbpf then does without.
            let Some(fd) = map.fd() else { continue };
            let admitted = if self.binding(index).is_some() {
                let origin = Origin::Object(self.spec.name);
                mismatches.note(self.admit(index, fd, origin, Some(known)))?
            } else {
                // Created from the object's own declaration, and nothing relies on more.
                let info =
                    MapInfo::of(fd).map_err(|e| errno("reading the info", &map.name(), e, ""))?;
                Some((info, Proof::Sizes))
            };
            created.push((index, admitted));
        }
        for (index, admitted) in created {
            self.admitted[index] = admitted;
        }
        mismatches.end()
    }

    /// Pins what is to be pinned, now that every map has passed. Where somebody else
    /// was faster, theirs is taken, as it would have been a moment later.
    fn pin(&mut self) -> Result<()> {
        for (index, path) in std::mem::take(&mut self.to_pin) {
            self.directories.push(Directory::of(as_path(&path)));
            let map = self.view().maps()[index];
            let (result, heard) = log::heard(|| map.pin(&path));
            match result {
                Ok(()) => self.pinned.push((index, path)),
                Err(libc::EEXIST) => {
                    self.unset_pin_path(index)?;
                    if self.adopt(index, &path)? == Pin::None {
                        return Err(errno("pin", &map_name(self, index), libc::EEXIST, &heard));
                    }
                }
                Err(e) => return Err(errno("pin", &map_name(self, index), e, &heard)),
            }
        }
        Ok(())
    }

    fn finish(mut self, swaps: Swaps) -> Result<(Loaded, Vec<Option<Map>>)> {
        let view = self.view();
        let raw = view.maps();
        for (index, path) in &self.adopted {
            // So that libbpf's own getters know of the pin.
            raw[*index]
                .set_pin_path(Some(path))
                .map_err(|e| errno("load", &raw[*index].name(), e, ""))?;
        }
        let live = |index: usize| -> Result<Option<(OwnedFd, MapInfo, Proof)>> {
            let (Some(fd), Some((info, proof))) = (raw[index].fd(), self.admitted[index]) else {
                return Ok(None);
            };
            let fd = duplicate(fd, &raw[index].name())?;
            Ok(Some((fd, info, proof)))
        };
        let mut maps = Vec::with_capacity(self.bound.len());
        for (position, index) in self.bound.iter().enumerate() {
            let given = self.given[position].clone();
            maps.push(match (given, index) {
                (Some(given), _) => Some(given),
                (None, Some(index)) => live(*index)?.map(|(fd, info, proof)| {
                    Map::from_parts(fd, self.spec.maps[position], info, proof)
                }),
                (None, None) => None,
            });
        }
        let mut sections = Vec::with_capacity(self.sections.len());
        for (index, spec) in self.sections.iter().zip(self.spec.sections) {
            let Some((fd, info, _)) = live(*index)? else {
                return Err(super::open::missing(self.spec.name, spec.name));
            };
            let mappable = info.map_flags() & sys::F_MMAPABLE != 0;
            sections.push(Section::new(
                fd,
                spec.name,
                spec.size,
                mappable,
                spec.read_only,
            ));
        }
        let mut gated = HashSet::new();
        let mut program_arrays = Vec::new();
        for (index, admitted) in self.admitted.iter().enumerate() {
            let Some((info, _)) = admitted else { continue };
            gated.insert(info.id());
            if info.kind() == MapKind::ProgArray {
                program_arrays.extend(live(index)?.map(|(fd, info, _)| (fd, info)));
            }
        }
        for directory in std::mem::take(&mut self.directories) {
            directory.keep();
        }
        swaps.keep();
        let spec = self.spec;
        let object = self.object.take().expect("it is taken only here");
        // SAFETY: libbpf has just loaded it, and nobody else has the pointer.
        let object = unsafe { Object::from_ptr(object.take_ptr()) };
        let loaded = Loaded {
            object,
            spec,
            sections,
            reach: Reach::new(spec.name, gated, program_arrays),
        };
        Ok((loaded, maps))
    }
}

pub(super) fn duplicate(fd: BorrowedFd<'_>, map: &str) -> Result<OwnedFd> {
    fd.try_clone_to_owned().map_err(|error| Error::Os {
        op: "duplicate the descriptor".into(),
        map: map.to_owned().into(),
        errno: error.raw_os_error().unwrap_or(libc::EIO),
    })
}

fn map_name(loading: &Loading, index: usize) -> String {
    loading.view().maps()[index].name()
}

impl Drop for Loading {
    fn drop(&mut self) {
        if self.object.is_none() {
            return;
        }
        for (index, path) in &self.pinned {
            let map = self.view().maps()[*index];
            // After a load that failed libbpf has done so already.
            if map.is_pinned() {
                let _ = map.unpin(path);
            }
        }
    }
}

impl Loaded {
    /// libbpf-rs's own object. Attaching through it is outside of the gate.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// libbpf-rs's own object. Attaching through it is outside of the gate.
    pub fn object_mut(&mut self) -> &mut Object {
        &mut self.object
    }

    /// A data section of the bindings.
    #[doc(hidden)]
    pub fn section(&self, name: &str) -> &Section {
        let position = self.spec.sections.iter().position(|s| s.name == name);
        &self.sections[position.expect("the bindings name their own sections")]
    }

    /// A program of the bindings.
    #[doc(hidden)]
    pub fn program(&self, name: &str) -> Program<'_> {
        let program = self.object.progs_mut().find(|p| p.name() == name);
        let program =
            program.expect("every program of the bindings was there when the object was opened");
        Program::new(program, &self.object, &self.reach)
    }

    /// Attaches every program whose section names what to attach to, and every
    /// `struct_ops` map, after all programs passed the gate.
    ///
    /// Returns the links, and the names of the programs that were loaded and say
    /// nothing of the kind (an XDP program wants an interface), or that libbpf was told
    /// not to attach. Dropping a link detaches its program.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when a program reaches a map that did not pass the gate;
    /// [`Error::Object`] or [`Error::Permission`] when one cannot be attached. Nothing
    /// stays attached then.
    pub fn attach(&mut self) -> Result<(Vec<libbpf_rs::Link>, Vec<String>)> {
        super::attach::attach_all(&self.object, &self.reach)
    }

    /// Registers a `struct_ops` map by its C name, after the programs that it may call
    /// passed the gate. Dropping the link takes it back.
    ///
    /// # Errors
    /// As for [`attach`](Self::attach).
    pub fn attach_struct_ops(&self, map: &str) -> Result<libbpf_rs::Link> {
        super::attach::attach_struct_ops(&self.object, &self.reach, map)
    }
}
