//! A small reader of BTF: from a type's id to its scalars.
//!
//! It reads the blob that the build wrote into a [`MapSpec`](crate::MapSpec), the one
//! of an object about to be loaded, and the one that the kernel keeps with a map. The
//! format is `Documentation/bpf/btf.rst`. Input is not trusted: work, depth and memory
//! are bounded, and nothing in here can panic on it.

mod rewrite;

use std::fmt;

/// Types nested deeper than this are refused: the bound of the build's reader.
const MAX_DEPTH: u32 = 256;
/// The scalars of one type; arrays count once.
const MAX_LEAVES: usize = 1 << 16;
/// Members looked at for one type, those without a scalar included.
const MAX_STEPS: u32 = 1 << 18;
/// The bytes of all paths of one type.
const MAX_PATH_BYTES: usize = 16 << 20;

const MAGIC: u16 = 0xeb9f;

/// `BTF_KIND_*`.
mod kind {
    pub(super) const INT: u32 = 1;
    pub(super) const PTR: u32 = 2;
    pub(super) const ARRAY: u32 = 3;
    pub(super) const STRUCT: u32 = 4;
    pub(super) const UNION: u32 = 5;
    pub(super) const ENUM: u32 = 6;
    pub(super) const FWD: u32 = 7;
    pub(super) const TYPEDEF: u32 = 8;
    pub(super) const VOLATILE: u32 = 9;
    pub(super) const CONST: u32 = 10;
    pub(super) const RESTRICT: u32 = 11;
    pub(super) const FUNC: u32 = 12;
    pub(super) const FUNC_PROTO: u32 = 13;
    pub(super) const VAR: u32 = 14;
    pub(super) const DATASEC: u32 = 15;
    pub(super) const FLOAT: u32 = 16;
    pub(super) const DECL_TAG: u32 = 17;
    pub(super) const TYPE_TAG: u32 = 18;
    pub(super) const ENUM64: u32 = 19;
}

/// What is wrong with a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(&'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One scalar of a flattened type. An array stands once, its path ending in `[]` for
/// each dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Members joined by `.`; empty for a type that is itself a scalar.
    pub(crate) path: String,
    /// Of the first element, from the start of the outermost type.
    pub(crate) bit_offset: u64,
    /// The width of one element.
    pub(crate) bits: u32,
    /// What it is.
    pub(crate) kind: LeafKind,
    /// Element counts, outermost first, each with the distance between elements in
    /// bytes.
    pub(crate) dims: Vec<(u32, u64)>,
}

/// The kind of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeafKind {
    /// An integer that is neither a character nor a boolean.
    Int {
        /// Two's complement.
        signed: bool,
    },
    /// `char` of either sign.
    Char,
    /// `_Bool`.
    Bool,
    /// A floating point number.
    Float,
    /// An enumeration, of either sign.
    Enum,
    /// A pointer.
    Pointer,
    /// A struct or union that has a size and no members. C has none; libbpf writes
    /// them for kernels that do not know `BTF_KIND_FLOAT` or `BTF_KIND_ENUM64`.
    Blank,
}

/// For people: `u64 at byte 8`, `char[16] at byte 4`, `3 bits, signed, at byte 2 bit 5`.
impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.bit_offset % 8 == 0 && matches!(self.bits, 8 | 16 | 32 | 64 | 128);
        match self.kind {
            LeafKind::Int { signed } if whole => {
                write!(f, "{}{}", if signed { "i" } else { "u" }, self.bits)?;
            }
            LeafKind::Int { signed } => {
                let sign = if signed { "signed" } else { "unsigned" };
                write!(f, "{} bits, {sign},", self.bits)?;
            }
            LeafKind::Float => write!(f, "f{}", self.bits)?,
            LeafKind::Char => f.write_str("char")?,
            LeafKind::Bool => f.write_str("bool")?,
            LeafKind::Pointer => f.write_str("pointer")?,
            LeafKind::Enum => write!(f, "enum of {} bits", self.bits)?,
            LeafKind::Blank => write!(f, "{} bits without a type", self.bits)?,
        }
        for (count, _) in &self.dims {
            write!(f, "[{count}]")?;
        }
        write!(f, " at byte {}", self.bit_offset / 8)?;
        match self.bit_offset % 8 {
            0 => Ok(()),
            bit => write!(f, " bit {bit}"),
        }
    }
}

/// A parsed blob: where each type starts.
pub(crate) struct Btf<'a> {
    big_endian: bool,
    types: &'a [u8],
    strings: &'a [u8],
    /// By id; id 0 is `void`.
    starts: Vec<u32>,
}

