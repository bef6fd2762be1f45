//! What a struct's bytes become: members, bit-field bytes, unions and padding, in
//! order of offset and without a gap.

use std::collections::BTreeSet;

use mapgen_schema::layout::bitfield_bytes;
use mapgen_schema::{Composite, Schema, Type, TypeId, ctext, names};
use proc_macro2::Ident;

use super::{ident, unraw};

/// One field of the Rust struct.
pub(crate) struct Slot {
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) ident: Ident,
    pub(crate) kind: SlotKind,
}

/// What a field is.
pub(crate) enum SlotKind {
    /// A C member.
    Member {
        /// Its C name.
        name: String,
        ty: TypeId,
    },
    /// Bytes that only bit-fields cover.
    Bits,
    /// An anonymous union: integers of this alignment.
    Union { align: u32 },
    /// Bytes that nothing covers.
    Pad,
}

/// A member that is read and written by methods: a bit-field, or what shares its
/// bytes with others.
pub(crate) struct Access {
    /// The C name.
    pub(crate) name: String,
    pub(crate) bit_offset: u64,
    pub(crate) ty: TypeId,
    /// The width of a bit-field.
    pub(crate) bits: Option<u32>,
    /// Whether it is a member of a union.
    pub(crate) overlaps: bool,
}

impl Access {
    /// The first byte.
    pub(crate) fn offset(&self) -> u64 {
        self.bit_offset / 8
    }
}

/// A struct or union, taken apart.
#[derive(Default)]
pub(crate) struct Parts {
    /// The fields, in order of offset, padding included. Empty for a union.
    pub(crate) slots: Vec<Slot>,
    /// What has methods, in the order of the C source.
    pub(crate) accesses: Vec<Access>,
}

/// Takes a struct apart.
///
/// # Errors
/// When members overlap that C cannot have laid over each other.
pub(crate) fn of_struct(schema: &Schema, composite: &Composite) -> Result<Parts, String> {
    let mut flat = Flat::default();
    flat.walk(schema, composite, 0);
    let mut slots = flat.slots;
    slots.extend(flat.bits.into_iter().map(|(start, end)| Raw {
        offset: start,
        size: end - start,
        name: None,
        kind: SlotKind::Bits,
    }));
    // Members of no size stand before what starts at the same byte.
    slots.sort_by_key(|slot| (slot.offset, slot.size));
    let mut taken: BTreeSet<String> = slots
        .iter()
        .filter_map(|slot| slot.name.as_deref())
        .map(|name| unraw(&ident(&names::ident(name))))
        .collect();
    let mut used = BTreeSet::new();
    let mut parts = Parts {
        accesses: flat.accesses,
        ..Parts::default()
    };
    let mut at = 0_u64;
    let size = u64::from(composite.size);
    for slot in slots {
        if slot.offset < at {
            return Err(format!(
                "member `{}` at byte {} overlaps what ends at byte {at}",
                slot.name.as_deref().unwrap_or("(bit-field)"),
                slot.offset
            ));
        }
        parts.pad(at, slot.offset, &mut taken);
        at = slot.offset + slot.size;
        let name = match (&slot.name, &slot.kind) {
            (Some(name), _) => free(ident(&names::ident(name)), &mut used),
            (None, SlotKind::Bits) => hidden("__bits", slot.offset, &mut taken),
            (None, _) => hidden("__union", slot.offset, &mut taken),
        };
        parts.slots.push(Slot {
            offset: slot.offset,
            size: slot.size,
            ident: name,
            kind: slot.kind,
        });
    }
    if at > size {
        return Err(format!("its members end at byte {at} of {size}"));
    }
    parts.pad(at, size, &mut taken);
    Ok(parts)
}

/// The members of a union, those of anonymous ones in it included.
pub(crate) fn of_union(schema: &Schema, composite: &Composite) -> Parts {
    let mut accesses = Vec::new();
    hoist(schema, composite, 0, &mut accesses);
    Parts {
        slots: Vec::new(),
        accesses,
    }
}

/// A name with a `_` for each time it was used before.
pub(crate) fn free(wanted: Ident, used: &mut BTreeSet<String>) -> Ident {
    let mut free = wanted;
    while !used.insert(unraw(&free)) {
        free = ident(&format!("{}_", unraw(&free)));
    }
    free
}

