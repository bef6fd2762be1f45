//! BTF types to the types of a schema: checked, in order of dependency, merged.

use std::collections::{HashMap, HashSet};

use btf_rs::Type as Btype;
use mapgen_schema::ctext;
use mapgen_schema::layout::MAX_DEPTH;
use mapgen_schema::shape::Shapes;
use mapgen_schema::{Composite, Enum, IntKind, Member, Schema, Type, TypeId, codes};

use crate::btf::{Btf, target};
use crate::error::{Finding, Found};

/// Turns BTF types into schema types.
pub(crate) struct Types<'a, 'data> {
    btf: &'a Btf<'data>,
    /// Only `types` is filled here.
    pub(crate) schema: Schema,
    shapes: Shapes,
    /// By BTF id.
    states: Vec<State>,
    /// Scalars, arrays and pointers, to merge equal ones.
    unnamed: HashMap<Type, TypeId>,
    /// Tags and typedefs by C spelling, to merge equal ones and find conflicts.
    named: HashMap<String, TypeId>,
}

#[derive(Clone)]
enum State {
    New,
    Active,
    Done(TypeId),
    Failed(Box<Finding>),
}

impl<'a, 'data> Types<'a, 'data> {
    pub(crate) fn new(btf: &'a Btf<'data>) -> Self {
        let mut shapes = Shapes::default();
        shapes.push(&Type::Void).expect("`void` has no parts");
        Self {
            btf,
            schema: Schema {
                types: vec![Type::Void],
                ..Schema::default()
            },
            shapes,
            states: vec![State::New; btf.raw.len() as usize],
            unnamed: HashMap::new(),
            named: HashMap::new(),
        }
    }

    /// Converts a type and everything in it.
    pub(crate) fn convert(&mut self, id: u32) -> Found<TypeId> {
        self.at_depth(id, 0)
    }

    /// Counts a map's key or value, or a variable, of a type.
    pub(crate) fn refer(&mut self, id: TypeId) -> Found<()> {
        self.shapes
            .refer(id)
            .map_err(|error| Finding::new(codes::beyond_limits, error.to_string()))
    }

    fn at_depth(&mut self, id: u32, depth: u32) -> Found<TypeId> {
        let id = self.btf.unqualified(id)?;
        match &self.states[id as usize] {
            State::Done(ty) => return Ok(*ty),
            State::Failed(finding) => return Err((**finding).clone()),
            State::Active => {
                return Err(Finding::new(
                    codes::endless_type,
                    format!("{} contains itself", self.describe(id)),
                ));
            }
            State::New if depth >= MAX_DEPTH => {
                return Err(Finding::new(
                    codes::endless_type,
                    format!("types are nested deeper than {MAX_DEPTH} levels: flatten them"),
                ));
            }
            State::New => {}
        }
        self.states[id as usize] = State::Active;
        let result = self.convert_new(id, depth);
        self.states[id as usize] = match &result {
            Ok(ty) => State::Done(*ty),
            Err(finding) => State::Failed(Box::new(finding.clone())),
        };
        result
    }

