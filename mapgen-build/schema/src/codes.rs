//! The codes of messages: `M0012`.
//!
//! A code is for life: a row is added, never changed into another meaning, and the
//! number of one that is gone is not given again. Each has a page of its own,
//! `docs/errors/M0012.md`, which `mapgen explain M0012` prints.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not said.
    Allow,
    /// It is said, and the build goes on.
    Warn,
    /// The build fails.
    Deny,
}

impl Level {
    /// As `mapgen.toml` spells it.
    ///
    /// ```
    /// assert_eq!(mapgen_schema::codes::Level::Deny.as_str(), "deny");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The level of this spelling.
    ///
    /// ```
    /// use mapgen_schema::codes::Level;
    /// assert_eq!(Level::from_name("warn"), Some(Level::Warn));
    /// assert_eq!(Level::from_name("error"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Allow, Self::Warn, Self::Deny]
            .into_iter()
            .find(|level| level.as_str() == name)
    }
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// The number behind the `M`.
    pub number: u16,
    /// What `Builder::warn` and `[lints]` in `mapgen.toml` know it by.
    pub name: &'static str,
    /// How much it weighs unless somebody says otherwise.
    pub level: Level,
    /// One line: what is wrong.
    pub title: &'static str,
}

/// `M0012`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "M{:04}", self.number)
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal $level:ident $title:literal,)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code {
                number: $number,
                name: stringify!($name),
                level: Level::$level,
                title: $title,
            };
        )*

        /// Every code, by number.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

/// The codes, each a constant of the name that policies know it by.
#[expect(non_upper_case_globals, reason = "a code is spelled as its policy")]
mod table {
    use super::{Code, Level};

    // 1 to 99: what an object declares, and what the kernel takes.
    // 100 to 199: policy. 200 to 299: layouts that are kept, several objects.
    // 300 to 399: lints.
    codes! {
        flexible = 1 Deny "a key or value ends in a flexible array",
        key_size = 2 Deny "the kernel takes no key of this size",
        value_size = 3 Deny "the kernel takes no value of this size",
        min_entries = 100 Deny "a map has fewer entries than the policy asks for",
        unknown_map = 190 Deny "a policy names a map that no object has",
    }
}

pub use table::*;

/// The code with this name or number: `min_entries`, `M0100`, `100`.
///
/// ```
/// use mapgen_schema::codes;
/// assert_eq!(codes::find("M0100"), Some(codes::min_entries));
/// assert_eq!(codes::find("min_entries"), Some(codes::min_entries));
/// assert_eq!(codes::find("M9999"), None);
/// ```
pub fn find(wanted: &str) -> Option<Code> {
    let digits = wanted.strip_prefix(['M', 'm']).unwrap_or(wanted);
    let number = digits.parse().ok();
    ALL.iter()
        .copied()
        .find(|code| code.name == wanted || Some(code.number) == number)
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_in_order_and_unique() {
        for (one, next) in ALL.iter().zip(&ALL[1..]) {
            assert!(one.number < next.number, "{one}, {next}");
            assert!(ALL.iter().filter(|code| code.name == one.name).count() == 1);
        }
    }
}
