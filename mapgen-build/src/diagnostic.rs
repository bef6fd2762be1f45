//! What a policy finds, with all that a person or a machine wants to know of it.

use std::fmt;

pub use mapgen_schema::codes::{Code, Level};

use crate::error::{Error, Finding};

/// A line of the C source, as the object's `.BTF.ext` tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceLine {
    /// The path that clang was given.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1; 0 when it is not known.
    pub column: u32,
    /// The line's text, empty when it is not known.
    pub text: String,
}

/// One finding.
///
/// `Display` is the text that `cargo build` shows; the command line prints the same in
/// colour, as JSON and as SARIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about; [`Code`] has the name and the page.
    pub code: Code,
    /// How much it weighs here.
    pub level: Level,
    /// The object's file name, empty for what is about several.
    pub object: String,
    /// Outermost first: "map `conns`", "`value`".
    pub place: Vec<String>,
    /// What is wrong, with both values.
    pub message: String,
    /// Where the policy stands: `build.rs`, `mapgen.toml:3`.
    pub origin: Option<String>,
    /// The line of C that is meant.
    pub at: Option<SourceLine>,
    /// More to know: a table, the other side.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding at the level of its code, with nothing but a message.
    ///
    /// ```
    /// use mapgen_build::Diagnostic;
    /// use mapgen_schema::codes;
    /// let found = Diagnostic::new(codes::min_entries, "flow.bpf.o", "`max_entries` is 8, not 16");
    /// assert_eq!(found.to_string(), "`flow.bpf.o`: `max_entries` is 8, not 16 [M0100]");
    /// ```
    pub fn new(code: Code, object: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level,
            object: object.into(),
            place: Vec::new(),
            message: message.into(),
            origin: None,
            at: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// Puts the finding inside a place: "map `conns`".
    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place.insert(0, place.into());
        self
    }

    pub(crate) fn place_last(mut self, place: impl Into<String>) -> Self {
        self.place.push(place.into());
        self
    }

    /// Says where the policy stands.
    #[must_use]
    pub fn origin(mut self, origin: impl fmt::Display) -> Self {
        self.origin = Some(origin.to_string());
        self
    }

    /// Says which line of C is meant.
    #[must_use]
    pub fn at(mut self, line: Option<SourceLine>) -> Self {
        self.at = line;
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn of_finding(object: &str, finding: Finding) -> Self {
        let mut diagnostic = Self::new(finding.code, object, finding.what);
        diagnostic.place = finding.place;
        diagnostic
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.object.is_empty() {
            write!(f, "`{}`: ", self.object)?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place.join(", "))?;
        }
        write!(f, "{} [{}]", self.message, self.code)?;
        if let Some(at) = &self.at {
            write!(f, "\n  --> {}:{}", at.file, at.line)?;
            if at.column > 0 {
                write!(f, ":{}", at.column)?;
            }
            if !at.text.is_empty() {
                write!(f, "\n   | {}", at.text.trim())?;
            }
        }
        for note in &self.notes {
            write!(f, "\n  = {}", note.replace('\n', "\n    "))?;
        }
        if let Some(origin) = &self.origin {
            write!(f, "\n  = `{origin}` asks for it")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {}", help.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Policy(Box::new(diagnostic))
    }
}
