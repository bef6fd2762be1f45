//! Two types, scalar by scalar.

use std::collections::HashMap;

use super::Weight;
use crate::ctext;
use crate::layout::{Leaf, LeafKind};
use crate::model::{Endian, Schema, Type, TypeId};

/// What differs between the types of two keys, values or sections.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDiff {
    /// `key`, `value`, `variables`, or the type's own spelling.
    pub role: String,
    /// The spelling and the size in bytes of the old type.
    pub old: Option<(String, u64)>,
    /// The spelling and the size in bytes of the new type.
    pub new: Option<(String, u64)>,
    /// Scalars that differ: those of the new type in its order, then those that are gone.
    pub members: Vec<MemberDiff>,
    /// Bytes without a member that the old type has and the new one has not.
    pub old_padding: Vec<Hole>,
    /// Bytes without a member that the new type has and the old one has not.
    pub new_padding: Vec<Hole>,
    /// Enumerators of its members that differ.
    pub enumerators: Vec<EnumeratorDiff>,
}

/// A scalar that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberDiff {
    /// `None` for one that was added.
    pub old: Option<Leaf>,
    /// `None` for one that was removed.
    pub new: Option<Leaf>,
    /// All that was done to it.
    pub changes: Vec<Change>,
}

/// What was done to a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another offset.
    Moved,
    /// It has another width, or another number of elements.
    Resized,
    /// It is of another kind: signed for unsigned, a pointer for an integer.
    Retyped,
    /// It is in another byte order: `__be32` for `__u32`.
    Reordered,
    /// Another name stands at the same bytes.
    Renamed,
    /// C spells the same type differently: `unsigned int` for `__u32`.
    Respelt,
}

impl Change {
    /// For people and for JSON: `"moved"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Resized => "resized",
            Self::Retyped => "retyped",
            Self::Reordered => "byte order",
            Self::Renamed => "renamed",
            Self::Respelt => "respelt",
        }
    }

    fn weight(self) -> Weight {
        match self {
            Self::Respelt => Weight::Same,
            Self::Renamed => Weight::Names,
            _ => Weight::Layout,
        }
    }
}

/// A run of bytes that no member covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hole {
    /// The composite that it is in; empty for the type itself.
    pub path: String,
    /// In bytes, from the start of the type.
    pub offset: u64,
    /// In bytes.
    pub size: u64,
}

/// An enumerator that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumeratorDiff {
    /// The enumeration, as C spells it.
    pub ctype: String,
    /// Its name and number before.
    pub old: Option<(String, i128)>,
    /// Its name and number now.
    pub new: Option<(String, i128)>,
}

impl EnumeratorDiff {
    /// A number that is new or means what it meant is harmless; one that means something
    /// else is not.
    pub fn weight(&self) -> Weight {
        match (&self.old, &self.new) {
            (Some((_, old)), Some((_, new))) if old != new => Weight::Layout,
            (Some(_), _) => Weight::Names,
            (None, _) => Weight::Same,
        }
    }
}

impl MemberDiff {
    /// How much the heaviest change weighs.
    pub fn weight(&self) -> Weight {
        let changes = self.changes.iter().map(|change| change.weight());
        changes.max().unwrap_or(Weight::Same)
    }
}

impl TypeDiff {
    /// How much the heaviest difference weighs.
    pub fn weight(&self) -> Weight {
        let size = |side: &Option<(String, u64)>| side.as_ref().map(|(_, size)| *size);
        if size(&self.old) != size(&self.new) {
            return Weight::Layout;
        }
        let members = self.members.iter().map(MemberDiff::weight);
        let enumerators = self.enumerators.iter().map(EnumeratorDiff::weight);
        members.chain(enumerators).max().unwrap_or(Weight::Same)
    }
}

/// One side of a comparison.
pub(super) struct Side {
    pub(super) ctype: String,
    pub(super) size: u64,
    pub(super) leaves: Vec<Leaf>,
    pub(super) holes: Vec<Hole>,
}

/// What differs between two types; `None` where nothing does.
pub(super) fn types(
    role: &str,
    (old_schema, old): (&Schema, Option<TypeId>),
    (new_schema, new): (&Schema, Option<TypeId>),
) -> Option<TypeDiff> {
    let side = |schema: &Schema, id: TypeId| {
        let mut holes = Vec::new();
        schema_holes(schema, id, &mut String::new(), 0, &mut holes);
        Side {
            ctype: ctext::name(schema, id),
            size: schema.size(id),
            leaves: schema.leaves(id),
            holes,
        }
    };
    let old = old.map(|id| side(old_schema, id));
    let new = new.map(|id| side(new_schema, id));
    compare(role, (old_schema, old), (new_schema, new))
}

