//! `bpf(2)`, command by command, and the few other system calls that maps need.
//!
//! The one file that knows command numbers and the layout of `union bpf_attr`
//! (`include/uapi/linux/bpf.h`). Each command has its own `#[repr(C)]` struct, passed
//! with its own size: the kernel takes the tail that is not passed as zero
//! (`bpf_check_uarg_tail_zero`), so an old kernel is never shown a field that it does
//! not know.

#[cfg(feature = "metrics")]
pub(crate) mod iterator;
#[cfg(mapgen_asan)]
mod poison;
pub(crate) mod program;

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// `BPF_ANY`: insert or replace.
pub(crate) const ANY: u64 = 0;
/// `BPF_NOEXIST`: insert only.
pub(crate) const NOEXIST: u64 = 1;
/// `BPF_EXIST`: replace only.
pub(crate) const EXIST: u64 = 2;
/// `BPF_F_LOCK`: under the value's spin lock.
pub(crate) const F_LOCK: u64 = 4;

/// `BPF_F_NO_PREALLOC`.
pub(crate) const F_NO_PREALLOC: u32 = 1 << 0;
/// `BPF_F_RDONLY`: user space may only read.
pub(crate) const F_RDONLY: u32 = 1 << 3;
/// `BPF_F_WRONLY`: user space may only write.
pub(crate) const F_WRONLY: u32 = 1 << 4;
/// `BPF_F_STACK_BUILD_ID`.
pub(crate) const F_STACK_BUILD_ID: u32 = 1 << 5;
/// `BPF_F_RDONLY_PROG`.
pub(crate) const F_RDONLY_PROG: u32 = 1 << 7;
/// `BPF_F_WRONLY_PROG`.
pub(crate) const F_WRONLY_PROG: u32 = 1 << 8;
/// `BPF_F_MMAPABLE`.
pub(crate) const F_MMAPABLE: u32 = 1 << 10;

/// `BPF_F_INNER_MAP`.
pub(crate) const F_INNER_MAP: u32 = 1 << 12;

/// The kernel's own `ENOTSUPP`, which is not in any C header: what a command answers
/// that a kind of map does not have.
pub(crate) const ENOTSUPP: i32 = 524;

/// An error number.
pub(crate) type Errno = i32;

/// The result of a system call.
pub(crate) type Result<T> = std::result::Result<T, Errno>;

/// `enum bpf_cmd`.
#[derive(Clone, Copy)]
#[cfg_attr(mapgen_asan, derive(Debug))]
#[repr(i32)]
enum Command {
    MapCreate = 0,
    MapLookupElem = 1,
    MapUpdateElem = 2,
    MapDeleteElem = 3,
    MapGetNextKey = 4,
    ProgLoad = 5,
    ObjPin = 6,
    ObjGet = 7,
    ProgTestRun = 10,
    #[cfg(feature = "metrics")]
    MapGetNextId = 12,
    #[cfg(feature = "libbpf")]
    ProgGetFdById = 13,
    MapGetFdById = 14,
    ObjGetInfoByFd = 15,
    BtfLoad = 18,
    BtfGetFdById = 19,
    MapLookupAndDeleteElem = 21,
    MapLookupBatch = 24,
    MapLookupAndDeleteBatch = 25,
    MapUpdateBatch = 26,
    MapDeleteBatch = 27,
    #[cfg(feature = "metrics")]
    LinkCreate = 28,
    #[cfg(feature = "metrics")]
    IterCreate = 33,
}

/// Issues a command.
///
/// # Safety
/// `attr` is the struct of `command`, and every address in it stays valid during the
/// call for as many bytes as the kernel reads or writes through it.
#[inline]
unsafe fn bpf<A>(command: Command, attr: &mut A) -> Result<i32> {
    // SAFETY: the address and size are those of `attr`; the caller answers for the
    // addresses inside it.
    let status = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            command as libc::c_long,
            std::ptr::from_mut(attr),
            size_of::<A>() as libc::c_ulong,
        )
    };
    // Every command answers an `int`.
    check(status as i32)
}

/// The last error number of this thread.
#[cold]
pub(crate) fn errno() -> Errno {
    io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or(libc::EIO)
}

