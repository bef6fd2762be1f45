//! What a project asks of its objects: capacity, memory, kernels, helpers.
//!
//! A [`Policy`] is what `build.rs` says and what `mapgen.toml` says, together: the
//! strictest wins, and every setting knows where it stands. [`check`] holds objects
//! against it; each file here is one policy.

mod budget;
mod calls;
mod entries;
mod file;
pub(crate) mod kernel;
mod known;
mod least;
mod lints;
mod minima;
mod shared;
mod sites;
mod size;
mod thresholds;

use std::fmt;
use std::path::PathBuf;

use mapgen_schema::codes::{Code, Level};

pub use budget::{DEFAULT_CPUS, Memory, check_memory};
pub use file::{File, Input};
pub use known::Known;
pub use least::Least;
pub use minima::unknown_maps;
pub use shared::Shared;
pub use size::text as size_text;
pub use thresholds::{NoShare, Severity, Share, Threshold};

use crate::diagnostic::Diagnostic;
use crate::facts::Release;
use crate::limits;
use crate::read::Object;

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A call of the builder.
    Build,
    /// A line of a file, from 1.
    File {
        /// The file, as it was given.
        path: PathBuf,
        /// The line.
        line: u32,
    },
    /// An option of the command line.
    Option(&'static str),
}

/// `build.rs`, `mapgen.toml:3`, `--cpus`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build => f.write_str("build.rs"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Option(option) => f.write_str(option),
        }
    }
}

/// A setting and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// What is asked for.
    pub value: T,
    /// Where.
    pub origin: Origin,
}

impl<T> Stated<T> {
    pub(crate) fn in_build(value: T) -> Self {
        Self {
            value,
            origin: Origin::Build,
        }
    }
}

/// Everything that a project asks of its objects. Empty, it asks for what the kernel
/// asks for and for what every lint says by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// What a map must hold at least, by map.
    pub min_entries: Vec<(String, Stated<Least>)>,
    /// Fill levels that raise an alert.
    pub thresholds: Vec<Threshold>,
    /// Bytes of kernel memory that all maps may take.
    pub memory_budget: Option<Stated<u64>>,
    /// Possible CPUs that memory is counted for, and the room that LRU maps need; memory
    /// is counted for [`DEFAULT_CPUS`] where nobody says it.
    pub cpus: Option<Stated<u32>>,
    /// The oldest kernel that must load the objects.
    pub min_kernel: Option<Stated<Release>>,
    /// Names of what may be newer: helpers, kfuncs, map types, maps, programs.
    pub allow_newer: Vec<Stated<String>>,
    /// Maps that are not created where the kernel lacks their type.
    pub optional: Vec<Stated<String>>,
    /// Helpers and kfuncs that programs may call: those that are in every list.
    pub allow_helpers: Vec<Stated<Vec<String>>>,
    /// Helpers and kfuncs that programs may not call.
    pub deny_helpers: Vec<Stated<String>>,
    /// The file that keeps layouts.
    pub layout_lock: Option<Stated<PathBuf>>,
    /// Maps whose layout is kept though they are not pinned.
    pub stable: Vec<Stated<String>>,
    /// Levels other than a code's own, by the code's name.
    pub levels: Vec<(Code, Stated<Level>)>,
    /// Whether the objects that are checked are all that the file is for.
    pub scope: Scope,
}

/// Whether the objects that are checked are all that a `mapgen.toml` is for.
///
/// A `Builder` does not know the objects of other builders of its package: where the file
/// lists them, a name that its own do not have may be meant for those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// They are: a name that none of them has is wrong.
    #[default]
    All,
    /// The file lists more.
    Part,
    /// The file lists none: what looks like a slip of the pen is wrong, and the rest is
    /// said.
    Unknown,
}

