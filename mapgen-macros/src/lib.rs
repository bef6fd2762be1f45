//! The macros of mapgen. Use them through `mapgen-runtime`, which re-exports them.
//!
//! The way of the data:
//!
//! 1. [`args`] reads the attribute's arguments;
//! 2. [`find`] reads the schema that `mapgen-build` left in `OUT_DIR`;
//! 3. [`module`], [`map_struct`] and [`ctype`] (the three forms of `#[ebpf_map]`) and
//!    [`derive`] decide what is bound to what, and what is wrong;
//! 4. [`emit`] turns the schema into tokens: types, proofs, handles, sections;
//! 5. [`report`] collects every error, each on its token, beside the user's item.
//!
//! What only rustc knows, such as the layout of a type behind a path, is compared by
//! the `const` assertions that are emitted here and written in
//! `mapgen_runtime::layout::check`.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod args;
mod bind;
mod ctype;
mod derive;
mod emit;
mod find;
mod map_struct;
mod module;
mod report;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::find::Env;

/// Binds the maps and types of a compiled eBPF object.
///
/// On a module it binds a whole object: every map becomes a handle in the module,
/// every C type that they reach a Rust type in its `types`.
///
/// ```ignore
/// #[ebpf_map(object = "flow")]
/// pub mod flow {
///     #[ebpf_map(min_entries = 65_536)]
///     pub struct Conns;
/// }
/// ```
///
/// On a struct with `key` and `value` it binds one map to types of your own, on a
/// struct with `ctype = "struct flow_key"` it checks one type against the object's.
#[proc_macro_attribute]
pub fn ebpf_map(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand(args.into(), item.into(), &Env::of_cargo()).into()
}

/// Describes a type's layout as a table of its members (`CLayout`), and gives it
/// `bytemuck::Pod`, after proving that it has no implicit padding.
///
/// The type is a struct with named fields and `#[repr(C)]` or
/// `#[repr(C, packed(N))]`, or a tuple struct with `#[repr(transparent)]`; it derives
/// `Clone` and `Copy` itself.
#[proc_macro_derive(CLayout, attributes(ebpf_map))]
pub fn derive_clayout(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(item.into()).into()
}

/// `#[ebpf_map(args)] item`, with the schemas of `env`.
fn expand(args: TokenStream, item: TokenStream, env: &Env) -> TokenStream {
    match syn::parse2(item.clone()) {
        Ok(syn::Item::Mod(module)) => module::expand(args, module, env),
        Ok(syn::Item::Struct(item)) => {
            if args::names_ctype(&args) {
                ctype::expand(args, item, env)
            } else {
                map_struct::expand(args, item, env)
            }
        }
        Ok(_) => {
            let error = syn::Error::new(
                proc_macro2::Span::call_site(),
                "`#[ebpf_map]` stands on a module, or on a struct",
            )
            .to_compile_error();
            quote::quote!(#item #error)
        }
        Err(error) => {
            let error = error.to_compile_error();
            quote::quote!(#item #error)
        }
    }
}