/// The status of a system call that answers -1 when it failed.
#[inline]
pub(crate) fn check(status: i32) -> Result<i32> {
    if status < 0 { Err(errno()) } else { Ok(status) }
}

/// Takes a descriptor that a command has just made.
fn own(fd: i32) -> OwnedFd {
    // SAFETY: the kernel made this descriptor for us in this call, so nothing else owns
    // it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

#[inline]
fn fd_number(fd: BorrowedFd<'_>) -> u32 {
    // A borrowed descriptor is never negative.
    fd.as_raw_fd().unsigned_abs()
}

fn address<T>(pointer: *const T) -> u64 {
    pointer as usize as u64
}

// --- maps: create, find, pin -----------------------------------------------------------

/// What a new map is to be. (`BPF_MAP_CREATE`)
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct MapCreate {
    pub(crate) map_type: u32,
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    pub(crate) max_entries: u32,
    pub(crate) map_flags: u32,
    /// A descriptor number, 0 for none.
    pub(crate) inner_map_fd: u32,
    pub(crate) numa_node: u32,
    /// With a zero byte at the end.
    pub(crate) map_name: [u8; 16],
    pub(crate) map_ifindex: u32,
    /// A descriptor number, 0 for none.
    pub(crate) btf_fd: u32,
    pub(crate) btf_key_type_id: u32,
    pub(crate) btf_value_type_id: u32,
    pub(crate) btf_vmlinux_value_type_id: u32,
    pub(crate) map_extra: u64,
}

pub(crate) fn map_create(attr: &MapCreate) -> Result<OwnedFd> {
    let mut attr = *attr;
    // SAFETY: the struct of the command; it has no addresses.
    unsafe { bpf(Command::MapCreate, &mut attr) }.map(own)
}

#[derive(Default)]
#[repr(C)]
struct Object {
    pathname: u64,
    bpf_fd: u32,
    file_flags: u32,
}

/// Opens a pinned map, program or link; `file_flags` may be `BPF_F_RDONLY`.
pub(crate) fn object_get(path: &CStr, file_flags: u32) -> Result<OwnedFd> {
    let mut attr = Object {
        pathname: address(path.as_ptr()),
        file_flags,
        ..Object::default()
    };
    // SAFETY: the path ends with a zero byte and outlives the call.
    unsafe { bpf(Command::ObjGet, &mut attr) }.map(own)
}

pub(crate) fn object_pin(fd: BorrowedFd<'_>, path: &CStr) -> Result<()> {
    let mut attr = Object {
        pathname: address(path.as_ptr()),
        bpf_fd: fd_number(fd),
        ..Object::default()
    };
    // SAFETY: the path ends with a zero byte and outlives the call.
    unsafe { bpf(Command::ObjPin, &mut attr) }.map(drop)
}

#[derive(Default)]
#[repr(C)]
struct ById {
    id: u32,
    next_id: u32,
    open_flags: u32,
}

fn by_id(command: Command, id: u32, open_flags: u32) -> Result<OwnedFd> {
    let mut attr = ById {
        id,
        open_flags,
        ..ById::default()
    };
    // SAFETY: the struct of the `*_GET_FD_BY_ID` commands; it has no addresses.
    unsafe { bpf(command, &mut attr) }.map(own)
}

/// A map by its id; needs CAP_SYS_ADMIN.
pub(crate) fn map_by_id(id: u32) -> Result<OwnedFd> {
    by_id(Command::MapGetFdById, id, 0)
}

/// The same; `open_flags` may be `BPF_F_RDONLY`.
#[cfg(feature = "metrics")]
pub(crate) fn map_by_id_with(id: u32, open_flags: u32) -> Result<OwnedFd> {
    by_id(Command::MapGetFdById, id, open_flags)
}

/// The id after this one that a map has; needs CAP_SYS_ADMIN. `ENOENT` after the last.
#[cfg(feature = "metrics")]
pub(crate) fn map_id_after(id: u32) -> Result<u32> {
    let mut attr = ById {
        id,
        ..ById::default()
    };
    // SAFETY: the struct of the `*_GET_NEXT_ID` commands; it has no addresses.
    unsafe { bpf(Command::MapGetNextId, &mut attr) }?;
    Ok(attr.next_id)
}

/// A program by its id; needs CAP_SYS_ADMIN.
#[cfg(feature = "libbpf")]
pub(crate) fn program_by_id(id: u32) -> Result<OwnedFd> {
    by_id(Command::ProgGetFdById, id, 0)
}

/// A BTF object by its id; needs CAP_SYS_ADMIN.
pub(crate) fn btf_by_id(id: u32) -> Result<OwnedFd> {
    by_id(Command::BtfGetFdById, id, 0)
}

// --- BTF ---------------------------------------------------------------------------------

#[derive(Default)]
#[repr(C)]
struct BtfLoad {
    btf: u64,
    log_buf: u64,
    btf_size: u32,
    log_size: u32,
    log_level: u32,
    /// Written by the kernel. Kernels before 6.4 do not have it and insist on zero, which
    /// padding in its place would not be.
    log_true_size: u32,
}

/// Loads BTF; with a `log`, the kernel writes into it what it dislikes.
pub(crate) fn btf_load(btf: &[u8], log: Option<&mut [u8]>) -> Result<OwnedFd> {
    let mut attr = BtfLoad {
        btf: address(btf.as_ptr()),
        btf_size: u32::try_from(btf.len()).map_err(|_| libc::E2BIG)?,
        ..BtfLoad::default()
    };
    if let Some(log) = log {
        attr.log_buf = address(log.as_mut_ptr());
        attr.log_size = u32::try_from(log.len()).map_err(|_| libc::EINVAL)?;
        attr.log_level = 1;
    }
    // SAFETY: the kernel reads `btf_size` bytes and writes at most `log_size`; both
    // slices outlive the call.
    unsafe { bpf(Command::BtfLoad, &mut attr) }.map(own)
}

// --- info ----------------------------------------------------------------------------------

#[derive(Default)]
#[repr(C)]
struct InfoByFd {
    bpf_fd: u32,
    info_len: u32,
    info: u64,
}

/// `struct bpf_map_info`, as of 6.18. An older kernel leaves its tail zero.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct RawMapInfo {
    pub(crate) kind: u32,
    pub(crate) id: u32,
    pub(crate) key_size: u32,
    pub(crate) value_size: u32,
    pub(crate) max_entries: u32,
    pub(crate) map_flags: u32,
    pub(crate) name: [u8; 16],
    pub(crate) ifindex: u32,
    pub(crate) btf_vmlinux_value_type_id: u32,
    pub(crate) netns_dev: u64,
    pub(crate) netns_ino: u64,
    pub(crate) btf_id: u32,
    pub(crate) btf_key_type_id: u32,
    pub(crate) btf_value_type_id: u32,
    pub(crate) btf_vmlinux_id: u32,
    pub(crate) map_extra: u64,
}

