//! Lints: what the kernel takes and people regret.

use mapgen_schema::{Composite, Map, Pinning, Schema, Type, TypeId, codes, ctext, kinds};

use super::{Policy, possible};
use crate::diagnostic::Diagnostic;
use crate::facts::Release;
use crate::memory;
use crate::read::Object;

const NO_PREALLOC: u32 = 1;
const NO_COMMON_LRU: u32 = 1 << 1;

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let schema = &object.schema;
    for map in &schema.maps {
        key_padding(schema, map, found);
        kernel_pointer(schema, map, found);
        lru_minimum(schema, map, policy, found);
        rounded_entries(schema, map, policy, found);
        nmi_hash(schema, map, policy, found);
        unused_map(object, map, found);
    }
}

fn kind(map: &Map) -> &'static str {
    kinds::name(map.kind).unwrap_or("unknown")
}

fn on(code: codes::Code, schema: &Schema, map: &Map, message: String) -> Diagnostic {
    Diagnostic::new(code, &schema.object, message).place(format!("map `{}`", map.name))
}

/// Bytes of a key that no member covers: the kernel hashes and compares them, and nothing in
/// C sets them.
fn key_padding(schema: &Schema, map: &Map, found: &mut Vec<Diagnostic>) {
    let hashed = kind(map).contains("hash");
    let Some(key) = map.key.filter(|_| hashed) else {
        return;
    };
    let Some((path, offset, size)) = first_padding(schema, key) else {
        return;
    };
    let ctype = ctext::name(schema, key);
    let bytes = match size {
        1 => "byte".to_owned(),
        _ => format!("{size} bytes"),
    };
    let inside = match path.is_empty() {
        true => String::new(),
        false => format!(" of `{path}`"),
    };
    let message = format!(
        "`{ctype}` has {bytes} at {offset}{inside} that no member covers, and the kernel hashes \
         them: two keys whose members are equal may differ"
    );
    found.push(
        on(codes::key_padding, schema, map, message)
            .place_last("`key`")
            .help(format!(
                "name them, as in `__u8 pad[{size}];`, and set them to 0 in C; \
         `__builtin_memset(&key, 0, sizeof(key))` before the members are set does it, too"
            )),
    );
}

/// The first hole of a type: the member it lies in, its offset there, its size.
fn first_padding(schema: &Schema, id: TypeId) -> Option<(String, u32, u32)> {
    match schema.resolved(id) {
        Type::Array { element, count } if *count > 0 => first_padding(schema, *element),
        Type::Composite(composite) => {
            // What a smaller member of a union leaves is not known to be unset.
            if let Some(hole) = schema.padding(composite).first() {
                return Some((String::new(), hole.offset, hole.size));
            }
            composite.members.iter().find_map(|member| {
                let (path, offset, size) = first_padding(schema, member.ty)?;
                let name = member.name.as_deref().unwrap_or_default();
                let path = match (name.is_empty(), path.is_empty()) {
                    (true, _) => path,
                    (_, true) => name.to_owned(),
                    _ => format!("{name}.{path}"),
                };
                Some((path, offset, size))
            })
        }
        _ => None,
    }
}

/// A pointer in a value is an address of the kernel, which whoever may read the map learns.
/// Pointers with a tag (`__kptr`, `__uptr`) read as 0.
fn kernel_pointer(schema: &Schema, map: &Map, found: &mut Vec<Diagnostic>) {
    // The values of these are descriptors, or nobody reads them by the map.
    let is_read = !matches!(kind(map), "struct_ops" | "arena" | "unknown");
    let Some(value) = map.value.filter(|_| is_read) else {
        return;
    };
    let Some((path, pointee)) = first_pointer(schema, value) else {
        return;
    };
    let what = match path.is_empty() {
        true => "it is".to_owned(),
        false => format!("`{path}` of `{}` is", ctext::name(schema, value)),
    };
    let message = format!(
        "{what} a pointer to `{pointee}`: who reads the map learns an address of the kernel"
    );
    found.push(
        on(codes::kernel_pointer, schema, map, message)
            .place_last("`value`")
            .help(
                "keep what identifies the object instead (a cookie, an inode, a number), or \
                 mark a pointer that the kernel may count as `__kptr`, which reads as 0",
            ),
    );
}

