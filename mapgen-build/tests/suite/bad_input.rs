//! Each thing that a person can get wrong in an object has its own message, which names
//! the object, the map and the member.

use crate::clang;

/// What is said of C text after `bpf.h`; `None` without clang.
fn error_of(text: &str) -> Option<String> {
    error_with(text, &["-g"])
}

fn error_with(text: &str, arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("#include \"bpf.h\"\n{text}\n");
    let object = clang::compile_with(folder.path(), "bad", &text, clang::LITTLE, arguments)?;
    let error = mapgen_build::read(&object, &Default::default())
        .and_then(|schema| mapgen_build::check(&schema));
    Some(error.expect_err("an error").to_string())
}

/// A map `m` with these attributes.
fn map(attributes: &str) -> String {
    format!("struct {{ {attributes} }} m SEC(\".maps\");")
}

#[track_caller]
fn says(text: &str, expected: &str) {
    if let Some(error) = error_of(text) {
        assert_eq!(error, expected);
    }
}

#[test]
fn an_object_without_btf_asks_for_g() {
    let text = map("__uint(type, HASH); __uint(max_entries, 1);");
    if let Some(error) = error_with(&text, &[]) {
        assert!(
            error.starts_with("`bad.bpf.o` has no `.BTF` section"),
            "{error}"
        );
        assert!(error.contains("clang -g"), "{error}");
    }
}

#[test]
fn a_map_without_a_type_is_named() {
    says(
        &map("__uint(max_entries, 1); __type(key, int); __type(value, int);"),
        "`bad.bpf.o`: map `m`: it has no type: add `__uint(type, BPF_MAP_TYPE_…)` [M0023]",
    );
}

/// clang 19 writes `void` for these types.
#[test]
fn a_type_that_btf_cannot_say_is_named() {
    let text = format!(
        "struct t {{ int a; _Atomic int b; }};\n_Complex double global;\n{}",
        map(
            "__uint(type, ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct t);"
        )
    );
    let says = "BTF has `void` for its type, as clang writes it for `_Atomic` and `_Complex`, \
                which BTF cannot say: declare it as a plain type of its size (and count with \
                the `__atomic_…` or `__sync_…` builtins) [M0014]";
    if let Some(error) = error_of(&text) {
        assert_eq!(
            error,
            format!(
                "2 errors\n\
                 - `bad.bpf.o`: map `m`, `value`, `struct t`, member `b`: {says}\n\
                 - `bad.bpf.o`: section `.bss`, variable `global`: {says}"
            )
        );
    }
}

#[test]
fn an_unknown_attribute_is_named() {
    says(
        &map("__uint(type, HASH); __uint(max_entry, 1);"),
        "`bad.bpf.o`: map `m`, `max_entry`: libbpf knows no such attribute: it takes `type`, \
         `key`, `value`, `values`, `key_size`, `value_size`, `max_entries`, `map_flags`, \
         `map_extra`, `numa_node` and `pinning` [M0020]",
    );
}

#[test]
fn a_key_and_a_key_size_that_disagree_show_both() {
    says(
        &map("__uint(type, HASH); __uint(key_size, 8); __type(key, int);"),
        "`bad.bpf.o`: map `m`, `key`: the key has 4 bytes here and 8 bytes in an earlier \
         attribute: drop `key_size`, the type says it [M0022]",
    );
    says(
        &map("__uint(type, HASH); __type(value, int); __uint(value_size, 8);"),
        "`bad.bpf.o`: map `m`, `value_size`: the value has 8 bytes here and 4 bytes in an \
         earlier attribute: drop `value_size`, the type says it [M0022]",
    );
}

#[test]
fn a_static_map_is_refused_as_libbpf_refuses_it() {
    says(
        "static struct { __uint(type, HASH); } m SEC(\".maps\");",
        "`bad.bpf.o`: map `m`: it is `static`, libbpf creates global maps only [M0024]",
    );
}

#[test]
fn an_invalid_pinning_shows_its_value() {
    says(
        &map("__uint(type, HASH); __uint(pinning, 2);"),
        "`bad.bpf.o`: map `m`, `pinning`: 2 is not one of `LIBBPF_PIN_NONE` (0) and \
         `LIBBPF_PIN_BY_NAME` (1) [M0021]",
    );
}

