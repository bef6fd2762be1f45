//! `#[ebpf_map(object = "…", ctype = "struct …")]` on a struct: one type of the
//! user's, checked where it is written.

use mapgen_schema::{Composite, Schema, Type, codes, ctext, names};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Fields, ItemStruct, LitStr, Token, punctuated::Punctuated};

use crate::args::{Args, Place, objects};
use crate::bind::{find_type, without_ours};
use crate::derive::{self, Field, Repr};
use crate::emit::layout_table::Row;
use crate::emit::{Cx, call_on, unraw};
use crate::find::{Env, Found};
use crate::module::tracked;
use crate::report::{Report, did_you_mean};
use crate::shared;

/// Expands the attribute on a struct.
pub(crate) fn expand(args: TokenStream, item: ItemStruct, env: &Env) -> TokenStream {
    let mut report = Report::default();
    let args = Args::parse(args, Place::CType, &mut report);
    let found: Vec<Found> = objects(&args, &mut report)
        .iter()
        .filter_map(|object| env.load(object, &mut report))
        .collect();
    let mut kept = item.clone();
    without_ours(&mut kept.attrs);
    if let Fields::Named(fields) = &mut kept.fields {
        for field in &mut fields.named {
            without_ours(&mut field.attrs);
        }
    }
    let fields = fields(&item, &mut report);
    let derives = shape(&item, &mut report);
    let runtime = args.runtime();
    let traits = match (&fields, derives) {
        (Some(fields), Derives::Ours) => {
            derive::named(&runtime, &item.ident, &unraw(&item.ident), fields)
        }
        _ => TokenStream::new(),
    };
    let mut checks = TokenStream::new();
    if let (Some(fields), Some(ctype)) = (&fields, &args.ctype) {
        for found in &found {
            checks.extend(check(
                &found.schema,
                &args,
                ctype,
                &item,
                fields,
                &mut report,
            ));
        }
    }
    let cfgs = item
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect::<Vec<_>>();
    let tracked = found.iter().map(tracked);
    let errors = report.into_tokens();
    quote! {
        #kept
        #(#tracked)*
        #(#cfgs)*
        const _: () = {
            #traits
            #checks
        };
        #errors
    }
}

/// Who writes the traits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Derives {
    Ours,
    /// The struct derives `CLayout` itself, or cannot have it.
    NotOurs,
}

/// What the struct itself has to be.
fn shape(item: &ItemStruct, report: &mut Report) -> Derives {
    if !Repr::of(&item.attrs, report).c {
        report.on(
            codes::no_repr,
            &item.ident,
            format!(
                "`{}` needs `#[repr(C)]`: Rust orders the fields of other structs as it likes",
                item.ident
            ),
        );
        return Derives::NotOurs;
    }
    let derived: Vec<String> = item
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("derive"))
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| Some(path.segments.last()?.ident.to_string()))
        .collect();
    let has = |name: &str| derived.iter().any(|derived| derived == name);
    // Without a derive in sight it may stand above this attribute, or be written by
    // hand: rustc knows.
    let plain = has("Clone") && has("Copy");
    if !derived.is_empty() && !plain {
        report.on(
            codes::not_copy,
            &item.ident,
            format!(
                "`{}` needs `#[derive(Clone, Copy)]`: it is read and written as plain bytes",
                item.ident
            ),
        );
        return Derives::NotOurs;
    }
    if has("CLayout") {
        Derives::NotOurs
    } else {
        Derives::Ours
    }
}

fn fields<'a>(item: &'a ItemStruct, report: &mut Report) -> Option<Vec<Field<'a>>> {
    if !item.generics.params.is_empty() {
        report.on(
            codes::parameters,
            &item.generics,
            "a C type has no parameters",
        );
        return None;
    }
    let Fields::Named(fields) = &item.fields else {
        report.on(
            codes::unnamed_fields,
            &item.ident,
            "members are matched by name: write the struct with named fields",
        );
        return None;
    };
    Some(Field::all(fields, report))
}

