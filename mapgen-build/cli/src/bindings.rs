//! The Rust that stands for an object, as far as a line has room for.

use std::collections::BTreeMap;

use mapgen_expand::Env;
use mapgen_schema::{Schema, names};
use quote::{ToTokens, quote};
use syn::{Fields, ImplItem, Item, ReturnType};

/// Structs by name.
#[derive(Default)]
pub(crate) struct Bindings {
    structs: BTreeMap<String, Struct>,
}

#[derive(Default)]
struct Struct {
    head: String,
    /// Fields, and what reads the members that are no fields.
    members: BTreeMap<String, String>,
}

impl Bindings {
    /// What the macro makes of a schema; nothing where it refuses.
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut bindings = Self::default();
        let tokens = mapgen_expand::ebpf_map(
            quote!(object = "object"),
            quote!(
                mod object {}
            ),
            &Env::of_schema(schema.clone(), ""),
        );
        if let Ok(file) = syn::parse2::<syn::File>(tokens) {
            bindings.add(&file.items);
        }
        bindings
    }

    /// `pub struct FlowKey {`
    pub(crate) fn head(&self, rust: &str) -> Option<&str> {
        Some(&self.structs.get(rust)?.head)
    }

    /// `pub saddr: Be<u32>,` for a member of a struct or union, by its name in C.
    pub(crate) fn member(&self, rust: &str, member: &str) -> Option<&str> {
        let members = &self.structs.get(rust)?.members;
        members.get(&names::ident(member)).map(String::as_str)
    }

    fn add(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.add(items);
                    }
                }
                Item::Struct(item) => self.add_struct(item),
                Item::Impl(block) if block.trait_.is_none() => self.add_accessors(block),
                _ => {}
            }
        }
    }

    fn add_struct(&mut self, item: &syn::ItemStruct) {
        let Fields::Named(fields) = &item.fields else {
            return;
        };
        let name = item.ident.to_string();
        let known = self.structs.entry(name.clone()).or_default();
        known.head = format!("pub struct {name} {{");
        for field in &fields.named {
            if let Some(ident) = &field.ident {
                let text = format!("    pub {ident}: {},", short(&field.ty));
                known.members.insert(ident.to_string(), text);
            }
        }
    }

    /// Bit-fields and members of unions are read by methods of their name.
    fn add_accessors(&mut self, block: &syn::ItemImpl) {
        let known = self.structs.entry(short(&block.self_ty)).or_default();
        for item in &block.items {
            let ImplItem::Fn(method) = item else {
                continue;
            };
            let signature = &method.sig;
            if let (1, Some(_), ReturnType::Type(_, ty)) = (
                signature.inputs.len(),
                signature.receiver(),
                &signature.output,
            ) {
                let name = signature.ident.to_string();
                let text = format!("    fn {name}(&self) -> {}", short(ty));
                known.members.entry(name).or_insert(text);
            }
        }
    }
}

/// A type without the paths that lead to it: `Be<u32>`.
fn short(ty: &impl ToTokens) -> String {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    let mut short = String::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            ':' => word.clear(),
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                short += &word;
                word.clear();
                short.push(c);
                if matches!(c, ',' | ';') {
                    short.push(' ');
                }
            }
        }
    }
    short + &word
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn a_type_is_short_without_its_paths() {
        let ty = quote!(::mapgen_runtime::Be<::core::primitive::u16>);
        assert_eq!(super::short(&ty), "Be<u16>");
        assert_eq!(super::short(&quote!([::a::T; 4])), "[T; 4]");
    }
}
