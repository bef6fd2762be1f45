//! The load gate: a live map against its [`MapSpec`].
//!
//! 1. `shape` compares the numbers of a map: kind, sizes, flags, capacity.
//! 2. `members` compares the types of its key and value, scalar by scalar, in two BTF
//!    blobs: the binding's own, and the map's.
//! 3. This file finds the map's blob, puts both together, and says no with every
//!    difference at once, or how far the map is proven.
//!
//! Inner maps are compared where an object declares them (gate open). The kernel shows
//! nothing of the inner map that a live map of maps asks for; it compares that itself
//! whenever an inner map is put in (`bpf_map_meta_equal`).

pub(crate) mod members;
pub(crate) mod shape;

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::{Difference, Error, Mismatch, PINNED, READING_BTF, Result};
use crate::info::MapInfo;
use crate::spec::MapSpec;
use crate::sys::{self, Errno};
use members::Types;
use shape::{Capacity, Shape};

/// What a caller is ready to do without when a map is opened.
///
/// The default is everything: members are compared, and what cannot be compared is
/// refused.
///
/// ```no_run
/// # use mapgen_runtime::{Accept, Binding, Result};
/// # fn example<Conns: Binding>(open: impl Fn(&str, Accept) -> Result<Conns>) -> Result<()> {
/// // What `flow::Conns::from_pinned_with` does, in a process without CAP_SYS_ADMIN.
/// let conns = open("/sys/fs/bpf/conns", Accept::sizes_only())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    sizes_only: bool,
    no_btf: bool,
}

impl Accept {
    /// Compares kind, sizes, flags and capacity, not members: for processes without
    /// CAP_SYS_ADMIN, which may not read the BTF of a map they did not load.
    pub const fn sizes_only() -> Self {
        Self {
            sizes_only: true,
            no_btf: false,
        }
    }

    /// Accepts a map that carries no BTF after comparing its sizes; where there is
    /// BTF, members are compared.
    pub const fn no_btf() -> Self {
        Self {
            sizes_only: false,
            no_btf: true,
        }
    }
}

/// How far a map was compared when it was opened.
///
/// ```no_run
/// # use mapgen_runtime::{Map, Proof};
/// # fn example(conns: &Map) {
/// if conns.proof() == Proof::Sizes {
///     eprintln!("the members of `{}` were not compared", conns.name());
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Member by member, or by being the very BTF that this process loaded.
    Members,
    /// Kind, sizes, flags and capacity: the kind of map keeps no BTF, or the caller
    /// accepted less.
    Sizes,
}

/// Where a map came from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// A pin at this path.
    Pinned(&'a Path),
    /// The id of a map.
    Id(u32),
    /// A descriptor from elsewhere.
    Fd,
    /// An object that this process loaded, by its name.
    #[cfg_attr(not(feature = "libbpf"), expect(dead_code, reason = "it takes libbpf"))]
    Object(&'a str),
    /// This process created it from the spec.
    Created,
}

impl std::fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pinned(path) => write!(f, "{PINNED} `{}`", path.display()),
            Self::Id(id) => write!(f, "map id {id}"),
            Self::Fd => write!(f, "from a descriptor"),
            Self::Object(object) => write!(f, "object `{object}`"),
            Self::Created => write!(f, "newly created"),
        }
    }
}

/// What a map must be.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The object whose binding it is.
    pub(crate) object: &'static str,
    /// The map.
    pub(crate) name: &'a str,
    pub(crate) shape: Shape,
    pub(crate) capacity: Capacity,
    pub(crate) types: Types<'a>,
    /// The BTF of `types` again, where it lives as long as the process: then the answer
    /// of a comparison may be remembered under it.
    lasting: Option<&'static [u8]>,
}

impl Wanted<'static> {
    /// What a binding wants.
    pub(crate) fn bound(spec: &'static MapSpec) -> Self {
        Self {
            object: spec.object,
            name: spec.name,
            shape: Shape::from(spec),
            capacity: Capacity::from(spec),
            types: Types::of(spec),
            lasting: Some(spec.btf),
        }
    }
}

impl<'a> Wanted<'a> {
    /// What an object wants of a map that nothing is bound to.
    #[cfg_attr(not(feature = "libbpf"), expect(dead_code, reason = "it takes libbpf"))]
    pub(crate) fn declared(
        object: &'static str,
        name: &'a str,
        shape: Shape,
        types: Types<'a>,
    ) -> Self {
        Self {
            object,
            name,
            shape,
            capacity: Capacity::at_least(shape.max_entries),
            types,
            lasting: None,
        }
    }

