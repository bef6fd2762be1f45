//! `MapSpec` as tokens.

use mapgen_schema::{Map, Pinning, hash};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Cx, ident};

/// What the code adds to what the object says.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) min_entries: u32,
    pub(crate) exact_entries: bool,
    /// How many entries an LRU map must keep, 0 where nobody says.
    pub(crate) live_entries: u32,
    pub(crate) optional: bool,
}

impl Cx<'_> {
    /// A `MapSpec` expression.
    pub(crate) fn spec(&self, map: &Map, declared: Declared) -> TokenStream {
        let runtime = &self.runtime;
        let Map {
            name,
            key_size,
            value_size,
            max_entries,
            map_flags,
            map_extra,
            numa_node,
            ..
        } = map;
        let Declared {
            min_entries,
            exact_entries,
            live_entries,
            optional,
        } = declared;
        let object = &self.schema.name;
        let kind = self.kind(map.kind);
        let spin_lock = map
            .value
            .is_some_and(|value| self.schema.has_spin_lock(value));
        let pinned = map.pinning == Pinning::ByName;
        let (bytes, key, value) = match &map.btf {
            Some(btf) => (btf.bytes.as_slice(), btf.key, btf.value),
            None => (&[][..], 0, 0),
        };
        let btf = Literal::byte_string(bytes);
        let hash = Literal::u64_unsuffixed(hash::layout(self.schema, map));
        let inner = match &map.inner {
            Some(inner) => {
                let spec = self.spec(
                    inner,
                    Declared {
                        min_entries: inner.max_entries,
                        exact_entries: false,
                        live_entries: 0,
                        optional: false,
                    },
                );
                quote!(::core::option::Option::Some(&#spec))
            }
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #runtime::MapSpec {
                object: #object,
                name: #name,
                kind: #kind,
                key_size: #key_size,
                value_size: #value_size,
                max_entries: #max_entries,
                min_entries: #min_entries,
                exact_entries: #exact_entries,
                live_entries: #live_entries,
                map_flags: #map_flags,
                map_extra: #map_extra,
                numa_node: #numa_node,
                pinned: #pinned,
                optional: #optional,
                spin_lock: #spin_lock,
                btf: #btf,
                btf_key: #key,
                btf_value: #value,
                layout_hash: #hash,
                inner: #inner,
            }
        }
    }

    /// `MapKind::Hash`, or `MapKind::Other(99)`.
    pub(crate) fn kind(&self, kind: u32) -> TokenStream {
        let runtime = &self.runtime;
        match variant(kind) {
            Some(variant) => quote!(#runtime::MapKind::#variant),
            None => quote!(#runtime::MapKind::Other(#kind)),
        }
    }
}

/// The variants of `mapgen_runtime::MapKind` by the kernel's number.
const VARIANTS: [&str; 34] = [
    "Hash",
    "Array",
    "ProgArray",
    "PerfEventArray",
    "PerCpuHash",
    "PerCpuArray",
    "StackTrace",
    "CgroupArray",
    "LruHash",
    "LruPerCpuHash",
    "LpmTrie",
    "ArrayOfMaps",
    "HashOfMaps",
    "DevMap",
    "SockMap",
    "CpuMap",
    "XskMap",
    "SockHash",
    "CgroupStorage",
    "ReusePortSockArray",
    "PerCpuCgroupStorage",
    "Queue",
    "Stack",
    "SkStorage",
    "DevMapHash",
    "StructOps",
    "RingBuf",
    "InodeStorage",
    "TaskStorage",
    "BloomFilter",
    "UserRingBuf",
    "CgrpStorage",
    "Arena",
    "InsnArray",
];

fn variant(kind: u32) -> Option<Ident> {
    let index = usize::try_from(kind.checked_sub(1)?).ok()?;
    VARIANTS.get(index).map(|name| ident(name))
}
