//! Gate load on the running kernel: live maps against bindings.

#[macro_use]
mod gates;

use gates::{CONNS, btf, differences, kernel};
use mapgen_runtime::{Accept, Error, MapKind, MapSpec, Proof};
use mapgen_test_support::BpfFs;

binding!(Conns, CONNS);

const SWAPPED: MapSpec = MapSpec {
    btf: &btf::SWAPPED,
    ..CONNS
};
binding!(Swapped, SWAPPED);

const RENAMED: MapSpec = MapSpec {
    btf: &btf::RENAMED,
    ..CONNS
};
binding!(Renamed, RENAMED);

const BARE: MapSpec = MapSpec { btf: &[], ..CONNS };
binding!(Bare, BARE);

const EXACT: MapSpec = MapSpec {
    exact_entries: true,
    ..CONNS
};
binding!(Exact, EXACT);

#[test]
fn a_map_that_equals_its_binding_passes_from_pin_id_and_descriptor() {
    let Some(fs) = BpfFs::mount() else { return };
    let created = Conns::create().unwrap();
    assert_eq!(created.proof(), Proof::Members);
    created.pin(fs.path("conns")).unwrap();
    for opened in [
        Conns::from_pinned(fs.path("conns")).unwrap(),
        Conns::from_id(created.info().id()).unwrap(),
        Conns::from_fd(&**created).unwrap(),
    ] {
        assert_eq!(opened.info().id(), created.info().id());
        assert_eq!(opened.proof(), Proof::Members);
    }
}

#[test]
fn two_swapped_members_of_equal_size_are_named() {
    let Some(fs) = BpfFs::mount() else { return };
    Swapped::create().unwrap().pin(fs.path("conns")).unwrap();
    let refused = Conns::from_pinned(fs.path("conns"));
    let text = refused.as_ref().unwrap_err().to_string();
    assert_eq!(
        differences(refused),
        [
            "value member `packets` is u64 at byte 8, expected u64 at byte 0",
            "value member `bytes` is u64 at byte 0, expected u64 at byte 8",
        ]
    );
    let place = format!("map `conns` (pinned at `{}`)", fs.path("conns").display());
    assert!(text.starts_with(&place), "{text}");
    let advice = "`migrate` before the load, remove the pin when nothing uses it, or pin at \
                  another path";
    assert!(text.ends_with(advice), "{text}");
}

#[test]
fn a_renamed_member_is_missing_under_one_name_and_new_under_the_other() {
    if !kernel() {
        return;
    }
    let renamed = Renamed::create().unwrap();
    assert_eq!(
        differences(Conns::from_id(renamed.info().id())),
        [
            "value member `bytes` is missing, expected u64 at byte 8",
            "value member `first` is u64 at byte 8, and the binding has no such member",
        ]
    );
}

#[test]
fn a_smaller_map_is_refused_and_a_larger_one_passes() {
    if !kernel() {
        return;
    }
    binding!(
        Loose,
        MapSpec {
            min_entries: 1,
            ..CONNS
        }
    );
    let small = Loose::create_with(|spec| spec.max_entries = 1023).unwrap();
    assert_eq!(
        differences(Conns::from_fd(&**small)),
        [
            "`max_entries` is 1023, expected at least 1024 (declare `min_entries = 1023` on \
             the map to allow this one)"
        ]
    );
    let large = Conns::create_with(|spec| spec.max_entries = 4096).unwrap();
    assert_eq!(Conns::from_fd(&**large).unwrap().capacity(), 4096);
}

#[test]
fn an_exact_capacity_refuses_a_larger_map() {
    if !kernel() {
        return;
    }
    let large = Conns::create_with(|spec| spec.max_entries = 4096).unwrap();
    assert_eq!(
        differences(Exact::from_fd(&**large)),
        ["`max_entries` is 4096, expected exactly 1024 (`max_entries = 1024` was asserted)"]
    );
    assert!(Exact::from_fd(&**Conns::create().unwrap()).is_ok());
}

#[test]
fn every_difference_is_listed_at_once() {
    if !kernel() {
        return;
    }
    binding!(
        Other,
        MapSpec {
            kind: MapKind::LruHash,
            key_size: 4,
            max_entries: 16,
            min_entries: 1,
            btf: &[],
            ..CONNS
        }
    );
    let other = Other::create().unwrap();
    assert_eq!(
        differences(Conns::from_fd(&**other)),
        [
            "its kind is `lru_hash`, expected `hash`",
            "`key_size` is 4, expected 8",
            "`max_entries` is 16, expected at least 1024 (declare `min_entries = 16` on the \
             map to allow this one)",
            "it has no BTF, so its members cannot be compared (`Accept::no_btf()` compares \
             sizes only)",
        ]
    );
}

