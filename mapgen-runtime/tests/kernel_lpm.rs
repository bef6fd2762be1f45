//! Longest prefix match on the running kernel.

mod support;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use mapgen_runtime::{Be, CLayout, Error, LpmTrie, MapKind};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, with_flags, write_only};

const NO_PREALLOC: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, CLayout)]
#[repr(C)]
struct V4 {
    prefixlen: u32,
    addr: [u8; 4],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, CLayout)]
#[repr(C)]
struct V6 {
    prefixlen: u32,
    addr: [Be<u32>; 4],
}

bind!(
    Routes = LpmTrie<V4, u32>,
    with_flags(spec("routes", MapKind::LpmTrie, 8, 4, 1000), NO_PREALLOC)
);
bind!(
    Networks = LpmTrie<V6, u64>,
    with_flags(spec("networks", MapKind::LpmTrie, 20, 8, 100), NO_PREALLOC)
);

const fn v4(prefixlen: u32, addr: [u8; 4]) -> V4 {
    V4 { prefixlen, addr }
}

#[test]
fn the_longest_prefix_that_matches_is_found() {
    needs_kernel!();
    let map = Routes::create().unwrap();
    assert!(map.is_empty().unwrap());
    map.insert(&v4(0, [0; 4]), &1).unwrap();
    map.insert(&v4(8, [10, 0, 0, 0]), &2).unwrap();
    map.insert(&v4(24, [10, 1, 2, 0]), &3).unwrap();
    map.insert(&v4(32, [10, 1, 2, 3]), &4).unwrap();
    for (addr, value) in [
        ([192, 168, 0, 1], 1),
        ([10, 1, 3, 3], 2),
        ([10, 1, 2, 4], 3),
        ([10, 1, 2, 3], 4),
    ] {
        assert_eq!(map.get(&v4(32, addr)).unwrap(), Some(value), "{addr:?}");
        let mut into = 0;
        assert!(map.get_into(&v4(32, addr), &mut into).unwrap());
        assert_eq!(into, value);
    }
    // A shorter prefix finds what it begins with, not what begins with it.
    assert_eq!(map.get(&v4(16, [10, 1, 0, 0])).unwrap(), Some(2));
    assert_eq!(map.len().unwrap(), 4);
    // Bits behind the prefix do not count.
    map.insert(&v4(8, [10, 9, 9, 9]), &5).unwrap();
    assert_eq!(map.len().unwrap(), 4);
    assert_eq!(map.get(&v4(32, [10, 200, 0, 0])).unwrap(), Some(5));

    assert!(map.delete(&v4(24, [10, 1, 2, 0])).unwrap());
    assert!(!map.delete(&v4(24, [10, 1, 2, 0])).unwrap());
    assert!(
        !map.delete(&v4(16, [10, 1, 0, 0])).unwrap(),
        "only exact ones"
    );
    assert_eq!(map.get(&v4(32, [10, 1, 2, 4])).unwrap(), Some(5));
    assert!(map.delete(&v4(0, [0; 4])).unwrap());
    assert_eq!(map.get(&v4(32, [192, 168, 0, 1])).unwrap(), None);
    let mut kept = 77;
    assert!(!map.get_into(&v4(32, [1; 4]), &mut kept).unwrap());
    assert_eq!(kept, 77);
}

/// Against a search through all prefixes, bit by bit.
#[test]
fn random_prefixes_match_as_a_linear_search_says() {
    needs_kernel!();
    let map = Routes::create().unwrap();
    let mut state = 0x2545_f491_u32;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        // Few bits vary, so that prefixes meet.
        state & 0xc000_0f0f
    };
    let mut model: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let mask = |length: u32| u32::MAX.checked_shl(32 - length).unwrap_or(0);
    for value in 0..800 {
        let (length, bits) = (random() % 33, random());
        let key = map.prefix(length, bits.to_be_bytes()).unwrap();
        assert_eq!(key, v4(length, (bits & mask(length)).to_be_bytes()));
        map.insert(&key, &value).unwrap();
        model.insert((length, bits & mask(length)), value);
    }
    for _ in 0..2000 {
        let address = random();
        let longest = model
            .iter()
            .rfind(|((length, bits), _)| address & mask(*length) == *bits)
            .map(|(_, value)| *value);
        let key = map.prefix(32, address.to_be_bytes()).unwrap();
        assert_eq!(map.get(&key).unwrap(), longest, "{address:08x}");
    }
    let expected: BTreeMap<V4, u32> = model
        .iter()
        .map(|((length, bits), value)| (v4(*length, bits.to_be_bytes()), *value))
        .collect();
    for batch in [1, 2, 7, 64, 1000] {
        let seen: Vec<_> = map.iter_with_batch(batch).map(Result::unwrap).collect();
        assert_eq!(seen.len(), expected.len(), "batches of {batch}");
        assert_eq!(seen.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }
    assert_eq!(map.len().unwrap(), expected.len());
    assert_eq!(map.keys().count(), expected.len());
    let sum: u32 = map.values().map(Result::unwrap).sum();
    assert_eq!(sum, expected.values().sum());

    map.retain(|key, _| key.prefixlen > 20).unwrap();
    let kept = expected.keys().filter(|key| key.prefixlen > 20).count();
    assert_eq!(map.len().unwrap(), kept);
    map.clear().unwrap();
    assert!(map.is_empty().unwrap());
    map.extend(expected.iter().map(|(key, value)| (*key, *value)))
        .unwrap();
    assert_eq!(map.len().unwrap(), expected.len());
}

