//! What must not stop it, nor make it grow.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mapgen_test_support::{rounds, skipped};

use crate::exporter::{Exporter, command, eventually, sample};
use crate::maps;

/// Ends what runs beside a test, however the test ends.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn killed_in_the_middle_it_leaves_nothing_and_starts_again() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    conns.insert(0..100);
    let exporter = Exporter::of_ids(&[conns.id]);
    assert_eq!(exporter.sample("ebpf_map_entries", conns.id), Some(100.0));
    let (link, program) = iterator(&exporter);
    if Command::new("bpftool").arg("version").output().is_err() {
        return skipped("bpftool");
    }
    assert!(shows("link", link) && shows("prog", program));
    let address = exporter.address;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ends = SetOnDrop(&stop);
        // In the middle of scrapes.
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                if let Ok(mut stream) = TcpStream::connect(address) {
                    let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
                    stream.write_all(request).ok();
                    stream.read_to_end(&mut Vec::new()).ok();
                }
            }
        });
        std::thread::sleep(Duration::from_millis(50));
        exporter.stop(libc::SIGKILL);
        drop(ends);
    });
    eventually("its link and its program are gone", || {
        !shows("link", link) && !shows("prog", program)
    });
    // On the same port.
    let listen = address.to_string();
    let id = format!("--id={}", conns.id);
    let again = Exporter::of(command(&["--listen", &listen, &id]));
    assert_eq!(again.sample("ebpf_map_entries", conns.id), Some(100.0));
    let id = conns.id;
    drop(conns);
    maps::wait_until_gone(id);
}

/// The ids of its link and its program.
fn iterator(exporter: &Exporter) -> (u32, u32) {
    let infos = std::fs::read_dir(format!("/proc/{}/fdinfo", exporter.id())).expect("a process");
    for info in infos.flatten() {
        let text = std::fs::read_to_string(info.path()).unwrap_or_default();
        let number = |name| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().parse().ok())
        };
        if let (Some(link), Some(program)) = (number("link_id:"), number("prog_id:")) {
            return (link, program);
        }
    }
    panic!("it has no link");
}

fn shows(what: &str, id: u32) -> bool {
    let output = Command::new("bpftool")
        .args([what, "show", "id", &id.to_string()])
        .output();
    output.expect("bpftool").status.success()
}

#[test]
fn nothing_of_a_map_is_open_between_looks() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    let routes = maps::trie("routes", 10_000).expect("a trie");
    routes.insert(0..5000);
    let exporter = Exporter::of_ids(&[conns.id, routes.id]);
    exporter.metrics();
    let mut open = 0;
    for info in std::fs::read_dir(format!("/proc/{}/fdinfo", exporter.id())).expect("a process") {
        let text = std::fs::read_to_string(info.expect("a file").path()).unwrap_or_default();
        open += usize::from(text.contains("map_id:"));
    }
    assert_eq!(open, 0);
    let ids = [conns.id, routes.id];
    drop((conns, routes));
    for id in ids {
        maps::wait_until_gone(id);
    }
    eventually("both are forgotten", || {
        !exporter.metrics().contains("ebpf_map_max_entries{")
    });
}

#[test]
fn a_port_that_is_taken_is_said_and_the_first_one_goes_on() {
    let first = Exporter::start(&["--pins", "/nowhere"]);
    let listen = first.address.to_string();
    let output = command(&["--pins", "/nowhere", "--listen", &listen])
        .output()
        .expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let expected = format!(
        "error: cannot listen on {listen}: another process listens there; give another address with `--listen`"
    );
    assert!(said.contains(&expected), "{said}");
    assert_eq!(first.get("/healthz"), "ok\n");
}

#[test]
fn two_of_them_say_the_same() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    conns.insert(0..5000);
    let both = [Exporter::start(&[]), Exporter::start(&[])];
    for exporter in &both {
        assert_eq!(exporter.sample("ebpf_map_entries", conns.id), Some(5000.0));
    }
}

#[test]
fn maps_that_are_deleted_during_scrapes_are_no_errors() {
    if maps::hash("conns", 10).is_none() {
        return;
    }
    let exporter = Exporter::start(&[]);
    exporter.metrics();
    let open = exporter.descriptors();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _ends = SetOnDrop(&stop);
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let all: Vec<_> = (0..20)
                    .filter_map(|_| maps::trie("fleeting", 100))
                    .inspect(|map| map.insert(0..10))
                    .collect();
                drop(all);
            }
        });
        let steady = maps::hash("steady", 100).expect("a map");
        steady.insert(0..7);
        eventually("the steady map is seen", || {
            exporter.sample("ebpf_map_entries", steady.id) == Some(7.0)
        });
        for _ in 0..rounds(200) {
            let text = exporter.metrics();
            assert_eq!(sample(&text, "ebpf_map_entries", steady.id), Some(7.0));
        }
    });
    assert_eq!(exporter.get("/healthz"), "ok\n");
    // A connection that is not closed yet, and a map that a look has just opened.
    let now = exporter.descriptors();
    assert!(now <= open + 3, "{open} then {now}");
    let (status, said) = exporter.stop(libc::SIGTERM);
    assert!(status.success(), "{said}");
    assert_eq!(said, "mapgen serve: stopped");
}

