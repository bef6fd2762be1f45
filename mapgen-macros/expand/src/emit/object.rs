//! What belongs to an object as a whole: `Maps`, `OBJECT`, and the call of `object!`,
//! which writes what opens, loads and attaches.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::handles::Bound;
use super::sections::BoundSection;
use super::slots::free_all;
use super::{Cx, ident};
use crate::find::Found;

impl Cx<'_> {
    /// `Maps`: every handle by the C name of its map.
    pub(crate) fn maps(&self, bound: &[&Bound<'_>]) -> TokenStream {
        let runtime = &self.runtime;
        let doc = format!("All maps of object `{}`, by C name.", self.schema.name);
        let names = member_names(bound.iter().map(|bound| &bound.map.name));
        let fields = bound.iter().zip(&names).map(|(bound, field)| {
            let Bound {
                ident: handle,
                vis,
                cfgs,
                ..
            } = bound;
            let name = &bound.map.name;
            let doc = format!("Map `{name}`.");
            let ty = if bound.declared.optional {
                quote!(::core::option::Option<#handle>)
            } else {
                quote!(#handle)
            };
            quote! {
                #(#cfgs)*
                #[doc = #doc]
                #vis #field: #ty,
            }
        });
        let opened = bound.iter().zip(&names).map(|(bound, field)| {
            let Bound {
                ident: handle,
                cfgs,
                ..
            } = bound;
            let name = &bound.map.name;
            let value = if bound.declared.optional {
                quote! {
                    match open(#name).map_err(<#runtime::Error as ::core::convert::From<__E>>::from) {
                        ::core::result::Result::Ok(fd) => {
                            ::core::option::Option::Some(#handle::from_fd(fd)?)
                        }
                        // ENOENT: an object or a directory without the map.
                        ::core::result::Result::Err(#runtime::Error::Os { errno: 2, .. }) => {
                            ::core::option::Option::None
                        }
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    }
                }
            } else {
                quote!(#handle::from_fd(open(#name)?)?)
            };
            quote! {
                #(#cfgs)*
                #field: #value,
            }
        });
        let simulated = bound.iter().zip(&names).map(|(bound, field)| {
            let Bound {
                ident: handle,
                cfgs,
                ..
            } = bound;
            let value = quote!(kernel.load::<#handle>()?);
            let value = if bound.declared.optional {
                quote!(::core::option::Option::Some(#value))
            } else {
                value
            };
            quote! {
                #(#cfgs)*
                #field: #value,
            }
        });
        let all = bound.iter().zip(&names).map(|(bound, field)| {
            let cfgs = &bound.cfgs;
            let some = quote!(::core::option::Option::Some::<&#runtime::Map>);
            let map = if bound.declared.optional {
                quote! {
                    match &self.#field {
                        ::core::option::Option::Some(map) => #some(map),
                        ::core::option::Option::None => ::core::option::Option::None,
                    }
                }
            } else {
                quote!(#some(&self.#field))
            };
            quote!(#(#cfgs)* #map)
        });
        let object = &self.schema.name;
        let c_names = bound.iter().map(|bound| &bound.map.name);
        let open = if bound.is_empty() {
            quote!(_)
        } else {
            quote!(mut open)
        };
        quote! {
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            pub struct Maps {
                #(#fields)*
            }

            impl Maps {
                /// Opens every map with the descriptor that `open` finds by its C name.
                ///
                /// A map that is `optional` may be missing: `open` says so with `ENOENT`.
                ///
                /// # Errors
                /// What `open` returns, or that a map is not what the object declares.
                pub fn from_fn<__F, __D, __E>(#open: __F) -> ::core::result::Result<Self, #runtime::Error>
                where
                    __F: ::core::ops::FnMut(
                        &'static ::core::primitive::str,
                    ) -> ::core::result::Result<__D, __E>,
                    __D: ::std::os::fd::AsFd,
                    #runtime::Error: ::core::convert::From<__E>,
                {
                    ::core::result::Result::Ok(Self {
                        #(#opened)*
                    })
                }

                /// Creates every map in a kernel in memory, for tests without privileges:
                /// see `mapgen_runtime::testing`.
                ///
                /// # Errors
                /// `NoCapacity` when the object leaves a `max_entries` to run time.
                pub fn simulated() -> ::core::result::Result<Self, #runtime::Error> {
                    Self::simulated_in(&#runtime::testing::Kernel::new())
                }

                /// As `simulated`, in a kernel with faults, say, or other CPUs.
                ///
                /// # Errors
                /// As `simulated`, and `Object` when the kernel has faults for a map that
                /// is not one of these.
                pub fn simulated_in(
                    kernel: &#runtime::testing::Kernel,
                ) -> ::core::result::Result<Self, #runtime::Error> {
                    kernel.check_names(#object, &[#(#c_names),*])?;
                    ::core::result::Result::Ok(Self {
                        #(#simulated)*
                    })
                }

                /// Every map that is there, whatever its type, in the order of the object.
                pub fn all(&self) -> impl ::core::iter::Iterator<Item = &#runtime::Map> {
                    // The first has the type, where there is no other.
                    let maps = [::core::option::Option::None::<&#runtime::Map>, #(#all),*];
                    ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
                }
            }
        }
    }

    /// `OBJECT` and `object!`.
    pub(crate) fn object(
        &self,
        found: &Found,
        bound: &[&Bound<'_>],
        sections: &[BoundSection<'_>],
    ) -> TokenStream {
        let runtime = &self.runtime;
        let schema = &found.schema;
        let name = &schema.name;
        let names = member_names(bound.iter().map(|bound| &bound.map.name));
        let maps = bound.iter().zip(names).map(|(bound, field)| {
            let Bound {
                ident: handle,
                cfgs,
                ..
            } = bound;
            let name = &bound.map.name;
            let optional = bound.declared.optional.then(|| ident("optional"));
            quote!(#(#cfgs)* #field: #handle = #name #optional,)
        });
        let sections = sections.iter().map(|section| self.section_entry(section));
        let names = member_names(schema.programs.iter().map(|program| &program.name));
        let programs = schema.programs.iter().zip(names).map(|(program, field)| {
            let name = &program.name;
            quote!(#field = #name,)
        });
        let bytes = match &schema.path {
            Some(_) => quote!(OBJECT),
            None => quote!(none),
        };
        let object = schema.path.as_ref().map(|path| {
            let doc = format!(
                "The bytes of object `{name}` (`{}`), aligned to 8.",
                schema.object
            );
            bytes_of(&ident("OBJECT"), path, &doc)
        });
        let variants = schema.variants.iter().filter_map(|variant| {
            let doc = format!(
                "The bytes of `{}`, another build of object `{name}`, aligned to 8: for `open_bytes`.",
                variant.object
            );
            let constant = ident(&format!("OBJECT_{}", variant.name.to_ascii_uppercase()));
            Some(bytes_of(&constant, variant.path.as_ref()?, &doc))
        });
        quote! {
            #object
            #(#variants)*

            #runtime::__private::object! {
                object: #name,
                bytes: #bytes,
                maps: { #(#maps)* },
                sections: { #(#sections)* },
                programs: { #(#programs)* },
            }
        }
    }
}

/// A file's bytes as a static.
fn bytes_of(name: &Ident, path: &str, doc: &str) -> TokenStream {
    quote! {
        #[doc = #doc]
        pub static #name: &[::core::primitive::u8] = {
            #[repr(C, align(8))]
            struct Aligned<T: ?::core::marker::Sized>(T);
            const ALIGNED: &Aligned<[::core::primitive::u8]> =
                &Aligned(*::core::include_bytes!(#path));
            &ALIGNED.0
        };
    }
}

/// The fields of maps or programs, by their C names: beside `self_`, `self` is `self__`.
fn member_names<'a>(names: impl Iterator<Item = &'a String> + Clone) -> Vec<Ident> {
    // `object!` adds a field to them.
    free_all(names, "__borrowed")
}