    /// No, with everything that is wrong.
    pub(crate) fn mismatch(&self, found_in: String, differences: Vec<Difference>) -> Error {
        Error::Mismatch(Mismatch {
            object: self.object,
            map: self.name.to_owned().into(),
            found_in,
            differences,
        })
    }
}

/// The BTF of an object that this process loaded.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Its id in the kernel, 0 when the kernel did not take it.
    pub(crate) id: u32,
    pub(crate) btf: &'a [u8],
    /// Whether libbpf certainly created the map from the object, rather than reused
    /// one that was there.
    pub(crate) created: bool,
}

/// Lets a map through, or says how it differs from its binding.
pub(crate) fn pass(
    fd: BorrowedFd<'_>,
    spec: &'static MapSpec,
    accept: Accept,
    origin: Origin<'_>,
) -> Result<(MapInfo, Proof)> {
    admit(fd, &Wanted::bound(spec), accept, origin, None)
}

/// Compares a live map with what it must be.
pub(crate) fn admit(
    fd: BorrowedFd<'_>,
    wanted: &Wanted<'_>,
    accept: Accept,
    origin: Origin<'_>,
    known: Option<Known<'_>>,
) -> Result<(MapInfo, Proof)> {
    let info = match MapInfo::of(fd) {
        Ok(info) => info,
        Err(libc::EINVAL) => {
            return Err(wanted.mismatch(origin.to_string(), vec![Difference::NotAMap]));
        }
        Err(errno) => return Err(os("reading the info", wanted, errno)),
    };
    let mut differences = shape::differences(&wanted.shape, wanted.capacity, &Shape::from(&info));
    let proof = match prove(&info, wanted, accept, origin, known) {
        Ok(proof) => proof,
        Err(Refusal::Differs(members)) => {
            differences.extend(members);
            Proof::Sizes
        }
        // More is wrong than a capability could mend.
        Err(_) if !differences.is_empty() => Proof::Sizes,
        Err(Refusal::Permission) => {
            return Err(Error::Permission {
                op: READING_BTF.into(),
                map: wanted.name.to_owned().into(),
                capability: "CAP_SYS_ADMIN",
            });
        }
        Err(Refusal::Os(errno)) => return Err(os(READING_BTF, wanted, errno)),
    };
    if differences.is_empty() {
        return Ok((info, proof));
    }
    let found_in = match origin {
        Origin::Fd => Origin::Id(info.id()).to_string(),
        other => other.to_string(),
    };
    Err(wanted.mismatch(found_in, differences))
}

/// Compares a map that is not the kernel's, of which all is known.
pub(crate) fn compare(
    info: &MapInfo,
    created_from: &MapSpec,
    wanted: &Wanted<'_>,
    origin: Origin<'_>,
    capacity: bool,
) -> Result<Proof> {
    let capacity = if capacity {
        wanted.capacity
    } else {
        Capacity::at_least(0)
    };
    let mut differences = shape::differences(&wanted.shape, capacity, &Shape::from(info));
    let found = Types::of(created_from);
    let compared = wanted.types.any() && found.any() && shape::keeps_btf(info.kind());
    if compared && differences.is_empty() {
        differences = members::differences(wanted.types, found);
    }
    if !differences.is_empty() {
        return Err(wanted.mismatch(origin.to_string(), differences));
    }
    Ok(if compared {
        Proof::Members
    } else {
        Proof::Sizes
    })
}

/// How the types of a changed spec, and its inner map, differ from those of the binding:
/// what the gate takes on trust of a map that was just created, or cannot see.
pub(crate) fn changed(spec: &MapSpec, changed: &MapSpec) -> Vec<Difference> {
    let (wanted, found) = (Types::of(spec), Types::of(changed));
    let mut out = Vec::new();
    if wanted != found && wanted.any() && found.any() {
        out.extend(members::differences(wanted, found));
    }
    if let (Some(spec), Some(changed)) = (spec.inner, changed.inner) {
        let differences = inner(spec, changed, Capacity::from(spec));
        out.extend(
            differences
                .into_iter()
                .map(|difference| Difference::Inner(Box::new(difference))),
        );
    }
    out
}

