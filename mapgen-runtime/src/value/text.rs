//! C's `char[N]`.

use std::borrow::Cow;

use crate::layout::{CLayout, Kind, Layout};

/// A `char[N]`: text up to the first NUL, or all of it.
///
/// ```
/// use mapgen_runtime::Text;
///
/// let mut comm = Text::<16>::ZERO;
/// comm.set("sshd")?;
/// assert_eq!(comm, "sshd");
/// assert!(comm.set("a name of more than fifteen bytes").is_err());
/// # Ok::<(), mapgen_runtime::TextTooLong>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Text<const N: usize>([u8; N]);

/// Text that does not fit into a `char[N]` with its terminating NUL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextTooLong {
    /// In bytes, without a NUL.
    pub len: usize,
    /// `N`, of which one byte is for the NUL.
    pub size: usize,
}

impl core::fmt::Display for TextTooLong {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { len, size } = self;
        write!(
            f,
            "text of {len} bytes and its NUL do not fit into `char[{size}]`"
        )
    }
}

impl core::error::Error for TextTooLong {}

impl<const N: usize> Text<N> {
    /// Empty: all NUL.
    pub const ZERO: Self = Self([0; N]);

    /// From text, the rest filled with NUL.
    ///
    /// # Errors
    /// When the text and a NUL do not fit: nothing is ever cut off.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, TextTooLong> {
        let mut new = Self::ZERO;
        new.set(text)?;
        Ok(new)
    }

    /// Replaces the text; the rest is filled with NUL.
    ///
    /// # Errors
    /// When the text and a NUL do not fit; the old text is still there.
    pub fn set(&mut self, text: impl AsRef<[u8]>) -> Result<(), TextTooLong> {
        let text = text.as_ref();
        if text.len() >= N {
            return Err(TextTooLong {
                len: text.len(),
                size: N,
            });
        }
        self.0 = [0; N];
        self.0[..text.len()].copy_from_slice(text);
        Ok(())
    }

    /// The bytes before the first NUL.
    pub fn as_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(N);
        &self.0[..end]
    }

    /// The text, if it is UTF-8.
    ///
    /// # Errors
    /// When it is not, with the place.
    pub fn to_str(&self) -> Result<&str, core::str::Utf8Error> {
        core::str::from_utf8(self.as_bytes())
    }

    /// The text, with U+FFFD for what is not UTF-8.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// From all `N` bytes.
    pub const fn from_raw(raw: [u8; N]) -> Self {
        Self(raw)
    }

    /// All `N` bytes, NULs and what follows them included.
    pub const fn to_raw(self) -> [u8; N] {
        self.0
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self::ZERO
    }
}

/// Compares all bytes: a map key is equal only where the kernel says so.
impl<const N: usize> PartialEq for Text<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<const N: usize> Eq for Text<N> {}

impl<const N: usize> core::hash::Hash for Text<N> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl<const N: usize> core::fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

impl<const N: usize> core::fmt::Display for Text<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.to_string_lossy(), f)
    }
}

// SAFETY: a transparent byte array; all zero is one of its values.
unsafe impl<const N: usize> bytemuck::Zeroable for Text<N> {}
// SAFETY: a transparent byte array: no padding, every bit pattern valid.
unsafe impl<const N: usize> bytemuck::Pod for Text<N> {}
// SAFETY: `N` characters.
unsafe impl<const N: usize> CLayout for Text<N> {
    const LAYOUT: Layout = Layout {
        name: "Text",
        size: N,
        kind: Kind::Array {
            element: &Layout {
                name: "char",
                size: 1,
                kind: Kind::Char,
            },
            count: N,
        },
    };
}
