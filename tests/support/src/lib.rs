//! What the tests of every crate share: saying loudly that a test was skipped, finding
//! clang, and crates of a user.

pub mod user;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says that a test cannot run here, past the test harness's capture.
///
/// # Panics
/// With `MAPGEN_NO_SKIP` set, as CI does on a machine that has everything.
pub fn skipped(needs: &str) {
    let message = format!("skipped: needs {needs}\n");
    // Not `eprintln`: the harness would keep it to itself when the test passes.
    std::io::stderr().write_all(message.as_bytes()).ok();
    assert!(
        std::env::var_os("MAPGEN_NO_SKIP").is_none(),
        "a test was skipped where none may be: needs {needs}"
    );
}

/// A clang that compiles for BPF: `$CLANG`, the newest `clang-N`, or `clang`; says so
/// where there is none.
///
/// # Panics
/// As [`skipped`].
pub fn clang() -> Option<String> {
    let compiles_bpf = |name: &String| {
        let run = Command::new(name).arg("--print-targets").output();
        run.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("bpf"))
    };
    let found = std::env::var("CLANG")
        .into_iter()
        .chain((14..30).rev().map(|version| format!("clang-{version}")))
        .chain(["clang".to_owned()])
        .find(compiles_bpf);
    if found.is_none() {
        skipped("clang with the BPF target");
    }
    found
}

/// Compiles C text for BPF into `<folder>/<name>.bpf.o`, beside the source that it writes
/// there; `None` without clang, after saying so.
///
/// # Panics
/// As [`skipped`], and with clang's own words when it refuses.
pub fn compile(folder: &Path, name: &str, source: &str, arguments: &[&str]) -> Option<PathBuf> {
    let clang = clang()?;
    let file = folder.join(format!("{name}.bpf.c"));
    let object = folder.join(format!("{name}.bpf.o"));
    std::fs::write(&file, source).expect("a source");
    let output = Command::new(clang)
        .args(["-O2", "-c"])
        .args(arguments)
        .args([Path::new("-o"), &object, &file])
        .output()
        .expect("clang starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", file.display());
    Some(object)
}
