//! C's `_Bool` as it is found in memory.

use crate::layout::{CLayout, Kind, Layout};

/// A `_Bool` that another program wrote: any byte is safe to hold.
///
/// C takes 0 for false and everything else for true, and so does [`get`](Self::get);
/// `bool::try_from` refuses what is neither 0 nor 1.
///
/// ```
/// use mapgen_runtime::Bool;
///
/// assert!(Bool::from(true).get());
/// let odd: Bool = bytemuck::cast(2_u8);
/// assert!(odd.get());
/// assert!(bool::try_from(odd).is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Bool(u8);

impl Bool {
    /// 0.
    pub const FALSE: Self = Self(0);
    /// 1.
    pub const TRUE: Self = Self(1);

    /// From a Rust truth value.
    #[inline]
    pub const fn new(value: bool) -> Self {
        Self(value as u8)
    }

    /// Whether the byte is not 0.
    #[inline]
    pub const fn get(self) -> bool {
        self.0 != 0
    }

    /// From the byte as it stands in memory.
    #[inline]
    pub const fn from_raw(raw: u8) -> Self {
        Self(raw)
    }

    /// The byte as it stands in memory.
    #[inline]
    pub const fn to_raw(self) -> u8 {
        self.0
    }
}

impl From<bool> for Bool {
    #[inline]
    fn from(value: bool) -> Self {
        Self::new(value)
    }
}

/// A `_Bool` whose byte is neither 0 nor 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBool(
    /// The byte.
    pub u8,
);

impl core::fmt::Display for InvalidBool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "a `_Bool` holds {}, neither 0 nor 1", self.0)
    }
}

impl core::error::Error for InvalidBool {}

impl TryFrom<Bool> for bool {
    type Error = InvalidBool;

    #[inline]
    fn try_from(value: Bool) -> Result<Self, InvalidBool> {
        match value.0 {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(InvalidBool(other)),
        }
    }
}

impl core::fmt::Debug for Bool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            0 => f.write_str("false"),
            1 => f.write_str("true"),
            other => write!(f, "Bool({other})"),
        }
    }
}

// SAFETY: a transparent byte; zero is one of its values.
unsafe impl bytemuck::Zeroable for Bool {}
// SAFETY: a transparent byte: no padding, every bit pattern valid.
unsafe impl bytemuck::Pod for Bool {}
// SAFETY: one byte.
unsafe impl CLayout for Bool {
    const LAYOUT: Layout = Layout {
        name: "Bool",
        size: 1,
        kind: Kind::Bool,
    };
}
