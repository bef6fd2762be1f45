//! An object's BTF: every type resolved once, with its name.

mod features;

use btf_rs::{BtfType, Type};
use mapgen_schema::codes;

use crate::error::{Finding, Found};
use crate::raw::Raw;

pub use features::BtfFeature;

/// Chains of `const`, `volatile`, typedefs and pointers longer than this are refused,
/// as the kernel does (`MAX_RESOLVE_DEPTH` is 32; libbpf follows as many).
pub(crate) const MAX_CHAIN: usize = 32;

/// In bytes, about: those of `sched_ext_ops`, the longest known, have a few hundred.
const MAX_SPELLING: usize = 4096;

pub(crate) struct Btf<'data> {
    pub(crate) raw: Raw<'data>,
    /// By type id; entry 0 is `void`.
    types: Vec<Type>,
    /// The ids of the declaration tags, which every map looks through.
    pub(crate) decl_tags: Vec<u32>,
}

impl<'data> Btf<'data> {
    pub(crate) fn read(section: &'data [u8]) -> Found<Self> {
        let raw = Raw::read(section)?;
        let types = types_of(section).map_err(|error| {
            let what = format!("`.BTF` is damaged ({error}): compile the object again");
            Finding::new(codes::damaged_btf, what)
        })?;
        // `Raw` counted the same records.
        if types.len() != raw.len() as usize {
            return Err(Finding::new(
                codes::damaged_btf,
                "`.BTF` is damaged: compile the object again",
            ));
        }
        let is_tag = |id: &u32| matches!(types.get(*id as usize), Some(Type::DeclTag(_)));
        let decl_tags = (1..raw.len()).filter(is_tag).collect();
        Ok(Self {
            raw,
            types,
            decl_tags,
        })
    }

    /// All ids but `void`'s.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> + use<> {
        1..self.raw.len()
    }

    /// The type with an id that a checked record holds.
    pub(crate) fn ty(&self, id: u32) -> &Type {
        self.types.get(id as usize).unwrap_or(&Type::Void)
    }

    /// A type's own name, empty for an anonymous one and for kinds without names.
    pub(crate) fn name(&self, id: u32) -> &'data str {
        if id == 0 {
            return "";
        }
        self.raw.string(self.raw.record(id).name()).unwrap_or("")
    }

    /// The name that an entry (member, enumerator) carries.
    pub(crate) fn entry_name(&self, entry: &dyn BtfType) -> &'data str {
        entry
            .get_name_offset()
            .and_then(|offset| self.raw.string(offset))
            .unwrap_or("")
    }

    /// Behind `const`, `volatile`, `restrict` and type tags.
    pub(crate) fn unqualified(&self, mut id: u32) -> Found<u32> {
        for _ in 0..MAX_CHAIN {
            match self.ty(id) {
                Type::Const(t) | Type::Volatile(t) | Type::Restrict(t) => id = target(t),
                Type::TypeTag(t) => id = target(t),
                _ => return Ok(id),
            }
        }
        Err(Finding::new(
            codes::endless_type,
            format!("a chain of more than {MAX_CHAIN} qualifiers, or one that never ends"),
        ))
    }

    /// Behind qualifiers and typedefs.
    pub(crate) fn resolved(&self, mut id: u32) -> Found<u32> {
        for _ in 0..MAX_CHAIN {
            id = self.unqualified(id)?;
            match self.ty(id) {
                Type::Typedef(t) => id = target(t),
                _ => return Ok(id),
            }
        }
        Err(Finding::new(
            codes::endless_type,
            format!("a chain of more than {MAX_CHAIN} typedefs, or one that never ends"),
        ))
    }

    /// The first type tag between a pointer and what it points to.
    pub(crate) fn tag(&self, mut id: u32) -> Option<&'data str> {
        for _ in 0..MAX_CHAIN {
            match self.ty(id) {
                Type::Const(t) | Type::Volatile(t) | Type::Restrict(t) => id = target(t),
                Type::TypeTag(_) => return Some(self.name(id)),
                _ => return None,
            }
        }
        None
    }

    /// The id of the datasec with a name.
    pub(crate) fn datasec(&self, name: &str) -> Option<u32> {
        self.ids()
            .find(|&id| matches!(self.ty(id), Type::Datasec(_)) && self.name(id) == name)
    }

    /// The C spelling of what a pointer points to, without qualifiers.
    ///
    /// A function is spelt `ret (args)`, an array `elem [n]`, an anonymous struct
    /// `struct {...}`; what is nested deeper or is longer than anyone writes becomes `void`.
    pub(crate) fn spelling(&self, id: u32) -> String {
        let mut room = MAX_SPELLING;
        let spelling = self.spell(id, 0, &mut room);
        if room == 0 {
            return "void".to_owned();
        }
        spelling
    }

    /// `room` is what is left of `MAX_SPELLING`: functions of functions grow by the power
    /// of their parameters. At 0 the result means nothing.
    fn spell(&self, id: u32, depth: usize, room: &mut usize) -> String {
        *room = room.saturating_sub(self.name(id).len() + 8);
        let Some(id) = self.unqualified(id).ok().filter(|_| depth < 8) else {
            return "void".to_owned();
        };
        let tagged = |keyword: &str| match self.name(id) {
            "" => format!("{keyword} {{...}}"),
            name => format!("{keyword} {name}"),
        };
        match self.ty(id) {
            Type::Int(_) | Type::Float(_) | Type::Typedef(_) => self.name(id).to_owned(),
            Type::Struct(_) => tagged("struct"),
            Type::Union(_) => tagged("union"),
            Type::Enum(_) | Type::Enum64(_) => tagged("enum"),
            // The flag tells a union: `btf_kflag` of the record.
            Type::Fwd(_) if self.raw.record(id).word(4) >> 31 == 1 => tagged("union"),
            Type::Fwd(_) => tagged("struct"),
            Type::Ptr(t) => {
                let pointee = self.spell(target(t), depth + 1, room);
                match pointee.split_once(" (") {
                    Some((ret, args)) => format!("{ret} (*)({args}"),
                    None if pointee.ends_with('*') => format!("{pointee}*"),
                    None => format!("{pointee} *"),
                }
            }
            Type::Array(t) => format!("{} [{}]", self.spell(target(t), depth + 1, room), t.len()),
            Type::FuncProto(proto) => {
                let mut args = Vec::new();
                for parameter in &proto.parameters {
                    if *room == 0 {
                        break;
                    }
                    args.push(match parameter.is_variadic() {
                        true => "...".to_owned(),
                        false => self.spell(target(parameter), depth + 1, room),
                    });
                }
                let args = if args.is_empty() {
                    "void".to_owned()
                } else {
                    args.join(", ")
                };
                let returns = self.spell(proto.return_type_id(), depth + 1, room);
                format!("{returns} ({args})")
            }
            _ => "void".to_owned(),
        }
    }
}

/// The type that a modifier, pointer, array, member or variable refers to.
pub(crate) fn target(ty: &dyn BtfType) -> u32 {
    ty.get_type_id().unwrap_or(0)
}

/// All types, each cloned out of `btf-rs` once.
fn types_of(section: &[u8]) -> btf_rs::Result<Vec<Type>> {
    let btf = btf_rs::Btf::from_bytes(section)?;
    let (first, last) = btf.base().type_id_range();
    (first..=last)
        .map(|id| btf.resolve_type_by_id(id))
        .collect()
}
