//! What the running kernel lacks, told before a load.

#![cfg(feature = "libbpf")]

#[macro_use]
mod gates;

use gates::{CONNS, compile, kernel};
use mapgen_runtime::{Error, MapKind, MapSpec};

/// A kind of map that is newer than the kernels of most machines, and a helper that no
/// kernel has.
const SOURCE: &str = r#"
#define SEC(name) __attribute__((section(name), used))
static long (*const from_the_future)(void) = (void *)9999;

struct {
	int (*type)[34];
	int (*max_entries)[4];
	int (*key_size)[4];
	int (*value_size)[16];
} targets SEC(".maps");

SEC("xdp") int on_packet(void *ctx)
{
#ifdef FUTURE
	return from_the_future();
#endif
	return 2;
}

char LICENSE[] SEC("license") = "GPL";
"#;

const TARGETS: MapSpec = MapSpec {
    object: "young",
    name: "targets",
    kind: MapKind::InsnArray,
    key_size: 4,
    value_size: 16,
    max_entries: 4,
    min_entries: 4,
    btf: &[],
    ..CONNS
};

macro_rules! young {
    ($module:ident, $optional:expr, $($word:ident)?) => {
        mod $module {
            use super::TARGETS;
            use mapgen_runtime::MapSpec;

            binding!(Targets, MapSpec { optional: $optional, ..TARGETS });

            #[derive(Clone, Debug)]
            pub(crate) struct Maps {
                pub(crate) targets: young!(@ty $($word)?),
            }

            mapgen_runtime::__private::object! {
                object: "young", bytes: none,
                maps: { targets: Targets = "targets" $($word)? }, sections: {},
                programs: { on_packet = "on_packet" },
            }
        }
    };
    (@ty optional) => { Option<Targets> };
    (@ty) => { Targets };
}

young!(needed, false,);
young!(wanted, true, optional);

/// Whether this kernel has such maps, by asking it alone.
fn has_insn_arrays() -> bool {
    needed::Targets::create().is_ok()
}

#[test]
fn a_map_that_the_kernel_lacks_is_an_error_of_its_own() {
    if !kernel() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(object) = compile(dir.path(), "young", SOURCE, &[]) else {
        return;
    };
    let loaded = needed::open_file(&object).and_then(needed::Open::load);
    match loaded {
        Ok(loaded) => assert!(has_insn_arrays() && loaded.maps.targets.capacity() == 4),
        Err(error) => {
            assert!(!has_insn_arrays(), "{error}");
            let what = "maps of type `insn_array` (map `targets`)".into();
            assert_eq!(
                error,
                Error::Unsupported {
                    what,
                    since: "6.19"
                }
            );
        }
    }
}

#[test]
fn an_optional_map_that_the_kernel_lacks_is_left_out() {
    if !kernel() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(object) = compile(dir.path(), "young", SOURCE, &[]) else {
        return;
    };
    for _ in 0..2 {
        let loaded = wanted::open_file(&object).unwrap().load().unwrap();
        assert_eq!(loaded.maps.targets.is_some(), has_insn_arrays());
        loaded.programs().on_packet.fd().unwrap();
    }
}

/// The words by which a missing helper is known.
#[test]
fn the_verifier_says_which_helper_it_does_not_know() {
    if !kernel() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(object) = compile(dir.path(), "future", SOURCE, &["-DFUTURE"]) else {
        return;
    };
    let error = wanted::open_file(&object)
        .unwrap()
        .load()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("prog 'on_packet': -- BEGIN PROG LOAD LOG --"),
        "{error}"
    );
    assert!(error.contains("\ninvalid func unknown#9999\n"), "{error}");
}
