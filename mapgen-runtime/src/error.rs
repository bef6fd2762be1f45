//! What can go wrong at run time, in one enum.

use std::borrow::Cow;
use std::fmt;

use crate::spec::MapKind;

/// The result of every fallible call in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The name of a map, in messages.
pub type Name = Cow<'static, str>;

/// What fails without CAP_SYS_ADMIN on a map that this process did not load.
pub(crate) const READING_BTF: &str = "reading the BTF";

/// How [`Mismatch::found_in`] starts where the map came from a pin.
pub(crate) const PINNED: &str = "pinned at";

/// What went wrong. Messages name the map and the operation.
///
/// ```no_run
/// # use mapgen_runtime::{Error, HashMap, Result};
/// # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
/// match conns.insert(&1, &1) {
///     Err(Error::Full { capacity, .. }) => eprintln!("no room beyond {capacity} entries"),
///     other => other?,
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The map is full: the kernel refused a new entry for want of room.
    ///
    /// `mapgen explain M0500` says what to do.
    Full {
        /// The map.
        map: Name,
        /// Its `max_entries`.
        capacity: u32,
        /// How many entries it holds, where the kernel can say.
        entries: Option<u32>,
    },
    /// An index beyond the last element of an array.
    ///
    /// `mapgen explain M0501` says what to do.
    OutOfRange {
        /// The map.
        map: Name,
        /// The index that was asked for.
        index: u32,
        /// The number of elements.
        capacity: u32,
    },
    /// A prefix with more bits than the keys of a trie have.
    ///
    /// `mapgen explain M0502` says what to do.
    PrefixTooLong {
        /// The map.
        map: Name,
        /// The length that was asked for, in bits.
        length: u32,
        /// How many bits a key has.
        bits: u32,
    },
    /// What is there is not what the program was built for.
    ///
    /// `mapgen explain M0503` says what to do.
    Mismatch(Mismatch),
    /// The kernel asks for a capability that this process has not.
    ///
    /// `mapgen explain M0504` says what to do.
    Permission {
        /// What was attempted.
        op: Cow<'static, str>,
        /// The map, or the object's name.
        map: Name,
        /// The capability: `CAP_BPF`.
        capability: &'static str,
    },
    /// The running kernel is too old.
    ///
    /// `mapgen explain M0505` says what to do.
    Unsupported {
        /// What it lacks.
        what: Cow<'static, str>,
        /// The first release that has it: `5.8`.
        since: &'static str,
    },
    /// Something of which there is only one is in use.
    ///
    /// `mapgen explain M0506` says what to do.
    Busy {
        /// The map.
        map: Name,
        /// What is in use.
        what: &'static str,
    },
    /// The map changed so much during an iteration that it would not have ended.
    ///
    /// `mapgen explain M0507` says what to do.
    Interrupted {
        /// The map.
        map: Name,
        /// The operation that gave up.
        op: &'static str,
    },
    /// A record of a ring buffer that does not fit its type.
    ///
    /// `mapgen explain M0508` says what to do.
    Record {
        /// The map.
        map: Name,
        /// The size of the type in bytes.
        expected: u32,
        /// The size of the record in bytes.
        found: u32,
    },
    /// A record of a ring buffer or perf array that is none of the types that were
    /// declared for it.
    ///
    /// `mapgen explain M0509` says what to do.
    UnknownRecord {
        /// The map.
        map: Name,
        /// The tag, where types are told apart by one.
        tag: Option<u64>,
        /// The size of the record in bytes.
        found: u32,
    },
    /// Memory that is shared with the kernel holds what the kernel does not write there:
    /// somebody else, who has the map's descriptor, did.
    ///
    /// `mapgen explain M0510` says what to do.
    Disturbed {
        /// The map.
        map: Name,
        /// `the position of CPU 3`.
        what: Cow<'static, str>,
    },
    /// `try_insert` of a key that is there.
    ///
    /// `mapgen explain M0511` says what to do.
    Exists {
        /// The map.
        map: Name,
    },
    /// `replace` of a key that is not there.
    ///
    /// `mapgen explain M0512` says what to do.
    NotFound {
        /// The map.
        map: Name,
    },
    /// The map, or the descriptor of it, does not allow the operation.
    ///
    /// `mapgen explain M0513` says what to do.
    Access {
        /// What was attempted: `insert`.
        op: &'static str,
        /// The map.
        map: Name,
        /// `the map is frozen`.
        why: &'static str,
    },
    /// A key or a value of a [`RawMap`](crate::RawMap) that has another size, a
    /// [`PerCpu`](crate::PerCpu) value made for other CPUs than the map's, or a record for a
    /// user ring buffer that is too large.
    ///
    /// `mapgen explain M0514` says what to do.
    Size {
        /// The map.
        map: Name,
        /// `key`, `value` or `record`.
        what: &'static str,
        /// In bytes; the most for a record.
        expected: usize,
        /// In bytes.
        found: usize,
    },
    /// `mapped()` of an array without `BPF_F_MMAPABLE`.
    ///
    /// `mapgen explain M0515` says what to do.
    NotMmapable {
        /// The map.
        map: Name,
    },
    /// A map that leaves its `max_entries` to run time was created without it.
    ///
    /// `mapgen explain M0516` says what to do.
    NoCapacity {
        /// The map.
        map: Name,
    },
    /// libbpf, or who opens maps for `from_fn`, refused to open, load or attach.
    ///
    /// `mapgen explain M0517` says what to do.
    Object {
        /// What was attempted: `open`, `load`, `attach program`.
        op: &'static str,
        /// The object, or the program.
        name: Name,
        /// What was said.
        message: String,
    },
    /// The operating system refused.
    ///
    /// `mapgen explain M0518` says what to do.
    Os {
        /// What was attempted: `insert`, ``pin at `/sys/fs/bpf/conns` ``.
        op: Cow<'static, str>,
        /// The map, or what stands in for it: the object, a file.
        map: Name,
        /// The error number.
        errno: i32,
    },
}

