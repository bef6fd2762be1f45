//! The load gate: a live map against its [`MapSpec`].

use std::os::fd::BorrowedFd;
use std::path::Path;

use crate::error::{Difference, Error, Mismatch, Result};
use crate::info::MapInfo;
use crate::spec::MapSpec;
use crate::sys;

/// What a caller is ready to do without when a map is opened.
///
/// The default is everything: members are compared, and what cannot be compared is
/// refused.
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
            Self::Pinned(path) => write!(f, "pinned at `{}`", path.display()),
            Self::Id(id) => write!(f, "map id {id}"),
            Self::Fd => write!(f, "from a descriptor"),
            Self::Object(object) => write!(f, "of the loaded object `{object}`"),
            Self::Created => write!(f, "newly created"),
        }
    }
}

/// Lets a map through, or says how it differs from its binding.
pub(crate) fn pass(
    fd: BorrowedFd<'_>,
    spec: &'static MapSpec,
    _accept: Accept,
    origin: Origin<'_>,
) -> Result<(MapInfo, Proof)> {
    let raw = sys::map_info(fd).map_err(|errno| Error::Os {
        op: "read the info",
        map: spec.name.into(),
        errno,
    })?;
    let info = MapInfo::new(raw);
    let mut differences = Vec::new();
    if info.kind() != spec.kind {
        differences.push(Difference::Kind {
            expected: spec.kind,
            found: info.kind(),
        });
    }
    for (what, expected, found) in [
        ("key_size", spec.key_size, info.key_size()),
        ("value_size", spec.value_size, info.value_size()),
    ] {
        if expected != found {
            differences.push(Difference::Number {
                what,
                expected: expected.into(),
                found: found.into(),
            });
        }
    }
    let required = if spec.exact_entries {
        spec.max_entries
    } else {
        spec.min_entries
    };
    if info.max_entries() < required || (spec.exact_entries && info.max_entries() != required) {
        differences.push(Difference::Capacity {
            required,
            found: info.max_entries(),
            exact: spec.exact_entries,
        });
    }
    if differences.is_empty() {
        return Ok((info, Proof::Members));
    }
    Err(Error::Mismatch(Mismatch {
        object: spec.object,
        map: spec.name.into(),
        found_in: origin.to_string(),
        differences,
    }))
}
