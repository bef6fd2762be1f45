//! The numbers on a page, against `pahole` and the running kernel.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use mapgen_test_support::skipped;
use serde_json::Value;

use crate::{browser, sample, text};

/// Offset and size of each member of each struct as `pahole` prints them, bit-fields left out.
fn by_pahole(object: &str) -> Option<BTreeMap<String, Vec<(u64, u64)>>> {
    let output = Command::new("pahole").args(["-F", "btf", object]).output();
    let Ok(output) = output else {
        skipped("pahole (the package dwarves)");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut structs = BTreeMap::new();
    let mut open: Option<(String, Vec<(u64, u64)>)> = None;
    for line in text.lines() {
        if let Some(tag) = line
            .strip_prefix("struct ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            open = Some((format!("struct {tag}"), Vec::new()));
        } else if line.starts_with('}') {
            structs.extend(open.take());
        } else if let (Some((_, members)), Some((_, place))) = (&mut open, line.rsplit_once("/*")) {
            // A tab deep: the struct's own.
            let is_own = line.starts_with('\t') && !line.starts_with("\t\t");
            let mut numbers = place.trim_end_matches("*/").split_whitespace();
            let pair = (numbers.next(), numbers.next(), numbers.next());
            if let ((Some(at), Some(size), None), true) = (pair, is_own) {
                members.extend(at.parse().ok().zip(size.parse().ok()));
            }
        }
    }
    Some(structs)
}

#[test]
fn offsets_and_sizes_of_members_are_those_of_pahole() {
    let Some(theirs) = by_pahole(&sample("layouts")) else {
        return;
    };
    let Some(page) = browser::of("layouts") else {
        return;
    };
    let mut compared = 0;
    for table in page["tables"].as_array().expect("a list") {
        let caption = table["caption"].as_str().expect("text");
        let name = caption.split(" beside ").next().expect("a name");
        let Some(theirs) = theirs.get(name) else {
            continue;
        };
        let rows = table["rows"].as_array().expect("a list").iter();
        let ours: Vec<(u64, u64)> = rows
            .filter_map(|row| {
                let cell = |index: usize| row[index].as_str();
                Some((cell(0)?.parse().ok()?, cell(1)?.parse().ok()?))
            })
            .collect();
        for member in theirs {
            assert!(
                ours.contains(member),
                "{name}: {member:?} is not in {ours:?}"
            );
        }
        compared += theirs.len();
    }
    assert!(compared > 100, "{compared}");
}

/// What the kernel says of maps that libbpf loaded, by name, in a mount namespace of its own:
/// `flow` pins a map.
fn by_kernel() -> Option<BTreeMap<String, (u64, u64)>> {
    let script = "mount -t bpf none /sys/fs/bpf && PATH=$PATH:/usr/sbin && \
                  bpftool prog loadall \"$1\" /sys/fs/bpf/p && bpftool -j prog show pinned /sys/fs/bpf/p/handle_syn && \
                  bpftool -j map show";
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", script, "sh", &sample("flow")])
        .output();
    let output = output.ok().filter(|output| output.status.success());
    let Some(output) = output else {
        skipped("root, bpftool and a kernel that loads `flow`");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let mut next =
        || -> Value { serde_json::from_str(lines.next().expect("a line")).expect("JSON") };
    let (program, maps) = (next(), next());
    let ids = program["map_ids"].as_array().expect("ids").clone();
    let maps = maps.as_array().expect("a list").iter();
    let own = maps.filter(|map| ids.contains(&map["id"]));
    Some(
        own.map(|map| {
            let number = |field: &str| map[field].as_u64().expect("a number");
            let name = map["name"].as_str().expect("a name").to_owned();
            (name, (number("max_entries"), number("bytes_memlock")))
        })
        .collect(),
    )
}

#[test]
fn capacity_and_memory_are_what_the_kernel_says_of_the_loaded_maps() {
    if mapgen_test_support::kernel_release() < (6, 18) {
        return skipped("Linux 6.18, whose count the formulas are");
    }
    let Some(theirs) = by_kernel() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let page = text(&folder.path().join("page.html"));
    let output = crate::mapgen(&["report", &sample("flow"), "-o", &page]);
    assert_eq!(output.status.code(), Some(0));
    let page = std::fs::read_to_string(Path::new(&page)).expect("UTF-8");
    let mut compared = 0;
    for row in page.split("<tr data-map=\"").skip(1) {
        let number = |attribute: &str| -> u64 {
            let rest = row.split_once(attribute).expect("the attribute").1;
            rest.split('"')
                .next()
                .expect("a number")
                .parse()
                .expect("a number")
        };
        let name = row.split('"').next().expect("a name");
        let ours = (number("data-entries=\""), number("data-bytes=\""));
        assert_eq!(theirs.get(name), Some(&ours), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 4);
}

#[test]
fn the_pages_figures_are_those_of_inspect() {
    let Some(page) = browser::of("flow") else {
        return;
    };
    let output = crate::mapgen(&["inspect", "--json", "--cpus", "8", &sample("flow")]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let theirs = json["maps"].as_array().expect("a list").iter();
    let theirs: Vec<Value> = theirs
        .map(|map| serde_json::json!({"name": map["name"], "entries": map["max_entries"], "bytes": map["memory_bytes"]}))
        .collect();
    assert_eq!(page["maps"], Value::from(theirs));
}
