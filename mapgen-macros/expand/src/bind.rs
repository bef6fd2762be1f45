//! One map and what the code says of it: what is right becomes a [`Bound`], what is
//! wrong an error on the token that says it.

use mapgen_schema::{Map, Schema, TypeId, codes, ctext, kinds, names};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, Ident, ItemStruct, LitStr};

use crate::args::{Args, Number, Place, TypeArg, is_ours};
use crate::emit::handles::{Bound, HandleKind, Side};
use crate::emit::spec::Declared;
use crate::records;
use crate::report::{Report, did_you_mean, list};

/// Binds a map to a struct that the user wrote.
pub(crate) fn bind<'a>(
    schema: &'a Schema,
    map: &'a Map,
    args: &Args,
    item: &ItemStruct,
    report: &mut Report,
) -> Bound<'a> {
    assert_kind(map, args.kind.as_ref(), report);
    let declared = declared(schema, map, args, report);
    let (mut key, mut value) = (
        side(schema, map, Role::Key, args, report),
        side(schema, map, Role::Value, args, report),
    );
    if let (Some(tag), false) = (&args.tag, matches!(args.value, Some(TypeArg::Records(..)))) {
        report.on(
            codes::incomplete_tag,
            tag,
            "`tag` tells several types of records apart: `value = [\"struct a\" = …, \"struct b\" = …]`",
        );
    }
    fields(map, item, &mut key, &mut value, report);
    let (attrs, cfgs) = kept(&item.attrs);
    Bound {
        map,
        ident: item.ident.clone(),
        mentioned: true,
        vis: item.vis.to_token_stream(),
        attrs,
        cfgs,
        key,
        value,
        declared,
        inner: None,
    }
}

/// Binds a map that the code does not mention.
pub(crate) fn bind_default<'a>(
    schema: &'a Schema,
    map: &'a Map,
    ident: Ident,
    vis: TokenStream,
) -> Bound<'a> {
    Bound {
        map,
        ident,
        mentioned: false,
        vis,
        attrs: Vec::new(),
        cfgs: Vec::new(),
        key: map.key.map_or(Side::Untyped, Side::C),
        value: own_value(map).map_or(Side::Untyped, Side::C),
        declared: Declared {
            min_entries: min_entries(schema, map, None).unwrap_or(map.max_entries),
            exact_entries: false,
            live_entries: live_entries(map, min_entries(schema, map, None)),
            optional: false,
        },
        inner: None,
    }
}

/// The attributes that stay on the handle, and the `#[cfg]`s, which go on everything
/// that belongs to it.
fn kept(attrs: &[Attribute]) -> (Vec<Attribute>, Vec<Attribute>) {
    attrs
        .iter()
        .filter(|attr| !is_ours(attr))
        .cloned()
        .partition(|attr| !attr.path().is_ident("cfg"))
}

/// Attributes without ours.
pub(crate) fn without_ours(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| !is_ours(attr));
}

fn assert_kind(map: &Map, kind: Option<&Ident>, report: &mut Report) {
    let Some(kind) = kind else { return };
    let text = kind.to_string();
    match kinds::number(&text) {
        Some(number) if number == map.kind => {}
        Some(_) => report.on(
            codes::another_kind,
            kind,
            format!(
                "map `{}` is `{}` in the object, not `{text}`",
                map.name,
                kind_name(map)
            ),
        ),
        None => report.on(
            codes::unknown_kind,
            kind,
            format!(
                "there is no kind of map `{text}`{}",
                did_you_mean(&text, kinds::NAMES.iter().copied())
            ),
        ),
    }
}

/// The kind's name for messages.
pub(crate) fn kind_name(map: &Map) -> String {
    kinds::label(map.kind)
}

fn declared(schema: &Schema, map: &Map, args: &Args, report: &mut Report) -> Declared {
    if let Some(Number { value, literal }) = &args.min_entries {
        if map.max_entries != 0 && *value > map.max_entries {
            report.on(
                codes::too_few_entries,
                literal,
                format!(
                    "map `{}` must have at least {value} entries, and object `{}` declares {}\n\
                     help: in C, `__uint(max_entries, {value})`",
                    map.name, schema.name, map.max_entries
                ),
            );
        }
    }
    if let Some(Number { value, literal }) = &args.max_entries {
        if *value != map.max_entries {
            report.on(
                codes::other_entries,
                literal,
                format!(
                    "map `{}` must have exactly {value} entries, and object `{}` declares {}\n\
                     help: in C, `__uint(max_entries, {value})`",
                    map.name, schema.name, map.max_entries
                ),
            );
        }
    }
    let least = min_entries(schema, map, args.min_entries.as_ref());
    Declared {
        min_entries: least.unwrap_or(map.max_entries),
        exact_entries: args.max_entries.is_some(),
        live_entries: live_entries(map, least),
        optional: args.optional,
    }
}