impl Policy {
    /// Adds what another place asks for. The strictest wins: of two sizes the one that
    /// admits less, of two levels the higher.
    pub fn add(&mut self, other: Self) {
        self.min_entries.extend(other.min_entries);
        self.thresholds.extend(other.thresholds);
        self.allow_newer.extend(other.allow_newer);
        self.optional.extend(other.optional);
        self.allow_helpers.extend(other.allow_helpers);
        self.deny_helpers.extend(other.deny_helpers);
        self.stable.extend(other.stable);
        self.levels.extend(other.levels);
        strictest(&mut self.memory_budget, other.memory_budget, |a, b| a < b);
        strictest(&mut self.cpus, other.cpus, |a, b| a > b);
        strictest(&mut self.min_kernel, other.min_kernel, |a, b| a < b);
        // Two files cannot both be kept: the code's own is the one.
        strictest(&mut self.layout_lock, other.layout_lock, |_, _| false);
    }

    /// The level of a code: what is stated for it, else its own.
    pub fn level(&self, code: Code) -> Level {
        let stated = self.levels.iter().filter(|(other, _)| *other == code);
        stated
            .map(|(_, level)| level.value)
            .max()
            .unwrap_or(code.level)
    }

    /// Gives findings the levels of this policy, and leaves out those that are allowed. One
    /// that weighs less than its code has been weighed.
    pub(crate) fn weigh(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        for diagnostic in &mut found {
            if diagnostic.level == diagnostic.code.level {
                diagnostic.level = self.level(diagnostic.code);
            }
        }
        found.retain(|diagnostic| diagnostic.level != Level::Allow);
        found
    }
}

/// `4 possible CPUs`.
fn possible(cpus: u32) -> String {
    let unit = if cpus == 1 { "CPU" } else { "CPUs" };
    format!("{cpus} possible {unit}")
}

/// Takes `other` where it is the stricter.
fn strictest<T>(
    setting: &mut Option<Stated<T>>,
    other: Option<Stated<T>>,
    stricter: impl Fn(&T, &T) -> bool,
) {
    if let Some(other) = other {
        let wins = setting
            .as_ref()
            .is_none_or(|setting| stricter(&other.value, &setting.value));
        if wins {
            *setting = Some(other);
        }
    }
}

/// Holds objects against a policy, together: findings of all, at the levels that the
/// policy gives them, those that are allowed left out.
///
/// ```no_run
/// use mapgen_build::policy::{self, Policy};
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// for finding in policy::check(&[object], &Policy::default()) {
///     println!("{finding}");
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn check(objects: &[Object], policy: &Policy) -> Vec<Diagnostic> {
    let mut known = Known::default();
    objects.iter().for_each(|object| known.add(object));
    let alone = objects
        .iter()
        .flat_map(|object| check_object(object, policy));
    let mut shared = Shared::default();
    let together = objects.iter().flat_map(|object| shared.add(object, policy));
    let memory = objects.iter().map(|object| Memory::of(object, policy));
    alone
        .chain(together)
        .chain(known.unknown_to_builder(policy))
        .chain(check_memory(memory, policy))
        .collect()
}

/// Holds one object against what a policy asks of each by itself.
///
/// ```no_run
/// use mapgen_build::policy::{self, Policy};
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// let found = policy::check_object(&object, &Policy::default());
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn check_object(object: &Object, policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    limits::check_object(object, &mut found);
    entries::check(object, policy, &mut found);
    kernel::check(object, policy, &mut found);
    calls::check(object, policy, &mut found);
    lints::check(object, policy, &mut found);
    policy.weigh(found)
}

/// A name as people write it and as a table has it: without `bpf_`, without the prefix of
/// its enumeration, in lower case.
fn plain(name: &str) -> String {
    const PREFIXES: [&str; 5] = [
        "bpf_func_",
        "bpf_map_type_",
        "bpf_prog_type_",
        "bpf_f_",
        "bpf_",
    ];
    let name = name.to_ascii_lowercase();
    let plain = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
    plain.unwrap_or(&name).to_owned()
}
