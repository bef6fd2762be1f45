//! What `mapgen inspect` says of structs, against `pahole`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The numbers under a struct, by what they count.
type Numbers = BTreeMap<String, u64>;

/// Reads `/* size: 88, cachelines: 2, members: 18 */` and its kin, by tag.
fn summaries(text: &str) -> BTreeMap<String, Numbers> {
    let mut all = BTreeMap::new();
    let mut open: Option<(String, Numbers)> = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("struct ") {
            let tag = head.split(' ').next().unwrap_or_default();
            open = head.contains('{').then(|| (tag.to_owned(), Numbers::new()));
        } else if line.starts_with('}') {
            all.extend(open.take());
        } else if let Some((_, numbers)) = &mut open {
            let comment = line.trim().strip_prefix("/* ");
            let Some(comment) = comment.and_then(|rest| rest.strip_suffix(" */")) else {
                continue;
            };
            for part in comment.split(", ") {
                let Some((what, number)) = part.split_once(": ") else {
                    continue;
                };
                let number = number.trim_end_matches(" bytes").trim_end_matches(" bits");
                if let Ok(number) = number.parse() {
                    numbers.insert(what.to_owned(), number);
                }
            }
        }
    }
    all
}

#[test]
fn sizes_holes_padding_and_cachelines_are_those_of_pahole() {
    let objects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ebpf-samples/objects/el");
    if Command::new("pahole").arg("--version").output().is_err() {
        mapgen_test_support::skipped("pahole (the package dwarves)");
        return;
    }
    let mut compared = 0;
    for object in ["flow.bpf.o", "tcpwatch.bpf.o", "layouts.bpf.o"] {
        let object = objects.join(object);
        let text = |command: &mut Command| {
            let output = command.arg(&object).output().unwrap();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let theirs = summaries(&text(Command::new("pahole").args(["-F", "btf"])));
        let ours = summaries(&text(
            Command::new(env!("CARGO_BIN_EXE_mapgen")).arg("inspect"),
        ));
        for (tag, ours) in ours {
            let Some(theirs) = theirs.get(&tag) else {
                continue;
            };
            // The bytes of bit-fields are no members there, and partly holes.
            if theirs.keys().any(|what| what.contains("bit")) {
                continue;
            }
            let asked = [
                "size",
                "cachelines",
                "members",
                "sum members",
                "holes",
                "sum holes",
                "padding",
                "last cacheline",
            ];
            for what in asked {
                // Said of a struct without holes only where it is unions and paddings too.
                if what == "sum members" && !ours.contains_key(what) {
                    continue;
                }
                assert_eq!(ours.get(what), theirs.get(what), "{what} of struct {tag}");
            }
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}
