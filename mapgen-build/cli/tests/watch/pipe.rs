//! On a pipe.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::{Map, RINGBUF, output, text, watch_maps};

#[test]
fn a_pipe_gets_a_table_for_each_look() {
    let Some(map) = Map::hash("watch_a_longest", 200_000) else {
        return;
    };
    map.fill(0..1234);
    let mut child = watch_maps([&map], &["--interval", "0.2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = || lines.next().unwrap().unwrap();
    for used in ["1234/200000", "1235/200000"] {
        let head = line();
        assert!(
            head.starts_with("MAP  ") && head.contains("ENTRIES"),
            "{head}"
        );
        let row = line();
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words[0], "watch_a_longest");
        // The second may be of the look before.
        assert!(
            words.contains(&used) || words.contains(&"1234/200000"),
            "{row}"
        );
        assert!(!row.contains('\x1b'), "{row}");
        assert_eq!(line(), "");
        map.fill(0..1235);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn one_table_is_printed_and_it_ends() {
    let (Some(map), Some(other)) = (Map::hash("watch_once", 10), Map::hash("watch_else", 10))
    else {
        return;
    };
    map.fill(0..9);
    let output = output(watch_maps([&map, &other], &["--once"]));
    assert_eq!(output.status.code(), Some(0));
    let text = text(&output.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[1].starts_with("watch_once "),
        "the fullest first: {text}"
    );
    assert!(
        lines[1].contains(" 90%") && lines[1].ends_with(" warning"),
        "{text}"
    );
}

#[test]
fn json_has_a_line_for_each_look() {
    let (Some(map), Some(ring)) = (
        Map::hash("watch_json", 100),
        Map::create(RINGBUF, "watch_ring", 4096),
    ) else {
        return;
    };
    map.fill(0..60);
    let mut child = watch_maps([&map, &ring], &["--json", "--interval", "0.3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut look = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let first = look();
    assert_eq!(
        (&first["format"], &first["error"]),
        (&1.into(), &Value::Null)
    );
    let [found, of_ring] = first["maps"].as_array().unwrap().as_slice() else {
        panic!("{first}");
    };
    assert_eq!(found["name"], "watch_json");
    assert_eq!(
        (&found["id"], &found["type"]),
        (&map.id().into(), &"hash".into())
    );
    assert_eq!(
        (&found["used"], &found["capacity"]),
        (&60.into(), &100.into())
    );
    assert_eq!(
        (&found["pressure"], &found["unit"]),
        (&0.6.into(), &"entries".into())
    );
    assert_eq!(found["memory_bytes"], map.memory());
    assert_eq!(
        (&found["state"], &found["rate"]),
        (&"ok".into(), &Value::Null)
    );
    assert_eq!(
        (&of_ring["unit"], &of_ring["capacity"]),
        (&"bytes".into(), &4096.into())
    );
    map.drain(0..30);
    let changed = (0..10)
        .map(|_| look())
        .find(|look| look["maps"][0]["used"] == 30)
        .unwrap();
    let rate = changed["maps"][0]["rate"].as_f64().unwrap();
    // Thirty went in a third of a second or more.
    assert!((-101.0..0.0).contains(&rate), "{rate}");
    assert!(changed["time"].as_f64() > first["time"].as_f64());
    child.kill().unwrap();
    child.wait().unwrap();
}
