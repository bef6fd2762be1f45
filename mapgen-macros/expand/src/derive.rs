//! `#[derive(CLayout)]`: a table of a type's members, and `bytemuck::Pod`, after
//! proving that there is no implicit padding.

use mapgen_schema::codes;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, FieldsNamed, Ident, Type};

use crate::args::{Args, Place};
use crate::emit::{located, plain_data, unraw};
use crate::report::Report;

/// A field, as the table has it.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// Only its size is told.
    pub(crate) foreign: bool,
}

impl<'a> Field<'a> {
    /// Those of a struct, with what `#[ebpf_map]` says on each.
    pub(crate) fn all(fields: &'a FieldsNamed, report: &mut Report) -> Vec<Self> {
        fields
            .named
            .iter()
            .filter_map(|field| {
                let args = Args::of_attributes(&field.attrs, Place::Field, report);
                Some(Field {
                    ident: field.ident.as_ref()?,
                    ty: &field.ty,
                    foreign: args.foreign,
                })
            })
            .collect()
    }
}

/// Expands the derive.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => {
            report.add(codes::no_struct, error);
            return report.into_tokens();
        }
    };
    let args = Args::of_attributes(&item.attrs, Place::Derive, &mut report);
    let tokens = generate(&item, &args, &mut report);
    if report.is_empty() {
        tokens
    } else {
        report.into_tokens()
    }
}

fn generate(item: &DeriveInput, args: &Args, report: &mut Report) -> TokenStream {
    let Data::Struct(data) = &item.data else {
        report.on(
            codes::no_struct,
            &item.ident,
            "`CLayout` is for structs; a C `enum` is an integer in Rust, a C union bytes",
        );
        return TokenStream::new();
    };
    if !item.generics.params.is_empty() {
        report.on(
            codes::parameters,
            &item.generics,
            "`CLayout` is for types without parameters: a C type has none",
        );
        return TokenStream::new();
    }
    let repr = Repr::of(&item.attrs, report);
    match &data.fields {
        Fields::Named(fields) => {
            if !repr.c {
                report.on(
                    codes::no_repr,
                    &item.ident,
                    format!(
                        "`{}` needs `#[repr(C)]`: Rust orders the fields of other structs as it \
                         likes",
                        item.ident
                    ),
                );
                return TokenStream::new();
            }
            let fields = Field::all(fields, report);
            named(&args.runtime(), &item.ident, &unraw(&item.ident), &fields)
        }
        Fields::Unnamed(fields) if repr.transparent && fields.unnamed.len() == 1 => {
            transparent(&args.runtime(), &item.ident, &fields.unnamed[0].ty)
        }
        Fields::Unnamed(fields) => {
            report.on(
                codes::unnamed_fields,
                fields,
                "members are compared by name: name the fields, or make it \
                 `#[repr(transparent)]` around one type",
            );
            TokenStream::new()
        }
        Fields::Unit => {
            report.on(
                codes::unnamed_fields,
                &item.ident,
                "a type without fields has no layout to describe",
            );
            TokenStream::new()
        }
    }
}

/// What `#[repr(…)]` says.
#[derive(Default)]
pub(crate) struct Repr {
    pub(crate) c: bool,
    pub(crate) transparent: bool,
}

impl Repr {
    pub(crate) fn of(attrs: &[Attribute], report: &mut Report) -> Self {
        let mut repr = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
            let read = attr.parse_nested_meta(|meta| {
                if meta.path.is_ident("C") {
                    repr.c = true;
                } else if meta.path.is_ident("transparent") {
                    repr.transparent = true;
                }
                if meta.input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    content.parse::<TokenStream>()?;
                }
                Ok(())
            });
            if let Err(error) = read {
                report.add(codes::no_repr, error);
            }
        }
        repr
    }
}

/// `CLayout`, `Zeroable` and `Pod` of a struct with named fields.
pub(crate) fn named(
    runtime: &TokenStream,
    name: &Ident,
    label: &str,
    fields: &[Field<'_>],
) -> TokenStream {
    let members = fields.iter().map(|field| {
        let Field { ident, ty, foreign } = field;
        let label = unraw(ident);
        let span = located(ty.span());
        let layout = if *foreign {
            let ctype = ty.to_token_stream().to_string();
            quote_spanned! {span=>
                #runtime::__private::layout::Layout {
                    name: #ctype,
                    size: ::core::mem::size_of::<#ty>(),
                    kind: #runtime::__private::layout::Kind::Opaque,
                }
            }
        } else {
            quote_spanned!(span=> <#ty as #runtime::CLayout>::LAYOUT)
        };
        quote! {
            #runtime::__private::layout::Member::new(
                #label, ::core::mem::offset_of!(#name, #ident), #layout,
            )
        }
    });
    // `CLayout` asks for `Pod` of every other field.
    let is_pod = fields
        .iter()
        .filter(|field| field.foreign)
        .map(|field| pod(runtime, field.ty));
    let places = fields.iter().map(|Field { ident, ty, .. }| {
        let label = unraw(ident);
        quote! {
            (#label, ::core::mem::offset_of!(#name, #ident), ::core::mem::size_of::<#ty>())
        }
    });
    let no_padding = crate::emit::call_on(
        name,
        &quote!(#runtime::__private::check::assert_no_padding),
        quote!(#label, ::core::mem::size_of::<#name>(), &[#(#places),*]),
    );
    let kind = quote!(#runtime::__private::layout::Kind::Struct(&[#(#members),*]));
    let plain = plain_data(runtime, name, &unraw(name), &kind);
    quote! {
        const _: () = {
            #(#is_pod)*
            #no_padding;
        };

        #plain
    }
}

fn transparent(runtime: &TokenStream, name: &Ident, ty: &Type) -> TokenStream {
    let span = located(ty.span());
    let inner = quote_spanned!(span=> <#ty as #runtime::CLayout>::LAYOUT);
    // Transparent over a type that has `CLayout`, and so is `Pod`.
    plain_data(runtime, name, &unraw(name), &quote!(#inner.kind))
}

/// Fails to compile, on the type, unless it is `Pod`.
fn pod(runtime: &TokenStream, ty: &Type) -> TokenStream {
    let span = located(ty.span());
    quote_spanned! {span=>
        {
            const fn is_pod<T: #runtime::__private::bytemuck::Pod>() {}
            is_pod::<#ty>();
        }
    }
}
