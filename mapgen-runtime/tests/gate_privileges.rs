//! The gates for a process that has only CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, and
//! for one that has none.
//!
//! Each test prepares as root and runs itself again with fewer capabilities.

#![cfg(feature = "libbpf")]

#[macro_use]
mod gates;

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use gates::sample::{self, Setup};
use gates::{CONNS, btf};
use mapgen_runtime::{Accept, Error, MapSpec, Proof};
use mapgen_test_support::BpfFs;

const CAP_NET_ADMIN: u32 = 12;
const CAP_PERFMON: u32 = 38;
const CAP_BPF: u32 = 39;

binding!(
    Swapped,
    MapSpec {
        name: "kept",
        btf: &btf::SWAPPED,
        ..CONNS
    }
);

/// Runs one test of this file again with no capabilities but these.
fn again_with(test: &str, fs: &BpfFs, object: &PathBuf, keep: &'static [u32]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env("MAPGEN_BPFFS", fs.root())
        .env("MAPGEN_OBJECT", object);
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
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

/// What the parent left.
fn given() -> (PathBuf, PathBuf) {
    let path = |name| PathBuf::from(std::env::var_os(name).expect("run by another test"));
    (path("MAPGEN_BPFFS"), path("MAPGEN_OBJECT"))
}

fn setup() -> Option<(BpfFs, tempfile::TempDir, PathBuf)> {
    let Setup { fs, dir, object } = Setup::new()?;
    Some((fs, dir, object))
}

fn open() -> sample::Open {
    let (fs, object) = given();
    let mut builder = sample::builder();
    builder.object_builder_mut().pin_root_path(fs).unwrap();
    builder.open_file(object).unwrap()
}

const SOME: &[u32] = &[CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF];

#[test]
fn own_maps_need_no_more_than_loading_them() {
    let Some((fs, _dir, object)) = setup() else {
        return;
    };
    again_with("own_maps", &fs, &object, SOME);
    // The map that it pinned outlives it.
    assert!(sample::Kept::from_pinned(fs.path("kept")).is_ok());
}

#[test]
#[ignore = "run by another test, with fewer capabilities"]
fn own_maps() {
    let mut loaded = open().load().unwrap();
    assert_eq!(loaded.maps.conns.proof(), Proof::Members);
    assert_eq!(loaded.maps.kept.proof(), Proof::Members);
    let (links, left) = loaded.attach().unwrap();
    assert_eq!((links.len(), left.len()), (1, 2));
    let again = sample::Conns::from_object(loaded.object()).unwrap();
    assert_eq!(again.proof(), Proof::Members);
    assert_eq!(sample::Conns::create().unwrap().proof(), Proof::Members);
    // What it compared once is not read again.
    let pinned = sample::Kept::from_pinned(given().0.join("kept")).unwrap();
    assert_eq!(pinned.proof(), Proof::Members);
    let given = {
        let mut open = open();
        open.maps().conns.reuse(&loaded.maps.conns).unwrap();
        open.load().unwrap()
    };
    assert_eq!(given.maps.conns.info().id(), loaded.maps.conns.info().id());
}

#[test]
fn a_foreign_pin_takes_cap_sys_admin_or_an_accept() {
    let Some((fs, _dir, object)) = setup() else {
        return;
    };
    let kept = sample::Kept::create().unwrap();
    kept.pin(fs.path("kept")).unwrap();
    Swapped::create().unwrap().pin(fs.path("other")).unwrap();
    let small = Swapped::create_with(|spec| spec.key_size = 4);
    assert!(small.is_err(), "the gate refuses its own change");
    again_with("foreign_pin", &fs, &object, SOME);
    assert_eq!(fs.names(), ["kept", "other"]);
}

#[test]
#[ignore = "run by another test, with fewer capabilities"]
fn foreign_pin() {
    let (fs, _) = given();
    let refused = sample::Kept::from_pinned(fs.join("kept")).unwrap_err();
    assert_eq!(
        refused,
        Error::Permission {
            op: "reading the BTF".into(),
            map: "kept".into(),
            capability: "CAP_SYS_ADMIN",
        }
    );
    assert_eq!(
        refused.to_string(),
        "reading the BTF of `kept` needs CAP_SYS_ADMIN (`Accept::sizes_only()` compares sizes \
         only)"
    );
    let opened = sample::Kept::from_pinned_with(fs.join("kept"), Accept::sizes_only()).unwrap();
    assert_eq!(opened.proof(), Proof::Sizes);

    let refused = open().load().unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Permission {
                capability: "CAP_SYS_ADMIN",
                ..
            }
        ),
        "{refused}"
    );
    let loaded = open().load_with(Accept::sizes_only()).unwrap();
    assert_eq!(loaded.maps.kept.info().id(), opened.info().id());
    assert_eq!(loaded.maps.kept.proof(), Proof::Sizes);
    assert_eq!(loaded.maps.conns.proof(), Proof::Members);
    loaded.programs().on_packet.fd().unwrap();

    // What is wrong with the sizes is said even without the members.
    binding!(
        Large,
        MapSpec {
            name: "other",
            min_entries: 5000,
            ..CONNS
        }
    );
    let refused = Large::from_pinned(fs.join("other"));
    let found = gates::differences(refused);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`max_entries` is 1024"), "{found:?}");
}

#[test]
fn loading_without_capabilities_names_the_one_that_is_missing() {
    let Some((fs, _dir, object)) = setup() else {
        return;
    };
    again_with("no_capability", &fs, &object, &[]);
    again_with("no_perfmon", &fs, &object, &[CAP_BPF, CAP_NET_ADMIN]);
    assert!(fs.names().is_empty());
}

#[test]
#[ignore = "run by another test, with fewer capabilities"]
fn no_capability() {
    let error = open().load().unwrap_err();
    let said = error.to_string();
    if mapgen_test_support::kernel_release() < (5, 19) {
        // There `kernel.unprivileged_bpf_disabled` refuses every command, to open a pin too.
        assert!(said.starts_with("opening the pin `"), "{said}");
        assert!(said.ends_with("` of `kept` needs CAP_BPF"), "{said}");
    } else {
        assert_eq!(said, "load of `sample` needs CAP_BPF");
    }
}

#[test]
#[ignore = "run by another test, with fewer capabilities"]
fn no_perfmon() {
    let error = open().load().unwrap_err();
    assert_eq!(error.to_string(), "load of `sample` needs CAP_PERFMON");
}
