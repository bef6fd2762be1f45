//! Creating maps on the running kernel: with BTF, without permission, without sense.

#[path = "support/ints.rs"]
mod ints;
mod support;

use std::os::fd::AsFd;

use ints::{SIGNED, UNSIGNED, with_btf};
use mapgen_runtime::{
    Array, Error, HashMap, LruHashMap, MapKind, MapSpec, Proof, RawMap, RingBuf, possible_cpus,
};
use support::{BpfFs, bind, created, needs_kernel, spec};

bind!(
    Typed = HashMap<u32, u64>,
    with_btf(spec("typed", MapKind::Hash, 4, 8, 4), &UNSIGNED)
);
// Ring buffers refuse BTF: it is left out.
bind!(
    Events = RingBuf<u64>,
    with_btf(spec("events", MapKind::RingBuf, 0, 0, 4096), &UNSIGNED)
);

#[test]
fn a_map_is_created_with_its_btf() {
    needs_kernel!();
    let map = Typed::create().unwrap();
    assert_eq!(map.proof(), Proof::Members);
    map.insert(&1, &2).unwrap();
    // Whoever may read BTF by id finds it.
    match Typed::from_fd(map.as_fd()) {
        Ok(again) => assert_eq!(again.proof(), Proof::Members),
        Err(Error::Permission { capability, .. }) => mapgen_test_support::skipped(capability),
        Err(error) => panic!("{error}"),
    }
    Events::create().unwrap();
}

bind!(Sized = RawMap, spec("sized", MapKind::Hash, 0, 0, 8));
bind!(
    SizedValues = RawMap,
    spec("sized_values", MapKind::BloomFilter, 0, 0, 8)
);

#[test]
fn sizes_that_are_left_to_run_time_are_what_the_map_has() {
    needs_kernel!();
    let error = Sized::create().unwrap_err().to_string();
    for what in ["key_size", "value_size"] {
        let said = format!("`{what}` is 0, the object leaves it to run time");
        assert!(error.contains(&said), "{error}");
    }
    let map = Sized::create_with(|spec| (spec.key_size, spec.value_size) = (6, 3)).unwrap();
    assert_eq!((map.key_len(), map.value_len()), (6, 3));
    map.insert(&[1; 6], &[2; 3]).unwrap();
    assert!(matches!(map.get(&[1; 4]), Err(Error::Size { .. })));
    let again = Sized::from_fd(map.as_fd()).unwrap();
    assert_eq!(again.get(&[1; 6]).unwrap(), Some(vec![2; 3]));
}

#[test]
fn a_bloom_filter_has_no_keys_whatever_it_is_created_with() {
    needs_kernel!();
    let map = SizedValues::create_with(|spec| spec.value_size = 3);
    let Some(_) = created(map, MapKind::BloomFilter, (5, 16)) else {
        return;
    };
    let error = SizedValues::create_with(|spec| (spec.key_size, spec.value_size) = (4, 3));
    assert!(error.is_err());
}

#[test]
fn a_change_of_the_types_is_held_against_the_bindings() {
    needs_kernel!();
    let error = Typed::create_with(|spec| spec.btf = &SIGNED).unwrap_err();
    let Error::Mismatch(mismatch) = &error else {
        panic!("{error}");
    };
    assert_eq!(mismatch.differences.len(), 1, "{error}");
    assert!(error.to_string().contains("i64"), "{error}");
    // The same types at other places are the same types.
    static AGAIN: [u8; 65] = UNSIGNED;
    let map = Typed::create_with(|spec| spec.btf = &AGAIN).unwrap();
    assert_eq!(map.proof(), Proof::Members);
    // Without types nothing is proven but sizes.
    let map = Typed::create_with(|spec| spec.btf = &[]).unwrap();
    assert_eq!(map.proof(), Proof::Sizes);
}

#[test]
fn a_change_of_the_inner_map_is_held_against_the_bindings() {
    needs_kernel!();
    static INNER: MapSpec = spec("inner", MapKind::Hash, 4, 8, 4);
    static OTHER: MapSpec = spec("inner", MapKind::Hash, 8, 4, 4);
    const fn outer(mut spec: MapSpec) -> MapSpec {
        spec.inner = Some(&INNER);
        spec
    }
    bind!(
        Outer = RawMap,
        outer(spec("outer", MapKind::ArrayOfMaps, 4, 4, 1))
    );
    Outer::create().unwrap();
    let error = Outer::create_with(|spec| spec.inner = Some(&OTHER)).unwrap_err();
    let Error::Mismatch(mismatch) = &error else {
        panic!("{error}");
    };
    assert_eq!(mismatch.differences.len(), 2, "{error}");
}

/// `u32` (1) and `double` (2), of which kernels before 5.13 know nothing.
static DOUBLE: [u8; 24 + 28 + 9] = {
    const BTF_KIND_FLOAT: u32 = 16 << 24;
    let mut bytes = [0; 61];
    let mut at = 0;
    while at < 40 {
        bytes[at] = UNSIGNED[at];
        at += 1;
    }
    let float = [5, BTF_KIND_FLOAT, 8];
    while at < 52 {
        bytes[at] = float[(at - 40) / 4].to_ne_bytes()[at % 4];
        at += 1;
    }
    while at < 61 {
        bytes[at] = UNSIGNED[at + 4];
        at += 1;
    }
    // Where types end and strings start.
    let len = 28_u32.to_ne_bytes();
    at = 0;
    while at < 4 {
        bytes[12 + at] = len[at];
        bytes[16 + at] = len[at];
        at += 1;
    }
    bytes
};

