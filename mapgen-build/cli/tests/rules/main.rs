//! `mapgen rules`, against what reads its files: promtool, the schemas of Kubernetes and of
//! the Prometheus operator.

mod command;
mod dashboard;
mod deploy;
mod documents;
mod manifests;
mod promtool;
mod series;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn mapgen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .output()
        .expect("the command starts")
}

/// What the command prints.
fn printed(arguments: &[&str]) -> String {
    let output = mapgen(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A committed object of the samples.
fn sample(name: &str) -> String {
    let path = format!("../../ebpf-samples/objects/el/{name}.bpf.o");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    path.to_str().expect("UTF-8").to_owned()
}

/// A file beside the tests.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/rules")
        .join(name)
}

/// A file of `units` as an argument.
fn unit(name: &str) -> String {
    let path = beside("units").join(name);
    path.to_str().expect("UTF-8").to_owned()
}