/// The three words that every type starts with, and what follows them.
struct Type<'a> {
    name: u32,
    kind: u32,
    kind_flag: bool,
    vlen: u32,
    /// The size in bytes, or the id of another type.
    size_or_type: u32,
    extra: &'a [u8],
}

impl<'a> Btf<'a> {
    /// Reads the header and finds every type.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let header = bytes.get(..24).ok_or(Malformed("the header is cut off"))?;
        let magic = [header[0], header[1]];
        let big_endian = if u16::from_le_bytes(magic) == MAGIC {
            false
        } else if u16::from_be_bytes(magic) == MAGIC {
            true
        } else {
            return Err(Malformed("it does not start with the magic number"));
        };
        if header[2] != 1 {
            return Err(Malformed("its version is not 1"));
        }
        let field = |index: usize| word(big_endian, header, index).unwrap_or_default();
        let part = |offset: u32, len: u32| {
            let start = (field(1) as usize).checked_add(offset as usize)?;
            bytes.get(start..start.checked_add(len as usize)?)
        };
        let types = part(field(2), field(3)).ok_or(Malformed("the types are cut off"))?;
        let strings = part(field(4), field(5)).ok_or(Malformed("the strings are cut off"))?;

        let mut btf = Self {
            big_endian,
            types,
            strings,
            starts: vec![0],
        };
        let mut at = 0_usize;
        while at < types.len() {
            let len = 12 + btf.read(at)?.extra.len();
            btf.starts
                .push(u32::try_from(at).map_err(|_| Malformed("it is too large"))?);
            at += len;
        }
        Ok(btf)
    }

    /// The scalars of a type in the order of the C source; of `void`, none.
    pub(crate) fn leaves(&self, id: u32) -> Result<Vec<Leaf>, Malformed> {
        let mut flat = Flat {
            btf: self,
            steps: 0,
            path_bytes: 0,
            path: String::new(),
            dims: Vec::new(),
            leaves: Vec::new(),
        };
        if id != 0 {
            flat.add(id, 0, None, 0)?;
        }
        Ok(flat.leaves)
    }

    /// The id of the function with this name.
    pub(crate) fn function(&self, name: &str) -> Option<u32> {
        self.named(kind::FUNC, name).next().map(|(id, _)| id)
    }

    /// Where in the struct with this name a member of its own starts, in bytes.
    #[cfg(feature = "metrics")]
    pub(crate) fn member_offset(&self, of: &str, member: &str) -> Option<u32> {
        let mut structs = self.named(kind::STRUCT, of);
        structs.find_map(|(_, ty)| {
            let mut members = ty.extra.chunks_exact(12);
            let bits = members.find_map(|bytes| {
                let [name, _, offset] = self.words(bytes).ok()?;
                self.is_called(name, member).then_some(offset)
            })?;
            // With the flag, the upper byte is the width of a bit-field.
            let bits = if ty.kind_flag {
                bits & 0x00ff_ffff
            } else {
                bits
            };
            (bits % 8 == 0).then_some(bits / 8)
        })
    }

    /// The types of a kind that have this name.
    fn named<'n>(
        &'n self,
        kind: u32,
        name: &'n str,
    ) -> impl Iterator<Item = (u32, Type<'a>)> + use<'n, 'a> {
        let types = (1..).zip(self.starts.iter().skip(1));
        types.filter_map(move |(id, start)| {
            let ty = self.read(*start as usize).ok()?;
            (ty.kind == kind && self.is_called(ty.name, name)).then_some((id, ty))
        })
    }

    fn is_called(&self, offset: u32, name: &str) -> bool {
        let rest = self.strings.get(offset as usize..);
        let rest = rest.and_then(|rest| rest.strip_prefix(name.as_bytes()));
        rest.is_some_and(|rest| rest.first() == Some(&0))
    }

    fn read(&self, at: usize) -> Result<Type<'a>, Malformed> {
        const CUT: Malformed = Malformed("a type is cut off");
        let rest = self.types.get(at..).ok_or(CUT)?;
        let info = word(self.big_endian, rest, 1).ok_or(CUT)?;
        let (kind, vlen) = ((info >> 24) & 0x1f, info & 0xffff);
        let each = match kind {
            kind::STRUCT | kind::UNION | kind::DATASEC | kind::ENUM64 => 12,
            kind::ENUM | kind::FUNC_PROTO => 8,
            _ => 0,
        };
        let fixed = match kind {
            kind::INT | kind::VAR | kind::DECL_TAG => 4,
            kind::ARRAY => 12,
            kind::PTR
            | kind::FWD
            | kind::TYPEDEF
            | kind::VOLATILE
            | kind::CONST
            | kind::RESTRICT
            | kind::FUNC
            | kind::FLOAT
            | kind::TYPE_TAG => 0,
            _ if each > 0 => 0,
            _ => return Err(Malformed("it has a kind of type that is not known")),
        };
        Ok(Type {
            name: word(self.big_endian, rest, 0).ok_or(CUT)?,
            kind,
            kind_flag: info >> 31 == 1,
            vlen,
            size_or_type: word(self.big_endian, rest, 2).ok_or(CUT)?,
            extra: rest.get(12..12 + fixed + each * vlen as usize).ok_or(CUT)?,
        })
    }

    fn ty(&self, id: u32) -> Result<Type<'a>, Malformed> {
        match self.starts.get(id as usize) {
            Some(&start) if id > 0 => self.read(start as usize),
            _ => Err(Malformed("a member has no type")),
        }
    }

    /// The type behind typedefs, qualifiers, tags and variables.
    fn resolved(&self, mut id: u32) -> Result<Type<'a>, Malformed> {
        for _ in 0..MAX_DEPTH {
            let ty = self.ty(id)?;
            match ty.kind {
                kind::TYPEDEF
                | kind::VOLATILE
                | kind::CONST
                | kind::RESTRICT
                | kind::VAR
                | kind::TYPE_TAG => id = ty.size_or_type,
                _ => return Ok(ty),
            }
        }
        Err(Malformed("a type stands for itself"))
    }

    /// In bytes.
    fn size(&self, mut id: u32) -> Result<u64, Malformed> {
        let mut count = 1_u64;
        for _ in 0..MAX_DEPTH {
            let ty = self.resolved(id)?;
            let size = match ty.kind {
                kind::ARRAY => {
                    let [element, _, len] = self.words(ty.extra)?;
                    count = count.saturating_mul(u64::from(len));
                    id = element;
                    continue;
                }
                kind::PTR => 8,
                kind::FWD | kind::FUNC | kind::FUNC_PROTO | kind::DECL_TAG => {
                    return Err(Malformed("a member has a type without a size"));
                }
                _ => u64::from(ty.size_or_type),
            };
            return Ok(size.saturating_mul(count));
        }
        Err(Malformed("types are nested too deeply"))
    }

    fn name(&self, offset: u32) -> Result<&'a str, Malformed> {
        const BAD: Malformed = Malformed("a name is cut off");
        let rest = self.strings.get(offset as usize..).ok_or(BAD)?;
        let len = rest.iter().position(|byte| *byte == 0).ok_or(BAD)?;
        std::str::from_utf8(&rest[..len]).map_err(|_| Malformed("a name is not text"))
    }

    fn words<const N: usize>(&self, bytes: &[u8]) -> Result<[u32; N], Malformed> {
        let mut words = [0; N];
        for (index, slot) in words.iter_mut().enumerate() {
            *slot = word(self.big_endian, bytes, index).ok_or(Malformed("a member is cut off"))?;
        }
        Ok(words)
    }

    /// Whether a union is what libbpf writes for `BTF_KIND_ENUM64` on kernels before
    /// 6.0 (`bpf_object__sanitize_btf`): every enumerator a member of one placeholder.
    fn is_rewritten_enum(&self, ty: &Type<'_>) -> Result<bool, Malformed> {
        let Some(member) = ty.extra.get(..12) else {
            return Ok(false);
        };
        let [_, first, _] = self.words(member)?;
        let Ok(first) = self.ty(first) else {
            return Ok(false);
        };
        Ok(ty.kind == kind::UNION
            && first.kind == kind::INT
            && self.name(first.name)? == "enum64_placeholder")
    }
}

