//! `mapgen check`, and the commands around it, as a person or a script runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const OBJECTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../ebpf-samples/objects/el/"
);

/// A folder with `flow.bpf.o` and this `mapgen.toml`.
fn project(policy: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path(), "flow.bpf.o");
    // Its programs clear the key before they set its members.
    let policy = policy.to_owned() + "[lints]\nkey_padding = \"allow\"\n";
    fs::write(folder.path().join("mapgen.toml"), policy).unwrap();
    folder
}

fn copy(folder: &Path, object: &str) -> PathBuf {
    let to = folder.join(object);
    fs::copy(Path::new(OBJECTS).join(object), &to).unwrap();
    to
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapgen"));
    command.current_dir(folder).args(arguments);
    command
}

fn mapgen(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_policy_that_holds_is_status_0_and_one_line() {
    let folder = project("[min_entries]\nconns = 65536\n[[object]]\nobject = \"flow.bpf.o\"\n");
    let output = mapgen(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "1 object checked\n");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_finding_reads_as_rustc_writes_with_the_line_of_the_policy() {
    let folder = project("[min_entries]\nconns = 65537\n[[object]]\nobject = \"flow.bpf.o\"\n");
    let output = mapgen(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let found = text(&output.stdout);
    for part in [
        "error[M0100]: map `conns`: `max_entries` is 65536, `min_entries` is 65537\n",
        " --> flow.bpf.o\n",
        "  = help: raise it in the C source",
        "note: the policy asks for it here\n --> mapgen.toml:2:1\n  |\n2 | conns = 65537\n  | ^^^^^^^^^^^^^\n",
        "1 object checked, 1 error\n",
        "`mapgen explain M0100`",
    ] {
        assert!(found.contains(part), "{part} in\n{found}");
    }
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = project("[min_entries]\nconns = 65537\n");
    let check = |arguments: &[&str]| {
        let output = mapgen(
            folder.path(),
            &[&["check", "flow.bpf.o"], arguments].concat(),
        );
        output.stdout.contains(&b'\x1b')
    };
    assert!(!check(&[]));
    assert!(!check(&["--color", "never"]));
    assert!(check(&["--color", "always"]));
}

#[test]
fn a_level_of_the_policy_makes_a_finding_a_warning_and_status_0() {
    let folder = project("warn = [\"min_entries\"]\n[min_entries]\nconns = 65537\n");
    let output = mapgen(folder.path(), &["check", "flow.bpf.o"]);
    assert_eq!(output.status.code(), Some(0));
    let found = text(&output.stdout);
    assert!(found.contains("warning[M0100]"), "{found}");
    assert!(found.contains("1 object checked, 1 warning\n"), "{found}");
}

#[test]
fn json_has_the_documented_fields() {
    let folder = project("[min_entries]\nconns = 65537\n");
    let output = mapgen(folder.path(), &["check", "flow.bpf.o", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        json(&output),
        serde_json::json!({
            "format": 1, "objects": 1, "errors": 1, "warnings": 0,
            "findings": [{
                "code": "M0100", "name": "min_entries", "level": "error",
                "object": "flow.bpf.o", "path": "flow.bpf.o", "place": ["map `conns`"],
                "message": "`max_entries` is 65536, `min_entries` is 65537",
                "origin": "mapgen.toml:2", "source": null, "notes": [],
                "help": "raise it in the C source, or lower what is asked for",
            }],
            "unreadable": [],
        })
    );
}

#[test]
fn a_map_that_no_object_has_is_an_error_with_the_nearest_names() {
    let folder = project("[min_entries]\nconn = 8\n[[object]]\nobject = \"flow.bpf.o\"\n");
    let output = mapgen(folder.path(), &["check", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let finding = &json(&output)["findings"][0];
    assert_eq!(finding["code"], "M0190");
    assert!(finding["help"].as_str().unwrap().contains("`conns`"));
    // Of some of the objects it is not known what the others have.
    let some = mapgen(folder.path(), &["check", "flow.bpf.o"]);
    assert_eq!(some.status.code(), Some(0), "{}", text(&some.stdout));
}

#[test]
fn the_policy_is_found_above_and_its_paths_are_relative_to_it() {
    let folder = project("[min_entries]\nconns = 65537\n[[object]]\nobject = \"flow.bpf.o\"\n");
    let below = folder.path().join("src/deep");
    fs::create_dir_all(&below).unwrap();
    let output = mapgen(&below, &["check", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let finding = &json(&output)["findings"][0];
    assert_eq!(finding["path"], "../../flow.bpf.o");
    assert_eq!(finding["origin"], "../../mapgen.toml:2");
}

#[test]
fn a_source_is_compiled_as_build_rs_compiles_it() {
    if mapgen_test_support::clang().is_none() {
        return;
    }
    let folder = project(
        "[min_entries]\ncounts = 9\n[[object]]\nsource = \"bpf/tiny.bpf.c\"\n\
         clang_args = [\"-DENTRIES=8\", \"-Ibpf/include\"]\n",
    );
    let sources = folder.path().join("bpf");
    fs::create_dir_all(sources.join("include")).unwrap();
    fs::write(
        sources.join("include/tiny.h"),
        "#define SEC(name) __attribute__((section(name), used))\n",
    )
    .unwrap();
    fs::write(
        sources.join("tiny.bpf.c"),
        "#include \"tiny.h\"\n\
         struct { int (*type)[2]; int (*max_entries)[ENTRIES]; int *key; long *value; } counts \
         SEC(\".maps\");\n\
         char _license[] SEC(\"license\") = \"GPL\";\n",
    )
    .unwrap();
    let output = mapgen(folder.path(), &["check", "--json"]);
    let finding = &json(&output)["findings"][0];
    assert_eq!(finding["message"], "`max_entries` is 8, `min_entries` is 9");
    assert_eq!(finding["path"], "bpf/tiny.bpf.c");
    // No BTF says where a map is defined.
    let line = r#"struct { int (*type)[2]; int (*max_entries)[ENTRIES]; int *key; long *value; } counts SEC(".maps");"#;
    assert_eq!(
        finding["source"],
        serde_json::json!({"file": "bpf/tiny.bpf.c", "line": 2, "column": 80, "text": line})
    );
    let log = json(&mapgen(folder.path(), &["check", "--sarif", "-"]));
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "bpf/tiny.bpf.c");
    let region = &place["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"]),
        (&2.into(), &80.into())
    );
    // Nothing is left beside the source.
    assert_eq!(fs::read_dir(&sources).unwrap().count(), 2);
}

#[test]
fn what_cannot_be_read_is_status_2_and_the_rest_is_checked() {
    let folder = project("[min_entries]\nconns = 65537\n");
    fs::create_dir(folder.path().join("folder")).unwrap();
    let inputs = ["check", "no.bpf.o", "flow.bpf.o", "folder", "mapgen.toml"];
    let output = mapgen(folder.path(), &inputs);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    for part in [
        "error: `no.bpf.o` does not exist",
        "error: cannot read `folder`: it is a folder: name the objects in it",
        "error: `mapgen.toml` is not an eBPF object",
    ] {
        assert!(errors.contains(part), "{part} in\n{errors}");
    }
    let found = text(&output.stdout);
    assert!(
        found.contains("1 object checked, 1 error, 3 unreadable\n"),
        "{found}"
    );
    let machine = json(&mapgen(folder.path(), &[&inputs[..], &["--json"]].concat()));
    assert_eq!(machine["unreadable"].as_array().unwrap().len(), 3);
    assert_eq!(machine["unreadable"][1]["path"], "folder");
}

#[test]
fn usage_that_cannot_work_is_status_2_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let says = |arguments: &[&str], part: &str| {
        let output = mapgen(folder.path(), arguments);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(part), "{part} in\n{errors}");
    };
    says(&["check"], "there is no `mapgen.toml` here or above");
    says(&["check", "--config", "no.toml"], "`no.toml`");
    fs::write(folder.path().join("mapgen.toml"), "cpus = 2\n").unwrap();
    says(
        &["check"],
        "`mapgen.toml` names no objects: add `[[object]]`",
    );
    says(
        &["check", "--json", "--sarif", "-", "x.o"],
        "name a file for one",
    );
    fs::write(folder.path().join("mapgen.toml"), "cpu = 2\n").unwrap();
    says(&["check"], "`mapgen.toml:1`: there is no key `cpu`");
}

#[test]
fn standard_input_is_an_object() {
    let folder = project("[min_entries]\nconns = 65537\n");
    let object = fs::File::open(folder.path().join("flow.bpf.o")).unwrap();
    let output = command(folder.path(), &["check", "-", "--json"])
        .stdin(object)
        .output()
        .unwrap();
    assert_eq!(json(&output)["errors"], 1);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_utf_8_is_refused_by_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = project("");
    let strange = std::ffi::OsStr::from_bytes(b"fl\xffow.bpf.o");
    fs::copy(
        folder.path().join("flow.bpf.o"),
        folder.path().join(strange),
    )
    .unwrap();
    let output = command(folder.path(), &["check", "--json"])
        .arg(strange)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not UTF-8"));
    let path = json(&output)["unreadable"][0]["path"].clone();
    assert_eq!(path, "fl\u{fffd}ow.bpf.o");
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = project("[min_entries]\nconns = 65537\n");
    for arguments in [
        &["check", "flow.bpf.o", "--json"][..],
        &["check", "flow.bpf.o"],
        &["explain"],
        &["expand", "flow.bpf.o"],
        &["man"],
        &["completions", "zsh"],
    ] {
        let mut child = command(folder.path(), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn sarif_places_findings_on_lines_and_describes_its_rules() {
    let folder = project("[min_entries]\nconns = 65537\n");
    let output = mapgen(
        folder.path(),
        &["check", "flow.bpf.o", "no.bpf.o", "--sarif", "out.sarif"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("error[M0100]"));
    let log: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out.sarif")).unwrap()).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"M0100".into(), &"error".into())
    );
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], "M0100");
    let page = rule["help"]["markdown"].as_str().unwrap();
    assert!(page.starts_with("# M0100 `min_entries`"), "{page}");
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = &invocation["toolExecutionNotifications"][0]["message"]["text"];
    assert!(said.as_str().unwrap().contains("`no.bpf.o` does not exist"));
}

#[test]
fn a_message_is_explained_by_code_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let by_code = mapgen(folder.path(), &["explain", "M0100"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors/M0100.md");
    assert_eq!(text(&by_code.stdout), fs::read_to_string(page).unwrap());
    let by_name = mapgen(folder.path(), &["explain", "min_entries"]);
    assert_eq!(by_code.stdout, by_name.stdout);
    let all = text(&mapgen(folder.path(), &["explain"]).stdout);
    assert!(all.contains("M0100  min_entries"), "{all}");
    let unknown = mapgen(folder.path(), &["explain", "min_entrie"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("the nearest are `min_entries`"));
}

#[test]
fn expand_prints_the_bindings_as_rust() {
    let folder = project("");
    let output = mapgen(folder.path(), &["expand", "flow.bpf.o", "--name", "net"]);
    assert_eq!(output.status.code(), Some(0));
    let bindings = text(&output.stdout);
    for line in [
        "pub mod net {",
        "        pub struct FlowKey {",
        "            pub saddr: ::mapgen_runtime::Be<::core::primitive::u32>,",
    ] {
        assert!(bindings.contains(line), "{line} in\n{bindings}");
    }
}
