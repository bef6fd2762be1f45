//! Layout arithmetic: sizes, alignments, padding and leaves. No I/O.

use crate::ctext;
use crate::model::{Composite, Endian, IntKind, Schema, Type, TypeId};

/// Types nested deeper than this are refused by the readers, so that recursion over
/// a schema is bounded.
pub const MAX_DEPTH: u32 = 256;

/// One scalar of a flattened type.
///
/// An array stands once: its path ends in `[]` for each dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Members joined by `.`; empty for a type that is itself a scalar.
    pub path: String,
    /// Of the first element, from the start of the outermost type.
    pub bit_offset: u64,
    /// The width of one element.
    pub bits: u32,
    /// What it is.
    pub kind: LeafKind,
    /// The declared type, behind arrays.
    pub ty: TypeId,
    /// As C spells the declared type.
    pub ctype: String,
    /// Whether the value is signed.
    pub signed: bool,
    /// Element counts, outermost first.
    pub dims: Vec<u32>,
    /// The distance between elements in bytes for each of `dims`.
    pub strides: Vec<u32>,
}

/// The kind of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    /// An integer that is neither a character nor a boolean.
    Int,
    /// `char` of either sign.
    Char,
    /// `_Bool`.
    Bool,
    /// A floating point number.
    Float,
    /// An enumeration.
    Enum,
    /// A pointer.
    Pointer,
}

impl LeafKind {
    /// The word that stands in the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Char => "char",
            Self::Bool => "bool",
            Self::Float => "float",
            Self::Enum => "enum",
            Self::Pointer => "pointer",
        }
    }
}

/// A run of bytes that no member covers: offset and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padding {
    /// In bytes, from the start of the type.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
}

/// What the C ABI does with the bits of bit-field number `bit_offset`: the byte
/// range it touches.
pub fn bitfield_bytes(bit_offset: u64, bits: u32) -> (u64, u64) {
    let first = bit_offset / 8;
    let end = (bit_offset + u64::from(bits)).div_ceil(8);
    (first, end)
}

/// The alignment of a scalar of this size: the largest power of two in it, 16 at most.
fn natural_align(size: u32) -> u32 {
    match size {
        0 => 1,
        size => 1 << size.trailing_zeros().min(4),
    }
}

impl Schema {
    /// The size of a type in bytes. `void` has none: 0.
    ///
    /// Saturates at `u64::MAX` for absurd arrays, which readers refuse.
    pub fn size(&self, id: TypeId) -> u64 {
        match self.ty(id) {
            Type::Void => 0,
            Type::Int { size, .. } | Type::Float { size, .. } => u64::from(*size),
            Type::Pointer { .. } => 8,
            Type::Array { element, count } => self.size(*element).saturating_mul(u64::from(*count)),
            Type::Composite(composite) => u64::from(composite.size),
            Type::Enum(e) => u64::from(e.size),
            Type::Typedef { target, .. } => self.size(*target),
        }
    }

    /// The alignment of the Rust type that stands for a type: for scalars their
    /// natural one, for structs what [`Schema::pack`] allows.
    pub fn align(&self, id: TypeId) -> u32 {
        match self.ty(id) {
            Type::Void => 1,
            Type::Int { size, .. } | Type::Float { size, .. } => natural_align(*size),
            Type::Pointer { .. } => 8,
            Type::Array { element, .. } => self.align(*element),
            Type::Composite(composite) => self.pack(composite),
            Type::Enum(e) => natural_align(e.size),
            Type::Typedef { target, .. } => self.align(*target),
        }
    }

    /// The `N` of `repr(C, packed(N))`: the largest power of two (up to the largest
    /// alignment of a member) that the size and every member's offset admit.
    ///
    /// Bit-fields ask for no alignment. Members of anonymous structs count as the
    /// parent's own, and an anonymous union as one member.
    pub fn pack(&self, composite: &Composite) -> u32 {
        // Each member's alignment is asked for once: asking again for every candidate
        // would cost five to the power of the nesting depth.
        let mut members = Vec::new();
        self.aligned_members(composite, 0, &mut members);
        let mut pack = members.iter().map(|&(_, align)| align).max().unwrap_or(1);
        let admits = |pack: u32| {
            composite.size % pack == 0
                && members
                    .iter()
                    .all(|&(offset, align)| offset % u64::from(align.min(pack)) == 0)
        };
        while pack > 1 && !admits(pack) {
            pack /= 2;
        }
        pack
    }

    /// The byte offset and the alignment of every member that asks for one.
    fn aligned_members(&self, composite: &Composite, base: u64, out: &mut Vec<(u64, u32)>) {
        for member in &composite.members {
            let offset = base + member.bit_offset / 8;
            match (&member.name, member.bitfield, self.ty(member.ty)) {
                (_, Some(_), _) => {}
                (None, None, Type::Composite(inner)) if !inner.union => {
                    self.aligned_members(inner, offset, out);
                }
                _ => out.push((offset, self.align(member.ty))),
            }
        }
    }

