//! `mapgen report`: its pages in a headless Chromium, their figures against `pahole` and the
//! kernel.

mod browser;
mod command;
mod differences;
mod figures;
mod hostile;
mod live;
mod pages;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn mapgen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .args(arguments)
        // Above it there is no policy.
        .current_dir("/")
        .output()
        .expect("the command starts")
}

/// A committed object of the samples.
fn sample(name: &str) -> String {
    let path = format!("../../ebpf-samples/objects/el/{name}.bpf.o");
    text(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

/// A path as an argument.
fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// A file beside the tests.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/report")
        .join(name)
}
