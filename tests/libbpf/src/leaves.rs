//! The scalars of a type, by libbpf's numbers.

use crate::{Btf, sys};

/// One scalar of a type. An array stands once, its path ending in `[]` for each dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Members joined by `.`.
    pub path: String,
    /// From the start of the outermost type.
    pub bit_offset: u64,
    /// The width of one element.
    pub bits: u64,
    /// `int`, `char`, `bool`, `float`, `enum` or `pointer`.
    pub kind: &'static str,
    /// Whether an integer that is neither `char` nor `_Bool`, or an enum, is signed.
    pub signed: bool,
    /// Element counts, outermost first.
    pub dims: Vec<u32>,
}

impl Btf<'_> {
    /// The scalars of a type, in the order of the C source.
    pub fn leaves(self, id: u32) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.flatten(id, String::new(), 0, None, &[], &mut leaves);
        leaves
    }

    fn flatten(
        self,
        id: u32,
        path: String,
        bit_offset: u64,
        bits: Option<u32>,
        dims: &[u32],
        out: &mut Vec<Leaf>,
    ) {
        let id = self.resolved(id);
        if id == 0 {
            return;
        }
        let ty = self.ty(id);
        let (kind, signed) = match self.kind(id) {
            sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION => {
                for member in self.members(ty) {
                    let inner = match (path.is_empty(), member.name.is_empty()) {
                        (_, true) => path.clone(),
                        (true, false) => member.name,
                        (false, false) => format!("{path}.{}", member.name),
                    };
                    let at = bit_offset + u64::from(member.bit_offset);
                    self.flatten(member.ty, inner, at, member.bits, dims, out);
                }
                return;
            }
            sys::BTF_KIND_ARRAY => {
                let (element, count) = self.array(ty);
                let dims = [dims, &[count]].concat();
                self.flatten(element, path + "[]", bit_offset, None, &dims, out);
                return;
            }
            sys::BTF_KIND_INT => {
                let encoding = self.word(ty) >> 24 & 0xf;
                if encoding & sys::BTF_INT_BOOL != 0 {
                    ("bool", false)
                // clang does not set BTF_INT_CHAR: text is what is called so, and
                // has no width of its own.
                } else if self.name(id) == "char" && bits.is_none() {
                    ("char", false)
                } else {
                    ("int", encoding & sys::BTF_INT_SIGNED != 0)
                }
            }
            sys::BTF_KIND_FLOAT => ("float", true),
            sys::BTF_KIND_PTR => ("pointer", false),
            sys::BTF_KIND_ENUM | sys::BTF_KIND_ENUM64 => ("enum", ty.info >> 31 == 1),
            // Nothing else is part of a value.
            _ => return,
        };
        let size = match self.kind(id) {
            sys::BTF_KIND_PTR => 8,
            _ => self.size(id).unwrap_or(0),
        };
        out.push(Leaf {
            path,
            bit_offset,
            bits: bits.map_or(size * 8, u64::from),
            kind,
            signed,
            dims: dims.to_vec(),
        });
    }
}
