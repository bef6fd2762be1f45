//! Data sections: a struct for each, its variables as members.

use std::collections::BTreeSet;

use mapgen_schema::{Composite, Member, Section, names};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::rust_type::Scope;
use super::slots::{free, free_all};
use super::structs::Struct;
use super::{Cx, ident};

/// A section with the names that it gets in Rust.
pub(crate) struct BoundSection<'a> {
    pub(crate) section: &'a Section,
    /// `rodata`
    pub(crate) method: Ident,
    /// `RodataSection`
    pub(crate) name: Ident,
    /// The Rust names of its variables, which may repeat in C (`static` ones).
    vars: Vec<Ident>,
}

/// Sections that have variables.
pub(crate) fn bind<'a>(sections: &'a [Section], taken: &BTreeSet<String>) -> Vec<BoundSection<'a>> {
    let mut methods = BTreeSet::new();
    let mut used = taken.clone();
    sections
        .iter()
        .filter(|section| !section.vars.is_empty())
        .map(|section| {
            BoundSection {
                section,
                method: free(ident(&names::section_ident(&section.name)), &mut methods),
                name: free(
                    ident(&format!("{}Section", names::type_name(&section.name))),
                    &mut used,
                ),
                // `object!` adds a field to them.
                vars: free_all(section.vars.iter().map(|var| &var.name), "__section"),
            }
        })
        .collect()
}

impl BoundSection<'_> {
    fn is_readonly(&self) -> bool {
        let name = &self.section.name;
        name == ".kconfig" || name == ".rodata" || name.starts_with(".rodata.")
    }
}

impl Cx<'_> {
    /// The section's struct, for `types`.
    ///
    /// # Errors
    /// When variables overlap.
    pub(crate) fn section_type(&self, bound: &BoundSection<'_>) -> Result<TokenStream, String> {
        let section = bound.section;
        let ctype = format!("section {}", section.name);
        let composite = Composite {
            union: false,
            name: Some(section.name.clone()),
            size: section.size,
            members: section
                .vars
                .iter()
                .zip(&bound.vars)
                .map(|(var, name)| Member {
                    name: Some(super::unraw(name)),
                    ty: var.ty,
                    bit_offset: u64::from(var.offset) * 8,
                    bitfield: None,
                })
                .collect(),
        };
        let doc = format!(
            "The variables of section `{}`, {} bytes.",
            section.name, section.size
        );
        self.structure(&Struct {
            name: bound.name.clone(),
            ctype: &ctype,
            composite: &composite,
            doc: quote!(#[doc = #doc]),
            derives: &[],
        })
        .map_err(|what| format!("section `{}`: {what}", section.name))
    }

    /// The section's entry for `object!`.
    pub(crate) fn section_entry(&self, bound: &BoundSection<'_>) -> TokenStream {
        let BoundSection {
            section,
            method,
            name,
            vars,
        } = bound;
        let c = &section.name;
        let vars = section.vars.iter().zip(vars).map(|(var, name)| {
            let ty = self.rust_type(var.ty, Scope::Module);
            let offset = Literal::u32_unsuffixed(var.offset);
            quote!(#name: #ty = #offset,)
        });
        let readonly = bound.is_readonly().then(|| ident("readonly"));
        let btf = section.btf.as_ref().map(|btf| {
            let bytes = Literal::byte_string(&btf.bytes);
            let value = Literal::u32_unsuffixed(btf.value);
            quote!(btf(#bytes, #value))
        });
        quote!(#method: types::#name = #c { #(#vars)* } #readonly #btf,)
    }
}
