//! What the macros of mapgen expand to: from tokens to tokens, apart from the compiler.
//!
//! The way of the data:
//!
//! 1. `args` reads the attribute's arguments;
//! 2. `find` reads the schema that `mapgen-build` left in `OUT_DIR`;
//! 3. `module`, `map_struct` and `ctype` (the three forms of `#[ebpf_map]`) and
//!    `derive` decide what is bound to what, and what is wrong;
//! 4. `emit` turns the schema into tokens: types, proofs, handles, sections;
//! 5. `report` collects every error, each on its token, beside the user's item.
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
mod newer;
mod records;
mod report;
mod shared;
#[cfg(test)]
mod tests;

use mapgen_schema::codes;
use proc_macro2::TokenStream;

pub use find::Env;

use crate::report::Report;

/// `#[ebpf_map(args)] item`, with the schemas of `env`.
///
/// What is wrong stands in the tokens, as `compile_error!` beside the item.
///
/// ```
/// use mapgen_expand::Env;
/// use quote::quote;
/// let env = Env::of_schema(mapgen_schema::Schema::default(), "flow.schema");
/// let tokens = mapgen_expand::ebpf_map(quote!(object = "flow"), quote!(mod flow {}), &env);
/// assert!(tokens.to_string().starts_with("mod flow"));
/// ```
pub fn ebpf_map(args: TokenStream, item: TokenStream, env: &Env) -> TokenStream {
    let mut report = Report::default();
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
            report.at(
                codes::misplaced_macro,
                proc_macro2::Span::call_site(),
                "`#[ebpf_map]` stands on a module, or on a struct",
            );
            let errors = report.into_tokens();
            quote::quote!(#item #errors)
        }
        Err(error) => {
            report.add(codes::misplaced_macro, error);
            let errors = report.into_tokens();
            quote::quote!(#item #errors)
        }
    }
}

/// `#[derive(CLayout)] item`.
///
/// ```
/// use quote::quote;
/// let tokens = mapgen_expand::clayout(quote!(#[repr(C)] struct Key { port: u16 }));
/// assert!(tokens.to_string().contains("CLayout for Key"));
/// ```
pub fn clayout(item: TokenStream) -> TokenStream {
    derive::expand(item)
}
