//! The macros of mapgen. Use them through `mapgen-runtime`, which re-exports them.
//!
//! What they expand to is the matter of `mapgen-expand`, a library, so that the command
//! line can print it too.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

use mapgen_expand::Env;

/// Binds the maps and types of a compiled eBPF object, which `mapgen-build` read in
/// `build.rs`, and checks what the code says of them against it.
///
/// # On a module: a whole object
///
/// Every map becomes a handle in the module (`conns`: `Conns`), every C type that they
/// reach a Rust type in its `types` (`struct flow_key`: `types::FlowKey`). Structs in
/// the module refine a map; other items stay as they are.
///
/// ```ignore
/// #[ebpf_map(object = "flow")]
/// pub mod flow {
///     /// Live connections.
///     #[ebpf_map(min_entries = 65_536)]
///     pub struct Conns;
///
///     #[ebpf_map(name = "events", value = "struct event")]
///     pub struct Events;
/// }
/// ```
///
/// # On a struct: one map, your own types
///
/// The types have [`CLayout`](macro@CLayout), and are compared member by member.
///
/// ```ignore
/// #[ebpf_map(object = "flow", name = "conns", min_entries = 65_536)]
/// pub struct Conns { key: net::FlowKey, value: net::FlowStats }
/// ```
///
/// # On a struct with `ctype`: one type, checked where it is written
///
/// Members are matched by name. A field of another name may only stand where C has a
/// hole, bit-fields or an anonymous union.
///
/// ```ignore
/// #[ebpf_map(object = "flow", ctype = "struct flow_key")]
/// #[derive(Clone, Copy)]
/// #[repr(C)]
/// pub struct FlowKey {
///     saddr: Be<u32>, daddr: Be<u32>, sport: Be<u16>, dport: Be<u16>, proto: u8, pad: [u8; 3],
/// }
/// ```
///
/// # Arguments
///
/// | argument | where | what it does |
/// | --- | --- | --- |
/// | `object = "flow"` | module, struct | the object, by the name that `build.rs` gives it |
/// | `object("a", "b")` | module, struct | a map or type that several objects share: they must agree. On a module: the maps that all have, and nothing that opens one of them |
/// | `name = "conns"` | map | the map, where the struct is not named after it |
/// | `kind = hash` | map | asserts the kind |
/// | `min_entries = 1_024` | map | the object, and every live map, has at least as many |
/// | `max_entries = 1_024` | map | the object, and every live map, has exactly as many |
/// | `key = …`, `value = …` | map of a module | `"struct event"` or a Rust type, for maps that carry sizes only, or records |
/// | `value = ["struct a", "struct b"]` | map of a module | records of several types, told apart by their size: an enum `<Map>Record` |
/// | `value = ["struct a" = KIND_A, "struct b" = 2 \| 3], tag = "kind"` | map of a module | the same by a member that stands at the same place in all, with enumerators or numbers |
/// | `optional` | map | the program can do without it: `Option<Events>` in `Maps`, `None` where the object lacks the map or the kernel its kind |
/// | `ctype = "struct flow_key"` | struct | the C type that it stands for |
/// | `foreign` | field | compares the size only, of a type that cannot have `CLayout` |
/// | `derive("struct event" = serde::Serialize)` | module | more derives on a generated type and on those of its members |
/// | `rename("struct foo_bar" = "FooBar2")` | module | another name for a generated type |
/// | `extern_type("struct event" = crate::Event)` | module | a type of yours in place of a generated one, compared member by member |
/// | `only_declared` | module | binds no map that is not mentioned |
/// | `crate = "path"` | all | where `mapgen_runtime` is |
///
/// Attributes on a map's struct stay on the handle, and its `#[cfg]` goes on everything
/// that belongs to it.
#[proc_macro_attribute]
pub fn ebpf_map(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    mapgen_expand::ebpf_map(args.into(), item.into(), &Env::of_cargo()).into()
}

/// Describes a type's layout as a table of its members (`CLayout`), and gives it
/// `bytemuck::Pod`, after proving that it has no implicit padding.
///
/// The type is a struct with named fields and `#[repr(C)]` or
/// `#[repr(C, packed(N))]`, or a tuple struct of one field with
/// `#[repr(transparent)]`; it derives `Clone` and `Copy` itself. It needs no object.
///
/// A field whose type has no `CLayout` may be marked `#[ebpf_map(foreign)]` if it is
/// `bytemuck::Pod`: it is compared by size only. `#[ebpf_map(crate = "path")]` on the
/// type says where `mapgen_runtime` is.
///
/// ```ignore
/// #[derive(Clone, Copy, CLayout)]
/// #[repr(C)]
/// pub struct FlowStats { packets: u64, bytes: u64, flags: u32, pad: [u8; 4] }
/// ```
#[proc_macro_derive(CLayout, attributes(ebpf_map))]
pub fn derive_clayout(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    mapgen_expand::clayout(item.into()).into()
}
