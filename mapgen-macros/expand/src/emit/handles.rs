//! Handles: a struct per map, with its constants, its spec and its checks.

use mapgen_schema::{Map, TypeId, ctext, hash, kinds};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::records::enum_ident;
use super::rust_type::Scope;
use super::spec::Declared;
use super::{Cx, call_on};
use crate::bind::carries_records;
use crate::records::{Records, describe_types};

/// A map that is bound, and to what.
pub(crate) struct Bound<'a> {
    pub(crate) map: &'a Map,
    /// The handle.
    pub(crate) ident: Ident,
    /// Whether the user wrote the handle's name.
    pub(crate) mentioned: bool,
    pub(crate) vis: TokenStream,
    /// The user's attributes, doc comments among them.
    pub(crate) attrs: Vec<syn::Attribute>,
    /// The user's `#[cfg]`s.
    pub(crate) cfgs: Vec<syn::Attribute>,
    pub(crate) key: Side,
    pub(crate) value: Side,
    pub(crate) declared: Declared,
    /// The handle of its inner maps, where the module has one.
    pub(crate) inner: Option<Ident>,
}

/// The Rust side of a key or a value.
pub(crate) enum Side {
    /// Neither the object nor the code says a type.
    Untyped,
    /// The object's type, as mapgen writes it in Rust.
    C(TypeId),
    /// A type of the user's.
    Rust {
        ty: Box<syn::Type>,
        /// Only its size is compared.
        foreign: bool,
    },
    /// Several types of records.
    Records(Records),
}

impl Side {
    pub(crate) fn is_typed(&self) -> bool {
        !matches!(self, Self::Untyped)
    }
}

