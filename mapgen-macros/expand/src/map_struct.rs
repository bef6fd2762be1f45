//! `#[ebpf_map(object = "…", name = "…")]` on a struct: one map, the user's types.

use mapgen_schema::diff::{self, Weight};
use mapgen_schema::{Map, Schema, codes, ctext, names};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemStruct, LitStr};

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
        disagreement(
            (schema, map),
            (other_schema, other),
            args.objects.last(),
            report,
        );
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

/// Reports where two objects disagree on a map that they share. How C spells a type makes
/// no difference to either.
pub(crate) fn disagreement(
    (a_schema, a): (&Schema, &Map),
    (b_schema, b): (&Schema, &Map),
    at: Option<&LitStr>,
    report: &mut Report,
) {
    let differs = diff::map((a_schema, a), (b_schema, b));
    if let Some(differs) = differs.filter(|differs| differs.weight() > Weight::Same) {
        report.on(
            codes::objects_disagree,
            at,
            format!(
                "map `{}` is not the same in objects `{}` and `{}`\n{}",
                a.name,
                a_schema.name,
                b_schema.name,
                differs.table(&a_schema.name, &b_schema.name).trim_end()
            ),
        );
    }
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
