//! The page of `mapgen serve` in Chromium, while maps of the running kernel fill, drain, come
//! and go. They are made and filled by bpf(2) itself.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mapgen_test_support::skipped;
use mapgen_test_support::{BpfFs, c_path, raw_bpf, raw_bpf_fd};
use serde_json::{Value, json};

use crate::browser::{chromium, python};
use crate::{beside, sample};

/// `enum bpf_cmd`.
const MAP_CREATE: i64 = 0;
const MAP_UPDATE_ELEM: i64 = 2;
const MAP_DELETE_ELEM: i64 = 3;
const OBJ_PIN: i64 = 6;
const MAP_TYPE_HASH: u32 = 1;

/// A hash that is pinned under its name.
struct Hash {
    fd: OwnedFd,
    key_size: usize,
    value_size: usize,
}

impl Hash {
    fn pinned(at: &Path, name: &str, key_size: u32, value_size: u32, max_entries: u32) -> Self {
        let mut attr = [0_u32; 11];
        attr[..4].copy_from_slice(&[MAP_TYPE_HASH, key_size, value_size, max_entries]);
        for (word, bytes) in attr[7..].iter_mut().zip(name.as_bytes().chunks(4)) {
            let mut four = [0; 4];
            four[..bytes.len()].copy_from_slice(bytes);
            *word = u32::from_ne_bytes(four);
        }
        let fd = raw_bpf_fd(MAP_CREATE, &mut attr).expect("a map");
        let path = c_path(at);
        let mut pin = [path.as_ptr() as u64, fd.as_raw_fd() as u64];
        raw_bpf(OBJ_PIN, &mut pin).expect("a pin");
        Self {
            fd,
            key_size: key_size as usize,
            value_size: value_size as usize,
        }
    }

    fn each(&self, numbers: std::ops::Range<u32>, command: i64) {
        for number in numbers {
            let mut key = vec![0_u8; self.key_size];
            key[..4].copy_from_slice(&number.to_ne_bytes());
            let value = vec![0_u8; self.value_size];
            let value = match command {
                MAP_DELETE_ELEM => 0,
                _ => value.as_ptr() as u64,
            };
            let fd = self.fd.as_raw_fd() as u64;
            raw_bpf(command, &mut [fd, key.as_ptr() as u64, value, 0]).expect("it holds");
        }
    }
}

/// `mapgen serve` and where it listens, ended when dropped.
struct Server(Child, String);

impl Server {
    fn start(pins: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mapgen"))
            .args(["serve", "--listen", "127.0.0.1:0", "--pins"])
            .arg(pins)
            .arg(sample("flow"))
            .current_dir("/")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let said = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut lines = said.lines().map(|line| line.expect("UTF-8"));
        let url = lines.find_map(|line| {
            let (_, rest) = line.split_once("listening on ")?;
            Some(rest.strip_suffix("metrics")?.to_owned())
        });
        // Who writes to a closed pipe would be ended.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child, url.expect("an address"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the page showed at each step; `None`, after saying so, where it cannot be opened.
fn watched() -> Option<Value> {
    let (Some(python), Some(chromium)) = (python(), chromium()) else {
        skipped(
            "Chromium, and Python with what `mapgen-build/cli/tests/report/requirements.txt` lists",
        );
        return None;
    };
    let pins = BpfFs::mount()?;
    // As `flow` declares them, but smaller.
    let conns = Hash::pinned(&pins.path("conns"), "conns", 16, 32, 64);
    let mut conns = Some(conns);
    let mut server = Some(Server::start(pins.root()));
    let url = &server.as_ref().expect("a server").1;
    let mut browser = Command::new(python)
        .arg(beside("live.py"))
        .arg(chromium)
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut answer = browser.stdin.take().expect("a pipe");
    let lines = BufReader::new(browser.stdout.take().expect("a pipe")).lines();
    let mut seen = None;
    for line in lines.map(|line| line.expect("UTF-8")) {
        match (line.as_str(), &conns) {
            ("fill", Some(conns)) => conns.each(0..63, MAP_UPDATE_ELEM),
            ("drain while it is paused", Some(conns)) => conns.each(5..63, MAP_DELETE_ELEM),
            ("another map", _) => {
                // Its pin keeps it.
                Hash::pinned(&pins.path("blocked"), "blocked", 4, 24, 1024);
            }
            ("the first one goes", _) => {
                conns = None;
                std::fs::remove_file(pins.path("conns")).expect("a pin");
            }
            ("the server goes", _) => drop(server.take()),
            _ => seen = serde_json::from_str(&line).ok(),
        }
        // After its last line it waits for none.
        let _ = answer.write_all(b"\n");
    }
    assert!(browser.wait().expect("it ends").success());
    seen
}

#[test]
fn the_page_of_serve_follows_the_maps_of_the_kernel() {
    let Some(seen) = watched() else { return };
    let conns = |when: &str| seen[when]["conns"].clone();
    assert_eq!(conns("opened")["used"], "0");
    assert_eq!(conns("opened")["capacity"], "64");
    // The object's own capacity is what the program relies on.
    assert_eq!(conns("opened")["minimum"], "65,536");
    assert_eq!(conns("opened")["state"], "ok, smaller than its minimum");

    // 63 of 64, in the row that was there, under the hands of someone who types.
    let filled = conns("filled");
    assert_eq!(
        (&filled["used"], &filled["full"]),
        (&json!("63"), &json!("98.4 %"))
    );
    assert_eq!(
        (&filled["width"], &filled["class"]),
        (&json!(984), &json!("critical"))
    );
    assert_eq!(filled["same"], true);
    assert_eq!(seen["typed"], json!(["INPUT", "con"]));
    assert_eq!(
        seen["news"],
        "conns: critical, smaller than its minimum, 98.4 % full"
    );
    let summary = seen["summary"].as_str().expect("text");
    assert!(
        summary.starts_with("1 map, 1 critical, 0 warnings, "),
        "{summary}"
    );

    assert_eq!(conns("paused")["used"], "63");
    assert_eq!(seen["paused_news"], "Paused.");
    assert_eq!(conns("resumed")["used"], "5");
    assert_eq!(conns("resumed")["full"], "7.8 %");

    assert_eq!(seen["both"]["blocked"]["capacity"], "1,024");
    assert_eq!(conns("both")["same"], true);
    assert_eq!(seen["one"].as_object().map(|rows| rows.len()), Some(1));
    assert_eq!(seen["alone"], seen["one"]);

    // The object is on the page as in a report.
    let first = seen["drawings"][0].as_str().expect("text");
    assert!(
        first.starts_with("Byte map of struct flow_key, 16 bytes"),
        "{first}"
    );

    assert_eq!(seen["said"], json!([]));
    let asked = seen["asked"].as_array().expect("a list").iter();
    let asked: Vec<&str> = asked.map(|url| url.as_str().expect("text")).collect();
    assert!(
        asked.len() == 2 && asked[1].ends_with("/maps.json"),
        "{asked:?}"
    );
    assert_eq!(seen["axe"], json!({"light": [], "dark": []}));
}
