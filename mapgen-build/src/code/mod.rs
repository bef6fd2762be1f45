//! What the instructions of programs use: helpers, kfuncs, extensions of the instruction
//! set, each with its line of C and the guard that it stands behind.
//!
//! `insn` reads instructions, `ext` the lines and relocations of `.BTF.ext`, `guards`
//! finds what only some kernels run, `function` puts the uses of one function together.

mod ext;
mod function;
mod guards;
mod insn;

use std::sync::Arc;

pub(crate) use ext::{Ext, Place};
pub(crate) use function::{Contents, Reader};
pub(crate) use guards::Known;

use crate::diagnostic::SourceLine;
use crate::facts::{self, Release};

/// The code of an entry program: itself and every function that it reaches.
///
/// ```no_run
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// for program in &object.code {
///     for call in program.uses() {
///         println!("{}: {} in `{}`", program.name, call.what(), call.function().name);
///     }
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProgramCode {
    /// The name of the C function.
    pub name: String,
    /// The section as written: `xdp`, `?kprobe/foo`.
    pub section: String,
    /// Itself first, then sub-programs and callbacks, each once.
    pub functions: Vec<Reached>,
}

/// A function that a program reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// The function, which programs share.
    pub function: Arc<Function>,
    /// Set where every way to it leads through a guard.
    pub guard: Option<Guard>,
}

/// A function of the object: a program, a sub-program, a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Function {
    /// The name in C.
    pub name: String,
    /// The section that its code stands in.
    pub section: String,
    /// Where it begins, where the object says so.
    pub line: Option<Line>,
    /// What its instructions use, in their order; an extension of the instruction set once.
    pub uses: Vec<Use>,
    /// The kernel verifies it by itself, whoever calls it.
    pub(crate) global: bool,
}

/// One use of something that not every kernel has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// What is used.
    pub what: What,
    /// The instruction's place in its section, in bytes.
    pub offset: u64,
    /// Its line of C, where the object says so.
    pub line: Option<Line>,
    /// Set where the instruction stands behind a guard.
    pub guard: Option<Guard>,
}

/// What an instruction uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// A helper, by its number in `enum bpf_func_id`.
    Helper(u32),
    /// A function of the kernel, by name as it is declared (`bpf_rcu_read_lock`).
    Kfunc(String),
    /// An extension of the instruction set, by the name that mapgen's table has for it:
    /// `jmp32`, `atomic_fetch`, `callback`.
    Instruction(&'static str),
}

/// `helper "ktime_get_ns"`, `kfunc "bpf_rcu_read_lock"`, `instruction "jmp32"`, with the
/// quotes of messages.
impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Helper(id) => write!(f, "helper `{}`", facts::helper_name(*id)),
            Self::Kfunc(name) => write!(f, "kfunc `{name}`"),
            Self::Instruction(name) => write!(f, "instruction `{name}`"),
        }
    }
}

/// A line of C. Functions share its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// The path that clang was given.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1; 0 when it is not known.
    pub column: u32,
    /// The line itself, empty when it is not known.
    pub text: Arc<str>,
}

impl From<&Line> for SourceLine {
    fn from(line: &Line) -> Self {
        Self {
            file: line.file.as_ref().to_owned(),
            line: line.line,
            column: line.column,
            text: line.text.as_ref().to_owned(),
        }
    }
}

/// Code that a kernel never looks at where a guard says so: a branch on a CO-RE relocation,
/// on an extern of `.kconfig` or `.ksyms`, or on a constant of `.rodata`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Guard {
    /// The first kernel whose verifier prunes by it; older ones read the code all the same.
    pub since: Release,
}

impl Guard {
    /// Values that libbpf patches into an instruction: since there are branches.
    const PATCHED: Self = Self::since(3, 19);
    /// Frozen maps: `bpf: Track contents of read-only maps as scalars`.
    const FROZEN: Self = Self::since(5, 5);
    /// Functions that are global: `bpf: Validate global subprogs lazily`.
    const GLOBAL: Self = Self::since(6, 8);

    const fn since(major: u32, minor: u32) -> Self {
        Self {
            since: Release { major, minor },
        }
    }

    pub(crate) fn of(known: Known) -> Self {
        match known {
            Known::Patched => Self::PATCHED,
            Known::Frozen => Self::FROZEN,
        }
    }

    /// Every step at which more code is behind guards, the first one first.
    pub(crate) const STEPS: [Self; 3] = [Self::PATCHED, Self::FROZEN, Self::GLOBAL];

    /// Whether a kernel that prunes by this guard reads no global function that nothing
    /// alive calls.
    pub(crate) fn is_lazy(self) -> bool {
        self >= Self::GLOBAL
    }
}

/// A use as one program sees it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    reached: &'a Reached,
    used: &'a Use,
}

impl<'a> Site<'a> {
    /// What is used.
    pub fn what(&self) -> &'a What {
        &self.used.what
    }

    /// The function that the instruction stands in.
    pub fn function(&self) -> &'a Function {
        &self.reached.function
    }

    /// Its line of C, where the object says so.
    pub fn line(&self) -> Option<&'a Line> {
        self.used.line.as_ref()
    }

    /// The instruction's place in the section of its function, in bytes.
    pub fn offset(&self) -> u64 {
        self.used.offset
    }

    /// Set where the instruction, or every way to its function, stands behind a guard.
    pub fn guard(&self) -> Option<Guard> {
        match (self.reached.guard, self.used.guard) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Whether a kernel of this release reads the instruction, whatever the guards decide.
    pub fn is_read_by(&self, kernel: Release) -> bool {
        self.guard().is_none_or(|guard| kernel < guard.since)
    }
}

impl ProgramCode {
    /// Everything that the program uses, its own functions first.
    pub fn uses(&self) -> impl Iterator<Item = Site<'_>> {
        self.functions.iter().flat_map(|reached| {
            let uses = reached.function.uses.iter();
            uses.map(move |used| Site { reached, used })
        })
    }

    /// Whether libbpf leaves it alone unless it is asked for: `SEC("?…")`.
    pub fn is_optional(&self) -> bool {
        self.section.starts_with('?')
    }
}