    /// Whether C must have packed this composite: a member is less aligned than its
    /// type's natural alignment asks for.
    pub fn is_packed(&self, composite: &Composite) -> bool {
        let natural = composite
            .members
            .iter()
            .filter(|member| member.bitfield.is_none())
            .map(|member| self.align(member.ty))
            .max()
            .unwrap_or(1);
        self.pack(composite) < natural
    }

    /// The bytes of a composite that no member covers (bits left over inside the
    /// bytes of bit-fields do not count), in order of offset. For a union: what
    /// even its largest member leaves.
    pub fn padding(&self, composite: &Composite) -> Vec<Padding> {
        let mut covered: Vec<(u64, u64)> = composite
            .members
            .iter()
            .map(|member| match member.bitfield {
                Some(bits) => bitfield_bytes(member.bit_offset, bits),
                None => {
                    let start = member.bit_offset / 8;
                    (start, start + self.size(member.ty))
                }
            })
            .collect();
        covered.sort_unstable();
        let mut holes = Vec::new();
        let mut at = 0_u64;
        let size = u64::from(composite.size);
        for (start, end) in covered.into_iter().chain([(size, size)]) {
            if start > at {
                holes.push(Padding {
                    offset: u32::try_from(at).unwrap_or(u32::MAX),
                    size: u32::try_from(start - at).unwrap_or(u32::MAX),
                });
            }
            at = at.max(end);
        }
        holes
    }

    /// Whether a value of this type has bytes that no member covers, at any depth.
    pub fn has_padding(&self, id: TypeId) -> bool {
        match self.resolved(id) {
            Type::Array { element, .. } => self.has_padding(*element),
            Type::Composite(composite) => {
                !self.padding(composite).is_empty()
                    || composite
                        .members
                        .iter()
                        .any(|member| self.has_padding(member.ty))
            }
            _ => false,
        }
    }

    /// The byte order that a typedef on the way to an integer promises: `__be32`, `__le16`.
    pub fn promised_order(&self, mut id: TypeId) -> Option<Endian> {
        while let Type::Typedef { name, target } = self.ty(id) {
            match name.as_str() {
                "__be16" | "__be32" | "__be64" => return Some(Endian::Big),
                "__le16" | "__le32" | "__le64" => return Some(Endian::Little),
                _ => id = *target,
            }
        }
        None
    }

    /// The scalars of a type, in the order of the C source.
    pub fn leaves(&self, id: TypeId) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.flatten(id, &mut Place::default(), None, &mut leaves);
        leaves
    }

    fn flatten(&self, id: TypeId, place: &mut Place, bits: Option<u32>, out: &mut Vec<Leaf>) {
        let (kind, size, signed) = match self.resolved(id) {
            Type::Void => return,
            Type::Int { size, kind, .. } => (
                match kind {
                    IntKind::Char => LeafKind::Char,
                    IntKind::Bool => LeafKind::Bool,
                    IntKind::Signed | IntKind::Unsigned => LeafKind::Int,
                },
                *size,
                *kind == IntKind::Signed,
            ),
            Type::Float { size, .. } => (LeafKind::Float, *size, true),
            Type::Pointer { .. } => (LeafKind::Pointer, 8, false),
            Type::Enum(e) => (LeafKind::Enum, e.size, e.signed),
            Type::Array { element, count } => {
                let path = place.path.len();
                place.path.push_str("[]");
                place.dims.push(*count);
                place
                    .strides
                    .push(u32::try_from(self.size(*element)).unwrap_or(u32::MAX));
                self.flatten(*element, place, None, out);
                place.path.truncate(path);
                place.dims.pop();
                place.strides.pop();
                return;
            }
            Type::Composite(composite) => {
                for member in &composite.members {
                    let (path, offset) = (place.path.len(), place.bit_offset);
                    if let Some(name) = &member.name {
                        if path > 0 {
                            place.path.push('.');
                        }
                        place.path.push_str(name);
                    }
                    place.bit_offset += member.bit_offset;
                    self.flatten(member.ty, place, member.bitfield, out);
                    place.path.truncate(path);
                    place.bit_offset = offset;
                }
                return;
            }
            Type::Typedef { .. } => unreachable!("`resolved` looks behind typedefs"),
        };
        out.push(Leaf {
            path: place.path.clone(),
            bit_offset: place.bit_offset,
            bits: bits.unwrap_or(size.saturating_mul(8)),
            kind,
            ty: id,
            ctype: ctext::name(self, id),
            signed,
            dims: place.dims.clone(),
            strides: place.strides.clone(),
        });
    }
}

#[derive(Default)]
struct Place {
    path: String,
    bit_offset: u64,
    dims: Vec<u32>,
    strides: Vec<u32>,
}
