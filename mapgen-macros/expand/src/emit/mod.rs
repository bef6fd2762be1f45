//! From a schema to tokens. Nothing here reads or decides: what is emitted was
//! checked before.
//!
//! Spans: what the user wrote keeps its place and takes the macro's hygiene
//! ([`located`]), so that errors stand on the user's token and lints treat the code
//! as a macro's.

pub(crate) mod accessors;
pub(crate) mod bits;
pub(crate) mod docs;
pub(crate) mod enums;
pub(crate) mod handles;
pub(crate) mod layout_table;
pub(crate) mod object;
pub(crate) mod records;
pub(crate) mod rust_type;
pub(crate) mod sections;
pub(crate) mod slots;
pub(crate) mod spec;
pub(crate) mod structs;
pub(crate) mod traits;
pub(crate) mod types;
pub(crate) mod unions;

use std::collections::{BTreeMap, BTreeSet};

use mapgen_schema::names::TypeNames;
use mapgen_schema::{Schema, Type, TypeId, ctext};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

/// What every emitter needs.
pub(crate) struct Cx<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) names: TypeNames,
    /// The path of the runtime crate.
    pub(crate) runtime: TokenStream,
    /// The types that get a Rust type in `types`.
    pub(crate) emitted: BTreeSet<TypeId>,
    /// The types that the user has written elsewhere.
    pub(crate) externs: BTreeMap<TypeId, syn::Path>,
    /// More derives, by type.
    pub(crate) derives: BTreeMap<TypeId, Vec<syn::Path>>,
    /// The types that a pointer may name, by C spelling: those that are emitted.
    pointees: BTreeMap<String, TypeId>,
}

impl<'a> Cx<'a> {
    /// A context that emits no types: what there is of checks and specs needs no more.
    pub(crate) fn without_types(schema: &'a Schema, runtime: TokenStream) -> Self {
        Self {
            schema,
            names: TypeNames::default(),
            runtime,
            emitted: BTreeSet::new(),
            externs: BTreeMap::new(),
            derives: BTreeMap::new(),
            pointees: BTreeMap::new(),
        }
    }

    /// A context that emits these types, and knows them where pointers name them.
    pub(crate) fn with_types(
        self,
        names: TypeNames,
        emitted: BTreeSet<TypeId>,
        externs: BTreeMap<TypeId, syn::Path>,
        derives: BTreeMap<TypeId, Vec<syn::Path>>,
    ) -> Self {
        let pointees = (0..self.schema.types.len())
            .filter_map(|index| u32::try_from(index).ok().map(TypeId))
            .filter(|&id| match self.schema.ty(id) {
                Type::Composite(_) | Type::Enum(_) => emitted.contains(&id),
                Type::Typedef { .. } => emitted.contains(&self.schema.resolved_id(id)),
                _ => false,
            })
            .map(|id| (ctext::name(self.schema, id), id))
            .collect();
        Self {
            names,
            emitted,
            externs,
            derives,
            pointees,
            ..self
        }
    }

    /// The Rust identifier of a type that is emitted.
    pub(crate) fn type_ident(&self, id: TypeId) -> Ident {
        let name = self.names.get(self.schema, id).unwrap_or("Unnamed");
        ident(name)
    }
}

/// An identifier from a name that `mapgen_schema::names` made, `r#` included.
///
/// What neither language has in names can stand in BTF all the same: it becomes `_`.
pub(crate) fn ident(name: &str) -> Ident {
    if let Ok(ident) = syn::parse_str::<Ident>(name) {
        return ident;
    }
    let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    Ident::new(&format!("_{plain}"), Span::call_site())
}

/// The text of an identifier without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The place of a token with the hygiene of the macro: an error there points at what
/// the user wrote, and a lint there sees a macro's code.
pub(crate) fn located(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

/// `Zeroable`, `Pod` and `CLayout` of a type that stands for bytes. Whoever emits them
/// asserts beside them that every byte of the type belongs to a member that is `Pod`.
pub(crate) fn plain_data(
    runtime: &TokenStream,
    name: &Ident,
    label: &str,
    kind: &TokenStream,
) -> TokenStream {
    quote! {
        #[automatically_derived]
        unsafe impl #runtime::__private::bytemuck::Zeroable for #name {}

        #[automatically_derived]
        unsafe impl #runtime::__private::bytemuck::Pod for #name {}

        #[automatically_derived]
        unsafe impl #runtime::CLayout for #name {
            const LAYOUT: #runtime::__private::layout::Layout =
                #runtime::__private::layout::Layout {
                    name: #label,
                    size: ::core::mem::size_of::<Self>(),
                    kind: #kind,
                };
        }
    }
}

/// `path(arguments)`, with the place of the user's tokens from first to last, so that
/// an error in const evaluation underlines them all.
pub(crate) fn call_on(
    tokens: impl quote::ToTokens,
    path: &TokenStream,
    arguments: TokenStream,
) -> TokenStream {
    let mut spans = tokens
        .into_token_stream()
        .into_iter()
        .map(|token| located(token.span()));
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let path: TokenStream = path
        .clone()
        .into_iter()
        .map(|mut token| {
            token.set_span(first);
            token
        })
        .collect();
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, arguments);
    group.set_span(last);
    quote!(#path #group)
}
