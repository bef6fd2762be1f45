//! Enumerations: a transparent integer that holds any value, its enumerators as
//! constants, and a Rust enum to match on.

use std::collections::BTreeSet;

use mapgen_schema::{Enum, TypeId, ctext, names};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::rust_type::{signed, unsigned};
use super::slots::free;
use super::structs::derive_attribute;
use super::{Cx, ident, plain_data};

struct Variant {
    ident: Ident,
    c: String,
    value: TokenStream,
    number: i128,
}

impl Cx<'_> {
    /// An enumeration with its constants, its Rust enum and its traits.
    pub(crate) fn enumeration(&self, id: TypeId, e: &Enum, derives: &[syn::Path]) -> TokenStream {
        let runtime = &self.runtime;
        let name = self.type_ident(id);
        let variants_name = ident(&names::variant_name(&name.to_string()));
        let ctype = ctext::name(self.schema, id);
        let doc = self.type_doc(id);
        let size = e.size.clamp(1, 8);
        let int = if e.signed {
            signed(size)
        } else {
            unsigned(size)
        };
        let mut used = BTreeSet::new();
        let variants: Vec<Variant> = e
            .variants
            .iter()
            .map(|(c, value)| {
                let number = wrap(*value, size, e.signed);
                Variant {
                    ident: free(ident(&names::ident(c)), &mut used),
                    c: c.clone(),
                    value: literal(number),
                    number,
                }
            })
            .collect();
        let zero = used.insert("ZERO".to_owned()).then(|| {
            quote! {
                /// The integer 0.
                pub const ZERO: Self = Self(0);
            }
        });
        let constants = variants.iter().map(|variant| {
            let Variant {
                ident, value, c, ..
            } = variant;
            let doc = format!("`{c}`, {}.", variant.number);
            quote! {
                #[doc = #doc]
                pub const #ident: Self = Self(#value);
            }
        });
        // The first of equal values stands for them all.
        let mut values = BTreeSet::new();
        let first: Vec<&Variant> = variants
            .iter()
            .filter(|variant| values.insert(variant.number))
            .collect();
        let rust_variants = first.iter().map(|variant| {
            let Variant {
                ident, value, c, ..
            } = variant;
            let doc = format!("`{c}`");
            quote! {
                #[doc = #doc]
                #ident = #value,
            }
        });
        let shown = first.iter().map(|variant| {
            let Variant { value, c, .. } = variant;
            quote!(#value => f.write_str(#c),)
        });
        let from = first.iter().map(|variant| {
            let Variant { ident, value, .. } = variant;
            quote!(#value => ::core::result::Result::Ok(Self::#ident),)
        });
        let back = first.iter().map(|variant| {
            let Variant { ident, value, .. } = variant;
            quote!(#variants_name::#ident => Self(#value),)
        });
        // A transparent integer.
        let kind = quote!(#runtime::__private::layout::Kind::Enum);
        let label = super::unraw(&name);
        let plain = plain_data(runtime, &name, &label, &kind);
        let unknown = format!("{label}({{}})");
        let variants_doc = format!("The enumerators of `{ctype}`, to match on.");
        let repr = (!first.is_empty()).then(|| {
            let int = format_ident!("{}{}", if e.signed { "i" } else { "u" }, size * 8);
            quote!(#[repr(#int)])
        });
        let derives = derive_attribute(derives);
        let size = Literal::u32_unsuffixed(size);
        quote! {
            #doc
            #derives
            #[derive(
                ::core::clone::Clone, ::core::marker::Copy, ::core::default::Default,
                ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::cmp::PartialOrd,
                ::core::cmp::Ord, ::core::hash::Hash,
            )]
            #[repr(transparent)]
            pub struct #name(
                /// The integer as it stands in memory.
                pub #int,
            );

            impl #name {
                #zero
                #(#constants)*
            }

            #[doc = #variants_doc]
            #[derive(
                ::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug,
                ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::cmp::PartialOrd,
                ::core::cmp::Ord, ::core::hash::Hash,
            )]
            #repr
            pub enum #variants_name {
                #(#rust_variants)*
            }

            const _: () = #runtime::__private::check::assert_size(
                #ctype, ::core::mem::size_of::<#name>(), #size,
            );

            #[automatically_derived]
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self.0 {
                        #(#shown)*
                        other => f.write_fmt(::core::format_args!(#unknown, other)),
                    }
                }
            }

            #[automatically_derived]
            impl ::core::convert::TryFrom<#name> for #variants_name {
                type Error = #runtime::InvalidEnum;

                fn try_from(
                    value: #name,
                ) -> ::core::result::Result<Self, #runtime::InvalidEnum> {
                    match value.0 {
                        #(#from)*
                        other => ::core::result::Result::Err(#runtime::InvalidEnum {
                            ctype: #ctype,
                            value: ::core::convert::From::from(other),
                        }),
                    }
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<#variants_name> for #name {
                fn from(value: #variants_name) -> Self {
                    match value {
                        #(#back)*
                    }
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<#int> for #name {
                fn from(value: #int) -> Self {
                    Self(value)
                }
            }

            #[automatically_derived]
            impl ::core::convert::From<#name> for #int {
                fn from(value: #name) -> Self {
                    value.0
                }
            }

            #plain
        }
    }
}

/// A value as its integer holds it.
fn wrap(value: i128, size: u32, signed: bool) -> i128 {
    let unused = 128 - 8 * size;
    if signed {
        (value << unused) >> unused
    } else {
        // At most 64 bits are left, which are not negative.
        ((value << unused) as u128 >> unused) as i128
    }
}

fn literal(value: i128) -> TokenStream {
    let magnitude = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    }
}
