//! The command as a person or a script runs it.

use std::fs;

use crate::{mapgen, printed, sample};

fn error(arguments: &[&str]) -> String {
    let output = mapgen(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_file_is_written_and_nothing_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.yaml");
    let output = mapgen(&["rules", "-o", file.to_str().expect("UTF-8")]);
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(0), &b""[..])
    );
    assert_eq!(
        fs::read_to_string(file).expect("a file"),
        printed(&["rules"])
    );
}

#[test]
fn a_threshold_or_a_minimum_of_no_map_is_an_error_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mapgen.toml");
    let config = config.to_str().expect("UTF-8");
    for (text, line) in [
        ("[thresholds]\nconnz = { warning = 0.5 }", 2),
        ("cpus = 4\n[min_entries]\nconnz = 5", 3),
    ] {
        fs::write(config, text).expect("a file");
        let error = error(&["rules", "--config", config, &sample("flow")]);
        assert!(
            error.contains("names map `connz`, which no object has [M0190]"),
            "{error}"
        );
        assert!(
            error.contains(&format!("`{config}:{line}` asks for it")),
            "{error}"
        );
        assert!(error.contains("help: the nearest are `conns`"), "{error}");
    }
}

#[test]
fn objects_of_the_configuration_are_found_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(sample("flow"), folder.path().join("flow.bpf.o")).expect("a copy");
    let config = folder.path().join("mapgen.toml");
    fs::write(&config, "[[object]]\nobject = \"flow.bpf.o\"").expect("a file");
    let config = config.to_str().expect("UTF-8");
    assert_eq!(
        printed(&["rules", "--config", config]),
        printed(&["rules", &sample("flow")])
    );
}

#[test]
fn names_that_kubernetes_would_refuse_are_errors() {
    for option in ["--name", "--job", "--namespace"] {
        let error = error(&["rules", "--format", "kubernetes", option, "My_Maps"]);
        let expected = format!("error: `{option} My_Maps` is no name for Kubernetes");
        assert!(error.starts_with(&expected), "{error}");
    }
    // Prometheus takes any.
    printed(&["rules", "--name", "My_Maps"]);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    assert!(
        error(&["rules", "no/such.bpf.o"]).starts_with("error: `no/such.bpf.o` does not exist")
    );
    assert!(
        error(&["rules", "--config", "no.toml"]).starts_with("error: `no.toml` does not exist")
    );
    assert!(error(&["rules", "--label", "x"]).contains("a label is `NAME=VALUE`"));
}
