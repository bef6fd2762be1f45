//! The macros of mapgen. Use them through `mapgen-runtime`, which re-exports them.

use proc_macro::TokenStream;

/// Binds maps (or types) of a compiled eBPF object.
#[proc_macro_attribute]
pub fn ebpf_map(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Proves a type's layout and describes it.
#[proc_macro_derive(CLayout, attributes(ebpf_map))]
pub fn derive_clayout(_item: TokenStream) -> TokenStream {
    TokenStream::new()
}
