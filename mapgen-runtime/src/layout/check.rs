//! Comparing a Rust type's table with the object's, in const evaluation.
//!
//! Every difference of one type is collected before the build stops, and each names
//! the C type, the member and both numbers. The codes are those of `mapgen_schema::codes`,
//! spelled out: this crate does not need that one.

use super::message::Message;
use super::{Kind, Layout, Member, Order};
use crate::spec::MapSpec;

/// Stops the build unless `rust` can stand for `c`.
///
/// `place` says where the type is used: ``map `conns`, key``.
///
/// # Panics
/// In const evaluation, with every difference, which is a compile error.
#[track_caller]
pub const fn assert_layout(place: &str, rust: &Layout, c: &Layout) {
    let mut message = Message::new();
    let root = Path {
        parent: None,
        name: "",
    };
    compare(&root, rust, c, c.name, &mut message);
    if !message.is_empty() {
        let mut whole = Message::new();
        whole.push(place);
        whole.push(": `");
        whole.push(rust.name);
        whole.push("` does not match `");
        whole.push(c.name);
        whole.push("` [M0442]");
        whole.push(message.as_str());
        whole.push("\n  help: change the Rust type, or let `#[ebpf_map]` on a module generate it");
        panic!("{}", whole.as_str());
    }
}

/// Stops the build unless a generated type has the size that the object gives.
///
/// # Panics
/// In const evaluation, with both numbers, which is a compile error.
#[track_caller]
pub const fn assert_size(ctype: &str, rust: usize, c: usize) {
    if rust != c {
        let mut message = Message::new();
        message.push("`");
        message.push(ctype);
        message.push("` has ");
        message.push_number(c);
        message.push(" bytes in the object, and ");
        message.push_number(rust);
        message.push(" in Rust [M0430]");
        panic!("{}", message.as_str());
    }
}

/// Stops the build unless a member of a Rust type stands where the object puts it.
///
/// # Panics
/// In const evaluation, with both numbers, which is a compile error.
#[track_caller]
pub const fn assert_offset(ctype: &str, member: &str, rust: usize, c: usize) {
    if rust != c {
        let mut message = Message::new();
        message.push("member `");
        message.push(member);
        message.push("` of `");
        message.push(ctype);
        message.push("` is at byte ");
        message.push_number(c);
        message.push(" in the object, and at byte ");
        message.push_number(rust);
        message.push(" in Rust [M0442]");
        panic!("{}", message.as_str());
    }
}

/// Stops the build unless a type of which only the size is known has that size.
///
/// # Panics
/// In const evaluation, with both numbers, which is a compile error.
#[track_caller]
pub const fn assert_foreign_size(place: &str, ctype: &str, rust: usize, c: usize) {
    if rust != c {
        let mut message = Message::new();
        message.push(place);
        message.push(": `");
        message.push(ctype);
        message.push("` has ");
        message.push_number(c);
        message.push(" bytes in the object, and the foreign Rust type has ");
        message.push_number(rust);
        message.push(" [M0430]");
        panic!("{}", message.as_str());
    }
}

/// Stops the build unless a handle that the code names for inner maps is that of the inner
/// map which the object declares.
///
/// # Panics
/// In const evaluation, which is a compile error.
#[track_caller]
pub const fn assert_inner_map(place: &str, bound: &MapSpec, layout_hash: u64) {
    if bound.layout_hash != layout_hash {
        let mut message = Message::new();
        message.push(place);
        message.push(": its inner map is not like map `");
        message.push(bound.name);
        message.push("` of object `");
        message.push(bound.object);
        message.push("`: kind, sizes, flags or members differ [M0431]");
        panic!("{}", message.as_str());
    }
}

/// Stops the build unless a type that the code declares has the size that the object
/// gives, where the object gives no more.
///
/// # Panics
/// In const evaluation, with both numbers, which is a compile error.
#[track_caller]
pub const fn assert_declared_size(place: &str, rust: usize, c: usize) {
    if rust != c {
        let mut message = Message::new();
        message.push(place);
        message.push(" has ");
        message.push_number(c);
        message.push(" bytes in the object, and the Rust type has ");
        message.push_number(rust);
        message.push(" [M0430]");
        panic!("{}", message.as_str());
    }
}

