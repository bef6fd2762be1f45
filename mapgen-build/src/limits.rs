//! What the kernel takes: key and value sizes by kind, and what has no size at all.
//!
//! The numbers were found on Linux 6.18 with BPF_MAP_CREATE; where older kernels take
//! less, the message says so.

use mapgen_schema::codes::{self, Code};
use mapgen_schema::{Map, Schema, Type, TypeId, kinds};

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Finding};
use crate::read::Object;

/// Holds the maps of a schema against what the kernel takes.
///
/// [`read`](crate::read) tells what an object says; this tells whether it can work.
/// [`Builder::generate`](crate::Builder::generate) asks it, too.
///
/// # Errors
/// When a key or value ends in a flexible array or has a size that the kernel does not
/// take. A size that no attribute says is left to run time, as `max_entries` of 0 is, and
/// no error.
///
/// ```no_run
/// let schema = mapgen_build::read("bpf/flow.bpf.o", &Default::default())?;
/// mapgen_build::check(&schema)?;
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn check(schema: &Schema) -> Result<(), Error> {
    let broken = diagnostics(schema).map(Error::from);
    Error::many(broken.collect())
}

pub(crate) fn check_object(object: &Object, found: &mut Vec<Diagnostic>) {
    found.extend(diagnostics(&object.schema));
}

fn diagnostics(schema: &Schema) -> impl Iterator<Item = Diagnostic> + '_ {
    let findings = findings(schema).into_iter();
    findings.map(|finding| Diagnostic::of_finding(&schema.object, finding))
}

fn findings(schema: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for map in &schema.maps {
        let at_run_time = (map.key_at_run_time(), map.value_at_run_time());
        of_map(schema, map, at_run_time, &mut findings);
        if let Some(inner) = &map.inner {
            // Nothing sets the sizes of a declared inner map.
            of_map(schema, inner, (false, false), &mut findings);
        }
    }
    findings
}

/// `at_run_time`: whether the sizes of key and value are set before the load.
fn of_map(schema: &Schema, map: &Map, at_run_time: (bool, bool), findings: &mut Vec<Finding>) {
    let mut add = |code: Code, role: &str, what: String| {
        let finding = Finding::new(code, what)
            .at(format!("`{role}`"))
            .at(format!("map `{}`", map.name));
        findings.push(finding);
    };
    for (role, ty) in [("key", map.key), ("value", map.value)] {
        if let Some(member) = ty.and_then(|ty| flexible_end(schema, ty)) {
            let ctype = ty.map_or_else(String::new, |ty| mapgen_schema::ctext::name(schema, ty));
            add(
                codes::flexible,
                role,
                format!(
                    "`{ctype}` ends in the flexible array `{member}`, for which the kernel keeps \
                     0 bytes: give it a length, as in `{member}[16]`"
                ),
            );
        }
    }
    let kind = kinds::name(map.kind).unwrap_or("unknown");
    let ctype = |ty: Option<TypeId>| match ty {
        Some(ty) => format!(" (`{}`)", mapgen_schema::ctext::name(schema, ty)),
        None => String::new(),
    };
    let limits = Limits::of(kind, map);
    if map.key_size > limits.key {
        let why = match kind {
            "lpm_trie" => "4 bytes of prefix length and 256 bytes of data",
            _ => "hash what you have, or keep it in the value",
        };
        add(
            codes::key_size,
            "key",
            format!(
                "it has {} bytes{}, a key of a `{kind}` map has {} at most: {why}",
                map.key_size,
                ctype(map.key),
                limits.key
            ),
        );
    }
    // `array_map_alloc_check`, `htab_map_alloc_check`.
    let (indexed, hashed) = (
        matches!(kind, "array" | "percpu_array"),
        kind.ends_with("hash"),
    );
    if indexed && map.key_size != 4 && !at_run_time.0 {
        add(
            codes::key_size,
            "key",
            format!(
                "it has {} bytes{}, keys of `{kind}` maps have 4: declare \
                 `__type(key, __u32)`",
                map.key_size,
                ctype(map.key),
            ),
        );
    }
    for (code, role, size, ty, at_run_time) in [
        (codes::key_size, "key", map.key_size, map.key, at_run_time.0),
        (
            codes::value_size,
            "value",
            map.value_size,
            map.value,
            at_run_time.1,
        ),
    ] {
        if size == 0 && !at_run_time && (hashed || (indexed && role == "value")) {
            add(
                code,
                role,
                format!(
                    "it has 0 bytes{}, which the kernel refuses for `{kind}` maps: declare it \
                     with `__type({role}, …)`",
                    ctype(ty),
                ),
            );
        }
    }
    if map.value_size > limits.value {
        add(
            codes::value_size,
            "value",
            format!(
                "it has {} bytes{}, a value of a `{kind}` map has {} at most: split it, or keep \
                 it in another kind of map",
                map.value_size,
                ctype(map.value),
                limits.value
            ),
        );
    }
}