/// How an inner map differs from the one that an object declares.
pub(crate) fn inner(declared: &MapSpec, found: &MapSpec, capacity: Capacity) -> Vec<Difference> {
    let mut out = shape::differences(&Shape::from(declared), capacity, &Shape::from(found));
    out.extend(changed(declared, found));
    out
}

enum Refusal {
    Differs(Vec<Difference>),
    Permission,
    Os(Errno),
}

/// Compares the types, with as little as it takes.
fn prove(
    info: &MapInfo,
    wanted: &Wanted<'_>,
    accept: Accept,
    origin: Origin<'_>,
    known: Option<Known<'_>>,
) -> Result<Proof, Refusal> {
    if !wanted.types.any() || !shape::keeps_btf(wanted.shape.kind) || !shape::keeps_btf(info.kind())
    {
        return Ok(Proof::Sizes);
    }
    let created = matches!(origin, Origin::Created) || known.is_some_and(|known| known.created);
    if info.btf_id() == 0 {
        // The kernel has no BTF, or refused this one: what we created ourselves was
        // created from these very declarations.
        return if created || accept.sizes_only || accept.no_btf {
            Ok(Proof::Sizes)
        } else {
            Err(Refusal::Differs(vec![Difference::NoBtf]))
        };
    }
    if matches!(origin, Origin::Created) {
        return Ok(Proof::Members);
    }
    let compared = Compared {
        btf_id: info.btf_id(),
        found: (info.btf_key_type_id(), info.btf_value_type_id()),
        types: (wanted.types.key, wanted.types.value),
    };
    if wanted
        .lasting
        .is_some_and(|expected| compared.is_equal_to(expected))
    {
        return Ok(Proof::Members);
    }
    let bytes;
    let btf = match known {
        // No other blob has this id, so the kernel's copy needs not be read.
        Some(known) if known.id == info.btf_id() => known.btf,
        _ if accept.sizes_only => return Ok(Proof::Sizes),
        _ => {
            bytes = read_btf(info.btf_id()).map_err(|errno| match errno {
                libc::EPERM => Refusal::Permission,
                errno => Refusal::Os(errno),
            })?;
            bytes.as_slice()
        }
    };
    let found = Types {
        btf,
        key: info.btf_key_type_id(),
        value: info.btf_value_type_id(),
    };
    let differences = members::differences(wanted.types, found);
    if !differences.is_empty() {
        return Err(Refusal::Differs(differences));
    }
    if let Some(expected) = wanted.lasting {
        compared.remember(expected);
    }
    Ok(Proof::Members)
}

fn read_btf(id: u32) -> sys::Result<Vec<u8>> {
    let fd = sys::btf_by_id(id)?;
    sys::btf_bytes(fd.as_fd())
}

/// The types of a live map and those of a binding, in the BTF of each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Compared {
    btf_id: u32,
    found: (u32, u32),
    types: (u32, u32),
}

/// What was compared and found equal, and with the BTF of which bindings. The kernel numbers
/// BTF upwards and starts anew only after 2^31 (`btf_alloc_id`), so an id stands for the
/// same bytes for as long as a process lives.
static EQUAL: Mutex<BTreeMap<Compared, Vec<&'static [u8]>>> = Mutex::new(BTreeMap::new());

impl Compared {
    fn is_equal_to(self, expected: &'static [u8]) -> bool {
        let equal = EQUAL.lock().unwrap_or_else(PoisonError::into_inner);
        let bindings = equal.get(&self).map_or(&[][..], Vec::as_slice);
        // By content where need be: a constant may have several addresses.
        bindings
            .iter()
            .any(|known| std::ptr::eq(*known, expected) || *known == expected)
    }

    fn remember(self, expected: &'static [u8]) {
        let mut equal = EQUAL.lock().unwrap_or_else(PoisonError::into_inner);
        // A bound, for processes that open maps without end.
        if equal.len() >= 4096 {
            equal.clear();
        }
        let bindings = equal.entry(self).or_default();
        if !bindings.contains(&expected) {
            bindings.push(expected);
        }
    }
}

fn os(op: &'static str, wanted: &Wanted<'_>, errno: Errno) -> Error {
    Error::Os {
        op: op.into(),
        map: wanted.name.to_owned().into(),
        errno,
    }
}
