//! What the command takes and how it ends.

use std::collections::BTreeSet;
use std::fs;

use crate::{mapgen, sample, text};

#[test]
fn the_same_objects_give_the_same_bytes() {
    let flow = sample("flow");
    let arguments = ["report", "--cpus", "8", &flow, "-o", "-"];
    let (one, other) = (mapgen(&arguments), mapgen(&arguments));
    assert_eq!(one.status.code(), Some(0));
    assert!(one.stdout.starts_with(b"<!doctype html>"));
    assert_eq!(one.stdout, other.stdout);
}

#[test]
fn the_status_is_that_of_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("mapgen.toml");
    fs::write(&policy, "[min_entries]\nconns = 65537\n").expect("a file");
    let page = text(&folder.path().join("page.html"));
    let flow = sample("flow");
    let policy = text(&policy);
    let output = mapgen(&["report", "--config", &policy, &flow, "-o", &page]);
    assert_eq!(output.status.code(), Some(1));
    let written = fs::read_to_string(&page).expect("UTF-8");
    assert!(written.contains("data-code=\"M0100\""));
}

#[test]
fn an_object_that_cannot_be_read_is_on_the_page_of_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = text(&folder.path().join("page.html"));
    let flow = sample("flow");
    let output = mapgen(&["report", &flow, "/nowhere/a.bpf.o", "-o", &page]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/a.bpf.o"));
    let written = fs::read_to_string(&page).expect("UTF-8");
    assert!(written.contains("/nowhere/a.bpf.o") && written.contains("flow_key"));
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let output = mapgen(&["report", &sample("flow"), "-o", "/nowhere/page.html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/page.html"));
}

#[test]
fn two_objects_that_agree_have_a_page_that_says_so() {
    let flow = sample("flow");
    let output = mapgen(&["report", "--diff", &flow, &flow, "-o", "-"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Nothing differs."));
}

#[test]
fn a_difference_ends_with_1_as_diff_does() {
    let (flow, swapped) = (sample("flow"), sample("flow_swapped"));
    for arguments in [
        &["report", "--diff", &flow, &swapped, "-o", "-"][..],
        &["diff", &flow, &swapped],
    ] {
        assert_eq!(mapgen(arguments).status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn several_objects_share_a_page_and_no_place_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = text(&folder.path().join("page.html"));
    let objects = ["flow", "ledger", "kinds", "records"].map(sample);
    let mut arguments = vec!["report", "-o", &page];
    arguments.extend(objects.iter().map(String::as_str));
    assert_eq!(mapgen(&arguments).status.code(), Some(0));
    let page = fs::read_to_string(&page).expect("UTF-8");
    let places: Vec<&str> = quoted(&page, " id=\"").collect();
    let known: BTreeSet<&str> = places.iter().copied().collect();
    assert_eq!(places.len(), known.len());
    for link in quoted(&page, " href=\"#") {
        assert!(known.contains(link), "{link}");
    }
    for title in ["flow.bpf.o", "ledger.bpf.o", "kinds.bpf.o", "records.bpf.o"] {
        assert!(page.contains(&format!("<h2>{title}</h2>")), "{title}");
    }
}

/// What stands between this and the next quote, wherever it does.
fn quoted<'a>(page: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = page.split(before).skip(1);
    parts.filter_map(|part| part.split('"').next())
}