/// `struct bpf_btf_info`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct RawBtfInfo {
    pub(crate) btf: u64,
    pub(crate) btf_size: u32,
    pub(crate) id: u32,
    pub(crate) name: u64,
    pub(crate) name_len: u32,
    pub(crate) kernel_btf: u32,
}

/// `struct bpf_prog_info`, up to the ids of its maps.
#[cfg(feature = "libbpf")]
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
struct RawProgramInfo {
    kind: u32,
    id: u32,
    tag: [u8; 8],
    jited_prog_len: u32,
    xlated_prog_len: u32,
    jited_prog_insns: u64,
    xlated_prog_insns: u64,
    load_time: u64,
    created_by_uid: u32,
    nr_map_ids: u32,
    map_ids: u64,
}

/// Asks for the info of a descriptor: how many bytes of it the kernel knows.
///
/// # Safety
/// `I` is the info struct of the descriptor's kind, a head of it, or one with zeroes after
/// it, and every address in it is valid for as many bytes as its size member says.
unsafe fn info<I>(fd: BorrowedFd<'_>, info: &mut I) -> Result<u32> {
    // SAFETY: the caller's.
    unsafe { info_head(fd, info, size_of::<I>()) }
}

/// The same for the first bytes of the struct.
///
/// # Safety
/// As for [`info`].
unsafe fn info_head<I>(fd: BorrowedFd<'_>, info: &mut I, len: usize) -> Result<u32> {
    let mut attr = InfoByFd {
        bpf_fd: fd_number(fd),
        info_len: len.min(size_of::<I>()) as u32,
        info: address(std::ptr::from_mut(info)),
    };
    // SAFETY: the kernel reads and writes at most `info_len` bytes of `info`; the caller
    // answers for the addresses in it.
    unsafe { bpf(Command::ObjGetInfoByFd, &mut attr) }?;
    Ok(attr.info_len)
}