#[test]
fn inner_maps_belong_to_maps_of_maps_and_do_not_nest() {
    says(
        &map("__uint(type, HASH); __array(values, int);"),
        "`bad.bpf.o`: map `m`, `values`: only maps of maps and program arrays have it, not \
         `hash` (`type` must come first) [M0025]",
    );
    says(
        "struct one { __uint(type, HASH); };
         struct two { __uint(type, HASH_OF_MAPS); __array(values, struct one); };
         struct { __uint(type, HASH_OF_MAPS); __array(values, struct two); } m SEC(\".maps\");",
        "`bad.bpf.o`: map `m`, `values`, `values`: an inner map cannot hold maps itself [M0025]",
    );
}

#[test]
fn a_key_of_a_type_that_is_only_declared_is_named() {
    says(
        "struct gone; struct holder { int a; struct gone *p; }; \
         struct { __uint(type, HASH); struct gone *key; } m SEC(\".maps\");",
        "`bad.bpf.o`: map `m`, `key`: `struct gone` is only declared, never defined: include \
         the header that defines it [M0013]",
    );
}

#[test]
fn a_value_that_ends_in_a_flexible_array_names_the_member() {
    says(
        &format!(
            "struct tail {{ int n; char text[]; }}; struct v {{ int a; struct tail t; }};\n{}",
            map(
                "__uint(type, HASH); __uint(max_entries, 1); __type(key, int); __type(value, struct v);"
            )
        ),
        "`bad.bpf.o`: map `m`, `value`: `struct v` ends in the flexible array `t.text`, for \
         which the kernel keeps 0 bytes: give it a length, as in `t.text[16]` [M0001]",
    );
}

#[test]
fn a_key_wider_than_the_kernel_takes_shows_both_sizes() {
    says(
        &format!(
            "struct k {{ char text[5000000]; }};\n{}",
            map(
                "__uint(type, HASH); __uint(max_entries, 1); __type(key, struct k); __type(value, int);"
            )
        ),
        "`bad.bpf.o`: map `m`, `key`: it has 5000000 bytes (`struct k`), a key of a `hash` map \
         has 4194255 at most: hash what you have, or keep it in the value [M0002]",
    );
    says(
        &format!(
            "struct k {{ __u32 prefix; char text[300]; }};\n{}",
            map(
                "__uint(type, LPM_TRIE); __uint(max_entries, 1); __type(key, struct k); __type(value, int);"
            )
        ),
        "`bad.bpf.o`: map `m`, `key`: it has 304 bytes (`struct k`), a key of a `lpm_trie` map \
         has 260 at most: 4 bytes of prefix length and 256 bytes of data [M0002]",
    );
}

#[test]
fn a_size_that_the_kernel_never_takes_is_an_error() {
    says(
        &map(
            "__uint(type, ARRAY); __uint(max_entries, 1); __type(key, __u64); __type(value, int);",
        ),
        "`bad.bpf.o`: map `m`, `key`: it has 8 bytes (`__u64`), keys of `array` maps have 4: \
         declare `__type(key, __u32)` [M0002]",
    );
    says(
        &format!(
            "struct nothing {{}};\n{}",
            map(
                "__uint(type, HASH); __uint(max_entries, 1); __type(key, int); __type(value, struct nothing);"
            )
        ),
        "`bad.bpf.o`: map `m`, `value`: it has 0 bytes (`struct nothing`), which the kernel \
         refuses for `hash` maps: declare it with `__type(value, …)` [M0003]",
    );
}

#[test]
fn a_hash_key_wider_than_a_stack_needs_a_kernel_that_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"\nstruct k { char text[600]; }; struct { __uint(type, HASH); \
                __uint(max_entries, 1); __type(key, struct k); __type(value, int); } m SEC(\".maps\");";
    let Some(object) = clang::compile(folder.path(), "wide", text, clang::LITTLE) else {
        return;
    };
    let schema = mapgen_build::read(&object, &Default::default()).unwrap();
    assert!(mapgen_build::check(&schema).is_ok());
    let release = mapgen_build::facts::map(&schema, &schema.maps[0]).unwrap();
    assert_eq!(release.to_string(), "5.11");
}

#[test]
fn a_value_larger_than_the_kernel_takes_shows_both_sizes() {
    says(
        &format!(
            "struct v {{ char text[40000]; }};\n{}",
            map(
                "__uint(type, PERCPU_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct v);"
            )
        ),
        "`bad.bpf.o`: map `m`, `value`: it has 40000 bytes (`struct v`), a value of a \
         `percpu_array` map has 32768 at most: split it, or keep it in another kind of map [M0003]",
    );
}

#[test]
fn everything_wrong_in_an_object_is_reported_together() {
    let text = "struct { __uint(type, HASH); __uint(pinning, 2); } a SEC(\".maps\");
                struct { __uint(max_entries, 2); } b SEC(\".maps\");";
    if let Some(error) = error_of(text) {
        assert!(
            error.starts_with("2 errors\n- `bad.bpf.o`: map `a`"),
            "{error}"
        );
        assert!(error.contains("\n- `bad.bpf.o`: map `b`"), "{error}");
    }
}

#[test]
fn max_entries_of_0_is_left_to_run_time() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"\nstruct { __uint(type, HASH); __type(key, int); \
                __type(value, int); } m SEC(\".maps\");";
    let Some(object) = clang::compile(folder.path(), "zero", text, clang::LITTLE) else {
        return;
    };
    let schema = mapgen_build::read(&object, &Default::default()).unwrap();
    assert_eq!(schema.maps[0].max_entries, 0);
    assert_eq!(mapgen_build::memory::bytes(&schema.maps[0], 2), None);
    assert!(mapgen_build::check(&schema).is_ok());
}

