//! Getters and setters of members that are no Rust fields: bit-fields, and members of
//! unions.

use std::collections::BTreeSet;

use mapgen_schema::{Endian, IntKind, Type, TypeId, names};
use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::quote;

use super::bits::{Piece, pieces};
use super::rust_type::{Scope, signed, unsigned};
use super::slots::{Access, Parts, declaration, free};
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

/// The bytes of a type.
pub(crate) struct Bytes {
    /// The alignment of the whole.
    pub(crate) pack: u32,
    pub(crate) size: u64,
    pub(crate) union: bool,
}

impl Cx<'_> {
    /// The methods of every accessor.
    pub(crate) fn accessors(&self, accessors: &[Accessor<'_>], of: &Bytes) -> TokenStream {
        accessors
            .iter()
            .map(|accessor| match accessor.access.bits {
                Some(0) => TokenStream::new(),
                Some(width) => self.bitfield(accessor, width, of),
                None => self.overlapping(accessor, of),
            })
            .collect()
    }

    fn overlapping(&self, accessor: &Accessor<'_>, of: &Bytes) -> TokenStream {
        let Accessor {
            access,
            getter,
            setter,
            reference,
            ..
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
        let builder = self.builder(accessor, &ty, of);
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
            pub const fn #getter(&self) -> #ty {
                #runtime::__private::load::<#start, _, _>(self)
            }

            #[doc = #set]
            #[inline]
            pub const fn #setter(&mut self, value: #ty) {
                #runtime::__private::store::<#start, _, _>(self, value);
            }

            #builder
            #reference
        }
    }

    /// `with_…` of a struct, `from_…` of a union.
    fn builder(&self, accessor: &Accessor<'_>, ty: &TokenStream, of: &Bytes) -> TokenStream {
        let Accessor {
            access,
            setter,
            with,
            ..
        } = accessor;
        let c = declaration(self.schema, access);
        if of.union {
            let doc = format!("All zero but `{c};`.");
            quote! {
                #[doc = #doc]
                #[inline]
                #[must_use]
                pub const fn #with(value: #ty) -> Self {
                    let mut new = Self::ZERO;
                    new.#setter(value);
                    new
                }
            }
        } else {
            let doc = format!("The same with `{c};` written.");
            quote! {
                #[doc = #doc]
                #[inline]
                #[must_use]
                pub const fn #with(mut self, value: #ty) -> Self {
                    self.#setter(value);
                    self
                }
            }
        }
    }

    fn bitfield(&self, accessor: &Accessor<'_>, width: u32, of: &Bytes) -> TokenStream {
        let Accessor {
            access,
            getter,
            setter,
            ..
        } = accessor;
        let fits = access.bit_offset.saturating_add(width.into()) <= 8 * of.size;
        if !fits || u64::from(width) > 8 * self.schema.size(access.ty) {
            return TokenStream::new();
        }
        let base = self.base(access.ty, width);
        let ty = &base.ty;
        let pieces = pieces(self.schema.endian, access.bit_offset, width, of.size);
        let terms = pieces.iter().map(|&piece| self.term(piece, base.size));
        let raw = bare(quote!(#(#terms)|*));
        let stores = pieces.iter().map(|&piece| self.store(piece, base.size));
        let c = declaration(self.schema, access);
        let get = format!("`{c};`");
        let set = format!("Writes `{c};`. Bits of the value beyond the width are dropped.");
        let wrap = (base.wrap)(quote!(raw));
        let unwrap = (base.unwrap)(quote!(value));
        let builder = self.builder(accessor, ty, of);
        quote! {
            #[doc = #get]
            #[inline]
            #[must_use]
            pub const fn #getter(&self) -> #ty {
                let raw = #raw;
                #wrap
            }

            #[doc = #set]
            #[inline]
            pub const fn #setter(&mut self, value: #ty) {
                let raw = #unwrap;
                #(#stores)*
            }

            #builder
        }
    }

    /// The integer that a piece is in.
    fn unit(&self, piece: Piece) -> TokenStream {
        let runtime = &self.runtime;
        let (at, int) = (Literal::u64_unsuffixed(piece.byte), unsigned(piece.size));
        let load = quote!(#runtime::__private::load);
        match (piece.size, self.schema.endian) {
            (1, _) => quote!(#load::<#at, #int, _>(self)),
            (_, Endian::Little) => quote!(#int::from_le(#load::<#at, _, _>(self))),
            (_, Endian::Big) => quote!(#int::from_be(#load::<#at, _, _>(self))),
        }
    }

    /// A piece as a term of the value, which has `size` bytes.
    fn term(&self, piece: Piece, size: u32) -> TokenStream {
        let mut term = self.unit(piece);
        if piece.shift > 0 {
            let shift = Literal::u32_unsuffixed(piece.shift);
            term = quote!((#term >> #shift));
        }
        if piece.shift + piece.bits < 8 * piece.size {
            let mask = hex(piece.mask());
            term = quote!((#term & #mask));
        }
        if piece.size != size {
            let int = unsigned(size);
            term = quote!((#term as #int));
        }
        if piece.position > 0 {
            let position = Literal::u32_unsuffixed(piece.position);
            term = quote!((#term << #position));
        }
        term
    }

    /// Writes what of `raw`, which has `size` bytes, belongs into a piece.
    fn store(&self, piece: Piece, size: u32) -> TokenStream {
        let mut bits = quote!(raw);
        if piece.position > 0 {
            let position = Literal::u32_unsuffixed(piece.position);
            bits = quote!((#bits >> #position));
        }
        if piece.size != size {
            // `as` cuts a narrow integer out of a wider one.
            let int = unsigned(piece.size);
            bits = quote!((#bits as #int));
        }
        if !piece.is_whole() {
            let mask = hex(piece.mask());
            bits = quote!((#bits & #mask));
            if piece.shift > 0 {
                let shift = Literal::u32_unsuffixed(piece.shift);
                bits = quote!((#bits << #shift));
            }
            let others = hex(piece.others());
            bits = quote!(((unit & #others) | #bits));
        }
        let unit = (!piece.is_whole()).then(|| {
            let unit = self.unit(piece);
            quote!(let unit = #unit;)
        });
        let ordered = match (piece.size, self.schema.endian) {
            (1, _) => bare(bits),
            (_, Endian::Little) => quote!(#bits.to_le()),
            (_, Endian::Big) => quote!(#bits.to_be()),
        };
        let (runtime, at) = (&self.runtime, Literal::u64_unsuffixed(piece.byte));
        quote! {
            #unit
            #runtime::__private::store::<#at, _, _>(self, #ordered);
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
                    size: 1,
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
                    size,
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
                    size,
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
                    size,
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
    /// The size of the unsigned integer in which bits are put together.
    size: u32,
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

/// An expression without the parentheses around all of it.
fn bare(expression: TokenStream) -> TokenStream {
    let mut tokens = expression.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            group.stream()
        }
        _ => expression,
    }
}

/// A mask as people read one.
fn hex(mask: u128) -> Literal {
    format!("{mask:#x}")
        .parse()
        .expect("hexadecimal digits are a literal")
}

/// The name of an accessor in `Debug`.
pub(crate) fn label(accessor: &Accessor<'_>) -> String {
    unraw(&accessor.getter)
}
