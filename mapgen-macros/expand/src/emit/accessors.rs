//! Getters and setters of members that are no Rust fields: bit-fields, and members of
//! unions.

use std::collections::BTreeSet;

use mapgen_schema::{IntKind, Type, TypeId, names};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::bits::{Piece, pieces};
use super::rust_type::{Scope, signed, unsigned};
use super::slots::{Access, Parts, SlotKind, declaration, free};
use super::{Cx, ident, unraw};

/// Names that the inherent `impl` of every generated type has.
const OWN: [&str; 1] = ["ZERO"];

/// A member with the names of its methods.
pub(crate) struct Accessor<'a> {
    pub(crate) access: &'a Access,
    pub(crate) getter: Ident,
    setter: Ident,
    with: Ident,
    reference: Ident,
}

/// Names the methods; where two would be equal, the later one takes a `_`.
pub(crate) fn named(parts: &Parts, union: bool) -> Vec<Accessor<'_>> {
    let mut used: BTreeSet<String> = OWN.iter().map(|&name| name.to_owned()).collect();
    // Getters first: they carry the C names.
    let getters: Vec<Ident> = parts
        .accesses
        .iter()
        .map(|access| free(ident(&names::ident(&access.name)), &mut used))
        .collect();
    let with = if union { "from" } else { "with" };
    parts
        .accesses
        .iter()
        .zip(getters)
        .map(|(access, getter)| {
            let name = unraw(&getter);
            let mut method = |text: String| free(ident(&text), &mut used);
            Accessor {
                access,
                setter: method(format!("set_{name}")),
                with: method(format!("{with}_{name}")),
                reference: method(format!("{name}_mut")),
                getter,
            }
        })
        .collect()
}

/// Where the bytes of a type are found.
pub(crate) struct Bytes<'a> {
    pub(crate) parts: &'a Parts,
    /// The alignment of the whole.
    pub(crate) pack: u32,
    pub(crate) size: u64,
    pub(crate) union: bool,
}