#[test]
fn sizes_that_no_attribute_says_are_left_to_run_time() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"\n\
        struct { __uint(type, HASH); __uint(max_entries, 1); } both SEC(\".maps\");\n\
        struct { __uint(type, ARRAY); __uint(key_size, 4); __uint(max_entries, 1); } v SEC(\".maps\");\n\
        struct { __uint(type, QUEUE); __uint(max_entries, 1); } q SEC(\".maps\");\n\
        struct { __uint(type, RINGBUF); __uint(max_entries, 4096); } r SEC(\".maps\");";
    let Some(object) = clang::compile(folder.path(), "sizes", text, clang::LITTLE) else {
        return;
    };
    let schema = mapgen_build::read(&object, &Default::default()).unwrap();
    mapgen_build::check(&schema).unwrap();
    let left: Vec<_> = schema
        .maps
        .iter()
        .map(|map| (&*map.name, map.key_at_run_time(), map.value_at_run_time()))
        .collect();
    assert_eq!(
        left,
        [
            ("both", true, true),
            ("v", false, true),
            ("q", false, true),
            ("r", false, false)
        ]
    );
}

#[test]
fn an_inner_map_whose_sizes_nothing_sets_is_an_error() {
    says(
        "struct one { __uint(type, HASH); __uint(max_entries, 1); __type(key, int); };
         struct { __uint(type, HASH_OF_MAPS); __uint(max_entries, 1); __type(key, int); \
                  __array(values, struct one); } m SEC(\".maps\");",
        "`bad.bpf.o`: map `m.inner`, `value`: it has 0 bytes, which the kernel refuses for \
         `hash` maps: declare it with `__type(value, …)` [M0003]",
    );
}

#[test]
fn one_name_with_two_definitions_shows_both() {
    // clang refuses one tag twice in a scope; two scopes give two types of one name.
    let scopes = "
        SEC(\"xdp\") int f(void *c) {
            struct twin { int a; };
            static volatile struct twin x;
            return x.a;
        }
        SEC(\"xdp\") int g(void *c) {
            struct twin { long long b; };
            static volatile struct twin y;
            return y.b;
        }";
    if let Some(error) = error_of(scopes) {
        assert!(
            error.contains("two types are called `struct twin`: rename one of them"),
            "{error}"
        );
        assert!(
            error.contains("int a;") && error.contains("long long b;"),
            "{error}"
        );
    }
}

#[test]
fn a_type_that_is_not_there_shows_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let source = clang::source("everything.bpf.c");
    let Some(object) = clang::compile(folder.path(), "everything", &source, clang::LITTLE) else {
        return;
    };
    let mut options = mapgen_build::Options::default();
    options.types = vec!["struct  record".to_owned(), "struct rekord".to_owned()];
    let error = mapgen_build::read(&object, &options)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(
            "`everything.bpf.o`: there is no type `struct rekord`; the nearest are `struct record`"
        ),
        "{error}"
    );
}

#[test]
fn legacy_maps_have_sizes_and_no_types() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"
        struct bpf_map_def { unsigned type, key_size, value_size, max_entries, map_flags; };
        struct bpf_map_def SEC(\"maps\") first = { HASH, 4, 8, 16, 1 };
        struct bpf_map_def SEC(\"maps\") second = { ARRAY, 4, 3, 2, 0 };
        SEC(\"xdp\") int f(void *c) { int k = 0; return !!map_lookup_elem(&second, &k); }";
    for arguments in [&["-g"][..], &[]] {
        for target in [clang::LITTLE, clang::BIG] {
            let Some(object) = clang::compile_with(folder.path(), "old", text, target, arguments)
            else {
                return;
            };
            let schema = mapgen_build::read(&object, &Default::default()).unwrap();
            let maps: Vec<_> = schema
                .maps
                .iter()
                .map(|m| {
                    (
                        &m.name[..],
                        m.kind,
                        m.key_size,
                        m.value_size,
                        m.max_entries,
                        m.map_flags,
                    )
                })
                .collect();
            assert_eq!(maps, [("first", 1, 4, 8, 16, 1), ("second", 2, 4, 3, 2, 0)]);
            assert!(
                schema
                    .maps
                    .iter()
                    .all(|map| map.key.is_none() && map.section == "maps")
            );
            assert_eq!(schema.programs[0].maps, ["second"]);
        }
    }
}
