//! What kernel tests share: specs written by hand, and whether this process may use
//! `bpf(2)`.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use mapgen_runtime::{MapKind, MapSpec};
pub(crate) use mapgen_test_support::{BpfFs, raw_bpf, raw_bpf_fd};

/// A spec as `#[ebpf_map]` would write it, without BTF.
pub(crate) const fn spec(
    name: &'static str,
    kind: MapKind,
    key_size: usize,
    value_size: usize,
    max_entries: u32,
) -> MapSpec {
    MapSpec {
        object: "test",
        name,
        kind,
        key_size: key_size as u32,
        value_size: value_size as u32,
        max_entries,
        min_entries: 1,
        exact_entries: false,
        live_entries: 0,
        map_flags: 0,
        map_extra: 0,
        numa_node: 0,
        pinned: false,
        optional: false,
        spin_lock: false,
        btf: &[],
        btf_key: 0,
        btf_value: 0,
        layout_hash: 0,
        inner: None,
    }
}

/// The same with `map_flags`.
pub(crate) const fn with_flags(mut spec: MapSpec, map_flags: u32) -> MapSpec {
    spec.map_flags = map_flags;
    spec
}

/// A handle as `#[ebpf_map]` would write it.
macro_rules! bind {
    ($name:ident = $handle:ty, $spec:expr) => {
        #[derive(Clone, Debug)]
        struct $name($handle);

        impl $name {
            const SPEC: ::mapgen_runtime::MapSpec = $spec;
        }

        ::mapgen_runtime::__private::handle!($name => $handle);
    };
}
pub(crate) use bind;

/// Whether this process may create maps; says so when it may not.
pub(crate) fn permitted() -> bool {
    bind!(
        Probe = mapgen_runtime::Array<u32>,
        spec("probe", MapKind::Array, 4, 4, 1)
    );
    match Probe::create() {
        Ok(_) => true,
        Err(mapgen_runtime::Error::Permission { capability, .. }) => {
            mapgen_test_support::skipped(capability);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// Ends a test that needs the kernel where the kernel does not let us.
macro_rules! needs_kernel {
    () => {
        if !support::permitted() {
            return;
        }
    };
}
pub(crate) use needs_kernel;

/// What was created of a kind that kernels have since a release; on an older one, that the
/// error says so, and `None`.
pub(crate) fn created<M: std::fmt::Debug>(
    result: mapgen_runtime::Result<M>,
    kind: MapKind,
    release: (u32, u32),
) -> Option<M> {
    if mapgen_test_support::kernel_release() >= release {
        return Some(result.unwrap());
    }
    let Err(mapgen_runtime::Error::Unsupported { what, since }) = result else {
        panic!("{result:?}");
    };
    assert_eq!(what, format!("maps of type `{kind}`"));
    assert_eq!(since, format!("{}.{}", release.0, release.1));
    mapgen_test_support::unsupported(&what, release);
    None
}

/// Another descriptor of a map, not a copy of this one.
pub(crate) fn read_write(id: u32) -> OwnedFd {
    reopened(id, 0)
}

/// Another descriptor of a map, which may only be read.
pub(crate) fn read_only(id: u32) -> OwnedFd {
    reopened(id, 1 << 3)
}

/// Another descriptor of a map, which may only be written.
pub(crate) fn write_only(id: u32) -> OwnedFd {
    reopened(id, 1 << 4)
}

fn reopened(id: u32, flags: u64) -> OwnedFd {
    const MAP_GET_FD_BY_ID: i64 = 14;
    raw_bpf_fd(MAP_GET_FD_BY_ID, &mut [id.into(), flags]).unwrap()
}

/// Freezes a map: user space may no longer write to it.
pub(crate) fn freeze(map: impl AsFd) {
    const MAP_FREEZE: i64 = 22;
    raw_bpf(MAP_FREEZE, &mut [map.as_fd().as_raw_fd() as u64]).unwrap();
}

/// Checks that each result is an error which ends with these words.
#[track_caller]
pub(crate) fn all_say<const N: usize>(words: &str, results: [mapgen_runtime::Result<()>; N]) {
    for (at, result) in results.into_iter().enumerate() {
        let error = result.expect_err("it is not allowed").to_string();
        assert!(error.ends_with(words), "{at}: {error}");
    }
}
