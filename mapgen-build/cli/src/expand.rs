//! `mapgen expand`: the bindings that `#[ebpf_map]` makes of an object.

use std::io::Write as _;
use std::path::Path;

use mapgen_build::Options;
use mapgen_expand::Env;
use proc_macro2::{Ident, Span};
use quote::quote;

use crate::{Failure, Status, input};

pub(crate) fn run(object: &Path, name: Option<&str>) -> Result<Status, Failure> {
    let mut options = Options::default();
    options.name = name.map(str::to_owned);
    let schema = input::read(object, &options)?.schema;
    mapgen_build::check(&schema)?;
    let name = schema.name.clone();
    let module: Ident =
        syn::parse_str(&name).unwrap_or_else(|_| Ident::new("bindings", Span::call_site()));
    // Where the file is that the macro reads, and that rustc watches.
    let path = format!("$OUT_DIR/mapgen/{name}.schema");
    let tokens = mapgen_expand::ebpf_map(
        quote!(object = #name),
        quote!(pub mod #module {}),
        &Env::of_schema(schema, path),
    );
    let file = syn::parse2(tokens)
        .map_err(|error| Failure::Usage(format!("the bindings are no Rust: {error}")))?;
    let mut out = anstream::stdout().lock();
    write!(
        out,
        "// What `#[ebpf_map(object = \"{name}\")] pub mod {module} {{}}` expands to.\n{}",
        prettyplease::unparse(&file)
    )?;
    out.flush()?;
    Ok(Status::Holds)
}