fn first_pointer(schema: &Schema, id: TypeId) -> Option<(String, String)> {
    match schema.resolved(id) {
        Type::Pointer { pointee, tag: None } => Some((String::new(), pointee.clone())),
        Type::Array { element, count } if *count > 0 => first_pointer(schema, *element),
        Type::Composite(composite) if !is_kernels(composite) => {
            composite.members.iter().find_map(|member| {
                let (path, pointee) = first_pointer(schema, member.ty)?;
                let name = member.name.as_deref().unwrap_or_default();
                let path = match (name.is_empty(), path.is_empty()) {
                    (true, _) => path,
                    (_, true) => name.to_owned(),
                    _ => format!("{name}.{path}"),
                };
                Some((path, pointee))
            })
        }
        _ => None,
    }
}

/// Members that the kernel keeps to itself and shows as 0 (`btf_field_type`).
fn is_kernels(composite: &Composite) -> bool {
    let name = composite.name.as_deref().unwrap_or_default();
    matches!(
        name,
        "bpf_spin_lock"
            | "bpf_res_spin_lock"
            | "bpf_timer"
            | "bpf_wq"
            | "bpf_task_work"
            | "bpf_list_head"
            | "bpf_list_node"
            | "bpf_rb_root"
            | "bpf_rb_node"
            | "bpf_refcount"
    )
}

/// The room that the handle asks for when the map is opened (`MapSpec::max_entries_for`), on
/// a machine with the CPUs that are stated, or with one.
fn lru_minimum(schema: &Schema, map: &Map, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let Some(least) = policy.least(schema, map) else {
        return;
    };
    // Fewer than the minimum is no matter of CPUs, and 0 is left to run time.
    if map.max_entries == 0 || map.max_entries < least.value {
        return;
    }
    let cpus = policy.cpus.as_ref().map_or(1, |cpus| cpus.value);
    let needed = memory::max_entries_for(map, least.value, cpus);
    if map.max_entries >= needed {
        return;
    }
    let more = match map.map_flags & NO_COMMON_LRU {
        0 => "each CPU keeps up to 128 free ones to itself",
        _ => "each CPU has its share, and never another one's",
    };
    let on_cpus = match &policy.cpus {
        None => "even with one CPU it takes".to_owned(),
        Some(stated) => format!("on {} (`{}`) it takes", possible(cpus), stated.origin),
    };
    let message = format!(
        "with `max_entries` {} it forgets entries before it holds the {} of `min_entries`: \
         {more}, and {on_cpus} {needed}",
        map.max_entries, least.value
    );
    found.push(
        on(codes::lru_minimum, schema, map, message)
            .origin(&least.origin)
            .help(format!(
                "in C, `__uint(max_entries, {needed})`; or `set_max_entries` before the load, \
                 which says how many this machine needs"
            )),
    );
}

/// What libbpf or the kernel makes of a number.
fn rounded_entries(schema: &Schema, map: &Map, policy: &Policy, found: &mut Vec<Diagnostic>) {
    const PAGE: u32 = 4096;
    let max = map.max_entries;
    let pages = max.div_ceil(PAGE).checked_next_power_of_two();
    let (message, rounded) = match kind(map) {
        "ringbuf" | "user_ringbuf" if max > 0 => {
            let Some(rounded) = pages.and_then(|pages| pages.checked_mul(PAGE)) else {
                return;
            };
            let message = format!(
                "a ring buffer has a power of two of pages: libbpf makes {rounded} bytes of \
                 `max_entries` {max}, other loaders get `EINVAL`"
            );
            (message, rounded)
        }
        // `htab_map_alloc`: every CPU's list gets the same number.
        "lru_hash" | "lru_percpu_hash" if map.map_flags & NO_COMMON_LRU != 0 && max > 0 => {
            let Some(cpus) = policy.cpus.as_ref().map(|cpus| cpus.value.max(1)) else {
                return;
            };
            let rounded = max
                .checked_next_multiple_of(cpus)
                .unwrap_or(max - max % cpus);
            let message = format!(
                "with `BPF_F_NO_COMMON_LRU` every CPU gets as many entries: on {} the kernel \
                 makes {rounded} of `max_entries` {max}",
                possible(cpus)
            );
            (message, rounded)
        }
        _ => return,
    };
    if rounded != max {
        found.push(
            on(codes::rounded_entries, schema, map, message).help(format!(
                "say what it becomes: `__uint(max_entries, {rounded})`"
            )),
        );
    }
}

