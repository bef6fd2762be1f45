//! What libbpf says of every type that maps and sections reach, as Rust: assertions on
//! sizes and offsets, and reads of each member out of bytes in which libbpf's numbers say
//! which bits are its own.
//!
//! Only the names of Rust types are mapgen's here; every number is libbpf's.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mapgen_schema::names::{self, TypeNames};
use mapgen_schema::{Schema, Type, TypeId};
use mapgen_test_libbpf::{Btf, Comparison, Map, Member, Opened, sys};

/// Structs whose Rust types are the runtime's: what is in them is the kernel's.
const KERNEL_OWNED: [&str; 12] = [
    "bpf_dynptr",
    "bpf_iter_num",
    "bpf_list_head",
    "bpf_list_node",
    "bpf_rb_node",
    "bpf_rb_root",
    "bpf_refcount",
    "bpf_res_spin_lock",
    "bpf_spin_lock",
    "bpf_task_work",
    "bpf_timer",
    "bpf_wq",
];

/// Values beyond this are not put on a stack.
const LARGEST_READ: u64 = 64 * 1024;

/// Rust text for one object, with what it asserts.
pub(crate) struct Assertions {
    /// Constant assertions.
    pub(crate) constants: String,
    /// Statements that read members.
    pub(crate) reads: String,
    pub(crate) types: usize,
    pub(crate) count: usize,
}

/// The assertions of an object that both read.
pub(crate) fn of(schema: &Schema, opened: &Opened) -> Assertions {
    let mut new = Assertions {
        constants: String::new(),
        reads: String::new(),
        types: 0,
        count: 0,
    };
    let Some(btf) = opened.btf() else { return new };
    let mut reached = Reached {
        schema,
        btf,
        types: BTreeMap::new(),
    };
    let comparison = Comparison::new(schema, Some(btf));
    let maps: Vec<Map> = opened.maps().into_iter().filter(Map::is_declared).collect();
    for (ours, map) in schema.maps.iter().zip(&maps) {
        reached.map(ours, map);
    }
    for section in &schema.sections {
        for (ours, var) in section.vars.iter().zip(comparison.variables(&section.name)) {
            reached.ty(ours.ty, var.ty, false);
        }
    }
    let names = TypeNames::new(schema, &[]);
    for (&theirs, &ours) in &reached.types {
        if let Some(name) = names.get(schema, ours) {
            new.ty(btf, theirs, &format!("bound::types::{name}"));
        }
    }
    let sizes: BTreeMap<&str, u32> = schema
        .sections
        .iter()
        .map(|section| section.name.as_str())
        .zip(
            opened
                .maps()
                .iter()
                .filter(|map| map.internal)
                .map(|map| map.value_size),
        )
        .collect();
    for (section, size) in sizes {
        let vars = comparison.variables(section);
        if vars.is_empty() {
            continue;
        }
        let name = format!("bound::types::{}Section", names::type_name(section));
        new.size(&name, section, size.into());
        let mut seen = std::collections::BTreeSet::new();
        for var in vars {
            let mut field = names::ident(&var.name);
            while !seen.insert(field.clone()) {
                field.push('_');
            }
            let place = format!("{section} {}", var.name);
            new.offset(&name, &field, &place, var.offset.into());
            new.field(&name, &field, &place, var.size.into());
        }
    }
    new
}

/// Types by libbpf's id, those that have a Rust type of their own.
struct Reached<'a> {
    schema: &'a Schema,
    btf: Btf<'a>,
    types: BTreeMap<u32, TypeId>,
}