/// Stops the build unless the fields of a `repr(C)` struct, in order, each with its
/// offset and size, leave no byte of it to nobody.
///
/// # Panics
/// In const evaluation, with the place of the first such bytes, which is a compile error.
#[track_caller]
pub const fn assert_no_padding(ty: &str, size: usize, fields: &[(&str, usize, usize)]) {
    let mut at = 0;
    let mut index = 0;
    while index < fields.len() {
        let (name, offset, size) = fields[index];
        if offset > at {
            padding(ty, at, offset - at, Some(name));
        }
        at = offset + size;
        index += 1;
    }
    if size > at {
        padding(ty, at, size - at, None);
    }
}

#[track_caller]
const fn padding(ty: &str, at: usize, len: usize, before: Option<&str>) {
    let mut message = Message::new();
    message.push("`");
    message.push(ty);
    message.push("` has ");
    message.push_number(len);
    message.push(" bytes of padding at byte ");
    message.push_number(at);
    match before {
        Some(field) => {
            message.push(", before `");
            message.push(field);
            message.push("`");
        }
        None => message.push(", at its end"),
    }
    message.push(", which nobody would initialise [M0443]\n  help: name them: `pad");
    message.push_number(at);
    message.push(": [u8; ");
    message.push_number(len);
    message.push("]`");
    panic!("{}", message.as_str());
}

/// Stops the build unless a field that is no C member stands where C has a hole.
/// `holes` are first bytes, and bytes after the last.
///
/// # Panics
/// In const evaluation, with the field's place and the holes, which is a compile error.
#[track_caller]
pub const fn assert_hole(
    ctype: &str,
    field: &str,
    offset: usize,
    size: usize,
    holes: &[(usize, usize)],
) {
    let mut index = 0;
    while index < holes.len() {
        let (first, end) = holes[index];
        if first <= offset && offset + size <= end {
            return;
        }
        index += 1;
    }
    let mut message = Message::new();
    message.push("`");
    message.push(ctype);
    message.push("` has no member `");
    message.push(field);
    message.push("`, which takes bytes ");
    message.push_number(offset);
    message.push(" to ");
    message.push_number(offset + size);
    message.push(" in Rust; free in the object are bytes");
    index = 0;
    while index < holes.len() {
        if index > 0 {
            message.push(",");
        }
        message.push(" ");
        message.push_number(holes[index].0);
        message.push(" to ");
        message.push_number(holes[index].1);
        index += 1;
    }
    message.push(" [M0446]");
    panic!("{}", message.as_str());
}

struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a str,
}

impl Path<'_> {
    const fn write(&self, message: &mut Message) {
        if let Some(parent) = self.parent {
            parent.write(message);
            if parent.parent.is_some() && !eq(self.name, "[]") {
                message.push(".");
            }
        }
        message.push(self.name);
    }
}

const fn start(path: &Path<'_>, root: &str, message: &mut Message) {
    message.push("\n  - ");
    if path.parent.is_some() {
        message.push("member `");
        path.write(message);
        message.push("` of `");
        message.push(root);
        message.push("`");
    } else {
        message.push("`");
        message.push(root);
        message.push("`");
    }
}

const fn differ(path: &Path<'_>, root: &str, what: &str, c: usize, rust: usize, m: &mut Message) {
    start(path, root, m);
    m.push(" ");
    m.push(what);
    m.push(" ");
    m.push_number(c);
    m.push(" in the object, ");
    m.push_number(rust);
    m.push(" in Rust");
}

/// `root` is the C name of the type whose members `path` walks.
const fn compare(path: &Path<'_>, rust: &Layout, c: &Layout, root: &str, m: &mut Message) {
    let before = m.as_str().len();
    match (&rust.kind, &c.kind) {
        (Kind::Opaque, _) | (_, Kind::Opaque) => {}
        (Kind::Struct(rust), Kind::Struct(c)) => members(path, rust, c, root, m),
        (Kind::Union(rust), Kind::Union(c)) => members(path, rust, c, root, m),
        // A union may be kept as plain bytes.
        (Kind::Array { element, .. }, Kind::Union(_)) if element.size == 1 => {}
        (
            Kind::Array {
                element: rust,
                count: rust_count,
            },
            Kind::Array {
                element: c,
                count: c_count,
            },
        ) => {
            if *rust_count != *c_count {
                differ(
                    path,
                    root,
                    "has an element count of",
                    *c_count,
                    *rust_count,
                    m,
                );
            }
            let element = Path {
                parent: Some(path),
                name: "[]",
            };
            compare(&element, rust, c, root, m);
        }
        (rust_kind, c_kind) => {
            if !scalars_agree(rust, rust_kind, c, c_kind) {
                start(path, root, m);
                m.push(" is `");
                m.push(c.name);
                m.push("`, ");
                m.push(describe(c_kind));
                m.push(" of ");
                m.push_number(c.size);
                m.push(" bytes, in the object, and `");
                m.push(rust.name);
                m.push("`, ");
                m.push(describe(rust_kind));
                m.push(" of ");
                m.push_number(rust.size);
                m.push(" bytes, in Rust");
            }
        }
    }
    if m.as_str().len() == before && rust.size != c.size {
        differ(path, root, "has a size in bytes of", c.size, rust.size, m);
    }
}