/// What differs between two sides; `None` where nothing does.
pub(super) fn compare(
    role: &str,
    (old_schema, old): (&Schema, Option<Side>),
    (new_schema, new): (&Schema, Option<Side>),
) -> Option<TypeDiff> {
    let ends = |side: &Option<Side>| side.as_ref().map(|side| (side.ctype.clone(), side.size));
    let ends = (ends(&old), ends(&new));
    let parts =
        |side: Option<Side>| side.map_or_else(Default::default, |side| (side.leaves, side.holes));
    let (old_leaves, old_holes) = parts(old);
    let (new_leaves, new_holes) = parts(new);
    let pairs = pair(old_schema, &old_leaves, new_schema, &new_leaves);
    let mut enumerators = Vec::new();
    for (old, new) in &pairs {
        if let (Some(old), Some(new)) = (old, new) {
            enumerations((old_schema, old.ty), (new_schema, new.ty), &mut enumerators);
        }
    }
    let members: Vec<MemberDiff> = pairs
        .into_iter()
        .filter_map(|(old, new)| {
            let changes = match (old, new) {
                (Some(old), Some(new)) => changes((old_schema, old), (new_schema, new)),
                (None, _) => vec![Change::Added],
                (_, None) => vec![Change::Removed],
            };
            (!changes.is_empty()).then(|| MemberDiff {
                old: old.cloned(),
                new: new.cloned(),
                changes,
            })
        })
        .collect();
    let without = |holes: Vec<Hole>, others: &[Hole]| -> Vec<Hole> {
        let others: std::collections::HashSet<(u64, u64)> =
            others.iter().map(|hole| (hole.offset, hole.size)).collect();
        let mut holes = holes;
        holes.retain(|hole| !others.contains(&(hole.offset, hole.size)));
        holes
    };
    let old_padding = without(old_holes.clone(), &new_holes);
    let new_padding = without(new_holes, &old_holes);
    let (old, new) = ends;
    let same = old == new
        && members.is_empty()
        && enumerators.is_empty()
        && old_padding.is_empty()
        && new_padding.is_empty();
    (!same).then(|| TypeDiff {
        role: role.to_owned(),
        old,
        new,
        members,
        old_padding,
        new_padding,
        enumerators,
    })
}

type Pair<'a> = (Option<&'a Leaf>, Option<&'a Leaf>);

/// Which scalar became which: the one of its path; else, of those that are left over on
/// both sides, the one at its place that reads the same bytes in the same way.
fn pair<'a>(
    old_schema: &Schema,
    old: &'a [Leaf],
    new_schema: &Schema,
    new: &'a [Leaf],
) -> Vec<Pair<'a>> {
    // A path may stand twice: unnamed members.
    let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, leaf) in old.iter().enumerate().rev() {
        by_path.entry(&leaf.path).or_default().push(at);
    }
    let mut taken = vec![false; old.len()];
    let mut before: Vec<Option<usize>> = new
        .iter()
        .map(|leaf| {
            let at = by_path.get_mut(leaf.path.as_str())?.pop()?;
            taken[at] = true;
            Some(at)
        })
        .collect();
    let mut by_place: HashMap<Place<'_>, Vec<usize>> = HashMap::new();
    for (at, leaf) in old.iter().enumerate().rev() {
        if !taken[at] {
            let place = place(old_schema, leaf);
            by_place.entry(place).or_default().push(at);
        }
    }
    for (leaf, before) in new.iter().zip(&mut before) {
        if before.is_none() {
            let there = by_place.get_mut(&place(new_schema, leaf));
            *before = there.and_then(Vec::pop);
            if let Some(at) = *before {
                taken[at] = true;
            }
        }
    }
    let kept = new.iter().zip(before);
    let gone = old.iter().zip(&taken).filter(|(_, taken)| !**taken);
    kept.map(|(leaf, before)| (before.map(|at| &old[at]), Some(leaf)))
        .chain(gone.map(|(leaf, _)| (Some(leaf), None)))
        .collect()
}

/// All of a scalar but its name.
type Place<'a> = (
    u64,
    u32,
    &'static str,
    bool,
    &'a [u32],
    &'a [u32],
    Option<bool>,
);