/// The largest of what is declared.
fn min_entries(schema: &Schema, map: &Map, code: Option<&Number>) -> Option<u32> {
    let build = schema
        .min_entries
        .iter()
        .filter(|(name, ..)| *name == map.name)
        .map(|(_, entries, _)| *entries);
    build.chain(code.map(|number| number.value)).max()
}

/// A map that makes room by forgetting entries keeps fewer than it can hold: a declared
/// minimum is a promise about those that it keeps.
fn live_entries(map: &Map, least: Option<u32>) -> u32 {
    match kinds::name(map.kind) {
        Some("lru_hash" | "lru_percpu_hash") => least.unwrap_or(0),
        _ => 0,
    }
}

#[derive(Clone, Copy)]
enum Role {
    Key,
    Value,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }

    /// Whether the object leaves the size to run time.
    fn at_run_time(self, map: &Map) -> bool {
        match self {
            Self::Key => map.key_at_run_time(),
            Self::Value => map.value_at_run_time(),
        }
    }
}

/// Why a type is refused where the size is left to run time: a map of any size passes the
/// gates then.
fn at_run_time(map: &Map, role: Role) -> String {
    let (name, role) = (&map.name, role.as_str());
    format!(
        "map `{name}` leaves the size of its {role} to run time, so no type can be checked\n\
         help: in C, `__type({role}, …)` says size and type; or leave `{role}` out here, and \
         the map reads bytes (`RawMap`)"
    )
}

/// Whether a declared value is a record that passes through the map, rather than what
/// the map holds.
pub(crate) fn carries_records(map: &Map) -> bool {
    matches!(
        kinds::name(map.kind),
        Some("ringbuf" | "user_ringbuf" | "perf_event_array")
    )
}

/// The type of what the map holds. The values of a perf event array and of a map of maps are
/// descriptors, whatever the object calls them; records and inner maps are another matter.
pub(crate) fn own_value(map: &Map) -> Option<TypeId> {
    let holds_maps = HandleKind::of(map.kind).needs_inner();
    map.value.filter(|_| !carries_records(map) && !holds_maps)
}

fn side(schema: &Schema, map: &Map, role: Role, args: &Args, report: &mut Report) -> Side {
    let (id, size, arg) = match role {
        Role::Key => (map.key, map.key_size, &args.key),
        Role::Value => (own_value(map), map.value_size, &args.value),
    };
    // What a map of records says of its values is of the descriptors that it holds.
    let passes_through = carries_records(map) && matches!(role, Role::Value);
    let own = id.filter(|_| !passes_through);
    match arg {
        None => id.map_or(Side::Untyped, Side::C),
        Some(arg) if role.at_run_time(map) => {
            let message = at_run_time(map, role);
            match arg {
                TypeArg::Rust(ty) => report.on(codes::size_at_run_time, ty, message),
                TypeArg::C(name) => report.on(codes::size_at_run_time, name, message),
                TypeArg::Records(_, span) => report.at(codes::size_at_run_time, *span, message),
            }
            Side::Untyped
        }
        Some(TypeArg::Rust(ty)) => Side::Rust {
            ty: ty.clone(),
            foreign: false,
        },
        Some(TypeArg::Records(list, span)) => match role {
            Role::Key => {
                report.at(codes::several_records, *span, "a key has one type");
                Side::Untyped
            }
            Role::Value => records::bind(schema, map, list, args.tag.as_ref(), *span, report)
                .map_or(Side::Untyped, Side::Records),
        },
        Some(TypeArg::C(name)) => {
            let Some(found) = find_type(schema, name, report) else {
                return Side::Untyped;
            };
            let (role, ctype) = (role.as_str(), name.value());
            let map_name = &map.name;
            let found_size = schema.size(found);
            match own {
                Some(id) if schema.resolved_id(id) != schema.resolved_id(found) => report.on(
                    codes::another_type,
                    name,
                    format!(
                        "map `{map_name}` has {role} type `{}` in the object, not `{ctype}`\n\
                         help: leave `{role}` out to use the object's type",
                        ctext::name(schema, id)
                    ),
                ),
                None if found_size != u64::from(size) && !passes_through => report.on(
                    codes::another_size,
                    name,
                    format!(
                        "map `{map_name}` has a {role} of {size} bytes, and `{ctype}` has \
                         {found_size}"
                    ),
                ),
                _ => {}
            }
            Side::C(found)
        }
    }
}

