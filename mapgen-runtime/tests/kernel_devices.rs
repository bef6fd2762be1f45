//! Maps of devices and CPUs on the running kernel.

#[path = "support/programs.rs"]
mod programs;
mod support;

use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::process::Command;

use mapgen_runtime::{CpuMap, DevMap, DevMapHash, Error, MapKind, possible_cpus};
use programs::{Attach, Type, load, returns};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, write_only};

bind!(Ports = DevMap, spec("ports", MapKind::DevMap, 4, 8, 8));
bind!(Plain = DevMap, spec("plain", MapKind::DevMap, 4, 4, 8));
bind!(
    Allowed = DevMapHash,
    spec("allowed", MapKind::DevMapHash, 4, 8, 2)
);
bind!(Cpus = CpuMap, spec("cpus", MapKind::CpuMap, 4, 8, 64));
bind!(
    PlainCpus = CpuMap,
    spec("plain_cpus", MapKind::CpuMap, 4, 4, 64)
);

/// The loopback device of every network namespace.
const LO: u32 = 1;
const XDP_PASS: i32 = 2;

#[track_caller]
fn errno(result: mapgen_runtime::Result<()>) -> i32 {
    match result.unwrap_err() {
        Error::Os { errno, .. } => errno,
        other => panic!("{other}"),
    }
}

/// Two devices in a network namespace of this thread's own: the number of one; says so
/// where there may be none.
fn veth() -> Option<u32> {
    // SAFETY: it takes no pointers, and this thread alone changes its namespace.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        mapgen_test_support::skipped("CAP_SYS_ADMIN for a network namespace");
        return None;
    }
    if !ip(&["link", "add", "one", "type", "veth", "peer", "name", "two"]) {
        mapgen_test_support::skipped("`ip` and veth devices");
        return None;
    }
    // SAFETY: the name ends with a zero byte.
    Some(unsafe { libc::if_nametoindex(c"one".as_ptr()) })
}

fn ip(arguments: &[&str]) -> bool {
    let status = Command::new("ip").args(arguments).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn a_device_goes_in_and_comes_out() {
    needs_kernel!();
    let Some(one) = veth() else { return };
    let map = Ports::create().unwrap();
    assert_eq!(map.get(0).unwrap(), None);
    map.set(0, LO).unwrap();
    map.set(7, one).unwrap();
    let device = map.get(7).unwrap().unwrap();
    assert_eq!((device.ifindex, device.program), (one, None));
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    let seen: Vec<_> = seen
        .iter()
        .map(|(port, device)| (*port, device.ifindex))
        .collect();
    assert_eq!(seen, [(0, LO), (7, one)]);
    map.delete(0).unwrap();
    map.delete(0).unwrap();
    assert_eq!(map.get(0).unwrap(), None);
    // It leaves when it is removed.
    assert!(ip(&["link", "delete", "one"]));
    let gone = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        map.get(7).unwrap().is_none()
    });
    assert!(gone);
    assert_eq!(errno(map.set(7, one)), libc::EINVAL);
    // To the kernel, 0 empties a slot.
    map.set(0, LO).unwrap();
    assert_eq!(errno(map.set(0, 0)), libc::ENODEV);
    assert!(map.get(0).unwrap().is_some());
    for result in [map.get(8).map(drop), map.set(8, LO), map.delete(8)] {
        assert_eq!(
            result.unwrap_err(),
            Error::OutOfRange {
                map: "ports".into(),
                index: 8,
                capacity: 8
            }
        );
    }
}

#[test]
fn a_device_has_a_program_by_descriptor_and_by_id() {
    needs_kernel!();
    let map = Ports::create().unwrap();
    let program = load(Type::Xdp, Some(Attach::XdpDevMap), &returns(XDP_PASS));
    map.set_with_program(1, LO, &program).unwrap();
    let device = map.get(1).unwrap().unwrap();
    assert_eq!(device.ifindex, LO);
    assert_eq!(device.program, Some(programs::id(&program)));
    assert_eq!(map.iter().next().unwrap().unwrap().1, device);
    map.set(1, LO).unwrap();
    assert_eq!(map.get(1).unwrap().unwrap().program, None);
    let other = load(Type::Xdp, None, &returns(XDP_PASS));
    assert_eq!(errno(map.set_with_program(1, LO, &other)), libc::EINVAL);
    assert_eq!(errno(map.set_with_program(1, 0, &program)), libc::ENODEV);

    let plain = Plain::create().unwrap();
    plain.set(1, LO).unwrap();
    assert_eq!(plain.get(1).unwrap().unwrap().ifindex, LO);
    assert_eq!(plain.iter().count(), 1);
    assert_eq!(
        plain.set_with_program(1, LO, &program).unwrap_err(),
        Error::Access {
            op: "set_with_program",
            map: "plain".into(),
            why: "its values have 4 bytes, a number and a program 8"
        }
    );
}