impl Reached<'_> {
    fn map(&mut self, ours: &mapgen_schema::Map, map: &Map) {
        for (ours, theirs) in [(ours.key, map.key), (ours.value, map.value)] {
            if let Some(ours) = ours {
                self.ty(ours, theirs, false);
            }
        }
        if let (Some(ours), Some(inner)) = (&ours.inner, &map.inner) {
            self.map(ours, inner);
        }
    }

    /// `flattened`: an anonymous member, whose members are its parent's.
    fn ty(&mut self, ours: TypeId, theirs: u32, flattened: bool) {
        let theirs = self.btf.resolved(theirs);
        if theirs == 0 {
            return;
        }
        let ty = self.btf.ty(theirs);
        let ours = self.schema.resolved_id(ours);
        match (self.btf.kind(theirs), self.schema.ty(ours)) {
            (sys::BTF_KIND_ARRAY, Type::Array { element, .. }) => {
                self.ty(*element, self.btf.array(ty).0, false);
            }
            (sys::BTF_KIND_ENUM | sys::BTF_KIND_ENUM64, Type::Enum(_)) => {
                self.types.insert(theirs, ours);
            }
            (sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION, Type::Composite(composite)) => {
                let name = self.btf.name(theirs);
                if KERNEL_OWNED.contains(&name.as_str())
                    || (!flattened && self.types.insert(theirs, ours).is_some())
                {
                    return;
                }
                for (ours, member) in composite.members.iter().zip(self.btf.members(ty)) {
                    self.ty(ours.ty, member.ty, member.name.is_empty());
                }
            }
            // A difference, and counted as one.
            _ => {}
        }
    }
}

impl Assertions {
    fn assert(&mut self, condition: &str, place: &str) {
        self.count += 1;
        let _ = writeln!(
            self.constants,
            "const _: () = ::core::assert!({condition}, {place:?});"
        );
    }

    fn size(&mut self, name: &str, place: &str, size: u64) {
        let condition = format!("::core::mem::size_of::<{name}>() == {size}");
        self.assert(&condition, &format!("{place}: size"));
    }

    fn offset(&mut self, name: &str, field: &str, place: &str, offset: u64) {
        let condition = format!("::core::mem::offset_of!({name}, {field}) == {offset}");
        self.assert(&condition, &format!("{place}: offset"));
    }

    fn field(&mut self, name: &str, field: &str, place: &str, size: u64) {
        let condition = format!("crate::size_of_member(|of: &{name}| of.{field}) == {size}");
        self.assert(&condition, &format!("{place}: size of member"));
    }

    fn ty(&mut self, btf: Btf<'_>, id: u32, name: &str) {
        let ty = btf.ty(id);
        let size = btf.size(id).unwrap_or(0);
        let union = btf.kind(id) == sys::BTF_KIND_UNION;
        let tag = match btf.name(id) {
            tag if tag.is_empty() => name.to_owned(),
            tag => tag,
        };
        self.types += 1;
        self.size(name, &tag, size);
        if matches!(btf.kind(id), sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION) {
            let of = Of {
                btf,
                name,
                tag: &tag,
                size,
            };
            self.members(&of, ty, 0, union);
        }
    }

    fn members(&mut self, of: &Of<'_>, ty: &sys::btf_type, base: u64, overlaps: bool) {
        let btf = of.btf;
        for member in btf.members(ty) {
            let at = base + u64::from(member.bit_offset);
            if member.name.is_empty() {
                let id = btf.resolved(member.ty);
                if matches!(btf.kind(id), sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION) {
                    let union = btf.kind(id) == sys::BTF_KIND_UNION;
                    self.members(of, btf.ty(id), at, overlaps || union);
                }
                continue;
            }
            self.member(of, &member, at, overlaps);
        }
    }

    fn member(&mut self, of: &Of<'_>, member: &Member, at: u64, overlaps: bool) {
        let (btf, name) = (of.btf, of.name);
        let mut field = names::ident(&member.name);
        let place = format!("{}.{}", of.tag, member.name);
        let size = match btf.kind(btf.resolved(member.ty)) {
            sys::BTF_KIND_PTR => 8,
            _ => btf.size(member.ty).unwrap_or(0),
        };
        let is_field = !overlaps && member.bits.is_none();
        if is_field {
            self.offset(name, &field, &place, at / 8);
        } else {
            field.push_str("()");
        }
        if member.bits.is_none() {
            self.field(name, &field, &place, size);
        }
        let bits = member.bits.map_or(size * 8, u64::from);
        if bits == 0 || of.size > LARGEST_READ {
            return;
        }
        let signed = member.bits.is_some()
            && btf
                .leaves(member.ty)
                .first()
                .is_some_and(|leaf| leaf.signed);
        let _ = writeln!(
            self.reads,
            "    crate::read(out, {place:?}, {at}, {bits}, {signed}, |of: &{name}| of.{field});"
        );
    }
}

/// The type whose members are written.
struct Of<'a> {
    btf: Btf<'a>,
    /// The path of its Rust type.
    name: &'a str,
    /// Its C name.
    tag: &'a str,
    size: u64,
}