const fn scalars_agree(rust: &Layout, rust_kind: &Kind, c: &Layout, c_kind: &Kind) -> bool {
    if rust.size != c.size {
        return false;
    }
    match (rust_kind, c_kind) {
        (
            Kind::Int {
                signed: rust_signed,
                order: rust_order,
            },
            Kind::Int { signed, order },
        ) => {
            *rust_signed == *signed
                && !matches!(
                    (rust_order, order),
                    (Order::Big, Order::Little) | (Order::Little, Order::Big)
                )
        }
        // Any integer of the width may hold a character, a truth value or an
        // enumeration; a pointer is its address.
        (Kind::Int { .. }, Kind::Char | Kind::Enum) => true,
        (Kind::Int { signed, .. }, Kind::Bool | Kind::Pointer) => !*signed,
        (Kind::Char, Kind::Char | Kind::Int { .. })
        | (Kind::Bool, Kind::Bool)
        | (Kind::Float, Kind::Float)
        | (Kind::Enum, Kind::Enum)
        | (Kind::Pointer, Kind::Pointer) => true,
        _ => false,
    }
}

const fn describe(kind: &Kind) -> &'static str {
    match kind {
        Kind::Int { signed: true, .. } => "a signed integer",
        Kind::Int {
            order: Order::Big, ..
        } => "a big-endian integer",
        Kind::Int {
            order: Order::Little,
            ..
        } => "a little-endian integer",
        Kind::Int { .. } => "an unsigned integer",
        Kind::Char => "a character",
        Kind::Bool => "a boolean",
        Kind::Float => "a float",
        Kind::Enum => "an enumeration",
        Kind::Pointer => "a pointer",
        Kind::Array { .. } => "an array",
        Kind::Struct(_) => "a struct",
        Kind::Union(_) => "a union",
        Kind::Opaque => "bytes",
    }
}

const fn members(path: &Path<'_>, rust: &[Member], c: &[Member], root: &str, m: &mut Message) {
    let mut at = 0;
    while at < c.len() {
        let member = &c[at];
        let here = Path {
            parent: Some(path),
            name: member.name,
        };
        match find(rust, member.name) {
            Some(found) => {
                if found.bit_offset != member.bit_offset {
                    if (found.bit_offset | member.bit_offset) % 8 == 0 {
                        let (c, rust) = (member.bit_offset / 8, found.bit_offset / 8);
                        differ(&here, root, "is at byte", c, rust, m);
                    } else {
                        differ(
                            &here,
                            root,
                            "is at bit",
                            member.bit_offset,
                            found.bit_offset,
                            m,
                        );
                    }
                }
                if found.bits != member.bits {
                    differ(
                        &here,
                        root,
                        "has a width in bits of",
                        member.bits,
                        found.bits,
                        m,
                    );
                }
                compare(&here, &found.layout, &member.layout, root, m);
            }
            // Bit-fields may be read from a member that covers their bytes.
            None if member.overlaps || member.bits > 0 => {}
            None => {
                start(&here, root, m);
                m.push(", at byte ");
                m.push_number(member.bit_offset / 8);
                m.push(" in the object, is missing in Rust");
            }
        }
        at += 1;
    }
    at = 0;
    while at < rust.len() {
        let member = &rust[at];
        if find(c, member.name).is_none() {
            extra(path, member, c, root, m);
        }
        at += 1;
    }
}

