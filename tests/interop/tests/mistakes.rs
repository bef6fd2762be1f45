//! What aya and libbpf-rs say of the mistakes in `docs/mistakes.md`: nothing, or when.
//!
//! A program of theirs carries types that a person wrote; here they are written for `flow`.

use std::path::{Path, PathBuf};

use aya::maps::{Array, HashMap, MapError};
use libbpf_rs::{MapCore, MapFlags, ObjectBuilder};
use mapgen_test_support::BpfFs;

fn object(path: &str) -> PathBuf {
    Path::new("../../ebpf-samples/objects").join(path)
}

fn with_aya(path: &Path, fs: &BpfFs) -> Result<aya::Ebpf, aya::EbpfError> {
    let bytes = std::fs::read(path).unwrap();
    aya::EbpfLoader::new()
        .default_map_pin_directory(fs.root())
        .load(&bytes)
}

fn with_libbpf(path: &Path, fs: &BpfFs) -> libbpf_rs::Result<libbpf_rs::Object> {
    let mut builder = ObjectBuilder::default();
    builder.pin_root_path(fs.root())?;
    builder.open_file(path)?.load()
}

fn compiled(folder: &Path, text: &str, arguments: &[&str]) -> Option<PathBuf> {
    let text = format!("#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n{text}\n");
    let include = format!("/usr/include/{}-linux-gnu", std::env::consts::ARCH);
    let always = ["--target=bpf", "-idirafter", include.as_str()];
    mapgen_test_support::compile(folder, "mistake", &text, &[&always, arguments].concat())
}

/// The value of `conns` as somebody wrote it down for `flow`.
#[derive(Clone, Copy)]
#[repr(C)]
struct Stats {
    packets: u64,
    bytes: u64,
    rest: [u64; 2],
}
// SAFETY: plain integers without padding.
unsafe impl aya::Pod for Stats {}

/// A key with padding, which nobody stops from being called plain data.
#[derive(Clone, Copy)]
#[repr(C)]
struct Padded {
    proto: u8,
    addresses: [u32; 3],
}
// SAFETY: none; this is the mistake. No value of it is made.
unsafe impl aya::Pod for Padded {}

#[test]
fn a_value_of_another_size_is_found_when_aya_opens_the_map_and_at_each_call_of_libbpf_rs() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = with_aya(&object("el/flow.bpf.o"), &fs).unwrap();
    let opened = HashMap::<_, [u8; 16], [u8; 24]>::try_from(loaded.map("conns").unwrap());
    assert!(matches!(opened, Err(MapError::InvalidValueSize { .. })));
    drop(loaded);
    let fs = BpfFs::mount().unwrap();
    let loaded = with_libbpf(&object("el/flow.bpf.o"), &fs).unwrap();
    let conns = loaded.maps().find(|map| map.name() == "conns").unwrap();
    assert!(conns.update(&[0; 16], &[0; 24], MapFlags::ANY).is_err());
}

#[test]
fn swapped_members_are_read_as_they_come_by_both() {
    let Some(fs) = BpfFs::mount() else { return };
    let swapped = with_aya(&object("el/flow_swapped.bpf.o"), &fs).unwrap();
    let opened = HashMap::<_, [u8; 16], Stats>::try_from(swapped.map("conns").unwrap());
    assert!(opened.is_ok());
    drop(swapped);
    let fs = BpfFs::mount().unwrap();
    let swapped = with_libbpf(&object("el/flow_swapped.bpf.o"), &fs).unwrap();
    let conns = swapped.maps().find(|map| map.name() == "conns").unwrap();
    assert!(conns.update(&[0; 16], &[0; 32], MapFlags::ANY).is_ok());
}

#[test]
fn a_map_of_another_name_is_missing_at_run_time() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = with_aya(&object("el/flow.bpf.o"), &fs).unwrap();
    assert!(loaded.map("connections").is_none());
    drop(loaded);
    let fs = BpfFs::mount().unwrap();
    let loaded = with_libbpf(&object("el/flow.bpf.o"), &fs).unwrap();
    assert!(loaded.maps().all(|map| map.name() != "connections"));
}

#[test]
fn another_kind_is_found_when_aya_opens_the_map_and_at_the_call_of_libbpf_rs() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = with_aya(&object("el/flow.bpf.o"), &fs).unwrap();
    let opened = Array::<_, [u8; 32]>::try_from(loaded.map("conns").unwrap());
    assert!(matches!(opened, Err(MapError::InvalidMapType { .. })));
    drop(loaded);
    let fs = BpfFs::mount().unwrap();
    let loaded = with_libbpf(&object("el/flow.bpf.o"), &fs).unwrap();
    let conns = loaded.maps().find(|map| map.name() == "conns").unwrap();
    assert!(conns.lookup_percpu(&[0; 16], MapFlags::ANY).is_err());
}

#[test]
fn a_map_that_is_too_small_is_loaded_without_a_word() {
    let Some(fs) = BpfFs::mount() else { return };
    assert!(with_aya(&object("el/flow_small.bpf.o"), &fs).is_ok());
    let fs = BpfFs::mount().unwrap();
    assert!(with_libbpf(&object("el/flow_small.bpf.o"), &fs).is_ok());
}

#[test]
fn a_key_with_padding_is_taken_by_both() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = with_aya(&object("el/flow.bpf.o"), &fs).unwrap();
    let opened = HashMap::<_, Padded, [u8; 32]>::try_from(loaded.map("conns").unwrap());
    // libbpf-rs takes bytes, whose meaning nobody states.
    assert!(opened.is_ok());
}