/// The checks of every field against one object.
fn check(
    schema: &Schema,
    args: &Args,
    ctype: &LitStr,
    item: &ItemStruct,
    fields: &[Field<'_>],
    report: &mut Report,
) -> TokenStream {
    let Some(id) = find_type(schema, ctype, report) else {
        return TokenStream::new();
    };
    shared::check_variants(schema, &ctext::name(schema, id), ctype, report);
    let Type::Composite(composite) = schema.resolved(id) else {
        report.on(
            codes::not_a_struct,
            ctype,
            format!(
                "`{}` is no struct in object `{}`",
                ctext::name(schema, id),
                schema.name
            ),
        );
        return TokenStream::new();
    };
    if composite.union {
        report.on(
            codes::not_a_struct,
            ctype,
            format!(
                "`{}` is a union: a struct cannot have its members; let `#[ebpf_map]` on a module \
                 generate it, or keep its bytes",
                ctext::name(schema, id)
            ),
        );
        return TokenStream::new();
    }
    let cx = Cx::without_types(schema, args.runtime());
    let name = ctext::name(schema, id);
    let rows = cx.rows(composite);
    let rust: Vec<String> = fields.iter().map(|field| unraw(field.ident)).collect();
    // Members of unions may be left out, bit-fields are kept as bytes.
    let mut missing: Vec<&Row> = rows
        .iter()
        .filter(|row| !row.overlaps && row.bits.is_none() && !rust.contains(&row.name))
        .collect();
    let holes = holes(schema, composite);
    let mut checks = TokenStream::new();
    for (field, rust) in fields.iter().zip(&rust) {
        let row = rows.iter().find(|row| row.name == *rust);
        match row {
            Some(row) => match row.bits {
                None => checks.extend(member(&cx, &name, composite, item, field, row)),
                Some(bits) => report.on(
                    codes::bit_field,
                    field.ident,
                    format!(
                        "`{rust}` is a bit-field of {bits} bits in `{name}`: keep its bytes in a \
                         field of another name, or let `#[ebpf_map]` on a module generate the type"
                    ),
                ),
            },
            None => {
                // One slip of the pen is one error: the member that was meant is not
                // missing as well.
                let meant = missing
                    .iter()
                    .position(|row| names::is_near(rust, &row.name));
                if let Some(meant) = meant {
                    missing.remove(meant);
                } else if !holes.is_empty() {
                    checks.extend(hole(&cx, &name, item, field, &holes));
                    continue;
                }
                report.on(
                    codes::unknown_member,
                    field.ident,
                    format!(
                        "`{name}` has no member `{rust}`{}",
                        did_you_mean(rust, rows.iter().map(|row| row.name.as_str()))
                    ),
                );
            }
        }
    }
    for row in missing {
        let at = row.bit_offset / 8;
        report.on(
            codes::missing_field,
            &item.ident,
            format!(
                "`{}` has no field for member `{}` of `{name}`, `{}` at byte {at}",
                item.ident,
                row.name,
                ctext::name(schema, row.ty),
            ),
        );
    }
    let (runtime, ident) = (&cx.runtime, &item.ident);
    let size = Literal::u32_unsuffixed(composite.size);
    let whole = call_on(
        ident,
        &quote!(#runtime::__private::check::assert_size),
        quote!(#name, ::core::mem::size_of::<#ident>(), #size),
    );
    quote! {
        #checks
        const _: () = #whole;
    }
}

/// Compares a field's offset and type with its member's, as structs of one member.
fn member(
    cx: &Cx<'_>,
    ctype: &str,
    composite: &Composite,
    item: &ItemStruct,
    field: &Field<'_>,
    row: &Row,
) -> TokenStream {
    let runtime = &cx.runtime;
    let (name, label) = (&item.ident, unraw(&item.ident));
    let Field { ident, ty, foreign } = field;
    let member = &row.name;
    let place = format!("field `{}`", row.name);
    let size = Literal::u32_unsuffixed(composite.size);
    let at = Literal::u64_unsuffixed(row.bit_offset / 8);
    let expected = cx.expected(row.ty);
    let rust = if *foreign {
        let text = ty.to_token_stream().to_string();
        quote! {
            layout::Layout {
                name: #text,
                size: ::core::mem::size_of::<#ty>(),
                kind: layout::Kind::Opaque,
            }
        }
    } else {
        quote!(<#ty as #runtime::CLayout>::LAYOUT)
    };
    let call = call_on(
        quote!(#ident #ty),
        &quote!(#runtime::__private::check::assert_layout),
        quote!(#place, &RUST, &C),
    );
    quote! {
        const _: () = {
            use #runtime::__private::layout;
            const RUST: layout::Layout = layout::Layout {
                name: #label,
                size: #size,
                kind: layout::Kind::Struct(&[
                    layout::Member::new(#member, ::core::mem::offset_of!(#name, #ident), #rust),
                ]),
            };
            const C: layout::Layout = layout::Layout {
                name: #ctype,
                size: #size,
                kind: layout::Kind::Struct(&[layout::Member::new(#member, #at, *#expected)]),
            };
            #call;
        };
    }
}

/// Bytes of the C struct that a field of another name may cover: holes, bit-fields
/// and anonymous unions.
fn holes(schema: &Schema, composite: &Composite) -> Vec<(u64, u64)> {
    let mut covered = Vec::new();
    cover(schema, composite, 0, &mut covered);
    covered.sort_unstable();
    let size = u64::from(composite.size);
    let mut holes = Vec::new();
    let mut at = 0;
    for (start, end) in covered.into_iter().chain([(size, size)]) {
        if start > at {
            holes.push((at, start));
        }
        at = at.max(end);
    }
    holes
}

fn cover(schema: &Schema, composite: &Composite, base: u64, out: &mut Vec<(u64, u64)>) {
    for member in &composite.members {
        let at = base + member.bit_offset;
        match (&member.name, member.bitfield, schema.ty(member.ty)) {
            (None, None, Type::Composite(inner)) if !inner.union => cover(schema, inner, at, out),
            (Some(_), None, _) => out.push((at / 8, at / 8 + schema.size(member.ty))),
            _ => {}
        }
    }
}

fn hole(
    cx: &Cx<'_>,
    ctype: &str,
    item: &ItemStruct,
    field: &Field<'_>,
    holes: &[(u64, u64)],
) -> TokenStream {
    let runtime = &cx.runtime;
    let name = &item.ident;
    let Field { ident, ty, .. } = field;
    let label = unraw(ident);
    let holes = holes.iter().map(|&(start, end)| {
        let (start, end) = (Literal::u64_unsuffixed(start), Literal::u64_unsuffixed(end));
        quote!((#start, #end))
    });
    let call = call_on(
        quote!(#ident #ty),
        &quote!(#runtime::__private::check::assert_hole),
        quote! {
            #ctype,
            #label,
            ::core::mem::offset_of!(#name, #ident),
            ::core::mem::size_of::<#ty>(),
            &[#(#holes),*]
        },
    );
    quote!(const _: () = #call;)
}