/// A Rust member without a C member may only stand where C has a hole, or where it
/// keeps the bytes of bit-fields or of an anonymous union.
const fn extra(path: &Path<'_>, member: &Member, c: &[Member], root: &str, m: &mut Message) {
    let (first, end) = member.bytes();
    let mut at = 0;
    while at < c.len() {
        let (c_first, c_end) = c[at].bytes();
        if c[at].bits == 0 && !c[at].overlaps && first < c_end && c_first < end {
            let here = Path {
                parent: Some(path),
                name: member.name,
            };
            start(&here, root, m);
            m.push(" does not exist in the object; in Rust it stands at byte ");
            m.push_number(first);
            m.push(", where the object has `");
            m.push(c[at].name);
            m.push("`");
            return;
        }
        at += 1;
    }
}

const fn find<'a>(members: &'a [Member], name: &str) -> Option<&'a Member> {
    let mut at = 0;
    while at < members.len() {
        if eq(members[at].name, name) {
            return Some(&members[at]);
        }
        at += 1;
    }
    None
}

const fn eq(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::CLayout;

    const C: Layout = Layout {
        name: "struct s",
        size: 24,
        kind: Kind::Struct(&[
            Member::new("a", 0, u64::LAYOUT),
            Member::new("b", 8, u64::LAYOUT),
            Member::bits("low", 128, 4, u32::LAYOUT),
            Member::bits("high", 132, 4, u32::LAYOUT),
            Member::new("names", 20, <[u8; 4]>::LAYOUT),
        ]),
    };

    /// What the build would say of a Rust type with these members, `""` if nothing.
    fn says(size: usize, members: &[Member]) -> String {
        let rust = Layout {
            name: "S",
            size,
            kind: Kind::Struct(members.to_vec().leak()),
        };
        let panic = std::panic::catch_unwind(|| assert_layout("map `m`, value", &rust, &C));
        match panic {
            Ok(()) => String::new(),
            Err(message) => *message.downcast().expect("a panic with a message"),
        }
    }

    const A: Member = Member::new("a", 0, u64::LAYOUT);
    const B: Member = Member::new("b", 8, u64::LAYOUT);
    const NAMES: Member = Member::new("names", 20, <[u8; 4]>::LAYOUT);

    #[test]
    fn equal_layouts_pass_and_bit_fields_may_be_kept_in_a_plain_member() {
        assert_eq!(
            says(24, &[A, B, Member::new("flags", 16, u32::LAYOUT), NAMES]),
            ""
        );
    }

    #[test]
    fn swapped_members_of_equal_size_are_both_named_with_both_offsets() {
        let said = says(
            24,
            &[
                Member::new("b", 0, u64::LAYOUT),
                Member::new("a", 8, u64::LAYOUT),
                NAMES,
            ],
        );
        for line in [
            "map `m`, value: `S` does not match `struct s` [M0442]",
            "member `a` of `struct s` is at byte 0 in the object, 8 in Rust",
            "member `b` of `struct s` is at byte 8 in the object, 0 in Rust",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
    }

    #[test]
    fn another_sign_width_or_element_count_is_a_difference() {
        let said = says(
            24,
            &[
                Member::new("a", 0, i64::LAYOUT),
                Member::new("b", 8, u32::LAYOUT),
                Member::new("names", 20, <[u8; 3]>::LAYOUT),
            ],
        );
        for line in [
            "member `a` of `struct s` is `u64`, an unsigned integer of 8 bytes, in the object, \
             and `i64`, a signed integer of 8 bytes, in Rust",
            "and `u32`, an unsigned integer of 4 bytes, in Rust",
            "member `names` of `struct s` has an element count of 4 in the object, 3 in Rust",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
    }

    #[test]
    fn a_missing_member_and_one_too_many_are_named_with_their_place() {
        let said = says(24, &[A, Member::new("c", 8, u64::LAYOUT), NAMES]);
        for line in [
            "member `b` of `struct s`, at byte 8 in the object, is missing in Rust",
            "member `c` of `struct s` does not exist in the object; in Rust it stands at byte 8, \
             where the object has `b`",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
    }

    #[test]
    fn a_larger_type_is_a_difference_even_where_all_members_agree() {
        let said = says(32, &[A, B, NAMES]);
        assert!(said.contains("`struct s` has a size in bytes of 24 in the object, 32 in Rust"));
    }
}
