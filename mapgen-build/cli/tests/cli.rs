//! The command as a person or a script runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn mapgen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .args(arguments)
        .output()
        .unwrap()
}

/// An object with every form of map; `None` (and a word about it) without clang.
fn object(folder: &Path, extra: &str) -> Option<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bpf");
    let source = std::fs::read_to_string(sources.join("everything.bpf.c")).unwrap();
    mapgen_test_support::compile(
        folder,
        "everything",
        &(source + extra),
        &[
            "--target=bpfel",
            "-g",
            "-mcpu=v3",
            "-w",
            "-I",
            sources.to_str().unwrap(),
        ],
    )
}

fn json(object: &Path) -> Value {
    let output = mapgen(&["inspect", "--json", "--cpus", "2", object.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn json_has_the_documented_fields_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let value = json(&object);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let documented = |keys: &[String], wanted: &str| {
        let mut found = keys.iter();
        for key in wanted.split(' ') {
            assert!(found.any(|found| found == key), "{key} in {keys:?}");
        }
    };
    documented(
        &keys(&value),
        "format object endian license maps sections programs",
    );
    let map = value["maps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|map| map["name"] == "by_types")
        .unwrap();
    documented(
        &keys(map),
        "name section type type_id key_size value_size max_entries map_flags map_extra numa_node \
         pinning min_kernel memory_bytes layout_hash inner key value",
    );
    assert_eq!(value["format"], 1);
    assert_eq!(value["endian"], "little");
    assert_eq!(value["license"], "GPL");
    assert_eq!((&map["type"], &map["type_id"]), (&"hash".into(), &1.into()));
    assert_eq!(
        (&map["max_entries"], &map["pinning"]),
        (&1000.into(), &"by_name".into())
    );
    // `BPF_F_NUMA_NODE` is younger than hashes.
    assert_eq!(map["min_kernel"], "4.14");
    assert_eq!(map["layout_hash"].as_str().unwrap().len(), 16);
    let key = &map["key"];
    documented(&keys(key), "ctype rust size align packed leaves padding");
    assert_eq!(
        (&key["ctype"], &key["rust"]),
        (&"struct key".into(), &"Key".into())
    );
    assert_eq!(key["padding"], serde_json::json!([[7, 1]]));
    documented(
        &keys(&key["leaves"][0]),
        "path bit_offset bits kind ctype signed dims",
    );
    assert_eq!(key["leaves"][1]["ctype"], "__be16");
    let programs = value["programs"].as_array().unwrap();
    documented(
        &keys(&programs[0]),
        "name section type insns helpers maps min_kernel",
    );
    documented(&keys(&value["sections"][0]), "name size vars");
    documented(&keys(&value["sections"][0]["vars"][0]), "name offset size");
}

#[test]
fn leaves_join_members_count_arrays_once_and_place_bit_fields() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let value = json(&object);
    let map = value["maps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|map| map["name"] == "by_types")
        .unwrap();
    let leaf = |path: &str| {
        let leaves = map["value"]["leaves"].as_array().unwrap();
        leaves
            .iter()
            .find(|leaf| leaf["path"] == path)
            .unwrap()
            .clone()
    };
    assert_eq!(leaf("flags")["bits"], 3);
    assert_eq!(leaf("signed_bits")["bit_offset"], 67);
    assert_eq!(leaf("signed_bits")["signed"], true);
    assert_eq!(leaf("anon[][].x")["dims"], serde_json::json!([2, 3]));
    // Members of anonymous structs and unions take their parent's path.
    assert_eq!(leaf("anon[][].high")["bit_offset"], 32 * 8 + 64 + 16);
    assert_eq!(leaf("name[]")["kind"], "char");
    assert_eq!(leaf("file")["kind"], "pointer");
}

#[test]
fn several_objects_are_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let path = object.to_str().unwrap();
    let output = mapgen(&["inspect", "--json", path, path]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value.as_array().unwrap().len(), 2);
}

#[test]
fn people_read_tables_and_definitions_with_holes() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let output = mapgen(&["inspect", object.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "everything.bpf.o: little-endian, license GPL",
        "struct key {",
        "    /* padding of 1 byte at 7 */",
        "at run time",
        "by_types (pinned)",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn what_cannot_be_read_or_understood_is_status_2() {
    assert_eq!(mapgen(&["inspect", "no/such.bpf.o"]).status.code(), Some(2));
    assert_eq!(mapgen(&["inspect"]).status.code(), Some(2));
    assert_eq!(mapgen(&["inspect", "Cargo.toml"]).status.code(), Some(2));
    let error = String::from_utf8(mapgen(&["inspect", "Cargo.toml"]).stderr).unwrap();
    assert!(
        error.starts_with("error: `Cargo.toml` is not an eBPF object"),
        "{error}"
    );
}

#[test]
fn an_object_that_no_kernel_takes_is_shown_and_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let extra = "struct { __uint(type, HASH); __uint(max_entries, 1); __type(key, int); \
                 __type(value, struct record); } flexible SEC(\".maps\");";
    let Some(object) = object(folder.path(), extra) else {
        return;
    };
    let output = mapgen(&["inspect", object.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("flexible"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ends in the flexible array `data`"));
}

#[test]
fn a_schema_file_holds_no_path() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let file = folder.path().join("everything.schema");
    let output = mapgen(&[
        "schema",
        object.to_str().unwrap(),
        "-o",
        file.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0));
    let schema = mapgen_schema::text::read(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!((schema.path, &schema.name[..]), (None, "everything"));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let Some(object) = object(folder.path(), "") else {
        return;
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .args(["inspect", "--json", object.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}