#[test]
fn a_map_without_btf_passes_only_when_that_is_accepted() {
    if !kernel() {
        return;
    }
    let bare = Bare::create().unwrap();
    assert_eq!(bare.proof(), Proof::Sizes);
    let id = bare.info().id();
    assert_eq!(differences(Conns::from_id(id)).len(), 1);
    for accept in [Accept::no_btf(), Accept::sizes_only()] {
        let opened = Conns::from_id_with(id, accept).unwrap();
        assert_eq!(opened.proof(), Proof::Sizes);
    }
}

#[test]
fn accepting_no_btf_still_compares_the_members_that_there_are() {
    if !kernel() {
        return;
    }
    let swapped = Swapped::create().unwrap();
    let id = swapped.info().id();
    assert_eq!(
        differences(Conns::from_id_with(id, Accept::no_btf())).len(),
        2
    );
    let opened = Conns::from_id_with(id, Accept::sizes_only()).unwrap();
    assert_eq!(opened.proof(), Proof::Sizes);
}

#[test]
fn a_binding_without_types_compares_sizes() {
    if !kernel() {
        return;
    }
    let typed = Conns::create().unwrap();
    assert_eq!(Bare::from_fd(&**typed).unwrap().proof(), Proof::Sizes);
}

#[test]
fn flags_that_kernel_or_loader_add_or_drop_are_not_differences() {
    if !kernel() {
        return;
    }
    // `include/uapi/linux/bpf.h`
    const NO_PREALLOC: u32 = 1;
    const NUMA_NODE: u32 = 4;
    const RDONLY: u32 = 8;
    const RDONLY_PROG: u32 = 128;
    binding!(
        Devices,
        MapSpec {
            name: "devices",
            kind: MapKind::DevMap,
            key_size: 4,
            value_size: 4,
            max_entries: 4,
            min_entries: 4,
            btf: &[],
            ..CONNS
        }
    );
    let devices = Devices::create().unwrap();
    assert_eq!(devices.info().map_flags(), RDONLY_PROG);
    assert_eq!(devices.proof(), Proof::Sizes);

    binding!(
        ReadOnly,
        MapSpec {
            map_flags: RDONLY,
            ..CONNS
        }
    );
    assert_eq!(ReadOnly::create().unwrap().info().map_flags(), 0);

    let placed = Conns::create_with(|spec| spec.map_flags = NUMA_NODE).unwrap();
    assert_eq!(placed.info().map_flags(), NUMA_NODE);
    assert!(Conns::from_fd(&**placed).is_ok());

    binding!(
        Lazy,
        MapSpec {
            map_flags: NO_PREALLOC,
            ..CONNS
        }
    );
    let lazy = Lazy::create().unwrap();
    assert_eq!(
        differences(Conns::from_fd(&**lazy)),
        ["`map_flags` is 0x1, expected 0x0"]
    );
}

#[test]
fn capacities_are_rounded_as_the_kernel_rounds_them() {
    if !kernel() {
        return;
    }
    // One list per CPU: `htab_map_alloc` rounds up to a multiple of the possible CPUs.
    const NO_COMMON_LRU: u32 = 2;
    binding!(
        Lru,
        MapSpec {
            kind: MapKind::LruHash,
            max_entries: 1021,
            min_entries: 1021,
            exact_entries: true,
            map_flags: NO_COMMON_LRU,
            ..CONNS
        }
    );
    let cpus = mapgen_runtime::possible_cpus().unwrap().len() as u32;
    let lru = Lru::create().unwrap();
    assert_eq!(lru.capacity(), 1021_u32.div_ceil(cpus) * cpus);
}

#[test]
fn what_is_no_map_is_refused() {
    if !kernel() {
        return;
    }
    let file = std::fs::File::open("/dev/null").unwrap();
    assert_eq!(differences(Conns::from_fd(&file)), ["it is not a map"]);
}

#[test]
fn a_pin_that_is_not_there_is_an_error_of_the_system() {
    let Some(fs) = BpfFs::mount() else { return };
    let error = Conns::from_pinned(fs.path("nothing")).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Os {
                errno: libc::ENOENT,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn memory_and_freezing_come_from_fdinfo() {
    if !kernel() {
        return;
    }
    use std::os::fd::AsFd;
    let conns = Conns::create().unwrap();
    let info = mapgen_runtime::FdInfo::of(conns.as_fd()).unwrap();
    // Before 6.4 the kernel reports the sizes of keys and values only, in whole pages.
    assert!(info.memlock >= 1024 * 24, "{info:?}");
    assert!(!info.frozen);
}
