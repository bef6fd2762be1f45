//! Layout tables: what a generated type says of itself, and what the object says of a
//! type that the user wrote.

use std::collections::BTreeSet;

use mapgen_schema::{Composite, IntKind, Type, TypeId, ctext, names};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::rust_type::{Scope, is_kernel_owned, promised_order};
use super::{Cx, ident, unraw};

/// A member as a layout table has it: those of anonymous structs and unions count as
/// their parent's.
pub(crate) struct Row {
    /// The C name, as Rust spells it without `r#`.
    pub(crate) name: String,
    pub(crate) ty: TypeId,
    pub(crate) bit_offset: u64,
    pub(crate) bits: Option<u32>,
    /// Whether it is a member of an anonymous union.
    pub(crate) overlaps: bool,
}

impl Cx<'_> {
    /// The members of a struct or union, in the order of the C source.
    pub(crate) fn rows(&self, composite: &Composite) -> Vec<Row> {
        let mut rows = Vec::new();
        self.collect_rows(composite, 0, false, &mut rows);
        rows
    }

    fn collect_rows(&self, composite: &Composite, base: u64, overlaps: bool, out: &mut Vec<Row>) {
        for member in &composite.members {
            let bit_offset = base + member.bit_offset;
            match (&member.name, self.schema.ty(member.ty)) {
                (None, Type::Composite(inner)) => {
                    self.collect_rows(inner, bit_offset, overlaps || inner.union, out);
                }
                (None, _) => {}
                (Some(name), _) => out.push(Row {
                    name: unraw(&ident(&names::ident(name))),
                    ty: member.ty,
                    bit_offset,
                    bits: member.bitfield,
                    overlaps,
                }),
            }
        }
    }

    /// `Kind::Struct(&[…])` of a generated type, in terms of its members' own tables.
    pub(crate) fn own_kind(&self, composite: &Composite) -> TokenStream {
        let runtime = &self.runtime;
        let members = self.rows(composite).into_iter().map(|row| {
            let layout = match row.bits {
                Some(_) => self.scalar(row.ty),
                None => {
                    let ty = self.rust_type(row.ty, Scope::Types);
                    quote!(<#ty as #runtime::CLayout>::LAYOUT)
                }
            };
            self.member(&row, &layout)
        });
        let kind = kind_of(composite);
        quote!(#runtime::__private::layout::Kind::#kind(&[#(#members),*]))
    }

    /// A reference to the table that the object gives for a type.
    pub(crate) fn expected(&self, id: TypeId) -> TokenStream {
        let mut done = BTreeSet::new();
        let mut consts = TokenStream::new();
        self.expect(id, &mut done, &mut consts);
        let name = const_name(id);
        quote!({ #consts &#name })
    }

    fn expect(&self, id: TypeId, done: &mut BTreeSet<TypeId>, out: &mut TokenStream) {
        if !done.insert(id) {
            return;
        }
        let runtime = &self.runtime;
        let layout = match self.schema.resolved(id) {
            Type::Array { element, count } => {
                self.expect(*element, done, out);
                let element = const_name(*element);
                let count = Literal::u32_unsuffixed(*count);
                self.layout(
                    id,
                    &quote!(#runtime::__private::layout::Kind::Array {
                        element: &#element,
                        count: #count,
                    }),
                )
            }
            Type::Composite(composite) if !is_kernel_owned(composite.name.as_deref()) => {
                let rows = self.rows(composite);
                for row in &rows {
                    self.expect(row.ty, done, out);
                }
                let members = rows.iter().map(|row| {
                    let layout = const_name(row.ty);
                    self.member(row, &quote!(#layout))
                });
                let kind = kind_of(composite);
                self.layout(
                    id,
                    &quote!(#runtime::__private::layout::Kind::#kind(&[#(#members),*])),
                )
            }
            _ => self.scalar(id),
        };
        let name = const_name(id);
        out.extend(quote! {
            const #name: #runtime::__private::layout::Layout = #layout;
        });
    }

    fn layout(&self, id: TypeId, kind: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        let name = ctext::name(self.schema, id);
        let size = Literal::u64_unsuffixed(self.schema.size(id));
        quote! {
            #runtime::__private::layout::Layout { name: #name, size: #size, kind: #kind }
        }
    }

    fn scalar(&self, id: TypeId) -> TokenStream {
        let runtime = &self.runtime;
        let kind = match self.schema.resolved(id) {
            Type::Int { kind, .. } => match kind {
                IntKind::Char => quote!(Char),
                IntKind::Bool => quote!(Bool),
                IntKind::Signed | IntKind::Unsigned => {
                    let signed = *kind == IntKind::Signed;
                    let order = match promised_order(self.schema, id) {
                        Some("Be") => quote!(Big),
                        Some(_) => quote!(Little),
                        None => quote!(Any),
                    };
                    quote!(Int {
                        signed: #signed,
                        order: #runtime::__private::layout::Order::#order,
                    })
                }
            },
            Type::Float { size: 4 | 8, .. } => quote!(Float),
            Type::Enum(_) => quote!(Enum),
            Type::Pointer { .. } => quote!(Pointer),
            _ => quote!(Opaque),
        };
        self.layout(id, &quote!(#runtime::__private::layout::Kind::#kind))
    }

    fn member(&self, row: &Row, layout: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        let member = quote!(#runtime::__private::layout::Member);
        let name = &row.name;
        let made = match row.bits {
            Some(bits) => {
                let at = Literal::u64_unsuffixed(row.bit_offset);
                let bits = Literal::u32_unsuffixed(bits);
                quote!(#member::bits(#name, #at, #bits, #layout))
            }
            None => {
                let at = Literal::u64_unsuffixed(row.bit_offset / 8);
                quote!(#member::new(#name, #at, #layout))
            }
        };
        if row.overlaps {
            quote!(#made.overlapping())
        } else {
            made
        }
    }
}

fn kind_of(composite: &Composite) -> Ident {
    ident(if composite.union { "Union" } else { "Struct" })
}

fn const_name(id: TypeId) -> Ident {
    format_ident!("TYPE_{}", id.0)
}