/// Whether a descriptor is a map's: the info of another kind of object has the same
/// command and would be taken for a map's.
fn is(fd: BorrowedFd<'_>, link: &str) -> bool {
    std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()))
        .is_ok_and(|target| target.as_os_str() == link)
}

/// The info of a map; `EINVAL` when the descriptor is not a map's.
pub(crate) fn map_info(fd: BorrowedFd<'_>) -> Result<RawMapInfo> {
    #[repr(C)]
    struct Longer<const REST: usize> {
        raw: RawMapInfo,
        rest: [u64; REST],
    }
    /// More than the struct of any kind of object has on any kernel.
    const ANY: usize = 53;
    /// More than a map's has on those that there are.
    const OF_MAPS: usize = 8;
    /// How long the running kernel's `struct bpf_map_info` is, once we saw one. Those of
    /// programs, BTF and links have other lengths: who answers with this one is a map, and
    /// the file system needs not be asked each time. Were that ever a mistake, the kernel
    /// would still refuse every command on elements (`__bpf_map_get` in
    /// kernel/bpf/syscall.c).
    static LENGTH: AtomicU32 = AtomicU32::new(0);

    fn zeroes<const REST: usize>() -> Longer<REST> {
        Longer {
            raw: RawMapInfo::default(),
            rest: [0; REST],
        }
    }
    let known = LENGTH.load(Ordering::Relaxed);
    // One word more than a map's struct has: a longer kind fills it, and has another length.
    // The kernel looks at each word beyond its own struct (`bpf_check_uarg_tail_zero`), for
    // which all of `ANY` would take a good part of the call.
    let len = known as usize + size_of::<u64>();
    if known > 0 && len <= size_of::<Longer<OF_MAPS>>() {
        let mut longer = zeroes::<OF_MAPS>();
        // SAFETY: zeroes; there are no addresses in them for the kernel to follow.
        if unsafe { info_head(fd, &mut longer, len) } == Ok(known) {
            return Ok(longer.raw);
        }
    }
    let mut longer = zeroes::<ANY>();
    // SAFETY: as above.
    let length = unsafe { info(fd, &mut longer) };
    if known == 0 || length != Ok(known) {
        if is(fd, "anon_inode:bpf-map") {
            LENGTH.store(length?, Ordering::Relaxed);
        } else if std::path::Path::new("/proc/self/fd").exists() {
            return Err(libc::EINVAL);
        }
    }
    length.map(|_| longer.raw)
}

/// The id of a BTF object.
#[cfg(feature = "libbpf")]
pub(crate) fn btf_id(fd: BorrowedFd<'_>) -> Result<u32> {
    let mut raw = RawBtfInfo::default();
    // SAFETY: both addresses are null with size 0.
    unsafe { info(fd, &mut raw) }?;
    Ok(raw.id)
}

/// The bytes of a BTF object.
pub(crate) fn btf_bytes(fd: BorrowedFd<'_>) -> Result<Vec<u8>> {
    let mut raw = RawBtfInfo::default();
    // SAFETY: both addresses are null with size 0.
    unsafe { info(fd, &mut raw) }?;
    let mut bytes = vec![0u8; raw.btf_size as usize];
    let mut again = RawBtfInfo {
        btf: address(bytes.as_mut_ptr()),
        btf_size: raw.btf_size,
        ..RawBtfInfo::default()
    };
    // SAFETY: `btf` is valid for `btf_size` bytes; the name is null with size 0.
    unsafe { info(fd, &mut again) }?;
    bytes.truncate(again.btf_size as usize);
    Ok(bytes)
}

