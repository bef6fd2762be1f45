//! Storage of programs that are attached to a cgroup, on the running kernel.

#[path = "support/cgroup.rs"]
mod cgroup;
#[path = "support/programs.rs"]
mod programs;
mod support;

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use mapgen_runtime::{
    CLayout, CgroupStorage, Error, MapKind, MapSpec, PerCpu, PerCpuCgroupStorage, possible_cpus,
};
use programs::{Attach, Type, insn, load, load_map};
use support::{all_say, bind, freeze, needs_kernel, raw_bpf, read_only, spec, write_only};

/// `struct bpf_cgroup_storage_key`, with its padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CLayout)]
#[repr(C)]
struct Key {
    cgroup_inode_id: u64,
    attach_type: u32,
    pad: u32,
}

const fn storage(name: &'static str, kind: MapKind, key_size: usize) -> MapSpec {
    let mut spec = spec(name, kind, key_size, 8, 0);
    spec.min_entries = 0;
    spec
}

bind!(
    ByAttachment = CgroupStorage<Key, u64>,
    storage("by_attachment", MapKind::CgroupStorage, 16)
);
bind!(
    ById = CgroupStorage<u64, u64>,
    storage("by_id", MapKind::CgroupStorage, 8)
);
bind!(
    OnCpus = PerCpuCgroupStorage<u64, u64>,
    storage("on_cpus", MapKind::PerCpuCgroupStorage, 8)
);

/// A program that is attached to a cgroup, and uses the storage of it.
struct Attached {
    program: OwnedFd,
    cgroup: File,
}

impl Attached {
    fn new(map: impl AsFd, cgroup: &cgroup::Cgroup) -> Self {
        const GET_LOCAL_STORAGE: i32 = 81;
        const PROG_ATTACH: i64 = 8;
        let mut code = load_map(map).to_vec();
        code.extend([
            insn(0xb7, 2, 0, 0, 0),
            insn(0x85, 0, 0, 0, GET_LOCAL_STORAGE),
            insn(0xb7, 0, 0, 0, 1),
            insn(0x95, 0, 0, 0, 0),
        ]);
        let attached = Self {
            program: load(Type::CgroupSkb, Some(Attach::CgroupInetEgress), &code),
            cgroup: cgroup.open(),
        };
        raw_bpf(PROG_ATTACH, &mut attached.attr()).unwrap();
        attached
    }

    /// target_fd, attach_bpf_fd, attach_type, attach_flags
    fn attr(&self) -> [u64; 2] {
        let (target, program) = (self.cgroup.as_raw_fd(), self.program.as_raw_fd());
        [
            target as u64 | ((program as u64) << 32),
            Attach::CgroupInetEgress as u64,
        ]
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        const PROG_DETACH: i64 = 9;
        let _ = raw_bpf(PROG_DETACH, &mut self.attr());
    }
}

#[test]
fn a_cgroup_has_a_value_once_a_program_is_attached() {
    needs_kernel!();
    let Some(cgroup) = cgroup::cgroup() else {
        return;
    };
    let map = ByAttachment::create().unwrap();
    let key = Key {
        cgroup_inode_id: cgroup.id(),
        attach_type: Attach::CgroupInetEgress as u32,
        pad: 0,
    };
    assert!(map.is_empty().unwrap());
    assert_eq!(map.get(&key).unwrap(), None);
    assert!(matches!(map.replace(&key, &1), Err(Error::NotFound { .. })));
    let attached = Attached::new(&map, &cgroup);
    assert_eq!(map.get(&key).unwrap(), Some(0));
    map.replace(&key, &7).unwrap();
    let mut value = 0;
    assert!(map.get_into(&key, &mut value).unwrap());
    assert_eq!(value, 7);
    let seen: Vec<_> = map.iter().map(Result::unwrap).collect();
    assert_eq!(seen, [(key, 7)]);
    assert_eq!(map.len().unwrap(), 1);
    assert!(!map.is_empty().unwrap());
    drop(attached);
    // With the cgroup it goes, a little later. (Before 5.9, with the program.)
    drop(cgroup);
    let gone = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        map.get(&key).unwrap().is_none()
    });
    assert!(gone);
    assert_eq!(map.keys().count(), 0);
}

#[test]
fn a_key_may_be_the_id_of_the_cgroup_alone() {
    needs_kernel!();
    let (Some(first), Some(second)) = (cgroup::cgroup(), cgroup::cgroup()) else {
        return;
    };
    let map = ById::create().unwrap();
    let _attached = Attached::new(&map, &first);
    map.replace(&first.id(), &3).unwrap();
    assert_eq!(map.get(&first.id()).unwrap(), Some(3));
    assert_eq!(map.get(&second.id()).unwrap(), None);
    let keys: Vec<_> = map.keys().map(Result::unwrap).collect();
    assert_eq!(keys, [first.id()]);
}

#[test]
fn a_cgroup_has_a_value_on_each_cpu() {
    needs_kernel!();
    let Some(cgroup) = cgroup::cgroup() else {
        return;
    };
    let map = OnCpus::create().unwrap();
    let id = cgroup.id();
    assert_eq!(map.sum(&id).unwrap(), None);
    let _attached = Attached::new(&map, &cgroup);
    assert_eq!(map.sum(&id).unwrap(), Some(0));
    let each = PerCpu::from_fn(|cpu| u64::from(cpu) + 1).unwrap();
    map.replace(&id, &each).unwrap();
    assert_eq!(map.get(&id).unwrap(), Some(each.clone()));
    let mut into = PerCpu::new().unwrap();
    assert!(map.get_into(&id, &mut into).unwrap());
    assert_eq!(into, each);
    let sum = possible_cpus()
        .unwrap()
        .iter()
        .map(|cpu| u64::from(*cpu) + 1)
        .sum();
    assert_eq!(map.sum(&id).unwrap(), Some(sum));
    let most = map.fold(&id, 0, |most, value| value.max(most)).unwrap();
    assert_eq!(most, each.iter().copied().max());
    let seen: Vec<_> = map.sums().map(Result::unwrap).collect();
    assert_eq!(seen, [(id, sum)]);
    assert_eq!(map.iter().map(Result::unwrap).count(), 1);
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let Some(cgroup) = cgroup::cgroup() else {
        return;
    };
    let map = ById::create().unwrap();
    let id = cgroup.id();
    let readable = ById::from_fd(read_only(map.info().id())).unwrap();
    all_say("its descriptor is read-only", [readable.replace(&id, &1)]);
    let writable = ById::from_fd(write_only(map.info().id())).unwrap();
    let _attached = Attached::new(&map, &cgroup);
    writable.replace(&id, &1).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(&id).map(drop),
            writable.iter().next().unwrap().map(drop),
        ],
    );
    freeze(&map);
    all_say("the map is frozen", [map.replace(&id, &1)]);
}
