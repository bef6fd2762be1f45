//! The module `types`: every type that something bound reaches.

use std::collections::{BTreeMap, BTreeSet};

use mapgen_schema::{Composite, Enum, Schema, Type, TypeId, ctext, names};
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
    /// C types that would take one Rust name, each set with the `rename` that settles it.
    pub(crate) fn collisions(&self) -> Vec<String> {
        let mut by_name: BTreeMap<String, Vec<TypeId>> = BTreeMap::new();
        for &id in &self.emitted {
            if self.externs.contains_key(&id) {
                continue;
            }
            let name = self.type_ident(id).to_string();
            if matches!(self.schema.ty(id), Type::Enum(_)) {
                let variant = names::variant_name(&name);
                by_name.entry(variant).or_default().push(id);
            }
            by_name.entry(name).or_default().push(id);
        }
        let mut collisions = Vec::new();
        for (name, ids) in by_name.iter().filter(|(_, ids)| ids.len() > 1) {
            let ctypes: Vec<String> = ids.iter().map(|&id| self.spelling(id)).collect();
            let free = (2_u64..)
                .map(|number| format!("{name}{number}"))
                .filter(|name| !by_name.contains_key(name));
            let renames: Vec<String> = ctypes[1..]
                .iter()
                .zip(free)
                .map(|(ctype, free)| format!("\"{ctype}\" = \"{free}\""))
                .collect();
            collisions.push(format!(
                "{} would take one Rust name, `{name}`\n\
                 help: choose another: `rename({})`",
                crate::report::list(ctypes.iter().map(String::as_str), "and"),
                renames.join(", "),
            ));
        }
        collisions
    }

    /// How C, and so the user, spells a type: an anonymous one by its typedef.
    fn spelling(&self, id: TypeId) -> String {
        let (Type::Composite(Composite { name, .. }) | Type::Enum(Enum { name, .. })) =
            self.schema.ty(id)
        else {
            return ctext::name(self.schema, id);
        };
        let typedef = || {
            self.schema.types.iter().enumerate().find_map(|(at, ty)| {
                let at = TypeId(u32::try_from(at).ok()?);
                match ty {
                    Type::Typedef { name, .. } if names::named_by(self.schema, at) == id => {
                        Some(name.clone())
                    }
                    _ => None,
                }
            })
        };
        match name {
            Some(_) => ctext::name(self.schema, id),
            None => typedef().unwrap_or_else(|| ctext::name(self.schema, id)),
        }
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
                    let structure = structure.unwrap_or_else(|what| {
                        errors.push(format!("`{ctype}`: {what}"));
                        TokenStream::new()
                    });
                    let flexible = self.flexible(&self.type_ident(id), composite);
                    quote!(#structure #flexible)
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
