//! Maps that the kernel makes of libbpf's numbers and of an object's whole BTF, as
//! `bpf_object__create_map` would when the object is loaded.

use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::{Map, Opened, sys};

/// The kinds for which libbpf keeps types to itself.
const WITHOUT_BTF: [u32; 14] = [
    sys::BPF_MAP_TYPE_PERF_EVENT_ARRAY,
    sys::BPF_MAP_TYPE_CGROUP_ARRAY,
    sys::BPF_MAP_TYPE_STACK_TRACE,
    sys::BPF_MAP_TYPE_ARRAY_OF_MAPS,
    sys::BPF_MAP_TYPE_HASH_OF_MAPS,
    sys::BPF_MAP_TYPE_DEVMAP,
    sys::BPF_MAP_TYPE_DEVMAP_HASH,
    sys::BPF_MAP_TYPE_CPUMAP,
    sys::BPF_MAP_TYPE_XSKMAP,
    sys::BPF_MAP_TYPE_SOCKMAP,
    sys::BPF_MAP_TYPE_SOCKHASH,
    sys::BPF_MAP_TYPE_QUEUE,
    sys::BPF_MAP_TYPE_STACK,
    sys::BPF_MAP_TYPE_ARENA,
];

/// A map in the running kernel.
pub struct Created {
    fd: OwnedFd,
    /// What the kernel numbers it by.
    pub id: u32,
}

impl Opened {
    /// Loads the whole BTF of the object into the kernel.
    pub fn load_btf(&self) -> Option<OwnedFd> {
        let btf = self.btf()?.as_ptr();
        let mut size = 0;
        // SAFETY: the BTF belongs to the open object, and `size` bytes stand at `data`
        // for as long.
        let fd = unsafe {
            let data = sys::btf__raw_data(btf, &mut size);
            sys::bpf_btf_load(data, size.into(), std::ptr::null_mut())
        };
        owned(fd).ok()
    }

    /// Creates a map. `entries` says, by kind, what takes the place of a `max_entries` of 0.
    ///
    /// # Errors
    /// The kernel's number.
    pub fn create(
        map: &Map,
        btf: Option<&OwnedFd>,
        entries: fn(u32) -> u32,
    ) -> Result<Created, i32> {
        let inner = map.inner.as_deref();
        let inner = inner.map(|inner| Self::create(inner, btf, entries));
        let inner = inner.transpose()?;
        let mut options = sys::bpf_map_create_opts {
            sz: size_of::<sys::bpf_map_create_opts>() as sys::size_t,
            map_flags: map.map_flags,
            map_extra: map.map_extra,
            numa_node: map.numa_node,
            ..Default::default()
        };
        if let Some(inner) = &inner {
            options.inner_map_fd = inner.fd.as_raw_fd().unsigned_abs();
        }
        if let Some(btf) = btf.filter(|_| !WITHOUT_BTF.contains(&map.kind)) {
            options.btf_fd = btf.as_raw_fd().unsigned_abs();
            options.btf_key_type_id = map.key;
            options.btf_value_type_id = map.value;
        }
        let entries = if map.max_entries == 0 {
            entries(map.kind)
        } else {
            map.max_entries
        };
        let fd = call(map, entries, &options).or_else(|errno| {
            if options.btf_fd == 0 {
                return Err(errno);
            }
            // libbpf tries again without types.
            options.btf_fd = 0;
            options.btf_key_type_id = 0;
            options.btf_value_type_id = 0;
            call(map, entries, &options)
        })?;
        let mut info = sys::bpf_map_info::default();
        let mut size = u32::try_from(size_of_val(&info)).unwrap_or(0);
        // SAFETY: `info` is as long as `size` says.
        let status = unsafe { sys::bpf_map_get_info_by_fd(fd.as_raw_fd(), &mut info, &mut size) };
        match status {
            0 => Ok(Created { fd, id: info.id }),
            errno => Err(-errno),
        }
    }
}

fn call(map: &Map, entries: u32, options: &sys::bpf_map_create_opts) -> Result<OwnedFd, i32> {
    // A name that the kernel does not take is left out.
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let name: String = map.name.chars().filter(|&c| plain(c)).take(15).collect();
    let name = CString::new(name).unwrap_or_default();
    // SAFETY: the name is a C string, and the options say their size.
    owned(unsafe {
        sys::bpf_map_create(
            map.kind,
            name.as_ptr(),
            map.key_size,
            map.value_size,
            entries,
            options,
        )
    })
}

fn owned(fd: i32) -> Result<OwnedFd, i32> {
    if fd < 0 {
        return Err(-fd);
    }
    // SAFETY: libbpf made it, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
