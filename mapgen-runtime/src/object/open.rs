//! Gate open: the object about to be loaded, against the bindings.

use std::marker::PhantomData;
use std::path::Path;

use libbpf_rs::{AsRawLibbpf, OpenMapMut, OpenObject, OpenProgramMut, ProgIter};

use super::raw;
use super::upgrade::Plan;
use super::{ObjectSpec, SectionSpec, errno, said};
use crate::error::{Difference, Error, Mismatch, Result};
use crate::gate::members::{self, Types};
use crate::gate::shape::{self, Capacity, Shape};
use crate::gate::{self, Accept, Origin, Wanted};
use crate::map::Map;
use crate::spec::{MapKind, MapSpec};

/// An object that libbpf has read, whose maps, sections and programs are those of the
/// bindings. Nothing is in the kernel yet.
#[derive(Debug)]
pub struct Open {
    pub(super) object: OpenObject,
    pub(super) spec: &'static ObjectSpec,
    /// The object's map for each map of `spec`.
    pub(super) maps: Vec<Option<usize>>,
    /// The object's map for each section of `spec`.
    pub(super) sections: Vec<usize>,
    /// Handles given with `reuse`, for each map of `spec`.
    pub(super) given: Vec<Option<Map>>,
    /// What becomes of a pin that does not match, for each map of `spec`.
    pub(super) plans: Vec<Plan>,
    /// What the object declared, for each map of it.
    pub(super) declared: Vec<Declared>,
}

/// What an object declares of a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) shape: Shape,
    pub(super) key: u32,
    pub(super) value: u32,
}

impl Open {
    pub(super) fn new(object: OpenObject, spec: &'static ObjectSpec) -> Result<Self> {
        let view = raw::Object::of(&object);
        let declared = view.maps().iter().map(|map| declared(*map)).collect();
        let mut mismatches = Mismatches::default();
        let mut maps = Vec::with_capacity(spec.maps.len());
        for map in spec.maps {
            let index = view.find(map.name);
            if index.is_none() && !map.optional {
                mismatches.note::<()>(Err(missing(spec.name, map.name)))?;
            }
            maps.push(index);
        }
        let mut sections = Vec::with_capacity(spec.sections.len());
        for section in spec.sections {
            let index = view
                .find(section.name)
                .ok_or_else(|| missing(spec.name, section.name));
            sections.extend(mismatches.note(index)?);
        }
        let open = Self {
            given: maps.iter().map(|_| None).collect(),
            plans: maps.iter().map(|_| Plan::default()).collect(),
            object,
            spec,
            maps,
            sections,
            declared,
        };
        open.compare(Capacity::of_object, &mut mismatches)?;
        mismatches.end()?;
        for name in spec.programs {
            if !open.object.progs().any(|program| program.name() == *name) {
                return Err(Error::Object {
                    op: "open",
                    name: spec.name.into(),
                    message: format!("program `{name}` is not there"),
                });
            }
        }
        Ok(open)
    }

    /// Every bound map and section as it would be created now, with what is asked of
    /// capacities.
    pub(super) fn compare(
        &self,
        capacity: fn(Capacity) -> Capacity,
        mismatches: &mut Mismatches,
    ) -> Result<()> {
        let view = raw::Object::of(&self.object);
        let btf = view.btf().unwrap_or_default();
        let maps = view.maps();
        for (index, spec) in self.maps.iter().zip(self.spec.maps) {
            let Some(map) = index.map(|index| maps[index]) else {
                continue;
            };
            // What it holds by now comes from elsewhere: the load gate has it.
            if map.fd().is_some() {
                continue;
            }
            if !map.autocreate() {
                if spec.optional {
                    continue;
                }
                mismatches.note::<()>(Err(missing(self.spec.name, spec.name)))?;
                continue;
            }
            let differences = differences(spec, capacity, map, &btf);
            if !differences.is_empty() {
                let mismatch = mismatch(self.spec.name, spec.name, differences);
                mismatches.note::<()>(Err(mismatch))?;
            }
        }
        // One is missing, which was noted: which of them, their order does not tell.
        if self.sections.len() != self.spec.sections.len() {
            return Ok(());
        }
        for (index, section) in self.sections.iter().zip(self.spec.sections) {
            let map = maps[*index];
            if map.fd().is_none() {
                mismatches.note(compare_section(self.spec.name, section, map, &btf))?;
            }
        }
        Ok(())
    }

