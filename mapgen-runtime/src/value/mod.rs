//! Types that stand for what C has and Rust has not: padding, byte order, text,
//! truth values that may be anything, kernel pointers and kernel-owned memory.
//!
//! Every bit pattern of each is valid, each has [`CLayout`](crate::CLayout), and each
//! is exactly as large as what it stands for.

mod bool;
mod kernel;
mod order;
mod pad;
#[cfg(feature = "serde")]
pub mod serde;
mod text;
mod total;

pub use self::bool::{Bool, InvalidBool};
pub use kernel::{KernelPtr, Opaque};
pub use order::{Be, Le};
pub use pad::Pad;
pub use text::{Text, TextTooLong};
pub use total::Total;

/// An integer that no enumerator of a C enumeration has.
///
/// ```
/// use mapgen_runtime::InvalidEnum;
///
/// let error = InvalidEnum { ctype: "enum event_kind", value: 9 };
/// assert_eq!(error.to_string(), "`enum event_kind` has no enumerator of value 9");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEnum {
    /// The C spelling: `enum event_kind`.
    pub ctype: &'static str,
    /// The integer.
    pub value: i128,
}

impl core::fmt::Display for InvalidEnum {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "`{}` has no enumerator of value {}",
            self.ctype, self.value
        )
    }
}

impl core::error::Error for InvalidEnum {}