impl Error {
    /// The code of what went wrong, for logs and alerts; its page in `docs/errors` says
    /// what to do. Messages do not carry it: they stand inside of other messages.
    ///
    /// ```
    /// use mapgen_runtime::Error;
    /// let error = Error::NotFound { map: "conns".into() };
    /// assert_eq!(error.code(), "M0512");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full { .. } => "M0500",
            Self::OutOfRange { .. } => "M0501",
            Self::PrefixTooLong { .. } => "M0502",
            Self::Mismatch(_) => "M0503",
            Self::Permission { .. } => "M0504",
            Self::Unsupported { .. } => "M0505",
            Self::Busy { .. } => "M0506",
            Self::Interrupted { .. } => "M0507",
            Self::Record { .. } => "M0508",
            Self::UnknownRecord { .. } => "M0509",
            Self::Disturbed { .. } => "M0510",
            Self::Exists { .. } => "M0511",
            Self::NotFound { .. } => "M0512",
            Self::Access { .. } => "M0513",
            Self::Size { .. } => "M0514",
            Self::NotMmapable { .. } => "M0515",
            Self::NoCapacity { .. } => "M0516",
            Self::Object { .. } => "M0517",
            Self::Os { .. } => "M0518",
        }
    }
}

impl From<Mismatch> for Error {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(mismatch)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let errno = match (error.raw_os_error(), error.kind()) {
            (Some(errno), _) => errno,
            // So that an `optional` map may be missing by a caller's own error, too.
            (None, std::io::ErrorKind::NotFound) => libc::ENOENT,
            (None, _) => {
                return Self::Object {
                    op: "open",
                    name: Name::Borrowed("map"),
                    message: error.to_string(),
                };
            }
        };
        Self::Os {
            op: Cow::Borrowed("open"),
            map: Name::Borrowed("map"),
            errno,
        }
    }
}