impl Cx<'_> {
    /// The methods of every accessor.
    pub(crate) fn accessors(&self, accessors: &[Accessor<'_>], of: &Bytes<'_>) -> TokenStream {
        accessors
            .iter()
            .map(|accessor| match accessor.access.bits {
                Some(0) => TokenStream::new(),
                Some(width) => self.bitfield(accessor, width, of),
                None => self.overlapping(accessor, of),
            })
            .collect()
    }

    fn overlapping(&self, accessor: &Accessor<'_>, of: &Bytes<'_>) -> TokenStream {
        let Accessor {
            access,
            getter,
            setter,
            with,
            reference,
        } = accessor;
        let runtime = &self.runtime;
        let bytemuck = quote!(#runtime::__private::bytemuck);
        let ty = self.rust_type(access.ty, Scope::Types);
        let start = Literal::u64_unsuffixed(access.offset());
        let size = self.schema.size(access.ty);
        let end = Literal::u64_unsuffixed(access.offset() + size);
        let c = declaration(self.schema, access);
        let get = format!("`{c};`, a member of a union.");
        let set = format!("Writes `{c};`; bytes of the union beyond it stay as they are.");
        let build = if of.union {
            format!("All zero but `{c};`.")
        } else {
            format!("The same with `{c};` written.")
        };
        let builder = if of.union {
            quote! {
                #[doc = #build]
                #[inline]
                #[must_use]
                pub fn #with(value: #ty) -> Self {
                    let mut new = Self::ZERO;
                    new.#setter(value);
                    new
                }
            }
        } else {
            quote! {
                #[doc = #build]
                #[inline]
                #[must_use]
                pub fn #with(mut self, value: #ty) -> Self {
                    self.#setter(value);
                    self
                }
            }
        };
        let align = self.schema.align(access.ty);
        let aligned = align <= of.pack && access.offset() % u64::from(align) == 0;
        let reference = (aligned && size > 0).then(|| {
            let doc = format!("`{c};` in place, a member of a union.");
            quote! {
                #[doc = #doc]
                #[inline]
                pub fn #reference(&mut self) -> &mut #ty {
                    #bytemuck::from_bytes_mut(
                        &mut #bytemuck::bytes_of_mut(self)[#start..#end],
                    )
                }
            }
        });
        quote! {
            #[doc = #get]
            #[inline]
            #[must_use]
            pub fn #getter(&self) -> #ty {
                #bytemuck::pod_read_unaligned(&#bytemuck::bytes_of(self)[#start..#end])
            }

            #[doc = #set]
            #[inline]
            pub fn #setter(&mut self, value: #ty) {
                #bytemuck::bytes_of_mut(self)[#start..#end]
                    .copy_from_slice(#bytemuck::bytes_of(&value));
            }

            #builder
            #reference
        }
    }

    fn bitfield(&self, accessor: &Accessor<'_>, width: u32, of: &Bytes<'_>) -> TokenStream {
        let Accessor {
            access,
            getter,
            setter,
            with,
            ..
        } = accessor;
        let pieces = pieces(self.schema.endian, access.bit_offset, width);
        if u64::from(width) > 8 * self.schema.size(access.ty) {
            return TokenStream::new();
        }
        let base = self.base(access.ty, width);
        let Base { ty, int, .. } = &base;
        let places: Option<Vec<TokenStream>> = pieces
            .iter()
            .map(|piece| of.byte(piece, access.overlaps))
            .collect();
        let Some(places) = places else {
            return TokenStream::new();
        };
        // Bytes of a union are reached through a cast, which is not const.
        let constant = (!access.overlaps).then(|| quote!(const));
        let runtime = &self.runtime;
        let view = |mutable: bool| {
            access.overlaps.then(|| {
                if mutable {
                    quote!(let bytes = #runtime::__private::bytemuck::bytes_of_mut(self);)
                } else {
                    quote!(let bytes = #runtime::__private::bytemuck::bytes_of(self);)
                }
            })
        };
        let (read, write) = (view(false), view(true));
        let terms = pieces.iter().zip(&places).map(|(piece, place)| {
            let whole = piece.bits == 8;
            let mask = Literal::u8_unsuffixed(piece.mask());
            let shift = Literal::u32_unsuffixed(piece.shift);
            let position = Literal::u32_unsuffixed(piece.position);
            let mut term = quote!(#place);
            if piece.shift > 0 {
                term = quote!((#term >> #shift));
            }
            if !whole && piece.shift + piece.bits < 8 {
                term = quote!((#term & #mask));
            }
            term = quote!(#term as #int);
            if piece.position > 0 {
                term = quote!((#term) << #position);
            }
            if pieces.len() > 1 {
                term = quote!((#term));
            }
            term
        });
        let stores = pieces.iter().zip(&places).map(|(piece, place)| {
            let mask = piece.mask();
            let keep = Literal::u8_unsuffixed(!(mask << piece.shift));
            let mask = Literal::u8_unsuffixed(mask);
            let shift = Literal::u32_unsuffixed(piece.shift);
            let position = Literal::u32_unsuffixed(piece.position);
            let mut bits = quote!(raw);
            if piece.position > 0 {
                bits = quote!((#bits >> #position));
            }
            // `as` cuts a byte out of a wider integer; a byte stays one.
            if piece.bits == 8 {
                return quote!(#place = #bits as ::core::primitive::u8;);
            }
            bits = quote!((#bits as ::core::primitive::u8 & #mask));
            if piece.shift > 0 {
                bits = quote!((#bits << #shift));
            }
            quote!(#place = (#place & #keep) | #bits;)
        });
        let c = declaration(self.schema, access);
        let get = format!("`{c};`");
        let set = format!("Writes `{c};`. Bits of the value beyond the width are dropped.");
        let build = format!("The same with `{c};` written.");
        let builder = if of.union {
            let build = format!("All zero but `{c};`.");
            quote! {
                #[doc = #build]
                #[inline]
                #[must_use]
                pub fn #with(value: #ty) -> Self {
                    let mut new = Self::ZERO;
                    new.#setter(value);
                    new
                }
            }
        } else {
            quote! {
                #[doc = #build]
                #[inline]
                #[must_use]
                pub #constant fn #with(mut self, value: #ty) -> Self {
                    self.#setter(value);
                    self
                }
            }
        };
        let wrap = (base.wrap)(quote!(raw));
        let unwrap = (base.unwrap)(quote!(value));
        quote! {
            #[doc = #get]
            #[inline]
            #[must_use]
            pub #constant fn #getter(&self) -> #ty {
                #read
                let raw = #(#terms)|*;
                #wrap
            }

            #[doc = #set]
            #[inline]
            pub #constant fn #setter(&mut self, value: #ty) {
                let raw = #unwrap;
                #write
                #(#stores)*
            }

            #builder
        }
    }

    /// How the value of a bit-field of this declared type is computed.
    fn base(&self, id: TypeId, width: u32) -> Base {
        let runtime = &self.runtime;
        match self.schema.resolved(id) {
            Type::Int {
                kind: IntKind::Bool,
                ..
            } => {
                let (get, put) = (runtime.clone(), runtime.clone());
                Base {
                    ty: quote!(#runtime::Bool),
                    int: unsigned(1),
                    wrap: Box::new(move |raw| quote!(#get::Bool::from_raw(#raw))),
                    // A truth value is one bit, whatever the byte says.
                    unwrap: Box::new(move |value| quote!(#put::Bool::new(#value.get()).to_raw())),
                }
            }
            Type::Enum(e) => {
                let size = power_of_two(e.size);
                let ty = self.rust_type(id, Scope::Types);
                let (name, is_signed) = (ty.clone(), e.signed);
                Base {
                    ty,
                    int: unsigned(size),
                    wrap: Box::new(move |raw| {
                        let value = if is_signed {
                            extend(raw, size, width)
                        } else {
                            raw
                        };
                        quote!(#name(#value))
                    }),
                    unwrap: Box::new(move |value| {
                        let int = unsigned(size);
                        quote!(#value.0 as #int)
                    }),
                }
            }
            Type::Int {
                size,
                kind: IntKind::Signed,
                ..
            } => {
                let size = power_of_two(*size);
                Base {
                    ty: signed(size),
                    int: unsigned(size),
                    wrap: Box::new(move |raw| extend(raw, size, width)),
                    unwrap: Box::new(move |value| {
                        let int = unsigned(size);
                        quote!(#value as #int)
                    }),
                }
            }
            other => {
                let size = match other {
                    Type::Int { size, .. } => power_of_two(*size),
                    _ => power_of_two(width.div_ceil(8).next_power_of_two()),
                };
                Base {
                    ty: unsigned(size),
                    int: unsigned(size),
                    wrap: Box::new(|raw| raw),
                    unwrap: Box::new(|value| value),
                }
            }
        }
    }
}

struct Base {
    /// The type of the getter.
    ty: TokenStream,
    /// The unsigned integer in which bits are put together.
    int: TokenStream,
    wrap: Box<dyn Fn(TokenStream) -> TokenStream>,
    unwrap: Box<dyn Fn(TokenStream) -> TokenStream>,
}

fn power_of_two(size: u32) -> u32 {
    match size {
        1 | 2 | 4 | 8 => size,
        0 => 1,
        _ => 16,
    }
}

/// The sign bit of a value of `width` bits, copied into the bits above it.
fn extend(raw: TokenStream, size: u32, width: u32) -> TokenStream {
    let int = signed(size);
    let unused = Literal::u32_unsuffixed((size * 8).saturating_sub(width));
    quote!(((#raw << #unused) as #int) >> #unused)
}

impl Bytes<'_> {
    /// The byte of a piece as a place expression.
    fn byte(&self, piece: &Piece, overlaps: bool) -> Option<TokenStream> {
        if overlaps {
            let index = Literal::u64_unsuffixed(piece.byte);
            return (piece.byte < self.size).then(|| quote!(bytes[#index]));
        }
        let slot = self.parts.slots.iter().find(|slot| {
            matches!(slot.kind, SlotKind::Bits)
                && (slot.offset..slot.offset + slot.size).contains(&piece.byte)
        })?;
        let (field, index) = (
            &slot.ident,
            Literal::u64_unsuffixed(piece.byte - slot.offset),
        );
        Some(quote!(self.#field[#index]))
    }
}

/// The name of an accessor in `Debug`.
pub(crate) fn label(accessor: &Accessor<'_>) -> String {
    unraw(&accessor.getter)
}