fn place<'a>(schema: &Schema, leaf: &'a Leaf) -> Place<'a> {
    (
        leaf.bit_offset,
        leaf.bits,
        leaf.kind.as_str(),
        is_signed(leaf),
        &leaf.dims,
        &leaf.strides,
        schema
            .promised_order(leaf.ty)
            .map(|order| order == Endian::Big),
    )
}

/// An enumeration's sign is what its numbers ask for, and says nothing of its bytes.
fn is_signed(leaf: &Leaf) -> bool {
    leaf.kind == LeafKind::Int && leaf.signed
}

fn changes(
    (old_schema, old): (&Schema, &Leaf),
    (new_schema, new): (&Schema, &Leaf),
) -> Vec<Change> {
    let order = (
        old_schema.promised_order(old.ty),
        new_schema.promised_order(new.ty),
    );
    let resized = (old.bits, &old.dims, &old.strides) != (new.bits, &new.dims, &new.strides);
    let mut out: Vec<Change> = [
        (Change::Moved, old.bit_offset != new.bit_offset),
        (Change::Resized, resized),
        (
            Change::Retyped,
            (old.kind, is_signed(old)) != (new.kind, is_signed(new)),
        ),
        (Change::Reordered, order.0 != order.1),
        (Change::Renamed, old.path != new.path),
    ]
    .into_iter()
    .filter_map(|(change, holds)| holds.then_some(change))
    .collect();
    if out.is_empty() && old.ctype != new.ctype {
        out.push(Change::Respelt);
    }
    out
}

fn enumerations(
    (old_schema, old): (&Schema, TypeId),
    (new_schema, new): (&Schema, TypeId),
    out: &mut Vec<EnumeratorDiff>,
) {
    let (Type::Enum(before), Type::Enum(now)) =
        (old_schema.resolved(old), new_schema.resolved(new))
    else {
        return;
    };
    let ctype = ctext::name(new_schema, new);
    if before.variants == now.variants || out.iter().any(|other| other.ctype == ctype) {
        return;
    }
    let numbers: HashMap<&str, i128> = names(&before.variants);
    let kept: HashMap<&str, i128> = names(&now.variants);
    // Several names may have one number.
    let mut gone: HashMap<i128, Vec<&str>> = HashMap::new();
    for (name, number) in before.variants.iter().rev() {
        if !kept.contains_key(name.as_str()) {
            gone.entry(*number).or_default().push(name);
        }
    }
    for (name, number) in &now.variants {
        let old = match numbers.get(name.as_str()) {
            Some(before) if before == number => continue,
            Some(before) => Some((name.clone(), *before)),
            None => gone
                .get_mut(number)
                .and_then(Vec::pop)
                .map(|before| (before.to_owned(), *number)),
        };
        out.push(EnumeratorDiff {
            ctype: ctype.clone(),
            old,
            new: Some((name.clone(), *number)),
        });
    }
    for (name, number) in &before.variants {
        let left = gone
            .get(number)
            .is_some_and(|names| names.contains(&name.as_str()));
        if left {
            out.push(EnumeratorDiff {
                ctype: ctype.clone(),
                old: Some((name.clone(), *number)),
                new: None,
            });
        }
    }
}

fn names(variants: &[(String, i128)]) -> HashMap<&str, i128> {
    let pairs = variants.iter();
    pairs
        .map(|(name, number)| (name.as_str(), *number))
        .collect()
}

/// The bytes of a type that no member covers, at any depth; those of an array's element
/// once.
fn schema_holes(schema: &Schema, id: TypeId, path: &mut String, base: u64, out: &mut Vec<Hole>) {
    match schema.resolved(id) {
        Type::Array { element, count } if *count > 0 => {
            let length = path.len();
            path.push_str("[]");
            schema_holes(schema, *element, path, base, out);
            path.truncate(length);
        }
        Type::Composite(composite) => {
            out.extend(schema.padding(composite).into_iter().map(|padding| Hole {
                path: path.clone(),
                offset: base + u64::from(padding.offset),
                size: u64::from(padding.size),
            }));
            // Bytes that one member of a union leaves out are another's.
            let members = composite.members.iter().filter(|_| !composite.union);
            for member in members.filter(|member| member.bitfield.is_none()) {
                let length = path.len();
                if let Some(name) = &member.name {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                schema_holes(schema, member.ty, path, base + member.bit_offset / 8, out);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
