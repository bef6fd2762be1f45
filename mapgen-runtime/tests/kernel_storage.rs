//! Storage of tasks, inodes, sockets and cgroups on the running kernel.

#[path = "support/cgroup.rs"]
mod cgroup;
#[path = "support/ints.rs"]
mod ints;
#[path = "support/locked.rs"]
mod locked;
mod support;

use std::fs::File;
use std::net::{TcpListener, UdpSocket};
use std::process::{Command, Stdio};

use ints::{UNSIGNED, with_btf};
use locked::Locked;
use mapgen_runtime::{
    CgrpStorage, Error, InodeStorage, MapKind, MapSpec, Proof, SkStorage, TaskStorage, pidfd,
};
use support::{
    all_say, bind, created, freeze, needs_kernel, read_only, spec, with_flags, write_only,
};

/// The kernel asks for this flag, for BTF and for a capacity of 0.
const NO_PREALLOC: u32 = 1;

const fn storage(name: &'static str, kind: MapKind) -> MapSpec {
    let mut spec = with_flags(spec(name, kind, 4, 8, 0), NO_PREALLOC);
    spec.min_entries = 0;
    with_btf(spec, &UNSIGNED)
}

bind!(Tasks = TaskStorage<u64>, storage("tasks", MapKind::TaskStorage));
bind!(Inodes = InodeStorage<u64>, storage("inodes", MapKind::InodeStorage));
bind!(Sockets = SkStorage<u64>, storage("sockets", MapKind::SkStorage));
bind!(Cgroups = CgrpStorage<u64>, storage("cgroups", MapKind::CgrpStorage));

/// Every method on an owner, which another stands beside, and on what is no owner.
macro_rules! life {
    ($map:expr, $name:literal, $owner:expr, $other:expr, $again:expr) => {
        let (map, owner, other) = (&$map, &$owner, &$other);
        assert_eq!(map.proof(), Proof::Members);
        assert_eq!(map.get(owner).unwrap(), None);
        assert!(!map.delete(owner).unwrap());
        assert_eq!(
            map.replace(owner, &1).unwrap_err(),
            Error::NotFound { map: $name.into() }
        );
        map.insert(owner, &1).unwrap();
        map.insert(owner, &2).unwrap();
        assert_eq!(
            map.try_insert(owner, &3).unwrap_err(),
            Error::Exists { map: $name.into() }
        );
        map.try_insert(other, &4).unwrap();
        map.replace(owner, &5).unwrap();
        // Another descriptor of the same owner.
        assert_eq!(map.get(&$again).unwrap(), Some(5));
        assert_eq!(map.get(other).unwrap(), Some(4));
        let mut value = 0;
        assert!(map.get_into(owner, &mut value).unwrap());
        assert_eq!(value, 5);
        assert!(map.delete(owner).unwrap());
        assert!(!map.get_into(owner, &mut value).unwrap());
        assert_eq!(value, 5);
        assert_eq!(map.get(owner).unwrap(), None);
        assert_eq!(map.get(other).unwrap(), Some(4));
    };
}

/// What is no owner is refused.
macro_rules! refuses {
    ($map:expr, $none:expr, $errno:expr) => {
        let none = &$none;
        for result in [
            $map.get(none).map(drop),
            $map.insert(none, &1),
            $map.delete(none).map(drop),
        ] {
            let errno = match result.unwrap_err() {
                Error::Os { errno, .. } => errno,
                other => panic!("{other}"),
            };
            assert_eq!(errno, $errno);
        }
    };
}

fn file() -> File {
    File::open("/dev/null").unwrap()
}

/// Storage of tasks; says so where the kernel has none.
fn tasks() -> Option<Tasks> {
    created(Tasks::create(), MapKind::TaskStorage, (5, 11))
}

#[test]
fn a_task_has_a_value() {
    needs_kernel!();
    let Some(map) = tasks() else { return };
    let me = pidfd(std::process::id()).unwrap();
    let again = pidfd(std::process::id()).unwrap();
    let init = pidfd(1).unwrap();
    life!(map, "tasks", me, init, again);
    refuses!(map, file(), libc::EBADF);
    map.delete(&init).unwrap();
}

