//! Records of several types in one map: `value = ["struct a" = A, "struct b" = B], tag = "kind"`.

use mapgen_schema::layout::{Leaf, LeafKind};
use mapgen_schema::{Map, Schema, Type, TypeId, codes, ctext, kinds};
use proc_macro2::Span;
use syn::LitStr;

use crate::args::{RecordArg, TagValue};
use crate::bind::find_type;
use crate::emit::rust_type::promised_order;
use crate::report::{Report, did_you_mean};

/// What a map's records may be, and what tells them apart.
pub(crate) struct Records {
    pub(crate) variants: Vec<Variant>,
    /// `None`: their sizes.
    pub(crate) tag: Option<Tag>,
    /// Whether the kernel pads them.
    pub(crate) padded: bool,
}

/// One type of record.
pub(crate) struct Variant {
    pub(crate) ty: TypeId,
    /// The tags that it has, as unsigned numbers of the tag's width.
    pub(crate) tags: Vec<u64>,
}

/// Where the tag stands in every record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    /// In bytes.
    pub(crate) offset: u64,
    /// In bytes.
    pub(crate) size: u32,
    /// `Be` or `Le`, where the type promises one.
    pub(crate) order: Option<&'static str>,
}

/// Binds a list of record types; what is wrong is reported.
pub(crate) fn bind(
    schema: &Schema,
    map: &Map,
    list: &[RecordArg],
    tag: Option<&LitStr>,
    span: Span,
    report: &mut Report,
) -> Option<Records> {
    let kind = kinds::name(map.kind);
    if !matches!(kind, Some("ringbuf" | "perf_event_array")) {
        report.at(
            codes::several_records,
            span,
            format!(
                "map `{}` is `{}`: only what is read from ring buffers and perf event arrays may \
                 be of several types",
                map.name,
                crate::bind::kind_name(map)
            ),
        );
        return None;
    }
    if list.is_empty() {
        report.at(codes::record_list, span, "the list names no type");
        return None;
    }
    let mut types: Vec<(&RecordArg, TypeId)> = Vec::new();
    let mut sound = true;
    for record in list {
        let Some(found) = find_type(schema, &record.ctype, report) else {
            sound = false;
            continue;
        };
        let id = schema.resolved_id(found);
        if !matches!(schema.ty(id), Type::Composite(_)) {
            let ctype = record.ctype.value();
            report.on(
                codes::not_a_struct,
                &record.ctype,
                format!("`{ctype}` is no struct, and has no name for a variant"),
            );
            sound = false;
        } else if types.iter().any(|&(_, other)| other == id) {
            let ctype = record.ctype.value();
            report.on(
                codes::record_list,
                &record.ctype,
                format!(
                    "`{ctype}` is in the list twice\n\
                     help: a type may have several tags: `\"{ctype}\" = A | B`"
                ),
            );
            sound = false;
        } else {
            types.push((record, id));
        }
    }
    if !sound {
        return None;
    }
    let padded = kind == Some("perf_event_array");
    match tag {
        Some(tag) => by_tag(schema, &types, tag, padded, report),
        None => by_size(schema, map, &types, padded, report),
    }
}

fn by_size(
    schema: &Schema,
    map: &Map,
    types: &[(&RecordArg, TypeId)],
    padded: bool,
    report: &mut Report,
) -> Option<Records> {
    let before = report.len();
    for (index, &(record, id)) in types.iter().enumerate() {
        if let Some(value) = record.tags.first() {
            report.on(
                codes::incomplete_tag,
                value,
                "a tag without the member that holds it: say which, `tag = \"…\"`",
            );
        }
        let size = |id| match schema.size(id) {
            // The kernel says the size with the padding.
            size if padded => (size + 4).next_multiple_of(8),
            size => size,
        };
        if let Some(&(other, other_id)) = types[..index]
            .iter()
            .find(|&&(_, other)| size(other) == size(id))
        {
            let (a, b) = (other.ctype.value(), record.ctype.value());
            let (a_size, b_size) = (schema.size(other_id), schema.size(id));
            let why = if a_size == b_size {
                format!("`{a}` and `{b}` both have {b_size} bytes")
            } else {
                format!(
                    "`{a}` has {a_size} bytes and `{b}` {b_size}, which the kernel pads to the \
                     same size"
                )
            };
            report.on(
                codes::records_of_one_size,
                &record.ctype,
                format!(
                    "{why}, so records of map `{}` cannot be told apart by their size\n\
                     help: name a member that tells: `value = [\"{a}\" = …, \"{b}\" = …], \
                     tag = \"…\"`",
                    map.name
                ),
            );
        }
    }
    (report.len() == before).then(|| Records {
        variants: types
            .iter()
            .map(|&(_, ty)| Variant {
                ty,
                tags: Vec::new(),
            })
            .collect(),
        tag: None,
        padded,
    })
}

