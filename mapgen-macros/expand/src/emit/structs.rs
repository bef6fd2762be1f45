//! Structs.

use mapgen_schema::{Composite, IntKind, Member, Type, TypeId};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Cx;
use super::accessors::{self, Bytes};
use super::rust_type::{Scope, count_literal, is_kernel_owned, promised_order};
use super::slots::{self, Parts, Slot, SlotKind};
use super::traits::{Compared, Parts as TraitParts};

/// A struct to be written: one of the object's, or a data section's.
pub(crate) struct Struct<'a> {
    pub(crate) name: Ident,
    /// For messages: `struct flow_key`, `section .bss`.
    pub(crate) ctype: &'a str,
    pub(crate) composite: &'a Composite,
    pub(crate) doc: TokenStream,
    pub(crate) derives: &'a [syn::Path],
}

impl Cx<'_> {
    /// A struct with its methods, traits and proofs.
    ///
    /// # Errors
    /// When the object's numbers are not those of a struct.
    pub(crate) fn structure(&self, of: &Struct<'_>) -> Result<TokenStream, String> {
        let parts = slots::of_struct(self.schema, of.composite)?;
        let pack = self.schema.pack(of.composite);
        let Struct {
            name, doc, ctype, ..
        } = of;
        let fields = parts.slots.iter().map(|slot| {
            let serde = names_serde(of.derives).then(|| self.serde(slot));
            let field = self.field(slot);
            quote!(#serde #field)
        });
        let size = Literal::u32_unsuffixed(of.composite.size);
        let packed = Literal::u32_unsuffixed(pack);
        let runtime = &self.runtime;
        let derives = derive_attribute(of.derives);
        let accessors = accessors::named(&parts, false);
        let methods = self.accessors(
            &accessors,
            &Bytes {
                pack,
                size: u64::from(of.composite.size),
                union: false,
            },
        );
        let zero = self.zero();
        let traits = self.traits(
            name,
            &self.compared(&parts, &accessors, of.composite),
            &self.own_kind(of.composite),
        );
        let total = self.total(name, &parts);
        let offsets = parts.slots.iter().map(|slot| {
            let (field, label) = (&slot.ident, super::unraw(&slot.ident));
            let offset = count_literal(slot.offset);
            quote! {
                #runtime::__private::check::assert_offset(
                    #ctype, #label, ::core::mem::offset_of!(#name, #field), #offset,
                );
            }
        });
        Ok(quote! {
            #doc
            #derives
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            #[repr(C, packed(#packed))]
            pub struct #name {
                #(#fields)*
            }

            impl #name {
                #zero
                #methods
            }

            const _: () = {
                #runtime::__private::check::assert_size(
                    #ctype, ::core::mem::size_of::<#name>(), #size,
                );
                #(#offsets)*
            };

            #traits
            #total
        })
    }

    /// `Flexible`, where C ends a struct in a flexible array member.
    pub(crate) fn flexible(&self, name: &Ident, composite: &Composite) -> Option<TokenStream> {
        let (last, others) = composite.members.split_last()?;
        let Type::Array { element, count: 0 } = self.schema.resolved(last.ty) else {
            return None;
        };
        let is_last = others
            .iter()
            .all(|member| member.bit_offset + self.member_bits(member) <= last.bit_offset);
        if last.name.is_none() || !is_last || self.schema.size(*element) == 0 {
            return None;
        }
        let runtime = &self.runtime;
        let item = self.rust_type(*element, Scope::Types);
        let offset = count_literal(last.bit_offset / 8);
        Some(quote! {
            #[automatically_derived]
            impl #runtime::Flexible for #name {
                type Item = #item;
                const ITEMS_OFFSET: ::core::primitive::usize = #offset;
            }
        })
    }

    fn member_bits(&self, member: &Member) -> u64 {
        match member.bitfield {
            Some(bits) => u64::from(bits),
            None => 8 * self.schema.size(member.ty),
        }
    }

    /// `Total`, where every member is a number or made of numbers: such a struct adds
    /// up over CPUs.
    fn total(&self, name: &Ident, parts: &Parts) -> Option<TokenStream> {
        let mut members = Vec::new();
        for slot in &parts.slots {
            match &slot.kind {
                SlotKind::Member { ty, .. } if self.adds_up(*ty) => members.push(&slot.ident),
                SlotKind::Pad => {}
                _ => return None,
            }
        }
        if members.is_empty() {
            return None;
        }
        let runtime = &self.runtime;
        Some(quote! {
            #[automatically_derived]
            impl #runtime::Total for #name {
                fn accumulate(&mut self, other: &Self) {
                    #(
                        let mut member = self.#members;
                        #runtime::Total::accumulate(&mut member, &{ other.#members });
                        self.#members = member;
                    )*
                }
            }
        })
    }

    fn adds_up(&self, id: TypeId) -> bool {
        match self.schema.resolved(id) {
            Type::Int { kind, .. } => {
                matches!(kind, IntKind::Unsigned | IntKind::Signed)
                    && promised_order(self.schema, id).is_none()
            }
            Type::Float { size, .. } => matches!(size, 4 | 8),
            Type::Array { element, .. } => self.adds_up(*element),
            Type::Composite(composite) => {
                let id = self.schema.resolved_id(id);
                !composite.union
                    && !is_kernel_owned(composite.name.as_deref())
                    && !self.externs.contains_key(&id)
                    && !composite.members.is_empty()
                    && composite
                        .members
                        .iter()
                        .all(|member| member.bitfield.is_none() && self.adds_up(member.ty))
            }
            _ => false,
        }
    }

    /// How serde is to treat a field: padding and what belongs to the kernel are left
    /// out, and arrays beyond serde's own 32 elements have a module of their own.
    fn serde(&self, slot: &Slot) -> Option<TokenStream> {
        let ty = match &slot.kind {
            SlotKind::Pad => return Some(quote!(#[serde(skip)])),
            SlotKind::Member { ty, .. } => *ty,
            SlotKind::Bits | SlotKind::Union { .. } => return None,
        };
        match self.schema.resolved(ty) {
            Type::Composite(composite) if is_kernel_owned(composite.name.as_deref()) => {
                Some(quote!(#[serde(skip)]))
            }
            Type::Array { element, count } if *count > 32 && !self.is_text(*element) => {
                let runtime = &self.runtime;
                let module = quote!(#runtime::value::serde::array).to_string();
                let module = module.replace(' ', "");
                Some(quote!(#[serde(with = #module)]))
            }
            _ => None,
        }
    }

    /// Whether elements of this type make an array a `Text`.
    fn is_text(&self, element: TypeId) -> bool {
        matches!(
            self.schema.resolved(element),
            Type::Int {
                kind: IntKind::Char,
                ..
            }
        )
    }

    fn field(&self, slot: &Slot) -> TokenStream {
        let Slot {
            ident, kind, size, ..
        } = slot;
        let runtime = &self.runtime;
        let count = count_literal(*size);
        match kind {
            SlotKind::Member { name, ty } => {
                let c = mapgen_schema::ctext::declare(self.schema, *ty, name);
                let doc = format!("`{c};` at byte {}.", slot.offset);
                let ty = self.rust_type(*ty, Scope::Types);
                let public = name
                    .starts_with('_')
                    .then(|| quote!(#[allow(clippy::pub_underscore_fields, reason = "as in C")]));
                quote! {
                    #[doc = #doc]
                    #public
                    pub #ident: #ty,
                }
            }
            SlotKind::Bits => quote! {
                #[doc(hidden)]
                pub #ident: [::core::primitive::u8; #count],
            },
            SlotKind::Union { align } => {
                let storage = self.storage(*size, *align);
                quote! {
                    #[doc(hidden)]
                    pub #ident: #storage,
                }
            }
            SlotKind::Pad => quote! {
                #[doc(hidden)]
                pub #ident: #runtime::Pad<#count>,
            },
        }
    }

    fn compared(
        &self,
        parts: &Parts,
        accessors: &[accessors::Accessor<'_>],
        composite: &Composite,
    ) -> TraitParts {
        let mut compared: Vec<Compared> = Vec::new();
        for slot in &parts.slots {
            let label = match slot.kind {
                SlotKind::Member { .. } => super::unraw(&slot.ident),
                SlotKind::Union { .. } => "(union)".to_owned(),
                SlotKind::Bits | SlotKind::Pad => continue,
            };
            let ident = slot.ident.clone();
            compared.push(Compared {
                label,
                // Braces copy the member out: there is no reference into a packed struct.
                value: Box::new(move |of| quote!({ #of.#ident })),
            });
        }
        // Through getters, so that bits between them, which C leaves undefined, are
        // ignored.
        for accessor in accessors {
            if accessor.access.overlaps || !self.has_getter(accessor) {
                continue;
            }
            let getter = accessor.getter.clone();
            compared.push(Compared {
                label: accessors::label(accessor),
                value: Box::new(move |of| quote!(#of.#getter())),
            });
        }
        TraitParts {
            compared,
            float: composite
                .members
                .iter()
                .any(|member| self.compares_float(member.ty)),
        }
    }

    fn has_getter(&self, accessor: &accessors::Accessor<'_>) -> bool {
        match accessor.access.bits {
            Some(bits) => bits > 0 && u64::from(bits) <= 8 * self.schema.size(accessor.access.ty),
            None => true,
        }
    }

    /// Whether a member's Rust type has a float that `==` sees. A union compares bytes.
    fn compares_float(&self, id: TypeId) -> bool {
        match self.schema.resolved(id) {
            Type::Composite(composite) if composite.union => false,
            Type::Composite(composite) => composite
                .members
                .iter()
                .any(|member| self.compares_float(member.ty)),
            Type::Array { element, .. } => self.compares_float(*element),
            Type::Float { size, .. } => matches!(size, 4 | 8),
            _ => false,
        }
    }
}

/// Whether serde's attributes can stand on the fields.
fn names_serde(derives: &[syn::Path]) -> bool {
    derives
        .iter()
        .filter_map(|path| path.segments.last())
        .any(|last| last.ident == "Serialize" || last.ident == "Deserialize")
}

/// `#[derive(…)]` of what the user asked for.
pub(crate) fn derive_attribute(derives: &[syn::Path]) -> Option<TokenStream> {
    if derives.is_empty() {
        return None;
    }
    let paths = derives
        .iter()
        .map(|path| super::rust_type::extern_path(path, Scope::Types));
    Some(quote!(#[derive(#(#paths),*)]))
}
