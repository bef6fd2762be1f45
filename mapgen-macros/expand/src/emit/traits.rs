//! The traits that every generated struct and union has.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Cx, plain_data};

/// How a value is compared, hashed and shown.
pub(crate) struct Parts {
    /// An expression of `Self` for each part, `self` being the value: `{ self.saddr }`.
    pub(crate) compared: Vec<Compared>,
    /// Whether there is a float, which has no `Eq`.
    pub(crate) float: bool,
}

/// A part of a value.
pub(crate) struct Compared {
    /// Its name in `Debug`.
    pub(crate) label: String,
    /// Its value, given the name of the variable that holds the whole.
    pub(crate) value: Box<dyn Fn(TokenStream) -> TokenStream>,
}

impl Cx<'_> {
    /// `Debug`, `PartialEq`, `Eq`, `Hash`, `Default`, `Zeroable`, `Pod`, `CLayout`.
    pub(crate) fn traits(&self, name: &Ident, parts: &Parts, layout: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        let label = super::unraw(name);
        let plain = plain_data(runtime, name, &label, layout);
        let shown = parts.compared.iter().map(|part| {
            let (label, value) = (&part.label, (part.value)(quote!(self)));
            quote!(.field(#label, &#value))
        });
        let equal = if parts.compared.is_empty() {
            quote!(true)
        } else {
            let terms = parts.compared.iter().map(|part| {
                let (left, right) = ((part.value)(quote!(self)), (part.value)(quote!(other)));
                if parts.compared.len() > 1 {
                    quote!((#left == #right))
                } else {
                    // In parentheses a block would be, and a lone one need not.
                    quote!(::core::cmp::PartialEq::eq(&#left, &#right))
                }
            });
            quote!(#(#terms)&&*)
        };
        let other = if parts.compared.is_empty() {
            quote!(_)
        } else {
            quote!(other)
        };
        let exact = (!parts.float).then(|| {
            let hashed = parts.compared.iter().map(|part| {
                let value = (part.value)(quote!(self));
                quote!(::core::hash::Hash::hash(&#value, state);)
            });
            let state = if parts.compared.is_empty() {
                quote!(_)
            } else {
                quote!(state)
            };
            quote! {
                #[automatically_derived]
                impl ::core::cmp::Eq for #name {}

                #[automatically_derived]
                impl ::core::hash::Hash for #name {
                    fn hash<H: ::core::hash::Hasher>(&self, #state: &mut H) {
                        #(#hashed)*
                    }
                }
            }
        });
        quote! {
            #[automatically_derived]
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#label) #(#shown)* .finish()
                }
            }

            #[automatically_derived]
            impl ::core::cmp::PartialEq for #name {
                fn eq(&self, #other: &Self) -> ::core::primitive::bool {
                    #equal
                }
            }

            #exact

            #[automatically_derived]
            impl ::core::default::Default for #name {
                fn default() -> Self {
                    Self::ZERO
                }
            }

            #plain
        }
    }

    /// `ZERO`, where no C enumerator has the name.
    pub(crate) fn zero(&self) -> TokenStream {
        let runtime = &self.runtime;
        quote! {
            /// All bytes zero.
            pub const ZERO: Self = #runtime::__private::bytemuck::zeroed();
        }
    }
}
