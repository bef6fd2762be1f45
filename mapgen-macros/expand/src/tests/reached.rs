//! Which types are bound: what something bound holds, and nothing else.

use std::collections::BTreeSet;

use quote::quote;
use syn::Item;

use super::env;

/// The structs and enums in `types`, but those that go along with an enumeration or a
/// section.
fn bound(args: proc_macro2::TokenStream, items: proc_macro2::TokenStream) -> BTreeSet<String> {
    let module = quote!(pub mod reached { #items });
    let file: syn::File =
        syn::parse2(crate::ebpf_map(args, module, &env())).expect("an expansion is items");
    let types = inside(file.items, "reached").and_then(|items| inside(items, "types"));
    types
        .expect("a module `types`")
        .into_iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .filter(|name| !name.ends_with("Section"))
        .collect()
}

fn inside(items: Vec<Item>, name: &str) -> Option<Vec<Item>> {
    items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(module.content?.1),
        _ => None,
    })
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

const WITHOUT_RECORDS: [&str; 7] = [
    "GlobalValue",
    "InnerValue",
    "Key",
    "Kind",
    "Part",
    "Value",
    "ValueHalves",
];

#[test]
fn types_behind_pointers_and_definitions_of_maps_are_not_bound() {
    let bound = bound(quote!(object = "reached"), quote!());
    assert_eq!(bound, set(&WITHOUT_RECORDS));
}

#[test]
fn a_declared_record_is_bound_with_what_it_holds() {
    let bound = bound(
        quote!(object = "reached"),
        quote! {
            #[ebpf_map(value = "struct record")]
            pub struct Records;
        },
    );
    let expected = [&WITHOUT_RECORDS[..], &["InRecord", "Record"]].concat();
    assert_eq!(bound, set(&expected));
}

#[test]
fn only_declared_maps_bring_their_types() {
    let bound = bound(
        quote!(object = "reached", only_declared),
        quote! {
            #[ebpf_map(value = "struct record")]
            pub struct Records;
        },
    );
    assert_eq!(bound, set(&["InRecord", "GlobalValue", "Record"]));
}

#[test]
fn the_same_object_gives_the_same_tokens() {
    let expand = || {
        let module = quote!(
            pub mod kinds {}
        );
        crate::ebpf_map(quote!(object = "kinds"), module, &env()).to_string()
    };
    let first = expand();
    // Each thread has hash seeds of its own; the goldens compare processes.
    for _ in 0..4 {
        std::thread::scope(|scope| {
            let other = scope.spawn(expand).join().expect("it expands");
            assert_eq!(first, other);
        });
    }
}
