//! `--sarif` against the schema that OASIS published.

use std::path::Path;
use std::process::Command;

#[test]
fn what_is_written_is_valid_sarif_2_1_0() {
    let Some(schema) = std::env::var_os("MAPGEN_SARIF_SCHEMA") else {
        mapgen_test_support::skipped(
            "`MAPGEN_SARIF_SCHEMA` and Python's jsonschema (`./run test` sees to both)",
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let objects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ebpf-samples/objects/el");
    let policy = "[min_entries]\nconns = 65537\nno_such = 1\n";
    std::fs::write(folder.path().join("mapgen.toml"), policy).unwrap();
    std::fs::copy(objects.join("flow.bpf.o"), folder.path().join("a b.bpf.o")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .current_dir(folder.path())
        .args([
            "check",
            "a b.bpf.o",
            "/no/such.bpf.o",
            "--sarif",
            "out.sarif",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let validate = "import json, sys, jsonschema\n\
                    log, schema = (json.load(open(file)) for file in sys.argv[1:])\n\
                    assert log['runs'][0]['results']\n\
                    # `format: uri` and its kin are a part of what is published.\n\
                    jsonschema.validate(log, schema,\n\
                        format_checker=jsonschema.FormatChecker())\n";
    let output = Command::new("python3")
        .args(["-c", validate])
        .arg(folder.path().join("out.sarif"))
        .arg(schema)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
