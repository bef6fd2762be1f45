//! `min_kernel`, `allow_helpers`, `deny_helpers` and licences, on compiled objects.

use std::path::Path;

use mapgen_build::policy::{self, File, Known, Policy};
use mapgen_build::{Diagnostic, Level, read_object};

use crate::builder::run;
use crate::clang;

/// Helpers beside those of `bpf.h`, and what guards stand on.
const START: &str = r#"#include "bpf.h"
#define __ksym __attribute__((section(".ksyms")))
#define ENUM_EXISTS(type, value) __builtin_preserve_enum_value(*(type *)value, 0)
enum bpf_func_id { BPF_FUNC_ringbuf_output___x = 130 };
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_of_a_module(void) __ksym;
static long (*ringbuf_output)(void *map, void *data, __u64 size, __u64 flags) = (void *)130;
static long (*probe_read_kernel)(void *to, __u32 size, const void *from) = (void *)113;
static long (*unknown_helper)(void) = (void *)9999;
struct { __uint(type, RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
"#;

fn check(source: &str, policy: &str) -> Option<Vec<Diagnostic>> {
    let folder = tempfile::tempdir().unwrap();
    let object = clang::compile(folder.path(), "sample", source, clang::LITTLE)?;
    let object = read_object(&object, &Default::default()).unwrap();
    let file = File::parse(policy, Path::new("mapgen.toml")).unwrap();
    let mut found = policy::check(&[object], &file.policy);
    // Lints have tests of their own.
    found.retain(|diagnostic| diagnostic.code.number < 300);
    Some(found)
}

/// Place and message of each finding.
fn said(found: &[Diagnostic]) -> Vec<String> {
    found
        .iter()
        .map(|found| format!("{}: {}", found.place.join(", "), found.message))
        .collect()
}

#[track_caller]
fn finds(source: &str, policy: &str, expected: &[&str]) {
    if let Some(found) = check(source, policy) {
        assert_eq!(said(&found), expected, "{found:#?}");
    }
}

fn program(body: &str) -> String {
    format!(
        "{START}SEC(\"xdp\") int f(void *ctx) {{ __u64 v = 1; {body}; return 2; }}\n\
         char _license[] SEC(\"license\") = \"GPL\";\n"
    )
}

const RING: &str = "ringbuf_output(&events, &v, 8, 0)";

#[test]
fn a_ring_buffer_needs_5_8_and_so_does_its_helper() {
    finds(
        &program(RING),
        "min_kernel = \"5.4\"",
        &[
            "map `events`: map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4",
            "program `f`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4",
        ],
    );
    finds(&program(RING), "min_kernel = \"5.8\"", &[]);
}

#[test]
fn a_finding_shows_the_line_the_policy_and_a_way_out() {
    let Some(found) = check(&program(RING), "\nmin_kernel = \"5.4\"") else {
        return;
    };
    let text = found[1].to_string();
    for part in [
        "`sample.bpf.o`: program `f`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4 [M0110]",
        "sample.bpf.c:12:",
        "ringbuf_output(&events, &v, 8, 0)",
        "`mapgen.toml:2` asks for it",
        "BPF_FUNC_ringbuf_output",
        "`allow_newer`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_guarded_call_is_no_need_but_its_map_is() {
    let guarded = format!("if (ENUM_EXISTS(enum bpf_func_id, BPF_FUNC_ringbuf_output___x)) {RING}");
    let map = "map `events`: map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4";
    finds(&program(&guarded), "min_kernel = \"5.4\"", &[map]);
    let optional = "min_kernel = \"5.4\"\noptional = [\"events\"]";
    finds(&program(&guarded), optional, &[]);
}

#[test]
fn a_guard_on_a_constant_counts_from_5_5_on() {
    let source = program(&format!("if (on) {RING}"))
        .replace("SEC(\"xdp\")", "const volatile _Bool on; SEC(\"xdp\")");
    let policy = |release| format!("min_kernel = \"{release}\"\noptional = [\"events\"]");
    finds(&source, &policy("5.5"), &[]);
    let Some(found) = check(&source, &policy("5.4")) else {
        return;
    };
    assert_eq!(
        said(&found),
        ["program `f`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4"]
    );
    assert!(
        found[0].notes[0].contains("kernels before 5.5"),
        "{found:#?}"
    );
}

#[test]
fn programs_that_are_not_loaded_by_themselves_need_nothing() {
    let source = program(RING).replace("SEC(\"xdp\")", "SEC(\"?fentry/vfs_read\")");
    finds(
        &source,
        "min_kernel = \"4.14\"\noptional = [\"events\"]",
        &[],
    );
}

#[test]
fn what_is_named_in_allow_newer_is_no_need() {
    let source = program(RING);
    for names in [
        "\"events\", \"f\"",
        "\"ringbuf\", \"ringbuf_output\"",
        "\"BPF_MAP_TYPE_RINGBUF\", \"bpf_ringbuf_output\"",
    ] {
        let policy = format!("min_kernel = \"5.4\"\nallow_newer = [{names}]");
        finds(&source, &policy, &[]);
    }
}

#[test]
fn sub_programs_and_callbacks_count_for_the_programs_that_reach_them() {
    let source = program("loop(2, one, &v, 0)").replace(
        "SEC(\"xdp\")",
        "static __noinline int two(__u64 v) { ringbuf_output(&events, &v, 8, 0); return v; }\n\
         static int one(__u32 i, void *ctx) { return two(i); }\n\
         SEC(\"xdp\") int g(void *ctx) { return two(3); }\n\
         SEC(\"xdp\")",
    );
    let Some(found) = check(&source, "min_kernel = \"5.4\"\nallow_newer = [\"ringbuf\"]") else {
        return;
    };
    assert_eq!(
        said(&found),
        [
            "program `g`, function `two`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4",
            "program `f`: helper `loop` needs Linux 5.17, `min_kernel` is 5.4",
            "program `f`: a callback (`BPF_PSEUDO_FUNC`) needs Linux 5.13, `min_kernel` is 5.4",
        ]
    );
    assert_eq!(found[0].notes, ["also reached from `f`"]);
}

#[test]
fn kfuncs_are_needs_unless_a_weak_one_is_asked_for() {
    let policy = "min_kernel = \"6.1\"";
    let weak = "if (bpf_rcu_read_lock) bpf_rcu_read_lock()";
    finds(&program(weak), policy, &[]);
    finds(
        &program("bpf_rcu_read_unlock(); bpf_of_a_module()"),
        policy,
        &[
            "program `f`: kfunc `bpf_of_a_module` is newer than what mapgen knows, `min_kernel` is 6.1",
            "program `f`: kfunc `bpf_rcu_read_unlock` needs Linux 6.2, `min_kernel` is 6.1",
        ],
    );
}

#[test]
fn sections_flags_members_and_instructions_are_needs() {
    let source = r#"#include "bpf.h"
        struct bpf_timer { __u64 a, b; } __attribute__((aligned(8)));
        struct bpf_spin_lock { __u32 val; };
        struct value { struct bpf_timer timer; struct bpf_spin_lock lock; };
        struct { __uint(type, ARRAY); __uint(max_entries, 1); __uint(map_flags, 1 << 10);
            __type(key, int); __type(value, struct value); } timers SEC(".maps");
        struct big { char bytes[600]; };
        struct { __uint(type, HASH); __uint(max_entries, 1); __type(key, struct big);
            __type(value, int); } wide SEC(".maps");
        int counter;
        SEC("tcx/ingress") int a(void *ctx) { return 0; }
        SEC("kprobe.multi/vfs_*") int b(void *ctx) { return __sync_fetch_and_or(&counter, 3); }
        SEC("lsm.s/file_open") int c(void *ctx) { return 0; }
        SEC("xdp.frags") int d(void *ctx) { return 0; }
        char _license[] SEC("license") = "GPL";"#;
    finds(
        source,
        "min_kernel = \"4.18\"\nallow_newer = [\"jmp32\"]",
        &[
            "map `timers`: flag `BPF_F_MMAPABLE` needs Linux 5.5, `min_kernel` is 4.18",
            "map `timers`: a spin lock (`bpf_spin_lock`) in a value needs Linux 5.1, `min_kernel` is 4.18",
            "map `timers`: a timer (`bpf_timer`) in a value needs Linux 5.15, `min_kernel` is 4.18",
            "map `wide`: a key of 600 bytes, more than 512, in a hash needs Linux 5.11, `min_kernel` is 4.18",
            "section `.bss`: a global variable needs Linux 5.2, `min_kernel` is 4.18",
            "program `a`: attach type `tcx_ingress` needs Linux 6.6, `min_kernel` is 4.18",
            "program `b`: attach type `trace_kprobe_multi` needs Linux 5.18, `min_kernel` is 4.18",
            "program `c`: program type `lsm` needs Linux 5.7, `min_kernel` is 4.18",
            "program `c`: section `lsm.s` needs Linux 5.10, `min_kernel` is 4.18",
            "program `d`: section `xdp.frags` needs Linux 5.18, `min_kernel` is 4.18",
            "program `b`: an atomic operation other than addition, or one whose result is used \
             (`BPF_FETCH`; `-mcpu=v3`) needs Linux 5.12, `min_kernel` is 4.18",
        ],
    );
}

#[test]
fn what_old_kernels_refuse_in_btf_is_a_need() {
    // clang puts the initializer into `.rodata`, where no variable is.
    let source = r#"#include "bpf.h"
        enum wide { SMALL = 1, LARGE = 1ULL << 40 };
        struct value { enum wide kind : 30; __u64 rest : 34; enum wide whole; };
        struct { __uint(type, HASH); __uint(max_entries, 1); __type(key, int);
            __type(value, struct value); } values SEC(".maps");
        static long (*update)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
        struct label { char text[24]; };
        SEC("xdp") int f(void *ctx) {
            struct label label = { "a name that is long" };
            return update(&values, &label, &label, 0);
        }
        char _license[] SEC("license") = "GPL";"#;
    finds(
        source,
        "min_kernel = \"5.10\"",
        &[
            "member `kind` of `struct value`: a bit-field of a 64-bit enumeration in BTF \
             (`BTF_KIND_ENUM64`) needs Linux 6.0, `min_kernel` is 5.10",
            "section `.rodata`: a section without variables in BTF (`BTF_KIND_DATASEC` of 0) \
             needs Linux 5.12, `min_kernel` is 5.10",
        ],
    );
    // The place is a section, and what is to be changed a line of C.
    let helps = check(source, "min_kernel = \"5.10\"").map(|found| found[1].help.clone());
    assert!(helps.is_none_or(|help| help.is_some_and(|help| help.contains("an initializer"))));
    let allowed = "min_kernel = \"5.12\"\nallow_newer = [\"btf_enum64_bits\"]";
    finds(source, allowed, &[]);
    finds(
        &source.replace("kind : 30; __u64 rest : 34", "kind : 48; __u64 rest : 16"),
        "min_kernel = \"6.12\"",
        &[
            "member `kind` of `struct value`: no kernel takes a bit-field of more than 32 bits of \
             an enumeration in BTF",
        ],
    );
}

#[test]
fn helpers_that_are_not_allowed_are_found_in_every_function() {
    let source = program("v = ktime_get_ns(); map_lookup_elem(&events, &v); two(v)").replace(
        "SEC(\"xdp\")",
        "static __noinline int two(__u64 v) { ringbuf_output(&events, &v, 8, 0); return v; }\n\
         SEC(\"?xdp\") int g(void *ctx) { bpf_rcu_read_unlock(); return 0; }\n\
         SEC(\"xdp\")",
    );
    finds(
        &source,
        "allow_helpers = [\"bpf_ktime_get_ns\", \"map_lookup_elem\"]",
        &[
            "program `g`: kfunc `bpf_rcu_read_unlock` is not among those of `allow_helpers`",
            "program `f`, function `two`: helper `ringbuf_output` is not among those of `allow_helpers`",
        ],
    );
    finds(
        &source,
        "deny_helpers = [\"rcu_read_unlock\", \"bpf_ktime_get_ns\", \"send_signal\"]",
        &[
            "program `g`: kfunc `bpf_rcu_read_unlock` is among those of `deny_helpers`",
            "program `f`: helper `ktime_get_ns` is among those of `deny_helpers`",
        ],
    );
}

#[test]
fn a_call_that_is_not_allowed_shows_its_line() {
    let source = program("\n  v = ktime_get_ns()");
    let Some(found) = check(&source, "deny_helpers = [\"ktime_get_ns\"]") else {
        return;
    };
    let at = found[0].at.as_ref().unwrap();
    assert!(at.file.ends_with("sample.bpf.c"), "{at:?}");
    assert_eq!(at.text, "v = ktime_get_ns(); return 2; }");
    assert_eq!(found[0].origin.as_deref(), Some("mapgen.toml:1"));
}

#[test]
fn names_that_mean_nothing_are_errors_with_the_nearest() {
    let lists = "allow_helpers = [\"ktime_get_n\", \"ringbuf_output\"]\n\
                 deny_helpers = [\"bpf_probe_write_usr\"]\nallow_newer = [\"rinbuf\", \"f\"]\n";
    let file = File::parse(lists, Path::new("mapgen.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = clang::compile(folder.path(), "a", &program(RING), clang::LITTLE) else {
        return;
    };
    let mut known = Known::default();
    known.add(&read_object(&object, &Default::default()).unwrap());
    let found = known.unknown(&file.policy);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 3, "{found:#?}");
    for (found, (list, nearest)) in found.iter().zip([
        ("allow_helpers", "`ktime_get_ns`"),
        ("deny_helpers", "`probe_write_user`"),
        ("allow_newer", "`ringbuf`"),
    ]) {
        assert!(found.contains(list) && found.contains(nearest), "{found}");
    }
}

#[test]
fn helpers_for_gpl_compatible_programs_are_refused_to_others_unasked() {
    let source = program("probe_read_kernel(&v, 8, ctx); v = ktime_get_ns()");
    let mit = source.replace("= \"GPL\"", "= \"MIT\"");
    let kept = "program `f`: helper `probe_read_kernel` is kept for programs of a GPL-compatible \
                licence, its licence is `MIT`";
    finds(&source, "", &[]);
    finds(&mit, "", &[kept]);
    // Free since 5.8.
    finds(
        &mit,
        "min_kernel = \"5.7\"\nallow_newer = [\"events\"]",
        &[
            "program `f`: helper `ktime_get_ns` is kept by Linux 5.7, which is `min_kernel`, for \
             programs of a GPL-compatible licence, its licence is `MIT`",
            kept,
        ],
    );
    let Some(found) = check(&mit, "[lints]\ngpl_only = \"warn\"") else {
        return;
    };
    assert_eq!(found[0].level, Level::Warn);
}

#[test]
fn a_schema_without_code_is_held_against_what_it_lists() {
    let folder = tempfile::tempdir().unwrap();
    let source = program(RING);
    let Some(object) = clang::compile(folder.path(), "sample", &source, clang::LITTLE) else {
        return;
    };
    let schema = mapgen_build::read(&object, &Default::default()).unwrap();
    let mut policy = File::parse(
        "min_kernel = \"5.4\"\ndeny_helpers = [\"ringbuf_output\"]",
        Path::new("mapgen.toml"),
    );
    let policy: Policy = std::mem::take(&mut policy.as_mut().unwrap().policy);
    let found = policy::check(&[schema.into()], &policy);
    assert_eq!(
        said(&found),
        [
            "map `events`: map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4",
            "program `f`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4",
            "program `f`: helper `ringbuf_output` is among those of `deny_helpers`",
        ]
    );
}

#[test]
fn unknown_helpers_are_said_to_be_unknown() {
    finds(
        &program("unknown_helper()"),
        "min_kernel = \"6.1\"",
        &["program `f`: helper `helper_9999` is newer than what mapgen knows, `min_kernel` is 6.1"],
    );
}

/// A package whose object has a ring buffer; its helper is called where `calls` says so.
fn package(calls: bool) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let source = program(if calls { RING } else { "v = ktime_get_ns()" });
    clang::compile(folder.path(), "flow", &source, clang::LITTLE)?;
    Some(folder)
}

fn newer(folder: &Path) -> Vec<(String, String, String)> {
    let file = folder.join("target/out/mapgen/flow.schema");
    let text = std::fs::read_to_string(file).unwrap();
    mapgen_schema::text::read(&text).unwrap().newer
}

#[test]
fn the_builder_refuses_what_the_oldest_kernel_lacks() {
    let Some(folder) = package(true) else { return };
    let found = run("old kernel", folder.path());
    for part in [
        "2 errors\n",
        "map `events`: map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4 [M0110]",
        "program `f`: helper `ringbuf_output` needs Linux 5.8, `min_kernel` is 5.4 [M0110]",
        "`build.rs` asks for it",
    ] {
        assert!(found.error.contains(part), "{part}: {}", found.error);
    }
    let warned = run("old kernel warned", folder.path());
    assert!(warned.ok, "{}", warned.error);
    let warnings = warned
        .lines
        .iter()
        .filter(|l| l.starts_with("cargo::warning="));
    assert!(warnings.count() >= 2, "{:?}", warned.lines);
    assert_eq!(newer(folder.path()), []);
    let allowed = run("old kernel allowed", folder.path());
    assert!(allowed.ok, "{}", allowed.error);
}

#[test]
fn a_map_that_is_too_new_is_left_to_its_binding() {
    let Some(folder) = package(false) else { return };
    let found = run("old kernel", folder.path());
    assert!(found.ok, "{}", found.error);
    let need = "map type `ringbuf` needs Linux 5.8, `min_kernel` is 5.4";
    let expected = ("events".to_owned(), need.to_owned(), "build.rs".to_owned());
    assert_eq!(newer(folder.path()), [expected]);
    assert!(run("old kernel optional", folder.path()).ok);
    assert_eq!(newer(folder.path()), []);
}

#[test]
fn the_builder_refuses_calls_and_releases_that_are_none() {
    let Some(folder) = package(true) else { return };
    let found = run("helpers", folder.path());
    assert!(
        found.error.contains("[M0111]") && found.error.contains("[M0112]"),
        "{}",
        found.error
    );
    let found = run("no kernel", folder.path());
    assert_eq!(
        found.error,
        "`min_kernel(\"5\")`: a kernel release is two numbers: `5.15` [M0035]"
    );
}

#[test]
fn what_mapgen_toml_asks_for_is_cited_where_it_stands() {
    let Some(folder) = package(true) else { return };
    let file = folder.path().join("mapgen.toml");
    std::fs::write(
        file,
        "# ours\nmin_kernel = \"5.4\"\ndeny_helpers = [\n  \"ringbuf_output\",\n]\n",
    )
    .unwrap();
    let found = run("object", folder.path());
    for part in ["`mapgen.toml:2` asks for it", "`mapgen.toml:4` asks for it"] {
        assert!(found.error.contains(part), "{part}: {}", found.error);
    }
}
