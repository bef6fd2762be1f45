//! Bloom filters on the running kernel.

mod support;

use mapgen_runtime::{BloomFilter, Error, MapKind, MapSpec};
use support::{all_say, bind, created, freeze, needs_kernel, read_only, spec, write_only};

/// `map_extra` is the number of hash functions.
const fn hashes(mut spec: MapSpec, hashes: u64) -> MapSpec {
    spec.map_extra = hashes;
    spec
}

bind!(
    Seen = BloomFilter<u64>,
    hashes(spec("seen", MapKind::BloomFilter, 0, 8, 1000), 3)
);

/// A filter; says so where the kernel has none.
fn seen() -> Option<Seen> {
    created(Seen::create(), MapKind::BloomFilter, (5, 16))
}

#[test]
fn what_was_inserted_is_always_found_and_little_else() {
    needs_kernel!();
    let Some(map) = seen() else { return };
    assert_eq!(map.info().map_extra(), 3);
    assert!(!map.may_contain(&0).unwrap());
    for n in 0..1000 {
        map.insert(&n).unwrap();
    }
    assert!((0..1000).all(|n| map.may_contain(&n).unwrap()));
    // Sized for 1,000 values, 3 hashes make about a tenth of errors.
    let wrong = (1000..11_000)
        .filter(|n| map.may_contain(n).unwrap())
        .count();
    println!("{wrong} of 10,000 others found");
    assert!(wrong < 3000, "{wrong}");
    // It takes more than that all the same.
    for n in 1000..3000 {
        map.insert(&n).unwrap();
    }
    assert!((0..3000).all(|n| map.may_contain(&n).unwrap()));
}

/// A check with a value shorter than the map's let one loader's kernel call read what
/// stands behind it: here it is a type of another size, and no handle.
#[test]
fn a_bloom_filter_is_not_checked_with_a_short_value() {
    needs_kernel!();
    bind!(
        Short = BloomFilter<u16>,
        hashes(spec("seen", MapKind::BloomFilter, 0, 8, 1000), 3)
    );
    let Some(map) = seen() else { return };
    let Error::Mismatch(mismatch) = Short::from_fd(&map).unwrap_err() else {
        panic!("a mismatch");
    };
    assert_eq!(
        mismatch.differences[0].to_string(),
        "`value_size` is 8, expected 2"
    );
}

#[test]
fn another_number_of_hashes_is_another_map() {
    needs_kernel!();
    bind!(
        Five = BloomFilter<u64>,
        hashes(spec("seen", MapKind::BloomFilter, 0, 8, 1000), 5)
    );
    let Some(map) = seen() else { return };
    let error = Five::from_fd(map).unwrap_err();
    assert!(error.to_string().contains("`map_extra` is 3, expected 5"));
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let Some(map) = seen() else { return };
    let readable = Seen::from_fd(read_only(map.info().id())).unwrap();
    all_say("its descriptor is read-only", [readable.insert(&1)]);
    let writable = Seen::from_fd(write_only(map.info().id())).unwrap();
    writable.insert(&1).unwrap();
    let refused = writable.may_contain(&1).map(drop);
    all_say("its descriptor is write-only", [refused]);
    freeze(&map);
    all_say("the map is frozen", [map.insert(&1)]);
    assert!(map.may_contain(&1).unwrap());
}
