//! What can go wrong, and how it reads.
//!
//! Every message says what is wrong, where (object, map, member), the values that
//! disagree and what to do. The category is here; the words of a finding stand where
//! it is found, as a [`Finding`], and get the object's name on their way out.

use std::fmt;
use std::io;
use std::path::PathBuf;

use mapgen_schema::codes::{self, Code};

use crate::diagnostic::Diagnostic;

/// Why a schema could not be read or generated.
///
/// `Debug` prints what `Display` prints, because that is what `fn main() -> Result<..>`
/// in a build script shows.
///
/// ```
/// let error = mapgen_build::read("no/such.bpf.o", &Default::default()).unwrap_err();
/// assert_eq!(format!("{error:?}"), format!("{error}"));
/// assert!(error.to_string().contains("no/such.bpf.o"));
/// ```
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not an eBPF object: not an ELF file, or one for another machine.
    NotBpf {
        /// The object's file name.
        object: String,
        /// What it is instead.
        what: String,
    },
    /// The object was compiled without BTF.
    NoBtf {
        /// The object's file name.
        object: String,
    },
    /// Something in the object is damaged, contradicts itself or cannot be bound.
    Object {
        /// Which of the things that can be wrong.
        code: Code,
        /// The object's file name.
        object: String,
        /// Where in it: "map `conns`, `value`: ", empty for the object as a whole.
        place: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// clang is missing or refuses the source.
    Clang {
        /// Which of the two.
        code: Code,
        /// The C file.
        source: PathBuf,
        /// What it says.
        what: String,
    },
    /// An object breaks a policy.
    Policy(Box<Diagnostic>),
    /// The builder was used, or a file of settings written, in a way that cannot work.
    Usage(Code, String),
    /// Several of these.
    Many(Vec<Error>),
}

impl Error {
    /// The code of the message, whose page says more; `None` for several errors.
    ///
    /// ```
    /// let error = mapgen_build::read("no/such.bpf.o", &Default::default()).unwrap_err();
    /// assert_eq!(error.code(), Some(mapgen_schema::codes::missing_file));
    /// ```
    pub fn code(&self) -> Option<Code> {
        Some(match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                codes::missing_file
            }
            Self::Read { .. } | Self::Write { .. } => codes::unreadable_file,
            Self::NotBpf { .. } => codes::not_bpf,
            Self::NoBtf { .. } => codes::no_btf,
            Self::Object { code, .. } | Self::Clang { code, .. } | Self::Usage(code, _) => *code,
            Self::Policy(diagnostic) => diagnostic.code,
            Self::Many(_) => return None,
        })
    }

    /// One error of many; the error itself when there is one only.
    pub(crate) fn many(mut errors: Vec<Self>) -> Result<(), Self> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Self::Many(errors)),
        }
    }
}

/// The message, its code at the end of the first line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self {
            Self::Policy(diagnostic) => return diagnostic.fmt(f),
            Self::Many(errors) => {
                write!(f, "{} errors", errors.len())?;
                return errors.iter().try_for_each(|error| write!(f, "\n- {error}"));
            }
            Self::Read { path, source } if source.kind() == io::ErrorKind::NotFound => format!(
                "`{}` does not exist: compile it first, or let `Builder::source` do it",
                path.display()
            ),
            Self::Read { path, source } => format!("cannot read `{}`: {source}", path.display()),
            Self::Write { path, source } => format!("cannot write `{}`: {source}", path.display()),
            Self::NotBpf { object, what } => format!("`{object}` is not an eBPF object: {what}"),
            Self::NoBtf { object } => format!(
                "`{object}` has no `.BTF` section, so it says nothing of its types: \
                 compile it with `clang -g`, and strip it with `llvm-strip -g` or not at all"
            ),
            Self::Object {
                object,
                place,
                what,
                ..
            } => format!("`{object}`: {place}{what}"),
            Self::Clang { source, what, .. } => {
                format!("cannot compile `{}`: {what}", source.display())
            }
            Self::Usage(_, what) => what.clone(),
        };
        match self.code() {
            Some(code) => f.write_str(&code.on(&message)),
            None => f.write_str(&message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Types nest 256 levels deep, and every level keeps what is wrong inside of it: of more
/// places than this those in the middle are left out.
const MAX_PLACES: usize = 8;

/// Something wrong inside an object, before the object's name is known.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    /// Outermost first: "map `conns`", "`value`", "`struct flow`"; of many, both ends.
    pub(crate) place: Vec<String>,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(code: Code, what: impl Into<String>) -> Self {
        Self {
            code,
            place: Vec::new(),
            what: what.into(),
        }
    }

    /// Puts the finding inside a place.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.place.insert(0, place.into());
        if self.place.len() > MAX_PLACES {
            self.place[MAX_PLACES / 2] = "…".to_owned();
            self.place.remove(MAX_PLACES / 2 + 1);
        }
        self
    }

    pub(crate) fn into_error(self, object: &str) -> Error {
        let mut place = self.place.join(", ");
        if !place.is_empty() {
            place.push_str(": ");
        }
        Error::Object {
            code: self.code,
            object: object.to_owned(),
            place,
            what: self.what,
        }
    }
}

pub(crate) type Found<T> = std::result::Result<T, Finding>;
