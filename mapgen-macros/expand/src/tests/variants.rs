//! What another build of an object has otherwise.

use mapgen_schema::Variant;
use quote::quote;

use super::schema;
use crate::find::Env;

/// The expansion where the record's type is another one in a second build.
fn expanded(items: proc_macro2::TokenStream) -> String {
    let mut schema = schema("reached");
    schema.path = Some("/reached.bpf.o".to_owned());
    schema.variants.push(Variant {
        name: "v511".to_owned(),
        object: "reached.v511.bpf.o".to_owned(),
        path: Some("/reached.v511.bpf.o".to_owned()),
        differs: vec!["struct record".to_owned()],
    });
    let env = Env::of_schema(schema, "reached.schema");
    let module = quote!(pub mod reached { #items });
    crate::ebpf_map(quote!(object = "reached"), module, &env).to_string()
}

#[test]
fn another_build_stands_beside_the_object_as_bytes() {
    let tokens = expanded(quote!());
    assert!(!tokens.contains("compile_error"), "{tokens}");
    assert!(tokens.contains("pub static OBJECT_V511 :"), "{tokens}");
    assert!(
        tokens.contains("include_bytes ! (\"/reached.v511.bpf.o\")"),
        "{tokens}"
    );
}

#[test]
fn a_type_that_is_another_one_there_is_not_bound() {
    let tokens = expanded(quote! {
        #[ebpf_map(value = "struct record")]
        pub struct Records;
    });
    assert!(tokens.contains("compile_error"), "{tokens}");
    let said = "`struct record` is not the same in `reached.bpf.o` and in its variant \
                `reached.v511.bpf.o`";
    assert!(tokens.contains(said), "{tokens}");
}