#[test]
fn a_task_that_is_gone_has_none_and_takes_none() {
    needs_kernel!();
    let Some(map) = tasks() else { return };
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let fd = pidfd(child.id()).unwrap();
    map.insert(&fd, &7).unwrap();
    assert_eq!(map.get(&fd).unwrap(), Some(7));
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(map.get(&fd).unwrap(), None);
    assert!(!map.delete(&fd).unwrap());
    let gone = Error::Os {
        op: "insert".into(),
        map: "tasks".into(),
        errno: libc::ESRCH,
    };
    assert_eq!(map.insert(&fd, &7).unwrap_err(), gone);
    let error = pidfd(child.id()).unwrap_err().to_string();
    assert!(error.contains("No such process"), "{error}");
}

#[test]
fn an_inode_has_a_value() {
    needs_kernel!();
    let map = Inodes::create().unwrap();
    let owner = tempfile::NamedTempFile::new().unwrap();
    let again = owner.reopen().unwrap();
    let other = tempfile::tempfile().unwrap();
    if matches!(
        map.insert(&owner, &1),
        Err(Error::Os {
            errno: libc::EBADF,
            ..
        })
    ) {
        mapgen_test_support::skipped("the BPF LSM (`lsm=…,bpf`)");
        return;
    }
    map.delete(&owner).unwrap();
    life!(map, "inodes", owner, other, again);
}

#[test]
fn a_socket_has_a_value() {
    needs_kernel!();
    let map = Sockets::create().unwrap();
    let owner = UdpSocket::bind("127.0.0.1:0").unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let again = owner.try_clone().unwrap();
    life!(map, "sockets", owner, other, again);
    refuses!(map, file(), libc::ENOTSOCK);
    // It goes with its socket.
    drop(other);
}

#[test]
fn a_cgroup_has_a_value() {
    needs_kernel!();
    let (Some(owner), Some(other)) = (cgroup::cgroup(), cgroup::cgroup()) else {
        return;
    };
    let Some(map) = created(Cgroups::create(), MapKind::CgrpStorage, (6, 2)) else {
        return;
    };
    let again = owner.open();
    life!(map, "cgroups", owner.open(), other.open(), again);
    refuses!(map, file(), libc::EBADF);
}

/// A kernel that did not know of the lock would refuse the flag.
#[test]
fn values_with_a_lock_go_in_and_out_under_it() {
    needs_kernel!();
    const fn locks(kind: MapKind) -> MapSpec {
        let mut spec = storage("locks", kind);
        spec.btf = &[];
        spec.value_size = size_of::<Locked>() as u32;
        spec.spin_lock = true;
        spec
    }
    fn typed(spec: &mut MapSpec) {
        spec.btf = locked::btf();
        spec.btf_value = locked::VALUE;
    }
    bind!(Tasks = TaskStorage<Locked>, locks(MapKind::TaskStorage));
    bind!(Sockets = SkStorage<Locked>, locks(MapKind::SkStorage));
    let sockets = Sockets::create_with(typed).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for word in 0..2 {
        sockets.insert(&socket, &Locked::of(word)).unwrap();
        assert_eq!(sockets.get(&socket).unwrap(), Some(Locked::of(word)));
    }
    let tasks = Tasks::create_with(typed);
    let Some(tasks) = created(tasks, MapKind::TaskStorage, (5, 11)) else {
        return;
    };
    let me = pidfd(std::process::id()).unwrap();
    for word in 0..2 {
        tasks.insert(&me, &Locked::of(word)).unwrap();
        assert_eq!(tasks.get(&me).unwrap(), Some(Locked::of(word)));
    }
    tasks.replace(&me, &Locked::of(2)).unwrap();
    assert!(tasks.delete(&me).unwrap());
    tasks.try_insert(&me, &Locked::of(3)).unwrap();
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let Some(map) = tasks() else { return };
    let me = pidfd(std::process::id()).unwrap();
    let readable = Tasks::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [
            readable.insert(&me, &1),
            readable.try_insert(&me, &1),
            readable.replace(&me, &1),
            readable.delete(&me).map(drop),
        ],
    );
    let writable = Tasks::from_fd(write_only(map.info().id())).unwrap();
    writable.insert(&me, &1).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(&me).map(drop),
            writable.get_into(&me, &mut 0).map(drop),
        ],
    );
    freeze(&map);
    all_say(
        "the map is frozen",
        [map.insert(&me, &1), map.delete(&me).map(drop)],
    );
}
