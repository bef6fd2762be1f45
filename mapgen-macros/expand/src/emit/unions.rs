//! Unions: aligned bytes, and one safe accessor per member.

use mapgen_schema::{Composite, TypeId, ctext};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Cx;
use super::accessors::{self, Bytes};
use super::slots;
use super::structs::derive_attribute;
use super::traits::{Compared, Parts};

impl Cx<'_> {
    /// A union with its methods, traits and proofs.
    pub(crate) fn union(
        &self,
        id: TypeId,
        composite: &Composite,
        derives: &[syn::Path],
    ) -> TokenStream {
        let parts = slots::of_union(self.schema, composite);
        let pack = self.schema.pack(composite);
        let name = self.type_ident(id);
        let doc = self.type_doc(id);
        let ctype = ctext::name(self.schema, id);
        let storage = self.storage(u64::from(composite.size), pack);
        let accessors = accessors::named(&parts, true);
        let methods = self.accessors(
            &accessors,
            &Bytes {
                pack,
                size: u64::from(composite.size),
                union: true,
            },
        );
        let runtime = &self.runtime;
        let zero = self.zero();
        let compared = Parts {
            compared: vec![Compared {
                label: "bytes".to_owned(),
                value: {
                    let runtime = runtime.clone();
                    Box::new(move |of| quote!(#runtime::__private::bytemuck::bytes_of(#of)))
                },
            }],
            float: false,
        };
        let traits = self.traits(&name, &compared, &self.own_kind(composite));
        let size = Literal::u32_unsuffixed(composite.size);
        let derives = derive_attribute(derives);
        quote! {
            #doc
            #derives
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            #[repr(C)]
            pub struct #name {
                #[doc(hidden)]
                pub __storage: #storage,
            }

            impl #name {
                #zero
                #methods
            }

            const _: () = #runtime::__private::check::assert_size(
                #ctype, ::core::mem::size_of::<#name>(), #size,
            );

            #traits
        }
    }
}
