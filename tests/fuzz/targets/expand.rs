//! Text as a schema: what reads expands to Rust, or to errors, in each form of
//! `#[ebpf_map]`.
#![no_main]

use mapgen_expand::{Env, ebpf_map};
use mapgen_schema::{Type, text};
use quote::quote;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let Ok(schema) = text::read(input) else {
        return;
    };
    let tag = schema.types.iter().find_map(|ty| match ty {
        Type::Composite(composite) => composite.name.clone(),
        _ => None,
    });
    let map = schema.maps.first().map(|map| map.name.clone());
    let env = Env::of_schema(schema, "/fuzz.schema");
    is_rust(ebpf_map(
        quote!(object = "fuzz"),
        quote!(
            pub mod fuzz {}
        ),
        &env,
    ));
    if let Some(tag) = tag {
        let ctype = format!("struct {tag}");
        is_rust(ebpf_map(
            quote!(object = "fuzz", ctype = #ctype),
            quote!(
                #[derive(Clone, Copy)]
                #[repr(C)]
                pub struct Fuzz {
                    a: u32,
                }
            ),
            &env,
        ));
    }
    if let Some(map) = map {
        is_rust(ebpf_map(
            quote!(object = "fuzz", name = #map),
            quote!(
                pub struct Fuzz {
                    key: u32,
                    value: u64,
                }
            ),
            &env,
        ));
    }
});

fn is_rust(tokens: proc_macro2::TokenStream) {
    let file = syn::parse2::<syn::File>(tokens.clone());
    if let Err(error) = file {
        panic!("{error} in\n{tokens}");
    }
}