/// The kernel starts over after a key that is gone: the one that a walk stands at stays
/// until the walk has gone on. And tries have no preallocation, which lacks memory now and
/// then when inserts are fast.
#[test]
fn a_trie_larger_than_a_batch_is_thinned_out_in_one_walk() {
    needs_kernel!();
    const PREFIXES: u32 = 100_000;
    let map = Routes::create_with(|spec| spec.max_entries = PREFIXES).unwrap();
    let key = |n: u32| v4(32, (n << 8).to_be_bytes());
    for n in 0..PREFIXES / 2 {
        map.insert(&key(n), &n).unwrap();
    }
    map.extend((PREFIXES / 2..PREFIXES).map(|n| (key(n), n)))
        .unwrap();
    let mut calls = 0;
    map.retain(|_, n| {
        calls += 1;
        n % 3 == 0
    })
    .unwrap();
    assert_eq!(calls, PREFIXES);
    assert_eq!(map.len().unwrap(), PREFIXES.div_ceil(3) as usize);
    assert!(map.values().all(|n| n.unwrap() % 3 == 0));
    map.clear().unwrap();
    assert!(map.is_empty().unwrap());
}

#[test]
fn a_prefix_of_more_bits_than_the_key_has_is_refused() {
    needs_kernel!();
    let map = Routes::create().unwrap();
    assert_eq!(map.prefix_bits(), 32);
    let long = v4(33, [0; 4]);
    let errors = [
        map.get(&long).map(drop).unwrap_err(),
        map.get_into(&long, &mut 0).map(drop).unwrap_err(),
        map.insert(&long, &0).unwrap_err(),
        map.delete(&long).map(drop).unwrap_err(),
        map.prefix(33, [0; 4]).map(drop).unwrap_err(),
        map.extend([(v4(8, [1; 4]), 1), (long, 0), (v4(8, [2; 4]), 2)])
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            error,
            Error::PrefixTooLong {
                map: "routes".into(),
                length: 33,
                bits: 32
            }
        );
        assert_eq!(
            error.to_string(),
            "a prefix of 33 bits is too long: the keys of map `routes` have 32"
        );
    }
    // Those before the one that failed are there, those after it are not.
    assert_eq!(map.get(&v4(32, [1; 4])).unwrap(), Some(1));
    assert_eq!(map.get(&v4(32, [2; 4])).unwrap(), None);
}

#[test]
fn a_key_of_128_bits() {
    needs_kernel!();
    let map = Networks::create().unwrap();
    assert_eq!(map.prefix_bits(), 128);
    let network: Ipv6Addr = "2001:db8::".parse().unwrap();
    let key = map.prefix(32, network.octets()).unwrap();
    assert_eq!(key.addr[0], Be::from(0x2001_0db8));
    map.insert(&key, &1).unwrap();
    let host: Ipv6Addr = "2001:db8:1::1".parse().unwrap();
    let host = map.prefix(128, host.octets()).unwrap();
    assert_eq!(map.get(&host).unwrap(), Some(1));
    let elsewhere = map.prefix(128, Ipv6Addr::LOCALHOST.octets()).unwrap();
    assert_eq!(map.get(&elsewhere).unwrap(), None);
}

#[test]
fn one_prefix_more_than_its_capacity_is_full() {
    needs_kernel!();
    let map = Routes::create_with(|spec| spec.max_entries = 3).unwrap();
    for n in 0..3 {
        map.insert(&map.prefix(8, [n, 0, 0, 0]).unwrap(), &0)
            .unwrap();
    }
    let address = Ipv4Addr::new(9, 0, 0, 0);
    let error = map
        .insert(&map.prefix(8, address.octets()).unwrap(), &0)
        .unwrap_err();
    assert_eq!(
        error,
        Error::Full {
            map: "routes".into(),
            capacity: 3,
            entries: Some(3)
        }
    );
    assert_eq!(map.len().unwrap(), 3);
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = Routes::create().unwrap();
    let key = v4(8, [10, 0, 0, 0]);
    let readable = Routes::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [
            readable.insert(&key, &1),
            readable.delete(&key).map(drop),
            readable.extend([(key, 1)]),
        ],
    );
    let writable = Routes::from_fd(write_only(map.info().id())).unwrap();
    writable.insert(&key, &1).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(&key).map(drop),
            writable.is_empty().map(drop),
            writable.iter().next().unwrap().map(drop),
            writable.clear(),
        ],
    );
    freeze(&map);
    all_say(
        "the map is frozen",
        [
            map.insert(&key, &1),
            map.delete(&key).map(drop),
            map.clear(),
            map.retain(|_, _| false),
        ],
    );
    assert_eq!(map.get(&key).unwrap(), Some(1));
}