    /// The maps of the bindings, in their order; `None` for an optional one that the
    /// object does not have.
    #[doc(hidden)]
    pub fn maps(&mut self) -> impl Iterator<Item = Option<OpenMap<'_>>> {
        let object = self.spec.name;
        let maps = raw::Object::of(&self.object).maps();
        self.maps
            .iter()
            .zip(self.spec.maps)
            .zip(&mut self.given)
            .zip(&mut self.plans)
            .map(move |(((index, spec), given), plan)| {
                index.map(|index| OpenMap {
                    map: maps[index],
                    object,
                    spec,
                    given,
                    plan,
                    alone: PhantomData,
                    binding: PhantomData,
                })
            })
    }

    /// The initial value of a data section.
    #[doc(hidden)]
    pub fn section<S: bytemuck::Pod>(&mut self, name: &str) -> &mut S {
        let position = self.spec.sections.iter().position(|s| s.name == name);
        let index = position.map(|position| self.sections[position]);
        let index = index.expect("the bindings name their own sections");
        let map = raw::Object::of(&self.object).maps()[index];
        let (value, size) = map
            .initial_value()
            .expect("a data section that is not loaded has an initial value");
        assert!(
            size == size_of::<S>() && value.cast::<S>().is_aligned(),
            "section `{name}` was given another size through `object_mut()`"
        );
        // SAFETY: libbpf's memory for this section, of this size and aligned, as just
        // compared; any bytes are an `S`. It stays until the map is resized or the
        // object is closed, for which `self` must be borrowed again.
        unsafe { value.cast::<S>().as_mut() }
    }

    /// libbpf-rs's own object.
    pub fn object(&self) -> &OpenObject {
        &self.object
    }

    /// libbpf-rs's own object. What is changed through it is compared again at load.
    pub fn object_mut(&mut self) -> &mut OpenObject {
        &mut self.object
    }
}

fn declared(map: raw::Map<'_>) -> Declared {
    let Types { key, value, .. } = map.types(&[]);
    Declared {
        shape: map.shape(),
        key,
        value,
    }
}

/// A map that is about to be created, and the inner map that it declares.
fn differences(
    spec: &'static MapSpec,
    capacity: fn(Capacity) -> Capacity,
    map: raw::Map<'_>,
    btf: &[u8],
) -> Vec<Difference> {
    let mut wanted = Wanted::bound(spec);
    wanted.capacity = capacity(wanted.capacity);
    let mut out = compare(&wanted, map, btf);
    if let (Some(spec), Some(inner)) = (spec.inner, map.inner()) {
        let wanted = Wanted::bound(spec);
        let inner = compare(&wanted, inner, btf);
        out.extend(inner.into_iter().map(|d| Difference::Inner(Box::new(d))));
    }
    out
}

fn compare(wanted: &Wanted<'_>, map: raw::Map<'_>, btf: &[u8]) -> Vec<Difference> {
    let found = map.shape();
    let mut out = shape::differences(&wanted.shape, wanted.capacity, &found);
    let types = map.types(btf);
    if !wanted.types.any() {
        return out;
    }
    if types.any() {
        out.extend(members::differences(wanted.types, types));
    } else if shape::keeps_btf(found.kind) {
        out.push(Difference::NoBtf);
    }
    out
}

