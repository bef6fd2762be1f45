//! Text as a schema: what reads expands to Rust, or to errors, in each form of
//! `#[ebpf_map]`.
#![no_main]
#![expect(dead_code, reason = "parts of mapgen-macros, which uses all of them")]

#[path = "../../../mapgen-macros/src/args.rs"]
mod args;
#[path = "../../../mapgen-macros/src/bind.rs"]
mod bind;
#[path = "../../../mapgen-macros/src/ctype.rs"]
mod ctype;
#[path = "../../../mapgen-macros/src/derive.rs"]
mod derive;
#[path = "../../../mapgen-macros/src/emit/mod.rs"]
mod emit;
#[path = "../../../mapgen-macros/src/map_struct.rs"]
mod map_struct;
#[path = "../../../mapgen-macros/src/module.rs"]
mod module;
#[path = "../../../mapgen-macros/src/records.rs"]
mod records;
#[path = "../../../mapgen-macros/src/report.rs"]
mod report;

/// In place of the file of that name, which reads what cargo points at.
mod find {
    use mapgen_schema::Schema;
    use syn::LitStr;

    use crate::report::Report;

    pub(crate) struct Env(pub(crate) Schema);

    pub(crate) struct Found {
        pub(crate) schema: Schema,
        pub(crate) path: String,
    }

    impl Env {
        pub(crate) fn load(&self, _: &LitStr, _: &mut Report) -> Option<Found> {
            Some(Found {
                schema: self.0.clone(),
                path: "/fuzz.schema".to_owned(),
            })
        }
    }
}

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
    let env = find::Env(schema);
    let parsed = |item| syn::parse2(item).expect("an item");
    is_rust(module::expand(
        quote!(object = "fuzz"),
        parsed(quote!(
            pub mod fuzz {}
        )),
        &env,
    ));
    if let Some(tag) = tag {
        let ctype = format!("struct {tag}");
        is_rust(ctype::expand(
            quote!(object = "fuzz", ctype = #ctype),
            syn::parse2(quote!(
                #[derive(Clone, Copy)]
                #[repr(C)]
                pub struct Fuzz {
                    a: u32,
                }
            ))
            .expect("an item"),
            &env,
        ));
    }
    if let Some(map) = map {
        is_rust(map_struct::expand(
            quote!(object = "fuzz", name = #map),
            syn::parse2(quote!(
                pub struct Fuzz {
                    key: u32,
                    value: u64,
                }
            ))
            .expect("an item"),
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
