//! Arrays of programs, perf events, cgroups and AF_XDP sockets on the running kernel.

#[path = "support/cgroup.rs"]
mod cgroup;
#[path = "support/programs.rs"]
mod programs;
mod support;

use std::fs::File;
use std::os::fd::{FromRawFd, OwnedFd};

use mapgen_runtime::{CgroupArray, Error, MapKind, PerfEventArray, ProgArray, XskMap};
use programs::{Type, load, returns};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, write_only};

bind!(
    Jumps = ProgArray,
    spec("jumps", MapKind::ProgArray, 4, 4, 8)
);
bind!(
    Events = PerfEventArray,
    spec("events", MapKind::PerfEventArray, 4, 4, 8)
);
bind!(
    Cgroups = CgroupArray,
    spec("cgroups", MapKind::CgroupArray, 4, 4, 8)
);
bind!(Xsks = XskMap, spec("xsks", MapKind::XskMap, 4, 4, 8));

fn file() -> File {
    File::open("/dev/null").unwrap()
}

#[track_caller]
fn errno(result: mapgen_runtime::Result<()>) -> i32 {
    match result.unwrap_err() {
        Error::Os { errno, .. } => errno,
        other => panic!("{other}"),
    }
}

fn beyond(map: &'static str) -> Error {
    Error::OutOfRange {
        map: map.into(),
        index: 8,
        capacity: 8,
    }
}

#[test]
fn a_program_goes_in_by_descriptor_and_comes_out_by_id() {
    needs_kernel!();
    let map = Jumps::create().unwrap();
    let first = load(Type::SocketFilter, None, &returns(0));
    let second = load(Type::SocketFilter, None, &returns(1));
    assert_eq!(map.get(0).unwrap(), None);
    assert_eq!(map.iter().count(), 0);
    map.set(0, &first).unwrap();
    map.set(7, &second).unwrap();
    let (first, second) = (programs::id(&first), programs::id(&second));
    assert_eq!(map.get(0).unwrap(), Some(first));
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen, [(0, first), (7, second)]);
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());
    assert_eq!(map.get(0).unwrap(), None);
    map.clear().unwrap();
    assert_eq!(map.iter().count(), 0);
    for result in [
        map.get(8).map(drop),
        map.set(8, file()),
        map.delete(8).map(drop),
    ] {
        assert_eq!(result.unwrap_err(), beyond("jumps"));
    }
}

#[test]
fn a_program_array_takes_programs_of_one_type() {
    needs_kernel!();
    let map = Jumps::create().unwrap();
    map.set(0, load(Type::SocketFilter, None, &returns(0)))
        .unwrap();
    let other = load(Type::Xdp, None, &returns(2));
    assert_eq!(errno(map.set(1, &other)), libc::EINVAL);
    assert_eq!(errno(map.set(1, file())), libc::EINVAL);
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = Jumps::create().unwrap();
    let program = load(Type::SocketFilter, None, &returns(0));
    let readable = Jumps::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [readable.set(0, &program), readable.delete(0).map(drop)],
    );
    let writable = Jumps::from_fd(write_only(map.info().id())).unwrap();
    writable.set(0, &program).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(0).map(drop),
            writable.iter().next().unwrap().map(drop),
            writable.clear(),
        ],
    );
    freeze(&map);
    all_say(
        "the map is frozen",
        [map.set(0, &program), map.delete(0).map(drop), map.clear()],
    );
}

/// A software event that counts nanoseconds on a CPU.
fn event() -> Option<OwnedFd> {
    const PERF_TYPE_SOFTWARE: u32 = 1;
    // perf_event_attr: type, size, config = PERF_COUNT_SW_CPU_CLOCK, the rest 0.
    let mut attr = [0u32; 32];
    attr[0] = PERF_TYPE_SOFTWARE;
    attr[1] = size_of_val(&attr) as u32;
    // SAFETY: `attr` is as large as it says; process -1, CPU 0, no group, no flags.
    let fd = unsafe { libc::syscall(libc::SYS_perf_event_open, attr.as_ptr(), -1, 0, -1, 0) };
    if fd < 0 {
        mapgen_test_support::skipped("perf events");
        return None;
    }
    // SAFETY: the call made this descriptor for us.
    Some(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

#[test]
fn a_perf_event_goes_in_and_out() {
    needs_kernel!();
    let Some(event) = event() else { return };
    let map = Events::create().unwrap();
    map.set(0, &event).unwrap();
    map.set(0, &event).unwrap();
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());
    assert_eq!(errno(map.set(0, file())), libc::EBADF);
    assert_eq!(map.set(8, &event).unwrap_err(), beyond("events"));
    assert_eq!(map.delete(8).map(drop).unwrap_err(), beyond("events"));
    // Where the object leaves the capacity open, every CPU has a slot, as with libbpf.
    bind!(Open = PerfEventArray, {
        let mut spec = spec("open", MapKind::PerfEventArray, 4, 4, 0);
        spec.min_entries = 0;
        spec
    });
    let map = Open::create().unwrap();
    assert_eq!(
        map.capacity() as usize,
        mapgen_runtime::possible_cpus().unwrap().len()
    );
}

/// What was put in through a descriptor goes when the last copy of that one is closed.
#[test]
fn a_perf_event_leaves_with_the_handle_that_put_it_in() {
    needs_kernel!();
    let Some(event) = event() else { return };
    let map = Events::create().unwrap();
    let other = Events::from_fd(support::read_write(map.info().id())).unwrap();
    other.set(0, &event).unwrap();
    let clone = other.clone();
    drop(other);
    assert!(map.delete(0).unwrap());
    clone.set(0, &event).unwrap();
    drop(clone);
    assert!(!map.delete(0).unwrap());
}

#[test]
fn a_cgroup_goes_in_and_out() {
    needs_kernel!();
    let Some(cgroup) = cgroup::cgroup() else {
        return;
    };
    let map = Cgroups::create().unwrap();
    map.set(3, cgroup.open()).unwrap();
    assert!(map.delete(3).unwrap());
    assert!(!map.delete(3).unwrap());
    assert_eq!(errno(map.set(0, file())), libc::EBADF);
    assert_eq!(map.set(8, cgroup.open()).unwrap_err(), beyond("cgroups"));
    assert_eq!(map.delete(8).map(drop).unwrap_err(), beyond("cgroups"));
}

#[test]
fn an_af_xdp_socket_goes_in_and_out() {
    needs_kernel!();
    let map = match Xsks::create() {
        Err(Error::Os {
            errno: libc::EINVAL,
            ..
        }) => {
            mapgen_test_support::skipped("a kernel with AF_XDP sockets");
            return;
        }
        other => other.unwrap(),
    };
    // SAFETY: it takes no pointers.
    let socket = unsafe { libc::socket(libc::AF_XDP, libc::SOCK_RAW, 0) };
    assert!(socket >= 0, "{}", std::io::Error::last_os_error());
    // SAFETY: the call made this descriptor for us.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    map.set(2, &socket).unwrap();
    map.set(3, &socket).unwrap();
    map.delete(2).unwrap();
    map.delete(2).unwrap();
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(errno(map.set(0, &udp)), libc::EOPNOTSUPP);
    assert_eq!(errno(map.set(0, file())), libc::ENOTSOCK);
    assert_eq!(map.set(8, &socket).unwrap_err(), beyond("xsks"));
    assert_eq!(map.delete(8).unwrap_err(), beyond("xsks"));
}