fn compare_section(
    object: &'static str,
    spec: &SectionSpec,
    map: raw::Map<'_>,
    btf: &[u8],
) -> Result<()> {
    let found = map.shape();
    let mut differences = Vec::new();
    // libbpf makes an array of one element of every section; `object_mut()` can change that.
    if found.kind != MapKind::Array {
        differences.push(Difference::Kind {
            expected: MapKind::Array,
            found: found.kind,
        });
    }
    for (what, expected, found) in [
        ("key_size", 4, found.key_size),
        ("value_size", spec.size, found.value_size),
    ] {
        if expected as u64 != u64::from(found) {
            differences.push(Difference::Number {
                what,
                expected: expected as u64,
                found: found.into(),
            });
        }
    }
    let wanted = Types {
        btf: spec.btf,
        key: 0,
        value: spec.btf_value,
    };
    if wanted.any() {
        let found = map.types(btf);
        if found.any() {
            differences.extend(members::differences(wanted, found));
        } else {
            differences.push(Difference::NoBtf);
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(mismatch(object, spec.name, differences))
    }
}

/// Mismatches of several maps on their way into one error.
#[derive(Default)]
pub(super) struct Mismatches(Option<Mismatch>);

impl Mismatches {
    /// Notes a mismatch and goes on; any other error ends it.
    pub(super) fn note<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => return Ok(Some(value)),
            Err(Error::Mismatch(mismatch)) => match &mut self.0 {
                Some(first) => first.differences.push(Difference::Also(Box::new(mismatch))),
                None => self.0 = Some(mismatch),
            },
            Err(other) => return Err(other),
        }
        Ok(None)
    }

    /// The error, if there was a mismatch.
    pub(super) fn end(self) -> Result<()> {
        self.0.map_or(Ok(()), |first| Err(Error::Mismatch(first)))
    }
}

pub(super) fn mismatch(
    object: &'static str,
    map: &'static str,
    differences: Vec<Difference>,
) -> Error {
    Error::Mismatch(Mismatch {
        object,
        map: map.into(),
        found_in: Origin::Object(object).to_string(),
        differences,
    })
}

pub(super) fn missing(object: &'static str, map: &'static str) -> Error {
    mismatch(object, map, vec![Difference::Missing])
}

/// Hands out the programs of an object that is not loaded yet, each one once.
#[doc(hidden)]
#[derive(Debug)]
pub struct OpenPrograms<'a> {
    object: &'a OpenObject,
    alone: PhantomData<&'a mut ()>,
}

impl<'a> OpenPrograms<'a> {
    /// Borrows the object for as long as the programs are used.
    pub fn new(open: &'a mut Open) -> Self {
        Self {
            object: &open.object,
            alone: PhantomData,
        }
    }

    /// A program of the bindings.
    pub fn program(&self, name: &str) -> OpenProgramMut<'a> {
        let object = self.object.as_libbpf_object();
        // SAFETY: the object lives for `'a`, during which nobody else has it.
        let mut programs = ProgIter::new(unsafe { object.as_ref() });
        let found = programs.find_map(|mut program| {
            // SAFETY: a program of this object, of which the bindings name each once.
            let program = OpenProgramMut::new_mut(unsafe { program.as_mut() });
            (program.name() == name).then_some(program)
        });
        found.expect("every program of the bindings was there when the object was opened")
    }
}

/// A map of the bindings, in an object that is not loaded yet.
///
/// ```no_run
/// # use mapgen_runtime::{Result, object::OpenMap};
/// # fn example<Conns>(conns: &mut OpenMap<'_, Conns>) -> Result<()> {
/// // `open.maps().conns` is one of these; less than `MIN_ENTRIES` is refused.
/// conns.set_max_entries(100_000)?;
/// conns.set_pin_path("/sys/fs/bpf/conns")?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OpenMap<'a, B = ()> {
    map: raw::Map<'a>,
    pub(super) object: &'static str,
    spec: &'static MapSpec,
    given: &'a mut Option<Map>,
    pub(super) plan: &'a mut Plan,
    alone: PhantomData<&'a mut ()>,
    binding: PhantomData<fn() -> B>,
}