    fn convert_new(&mut self, id: u32, depth: u32) -> Found<TypeId> {
        let btf = self.btf;
        match btf.ty(id) {
            Btype::Void => Ok(TypeId::VOID),
            Btype::Int(int) => {
                let ty = self.int(id, int)?;
                self.merge(ty)
            }
            Btype::Float(float) => {
                let name = btf.name(id).to_owned();
                match float.size() {
                    size @ (2 | 4 | 8 | 16) => self.merge(Type::Float {
                        name,
                        size: size as u32,
                    }),
                    size => Err(Finding::new(
                        codes::damaged_btf,
                        format!("`{name}` is a float of {size} bytes, C has 4, 8 and 16"),
                    )),
                }
            }
            Btype::Ptr(ptr) => self.merge(Type::Pointer {
                pointee: btf.spelling(target(ptr)),
                tag: btf.tag(target(ptr)).map(str::to_owned),
            }),
            Btype::Array(array) => {
                let element = self.at_depth(target(array), depth + 1)?;
                self.sized(element)?;
                let count = u32::try_from(array.len()).unwrap_or(u32::MAX);
                let size = self.schema.size(element).saturating_mul(u64::from(count));
                if size > u64::from(u32::MAX) {
                    return Err(Finding::new(
                        codes::beyond_limits,
                        format!(
                            "an array of {count} times {} bytes is larger than 4 GiB",
                            self.schema.size(element)
                        ),
                    ));
                }
                self.merge(Type::Array { element, count })
            }
            Btype::Struct(composite) => self.composite(id, composite, false, depth),
            Btype::Union(composite) => self.composite(id, composite, true, depth),
            Btype::Enum(e) => {
                let signed = e.is_signed();
                let variants = e.members.iter().map(|member| {
                    let value = match signed {
                        true => i128::from(member.val() as i32),
                        false => i128::from(member.val()),
                    };
                    (btf.entry_name(member).to_owned(), value)
                });
                self.enumeration(id, e.size(), signed, variants.collect())
            }
            Btype::Enum64(e) => {
                let signed = e.is_signed();
                let variants = e.members.iter().map(|member| {
                    let value = match signed {
                        true => i128::from(member.val() as i64),
                        false => i128::from(member.val()),
                    };
                    (btf.entry_name(member).to_owned(), value)
                });
                self.enumeration(id, e.size(), signed, variants.collect())
            }
            Btype::Typedef(typedef) => {
                let target = self.at_depth(target(typedef), depth + 1)?;
                self.name_once(Type::Typedef {
                    name: btf.name(id).to_owned(),
                    target,
                })
            }
            Btype::Fwd(_) => Err(Finding::new(
                codes::only_declared,
                format!(
                    "{} is only declared, never defined: include the header that defines it",
                    self.describe(id)
                ),
            )),
            other => Err(Finding::new(
                codes::unsized_type,
                format!(
                    "a {} stands where a type with a size is needed",
                    other.name()
                ),
            )),
        }
    }

    fn int(&self, id: u32, int: &btf_rs::Int) -> Found<Type> {
        let name = self.btf.name(id).to_owned();
        let size = u32::try_from(int.size()).unwrap_or(u32::MAX);
        if !matches!(size, 1 | 2 | 4 | 8 | 16) {
            return Err(Finding::new(
                codes::damaged_btf,
                format!("`{name}` is an integer of {size} bytes"),
            ));
        }
        // `btf-rs` keeps these to itself: bits 0-7 the width, 16-23 the offset.
        let data = self.btf.raw.record(id).word(12);
        let (bits, offset) = (data & 0xff, (data >> 16) & 0xff);
        if offset != 0 || bits != size * 8 {
            return Err(Finding::new(
                codes::old_bit_field,
                format!(
                    "`{name}` is {bits} bits at {offset} in {size} bytes: bit-fields of this old form \
                 are not read, compile with clang 9 or newer"
                ),
            ));
        }
        // clang never sets the flag for characters: the name tells plain `char`, which
        // is text, from `signed char` and `unsigned char`, which are numbers.
        let kind = if int.is_bool() {
            IntKind::Bool
        } else if size == 1 && (name == "char" || int.is_char() && !name.contains("signed")) {
            IntKind::Char
        } else if int.is_signed() {
            IntKind::Signed
        } else {
            IntKind::Unsigned
        };
        Ok(Type::Int { name, size, kind })
    }

    fn enumeration(
        &mut self,
        id: u32,
        size: usize,
        signed: bool,
        variants: Vec<(String, i128)>,
    ) -> Found<TypeId> {
        let (1 | 2 | 4 | 8) = size else {
            return Err(Finding::new(
                codes::only_declared,
                format!(
                    "{} has {size} bytes: it is only declared, never defined",
                    self.describe(id)
                ),
            ));
        };
        self.name_once(Type::Enum(Enum {
            name: self.tag(id),
            size: size as u32,
            signed,
            variants,
        }))
    }

