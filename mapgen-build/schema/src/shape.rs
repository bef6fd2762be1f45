//! How deep and how wide types are written out.
//!
//! Structs that hold each other twice grow by powers of two, and every reader of a schema
//! walks them. Those who make a schema ask here, type by type, so that what they return
//! can be walked at once.

use std::fmt;

use crate::layout::MAX_DEPTH;
use crate::model::{Type, TypeId};

/// A type that is written out in more places than this is refused.
const MAX_PLACES: u64 = 1_000_000;
/// The places of all types, and of all maps and variables that have them. The most that
/// any of the kernel's self-tests has is 15,000.
const MAX_TOTAL: u64 = 4_000_000;
/// The bytes of all names that a type is written out with: the paths of its scalars and
/// the spellings of their types.
const MAX_TEXT: u64 = 64 << 20;

/// The shape of each type of a schema so far.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    by_type: Vec<Shape>,
    total: u64,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    depth: u32,
    places: u64,
    text: u64,
}

/// Why a type cannot be walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// It nests deeper than [`MAX_DEPTH`].
    Deep,
    /// All types, maps and variables together have more members than four million.
    Many,
    /// It has more members than a million, those of its members counted.
    Wide,
    /// The names of its members, written out, have more than 64 MiB.
    Wordy,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deep => write!(
                f,
                "types are nested deeper than {MAX_DEPTH} levels: flatten them"
            ),
            Self::Many => write!(
                f,
                "all types, maps and variables have more than {MAX_TOTAL} members together, \
                 those of their members counted: split the object"
            ),
            Self::Wide => write!(
                f,
                "it has more than {MAX_PLACES} members, those of its members counted: \
                 use arrays instead of repeated members"
            ),
            Self::Wordy => write!(
                f,
                "the names of its members, written out with those of the types around them, \
                 have more than {} MiB: shorten them",
                MAX_TEXT >> 20
            ),
        }
    }
}

impl std::error::Error for TooLarge {}

impl Shapes {
    /// Adds the next type of a schema, with the members that it has so far.
    ///
    /// # Errors
    /// When it is too large; it is not added then.
    pub fn push(&mut self, ty: &Type) -> Result<(), TooLarge> {
        let text = match ty {
            Type::Int { name, .. } | Type::Float { name, .. } => name.len(),
            Type::Pointer { pointee, .. } => pointee.len(),
            Type::Enum(e) => e.name.as_ref().map_or(0, String::len),
            Type::Void | Type::Array { .. } | Type::Composite(_) | Type::Typedef { .. } => 0,
        };
        self.by_type.push(Shape {
            depth: 0,
            places: 1,
            text: text as u64,
        });
        let before = self.total;
        let within = match ty {
            Type::Array { element, .. } => self.part(*element, 2),
            Type::Typedef { target, name } => self.part(*target, name.len()),
            Type::Composite(composite) => composite.members.iter().try_for_each(|member| {
                self.member(member.ty, member.name.as_deref().unwrap_or_default())
            }),
            _ => Ok(()),
        };
        if within.is_err() {
            self.by_type.pop();
            self.total = before;
        }
        within
    }

    /// Adds a member to the type added last.
    ///
    /// # Errors
    /// When that makes the type too large.
    pub fn member(&mut self, ty: TypeId, name: &str) -> Result<(), TooLarge> {
        self.part(ty, name.len() + 1)
    }

    /// Adds a map's key or value, or a variable, of a type.
    ///
    /// # Errors
    /// When that makes the schema too large.
    pub fn refer(&mut self, id: TypeId) -> Result<(), TooLarge> {
        let places = self.by_type.get(id.index()).map_or(0, |shape| shape.places);
        self.total = self.total.saturating_add(places);
        self.within_total()
    }

    /// Adds what the last type refers to, with the bytes that come before each of its names.
    fn part(&mut self, id: TypeId, prefix: usize) -> Result<(), TooLarge> {
        let part = self.by_type.get(id.index()).copied();
        let (Some(part), Some(whole)) = (part, self.by_type.last_mut()) else {
            return Ok(());
        };
        self.total = self.total.saturating_add(part.places);
        whole.depth = whole.depth.max(part.depth + 1);
        whole.places = whole.places.saturating_add(part.places);
        let prefixes = part.places.saturating_mul(prefix as u64);
        whole.text = whole
            .text
            .saturating_add(part.text)
            .saturating_add(prefixes);
        // One level is left for what refers to the type: a map or a variable.
        if whole.depth >= MAX_DEPTH {
            Err(TooLarge::Deep)
        } else if whole.places > MAX_PLACES {
            Err(TooLarge::Wide)
        } else if whole.text > MAX_TEXT {
            Err(TooLarge::Wordy)
        } else {
            self.within_total()
        }
    }

    fn within_total(&self) -> Result<(), TooLarge> {
        match self.total > MAX_TOTAL {
            true => Err(TooLarge::Many),
            false => Ok(()),
        }
    }
}
