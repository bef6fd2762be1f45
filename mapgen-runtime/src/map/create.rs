//! A new map from its spec.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::btf::Btf;
use crate::error::{Error, Name, Result};
use crate::gate::shape::{self, Shape};
use crate::gate::{self, Accept, Origin, Wanted};
use crate::map::Map;
use crate::spec::{MapKind, MapSpec};
use crate::sys::{self, Errno, MapCreate};

impl Map {
    /// Creates a map from its spec, after `change` had its say, and takes it through
    /// the gate.
    pub(crate) fn create(
        spec: &'static MapSpec,
        change: impl FnOnce(&mut MapSpec),
    ) -> Result<Self> {
        let mut changed = *spec;
        change(&mut changed);
        if changed.max_entries == 0 && !shape::takes_zero(changed.kind) {
            return Err(Error::NoCapacity {
                map: Name::Borrowed(spec.name),
            });
        }
        let mut differences = shape::without_sizes(&Shape::from(&changed));
        differences.extend(gate::changed(spec, &changed));
        if !differences.is_empty() {
            let found_in = Origin::Created.to_string();
            return Err(Wanted::bound(spec).mismatch(found_in, differences));
        }
        let fd = create(&changed)?;
        Self::gate(fd, spec, Accept::default(), Origin::Created)
    }
}

fn create(spec: &MapSpec) -> Result<OwnedFd> {
    let mut attr = MapCreate {
        map_type: spec.kind.number(),
        key_size: spec.key_size,
        value_size: spec.value_size,
        max_entries: shape::rounded(spec.max_entries, &Shape::from(spec)),
        map_flags: spec.map_flags,
        numa_node: spec.numa_node,
        map_name: name(spec.name),
        map_extra: spec.map_extra,
        ..MapCreate::default()
    };
    // The descriptors live until the map exists: the kernel then holds its own
    // references.
    let inner = match spec.inner {
        Some(inner) if takes_inner(spec.kind) => Some(create(inner)?),
        _ => None,
    };
    if let Some(inner) = &inner {
        attr.inner_map_fd = inner.as_raw_fd().unsigned_abs();
    }
    let btf = if !spec.btf.is_empty() && takes_btf(spec.kind) {
        Some(load_btf(spec)?)
    } else {
        None
    };
    if let Some(btf) = &btf {
        attr.btf_fd = btf.as_raw_fd().unsigned_abs();
        attr.btf_key_type_id = spec.btf_key;
        attr.btf_value_type_id = spec.btf_value;
    }
    with_memlock(|| sys::map_create(&attr)).map_err(|errno| refused(spec, errno))
}

/// Loads the spec's BTF, in kinds that the running kernel knows.
fn load_btf(spec: &MapSpec) -> Result<OwnedFd> {
    let load = |btf: &[u8]| with_memlock(|| sys::btf_load(btf, None));
    let rewritten = || {
        let btf = Btf::parse(spec.btf).ok()?;
        load(&btf.for_old_kernels().ok()??).ok()
    };
    let loaded = load(spec.btf).or_else(|errno| match errno {
        libc::EINVAL => rewritten().ok_or(errno),
        _ => Err(errno),
    });
    loaded.map_err(|errno| {
        if errno == libc::EPERM {
            return Error::Permission {
                op: "loading the BTF".into(),
                map: spec.name.into(),
                capability: "CAP_BPF",
            };
        }
        // Ask again, for the kernel's own words.
        let mut log = vec![0u8; 64 * 1024];
        let _ = sys::btf_load(spec.btf, Some(&mut log));
        let end = log.iter().position(|&byte| byte == 0).unwrap_or(log.len());
        let log = String::from_utf8_lossy(&log[..end]);
        let error = std::io::Error::from_raw_os_error(errno);
        Error::Object {
            op: "loading the BTF",
            name: spec.name.into(),
            message: match log.trim().lines().last() {
                Some(line) => format!("{error}: {line}"),
                None => error.to_string(),
            },
        }
    })
}

