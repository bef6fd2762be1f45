//! Several builds of one object.

use std::path::Path;

use mapgen_schema::{Endian, Schema};

use crate::builder::{Run, out, run_for};
use crate::clang;

/// One source: with `OLD`, what an older kernel takes.
const FLOW: &str = r#"
#include "bpf.h"
struct stats { __u64 packets, bytes; };
struct event { __u32 kind; __u64 at; } *unused_event;
struct { __uint(type, HASH); __uint(max_entries, 64); __type(key, __u32);
         __type(value, struct stats); } conns SEC(".maps");
#ifndef OLD
struct { __uint(type, RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
#endif
volatile const __u32 limit = 3;
SEC("xdp") int count(void *ctx) { return limit; }
char _license[] SEC("license") = "GPL";
"#;

/// A package with three builds, those of the variants changed; `None` without clang.
fn package(v511: &str, eb: &str) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    clang::compile(folder.path(), "flow", FLOW, clang::LITTLE)?;
    clang::compile(folder.path(), "flow.v511", v511, clang::LITTLE)?;
    clang::compile(folder.path(), "flow.eb", eb, clang::BIG)?;
    Some(folder)
}

fn run(folder: &Path, endian: &str) -> Run {
    run_for("variants", folder, endian, &[])
}

fn schema(folder: &Path) -> Schema {
    let text = std::fs::read_to_string(out(folder, "flow.schema")).unwrap();
    mapgen_schema::text::read(&text).unwrap()
}

#[test]
fn the_object_of_the_targets_byte_order_is_bound_and_the_others_agree() {
    let Some(folder) = package(FLOW, FLOW) else {
        return;
    };
    let little = run(folder.path(), "little");
    assert!(little.ok, "{}", little.error);
    let tracked = "cargo::rerun-if-changed=flow.v511.bpf.o".to_owned();
    assert!(little.lines.contains(&tracked), "{:?}", little.lines);
    let bound = schema(folder.path());
    assert_eq!(
        (&*bound.object, bound.endian),
        ("flow.bpf.o", Endian::Little)
    );
    let variants: Vec<_> = bound
        .variants
        .iter()
        .map(|variant| (&*variant.name, &*variant.object, variant.path.is_some()))
        .collect();
    assert_eq!(
        variants,
        [
            ("v511", "flow.v511.bpf.o", true),
            ("", "flow.eb.bpf.o", false)
        ]
    );

    let big = run(folder.path(), "big");
    assert!(big.ok, "{}", big.error);
    let bound = schema(folder.path());
    assert_eq!((&*bound.name, &*bound.object), ("flow", "flow.eb.bpf.o"));
    assert_eq!(bound.endian, Endian::Big);
    assert!(bound.variants.iter().all(|variant| variant.path.is_none()));
}

#[test]
fn a_map_that_is_another_one_is_shown_side_by_side() {
    let swapped = FLOW.replace("packets, bytes", "bytes, packets");
    let Some(folder) = package(&swapped, FLOW) else {
        return;
    };
    let error = run(folder.path(), "little").error;
    let expected = "`flow.v511.bpf.o`: map `conns`: it is another one than in `flow.bpf.o` [M0211]";
    assert!(error.starts_with(expected), "{error}");
    assert!(
        error.contains("byte 0, 64 bits, __u64   byte 8, 64 bits, __u64   moved")
            || error.contains("moved"),
        "{error}"
    );
    assert!(!out(folder.path(), "flow.schema").exists());
}

#[test]
fn what_a_variant_lacks_is_said_unless_it_is_optional() {
    let old = format!("#define OLD\n{}", FLOW.replace("int count", "int other"));
    let Some(folder) = package(&old, FLOW) else {
        return;
    };
    let error = run(folder.path(), "little").error;
    let lacks = "`flow.bpf.o` has it, and this variant does not [M0211]";
    for what in ["map `events`", "program `count`"] {
        let expected = format!("`flow.v511.bpf.o`: {what}: {lacks}");
        assert!(error.contains(&expected), "{error}");
    }
    let old = format!("#define OLD\n{FLOW}");
    clang::compile(folder.path(), "flow.v511", &old, clang::LITTLE).unwrap();
    std::fs::write(
        folder.path().join("mapgen.toml"),
        "optional = [\"events\"]\n",
    )
    .unwrap();
    let run = run(folder.path(), "little");
    assert!(run.ok, "{}", run.error);
}

#[test]
fn a_section_that_is_another_one_is_said() {
    let wide = FLOW.replace("__u32 limit", "__u64 limit");
    let Some(folder) = package(FLOW, &wide) else {
        return;
    };
    let error = run(folder.path(), "little").error;
    let expected =
        "`flow.eb.bpf.o`: section `.rodata`: its variables are others than in `flow.bpf.o`";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_type_that_no_map_reaches_is_named_to_the_macro() {
    let other = FLOW.replace("__u32 kind; __u64 at;", "__u64 at; __u32 kind;");
    let Some(folder) = package(&other, FLOW) else {
        return;
    };
    let run = run(folder.path(), "little");
    assert!(run.ok, "{}", run.error);
    assert_eq!(schema(folder.path()).variants[0].differs, ["struct event"]);
}

#[test]
fn what_cannot_be_a_variant_is_said() {
    let Some(folder) = package(FLOW, FLOW) else {
        return;
    };
    std::fs::copy(
        folder.path().join("flow.v511.bpf.o"),
        folder.path().join("flow.o"),
    )
    .unwrap();
    let error = run_for("variant of its own name", folder.path(), "little", &[]).error;
    let expected = "`variant(\"flow.o\")`: its name says nothing but that of the object; call it";
    assert!(error.starts_with(expected), "{error}");
    let error = run_for("variants of several", folder.path(), "little", &[]).error;
    assert!(
        error.starts_with("`variant` is for one `Builder::object`"),
        "{error}"
    );
}