/// The ids of the maps that a program uses.
#[cfg(feature = "libbpf")]
pub(crate) fn program_map_ids(fd: BorrowedFd<'_>) -> Result<Vec<u32>> {
    let mut ids = Vec::new();
    // A program's maps are fixed at load but for `BPF_PROG_BIND_MAP`: ask until the
    // answer fits.
    for _ in 0..8 {
        let mut raw = RawProgramInfo {
            nr_map_ids: ids.len() as u32,
            map_ids: if ids.is_empty() {
                0
            } else {
                address(ids.as_mut_ptr())
            },
            ..RawProgramInfo::default()
        };
        // SAFETY: `map_ids` is valid for `nr_map_ids` ids; the other addresses are null
        // with size 0.
        unsafe { info(fd, &mut raw) }?;
        let count = raw.nr_map_ids as usize;
        if count <= ids.len() {
            ids.truncate(count);
            return Ok(ids);
        }
        ids = vec![0u32; count];
    }
    Err(libc::EAGAIN)
}

// --- elements ---------------------------------------------------------------------------------

#[repr(C)]
struct Element {
    map_fd: u32,
    unused: u32,
    key: u64,
    /// Or `next_key`.
    value: u64,
    flags: u64,
}

impl Element {
    #[inline]
    fn new(fd: BorrowedFd<'_>, key: *const u8, value: u64, flags: u64) -> Self {
        Self {
            map_fd: fd_number(fd),
            unused: 0,
            key: address(key),
            value,
            flags,
        }
    }
}

/// Copies the value of `key` out of the map.
///
/// # Safety
/// `key` is valid for the map's key size (null where that is 0) and `value` for
/// writes of the size that the kernel copies: the value size, or for a per-CPU map the
/// value size rounded up to 8 times the number of possible CPUs, or 4 where the values
/// are descriptors.
#[inline]
pub(crate) unsafe fn lookup(
    fd: BorrowedFd<'_>,
    key: *const u8,
    value: *mut u8,
    flags: u64,
) -> Result<()> {
    let mut attr = Element::new(fd, key, address(value), flags);
    #[cfg(mapgen_asan)]
    poison::element(Command::MapLookupElem, fd, &attr);
    // SAFETY: the caller's.
    unsafe { bpf(Command::MapLookupElem, &mut attr) }.map(drop)
}

/// Copies the value of `key` out and deletes the entry. (5.14 for hashes)
///
/// # Safety
/// As for [`lookup`].
#[inline]
pub(crate) unsafe fn lookup_and_delete(
    fd: BorrowedFd<'_>,
    key: *const u8,
    value: *mut u8,
    flags: u64,
) -> Result<()> {
    let mut attr = Element::new(fd, key, address(value), flags);
    #[cfg(mapgen_asan)]
    poison::element(Command::MapLookupAndDeleteElem, fd, &attr);
    // SAFETY: the caller's.
    unsafe { bpf(Command::MapLookupAndDeleteElem, &mut attr) }.map(drop)
}

/// Writes the value of `key`.
///
/// # Safety
/// As for [`lookup`], `value` for reads.
#[inline]
pub(crate) unsafe fn update(
    fd: BorrowedFd<'_>,
    key: *const u8,
    value: *const u8,
    flags: u64,
) -> Result<()> {
    let mut attr = Element::new(fd, key, address(value), flags);
    #[cfg(mapgen_asan)]
    poison::element(Command::MapUpdateElem, fd, &attr);
    // SAFETY: the caller's.
    unsafe { bpf(Command::MapUpdateElem, &mut attr) }.map(drop)
}

/// Deletes the entry of `key`.
///
/// # Safety
/// `key` is valid for the map's key size.
#[inline]
pub(crate) unsafe fn delete(fd: BorrowedFd<'_>, key: *const u8) -> Result<()> {
    let mut attr = Element::new(fd, key, 0, 0);
    #[cfg(mapgen_asan)]
    poison::element(Command::MapDeleteElem, fd, &attr);
    // SAFETY: the caller's.
    unsafe { bpf(Command::MapDeleteElem, &mut attr) }.map(drop)
}