fn by_tag(
    schema: &Schema,
    types: &[(&RecordArg, TypeId)],
    name: &LitStr,
    padded: bool,
    report: &mut Report,
) -> Option<Records> {
    let before = report.len();
    let path = name.value();
    let mut first: Option<(&LitStr, Tag)> = None;
    let mut variants = Vec::new();
    let mut taken: Vec<(u64, String)> = Vec::new();
    for &(record, ty) in types {
        let ctype = record.ctype.value();
        let leaves = schema.leaves(ty);
        let Some(leaf) = leaves
            .iter()
            .find(|leaf| leaf.path.trim_end_matches("[]") == path)
        else {
            let known = leaves.iter().map(|leaf| leaf.path.as_str());
            report.on(
                codes::unknown_member,
                name,
                format!(
                    "`{ctype}` has no member `{path}`{}",
                    did_you_mean(&path, known)
                ),
            );
            continue;
        };
        let tag = match tag_of(schema, leaf) {
            Ok(tag) => tag,
            Err(why) => {
                report.on(
                    codes::not_a_tag,
                    name,
                    format!("`{path}` of `{ctype}` is no tag: {why}"),
                );
                continue;
            }
        };
        match first {
            None => first = Some((&record.ctype, tag)),
            Some((_, found)) if found == tag => {}
            Some((other, found)) => report.on(
                codes::tag_elsewhere,
                name,
                format!(
                    "`{path}` is not at the same place in all types, so it cannot tell them \
                     apart\n  - {} in `{}`\n  - {} in `{ctype}`",
                    describe(found),
                    other.value(),
                    describe(tag)
                ),
            ),
        }
        if record.tags.is_empty() {
            let message = format!(
                "which `{path}` has `{ctype}`? write `\"{ctype}\" = …`, with an enumerator or a \
                 number"
            );
            report.on(codes::incomplete_tag, &record.ctype, message);
        }
        let mut tags = Vec::new();
        for value in &record.tags {
            let Some(number) = number(schema, leaf, value, report) else {
                continue;
            };
            let bits = tag.size * 8;
            if number >= 1 << bits || number < -(1 << (bits - 1)) {
                report.on(
                    codes::tag_value,
                    value,
                    format!("`{path}` has {bits} bits, which cannot be {number}"),
                );
                continue;
            }
            // The bits of a negative number, at the tag's width.
            let number = (number & ((1 << bits) - 1)) as u64;
            if let Some((_, other)) = taken.iter().find(|&&(taken, _)| taken == number) {
                report.on(
                    codes::tag_value,
                    value,
                    format!("`{other}` has this tag, {number}, already"),
                );
                continue;
            }
            taken.push((number, ctype.clone()));
            tags.push(number);
        }
        variants.push(Variant { ty, tags });
    }
    let (_, tag) = first?;
    (report.len() == before).then_some(Records {
        variants,
        tag: Some(tag),
        padded,
    })
}

fn tag_of(schema: &Schema, leaf: &Leaf) -> Result<Tag, &'static str> {
    if !leaf.dims.is_empty() {
        return Err("it is an array");
    }
    if !matches!(
        leaf.kind,
        LeafKind::Int | LeafKind::Char | LeafKind::Bool | LeafKind::Enum
    ) {
        return Err("it is neither an integer nor an enumeration");
    }
    if leaf.bit_offset % 8 != 0 || !matches!(leaf.bits, 8 | 16 | 32 | 64) {
        return Err("it is not a whole integer of 1, 2, 4 or 8 bytes");
    }
    Ok(Tag {
        offset: leaf.bit_offset / 8,
        size: leaf.bits / 8,
        order: schema
            .find(&leaf.ctype)
            .and_then(|id| promised_order(schema, id)),
    })
}

fn describe(tag: Tag) -> String {
    let order = match tag.order {
        Some("Be") => ", big-endian",
        Some(_) => ", little-endian",
        None => "",
    };
    format!("{} bytes at byte {}{order}", tag.size, tag.offset)
}

/// The number of a tag: what is written, or an enumerator's.
fn number(schema: &Schema, leaf: &Leaf, value: &TagValue, report: &mut Report) -> Option<i128> {
    let name = match value {
        TagValue::Number { value, .. } => return Some(*value),
        TagValue::Enumerator(name) => name,
    };
    let wanted = crate::emit::unraw(name);
    // That of the member's own enumeration; for an integer, whoever has it.
    let own = schema.find(&leaf.ctype).map(|id| schema.resolved(id));
    let enums: Vec<_> = match own {
        Some(Type::Enum(own)) => vec![own],
        _ => schema
            .types
            .iter()
            .filter_map(|ty| match ty {
                Type::Enum(e) => Some(e),
                _ => None,
            })
            .collect(),
    };
    let all = || enums.iter().flat_map(|e| &e.variants);
    let found = all().find(|(name, _)| *name == wanted);
    if found.is_none() {
        let place = match own {
            Some(Type::Enum(_)) => format!("`{}`", leaf.ctype),
            _ => format!("object `{}`", schema.name),
        };
        let known = all().map(|(name, _)| name.as_str());
        let near = did_you_mean(&wanted, known);
        report.on(
            codes::unknown_enumerator,
            name,
            format!("{place} has no enumerator `{wanted}`{near}"),
        );
    }
    found.map(|&(_, value)| value)
}

/// The C types, for the handle's documentation.
pub(crate) fn describe_types(schema: &Schema, records: &Records) -> String {
    let names: Vec<String> = records
        .variants
        .iter()
        .map(|variant| format!("`{}`", ctext::name(schema, variant.ty)))
        .collect();
    names.join(", ")
}
