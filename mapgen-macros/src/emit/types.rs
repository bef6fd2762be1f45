//! The module `types`: every type that something bound reaches.

use std::collections::{BTreeMap, BTreeSet};

use mapgen_schema::{Schema, Type, TypeId, ctext};
use proc_macro2::TokenStream;
use quote::quote;

use super::Cx;
use super::rust_type::is_kernel_owned;
use super::structs::Struct;

/// The structs, unions and enums that types reach, those behind pointers excepted.
pub(crate) fn reached(
    schema: &Schema,
    roots: impl IntoIterator<Item = TypeId>,
) -> BTreeSet<TypeId> {
    let mut reached = BTreeSet::new();
    for root in roots {
        reach(schema, root, false, &mut reached);
    }
    reached
}

/// `flattened`: the type itself is an anonymous member, so it has no Rust type.
fn reach(schema: &Schema, id: TypeId, flattened: bool, out: &mut BTreeSet<TypeId>) {
    let id = schema.resolved_id(id);
    match schema.ty(id) {
        Type::Array { element, .. } => reach(schema, *element, false, out),
        Type::Composite(composite) => {
            if is_kernel_owned(composite.name.as_deref()) || (!flattened && !out.insert(id)) {
                return;
            }
            for member in &composite.members {
                reach(schema, member.ty, member.name.is_none(), out);
            }
        }
        Type::Enum(_) => {
            out.insert(id);
        }
        _ => {}
    }
}

impl Cx<'_> {
    /// Two C types that would take one Rust name.
    pub(crate) fn collisions(&self) -> Vec<String> {
        let mut by_name: BTreeMap<String, Vec<TypeId>> = BTreeMap::new();
        for &id in &self.emitted {
            if self.externs.contains_key(&id) {
                continue;
            }
            let name = self.type_ident(id).to_string();
            if matches!(self.schema.ty(id), Type::Enum(_)) {
                by_name
                    .entry(format!("{name}Variant"))
                    .or_default()
                    .push(id);
            }
            by_name.entry(name).or_default().push(id);
        }
        by_name
            .into_iter()
            .filter(|(_, ids)| ids.len() > 1)
            .map(|(name, ids)| {
                let ctypes: Vec<String> =
                    ids.iter().map(|&id| ctext::name(self.schema, id)).collect();
                format!(
                    "{} would take one Rust name, `{name}`\n\
                     help: name one yourself: `rename(\"{}\" = \"{name}2\")`",
                    crate::report::list(ctypes.iter().map(String::as_str), "and"),
                    ctypes.last().map_or("", String::as_str),
                )
            })
            .collect()
    }

    /// The items of `types`, and what is wrong with the object's numbers.
    pub(crate) fn types(&self) -> (TokenStream, Vec<String>) {
        let mut tokens = TokenStream::new();
        let mut errors = Vec::new();
        for &id in &self.emitted {
            if self.externs.contains_key(&id) {
                continue;
            }
            let derives = self.derives.get(&id).map_or(&[][..], Vec::as_slice);
            tokens.extend(match self.schema.ty(id) {
                Type::Enum(e) => self.enumeration(id, e, derives),
                Type::Composite(composite) if composite.union => self.union(id, composite, derives),
                Type::Composite(composite) => {
                    let ctype = ctext::name(self.schema, id);
                    let structure = self.structure(&Struct {
                        name: self.type_ident(id),
                        ctype: &ctype,
                        composite,
                        doc: self.type_doc(id),
                        derives,
                    });
                    structure.unwrap_or_else(|what| {
                        errors.push(format!("`{ctype}`: {what}"));
                        TokenStream::new()
                    })
                }
                _ => TokenStream::new(),
            });
        }
        (tokens, errors)
    }

    /// The checks of types that the user wrote elsewhere.
    pub(crate) fn extern_checks(&self) -> TokenStream {
        let runtime = &self.runtime;
        self.externs
            .iter()
            .map(|(&id, path)| {
                let place = format!("`{}`", ctext::name(self.schema, id));
                let rust = super::rust_type::extern_path(path, super::rust_type::Scope::Module);
                let expected = self.expected(id);
                let call = super::call_on(
                    path,
                    &quote!(#runtime::__private::check::assert_layout),
                    quote!(#place, &<#rust as #runtime::CLayout>::LAYOUT, #expected),
                );
                quote!(const _: () = #call;)
            })
            .collect()
    }
}