/// Writes the key after `key` (the first, when `key` is null) to `next`.
///
/// # Safety
/// `key` is null or valid for the map's key size, and `next` for writes of it.
pub(crate) unsafe fn next_key(fd: BorrowedFd<'_>, key: *const u8, next: *mut u8) -> Result<()> {
    let mut attr = Element::new(fd, key, address(next), 0);
    #[cfg(mapgen_asan)]
    poison::element(Command::MapGetNextKey, fd, &attr);
    // SAFETY: the caller's.
    unsafe { bpf(Command::MapGetNextKey, &mut attr) }.map(drop)
}

/// What a map's descriptor may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    ReadOnly,
    WriteOnly,
}

/// How a map was opened: the flags of its file (`bpf_get_file_flag`).
pub(crate) fn access(fd: BorrowedFd<'_>) -> Option<Access> {
    // SAFETY: it takes no pointers.
    let flags = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) };
    match flags & libc::O_ACCMODE {
        _ if flags < 0 => None,
        libc::O_RDWR => Some(Access::ReadWrite),
        libc::O_RDONLY => Some(Access::ReadOnly),
        libc::O_WRONLY => Some(Access::WriteOnly),
        _ => None,
    }
}

// --- batches ------------------------------------------------------------------------------------

/// The memory of a batch command. (5.6 for hashes and arrays)
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Batch {
    /// Where the last batch ended; null for the first.
    pub(crate) in_batch: *const u8,
    /// Where this batch ends.
    pub(crate) out_batch: *mut u8,
    pub(crate) keys: *mut u8,
    pub(crate) values: *mut u8,
    /// How many entries there is room for, or how many there are.
    pub(crate) count: u32,
    /// 0 or `BPF_F_LOCK`.
    pub(crate) element_flags: u64,
}

#[repr(C)]
struct BatchAttr {
    in_batch: u64,
    out_batch: u64,
    keys: u64,
    values: u64,
    count: u32,
    map_fd: u32,
    elem_flags: u64,
    flags: u64,
}

/// Issues a batch command: how it ended, and how many entries it handled before.
///
/// # Safety
/// `keys` and `values` are valid for `count` keys and values, of the size that
/// [`lookup`] names; `in_batch` and `out_batch`, where not null, for a cursor: the
/// larger of the key size and 4 bytes.
unsafe fn batch(command: Command, fd: BorrowedFd<'_>, batch: &Batch) -> (Result<()>, u32) {
    let mut attr = BatchAttr {
        in_batch: address(batch.in_batch),
        out_batch: address(batch.out_batch),
        keys: address(batch.keys),
        values: address(batch.values),
        count: batch.count,
        map_fd: fd_number(fd),
        elem_flags: batch.element_flags,
        flags: 0,
    };
    #[cfg(mapgen_asan)]
    poison::batch(command, fd, batch);
    // SAFETY: the caller's.
    let result = unsafe { bpf(command, &mut attr) }.map(drop);
    let count = match result {
        // The kernel left `count` alone: it refused before it looked at the map, or
        // could not write the count back.
        Err(errno) if attr.count == batch.count && errno != libc::ENOENT => 0,
        _ => attr.count.min(batch.count),
    };
    (result, count)
}

/// # Safety
/// As for [`batch`].
pub(crate) unsafe fn lookup_batch(fd: BorrowedFd<'_>, memory: &Batch) -> (Result<()>, u32) {
    // SAFETY: the caller's.
    unsafe { batch(Command::MapLookupBatch, fd, memory) }
}

/// # Safety
/// As for [`batch`].
pub(crate) unsafe fn lookup_and_delete_batch(
    fd: BorrowedFd<'_>,
    memory: &Batch,
) -> (Result<()>, u32) {
    // SAFETY: the caller's.
    unsafe { batch(Command::MapLookupAndDeleteBatch, fd, memory) }
}

/// # Safety
/// As for [`batch`].
pub(crate) unsafe fn update_batch(fd: BorrowedFd<'_>, memory: &Batch) -> (Result<()>, u32) {
    // SAFETY: the caller's.
    unsafe { batch(Command::MapUpdateBatch, fd, memory) }
}

