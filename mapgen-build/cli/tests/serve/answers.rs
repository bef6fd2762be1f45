//! What is answered.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use mapgen_test_support::{BpfFs, skipped};

use crate::exporter::{Exporter, eventually, sample};
use crate::maps;

#[test]
fn a_scrape_says_how_full_maps_are_that_others_made() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    let routes = maps::trie("routes", 100).expect("a trie");
    conns.insert(0..8500);
    routes.insert(0..10);
    let exporter = Exporter::of_ids(&[conns.id, routes.id]);
    let text = exporter.metrics();
    let of = |metric, id| sample(&text, metric, id);
    assert_eq!(of("ebpf_map_entries", conns.id), Some(8500.0));
    assert_eq!(of("ebpf_map_max_entries", conns.id), Some(10_000.0));
    assert_eq!(of("ebpf_map_pressure", conns.id), Some(0.85));
    assert_eq!(of("ebpf_map_entries", routes.id), Some(10.0));
    let raised = |severity: &str, level: &str| {
        let labels = format!(
            "map_capacity_violation{{map_name=\"conns\",map_type=\"hash\",object=\"\",map_id=\"{}\",severity=\"{severity}\"}} {level}\n",
            conns.id
        );
        assert!(text.contains(&labels), "{labels}\n{text}");
    };
    raised("warning", "1.0");
    raised("critical", "0.0");
    // What nobody asks for, and what this process does not do, has no sample.
    assert_eq!(of("ebpf_map_min_entries", conns.id), None);
    assert!(!text.contains("ebpf_map_update_errors_total{"), "{text}");
}

#[test]
fn memory_is_what_bpftool_says() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    let id = conns.id.to_string();
    let shown = Command::new("bpftool")
        .args(["map", "show", "id", &id])
        .output();
    let Ok(shown) = shown else {
        return skipped("bpftool");
    };
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    let memlock = shown.split("memlock ").nth(1).expect("its memory");
    let memlock: f64 = memlock
        .split('B')
        .next()
        .and_then(|n| n.parse().ok())
        .expect("bytes");
    let exporter = Exporter::of_ids(&[conns.id]);
    assert_eq!(
        exporter.sample("ebpf_map_memory_bytes", conns.id),
        Some(memlock)
    );
}

#[test]
fn promtool_accepts_the_older_text() {
    let Some(conns) = maps::hash("conns", 10) else {
        return;
    };
    conns.insert(0..9);
    let exporter = Exporter::start(&[]);
    let text = exporter.metrics();
    let mut promtool = match Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(promtool) => promtool,
        Err(_) => return skipped("promtool (Debian and Ubuntu: `prometheus`)"),
    };
    let mut stdin = promtool.stdin.take().expect("a pipe");
    stdin.write_all(text.as_bytes()).expect("it reads");
    drop(stdin);
    let output = promtool.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{text}");
    assert_eq!(said, "");
}

#[test]
fn the_text_is_the_one_that_is_asked_for() {
    let Some(conns) = maps::hash("conns", 10) else {
        return;
    };
    let exporter = Exporter::of_ids(&[conns.id]);
    let classic = exporter.ask("GET", "/metrics", "");
    assert!(
        classic
            .head
            .contains("content-type: text/plain; version=0.0.4")
    );
    assert!(!classic.body.contains("# EOF"));
    let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n";
    let openmetrics = exporter.ask("GET", "/metrics", accept);
    assert!(
        openmetrics
            .head
            .contains("content-type: application/openmetrics-text; version=1.0.0")
    );
    assert!(openmetrics.body.ends_with("# EOF\n"));
}

#[test]
fn other_paths_and_methods_are_refused() {
    let exporter = Exporter::start(&["--pins", "/nowhere"]);
    assert_eq!(exporter.ask("GET", "/other", "").status, 404);
    let posted = exporter.ask("POST", "/metrics", "Content-Length: 0\r\n");
    assert_eq!(posted.status, 405);
    assert!(posted.head.contains("allow: get, head"), "{}", posted.head);
    let head = exporter.ask("HEAD", "/metrics", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    // A head that is too long is not read to its end.
    let long = format!("X-Long: {}\r\n", "x".repeat(20_000));
    let refused = exporter.ask("GET", "/metrics", &long);
    assert_eq!(refused.status, 431);
    assert_eq!(exporter.get("/healthz"), "ok\n");
}

#[test]
fn a_person_sees_the_maps_on_a_page() {
    let Some(conns) = maps::hash("conns", 10) else {
        return;
    };
    conns.insert(0..5);
    let exporter = Exporter::of_ids(&[conns.id]);
    let answer = exporter.ask("GET", "/", "");
    assert!(
        answer.head.contains("content-type: text/html"),
        "{}",
        answer.head
    );
    assert!(answer.body.contains("conns"), "{}", answer.body);
    assert!(
        answer.body.starts_with("<!doctype html>"),
        "{}",
        answer.body
    );
}

#[test]
fn pins_come_and_go() {
    let Some(fs) = BpfFs::mount() else {
        return;
    };
    let folder = fs.root().join("flow");
    let exporter = Exporter::start(&["--pins", folder.to_str().expect("UTF-8")]);
    assert!(
        exporter.said.contains("watching 0 maps now"),
        "{}",
        exporter.said
    );
    fs::create_dir(&folder).expect("a folder");
    let conns = maps::hash("conns", 10).expect("a map");
    conns.insert(0..3);
    conns.pin(&folder.join("conns"));
    let id = conns.id;
    drop(conns);
    eventually("the pinned map is seen", || {
        exporter.sample("ebpf_map_entries", id) == Some(3.0)
    });
    fs::remove_file(folder.join("conns")).expect("a pin");
    maps::wait_until_gone(id);
    eventually("the map is forgotten", || {
        exporter.sample("ebpf_map_max_entries", id).is_none()
    });
}

#[test]
fn minima_and_thresholds_are_those_of_the_configuration() {
    let Some(map) = maps::hash("connections_by_", 1000) else {
        return;
    };
    map.insert(0..400);
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mapgen.toml");
    let text = "[min_entries]\nconnections_by_pid = 4096\n\n[thresholds]\nconnections_by_pid = { warning = 0.3 }\n";
    fs::write(&config, text).expect("a file");
    let id = format!("--id={}", map.id);
    let exporter = Exporter::start(&["--config", config.to_str().expect("UTF-8"), &id]);
    let text = exporter.metrics();
    assert_eq!(sample(&text, "ebpf_map_min_entries", map.id), Some(4096.0));
    assert!(text.contains("severity=\"warning\"} 1.0"), "{text}");
    assert!(text.contains("severity=\"critical\"} 0.0"), "{text}");
}

#[test]
fn of_an_object_its_maps_are_watched_and_no_others() {
    // As the sample declares it, and a namesake of another type.
    let Some(blocked) = maps::hash("blocked", 100) else {
        return;
    };
    let other = maps::hash("others", 100).expect("a map");
    let namesake = maps::trie("conns", 100).expect("a map");
    let object = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../ebpf-samples/objects/el/flow.bpf.o"
    );
    let exporter = Exporter::start(&[object]);
    let text = exporter.metrics();
    let line = format!(
        "{{map_name=\"blocked\",map_type=\"hash\",object=\"flow\",map_id=\"{}\"}} 1024.0\n",
        blocked.id
    );
    assert!(
        text.contains(&format!("ebpf_map_min_entries{line}")),
        "{text}"
    );
    assert_eq!(sample(&text, "ebpf_map_max_entries", other.id), None);
    assert_eq!(sample(&text, "ebpf_map_max_entries", namesake.id), None);
}