/// To the kernel, descriptor 0 is no program.
#[test]
fn a_program_whose_descriptor_is_0_is_a_program() {
    needs_kernel!();
    let map = Ports::create().unwrap();
    let program = load(Type::Xdp, Some(Attach::XdpDevMap), &returns(XDP_PASS));
    // SAFETY: it takes no pointers. Nothing else in this binary uses descriptor 0.
    let stdin = unsafe {
        let stdin = libc::dup(0);
        libc::dup2(program.as_raw_fd(), 0);
        stdin
    };
    // SAFETY: it is open until the end of this test.
    let zero = unsafe { BorrowedFd::borrow_raw(0) };
    map.set_with_program(1, LO, zero).unwrap();
    // SAFETY: it takes no pointers.
    unsafe {
        libc::dup2(stdin, 0);
        libc::close(stdin);
    }
    let device = map.get(1).unwrap().unwrap();
    assert_eq!(device.program, Some(programs::id(&program)));
}

#[test]
fn a_hash_has_devices_by_key() {
    needs_kernel!();
    let Some(one) = veth() else { return };
    let map = Allowed::create().unwrap();
    assert_eq!(map.get(77).unwrap(), None);
    map.insert(77, LO).unwrap();
    map.insert(u32::MAX, one).unwrap();
    map.insert(77, one).unwrap();
    assert_eq!(map.get(77).unwrap().unwrap().ifindex, one);
    assert_eq!(
        map.insert(1, LO).unwrap_err(),
        Error::Full {
            map: "allowed".into(),
            capacity: 2,
            entries: Some(2)
        }
    );
    assert_eq!(map.iter().map(Result::unwrap).count(), 2);
    let program = load(Type::Xdp, Some(Attach::XdpDevMap), &returns(XDP_PASS));
    map.insert_with_program(77, LO, &program).unwrap();
    let device = map.get(77).unwrap().unwrap();
    assert_eq!(device.program, Some(programs::id(&program)));
    assert!(map.delete(77).unwrap());
    assert!(!map.delete(77).unwrap());
    assert_eq!(errno(map.insert(1, 0)), libc::ENODEV);
    assert_eq!(errno(map.insert(1, 0xffff)), libc::EINVAL);
}

#[test]
fn a_cpu_has_a_queue_and_a_program() {
    needs_kernel!();
    let map = Cpus::create().unwrap();
    assert_eq!(map.get(0).unwrap(), None);
    map.set(0, 64).unwrap();
    let queue = map.get(0).unwrap().unwrap();
    assert_eq!((queue.queue_size, queue.program), (64, None));
    let program = load(Type::Xdp, Some(Attach::XdpCpuMap), &returns(XDP_PASS));
    map.set_with_program(0, 128, &program).unwrap();
    let queue = map.get(0).unwrap().unwrap();
    assert_eq!(queue.queue_size, 128);
    assert_eq!(queue.program, Some(programs::id(&program)));
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen, [(0, queue)]);
    let file = File::open("/dev/null").unwrap();
    assert_eq!(errno(map.set_with_program(0, 64, &file)), libc::ENOMEM);
    // To the kernel, 0 takes the CPU out.
    assert_eq!(errno(map.set(0, 0)), libc::EINVAL);
    assert!(map.get(0).unwrap().is_some());
    assert_eq!(errno(map.set(0, 16_385)), libc::EOVERFLOW);
    map.delete(0).unwrap();
    map.delete(0).unwrap();
    assert_eq!(map.get(0).unwrap(), None);
    if !possible_cpus().unwrap().contains(&63) {
        assert_eq!(errno(map.set(63, 64)), libc::ENODEV);
    }
    for result in [map.get(64).map(drop), map.set(64, 1), map.delete(64)] {
        assert_eq!(
            result.unwrap_err(),
            Error::OutOfRange {
                map: "cpus".into(),
                index: 64,
                capacity: 64
            }
        );
    }
    let plain = PlainCpus::create().unwrap();
    plain.set(0, 64).unwrap();
    assert_eq!(plain.get(0).unwrap().unwrap().queue_size, 64);
    assert_eq!(plain.iter().count(), 1);
    assert!(matches!(
        plain.set_with_program(0, 64, &program),
        Err(Error::Access { .. })
    ));
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = Ports::create().unwrap();
    let readable = Ports::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [readable.set(0, LO), readable.delete(0)],
    );
    let writable = Ports::from_fd(write_only(map.info().id())).unwrap();
    writable.set(0, LO).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(0).map(drop),
            writable.iter().next().unwrap().map(drop),
        ],
    );
    freeze(&map);
    all_say("the map is frozen", [map.set(0, LO), map.delete(0)]);
}
