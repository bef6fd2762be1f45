//! Arrays and hashes of maps on the running kernel.

#[path = "support/ints.rs"]
mod ints;
mod support;

use std::collections::BTreeMap;
use std::os::fd::{AsFd, AsRawFd};

use ints::{SIGNED, UNSIGNED, with_btf};
use mapgen_runtime::{
    Accept, Array, ArrayOfMaps, Error, HashMap, HashOfMaps, MapKind, MapSpec, Proof, RawMap,
};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, write_only};

const fn outer(mut spec: MapSpec, inner: &'static MapSpec) -> MapSpec {
    spec.inner = Some(inner);
    spec
}

static CONNS: MapSpec = with_btf(spec("tenants.inner", MapKind::Hash, 4, 8, 10), &UNSIGNED);
bind!(Conns = HashMap<u32, u64>, CONNS);
bind!(
    Tenants = ArrayOfMaps<Conns>,
    outer(spec("tenants", MapKind::ArrayOfMaps, 4, 4, 8), &CONNS)
);
bind!(
    ByName = HashOfMaps<[u8; 6], Conns>,
    outer(spec("by_name", MapKind::HashOfMaps, 6, 4, 3), &CONNS)
);

static COUNTS: MapSpec = spec("counts.inner", MapKind::Array, 4, 8, 16);
bind!(Counts = Array<u64>, COUNTS);
bind!(
    Tables = ArrayOfMaps<Counts>,
    outer(spec("counts", MapKind::ArrayOfMaps, 4, 4, 2), &COUNTS)
);

fn said(error: &Error) -> String {
    let Error::Mismatch(mismatch) = error else {
        panic!("{error}");
    };
    let said: Vec<_> = mismatch
        .differences
        .iter()
        .map(ToString::to_string)
        .collect();
    said.join("; ")
}

#[test]
fn a_map_that_is_put_in_an_array_is_the_one_that_comes_out() {
    needs_kernel!();
    let map = Tenants::create().unwrap();
    assert!(map.get(0).unwrap().is_none());
    assert_eq!(map.id(0).unwrap(), None);
    let (first, second) = (Conns::create().unwrap(), Conns::create().unwrap());
    map.set(0, &first).unwrap();
    map.set(7, &second).unwrap();
    first.insert(&1, &11).unwrap();
    second.insert(&1, &22).unwrap();
    let got = map.get(7).unwrap().unwrap();
    assert_eq!(got.get(&1).unwrap(), Some(22));
    assert_eq!(got.proof(), Proof::Members);
    assert_eq!(map.id(7).unwrap(), Some(second.info().id()));
    // It lives in the array, whoever made it.
    drop(first);
    assert_eq!(map.get(0).unwrap().unwrap().get(&1).unwrap(), Some(11));
    map.set(0, &second).unwrap();
    let ids: Vec<_> = map.ids().map(Result::unwrap).collect();
    let id = second.info().id();
    assert_eq!(ids, [(0, id), (7, id)]);
    let seen: Vec<_> = map.iter().map(|entry| entry.unwrap().0).collect();
    assert_eq!(seen, [0, 7]);
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());
    assert!(map.get(0).unwrap().is_none());
    assert_eq!(map.iter().count(), 1);
}

#[test]
fn an_index_beyond_the_array_is_out_of_range() {
    needs_kernel!();
    let map = Tenants::create().unwrap();
    let inner = Conns::create().unwrap();
    let error = Error::OutOfRange {
        map: "tenants".into(),
        index: 8,
        capacity: 8,
    };
    for result in [
        map.get(8).map(drop),
        map.id(8).map(drop),
        map.set(8, &inner),
        map.delete(8).map(drop),
    ] {
        assert_eq!(result.unwrap_err(), error);
    }
}

#[test]
fn a_hash_has_maps_by_key() {
    needs_kernel!();
    let map = ByName::create().unwrap();
    assert!(map.is_empty().unwrap());
    let inner: BTreeMap<[u8; 6], Conns> = [*b"one...", *b"two...", *b"three."]
        .into_iter()
        .map(|name| (name, Conns::create().unwrap()))
        .collect();
    for (name, conns) in &inner {
        conns.insert(&0, &name[0].into()).unwrap();
        map.insert(name, conns).unwrap();
    }
    let other = Conns::create().unwrap();
    assert_eq!(
        map.insert(b"four..", &other).unwrap_err(),
        Error::Full {
            map: "by_name".into(),
            capacity: 3,
            entries: Some(3)
        }
    );
    assert_eq!(map.len().unwrap(), 3);
    assert_eq!(map.keys().count(), 3);
    let got = map.get(b"two...").unwrap().unwrap();
    assert_eq!(got.get(&0).unwrap(), Some(b't'.into()));
    assert!(map.contains_key(b"one...").unwrap());
    assert!(!map.contains_key(b"four..").unwrap());
    let seen: BTreeMap<_, _> = map
        .iter()
        .map(|entry| {
            let (name, conns) = entry.unwrap();
            (name, conns.info().id())
        })
        .collect();
    let expected: BTreeMap<_, _> = inner
        .iter()
        .map(|(name, conns)| (*name, conns.info().id()))
        .collect();
    assert_eq!(seen, expected);
    assert_eq!(
        map.ids().map(Result::unwrap).collect::<BTreeMap<_, _>>(),
        expected
    );

    assert!(matches!(
        map.try_insert(b"one...", &other),
        Err(Error::Exists { .. })
    ));
    map.replace(b"one...", &other).unwrap();
    assert_eq!(map.id(b"one...").unwrap(), Some(other.info().id()));
    assert!(map.delete(b"one...").unwrap());
    assert!(!map.delete(b"one...").unwrap());
    assert!(matches!(
        map.replace(b"one...", &other),
        Err(Error::NotFound { .. })
    ));
    map.try_insert(b"one...", &other).unwrap();
    map.clear().unwrap();
    assert!(map.get(b"one...").unwrap().is_none());
    assert!(map.is_empty().unwrap());
}

