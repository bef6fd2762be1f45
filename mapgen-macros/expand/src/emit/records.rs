//! An enum for a map whose records are of several types.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::Cx;
use super::handles::{Bound, Side};
use super::rust_type::{Scope, unsigned};
use crate::records::{Records, Tag};

/// The enum's name: the handle's, and `Record`.
pub(crate) fn enum_ident(handle: &Ident) -> Ident {
    format_ident!("{}Record", super::unraw(handle), span = handle.span())
}

impl Cx<'_> {
    /// The enum of a map with several types of records, and how it is read.
    pub(crate) fn records(&self, bound: &Bound<'_>) -> Option<TokenStream> {
        let Side::Records(records) = &bound.value else {
            return None;
        };
        let Bound { vis, cfgs, map, .. } = bound;
        let name = enum_ident(&bound.ident);
        let doc = format!("What a record of map `{}` is.", map.name);
        // Types that the user wrote may lack them.
        let shown = records
            .variants
            .iter()
            .all(|variant| !self.externs.contains_key(&variant.ty))
            .then(|| quote!(#[derive(::core::fmt::Debug, ::core::cmp::PartialEq)]));
        let variants = records.variants.iter().map(|variant| {
            let name = self.type_ident(variant.ty);
            let ty = self.rust_type(variant.ty, Scope::Module);
            let doc = format!(
                "A `{}`.",
                mapgen_schema::ctext::name(self.schema, variant.ty)
            );
            quote!(#[doc = #doc] #name(#ty))
        });
        let body = match &records.tag {
            Some(tag) => self.by_tag(records, *tag),
            None => self.by_size(records),
        };
        let runtime = &self.runtime;
        Some(quote! {
            #(#cfgs)*
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            #shown
            #vis enum #name {
                #(#variants,)*
            }

            #(#cfgs)*
            #[automatically_derived]
            impl #runtime::FromRecord for #name {
                fn from_record(
                    record: #runtime::Record<'_>,
                    fit: #runtime::Fit,
                ) -> ::core::result::Result<Self, #runtime::Unfit> {
                    #body
                }
            }
        })
    }

    fn by_size(&self, records: &Records) -> TokenStream {
        let runtime = &self.runtime;
        let fit = if records.padded {
            quote!(#runtime::Fit::Padded)
        } else {
            quote!(#runtime::Fit::Exact)
        };
        let reads = records.variants.iter().map(|variant| {
            let size = self.schema.size(variant.ty);
            let size = Literal::u64_unsuffixed(size);
            let read = self.read(&self.type_ident(variant.ty), &fit);
            quote! {
                if #fit.takes(#size, record.len()) {
                    return #read;
                }
            }
        });
        quote! {
            // A longer record is another type's.
            let _ = fit;
            #(#reads)*
            ::core::result::Result::Err(#runtime::Unfit::Unknown {
                tag: ::core::option::Option::None,
            })
        }
    }

    fn by_tag(&self, records: &Records, tag: Tag) -> TokenStream {
        let runtime = &self.runtime;
        let integer = unsigned(tag.size);
        let stored = match tag.order {
            Some(order) => {
                let order = super::ident(order);
                quote!(#runtime::#order<#integer>)
            }
            None => integer.clone(),
        };
        let u64 = quote!(::core::primitive::u64);
        let number = match (tag.order, tag.size) {
            (None, 8) => quote!(tag),
            (Some(_), 8) => quote!(<#u64 as ::core::convert::From<#stored>>::from(tag)),
            (None, _) => quote!(<#u64 as ::core::convert::From<#integer>>::from(tag)),
            (Some(_), _) => quote!(<#u64 as ::core::convert::From<#integer>>::from(
                <#integer as ::core::convert::From<#stored>>::from(tag)
            )),
        };
        let offset = Literal::u64_unsuffixed(tag.offset);
        let least = Literal::u64_unsuffixed(tag.offset + u64::from(tag.size));
        let arms = records.variants.iter().map(|variant| {
            let tags = variant.tags.iter().copied().map(Literal::u64_unsuffixed);
            let read = self.read(&self.type_ident(variant.ty), &quote!(fit));
            quote!(#(#tags)|* => #read)
        });
        quote! {
            let ::core::option::Option::Some(tag) = record.read_at::<#stored>(#offset) else {
                return ::core::result::Result::Err(#runtime::Unfit::Size { expected: #least });
            };
            match #number {
                #(#arms,)*
                tag => ::core::result::Result::Err(#runtime::Unfit::Unknown {
                    tag: ::core::option::Option::Some(tag),
                }),
            }
        }
    }

    fn read(&self, variant: &Ident, fit: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        quote! {
            ::core::result::Result::map(
                #runtime::FromRecord::from_record(record, #fit),
                Self::#variant,
            )
        }
    }
}
