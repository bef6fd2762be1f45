//! What it may do, and what it says when it may not.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use mapgen_test_support::BpfFs;

use crate::exporter::{Exporter, command, eventually, sample};
use crate::maps;

const CAP_PERFMON: u32 = 38;
const CAP_BPF: u32 = 39;

/// With no capabilities but these.
fn with_only(mut command: Command, keep: &'static [u32]) -> Command {
    // SAFETY: only system calls between fork and exec.
    unsafe {
        command.pre_exec(move || {
            // A root that runs a new program gets what the bounding set leaves.
            for capability in (0..64).filter(|capability| !keep.contains(capability)) {
                // Beyond the last capability it is `EINVAL`.
                libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
            }
            Ok(())
        });
    }
    command
}

fn status(exporter: &Exporter, name: &str) -> String {
    let path = format!("/proc/{}/status", exporter.id());
    let text = std::fs::read_to_string(path).expect("a process");
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.expect("a line").trim().to_owned()
}

#[test]
fn every_capability_that_is_not_needed_is_given_up() {
    if maps::hash("conns", 10).is_none() {
        return;
    }
    // CAP_SYS_ADMIN is 21, CAP_PERFMON 38, CAP_BPF 39.
    let all = Exporter::start(&[]);
    for set in ["CapPrm:", "CapEff:", "CapBnd:"] {
        assert_eq!(status(&all, set), "000000c000200000", "{set}");
    }
    for set in ["CapInh:", "CapAmb:"] {
        assert_eq!(status(&all, set), "0000000000000000", "{set}");
    }
    assert_eq!(status(&all, "NoNewPrivs:"), "1");
    let kept = "it keeps CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN, and no other capability";
    assert!(all.said.contains(kept), "{}", all.said);
    let pins = Exporter::start(&["--pins", "/nowhere"]);
    assert_eq!(status(&pins, "CapPrm:"), "000000c000000000");
    // Its threads as well.
    for task in std::fs::read_dir(format!("/proc/{}/task", all.id())).expect("threads") {
        let text = std::fs::read_to_string(task.expect("a thread").path().join("status"));
        assert!(
            text.expect("its status")
                .contains("CapEff:\t000000c000200000")
        );
    }
}

#[test]
fn pins_are_served_without_cap_sys_admin() {
    let Some(fs) = BpfFs::mount() else {
        return;
    };
    let conns = maps::hash("conns", 10_000).expect("a map");
    conns.insert(0..5000);
    conns.pin(&fs.path("conns"));
    let pins = fs.root().to_str().expect("UTF-8");
    let listen = ["--pins", pins, "--listen", "127.0.0.1:0"];
    let counting = Exporter::of(with_only(command(&listen), &[CAP_BPF, CAP_PERFMON]));
    assert_eq!(counting.sample("ebpf_map_entries", conns.id), Some(5000.0));
    assert!(!counting.said.contains("visited"), "{}", counting.said);
    // Without any, entries are visited.
    let visiting = Exporter::of(with_only(command(&listen), &[]));
    eventually("the entries are visited", || {
        visiting.sample("ebpf_map_entries", conns.id) == Some(5000.0)
    });
    let why = "entries of hashes are visited, since counting the entries of all maps of `host` needs CAP_BPF and CAP_PERFMON";
    assert!(visiting.said.contains(why), "{}", visiting.said);
    assert!(
        visiting.said.contains("it has no capabilities"),
        "{}",
        visiting.said
    );
}

/// The same files in another place, where nothing can be written.
struct ReadOnly(tempfile::TempDir);

impl ReadOnly {
    fn of(folder: &Path) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        run(Command::new("mount")
            .arg("--bind")
            .args([folder, place.path()]));
        let place = Self(place);
        run(Command::new("mount")
            .args(["-o", "remount,ro,bind"])
            .arg(place.0.path()));
        place
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        run(Command::new("umount").arg(self.0.path()));
    }
}

fn run(command: &mut Command) {
    assert!(
        command.status().expect("it starts").success(),
        "{command:?}"
    );
}

/// As the manifest for pinned maps has it.
#[test]
fn a_read_only_mount_of_the_pins_is_enough() {
    let Some(fs) = BpfFs::mount() else {
        return;
    };
    let conns = maps::hash("conns", 100).expect("a map");
    let events = maps::ring("events", 4096).expect("a ring buffer");
    conns.insert(0..5);
    conns.pin(&fs.path("conns"));
    events.pin(&fs.path("events"));
    let read_only = ReadOnly::of(fs.root());
    let pins = read_only.0.path().to_str().expect("UTF-8");
    let listen = ["--pins", pins, "--listen", "127.0.0.1:0"];
    let exporter = Exporter::of(with_only(command(&listen), &[CAP_BPF, CAP_PERFMON]));
    eventually("both are seen", || {
        let text = exporter.metrics();
        sample(&text, "ebpf_map_entries", conns.id) == Some(5.0)
            && sample(&text, "ebpf_ringbuf_pending_bytes", events.id) == Some(0.0)
    });
}

#[test]
fn who_may_see_no_map_is_told_which_capability_it_takes() {
    let output = with_only(command(&["--listen", "127.0.0.1:0"]), &[CAP_BPF])
        .output()
        .expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("finding the maps of `host` needs CAP_SYS_ADMIN: run as root, give it the capability, or watch pins"),
        "{said}"
    );
}

#[test]
fn a_folder_without_pins_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let output = command(&["--pins", path])
        .output()
        .expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("not on a bpf file system"), "{said}");
    assert!(said.contains(path), "{said}");
}

#[test]
fn an_address_that_others_reach_is_said() {
    let exporter = Exporter::of(command(&["--pins", "/nowhere", "--listen", "0.0.0.0:0"]));
    assert!(
        exporter.said.contains("more than this host"),
        "{}",
        exporter.said
    );
    let exporter = Exporter::start(&["--pins", "/nowhere"]);
    assert!(
        !exporter.said.contains("more than this host"),
        "{}",
        exporter.said
    );
}