/// # Safety
/// As for [`batch`].
pub(crate) unsafe fn delete_batch(fd: BorrowedFd<'_>, memory: &Batch) -> (Result<()>, u32) {
    // SAFETY: the caller's.
    unsafe { batch(Command::MapDeleteBatch, fd, memory) }
}

/// A descriptor of a process. (5.3)
pub(crate) fn pidfd_open(process: u32) -> Result<OwnedFd> {
    // SAFETY: it takes no pointers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) };
    // A descriptor is an `int`.
    check(fd as i32).map(own)
}

/// Waits until a descriptor can be read, or `timeout` is over (`None`: forever): whether
/// it can be.
pub(crate) fn wait_readable(fd: BorrowedFd<'_>, timeout: Option<Duration>) -> Result<bool> {
    let mut entry = libc::pollfd {
        fd: fd.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let timeout = timeout.map(|timeout| libc::timespec {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let timeout = timeout
        .as_ref()
        .map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: one entry and a timeout that is null or valid, both for the whole call; no
    // signal mask.
    let ready = unsafe { libc::ppoll(&raw mut entry, 1, timeout, std::ptr::null()) };
    Ok(check(ready)? > 0)
}

// --- this process and this kernel -----------------------------------------------------------------

/// Whether this thread has CAP_BPF, or CAP_SYS_ADMIN, which implies it.
pub(crate) fn has_bpf_capability() -> bool {
    const CAP_SYS_ADMIN: u32 = 21;
    const CAP_BPF: u32 = 39;
    has_capability(CAP_BPF) || has_capability(CAP_SYS_ADMIN)
}

/// Whether a capability is in the effective set.
pub(crate) fn has_capability(capability: u32) -> bool {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct Data {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    let mut header = Header {
        // `_LINUX_CAPABILITY_VERSION_3`: two words.
        version: 0x2008_0522,
        pid: 0,
    };
    let mut data = [Data::default(); 2];
    // SAFETY: version 3 writes two `Data`; both addresses are valid for the call.
    let status = unsafe {
        libc::syscall(
            libc::SYS_capget,
            std::ptr::from_mut(&mut header),
            data.as_mut_ptr(),
        )
    };
    status == 0 && data[capability as usize / 32].effective & (1 << (capability % 32)) != 0
}

/// Whether a directory is on a bpf file system; `None` where nobody can say.
pub(crate) fn is_bpf_file_system(directory: &CStr) -> Option<bool> {
    // <linux/magic.h>
    const BPF_FS_MAGIC: u32 = 0xcafe_4a11;
    let mut found = std::mem::MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: the path ends in NUL, and `found` has room for what the call writes.
    check(unsafe { libc::statfs(directory.as_ptr(), found.as_mut_ptr()) }).ok()?;
    // SAFETY: all zeroes are a `statfs` already, and the call succeeded.
    Some(unsafe { found.assume_init() }.f_type as u32 == BPF_FS_MAGIC)
}

/// Renames a file, in one step, by the rules of `renameat2(2)`.
#[cfg(feature = "libbpf")]
pub(crate) fn rename(from: &CStr, to: &CStr, flags: u32) -> Result<()> {
    // SAFETY: both paths end in NUL and outlive the call.
    let status = unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            libc::AT_FDCWD,
            from.as_ptr(),
            libc::AT_FDCWD,
            to.as_ptr(),
            flags,
        )
    };
    check(status as i32).map(drop)
}

/// Removes the name of a file.
#[cfg(feature = "libbpf")]
pub(crate) fn unlink(path: &CStr) -> Result<()> {
    // SAFETY: the path ends in NUL and outlives the call.
    check(unsafe { libc::unlink(path.as_ptr()) }).map(drop)
}

/// Lifts `RLIMIT_MEMLOCK`.
pub(crate) fn raise_memlock() -> Result<()> {
    let limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: `limit` is valid for the call.
    check(unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const limit) }).map(drop)
}

/// The release of the running kernel: major and minor.
pub(crate) fn release() -> Option<(u32, u32)> {
    let text = std::fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