impl<'a> OpenMap<'a> {
    /// Says whose it is.
    pub(super) fn typed<B>(self) -> OpenMap<'a, B> {
        OpenMap {
            map: self.map,
            object: self.object,
            spec: self.spec,
            given: self.given,
            plan: self.plan,
            alone: PhantomData,
            binding: PhantomData,
        }
    }
}

impl<B> OpenMap<'_, B> {
    /// What the build knew of the map.
    pub fn spec(&self) -> &'static MapSpec {
        self.spec
    }

    /// How many entries it will have, as libbpf rounded it.
    pub fn max_entries(&self) -> u32 {
        self.map.shape().max_entries
    }

    /// Sets how many entries it will have; bytes for a ring buffer.
    ///
    /// # Errors
    /// [`Error::Mismatch`] below `MIN_ENTRIES`, or for any other number where
    /// `max_entries = N` was asserted; the message says how to allow it.
    pub fn set_max_entries(&mut self, max_entries: u32) -> Result<()> {
        let found = Shape {
            max_entries,
            ..self.map.shape()
        };
        let difference = Capacity::from(self.spec)
            .difference(&found)
            .or_else(|| shape::without_entries(&found));
        if let Some(difference) = difference {
            return Err(mismatch(self.object, self.spec.name, vec![difference]));
        }
        self.map
            .set_max_entries(max_entries)
            .map_err(|e| errno("set_max_entries", self.spec.name, e, ""))
    }

    /// Where `load` finds the map, or pins it. Nothing is pinned yet.
    ///
    /// # Errors
    /// [`Error::Object`] for a path with a zero byte in it.
    pub fn set_pin_path(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.libbpf()
            .set_pin_path(path)
            .map_err(|e| said("set_pin_path", self.spec.name, &e, ""))
    }

    /// Takes a map that is there instead of creating one.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when the handle is of another binding and its map does not
    /// match this one.
    pub fn reuse(&mut self, map: &Map) -> Result<()> {
        use std::os::fd::AsFd;

        let map = if same_binding(map.spec(), self.spec) {
            map.clone()
        } else {
            Map::by_fd(map.as_fd(), self.spec, Accept::default(), Origin::Fd)?
        };
        self.map
            .reuse(map.as_fd())
            .map_err(|e| errno("reuse", self.spec.name, e, ""))?;
        *self.given = Some(map);
        Ok(())
    }

    /// Whether `load` creates the map. Only a map that is declared `optional` can be
    /// left out.
    ///
    /// # Errors
    /// [`Error::Object`] for a map that is not optional.
    pub fn set_autocreate(&mut self, autocreate: bool) -> Result<()> {
        if !autocreate && !self.spec.optional {
            return Err(Error::Object {
                op: "set_autocreate",
                name: self.spec.name.into(),
                message: "the bindings need the map: declare it `optional`".to_owned(),
            });
        }
        self.map
            .set_autocreate(autocreate)
            .map_err(|e| errno("set_autocreate", self.spec.name, e, ""))
    }

    /// libbpf-rs's own map. What is changed through it is compared again at load.
    pub fn libbpf(&mut self) -> OpenMapMut<'_> {
        // SAFETY: the map lives as long as the object, which is borrowed mutably for as
        // long as `self`, and each `OpenMap` has a map of its own.
        OpenMapMut::new_mut(unsafe { self.map.as_ptr().as_mut() })
    }
}

/// Whether a map that passed the gate with one binding would pass it with the other.
fn same_binding(a: &'static MapSpec, b: &'static MapSpec) -> bool {
    std::ptr::eq(a, b)
        || (gate::Wanted::bound(a).capacity == gate::Wanted::bound(b).capacity
            && Shape::from(a) == Shape::from(b)
            && (a.btf, a.btf_key, a.btf_value) == (b.btf, b.btf_key, b.btf_value))
}
