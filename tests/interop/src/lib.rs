//! One object, bound three ways: by mapgen, by a skeleton of libbpf-cargo, and by aya at
//! run time.

#![deny(missing_docs)]

use std::path::Path;
use std::process::Command;

use mapgen_runtime::ebpf_map;

/// The bindings.
#[ebpf_map(object = "flow")]
pub mod flow {
    /// Live connections.
    #[ebpf_map(min_entries = 65_536)]
    pub struct Conns;

    /// What happened.
    #[ebpf_map(value = "struct event")]
    pub struct Events;
}

/// What libbpf-cargo makes of the same object.
#[allow(missing_docs, reason = "libbpf-cargo writes none")]
pub mod skeleton {
    include!(concat!(env!("OUT_DIR"), "/flow.skel.rs"));
}

/// A bpf file system of its own, unmounted when dropped.
pub struct BpfFs(tempfile::TempDir);

impl BpfFs {
    /// Mounts it; says so and returns `None` where maps cannot be created and pinned.
    pub fn mount() -> Option<Self> {
        if let Err(error) = flow::Conns::create() {
            mapgen_test_support::skipped(&format!("CAP_BPF ({error})"));
            return None;
        }
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "bpf", "bpf"]).arg(dir.path());
        if !mount.output().is_ok_and(|output| output.status.success()) {
            mapgen_test_support::skipped("CAP_SYS_ADMIN to mount a bpf file system");
            return None;
        }
        Some(Self(dir))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for BpfFs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