/// The largest key and value of a kind, in bytes.
struct Limits {
    key: u32,
    value: u32,
}

impl Limits {
    fn of(kind: &str, map: &Map) -> Self {
        /// `KMALLOC_MAX_SIZE` less what a hash keeps beside key and value.
        const ALLOCATION: u32 = (4 << 20) - 49;
        /// `PCPU_MIN_UNIT_SIZE`.
        const PER_CPU: u32 = 32 << 10;
        /// `BPF_LOCAL_STORAGE_MAX_VALUE_SIZE`.
        const STORAGE: u32 = u16::MAX as u32 - 128;
        /// Frames are 8 bytes, or `struct bpf_stack_build_id`.
        const STACK_BUILD_ID: u32 = 1 << 5;
        let (key, value) = match kind {
            // Key and value are allocated together.
            "hash" | "lru_hash" => (
                ALLOCATION,
                ALLOCATION.checked_sub(map.key_size).unwrap_or(u32::MAX),
            ),
            "percpu_hash" | "lru_percpu_hash" => (ALLOCATION, PER_CPU),
            "hash_of_maps" => (ALLOCATION, u32::MAX),
            // `MAX_BPF_STACK`, which hashes are free of since 5.11.
            "sockhash" => (512, u32::MAX),
            "percpu_array" => (u32::MAX, PER_CPU),
            "array" => (u32::MAX, i32::MAX as u32),
            // `LPM_KEY_SIZE_MAX`.
            "lpm_trie" => (260, (4 << 20) - 280),
            "queue" | "stack" | "bloom_filter" => (u32::MAX, 4 << 20),
            "sk_storage" | "inode_storage" | "task_storage" | "cgrp_storage" => (u32::MAX, STORAGE),
            // `PERF_MAX_STACK_DEPTH` frames.
            "stack_trace" if map.map_flags & STACK_BUILD_ID != 0 => (u32::MAX, 127 * 32),
            "stack_trace" => (u32::MAX, 127 * 8),
            _ => (u32::MAX, u32::MAX),
        };
        Self { key, value }
    }
}

/// The path of the array without a length that a type ends in.
fn flexible_end(schema: &Schema, ty: TypeId) -> Option<String> {
    match schema.resolved(ty) {
        Type::Array { count: 0, .. } => Some(String::new()),
        Type::Composite(composite) => {
            let last = match composite.union {
                true => &composite.members[..],
                false => composite
                    .members
                    .last()
                    .map_or(&[][..], std::slice::from_ref),
            };
            last.iter().find_map(|member| {
                let inner = flexible_end(schema, member.ty)?;
                let name = member.name.as_deref().unwrap_or_default();
                Some(match (name.is_empty(), inner.is_empty()) {
                    (false, false) => format!("{name}.{inner}"),
                    (true, _) => inner,
                    (_, true) => name.to_owned(),
                })
            })
        }
        _ => None,
    }
}
