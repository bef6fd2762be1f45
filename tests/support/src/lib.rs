//! What the tests of every crate share: saying loudly that a test was skipped, finding
//! clang, `bpf(2)` and a bpf file system, counting allocations, and crates of a user.

pub mod allocations;
mod kernel;
pub mod terminal;
pub mod user;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub use kernel::{BpfFs, c_path, raw_bpf, raw_bpf_fd};

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

/// Says that this machine is too small for a test. One that `./run kernels` emulates may be: the
/// test runs on the machine that emulates it.
///
/// # Panics
/// As [`skipped`], on any other machine.
pub fn too_small(needs: &str) {
    if std::env::var_os("MAPGEN_EMULATED").is_none() {
        return skipped(needs);
    }
    let message = format!("too small: needs {needs}\n");
    std::io::stderr().write_all(message.as_bytes()).ok();
}

/// How often a test repeats what comes out differently now and then: a tenth as often on an
/// emulated machine, which is slow.
pub fn rounds(count: u64) -> u64 {
    match std::env::var_os("MAPGEN_EMULATED") {
        Some(_) => count.div_ceil(10),
        None => count,
    }
}

/// How long to wait at most, in seconds: ten times as long on an emulated machine, which is slow.
pub fn patience(seconds: u64) -> Duration {
    let factor = match std::env::var_os("MAPGEN_EMULATED") {
        Some(_) => 10,
        None => 1,
    };
    Duration::from_secs(seconds * factor)
}

/// Says that the running kernel lacks what a test is about, where the test has seen the error
/// that is promised then.
///
/// # Panics
/// When the kernel is of the release `since` or newer: it ought to have it.
pub fn unsupported(what: &str, since: (u32, u32)) {
    let running = kernel_release();
    assert!(
        running < since,
        "Linux {}.{} has {what} since {}.{}, and it was refused",
        running.0,
        running.1,
        since.0,
        since.1
    );
    let message = format!("unsupported since {}.{}: {what}\n", since.0, since.1);
    std::io::stderr().write_all(message.as_bytes()).ok();
}

/// The first two numbers of the running kernel's release.
///
/// # Panics
/// When the kernel does not say it.
pub fn kernel_release() -> (u32, u32) {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("the release");
    let mut numbers = release
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().expect("two numbers");
    (next(), next())
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
/// With `MAPGEN_COMPILED` set to a folder, what was compiled is kept there, and is taken from
/// there where there is no clang: under another kernel, in a virtual machine.
///
/// # Panics
/// As [`skipped`], and with clang's own words when it refuses.
pub fn compile(folder: &Path, name: &str, source: &str, arguments: &[&str]) -> Option<PathBuf> {
    let file = folder.join(format!("{name}.bpf.c"));
    let object = folder.join(format!("{name}.bpf.o"));
    std::fs::write(&file, source).expect("a source");
    let kept = std::env::var_os("MAPGEN_COMPILED").map(|kept| {
        let mut hasher = DefaultHasher::new();
        (source, arguments).hash(&mut hasher);
        Path::new(&kept).join(format!("{name}-{:016x}.o", hasher.finish()))
    });
    if let Some(kept) = kept.as_ref().filter(|kept| kept.exists()) {
        std::fs::copy(kept, &object).expect("a copy");
        return Some(object);
    }
    let clang = clang()?;
    let output = Command::new(clang)
        .args(["-O2", "-c"])
        .args(arguments)
        .args([Path::new("-o"), &object, &file])
        .output()
        .expect("clang starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", file.display());
    if let Some(kept) = kept {
        std::fs::copy(&object, kept).expect("a copy");
    }
    Some(object)
}