/// The handles, by what stands in their angle brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HandleKind {
    /// A key and a value.
    Keyed(&'static str),
    /// A value.
    Values(&'static str),
    /// A key.
    Keys(&'static str),
    /// The handle of inner maps.
    Maps(&'static str),
    /// A key, and the handle of inner maps.
    KeyedMaps(&'static str),
    /// A record.
    Records(&'static str),
    /// Nothing: its values are the kernel's own.
    Fixed(&'static str),
    /// Nothing: bytes.
    Raw,
}

impl HandleKind {
    /// By the kernel's number.
    pub(crate) fn of(kind: u32) -> Self {
        let Some(name) = kinds::name(kind) else {
            return Self::Raw;
        };
        match name {
            "hash" => Self::Keyed("HashMap"),
            "lru_hash" => Self::Keyed("LruHashMap"),
            "percpu_hash" | "lru_percpu_hash" => Self::Keyed("PerCpuHashMap"),
            "lpm_trie" => Self::Keyed("LpmTrie"),
            "cgroup_storage" => Self::Keyed("CgroupStorage"),
            "percpu_cgroup_storage" => Self::Keyed("PerCpuCgroupStorage"),
            "array" => Self::Values("Array"),
            "percpu_array" => Self::Values("PerCpuArray"),
            "queue" => Self::Values("Queue"),
            "stack" => Self::Values("Stack"),
            "bloom_filter" => Self::Values("BloomFilter"),
            "task_storage" => Self::Values("TaskStorage"),
            "inode_storage" => Self::Values("InodeStorage"),
            "sk_storage" => Self::Values("SkStorage"),
            "cgrp_storage" => Self::Values("CgrpStorage"),
            "ringbuf" => Self::Records("RingBuf"),
            "user_ringbuf" => Self::Records("UserRingBuf"),
            "array_of_maps" => Self::Maps("ArrayOfMaps"),
            "hash_of_maps" => Self::KeyedMaps("HashOfMaps"),
            "sockhash" => Self::Keys("SockHash"),
            "sockmap" => Self::Fixed("SockMap"),
            "reuseport_sockarray" => Self::Fixed("ReusePortSockArray"),
            "prog_array" => Self::Fixed("ProgArray"),
            "perf_event_array" => Self::Fixed("PerfEventArray"),
            "cgroup_array" => Self::Fixed("CgroupArray"),
            "xskmap" => Self::Fixed("XskMap"),
            "devmap" => Self::Fixed("DevMap"),
            "devmap_hash" => Self::Fixed("DevMapHash"),
            "cpumap" => Self::Fixed("CpuMap"),
            "stack_trace" => Self::Fixed("StackTraces"),
            _ => Self::Raw,
        }
    }

    /// Whether it takes the type of a key.
    pub(crate) fn needs_key(self) -> bool {
        matches!(self, Self::Keyed(_) | Self::Keys(_) | Self::KeyedMaps(_))
    }

    /// Whether it takes the type of a value, or of a record.
    pub(crate) fn needs_value(self) -> bool {
        matches!(self, Self::Keyed(_) | Self::Values(_) | Self::Records(_))
    }

    /// Whether it takes the handle of inner maps.
    pub(crate) fn needs_inner(self) -> bool {
        matches!(self, Self::Maps(_) | Self::KeyedMaps(_))
    }
}

impl Bound<'_> {
    /// The C types that it needs in `types`.
    pub(crate) fn roots(&self) -> Vec<TypeId> {
        let mut roots = Vec::new();
        for side in [&self.key, &self.value] {
            match side {
                Side::C(id) => roots.push(*id),
                Side::Records(records) => {
                    roots.extend(records.variants.iter().map(|variant| variant.ty));
                }
                Side::Untyped | Side::Rust { .. } => {}
            }
        }
        if let Some(inner) = &self.map.inner {
            roots.extend(inner.key);
            roots.extend(inner.value);
        }
        roots
    }

    /// The handle that its types allow: bytes where one is missing.
    pub(crate) fn handle_kind(&self) -> HandleKind {
        let kind = match HandleKind::of(self.map.kind) {
            HandleKind::Fixed("PerfEventArray") if self.value.is_typed() => {
                HandleKind::Records("PerfEvents")
            }
            kind => kind,
        };
        if kind.needs_key() && !self.key.is_typed()
            || kind.needs_value() && !self.value.is_typed()
            || kind.needs_inner() && !(self.value.is_typed() || self.inner.is_some())
        {
            HandleKind::Raw
        } else {
            kind
        }
    }
}

impl Cx<'_> {
    /// The handle of a map.
    pub(crate) fn handle(&self, bound: &Bound<'_>) -> TokenStream {
        let runtime = &self.runtime;
        let Bound {
            map,
            ident,
            vis,
            attrs,
            cfgs,
            ..
        } = bound;
        let side = |side: &Side| self.side(side, bound);
        let (key, value) = (side(&bound.key), side(&bound.value));
        let inner = match (&bound.value, &bound.inner) {
            (Side::Untyped, Some(inner)) => inner.to_token_stream(),
            _ => value.clone(),
        };
        let (name, arguments) = match bound.handle_kind() {
            HandleKind::Keyed(name) => (name, quote!(<#key, #value>)),
            HandleKind::Values(name) | HandleKind::Records(name) => (name, quote!(<#value>)),
            HandleKind::Keys(name) => (name, quote!(<#key>)),
            HandleKind::Maps(name) => (name, quote!(<#inner>)),
            HandleKind::KeyedMaps(name) => (name, quote!(<#key, #inner>)),
            HandleKind::Fixed(name) => (name, TokenStream::new()),
            HandleKind::Raw => ("RawMap", TokenStream::new()),
        };
        let name = super::ident(name);
        let handle = quote!(#runtime::#name #arguments);
        let doc = self.handle_doc(bound);
        let Map {
            name,
            key_size,
            value_size,
            max_entries,
            map_flags,
            ..
        } = map;
        let min_entries = bound.declared.min_entries;
        let kind = self.kind(map.kind);
        let hash = Literal::u64_unsuffixed(hash::layout(self.schema, map));
        let spec = self.spec(map, bound.declared);
        let u32 = quote!(::core::primitive::u32);
        let checks = self.checks(bound);
        let records = self.records(bound);
        quote! {
            #records

            #(#cfgs)*
            #(#attrs)*
            #[doc = #doc]
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #vis struct #ident(#handle);

            #(#cfgs)*
            impl #ident {
                /// The C name of the map.
                pub const NAME: &'static ::core::primitive::str = #name;
                /// The kind of map.
                pub const KIND: #runtime::MapKind = #kind;
                /// The size of a key in bytes.
                pub const KEY_SIZE: #u32 = #key_size;
                /// The size of a value in bytes.
                pub const VALUE_SIZE: #u32 = #value_size;
                /// The capacity that the object declares; 0 when it is left to run time.
                pub const MAX_ENTRIES: #u32 = #max_entries;
                /// A smaller map is refused when it is opened.
                pub const MIN_ENTRIES: #u32 = #min_entries;
                /// `BPF_F_*`.
                pub const FLAGS: #u32 = #map_flags;
                /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
                pub const LAYOUT_HASH: ::core::primitive::u64 = #hash;
                /// What the gates compare a live map with.
                pub const SPEC: #runtime::MapSpec = #spec;
            }

            #(#cfgs)*
            #runtime::__private::handle!(#ident => #handle);

            #(#cfgs)*
            const _: () = { #checks };
        }
    }

    fn side(&self, side: &Side, bound: &Bound<'_>) -> TokenStream {
        match side {
            Side::Untyped => quote!(()),
            Side::Records(_) => enum_ident(&bound.ident).to_token_stream(),
            Side::C(id) => self.rust_type(*id, Scope::Module),
            Side::Rust { ty, .. } => ty.to_token_stream(),
        }
    }

    fn handle_doc(&self, bound: &Bound<'_>) -> String {
        let map = bound.map;
        let kind = kinds::name(map.kind).unwrap_or("unknown kind");
        let mut doc = String::new();
        if bound.attrs.iter().any(|attr| attr.path().is_ident("doc")) {
            doc.push('\n');
        }
        doc.push_str(&format!(
            "Map `{}` of object `{}`: `{kind}`",
            map.name, self.schema.name
        ));
        let unit = if kind.ends_with("ringbuf") {
            "bytes"
        } else {
            "entries"
        };
        match map.max_entries {
            0 => doc.push_str(", capacity set at run time"),
            entries => doc.push_str(&format!(", {entries} {unit}")),
        }
        for (role, id, size, at_run_time) in [
            ("key", map.key, map.key_size, map.key_at_run_time()),
            ("value", map.value, map.value_size, map.value_at_run_time()),
        ] {
            match id {
                Some(id) => doc.push_str(&format!(
                    ", {role} `{}` of {size} bytes",
                    ctext::name(self.schema, id)
                )),
                None if size > 0 => doc.push_str(&format!(", {role} of {size} bytes")),
                None if at_run_time => doc.push_str(&format!(", {role} size set at run time")),
                None => {}
            }
        }
        match &bound.value {
            Side::C(id) if carries_records(map) => {
                doc.push_str(&format!(", records `{}`", ctext::name(self.schema, *id)));
            }
            Side::Records(records) => {
                doc.push_str(&format!(
                    ", records {}",
                    describe_types(self.schema, records)
                ));
            }
            _ => {}
        }
        doc.push('.');
        doc
    }

    /// What is asserted of types that the user wrote.
    fn checks(&self, bound: &Bound<'_>) -> TokenStream {
        let map = bound.map;
        let mut checks = TokenStream::new();
        for (role, side, id, size) in [
            ("key", &bound.key, map.key, map.key_size),
            ("value", &bound.value, map.value, map.value_size),
        ] {
            let Side::Rust { ty, foreign } = side else {
                continue;
            };
            // Records have neither a type nor a size in the object.
            if role == "value" && carries_records(map) {
                continue;
            }
            let place = format!("map `{}`, {role}", map.name);
            if role == "value" && HandleKind::of(map.kind).needs_inner() {
                checks.extend(self.inner_check(map, ty));
                continue;
            }
            checks.extend(self.check(&place, ty, *foreign, id, size));
        }
        checks
    }

    /// That a handle which the user names is that of the inner maps.
    fn inner_check(&self, map: &Map, ty: &syn::Type) -> TokenStream {
        let runtime = &self.runtime;
        let Some(inner) = &map.inner else {
            return TokenStream::new();
        };
        let place = format!("map `{}`", map.name);
        let hash = Literal::u64_unsuffixed(hash::layout(self.schema, inner));
        let call = call_on(
            ty,
            &quote!(#runtime::__private::check::assert_inner_map),
            quote!(#place, <#ty as #runtime::Binding>::SPEC, #hash),
        );
        quote!(#call;)
    }

    /// One assertion about a type of the user's, which stands on the type.
    pub(crate) fn check(
        &self,
        place: &str,
        ty: &syn::Type,
        foreign: bool,
        id: Option<TypeId>,
        size: u32,
    ) -> TokenStream {
        let runtime = &self.runtime;
        let check = quote!(#runtime::__private::check);
        match id {
            Some(id) if !foreign => {
                let expected = self.expected(id);
                let call = call_on(
                    ty,
                    &quote!(#check::assert_layout),
                    quote!(#place, &<#ty as #runtime::CLayout>::LAYOUT, #expected),
                );
                quote!(#call;)
            }
            Some(id) => {
                let ctype = ctext::name(self.schema, id);
                let size = Literal::u32_unsuffixed(size);
                let call = call_on(
                    ty,
                    &quote!(#check::assert_foreign_size),
                    quote!(#place, #ctype, ::core::mem::size_of::<#ty>(), #size),
                );
                quote!(#call;)
            }
            None => {
                let size = Literal::u32_unsuffixed(size);
                let call = call_on(
                    ty,
                    &quote!(#check::assert_declared_size),
                    quote!(#place, ::core::mem::size_of::<#ty>(), #size),
                );
                quote!(#call;)
            }
        }
    }
}