/// Before 5.11 the kernel counted maps and BTF against `RLIMIT_MEMLOCK`, and answered
/// `EPERM` beyond it: raise it once, as libbpf does, when that may be the reason.
fn with_memlock<T>(mut call: impl FnMut() -> sys::Result<T>) -> sys::Result<T> {
    match call() {
        Err(libc::EPERM) if older_than(5, 11) && sys::has_bpf_capability() => {
            sys::raise_memlock()?;
            call()
        }
        other => other,
    }
}

fn refused(spec: &MapSpec, errno: Errno) -> Error {
    match errno {
        libc::EPERM => Error::Permission {
            op: "creating".into(),
            map: spec.name.into(),
            capability: capability(spec.kind),
        },
        // An unknown map type is `EINVAL` (`find_and_alloc_map`), as much else is: it
        // is certain only when the release says so too.
        libc::EINVAL => match since(spec.kind) {
            Some((major, minor, text)) if older_than(major, minor) => Error::Unsupported {
                what: format!("maps of type `{}`", spec.kind).into(),
                since: text,
            },
            _ => create_error(spec, errno),
        },
        errno => create_error(spec, errno),
    }
}

fn create_error(spec: &MapSpec, errno: Errno) -> Error {
    Error::Os {
        op: "create".into(),
        map: spec.name.into(),
        errno,
    }
}

/// What the kernel asks for before it creates a map of this kind: `map_create()`.
fn capability(kind: MapKind) -> &'static str {
    match kind {
        MapKind::SockMap
        | MapKind::SockHash
        | MapKind::DevMap
        | MapKind::DevMapHash
        | MapKind::XskMap
        | MapKind::CpuMap
            if sys::has_bpf_capability() =>
        {
            "CAP_NET_ADMIN"
        }
        _ => "CAP_BPF",
    }
}

/// The first release that has a kind of map, where a kernel that still runs may lack it.
#[cfg(feature = "libbpf")]
pub(crate) fn kind_since(kind: MapKind) -> Option<&'static str> {
    since(kind).map(|(.., text)| text)
}

fn since(kind: MapKind) -> Option<(u32, u32, &'static str)> {
    Some(match kind {
        MapKind::Queue | MapKind::Stack => (4, 20, "4.20"),
        MapKind::SkStorage => (5, 2, "5.2"),
        MapKind::DevMapHash => (5, 4, "5.4"),
        MapKind::StructOps => (5, 6, "5.6"),
        MapKind::RingBuf => (5, 8, "5.8"),
        MapKind::InodeStorage => (5, 10, "5.10"),
        MapKind::TaskStorage => (5, 11, "5.11"),
        MapKind::BloomFilter => (5, 16, "5.16"),
        MapKind::UserRingBuf => (6, 1, "6.1"),
        MapKind::CgrpStorage => (6, 2, "6.2"),
        MapKind::Arena => (6, 9, "6.9"),
        MapKind::InsnArray => (6, 19, "6.19"),
        _ => return None,
    })
}

fn older_than(major: u32, minor: u32) -> bool {
    sys::release().is_some_and(|release| release < (major, minor))
}

fn takes_inner(kind: MapKind) -> bool {
    matches!(kind, MapKind::ArrayOfMaps | MapKind::HashOfMaps)
}

/// Where a key's and a value's type go to the kernel with a new map. A Bloom filter takes
/// them too (its `map_check_btf` asks for a key of `void`), though it answers for sizes only.
fn takes_btf(kind: MapKind) -> bool {
    shape::keeps_btf(kind) || kind == MapKind::BloomFilter
}

/// At most 15 bytes, of the characters that `bpf_obj_name_cpy` takes.
pub(crate) fn name(name: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    let taken = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' => byte,
            _ => b'_',
        })
        .take(15);
    for (to, from) in bytes.iter_mut().zip(taken) {
        *to = from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_cut_and_cleaned_as_the_kernel_wants_it() {
        assert_eq!(&name("conns")[..6], b"conns\0");
        assert_eq!(&name("a_name_longer_than_it"), b"a_name_longer_t\0");
        assert_eq!(&name("a-b")[..4], b"a_b\0");
    }
}