bind!(
    Doubles = HashMap<u32, f64>,
    with_btf(spec("doubles", MapKind::Hash, 4, 8, 4), &DOUBLE)
);

#[test]
fn a_map_has_types_also_where_the_kernel_does_not_know_their_kinds() {
    needs_kernel!();
    let map = Doubles::create().unwrap();
    map.insert(&1, &0.5).unwrap();
    assert_ne!(map.info().btf_id(), 0);
    let Some(fs) = BpfFs::mount() else { return };
    map.pin(fs.path("doubles")).unwrap();
    let again = Doubles::from_pinned(fs.path("doubles")).unwrap();
    assert_eq!(again.proof(), Proof::Members);
    assert_eq!(again.get(&1).unwrap(), Some(0.5));
}

#[test]
fn btf_that_the_kernel_refuses_is_explained_in_its_words() {
    needs_kernel!();
    static BROKEN: [u8; 65] = {
        let mut bytes = UNSIGNED;
        // A kind that does not exist.
        bytes[24 + 7] = 31;
        bytes
    };
    const fn broken(mut spec: MapSpec) -> MapSpec {
        spec.btf = &BROKEN;
        spec
    }
    bind!(
        Broken = HashMap<u32, u64>,
        broken(with_btf(spec("broken", MapKind::Hash, 4, 8, 4), &UNSIGNED))
    );
    let error = Broken::create().unwrap_err();
    assert!(matches!(error, Error::Object { .. }), "{error}");
    assert!(error.to_string().contains("`broken`"));
    // 5.10 had 4 bits for the kind, and calls the others an invalid `info`.
    let said = error.to_string();
    assert!(said.contains("kind") || said.contains("btf_info"), "{said}");
}

#[test]
fn what_makes_no_map_is_refused_with_the_name() {
    needs_kernel!();
    bind!(
        Wide = Array<u64>,
        spec("wide", MapKind::Array, 8, 8, 4)
    );
    assert_eq!(
        Wide::create().unwrap_err(),
        Error::Os {
            op: "create".into(),
            map: "wide".into(),
            errno: libc::EINVAL
        }
    );
    bind!(
        Empty = Array<u64>,
        spec("empty", MapKind::Array, 4, 8, 0)
    );
    assert_eq!(
        Empty::create().unwrap_err().to_string(),
        "map `empty` has no `max_entries`: set it with `create_with(|spec| spec.max_entries = ..)`"
    );
}

#[test]
fn a_capacity_is_rounded_as_libbpf_rounds_it() {
    needs_kernel!();
    // `test_ringbuf_multi` of the kernel's self-tests declares 1000 bytes.
    bind!(
        Unaligned = RingBuf<u64>,
        spec("unaligned", MapKind::RingBuf, 0, 0, 1000)
    );
    let page = u32::try_from(page_size()).unwrap();
    assert_eq!(Unaligned::create().unwrap().capacity(), page);
    // A perf array that says nothing has one entry for each CPU.
    bind!(
        Perf = RawMap,
        spec("perf", MapKind::PerfEventArray, 4, 4, 0)
    );
    let cpus = u32::try_from(possible_cpus().unwrap().len()).unwrap();
    assert_eq!(Perf::create().unwrap().capacity(), cpus);
}

fn page_size() -> i64 {
    // SAFETY: it only asks.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

#[test]
fn a_long_or_odd_name_is_no_obstacle() {
    needs_kernel!();
    bind!(
        Long = Array<u64>,
        spec("a-name.longer than_the_kernel's", MapKind::Array, 4, 8, 1)
    );
    assert_eq!(
        Long::create().unwrap().name(),
        "a-name.longer than_the_kernel's"
    );
}

/// Takes every capability from this thread.
fn drop_capabilities() {
    // SAFETY: version 3 takes a header of two words and a set of six.
    let status = unsafe {
        let mut header = [0x2008_0522u32, 0];
        let set = [0u32; 6];
        libc::syscall(libc::SYS_capset, header.as_mut_ptr(), set.as_ptr())
    };
    assert_eq!(status, 0);
}

#[test]
fn without_capabilities_the_error_names_the_one_that_is_missing() {
    needs_kernel!();
    bind!(
        Recent = LruHashMap<u32, u64>,
        spec("recent", MapKind::LruHash, 4, 8, 4)
    );
    let map = Recent::create().unwrap();
    drop_capabilities();
    let error = Recent::create().unwrap_err();
    assert_eq!(
        error,
        Error::Permission {
            op: "creating".into(),
            map: "recent".into(),
            capability: "CAP_BPF"
        }
    );
    assert_eq!(error.to_string(), "creating of `recent` needs CAP_BPF");
    let error = Typed::create().unwrap_err();
    assert_eq!(
        error.to_string(),
        "loading the BTF of `typed` needs CAP_BPF"
    );
    let error = Recent::from_id(map.info().id()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Permission {
                capability: "CAP_SYS_ADMIN",
                ..
            }
        ),
        "{error}"
    );
}
