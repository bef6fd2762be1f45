//! The Rust type of a C type.

use mapgen_schema::{Endian, IntKind, Schema, Type, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Cx, ident};

/// Where the type's name is written, which decides how it names its siblings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In `types`.
    Types,
    /// In the module around `types`.
    Module,
}

/// Structs of which only the kernel knows the members.
const KERNEL_OWNED: [&str; 15] = [
    "bpf_dynptr",
    "bpf_iter_bits",
    "bpf_iter_num",
    "bpf_list_head",
    "bpf_list_node",
    "bpf_rb_node",
    "bpf_rb_root",
    "bpf_refcount",
    "bpf_res_spin_lock",
    "bpf_spin_lock",
    "bpf_task_work",
    "bpf_timer",
    "bpf_wq",
    "bpf_throw_ctx",
    "bpf_cgroup_storage_key_opaque",
];

/// Whether a struct belongs to the kernel.
pub(crate) fn is_kernel_owned(name: Option<&str>) -> bool {
    name.is_some_and(|name| KERNEL_OWNED.contains(&name))
}

/// The wrapper for the byte order that a typedef on the way to an integer promises.
pub(crate) fn promised_order(schema: &Schema, id: TypeId) -> Option<&'static str> {
    schema.promised_order(id).map(|order| match order {
        Endian::Big => "Be",
        Endian::Little => "Le",
    })
}

/// Whether a type is `char` behind its typedefs.
pub(crate) fn is_char(schema: &Schema, id: TypeId) -> bool {
    matches!(
        schema.resolved(id),
        Type::Int {
            kind: IntKind::Char,
            size: 1,
            ..
        }
    )
}

/// `::core::primitive::u32` for an unsigned integer of `size` bytes.
pub(crate) fn unsigned(size: u32) -> TokenStream {
    let name = format_ident!("u{}", size * 8);
    quote!(::core::primitive::#name)
}

/// `::core::primitive::i32` for a signed integer of `size` bytes.
pub(crate) fn signed(size: u32) -> TokenStream {
    let name = format_ident!("i{}", size * 8);
    quote!(::core::primitive::#name)
}

impl Cx<'_> {
    /// The Rust type that stands for a C type.
    pub(crate) fn rust_type(&self, id: TypeId, scope: Scope) -> TokenStream {
        let schema = self.schema;
        let runtime = &self.runtime;
        match schema.resolved(id) {
            Type::Void | Type::Typedef { .. } => quote!(()),
            Type::Int { size, kind, .. } => match (kind, promised_order(schema, id)) {
                (IntKind::Bool, _) if *size == 1 => quote!(#runtime::Bool),
                (IntKind::Unsigned, Some(order)) if *size > 1 => {
                    let (order, int) = (ident(order), unsigned(*size));
                    quote!(#runtime::#order<#int>)
                }
                (IntKind::Signed, _) => signed(*size),
                _ => unsigned(*size),
            },
            Type::Float { size, .. } => match size {
                4 => quote!(::core::primitive::f32),
                8 => quote!(::core::primitive::f64),
                // No Rust type computes with it; its bytes can be kept.
                _ => self.storage(u64::from(*size), schema.align(id)),
            },
            Type::Pointer { pointee, .. } => {
                let target = self.pointee(pointee, scope);
                quote!(#runtime::KernelPtr<#target>)
            }
            Type::Array { element, count } => {
                let count = count_literal(u64::from(*count));
                if is_char(schema, *element) {
                    return quote!(#runtime::Text<#count>);
                }
                let element = self.rust_type(*element, scope);
                quote!([#element; #count])
            }
            Type::Composite(composite) => {
                if is_kernel_owned(composite.name.as_deref()) {
                    let storage = self.storage(u64::from(composite.size), schema.align(id));
                    return quote!(#runtime::Opaque<#storage>);
                }
                self.named(id, scope)
            }
            Type::Enum(_) => self.named(id, scope),
        }
    }

    /// `[u64; 2]`: integers of this alignment that fill this size.
    pub(crate) fn storage(&self, size: u64, align: u32) -> TokenStream {
        let align = align.clamp(1, 16);
        let int = unsigned(align);
        let count = count_literal(size / u64::from(align));
        quote!([#int; #count])
    }

    fn named(&self, id: TypeId, scope: Scope) -> TokenStream {
        let id = self.schema.resolved_id(id);
        if let Some(path) = self.externs.get(&id) {
            return extern_path(path, scope);
        }
        let name = self.type_ident(id);
        match scope {
            Scope::Types => quote!(#name),
            Scope::Module => quote!(types::#name),
        }
    }

    /// The pointee as a Rust type, if it has one here.
    fn pointee(&self, ctype: &str, scope: Scope) -> TokenStream {
        let mut ctype = ctype.trim();
        while let Some(rest) = ["const ", "volatile "]
            .iter()
            .find_map(|qualifier| ctype.strip_prefix(qualifier))
        {
            ctype = rest.trim_start();
        }
        match self.pointees.get(ctype) {
            Some(&id) => self.named(id, scope),
            None => quote!(::core::ffi::c_void),
        }
    }
}

/// A path that the user wrote at the attribute, as seen from where it is used:
/// `self` and `super` are relative to the attribute's place.
pub(crate) fn extern_path(path: &syn::Path, scope: Scope) -> TokenStream {
    let relative = path.leading_colon.is_none()
        && path
            .segments
            .first()
            .is_some_and(|first| first.ident == "self" || first.ident == "super");
    if !relative {
        return quote!(#path);
    }
    let mut rest = path.clone();
    if rest
        .segments
        .first()
        .is_some_and(|first| first.ident == "self")
    {
        rest.segments = rest.segments.into_iter().skip(1).collect();
    }
    match scope {
        Scope::Types => quote!(super::super::#rest),
        Scope::Module => quote!(super::#rest),
    }
}

/// An array length.
pub(crate) fn count_literal(count: u64) -> Literal {
    Literal::u64_unsuffixed(count)
}
