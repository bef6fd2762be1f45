//! What is expanded, pretty-printed, beside what is committed. `MAPGEN_BLESS=1` writes
//! it anew; read the diff.

use quote::quote;

use super::{env, folder};

fn check(name: &str, args: proc_macro2::TokenStream, item: proc_macro2::TokenStream) {
    let expanded = crate::ebpf_map(args, item, &env());
    let file =
        syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{name}: {error}\n{expanded}"));
    let text = format!(
        "// The expansion of `golden::{name}` in `mapgen-macros/expand/src/tests/golden.rs`.\n{}",
        prettyplease::unparse(&file)
    );
    let path = folder().join(format!("{name}.rs"));
    if std::env::var_os("MAPGEN_BLESS").is_some() {
        std::fs::write(&path, text).expect("the folder can be written");
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed != text {
        let first = committed
            .lines()
            .zip(text.lines())
            .position(|(a, b)| a != b)
            .unwrap_or_else(|| committed.lines().count().min(text.lines().count()));
        panic!(
            "{} differs from line {}: expected\n  {}\nexpanded\n  {}\n\
             bless it with MAPGEN_BLESS=1 and read the diff",
            path.display(),
            first + 1,
            committed.lines().nth(first).unwrap_or("(end)"),
            text.lines().nth(first).unwrap_or("(end)"),
        );
    }
}

#[test]
fn a_module_binds_every_map_and_what_it_refines() {
    check(
        "maps",
        quote!(object = "maps"),
        quote! {
            /// The maps of the test.
            pub mod maps {
                /// Live connections.
                #[ebpf_map(min_entries = 60_000, kind = hash)]
                pub struct Conns;

                #[cfg(all())]
                #[ebpf_map(name = "events", value = "struct event", optional)]
                pub(crate) struct Records;

                #[ebpf_map(key = u32, value = i64, max_entries = 8)]
                pub struct Untyped;

                /// Not ours.
                pub const ANSWER: u32 = 42;
            }
        },
    );
}

#[test]
fn bit_fields_have_getters_and_setters_on_little_endian() {
    check(
        "bits_el",
        quote!(object = "bits_el"),
        quote!(
            pub mod bits_el {}
        ),
    );
}

#[test]
fn bit_fields_have_getters_and_setters_on_big_endian() {
    check(
        "bits_eb",
        quote!(object = "bits_eb"),
        quote!(
            pub mod bits_eb {}
        ),
    );
}

#[test]
fn unions_are_bytes_with_accessors() {
    check(
        "unions",
        quote!(object = "unions"),
        quote!(
            pub mod unions {}
        ),
    );
}

#[test]
fn enumerations_hold_any_integer() {
    check(
        "enums",
        quote!(object = "enums"),
        quote!(
            pub mod enums {}
        ),
    );
}

#[test]
fn every_other_kind_of_member_has_a_type() {
    check(
        "kinds",
        quote!(object = "kinds"),
        quote!(
            pub mod kinds {}
        ),
    );
}

#[test]
fn a_struct_binds_one_map_to_types_of_the_users() {
    check(
        "map_struct",
        quote!(object = "maps", name = "conns", min_entries = 1_000),
        quote! {
            /// Live connections.
            pub struct Conns {
                key: net::FlowKey,
                #[ebpf_map(foreign)]
                value: [u64; 3],
            }
        },
    );
}

#[test]
fn a_struct_with_ctype_is_checked_field_by_field() {
    check(
        "ctype",
        quote!(object = "maps", ctype = "struct flow_key"),
        quote! {
            /// A key of the user's.
            #[derive(Clone, Copy)]
            #[repr(C)]
            pub struct FlowKey {
                saddr: Be<u32>,
                daddr: Be<u32>,
                sport: Be<u16>,
                dport: Be<u16>,
                proto: u8,
                pad: [u8; 3],
            }
        },
    );
}

#[test]
fn a_derive_describes_and_proves() {
    let expanded = crate::derive::expand(quote! {
        #[derive(Clone, Copy, CLayout)]
        #[repr(C)]
        #[ebpf_map(crate = "my::runtime")]
        struct Pair {
            r#type: u32,
            #[ebpf_map(foreign)]
            id: [u8; 4],
        }
    });
    let file = syn::parse2(expanded).expect("an expansion is items");
    let text = prettyplease::unparse(&file);
    for part in [
        "assert_no_padding",
        "unsafe impl my::runtime::CLayout for Pair",
        "\"type\",",
        "Kind::Opaque",
    ] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}