/// So that `?` serves calls of both.
#[cfg(feature = "libbpf")]
impl From<libbpf_rs::Error> for Error {
    fn from(error: libbpf_rs::Error) -> Self {
        if error.kind() == libbpf_rs::ErrorKind::NotFound {
            return std::io::Error::from(std::io::ErrorKind::NotFound).into();
        }
        Self::Object {
            op: "call",
            name: Name::Borrowed("libbpf-rs"),
            message: format!("{error:#}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full {
                map,
                capacity,
                entries,
            } => {
                write!(f, "map `{map}` is full: its capacity is {capacity}")?;
                match entries {
                    Some(entries) => write!(f, ", it holds {entries}"),
                    None => Ok(()),
                }
            }
            Self::OutOfRange {
                map,
                index,
                capacity,
            } => write!(
                f,
                "index {index} is out of range: map `{map}` has {capacity} elements"
            ),
            Self::PrefixTooLong { map, length, bits } => write!(
                f,
                "a prefix of {length} bits is too long: the keys of map `{map}` have {bits}"
            ),
            Self::Mismatch(mismatch) => mismatch.fmt(f),
            Self::Permission {
                op,
                map,
                capability,
            } => {
                write!(f, "{op} of `{map}` needs {capability}")?;
                if op == READING_BTF {
                    write!(f, " (`Accept::sizes_only()` compares sizes only)")?;
                }
                Ok(())
            }
            Self::Unsupported { what, since } => {
                write!(
                    f,
                    "the running kernel lacks {what}: it is there since {since}"
                )
            }
            Self::Busy { map, what } => write!(f, "the {what} of map `{map}` is in use"),
            Self::Interrupted { map, op } => write!(
                f,
                "{op} of map `{map}` gave up: entries were added and deleted faster than it could follow"
            ),
            Self::Record {
                map,
                expected,
                found,
            } => write!(
                f,
                "a record of map `{map}` has {found} bytes, its type has {expected}"
            ),
            Self::UnknownRecord { map, tag, found } => {
                write!(f, "a record of map `{map}`, of {found} bytes, ")?;
                match tag {
                    Some(tag) => write!(f, "has the tag {tag}, which no declared type has"),
                    None => write!(f, "has the size of no declared type"),
                }
            }
            Self::Disturbed { map, what } => write!(
                f,
                "{what} of map `{map}` was written by somebody else: records are lost"
            ),
            Self::Exists { map } => write!(f, "map `{map}` has an entry of this key already"),
            Self::NotFound { map } => write!(f, "map `{map}` has no entry of this key"),
            Self::Access { op, map, why } => {
                write!(f, "{op} of map `{map}` is not allowed: {why}")
            }
            Self::Size {
                map,
                what: what @ "record",
                expected,
                found,
            } => write!(
                f,
                "a {what} of map `{map}` has at most {expected} bytes, {found} were given"
            ),
            Self::Size {
                map,
                what,
                expected,
                found,
            } => write!(
                f,
                "a {what} of map `{map}` has {expected} bytes, {found} were given"
            ),
            Self::NotMmapable { map } => write!(
                f,
                "map `{map}` cannot be mapped: declare `__uint(map_flags, BPF_F_MMAPABLE)`"
            ),
            Self::NoCapacity { map } => write!(
                f,
                "map `{map}` has no `max_entries`: set it with `create_with(|spec| spec.max_entries = ..)`"
            ),
            Self::Object { op, name, message } => write!(f, "{op} of `{name}` failed: {message}"),
            Self::Os { op, map, errno } => {
                let error = std::io::Error::from_raw_os_error(*errno);
                write!(f, "{op} of `{map}` failed: {error}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Every difference between a map (or what stands in for it) and its binding.
///
/// ```no_run
/// # use mapgen_runtime::{Binding, Error, Result};
/// # fn example<Conns: Binding>(open: impl Fn() -> Result<Conns>) -> Result<()> {
/// if let Err(Error::Mismatch(mismatch)) = open() {
///     for difference in &mismatch.differences {
///         eprintln!("{}: {difference}", mismatch.map);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The object whose bindings these are.
    pub object: &'static str,
    /// The map.
    pub map: Name,
    /// Where the other side came from: `pinned at …`, `map id 7`, `the object`.
    pub found_in: String,
    /// All of them, in the order in which a person would look.
    pub differences: Vec<Difference>,
}

/// One difference between a map and its binding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// Another kind of map.
    Kind {
        /// In the binding.
        expected: MapKind,
        /// In the live map.
        found: MapKind,
    },
    /// A size, flags, or another number of the map itself.
    Number {
        /// `key_size`, `value_size`, `map_flags`, `map_extra`.
        what: &'static str,
        /// In the binding.
        expected: u64,
        /// In the live map.
        found: u64,
    },
    /// A size that the object leaves to run time, and that was not set.
    NoSize {
        /// `key_size` or `value_size`.
        what: &'static str,
    },
    /// Too small, or not exactly what was asserted.
    Capacity {
        /// In the binding: `MIN_ENTRIES`, or the asserted `max_entries`.
        required: u32,
        /// In the live map.
        found: u32,
        /// Whether any other number is refused, not only a smaller one.
        exact: bool,
    },
    /// An LRU map that forgets entries before it holds as many as were promised.
    Keeps {
        /// In the binding: how many entries it must keep.
        required: u32,
        /// `max_entries` of the live map.
        found: u32,
        /// The `max_entries` that it takes here.
        needed: u32,
        /// How many CPUs this machine may have.
        cpus: u32,
        /// Whether the binding asserts this `max_entries`, so that it cannot be set.
        exact: bool,
    },
    /// A scalar of the key or the value that stands elsewhere, or is something else.
    Member {
        /// `key` or `value`.
        of: &'static str,
        /// Its path: `stats.bytes`; empty for a scalar key or value.
        path: String,
        /// In the binding, for people: `u64 at byte 8`; `None` where it has no such member.
        expected: Option<String>,
        /// In the live map; `None` where it has no such member.
        found: Option<String>,
    },
    /// The live map carries no BTF, so that only sizes could be compared.
    NoBtf,
    /// BTF that cannot be read.
    UnreadableBtf {
        /// `it` (the live map), or `the binding`.
        whose: &'static str,
        /// Why not.
        reason: String,
    },
    /// The descriptor or the pin is not a map's.
    NotAMap,
    /// The map is missing from the object.
    Missing,
    /// A program reaches a map that did not pass the load gate.
    Ungated {
        /// The program.
        program: String,
        /// The id of the map.
        id: u32,
    },
    /// The inner maps differ.
    Inner(Box<Difference>),
    /// Another map of the same object does not match either.
    Also(Box<Mismatch>),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            object,
            map,
            found_in,
            differences,
        } = self;
        write!(
            f,
            "map `{map}` ({found_in}) does not match the bindings of `{object}`:"
        )?;
        for difference in differences {
            write!(f, "\n  - {difference}")?;
        }
        if found_in.starts_with(PINNED) {
            write!(
                f,
                "\n  an earlier version may have left it there: say what becomes of it with \
                 `on_mismatch` or `migrate` before the load, remove the pin when nothing uses \
                 it, or pin at another path"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { expected, found } => {
                write!(f, "its kind is `{found}`, expected `{expected}`")
            }
            Self::Number {
                what,
                expected,
                found,
            } if *what == "map_flags" => {
                write!(f, "`{what}` is {found:#x}, expected {expected:#x}")
            }
            Self::Number {
                what,
                expected,
                found,
            } => write!(f, "`{what}` is {found}, expected {expected}"),
            Self::NoSize { what } => write!(
                f,
                "`{what}` is 0, the object leaves it to run time (set it before the load, with \
                 `libbpf().set_{what}(..)` on the open map, or in `create_with`)"
            ),
            Self::Capacity {
                required,
                found,
                exact: true,
            } => write!(
                f,
                "`max_entries` is {found}, expected exactly {required} (`max_entries = {required}` was asserted)"
            ),
            Self::Capacity {
                required, found: 0, ..
            } => write!(
                f,
                "`max_entries` is 0, expected at least {required} (set it before the load, \
                 with `set_max_entries`)"
            ),
            Self::Capacity {
                required, found, ..
            } => write!(
                f,
                "`max_entries` is {found}, expected at least {required} (declare \
                 `min_entries = {found}` on the map to allow this one)"
            ),
            Self::Keeps {
                required,
                found,
                needed,
                cpus,
                exact,
            } => {
                write!(
                    f,
                    "`max_entries` is {found}, with which an LRU map does not keep {required} \
                     entries for {cpus} CPUs: it takes {needed} ("
                )?;
                match exact {
                    true => write!(
                        f,
                        "`max_entries = {found}` was asserted: declare {needed}, in C too)"
                    ),
                    false => write!(f, "`set_max_entries({needed})` before the load)"),
                }
            }
            Self::Member {
                of,
                path,
                expected,
                found,
            } => {
                if path.is_empty() {
                    write!(f, "the {of}")?;
                } else {
                    write!(f, "{of} member `{path}`")?;
                }
                match (expected, found) {
                    (Some(expected), Some(found)) => write!(f, " is {found}, expected {expected}"),
                    (Some(expected), None) => write!(f, " is missing, expected {expected}"),
                    (None, Some(found)) => {
                        write!(f, " is {found}, and the binding has no such member")
                    }
                    (None, None) => write!(f, " differs"),
                }
            }
            Self::NoBtf => write!(
                f,
                "it has no BTF, so its members cannot be compared (`Accept::no_btf()` compares sizes only)"
            ),
            Self::UnreadableBtf { whose, reason } => {
                write!(f, "{whose} has BTF that cannot be read: {reason}")
            }
            Self::NotAMap => write!(f, "it is not a map"),
            Self::Missing => write!(f, "it is not there"),
            Self::Ungated { program, id } => write!(
                f,
                "program `{program}` reaches map id {id}, which did not pass the load gate"
            ),
            Self::Also(mismatch) => {
                write!(f, "{}", mismatch.to_string().replace('\n', "\n  "))
            }
            Self::Inner(difference) => write!(f, "its inner map: {difference}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn what_a_caller_says_is_kept_and_not_found_is_enoent() {
        let missing = Error::from(io::Error::from(io::ErrorKind::NotFound));
        assert!(matches!(missing, Error::Os { errno: 2, .. }), "{missing:?}");
        assert_eq!(
            Error::from(io::Error::other("the skeleton has no such map")).to_string(),
            "open of `map` failed: the skeleton has no such map"
        );
    }
}