/// What the verifier of Linux before 6.1 asks of tracing programs
/// (`check_map_prog_compatibility`, `check_map_prealloc`); from then on such maps have
/// memory of their own at hand (`bpf_mem_alloc`).
fn nmi_hash(schema: &Schema, map: &Map, policy: &Policy, found: &mut Vec<Diagnostic>) {
    const OWN_MEMORY: Release = Release { major: 6, minor: 1 };
    if policy
        .min_kernel
        .as_ref()
        .is_some_and(|oldest| oldest.value >= OWN_MEMORY)
    {
        return;
    }
    let grows = |map: &Map| {
        let is_hash = matches!(kind(map), "hash" | "percpu_hash" | "hash_of_maps");
        is_hash && map.map_flags & NO_PREALLOC != 0
    };
    if !grows(map) && !map.inner.as_deref().is_some_and(grows) {
        return;
    }
    let users = schema.programs.iter().filter(|program| {
        let traces = matches!(
            &*program.kind,
            "perf_event" | "kprobe" | "tracepoint" | "raw_tracepoint" | "raw_tracepoint_writable"
        );
        traces && program.maps.contains(&map.name)
    });
    // One that is refused before one that is warned of.
    let Some(program) = users.min_by_key(|program| program.kind != "perf_event") else {
        return;
    };
    let what = match &*program.kind {
        "perf_event" => "refuses to load it",
        _ => "warns, and it may hang where it interrupts the allocator",
    };
    let message = format!(
        "it has `BPF_F_NO_PREALLOC`, and program `{}` (`{}`) uses it: Linux before {OWN_MEMORY} \
         {what}",
        program.name, program.section
    );
    found.push(on(codes::nmi_hash, schema, map, message).help(format!(
        "drop `BPF_F_NO_PREALLOC`, or state `min_kernel` {OWN_MEMORY} or newer"
    )));
}

/// A map that no program refers to, that no map holds and that is not there for others.
fn unused_map(object: &Object, map: &Map, found: &mut Vec<Diagnostic>) {
    let schema = &object.schema;
    let Some(held) = &object.held else {
        return;
    };
    let mut programs = schema.programs.iter();
    let is_used = programs.any(|program| program.maps.contains(&map.name));
    // An object without programs is there for its maps; libbpf looks for those of its
    // `usdt.bpf.h` by name; programs refer to variables in an arena, not to the arena.
    if schema.programs.is_empty()
        || map.pinning != Pinning::None
        || held.contains(&map.name)
        || map.name.starts_with("__bpf_usdt_")
        || kind(map) == "arena"
        || is_attached_to(schema, map)
        || is_used
    {
        return;
    }
    let message = "no program of the object uses it, and it is not pinned".to_owned();
    found.push(
        on(codes::unused_map, schema, map, message)
            .help("drop it, pin it for those who use it, or allow it: `unused_map = \"allow\"`"),
    );
}

/// Whether programs of the object may be attached to the map itself: verdicts on the sockets
/// of a map, and iterators over its entries.
fn is_attached_to(schema: &Schema, map: &Map) -> bool {
    let has_sockets = matches!(kind(map), "sockmap" | "sockhash");
    schema.programs.iter().any(|program| {
        let section = program.section.trim_start_matches('?');
        match section.strip_prefix("iter") {
            Some(iterator) => iterator.contains("map"),
            None => has_sockets && matches!(&*program.kind, "sk_skb" | "sk_msg"),
        }
    })
}
