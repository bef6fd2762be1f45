//! What Rust knows of a type's layout, as data: [`CLayout`] and its tables.
//!
//! A table is a `const`, so two of them are compared while the program compiles
//! ([`check`]): the table of a Rust type, and the one that the macro writes down from
//! the object's BTF.

pub mod check;
mod impls;
mod message;

/// A type whose bytes are laid out as C would, and that says how.
///
/// Derive it: `#[derive(Clone, Copy, CLayout)] #[repr(C)]`. The derive also gives
/// [`bytemuck::Pod`], after proving that the type has no implicit padding. Types that
/// `#[ebpf_map]` generates, integers, floats, arrays and the types in
/// [`crate::value`] have it.
///
/// ```
/// use mapgen_runtime::{Be, CLayout};
///
/// #[derive(Clone, Copy, CLayout)]
/// #[repr(C)]
/// struct Endpoint {
///     addr: Be<u32>,
///     port: Be<u16>,
///     pad: [u8; 2],
/// }
/// assert_eq!(Endpoint::LAYOUT.size, 8);
/// ```
///
/// A plain integer may stand for one in network order (`u32` for `__be32`), and then
/// nothing reminds of the conversion; [`Be`](crate::Be) does. Any unsigned integer of the
/// width may stand for a `bool`, and any integer for a `char` or an `enum`.
///
/// # Safety
/// [`LAYOUT`](Self::LAYOUT) describes the type truthfully: its size is `size_of`, its
/// members stand at their offsets, and every byte of the type belongs to a member or
/// is initialised padding.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it is laid out [M0452]",
    label = "it has no `CLayout`",
    note = "derive it: `#[derive(Clone, Copy, CLayout)] #[repr(C)]`",
    note = "for C's `_Bool` there is `Bool`, for an enumeration its integer, for `char[N]` \
            `Text<N>`, for a pointer `KernelPtr<T>`",
    note = "a field of a type from elsewhere may be marked `#[ebpf_map(foreign)]`: then only its \
            size is compared"
)]
pub unsafe trait CLayout: bytemuck::Pod {
    /// The table.
    const LAYOUT: Layout;
}

/// The layout of a type.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The type's name, as its language spells it: `struct flow_key`, `FlowKey`.
    pub name: &'static str,
    /// In bytes.
    pub size: usize,
    /// What the bytes are.
    pub kind: Kind,
}

/// What the bytes of a type are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An integer.
    Int {
        /// Two's complement.
        signed: bool,
        /// The byte order that the type promises.
        order: Order,
    },
    /// `char`, of either sign.
    Char,
    /// `_Bool`.
    Bool,
    /// A floating point number.
    Float,
    /// An enumeration, of either sign.
    Enum,
    /// A pointer.
    Pointer,
    /// An array.
    Array {
        /// Its element.
        element: &'static Layout,
        /// How many.
        count: usize,
    },
    /// A struct.
    Struct(&'static [Member]),
    /// A union.
    Union(&'static [Member]),
    /// Bytes of which only the number is known: a type from elsewhere
    /// (`#[ebpf_map(foreign)]`), or kernel-owned memory.
    Opaque,
}

/// The byte order that an integer type promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// None: a plain integer.
    Any,
    /// `__be16`, `__be32`, `__be64`.
    Big,
    /// `__le16`, `__le32`, `__le64`.
    Little,
}

/// A member of a struct or union.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The C name.
    pub name: &'static str,
    /// From the start of the type, in bits, as BTF counts.
    pub bit_offset: usize,
    /// The width of a bit-field in bits; 0 for an ordinary member.
    pub bits: usize,
    /// Whether it shares its bytes with others (a member of an anonymous union), so
    /// that a Rust type may leave it out.
    pub overlaps: bool,
    /// Of its declared type.
    pub layout: Layout,
}

impl Member {
    /// An ordinary member.
    pub const fn new(name: &'static str, offset: usize, layout: Layout) -> Self {
        Self {
            name,
            bit_offset: offset * 8,
            bits: 0,
            overlaps: false,
            layout,
        }
    }

    /// A bit-field.
    pub const fn bits(name: &'static str, bit_offset: usize, bits: usize, layout: Layout) -> Self {
        Self {
            name,
            bit_offset,
            bits,
            overlaps: false,
            layout,
        }
    }

    /// The same, as a member of an anonymous union.
    #[must_use]
    pub const fn overlapping(mut self) -> Self {
        self.overlaps = true;
        self
    }

    /// The bytes it touches: the first, and the one after the last.
    const fn bytes(&self) -> (usize, usize) {
        if self.bits > 0 {
            (
                self.bit_offset / 8,
                (self.bit_offset + self.bits).div_ceil(8),
            )
        } else {
            let start = self.bit_offset / 8;
            (start, start + self.layout.size)
        }
    }
}