fn word(big_endian: bool, bytes: &[u8], index: usize) -> Option<u32> {
    let bytes = bytes.get(index * 4..index * 4 + 4)?.try_into().ok()?;
    Some(if big_endian {
        u32::from_be_bytes(bytes)
    } else {
        u32::from_le_bytes(bytes)
    })
}

/// A type on its way to its scalars.
struct Flat<'b, 'a> {
    btf: &'b Btf<'a>,
    steps: u32,
    path_bytes: usize,
    path: String,
    dims: Vec<(u32, u64)>,
    leaves: Vec<Leaf>,
}

impl Flat<'_, '_> {
    fn add(
        &mut self,
        id: u32,
        bit_offset: u64,
        bits: Option<u32>,
        depth: u32,
    ) -> Result<(), Malformed> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Malformed("a type has too many members"));
        }
        if depth > MAX_DEPTH {
            return Err(Malformed("types are nested too deeply"));
        }
        let btf = self.btf;
        let ty = btf.resolved(id)?;
        match ty.kind {
            kind::ARRAY => {
                let [element, _, len] = btf.words(ty.extra)?;
                let path = self.path.len();
                self.path.push_str("[]");
                self.dims.push((len, btf.size(element)?));
                self.add(element, bit_offset, None, depth + 1)?;
                self.dims.pop();
                self.path.truncate(path);
                Ok(())
            }
            kind::STRUCT | kind::UNION if ty.vlen == 0 && ty.size_or_type > 0 => self.leaf(
                LeafKind::Blank,
                bit_offset,
                ty.size_or_type.saturating_mul(8),
            ),
            kind::UNION if btf.is_rewritten_enum(&ty)? => self.leaf(
                LeafKind::Enum,
                bit_offset,
                ty.size_or_type.saturating_mul(8),
            ),
            kind::STRUCT | kind::UNION => self.members(&ty, bit_offset, depth),
            kind::DATASEC => self.variables(&ty, depth),
            kind::INT => {
                let [data] = btf.words(ty.extra)?;
                let (encoding, start, width) = (data >> 24 & 0xf, data >> 16 & 0xff, data & 0xff);
                let name = btf.name(ty.name)?;
                // clang never sets the flag for characters: the name tells plain `char`,
                // which is text, from `signed char` and `unsigned char`, which are numbers.
                let kind = if encoding & 4 != 0 {
                    LeafKind::Bool
                } else if name == "char" || (encoding & 2 != 0 && !name.contains("signed")) {
                    LeafKind::Char
                } else {
                    LeafKind::Int {
                        signed: encoding & 1 != 0,
                    }
                };
                // A width of its own in the integer is how bit-fields were written
                // before members could carry one (`kind_flag`).
                self.leaf(kind, bit_offset + u64::from(start), bits.unwrap_or(width))
            }
            kind::FLOAT => self.scalar(LeafKind::Float, &ty, bit_offset, bits),
            kind::ENUM | kind::ENUM64 => self.scalar(LeafKind::Enum, &ty, bit_offset, bits),
            kind::PTR => self.leaf(LeafKind::Pointer, bit_offset, 64),
            _ => Err(Malformed("a member has a type without a size")),
        }
    }

    fn scalar(
        &mut self,
        kind: LeafKind,
        ty: &Type<'_>,
        bit_offset: u64,
        bits: Option<u32>,
    ) -> Result<(), Malformed> {
        let whole = ty.size_or_type.saturating_mul(8);
        self.leaf(kind, bit_offset, bits.unwrap_or(whole))
    }

    fn members(&mut self, ty: &Type<'_>, base: u64, depth: u32) -> Result<(), Malformed> {
        for member in ty.extra.chunks_exact(12) {
            let [name, id, offset] = self.btf.words(member)?;
            let (offset, bits) = match (ty.kind_flag, offset >> 24) {
                (true, 0) => (offset & 0x00ff_ffff, None),
                (true, bits) => (offset & 0x00ff_ffff, Some(bits)),
                (false, _) => (offset, None),
            };
            self.named(
                name,
                id,
                base.saturating_add(u64::from(offset)),
                bits,
                depth,
            )?;
        }
        Ok(())
    }

    fn variables(&mut self, ty: &Type<'_>, depth: u32) -> Result<(), Malformed> {
        for variable in ty.extra.chunks_exact(12) {
            let [id, offset, _] = self.btf.words(variable)?;
            let name = self.btf.ty(id)?.name;
            self.named(name, id, u64::from(offset) * 8, None, depth)?;
        }
        Ok(())
    }

    fn named(
        &mut self,
        name: u32,
        id: u32,
        bit_offset: u64,
        bits: Option<u32>,
        depth: u32,
    ) -> Result<(), Malformed> {
        let name = self.btf.name(name)?;
        let path = self.path.len();
        // Members of anonymous structs and unions are their parent's.
        if !name.is_empty() {
            if path > 0 {
                self.path.push('.');
            }
            self.path.push_str(name);
        }
        if self.path.len() > MAX_PATH_BYTES {
            return Err(Malformed("names are too long"));
        }
        self.add(id, bit_offset, bits, depth + 1)?;
        self.path.truncate(path);
        Ok(())
    }

    fn leaf(&mut self, kind: LeafKind, bit_offset: u64, bits: u32) -> Result<(), Malformed> {
        self.path_bytes += self.path.len() + self.dims.len() * size_of::<(u32, u64)>();
        if self.leaves.len() >= MAX_LEAVES || self.path_bytes > MAX_PATH_BYTES {
            return Err(Malformed("a type has too many members"));
        }
        self.leaves.push(Leaf {
            path: self.path.clone(),
            bit_offset,
            bits,
            kind,
            dims: self.dims.clone(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
