//! `#[ebpf_map(object = "…", name = "…")]` on a struct: one map, the user's types.

use mapgen_schema::{Map, Schema, codes, ctext, hash, names};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

use crate::args::{Args, Place, objects};
use crate::bind::{bind, kind_name, map_of, own_value, without_ours};
use crate::emit::Cx;
use crate::emit::handles::{Bound, HandleKind, Side};
use crate::find::{Env, Found};
use crate::module::tracked;
use crate::newer;
use crate::report::Report;

/// Expands the attribute on a struct.
pub(crate) fn expand(args: TokenStream, mut item: ItemStruct, env: &Env) -> TokenStream {
    let mut report = Report::default();
    let args = Args::parse(args, Place::Map, &mut report);
    let generated = generate(&args, &item, env, &mut report);
    if let (Some(generated), true) = (generated, report.is_empty()) {
        return generated;
    }
    without_ours(&mut item.attrs);
    if let syn::Fields::Named(fields) = &mut item.fields {
        for field in &mut fields.named {
            without_ours(&mut field.attrs);
        }
    }
    let errors = report.into_tokens();
    quote!(#item #errors)
}

fn generate(args: &Args, item: &ItemStruct, env: &Env, report: &mut Report) -> Option<TokenStream> {
    let found: Vec<Found> = objects(args, report)
        .iter()
        .filter_map(|object| env.load(object, report))
        .collect();
    let maps: Vec<(&Schema, &Map)> = found
        .iter()
        .filter_map(|found| {
            let rust_name = |map: &Map| names::type_name(&map.name);
            let map = map_of(&found.schema, args, &item.ident, rust_name, report)?;
            Some((&found.schema, map))
        })
        .collect();
    let (&(schema, map), others) = maps.split_first()?;
    for &(other_schema, other) in others {
        if let Some(difference) = disagreement((schema, map), (other_schema, other)) {
            report.on(
                codes::objects_disagree,
                args.objects.last(),
                format!(
                    "map `{}` is not the same in objects `{}` and `{}`{difference}",
                    map.name, schema.name, other_schema.name
                ),
            );
        }
    }
    let mut bound = bind(schema, map, args, item, report);
    fill(schema, &mut bound, item, report);
    newer::of_struct(schema, &bound, report);
    if !report.is_empty() {
        return None;
    }
    let cx = Cx::without_types(schema, args.runtime());
    let handle = cx.handle(&bound);
    let tracked = found.iter().map(tracked);
    Some(quote! {
        #(#tracked)*
        #handle
    })
}

/// Nothing is generated beside the handle, so every type has to be the user's.
fn fill(schema: &Schema, bound: &mut Bound<'_>, item: &ItemStruct, report: &mut Report) {
    let map = bound.map;
    let kind = HandleKind::of(map.kind);
    // A map whose sizes come at run time is bytes, whatever its other half is.
    let typed = !(map.key_at_run_time() || map.value_at_run_time());
    let (needs_key, needs_value) = (
        typed && kind.needs_key(),
        typed && (kind.needs_value() || kind.needs_inner() && map.inner.is_some()),
    );
    let mut missing = Vec::new();
    for (role, side, needed, id) in [
        ("key", &mut bound.key, needs_key, map.key),
        ("value", &mut bound.value, needs_value, own_value(map)),
    ] {
        if matches!(side, Side::Rust { .. }) {
            continue;
        }
        *side = Side::Untyped;
        if needed {
            let inner = if kind.needs_inner() && role == "value" {
                ", the handle of its inner maps"
            } else {
                ""
            };
            let ctype = id.map_or_else(
                || inner.to_owned(),
                |id| {
                    format!(
                        " for `{}` of {} bytes",
                        ctext::name(schema, id),
                        schema.size(id)
                    )
                },
            );
            missing.push(format!("`{role}: …`{ctype}"));
        }
    }
    // A field of another name has been reported, and is probably this one.
    if !missing.is_empty() && report.is_empty() {
        report.on(
            codes::map_fields,
            &item.ident,
            format!(
                "map `{}` is `{}`: add a field {}\n\
                 help: on a module, `#[ebpf_map]` writes the types itself",
                map.name,
                kind_name(map),
                missing.join(" and a field ")
            ),
        );
    }
}

/// What differs between two objects' definitions of one map.
fn disagreement((a_schema, a): (&Schema, &Map), (b_schema, b): (&Schema, &Map)) -> Option<String> {
    let mut out = String::new();
    let mut differ = |what: &str, a: String, b: String| {
        if a != b {
            out.push_str(&format!(
                "\n  - {what}: {a} in `{}`, {b} in `{}`",
                a_schema.name, b_schema.name
            ));
        }
    };
    differ("kind", kind_name(a), kind_name(b));
    for (what, a, b) in [
        ("key size", a.key_size, b.key_size),
        ("value size", a.value_size, b.value_size),
        ("max_entries", a.max_entries, b.max_entries),
        ("map_flags", a.map_flags, b.map_flags),
    ] {
        differ(what, a.to_string(), b.to_string());
    }
    for (what, a, b) in [("key", a.key, b.key), ("value", a.value, b.value)] {
        let leaves = |schema: &Schema, id: Option<_>| -> Vec<String> {
            id.map(|id| schema.leaves(id))
                .unwrap_or_default()
                .iter()
                .map(|leaf| {
                    format!(
                        "`{}` (bit {}, {} bits, {}{})",
                        leaf.path,
                        leaf.bit_offset,
                        leaf.bits,
                        if leaf.signed { "signed " } else { "" },
                        leaf.kind.as_str()
                    )
                })
                .collect()
        };
        let (a, b) = (leaves(a_schema, a), leaves(b_schema, b));
        for index in 0..a.len().max(b.len()) {
            let at = |leaves: &[String]| {
                leaves
                    .get(index)
                    .map_or("nothing".to_owned(), String::clone)
            };
            differ(&format!("{what} member"), at(&a), at(&b));
        }
    }
    if out.is_empty() && hash::layout(a_schema, a) != hash::layout(b_schema, b) {
        out.push_str("\n  - the definitions of its inner map");
    }
    (!out.is_empty()).then_some(out)
}