#[test]
fn an_object_of_the_other_byte_order_is_refused_at_load() {
    let Some(fs) = BpfFs::mount() else { return };
    let order = if cfg!(target_endian = "big") {
        "el"
    } else {
        "eb"
    };
    let other = object(&format!("{order}/flow.bpf.o"));
    assert!(with_aya(&other, &fs).is_err());
    assert!(with_libbpf(&other, &fs).is_err());
}

#[test]
fn an_object_without_btf_is_refused_at_open() {
    let Some(fs) = BpfFs::mount() else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); \
                __type(key, int); __type(value, int); } m SEC(\".maps\");";
    let Some(path) = compiled(folder.path(), text, &["-g0"]) else {
        return;
    };
    assert!(with_aya(&path, &fs).is_err());
    assert!(with_libbpf(&path, &fs).is_err());
}

#[test]
fn a_misspelt_attribute_is_refused_by_libbpf_and_not_by_aya_itself() {
    let Some(fs) = BpfFs::mount() else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); \
                __uint(map_flag, 1); __type(key, int); __type(value, int); } m SEC(\".maps\");";
    let Some(path) = compiled(folder.path(), text, &["-g", "-O2"]) else {
        return;
    };
    assert!(with_libbpf(&path, &fs).is_err());
    assert!(with_aya(&path, &fs).is_ok());
}

#[test]
fn a_value_larger_than_a_per_cpu_map_takes_is_refused_by_the_kernel() {
    let Some(fs) = BpfFs::mount() else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = "struct v { char text[40000]; }; struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
                __uint(max_entries, 1); __type(key, int); __type(value, struct v); } m SEC(\".maps\");";
    let Some(path) = compiled(folder.path(), text, &["-g", "-O2"]) else {
        return;
    };
    assert!(with_aya(&path, &fs).is_err());
    assert!(with_libbpf(&path, &fs).is_err());
}

#[test]
fn a_value_that_ends_in_a_flexible_array_is_loaded_without_a_word() {
    let Some(fs) = BpfFs::mount() else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = "struct v { int n; char text[]; }; struct { __uint(type, BPF_MAP_TYPE_HASH); \
                __uint(max_entries, 1); __type(key, int); __type(value, struct v); } m SEC(\".maps\");";
    let Some(path) = compiled(folder.path(), text, &["-g", "-O2"]) else {
        return;
    };
    assert!(with_aya(&path, &fs).is_ok());
    assert!(with_libbpf(&path, &fs).is_ok());
}

/// Pins a map where `flow` looks for its `blocked`.
fn pin_blocked(fs: &BpfFs, value_size: u32, max_entries: u32) {
    let options = libbpf_rs::libbpf_sys::bpf_map_create_opts {
        sz: size_of::<libbpf_rs::libbpf_sys::bpf_map_create_opts>() as _,
        ..Default::default()
    };
    let kind = libbpf_rs::MapType::Hash;
    let name = Some("blocked");
    let mut old =
        libbpf_rs::MapHandle::create(kind, name, 4, value_size, max_entries, &options).unwrap();
    old.pin(fs.path("blocked")).unwrap();
}

#[test]
fn a_pin_with_values_of_another_size_is_refused_by_libbpf_and_taken_by_aya() {
    let Some(fs) = BpfFs::mount() else { return };
    pin_blocked(&fs, 64, 1024);
    assert!(with_libbpf(&object("el/flow.bpf.o"), &fs).is_err());
    let loaded = with_aya(&object("el/flow.bpf.o"), &fs).unwrap();
    // What is open has values of 64 bytes.
    let opened = HashMap::<_, [u8; 4], [u8; 64]>::try_from(loaded.map("blocked").unwrap());
    drop(opened);
}

#[test]
fn a_pin_with_values_of_another_type_is_taken_by_both() {
    let Some(fs) = BpfFs::mount() else { return };
    // Of the same sizes, of a program that kept something else in them, without BTF.
    pin_blocked(&fs, 24, 1024);
    assert!(with_libbpf(&object("el/flow.bpf.o"), &fs).is_ok());
    assert!(with_aya(&object("el/flow.bpf.o"), &fs).is_ok());
}

#[test]
fn a_pin_that_is_too_small_is_refused_by_libbpf_and_taken_by_aya() {
    let Some(fs) = BpfFs::mount() else { return };
    pin_blocked(&fs, 24, 16);
    assert!(with_libbpf(&object("el/flow.bpf.o"), &fs).is_err());
    assert!(with_aya(&object("el/flow.bpf.o"), &fs).is_ok());
}

/// Every test of this file and of those that the table names exists.
#[test]
fn every_row_of_the_table_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("docs/mistakes.md")).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .collect();
    assert!(rows.len() >= 20, "{} rows", rows.len());
    for row in rows {
        let tests = row.split("](").skip(1);
        let mut found = 0;
        for test in tests {
            let target = test.split(')').next().unwrap();
            let (file, name) = target.split_once('#').unwrap_or((target, ""));
            let path = root.join("docs").join(file);
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let function = format!("fn {name}()");
            assert!(
                name.is_empty() || text.contains(&function),
                "{file} has no {name}"
            );
            found += 1;
        }
        assert!(found > 0, "no test: {row}");
    }
}
