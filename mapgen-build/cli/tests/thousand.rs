//! `mapgen check` over a thousand objects, alone in its process to measure it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The issue asks for 5 s on 2 cores and 200 MiB of a release build; `docs/check.md` has what
/// one takes. The bar has slack for a debug build on a busy machine.
const TIME: Duration = Duration::from_secs(60);
const MEMORY: i64 = 200 << 20;

#[test]
fn a_thousand_objects_are_checked_in_order_and_in_bounded_time_and_memory() {
    let objects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ebpf-samples/objects/el");
    let kinds = [
        "flow",
        "flow_small",
        "flow_swapped",
        "kinds",
        "layouts",
        "ledger",
        "records",
        "tcpwatch",
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut policy = String::from("[min_entries]\nconns = 65537\n");
    let mut with_conns = Vec::new();
    for index in 0..1000 {
        let kind = kinds[index % kinds.len()];
        let object = format!("{kind}{index:04}.bpf.o");
        let from = objects.join(format!("{kind}.bpf.o"));
        fs::copy(from, folder.path().join(&object)).unwrap();
        policy += &format!("[[object]]\nobject = \"{object}\"\n");
        if kind.starts_with("flow") {
            with_conns.push(object);
        }
    }
    fs::write(folder.path().join("mapgen.toml"), policy).unwrap();
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .current_dir(folder.path())
        .args(["check", "--json"])
        .output()
        .unwrap();
    let took = start.elapsed();
    let peak = peak_of_children();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["objects"], 1000);
    let findings = report["findings"].as_array().unwrap().iter();
    let paths: Vec<&str> = findings
        .filter(|finding| finding["code"] == "M0100")
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, with_conns);
    println!("{took:?}, {} KiB", peak >> 10);
    assert!(took < TIME, "{took:?}");
    assert!(peak < MEMORY, "{} MiB", peak >> 20);
}

/// The resident bytes of the largest child that ended.
fn peak_of_children() -> i64 {
    // SAFETY: zeroes are a valid `rusage`, and getrusage(2) writes one.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage), 0);
        usage
    };
    // Linux counts KiB.
    usage.ru_maxrss * 1024
}
