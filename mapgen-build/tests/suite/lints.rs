//! Each lint on compiled C that shows it, and on C that nearly does.

use mapgen_build::policy::{self, File, Policy};
use mapgen_build::{Code, Diagnostic};
use mapgen_schema::codes;

use crate::clang;

/// What is found in C text, under a policy; `None` without clang.
fn found(text: &str, policy: &str) -> Option<Vec<Diagnostic>> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("#include \"bpf.h\"\n{text}\nchar _license[] SEC(\"license\") = \"GPL\";\n");
    let object = clang::compile(folder.path(), "lint", &text, clang::LITTLE)?;
    let object = mapgen_build::read_object(&object, &Default::default()).unwrap();
    let mut asked = Policy::default();
    asked.add(File::parse(policy, "mapgen.toml".as_ref()).unwrap().policy);
    Some(policy::check(&[object], &asked))
}

/// The messages of one lint.
#[track_caller]
fn says(code: Code, text: &str, policy: &str, expected: &[&str]) {
    let Some(found) = found(text, policy) else {
        return;
    };
    let of_code = found.iter().filter(|diagnostic| diagnostic.code == code);
    let said: Vec<String> = of_code
        .map(|diagnostic| {
            let text = diagnostic.to_string();
            text.lines().next().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(said, expected);
}

/// A map of this kind and these types, which a program uses.
fn used(kind: &str, key: &str, value: &str, more: &str) -> String {
    used_in("xdp", kind, key, value, more)
}

fn used_in(section: &str, kind: &str, key: &str, value: &str, more: &str) -> String {
    format!(
        "struct {{ __uint(type, {kind}); __uint(max_entries, 1000); __type(key, {key}); \
         __type(value, {value}); {more} }} m SEC(\".maps\");\n\
         SEC(\"{section}\") int prog(void *ctx) {{\n\
         __u8 key[64] = {{}};\n\
         return map_lookup_elem(&m, key) != 0;\n}}\n"
    )
}

#[test]
fn a_hash_key_with_a_hole_is_told_from_one_that_names_it() {
    let hole = "struct key { __u32 addr; __u16 port; };\n";
    for kind in ["HASH", "LRU_HASH", "PERCPU_HASH"] {
        says(
            codes::key_padding,
            &(hole.to_owned() + &used(kind, "struct key", "int", "")),
            "",
            &[
                "`lint.bpf.o`: map `m`, `key`: `struct key` has 2 bytes at 6 that no member covers, \
                 and the kernel hashes them: two keys whose members are equal may differ [M0300]",
            ],
        );
    }
    let inside = "struct end { __u32 addr; __u8 proto; };\nstruct key { struct end ends[2]; };\n";
    says(
        codes::key_padding,
        &(inside.to_owned() + &used("HASH", "struct key", "int", "")),
        "",
        &[
            "`lint.bpf.o`: map `m`, `key`: `struct key` has 3 bytes at 5 of `ends` that no member \
             covers, and the kernel hashes them: two keys whose members are equal may differ \
             [M0300]",
        ],
    );
    for near in [
        "struct key { __u32 addr; __u16 port; __u16 pad; };\n",
        "struct key { __u32 addr; __u16 port; } __attribute__((packed));\n",
        "struct key { __u32 addr; union { __u32 ports; __u16 port; }; };\n",
    ] {
        let text = near.to_owned() + &used("HASH", "struct key", "int", "");
        says(codes::key_padding, &text, "", &[]);
    }
    // A value is not hashed.
    says(
        codes::key_padding,
        &(hole.to_owned() + &used("HASH", "int", "struct key", "")),
        "",
        &[],
    );
}

#[test]
fn a_pointer_in_a_value_is_told_from_a_kptr_and_from_a_number() {
    let value = "struct task;\nstruct value { __u64 n; struct { struct task *owner; } in; };\n";
    says(
        codes::kernel_pointer,
        &(value.to_owned() + &used("HASH", "int", "struct value", "")),
        "",
        &[
            "`lint.bpf.o`: map `m`, `value`: `in.owner` of `struct value` is a pointer to `struct \
             task`: who reads the map learns an address of the kernel [M0301]",
        ],
    );
    says(
        codes::kernel_pointer,
        &used("ARRAY", "int", "void *", ""),
        "",
        &[
            "`lint.bpf.o`: map `m`, `value`: it is a pointer to `void`: who reads the map learns an \
             address of the kernel [M0301]",
        ],
    );
    for near in [
        "struct task;\nstruct value { struct task __kptr *owner; };\n",
        "struct value { __u64 owner; };\n",
        "struct bpf_timer { void *a, *b; };\nstruct value { struct bpf_timer timer; };\n",
    ] {
        let text = near.to_owned() + &used("HASH", "int", "struct value", "");
        says(codes::kernel_pointer, &text, "", &[]);
    }
    // Programs keep what they see in keys; nobody follows them.
    let key = "struct task;\n".to_owned() + &used("HASH", "struct task *", "int", "");
    says(codes::kernel_pointer, &key, "", &[]);
}

#[test]
fn an_lru_map_is_held_against_the_room_that_its_handle_asks_for() {
    let map = used("LRU_HASH", "int", "int", "");
    let asked = |cpus: &str, least: u32| format!("{cpus}\n[min_entries]\nm = {least}\n");
    says(
        codes::lru_minimum,
        &map,
        &asked("", 900),
        &[
            "`lint.bpf.o`: map `m`: with `max_entries` 1000 it forgets entries before it holds the \
             900 of `min_entries`: each CPU keeps up to 128 free ones to itself, and even with one \
             CPU it takes 1028 [M0302]",
        ],
    );
    says(codes::lru_minimum, &map, &asked("", 872), &[]);
    says(codes::lru_minimum, &map, &asked("cpus = 4", 488), &[]);
    says(
        codes::lru_minimum,
        &map,
        &asked("cpus = 4", 489),
        &[
            "`lint.bpf.o`: map `m`: with `max_entries` 1000 it forgets entries before it holds the \
             489 of `min_entries`: each CPU keeps up to 128 free ones to itself, and on 4 possible \
             CPUs (`mapgen.toml:1`) it takes 1001 [M0302]",
        ],
    );
    // A hash forgets none.
    let hash = used("HASH", "int", "int", "");
    says(codes::lru_minimum, &hash, &asked("cpus = 4", 1000), &[]);
    // Nobody asked.
    says(codes::lru_minimum, &map, "cpus = 4", &[]);
}

#[test]
fn a_map_that_nothing_uses_is_told_from_one_that_somebody_may() {
    let unused = "struct { __uint(type, ARRAY); __uint(max_entries, 1); __type(key, int); \
                  __type(value, int); MORE } idle SEC(\".maps\");\n";
    let with = |more: &str| unused.replace("MORE", more) + &used("HASH", "int", "int", "");
    says(
        codes::unused_map,
        &with(""),
        "",
        &[
            "`lint.bpf.o`: map `idle`: no program of the object uses it, and it is not pinned [M0303]",
        ],
    );
    says(codes::unused_map, &with("__uint(pinning, 1);"), "", &[]);
    // An object without programs is there for its maps.
    says(codes::unused_map, &unused.replace("MORE", ""), "", &[]);
    // A map of maps holds it from the start.
    let outer = "struct inner { __uint(type, ARRAY); __uint(max_entries, 1); __type(key, int); \
                 __type(value, int); } idle SEC(\".maps\"), other SEC(\".maps\");\n\
                 struct { __uint(type, ARRAY_OF_MAPS); __uint(max_entries, 1); __type(key, int); \
                 __array(values, struct inner); } m SEC(\".maps\") = { .values = { &idle } };\n\
                 SEC(\"xdp\") int prog(void *ctx) { int key = 0; \
                 return map_lookup_elem(&m, &key) != 0; }\n";
    says(
        codes::unused_map,
        outer,
        "",
        &[
            "`lint.bpf.o`: map `other`: no program of the object uses it, and it is not pinned [M0303]",
        ],
    );
    // A function that the program calls uses it.
    let called = unused.replace("MORE", "")
        + "static __noinline int look(int key) { return map_lookup_elem(&idle, &key) != 0; }\n\
           SEC(\"xdp\") int prog(void *ctx) { return look((long)ctx); }\n";
    says(codes::unused_map, &called, "", &[]);
    // Verdicts are attached to a map of sockets.
    let sockets = "struct { __uint(type, 15); __uint(max_entries, 1); __type(key, int); \
                   __type(value, int); } idle SEC(\".maps\");\n\
                   SEC(\"sk_skb/stream_verdict\") int prog(void *ctx) { return 1; }\n";
    says(codes::unused_map, sockets, "", &[]);
    says(
        codes::unused_map,
        &with(""),
        "[lints]\nunused_map = \"allow\"",
        &[],
    );
}

#[test]
fn a_hash_that_allocates_is_held_against_what_the_verifier_asks_of_tracing_programs() {
    const NO_PREALLOC: &str = "__uint(map_flags, 1);";
    let grows = |section: &str| used_in(section, "HASH", "int", "int", NO_PREALLOC);
    says(
        codes::nmi_hash,
        &grows("perf_event"),
        "",
        &[
            "`lint.bpf.o`: map `m`: it has `BPF_F_NO_PREALLOC`, and program `prog` (`perf_event`) \
             uses it: Linux before 6.1 refuses to load it [M0304]",
        ],
    );
    says(
        codes::nmi_hash,
        &grows("kprobe/do_exit"),
        "min_kernel = \"5.15\"",
        &[
            "`lint.bpf.o`: map `m`: it has `BPF_F_NO_PREALLOC`, and program `prog` \
             (`kprobe/do_exit`) uses it: Linux before 6.1 warns, and it may hang where it \
             interrupts the allocator [M0304]",
        ],
    );
    says(
        codes::nmi_hash,
        &grows("perf_event"),
        "min_kernel = \"6.1\"",
        &[],
    );
    says(codes::nmi_hash, &grows("xdp"), "", &[]);
    says(codes::nmi_hash, &grows("fentry/do_exit"), "", &[]);
    let preallocated = used_in("perf_event", "HASH", "int", "int", "");
    says(codes::nmi_hash, &preallocated, "", &[]);
}

#[test]
fn a_size_that_becomes_another_is_told_from_one_that_stays() {
    let ring = |bytes: u32| {
        format!(
            "struct {{ __uint(type, RINGBUF); __uint(max_entries, {bytes}); }} m SEC(\".maps\");"
        )
    };
    says(
        codes::rounded_entries,
        &ring(12_288),
        "",
        &[
            "`lint.bpf.o`: map `m`: a ring buffer has a power of two of pages: libbpf makes 16384 \
             bytes of `max_entries` 12288, other loaders get `EINVAL` [M0305]",
        ],
    );
    says(codes::rounded_entries, &ring(16_384), "", &[]);
    says(codes::rounded_entries, &ring(0), "", &[]);
    let own = used("LRU_HASH", "int", "int", "__uint(map_flags, 2);");
    says(
        codes::rounded_entries,
        &own,
        "cpus = 16",
        &[
            "`lint.bpf.o`: map `m`: with `BPF_F_NO_COMMON_LRU` every CPU gets as many entries: on 16 \
             possible CPUs the kernel makes 1008 of `max_entries` 1000 [M0305]",
        ],
    );
    says(codes::rounded_entries, &own, "cpus = 8", &[]);
    let common = used("LRU_HASH", "int", "int", "");
    says(codes::rounded_entries, &common, "cpus = 16", &[]);
}

/// The kernel's per-CPU allocator has the last word, so it is no lint: `value_size`.
#[test]
fn a_value_larger_than_a_cpu_allocates_is_refused() {
    let value = |bytes: u32| {
        let value = format!("struct value {{ char bytes[{bytes}]; }};\n");
        value + &used("PERCPU_ARRAY", "int", "struct value", "")
    };
    says(
        codes::value_size,
        &value(32_769),
        "",
        &[
            "`lint.bpf.o`: map `m`, `value`: it has 32769 bytes (`struct value`), a value of a \
             `percpu_array` map has 32768 at most: split it, or keep it in another kind of map \
             [M0003]",
        ],
    );
    says(codes::value_size, &value(32_768), "", &[]);
}

#[test]
fn a_lint_weighs_what_the_file_says() {
    let text = "struct key { __u32 addr; __u16 port; };\n".to_owned()
        + &used("HASH", "struct key", "int", "");
    let Some(plain) = found(&text, "") else {
        return;
    };
    assert_eq!(plain.len(), 1, "{plain:?}");
    assert_eq!(plain[0].level, mapgen_build::Level::Warn);
    let denied = found(&text, "[lints]\nkey_padding = \"deny\"").unwrap();
    assert_eq!(denied[0].level, mapgen_build::Level::Deny);
    assert_eq!(
        found(&text, "[lints]\nkey_padding = \"allow\"").unwrap(),
        []
    );
}