/// Programs look up in an inner array with the bounds of the declared one.
#[test]
fn an_inner_array_of_another_capacity_is_refused_with_both_numbers() {
    needs_kernel!();
    let map = Tables::create().unwrap();
    let larger = Counts::create_with(|spec| spec.max_entries = 32).unwrap();
    let error = map.set(0, &larger).unwrap_err();
    assert_eq!(
        said(&error),
        "its inner map: `max_entries` is 32, expected 16"
    );
    assert!(
        error.to_string().contains("map `counts` (map id"),
        "{error}"
    );
    map.set(0, &Counts::create().unwrap()).unwrap();
    // Of a hash the kernel takes any.
    let tenants = Tenants::create().unwrap();
    let larger = Conns::create_with(|spec| spec.max_entries = 32).unwrap();
    tenants.set(0, &larger).unwrap();
}

/// The kernel lets in whatever has the same sizes; the gate does not let it out.
#[test]
fn an_inner_map_of_other_members_is_a_mismatch_when_it_is_opened() {
    needs_kernel!();
    bind!(
        Signed = HashMap<u32, i64>,
        with_btf(spec("other", MapKind::Hash, 4, 8, 10), &SIGNED)
    );
    bind!(
        Slots = RawMap,
        outer(spec("tenants", MapKind::ArrayOfMaps, 4, 4, 8), &CONNS)
    );
    let map = Tenants::create().unwrap();
    let other = Signed::create().unwrap();
    let fd = other.as_fd().as_raw_fd().to_ne_bytes();
    Slots::from_fd(&map).unwrap().insert(&[0; 4], &fd).unwrap();
    let error = map.get(0).map(drop).unwrap_err();
    assert_eq!(
        said(&error),
        "the value is i64 at byte 0, expected u64 at byte 0"
    );
    assert!(map.iter().next().unwrap().is_err());
    // Whoever insists compares sizes.
    let sizes = map.get_with(0, Accept::sizes_only()).unwrap().unwrap();
    assert_eq!(sizes.proof(), Proof::Sizes);
}

#[test]
fn a_handle_of_other_inner_maps_than_the_declared_is_a_mismatch() {
    needs_kernel!();
    bind!(
        Wrong = ArrayOfMaps<Counts>,
        outer(spec("tenants", MapKind::ArrayOfMaps, 4, 4, 8), &CONNS)
    );
    let error = Wrong::create().unwrap_err();
    assert_eq!(
        said(&error),
        "its inner map: its kind is `array`, expected `hash`"
    );
    bind!(
        Signed = HashMap<u32, i64>,
        with_btf(spec("other", MapKind::Hash, 4, 8, 10), &SIGNED)
    );
    bind!(
        Other = ArrayOfMaps<Signed>,
        outer(spec("tenants", MapKind::ArrayOfMaps, 4, 4, 8), &CONNS)
    );
    let error = Other::create().unwrap_err();
    assert_eq!(
        said(&error),
        "its inner map: the value is i64 at byte 0, expected u64 at byte 0"
    );
    bind!(
        Undeclared = ArrayOfMaps<Conns>,
        spec("undeclared", MapKind::ArrayOfMaps, 4, 4, 8)
    );
    let map = Tenants::create().unwrap();
    let error = Undeclared::from_fd(&map).unwrap_err();
    assert_eq!(said(&error), "its inner map: it is not there");
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let (map, inner) = (ByName::create().unwrap(), Conns::create().unwrap());
    let name = b"one...";
    let readable = ByName::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [
            readable.insert(name, &inner),
            readable.delete(name).map(drop),
        ],
    );
    let writable = ByName::from_fd(write_only(map.info().id())).unwrap();
    writable.insert(name, &inner).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(name).map(drop),
            writable.id(name).map(drop),
            writable.iter().next().unwrap().map(drop),
        ],
    );
    freeze(&map);
    all_say(
        "the map is frozen",
        [
            map.insert(name, &inner),
            map.delete(name).map(drop),
            map.clear(),
        ],
    );
    assert!(map.get(name).unwrap().is_some());
}