/// The identifiers of C names, none twice and none `reserved`. A name that Rust takes as
/// it is keeps it, whatever the others become.
pub(crate) fn free_all<'a>(
    names: impl Iterator<Item = &'a String> + Clone,
    reserved: &str,
) -> Vec<Ident> {
    let wanted: Vec<Ident> = names
        .clone()
        .map(|name| ident(&names::ident(name)))
        .collect();
    let mut used: BTreeSet<String> = names
        .clone()
        .zip(&wanted)
        .filter(|(name, wanted)| unraw(wanted) == **name)
        .map(|(name, _)| name.clone())
        .chain([reserved.to_owned()])
        .collect();
    let mut seen = BTreeSet::from([reserved.to_owned()]);
    names
        .zip(wanted)
        .map(|(name, wanted)| {
            let keeps = unraw(&wanted) == *name && seen.insert(name.clone());
            if keeps {
                wanted
            } else {
                free(wanted, &mut used)
            }
        })
        .collect()
}

/// A name that no member has, nor another hidden field: two empty unions stand at one
/// offset.
fn hidden(prefix: &str, offset: u64, taken: &mut BTreeSet<String>) -> Ident {
    free(ident(&format!("{prefix}{offset}")), taken)
}

impl Parts {
    fn pad(&mut self, from: u64, to: u64, taken: &mut BTreeSet<String>) {
        if to > from {
            self.slots.push(Slot {
                offset: from,
                size: to - from,
                ident: hidden("__pad", from, taken),
                kind: SlotKind::Pad,
            });
        }
    }
}

struct Raw {
    offset: u64,
    size: u64,
    name: Option<String>,
    kind: SlotKind,
}

#[derive(Default)]
struct Flat {
    slots: Vec<Raw>,
    /// Byte ranges, merged.
    bits: Vec<(u64, u64)>,
    /// Where the last member of no size stands: the bit-fields on its two sides are two
    /// ranges, so that it has a place between them.
    mark: Option<u64>,
    accesses: Vec<Access>,
}

impl Flat {
    fn walk(&mut self, schema: &Schema, composite: &Composite, base: u64) {
        for member in &composite.members {
            let at = base + member.bit_offset;
            if member.bitfield.is_none() && schema.size(member.ty) == 0 {
                self.mark = Some(at / 8);
            }
            match (&member.name, member.bitfield, schema.ty(member.ty)) {
                (None, None, Type::Composite(inner)) if inner.union => {
                    self.slots.push(Raw {
                        offset: at / 8,
                        size: u64::from(inner.size),
                        name: None,
                        kind: SlotKind::Union {
                            align: schema.pack(inner),
                        },
                    });
                    hoist(schema, inner, at, &mut self.accesses);
                }
                (None, None, Type::Composite(inner)) => self.walk(schema, inner, at),
                (None, ..) => {}
                (Some(name), Some(bits), _) => {
                    self.cover(bitfield_bytes(at, bits));
                    self.accesses.push(Access {
                        name: name.clone(),
                        bit_offset: at,
                        ty: member.ty,
                        bits: Some(bits),
                        overlaps: false,
                    });
                }
                (Some(name), None, _) => self.slots.push(Raw {
                    offset: at / 8,
                    size: schema.size(member.ty),
                    name: Some(name.clone()),
                    kind: SlotKind::Member {
                        name: name.clone(),
                        ty: member.ty,
                    },
                }),
            }
        }
    }

    /// Adds the bytes of a bit-field to those of its neighbours.
    fn cover(&mut self, (start, end): (u64, u64)) {
        let marked = self.mark == Some(start);
        match self.bits.last_mut() {
            Some(last) if start == last.1 && marked => self.bits.push((start, end)),
            Some(last) if start <= last.1 && end >= last.0 => {
                *last = (last.0.min(start), last.1.max(end));
            }
            _ => self.bits.push((start, end)),
        }
    }
}

fn hoist(schema: &Schema, composite: &Composite, base: u64, out: &mut Vec<Access>) {
    for member in &composite.members {
        let at = base + member.bit_offset;
        match (&member.name, schema.ty(member.ty)) {
            (None, Type::Composite(inner)) => hoist(schema, inner, at, out),
            (None, _) => {}
            (Some(name), _) => out.push(Access {
                name: name.clone(),
                bit_offset: at,
                ty: member.ty,
                bits: member.bitfield,
                overlaps: true,
            }),
        }
    }
}

/// The C spelling of an access, for docs: `__u8 version : 4`.
pub(crate) fn declaration(schema: &Schema, access: &Access) -> String {
    let text = ctext::declare(schema, access.ty, &access.name);
    match access.bits {
        Some(bits) => format!("{text} : {bits}"),
        None => text,
    }
}