#[test]
fn scrapers_that_never_read_or_send_a_byte_at_a_time_keep_nobody_waiting() {
    // So many maps that an answer does not fit into the sockets' buffers.
    let mut all = Vec::new();
    for _ in 0..500 {
        let Some(map) = maps::hash("wide", 10) else {
            return;
        };
        all.push(map);
    }
    let exporter = Exporter::of_ids(&all.iter().map(|map| map.id).collect::<Vec<_>>());
    exporter.metrics();
    let (resident, threads) = (exporter.resident(), exporter.threads());
    let connect = || TcpStream::connect(exporter.address).expect("it listens");
    let mut never_read = Vec::new();
    let mut slow = Vec::new();
    for _ in 0..60 {
        let mut stream = connect();
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("it reads");
        never_read.push(stream);
        let mut stream = connect();
        stream.write_all(b"G").expect("it reads");
        slow.push(stream);
    }
    for (round, _) in (0..20).zip("ET /metrics HTTP/1.1".chars()) {
        for stream in &mut slow {
            // Some are refused by now.
            stream
                .write_all(&b"ET /metrics HTTP/1.1"[round..=round])
                .ok();
        }
        let begin = Instant::now();
        assert!(exporter.metrics().contains("ebpf_map_entries{"));
        let taken = begin.elapsed();
        assert!(taken < Duration::from_secs(2), "{taken:?}");
        std::thread::sleep(Duration::from_millis(400));
    }
    // Their time is over after seconds, however eagerly they send.
    for mut stream in slow {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a socket");
        let mut text = Vec::new();
        // A reset is an end as well.
        let ended = stream.read_to_end(&mut text);
        let timed_out = ended.is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock);
        assert!(!timed_out, "a connection that never ends");
    }
    let grown = exporter.resident().saturating_sub(resident);
    assert!(grown < 64 * 1024, "{grown} KiB more, from {resident}");
    assert!(exporter.threads() <= threads + 1, "{threads}");
    drop(never_read);
    // Without waiting for those who do not read.
    let begin = Instant::now();
    let (status, _) = exporter.stop(libc::SIGTERM);
    assert!(status.success());
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn ten_thousand_scrapes_in_a_row_leave_it_as_it_was() {
    let Some(conns) = maps::hash("conns", 10_000) else {
        return;
    };
    conns.insert(0..5000);
    let exporter = Exporter::of_ids(&[conns.id]);
    let scrape = |count: u64| {
        for _ in 0..count {
            let text = exporter.metrics();
            assert_eq!(sample(&text, "ebpf_map_entries", conns.id), Some(5000.0));
        }
    };
    let count = rounds(10_000);
    scrape(count / 10);
    let before = (
        exporter.descriptors(),
        exporter.resident(),
        exporter.threads(),
    );
    scrape(count);
    let after = (
        exporter.descriptors(),
        exporter.resident(),
        exporter.threads(),
    );
    println!("descriptors, KiB, threads: {before:?}, after {count} scrapes {after:?}");
    assert!(after.0 <= before.0 + 2, "{before:?} {after:?}");
    // A map in 100 scrapes would be 64 KiB of state alone.
    assert!(after.1 <= before.1 + 1024, "{before:?} {after:?}");
    assert!(after.2 <= before.2 + 1, "{before:?} {after:?}");
}

#[test]
fn told_to_stop_it_ends_what_it_is_answering() {
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let exporter = Exporter::start(&["--pins", "/nowhere"]);
        // A request whose end is still to come.
        let mut stream = TcpStream::connect(exporter.address).expect("it listens");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\n")
            .expect("it reads");
        // It has to be taken from the kernel's queue.
        std::thread::sleep(Duration::from_millis(200));
        let answered = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            stream.write_all(b"Host: x\r\n\r\n").expect("it reads");
            let mut text = String::new();
            stream.read_to_string(&mut text).map(|_| text)
        });
        let (status, said) = exporter.stop(signal);
        assert_eq!(
            (status.code(), said.as_str()),
            (Some(0), "mapgen serve: stopped")
        );
        let answer = answered.join().expect("no panic").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
