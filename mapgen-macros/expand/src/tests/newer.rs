//! Maps that need a newer kernel than `min_kernel` says.

use proc_macro2::TokenStream;
use quote::quote;

use super::schema;
use crate::find::Env;

/// The errors of an expansion of object `maps`, whose map `events` is too new.
fn errors(args: TokenStream, item: TokenStream) -> Vec<String> {
    let mut schema = schema("maps");
    let need = "map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4";
    let newer = ("events", need, "mapgen.toml:2");
    schema.newer = vec![(newer.0.to_owned(), newer.1.to_owned(), newer.2.to_owned())];
    let env = Env::of_schema(schema, "maps.schema");
    let expanded = crate::ebpf_map(args, item, &env).to_string();
    let calls = expanded.split("compile_error !").skip(1);
    calls
        .map(|call| call.split('"').nth(1).unwrap_or_default().to_owned())
        .collect()
}

const SAID: &str = "map `events` of object `maps`: map type `ringbuf` needs Linux 5.8, \
                    `min_kernel` is 5.4 [M0110]";

#[test]
fn a_map_that_is_too_new_is_refused() {
    for item in [
        quote!(
            pub mod maps {}
        ),
        quote!(
            pub mod maps {
                #[ebpf_map(name = "events", value = "struct event")]
                pub struct Events;
            }
        ),
    ] {
        let errors = errors(quote!(object = "maps"), item);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with(SAID), "{errors:?}");
        assert!(
            errors[0].contains("`mapgen.toml:2` asks for it"),
            "{errors:?}"
        );
    }
    // libbpf creates it, bound or not.
    let errors = errors(
        quote!(object = "maps", only_declared),
        quote!(
            pub mod maps {}
        ),
    );
    assert_eq!(errors.len(), 1, "{errors:?}");
}

#[test]
fn an_optional_map_may_be_newer() {
    let item = quote!(
        pub mod maps {
            #[ebpf_map(name = "events", value = "struct event", optional)]
            pub struct Events;
        }
    );
    assert_eq!(errors(quote!(object = "maps"), item), [""; 0]);
}