    fn composite(
        &mut self,
        id: u32,
        composite: &btf_rs::Struct,
        union: bool,
        depth: u32,
    ) -> Found<TypeId> {
        let size = u32::try_from(composite.size()).unwrap_or(u32::MAX);
        let mut members = Vec::with_capacity(composite.members.len());
        // Where the next member of a struct may start, in bits.
        let mut free = 0;
        for member in &composite.members {
            let name = self.btf.entry_name(member);
            let place = |this: &Self| match name {
                "" => this.describe(id),
                name => format!("{}, member `{name}`", this.describe(id)),
            };
            let ty = self
                .at_depth(target(member), depth + 1)
                .and_then(|ty| self.sized(ty).map(|()| ty))
                .map_err(|finding| finding.at(place(self)))?;
            let bit_offset = u64::from(member.bit_offset());
            let bitfield = member.bitfield_size().filter(|&bits| bits > 0);
            let ty = match bitfield {
                Some(_) => self.number(ty, target(member))?,
                None => ty,
            };
            let bits = self
                .member_bits(ty, bit_offset, bitfield)
                .map_err(|finding| finding.at(place(self)))?;
            let end = bit_offset + bits;
            if end > u64::from(size) * 8 {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!(
                        "it ends at bit {end}, but {} has {size} bytes",
                        self.describe(id)
                    ),
                )
                .at(place(self)));
            }
            if !union && bit_offset < free {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!(
                        "it starts at bit {bit_offset}, but the member before it ends at bit {free}"
                    ),
                )
                .at(place(self)));
            }
            free = end;
            members.push(Member {
                name: Some(name)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned),
                ty,
                bit_offset,
                bitfield,
            });
        }
        self.name_once(Type::Composite(Composite {
            union,
            name: self.tag(id),
            size,
            members,
        }))
    }

    /// The type of a bit-field: `char`, which is text elsewhere, is a number there, of
    /// the sign that the compiler gave it.
    fn number(&mut self, ty: TypeId, id: u32) -> Found<TypeId> {
        let Type::Int {
            name,
            size,
            kind: IntKind::Char,
        } = self.schema.resolved(ty)
        else {
            return Ok(ty);
        };
        let (name, size) = (name.clone(), *size);
        let kind = match self.btf.ty(self.btf.resolved(id)?) {
            Btype::Int(int) if int.is_signed() => IntKind::Signed,
            _ => IntKind::Unsigned,
        };
        self.merge(Type::Int { name, size, kind })
    }

    /// The number of bits that a member takes.
    fn member_bits(&self, ty: TypeId, bit_offset: u64, bitfield: Option<u32>) -> Found<u64> {
        let size = self.schema.size(ty) * 8;
        let Some(bits) = bitfield else {
            if bit_offset % 8 != 0 {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!("it starts at bit {bit_offset}, inside a byte"),
                ));
            }
            return Ok(size);
        };
        if !matches!(self.schema.resolved(ty), Type::Int { .. } | Type::Enum(_)) {
            return Err(Finding::new(
                codes::damaged_btf,
                format!(
                    "a bit-field of type `{}`, which is no integer",
                    ctext::name(&self.schema, ty)
                ),
            ));
        }
        if u64::from(bits) > size {
            return Err(Finding::new(
                codes::damaged_btf,
                format!("a bit-field of {bits} bits in a type of {size} bits"),
            ));
        }
        Ok(u64::from(bits))
    }

    /// Refuses `void` where bytes are needed. C has none there: it is what clang writes for
    /// a type that BTF has no kind for.
    pub(crate) fn sized(&self, ty: TypeId) -> Found<()> {
        if matches!(self.schema.resolved(ty), Type::Void) {
            return Err(Finding::new(
                codes::unsized_type,
                "BTF has `void` for its type, as clang writes it for `_Atomic` and `_Complex`, \
                 which BTF cannot say: declare it as a plain type of its size (and count with \
                 the `__atomic_…` or `__sync_…` builtins)",
            ));
        }
        Ok(())
    }

    /// Adds a type, or finds the equal one that is there.
    fn merge(&mut self, ty: Type) -> Found<TypeId> {
        if let Some(&same) = self.unnamed.get(&ty) {
            return Ok(same);
        }
        let id = self.push(ty.clone())?;
        self.unnamed.insert(ty, id);
        Ok(id)
    }

    /// Adds a type with a tag or a typedef's name; equal ones become one, different
    /// ones of one name are refused.
    fn name_once(&mut self, ty: Type) -> Found<TypeId> {
        let key = match &ty {
            Type::Composite(c) => match &c.name {
                Some(name) => format!("{} {name}", if c.union { "union" } else { "struct" }),
                None => return self.push(ty),
            },
            Type::Enum(e) => match &e.name {
                Some(name) => format!("enum {name}"),
                None => return self.push(ty),
            },
            Type::Typedef { name, .. } => name.clone(),
            _ => return self.push(ty),
        };
        if let Some(&other) = self.named.get(&key) {
            if self.same(&ty, self.schema.ty(other), &mut HashSet::new()) {
                return Ok(other);
            }
            let mine = self.push(ty)?;
            return Err(Finding::new(
                codes::twin_types,
                format!(
                    "two types are called `{key}`: rename one of them\n{}{}",
                    ctext::definition(&self.schema, other),
                    ctext::definition(&self.schema, mine)
                ),
            ));
        }
        let id = self.push(ty)?;
        self.named.insert(key, id);
        Ok(id)
    }

    /// Whether two types are the same by structure: anonymous types inside them are
    /// never merged, so their ids differ. Pairs that were found to be are remembered, since
    /// a type that holds another twice would have it compared twice at each level.
    fn same(&self, a: &Type, b: &Type, equal: &mut HashSet<(TypeId, TypeId)>) -> bool {
        let mut same = |a: TypeId, b: TypeId| {
            let is_same = a == b
                || equal.contains(&(a, b))
                || self.same(self.schema.ty(a), self.schema.ty(b), equal);
            if is_same && a != b {
                equal.insert((a, b));
            }
            is_same
        };
        match (a, b) {
            (Type::Composite(a), Type::Composite(b)) => {
                (a.union, &a.name, a.size, a.members.len())
                    == (b.union, &b.name, b.size, b.members.len())
                    && a.members.iter().zip(&b.members).all(|(a, b)| {
                        (&a.name, a.bit_offset, a.bitfield) == (&b.name, b.bit_offset, b.bitfield)
                            && same(a.ty, b.ty)
                    })
            }
            (
                Type::Array { element, count },
                Type::Array {
                    element: other,
                    count: others,
                },
            ) => count == others && same(*element, *other),
            (
                Type::Typedef { name, target },
                Type::Typedef {
                    name: other,
                    target: others,
                },
            ) => name == other && same(*target, *others),
            _ => a == b,
        }
    }

    fn push(&mut self, ty: Type) -> Found<TypeId> {
        let id = u32::try_from(self.schema.types.len())
            .map(TypeId)
            .map_err(|_| Finding::new(codes::beyond_limits, "more than 2^32 types"))?;
        self.shapes
            .push(&ty)
            .map_err(|error| Finding::new(codes::beyond_limits, error.to_string()))?;
        self.schema.types.push(ty);
        Ok(id)
    }

    fn tag(&self, id: u32) -> Option<String> {
        Some(self.btf.name(id))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
    }

    /// A type for a message: "`struct flow`", "an anonymous union (type 7)".
    fn describe(&self, id: u32) -> String {
        let keyword = match self.btf.ty(id) {
            Btype::Struct(_) => "struct",
            Btype::Union(_) => "union",
            Btype::Enum(_) | Btype::Enum64(_) => "enum",
            _ => return format!("`{}`", self.btf.spelling(id)),
        };
        match self.btf.name(id) {
            "" => format!("an anonymous {keyword} (type {id})"),
            name => format!("`{keyword} {name}`"),
        }
    }
}