/// A type by the C spelling that a literal holds.
pub(crate) fn find_type(schema: &Schema, name: &LitStr, report: &mut Report) -> Option<TypeId> {
    let wanted = name.value();
    let found = schema.find(&wanted);
    if found.is_none() {
        let known: Vec<String> = (0..schema.types.len())
            .filter_map(|index| u32::try_from(index).ok())
            .filter(|&index| {
                use mapgen_schema::Type;
                match schema.ty(TypeId(index)) {
                    Type::Composite(composite) => composite.name.is_some(),
                    Type::Enum(e) => e.name.is_some(),
                    Type::Typedef { .. } => true,
                    _ => false,
                }
            })
            .map(|index| ctext::name(schema, TypeId(index)))
            .collect();
        report.on(
            codes::unknown_type,
            name,
            format!(
                "object `{}` has no type `{wanted}`{}\n\
                 help: if the program has it, clang left it out of BTF; this line of C keeps it: \
                 `{}`",
                schema.name,
                did_you_mean(&wanted, known.iter().map(String::as_str)),
                ctext::keeping(&wanted)
            ),
        );
    }
    found
}

/// `{ key: …, value: … }` of a struct.
fn fields(map: &Map, item: &ItemStruct, key: &mut Side, value: &mut Side, report: &mut Report) {
    let fields = match &item.fields {
        Fields::Unit => return,
        Fields::Unnamed(fields) => {
            report.on(
                codes::map_fields,
                fields,
                "a map's types stand in fields named `key` and `value`",
            );
            return;
        }
        Fields::Named(fields) => fields,
    };
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let args = Args::of_attributes(&field.attrs, Place::Field, report);
        let text = crate::emit::unraw(ident);
        let (role, side) = match text.as_str() {
            "key" => (Role::Key, &mut *key),
            "value" => (Role::Value, &mut *value),
            _ => {
                let message = format!(
                    "a map has no `{text}`; the fields are `key` and `value`, each with a type"
                );
                report.on(codes::map_fields, ident, message);
                continue;
            }
        };
        if role.at_run_time(map) {
            report.on(codes::size_at_run_time, ident, at_run_time(map, role));
            continue;
        }
        *side = Side::Rust {
            ty: Box::new(field.ty.clone()),
            foreign: args.foreign,
        };
    }
}

/// The maps of an object, and after them the inner maps that maps of maps declare
/// (`outer.inner`).
pub(crate) fn maps_of(schema: &Schema) -> impl Iterator<Item = &Map> {
    let inner = schema.maps.iter().filter_map(|map| map.inner.as_deref());
    schema.maps.iter().chain(inner)
}

/// The map that a struct binds, by `name = "…"` or by the struct's own name, which is
/// what `rust_name` makes of the map's.
pub(crate) fn map_of<'a>(
    schema: &'a Schema,
    args: &Args,
    ident: &Ident,
    rust_name: impl Fn(&Map) -> String,
    report: &mut Report,
) -> Option<&'a Map> {
    if let Some(name) = &args.name {
        return find_map(schema, name, report);
    }
    let wanted = ident.to_string();
    let rust_names: Vec<String> = maps_of(schema).map(rust_name).collect();
    let mut candidates = maps_of(schema)
        .zip(&rust_names)
        .filter(|(_, name)| **name == wanted);
    match (candidates.next(), candidates.next()) {
        (Some((map, _)), None) => Some(map),
        (Some((map, _)), Some((other, _))) => {
            report.on(
                codes::ambiguous_map,
                ident,
                format!(
                    "{} would both be `{wanted}`: say which, `#[ebpf_map(name = \"{}\")]`",
                    list([map.name.as_str(), other.name.as_str()], "and"),
                    map.name
                ),
            );
            None
        }
        (None, _) => {
            report.on(
                codes::no_such_map,
                ident,
                format!(
                    "object `{}` has no map that would be `{wanted}`{}\n\
                     help: say which map it is: `#[ebpf_map(name = \"{}\")]`",
                    schema.name,
                    did_you_mean(&wanted, rust_names.iter().map(String::as_str)),
                    names::nearest(&wanted, maps_of(schema).map(|map| map.name.as_str()))
                        .first()
                        .unwrap_or(&"…"),
                ),
            );
            None
        }
    }
}

/// A map by its C name, which a literal holds.
fn find_map<'a>(schema: &'a Schema, name: &LitStr, report: &mut Report) -> Option<&'a Map> {
    let wanted = name.value();
    let found = maps_of(schema).find(|map| map.name == wanted);
    if found.is_none() {
        report.on(
            codes::no_such_map,
            name,
            format!(
                "object `{}` has no map `{wanted}`{}",
                schema.name,
                did_you_mean(&wanted, maps_of(schema).map(|map| map.name.as_str()))
            ),
        );
    }
    found
}
