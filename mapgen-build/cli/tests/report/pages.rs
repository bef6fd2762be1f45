//! The pages that are looked at.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{mapgen, sample, text};

/// A policy with a finding of each weight.
const POLICY: &str = "memory_budget = \"4 MiB\"\n\
    [min_entries]\nconns = 65536\nproto_stats = 512\nevents = \"1000 records of struct event\"\n";

/// Every form that a drawing has: nested, anonymous, arrays, unions, bit-fields, holes, more
/// than a cacheline.
const FORMS: &str = r#"
#define SEC(name) __attribute__((section(name), used))
struct inner { unsigned char tag; unsigned int count; };
struct forms {
    unsigned char first;
    unsigned long long second;
    struct inner nested;
    struct inner slots[4];
    union { unsigned int word; unsigned char bytes[4]; struct inner pair; } either;
    union { unsigned short low; unsigned int high; };
    struct { unsigned char x, y; };
    unsigned int ready : 1, mode : 3, : 4, level : 11;
    char name[16];
    unsigned char large[4096];
    unsigned char last;
};
struct { int (*type)[1]; int (*max_entries)[8]; unsigned int *key; struct forms *value; } forms SEC(".maps");
"#;

/// Writes the page of an object into a folder.
pub(crate) fn write(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let page = folder.join(format!("{name}.html"));
    let mut all = vec!["report", "--cpus", "8"];
    all.extend(arguments);
    let output = text(&page);
    all.extend(["-o", &output]);
    let output = mapgen(&all);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() < Some(2), "{arguments:?}: {said}");
    page
}

pub(crate) fn flow(folder: &Path) -> PathBuf {
    let policy = folder.join("mapgen.toml");
    fs::write(&policy, POLICY).expect("a file");
    write(
        folder,
        "flow",
        &["--config", &text(&policy), &sample("flow")],
    )
}

pub(crate) fn layouts(folder: &Path) -> PathBuf {
    write(folder, "layouts", &[&sample("layouts")])
}

/// What differs between two versions of a sample.
pub(crate) fn ledger(folder: &Path) -> PathBuf {
    write(
        folder,
        "ledger",
        &["--diff", &sample("ledger_v1"), &sample("ledger")],
    )
}

/// `None` without clang.
pub(crate) fn forms(folder: &Path) -> Option<PathBuf> {
    let object = mapgen_test_support::compile(folder, "forms", FORMS, &["-g", "--target=bpf"])?;
    Some(write(folder, "forms", &[&text(&object)]))
}

/// 300 maps and 5,000 structs that they reach; `None` without clang.
pub(crate) fn big(folder: &Path) -> Option<PathBuf> {
    let mut source = String::from("#define SEC(name) __attribute__((section(name), used))\n");
    for index in 0..4700 {
        let _ = writeln!(
            source,
            "struct part_{index} {{ unsigned char tag; unsigned long long at; unsigned int mode : 3; }};"
        );
    }
    for map in 0..300 {
        let parts: String = (0..15)
            .map(|part| format!("struct part_{} part_{part}; ", (map * 15 + part) % 4700))
            .collect();
        let _ = writeln!(source, "struct value_{map} {{ int id; {parts}}};");
        let _ = writeln!(
            source,
            "struct {{ int (*type)[1]; int (*max_entries)[1024]; unsigned int *key; \
             struct value_{map} *value; }} map_{map} SEC(\".maps\");"
        );
    }
    // What no map reaches is kept by a variable.
    for part in 4500..4700 {
        let _ = writeln!(source, "struct part_{part} kept_{part} SEC(\".data\");");
    }
    let object = mapgen_test_support::compile(folder, "big", &source, &["-g", "--target=bpf"])?;
    Some(write(folder, "big", &[&text(&object)]))
}
