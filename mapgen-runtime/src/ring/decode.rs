//! From the bytes of a record to a value.

use bytemuck::Pod;

use crate::error::{Error, Name};
use crate::ring::record::Record;

/// What a record can be read as: any plain type of the record's size, and the enums that
/// `#[ebpf_map(value = ["struct a", "struct b"])]` generates.
///
/// Implement it for records that neither is enough for:
///
/// ```
/// use mapgen_runtime::{Fit, FromRecord, Record, Unfit};
///
/// /// A header, and as many bytes as it says.
/// struct Packet {
///     ifindex: u32,
///     bytes: Vec<u8>,
/// }
///
/// impl FromRecord for Packet {
///     fn from_record(record: Record<'_>, _: Fit) -> Result<Self, Unfit> {
///         let unfit = Unfit::Size { expected: 8 };
///         let [ifindex, len] = record.read::<[u32; 2]>().ok_or(unfit)?;
///         let mut bytes = vec![0; (len as usize).min(record.len() - 8)];
///         record.copy_to(8, &mut bytes);
///         Ok(Self { ifindex, bytes })
///     }
/// }
/// ```
pub trait FromRecord: Sized {
    /// Reads a record.
    ///
    /// # Errors
    /// [`Unfit`] when it is none of this type's; the consumer counts it.
    fn from_record(record: Record<'_>, fit: Fit) -> Result<Self, Unfit>;
}

impl<T: Pod> FromRecord for T {
    #[inline]
    fn from_record(record: Record<'_>, fit: Fit) -> Result<Self, Unfit> {
        let expected = size_of::<T>();
        if !fit.takes(expected, record.len()) {
            return Err(Unfit::Size { expected });
        }
        record.read().ok_or(Unfit::Size { expected })
    }
}

/// How the size of a record may differ from that of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// Not at all: ring buffers say the size that the program asked for.
    Exact,
    /// By what the kernel pads with: perf events end at a multiple of 8 bytes, which is
    /// counted from 4 bytes before the record, and say the size with the padding.
    Padded,
    /// It may be longer.
    Longer,
}

impl Fit {
    /// Whether a record of `found` bytes is taken for a type of `expected` bytes.
    ///
    /// ```
    /// use mapgen_runtime::Fit;
    ///
    /// assert!(Fit::Exact.takes(16, 16) && !Fit::Exact.takes(16, 20));
    /// assert!(Fit::Padded.takes(16, 20) && !Fit::Padded.takes(16, 28));
    /// assert!(Fit::Longer.takes(16, 28) && !Fit::Longer.takes(16, 12));
    /// ```
    #[inline]
    pub fn takes(self, expected: usize, found: usize) -> bool {
        match self {
            _ if found == expected => true,
            Self::Exact => false,
            Self::Padded => found.checked_add(4) == Some((expected + 4).next_multiple_of(8)),
            Self::Longer => found > expected,
        }
    }
}

/// Why a record could not be read as a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// Its size is not that of the type.
    Size {
        /// The size of the type in bytes.
        expected: usize,
    },
    /// It is none of the types that were declared: by its tag, or by its size.
    Unknown {
        /// The tag, where types are told apart by one.
        tag: Option<u64>,
    },
}

impl Unfit {
    /// The error for a record of `found` bytes.
    #[cold]
    pub(crate) fn error(self, map: Name, found: usize) -> Error {
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        match self {
            Self::Size { expected } => Error::Record {
                map,
                expected: u32::try_from(expected).unwrap_or(u32::MAX),
                found,
            },
            Self::Unknown { tag } => Error::UnknownRecord { map, tag, found },
        }
    }
}

/// How many records could not be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unread {
    pub(crate) malformed: u64,
    pub(crate) unknown: u64,
}

impl Unread {
    #[cold]
    pub(crate) fn count(&mut self, unfit: Unfit) {
        match unfit {
            Unfit::Size { .. } => self.malformed += 1,
            Unfit::Unknown { .. } => self.unknown += 1,
        }
    }
}
