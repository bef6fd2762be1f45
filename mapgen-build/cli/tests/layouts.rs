//! `mapgen diff`, `accept`, and the layout lock in `check`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const OBJECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ebpf-samples/objects");

fn mapgen(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn objects() -> &'static Path {
    Path::new(OBJECTS)
}

#[test]
fn objects_that_agree_differ_in_nothing_and_status_0() {
    let output = mapgen(objects(), &["diff", "el/flow.bpf.o", "el/flow.bpf.o"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "nothing differs\n");
    let json = mapgen(
        objects(),
        &["diff", "--json", "el/flow.bpf.o", "el/flow.bpf.o"],
    );
    let diff: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        diff,
        serde_json::json!({
            "format": 1, "old": "flow.bpf.o", "new": "flow.bpf.o", "weight": "same",
            "maps": [], "sections": [], "types": [],
        })
    );
}

#[test]
fn swapped_members_are_shown_old_beside_new_and_status_1() {
    // The C sources say it: the variant swaps `packets` and `bytes`.
    let output = mapgen(
        objects(),
        &["diff", "el/flow.bpf.o", "el/flow_swapped.bpf.o"],
    );
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout);
    let row = |member: &str| {
        let line = shown.lines().find(|line| line.trim().starts_with(member));
        let line = line.unwrap_or_else(|| panic!("{member} in\n{shown}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        row("packets"),
        "packets byte 0, 64 bits, __u64 byte 8, 64 bits, __u64 moved"
    );
    assert_eq!(
        row("bytes"),
        "bytes byte 8, 64 bits, __u64 byte 0, 64 bits, __u64 moved"
    );
}

#[test]
fn json_has_members_with_both_places_and_what_becomes_of_live_maps() {
    let output = mapgen(
        objects(),
        &["diff", "--json", "el/ledger_v1.bpf.o", "el/ledger.bpf.o"],
    );
    assert_eq!(output.status.code(), Some(1));
    let diff: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(diff["weight"], "layout");
    let maps = diff["maps"].as_array().unwrap();
    let map = maps.iter().find(|map| map["name"] == "accounts").unwrap();
    assert_eq!(map["presence"], "changed");
    assert_eq!(
        map["attributes"][0],
        serde_json::json!({"name": "value_size", "old": "8", "new": "24"})
    );
    assert_eq!(
        map["live_pins"],
        serde_json::json!({"outcome": "refused", "way": "migrate"})
    );
    let value = &map["value"];
    assert_eq!(
        value["new"],
        serde_json::json!({"ctype": "struct account", "size": 24})
    );
    let member = &value["members"][0];
    assert_eq!(member["changes"], serde_json::json!(["resized"]));
    assert_eq!(
        (&member["old"]["bits"], &member["new"]["bits"]),
        (&32.into(), &64.into())
    );
    assert_eq!(value["members"][2]["old"], Value::Null);
}

#[test]
fn an_object_is_compared_with_the_schema_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("flow.schema");
    let schema = schema.to_str().unwrap();
    let written = mapgen(objects(), &["schema", "el/flow.bpf.o", "-o", schema]);
    assert_eq!(written.status.code(), Some(0));
    let same = mapgen(objects(), &["diff", schema, "el/flow.bpf.o"]);
    assert_eq!(text(&same.stdout), "nothing differs\n");
    let other = mapgen(objects(), &["diff", schema, "el/flow_small.bpf.o"]);
    assert_eq!(other.status.code(), Some(1));
}

#[test]
fn what_cannot_be_compared_is_status_2() {
    let output = mapgen(objects(), &["diff", "el/flow.bpf.o", "no.bpf.o"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("`no.bpf.o` does not exist"));
}

#[test]
fn a_changed_layout_fails_the_check_until_it_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let put = |object: &str| {
        let from = objects().join("el").join(object);
        fs::copy(from, folder.join("ledger.bpf.o")).unwrap();
    };
    let check = || mapgen(folder, &["check"]);
    fs::write(
        folder.join("mapgen.toml"),
        "layout_lock = \"mapgen.layout\"\n[[object]]\nobject = \"ledger.bpf.o\"\n",
    )
    .unwrap();
    put("ledger_v1.bpf.o");
    let missing = check();
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stdout).contains("error[M0202]: map `accounts`"));
    let accepted = mapgen(folder, &["accept"]);
    assert_eq!(accepted.status.code(), Some(0));
    assert!(text(&accepted.stdout).contains("mapgen.layout: map `accounts` is kept from now on"));
    assert_eq!(check().status.code(), Some(0));

    put("ledger.bpf.o");
    let changed = check();
    assert_eq!(changed.status.code(), Some(1));
    let found = text(&changed.stdout);
    assert!(found.contains("error[M0200]: map `accounts`"), "{found}");
    assert!(
        found.contains("live pinned maps: `load` refuses them"),
        "{found}"
    );
    assert!(found.contains(" --> ledger.bpf.o\n"), "{found}");
    assert_eq!(mapgen(folder, &["accept"]).status.code(), Some(0));
    assert_eq!(check().status.code(), Some(0));
    let again = mapgen(folder, &["accept"]);
    assert_eq!(text(&again.stdout), "mapgen.layout: nothing changed\n");

    // What cannot be read is not taken for gone.
    let before = fs::read(folder.join("mapgen.layout")).unwrap();
    fs::write(folder.join("ledger.bpf.o"), "").unwrap();
    assert_eq!(mapgen(folder, &["accept"]).status.code(), Some(2));
    assert_eq!(fs::read(folder.join("mapgen.layout")).unwrap(), before);
}

#[test]
fn accepting_without_a_file_for_it_says_how_to_name_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mapgen.toml");
    fs::write(file, "[[object]]\nobject = \"x.bpf.o\"\n").unwrap();
    let output = mapgen(folder.path(), &["accept"]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(
        error.contains("add `layout_lock = \"mapgen.layout\"`"),
        "{error}"
    );
}

#[test]
fn objects_that_pin_different_maps_by_one_name_are_an_error_with_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    for object in ["ledger.bpf.o", "ledger_v1.bpf.o"] {
        fs::copy(
            objects().join("el").join(object),
            folder.path().join(object),
        )
        .unwrap();
    }
    let output = mapgen(
        folder.path(),
        &["check", "ledger.bpf.o", "ledger_v1.bpf.o", "--json"],
    );
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let shared = findings.iter().find(|found| found["code"] == "M0210");
    let shared = shared.unwrap();
    assert_eq!(shared["path"], "ledger_v1.bpf.o");
    let note = shared["notes"][0].as_str().unwrap();
    assert!(
        note.contains("ledger.bpf.o") && note.contains("ledger_v1.bpf.o"),
        "{note}"
    );
}
