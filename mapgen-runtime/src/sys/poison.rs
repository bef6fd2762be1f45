//! Under AddressSanitizer: that the memory which a command hands to the kernel is as long as
//! what the kernel copies.
//!
//! The sanitizer sees loads and stores of this process and knows nothing of the kernel's, which
//! would go past the end of a buffer unseen. Here every buffer is asked about before the call,
//! by lengths that come from the kernel itself (`bpf_map_value_size` in kernel/bpf/syscall.c)
//! and not from the code that made the buffer. `./run asan` builds with it.

use std::ffi::c_void;
use std::os::fd::BorrowedFd;

use super::{Batch, Command, Element, map_info};
use crate::spec::MapKind;

unsafe extern "C" {
    /// The first byte of a region that may not be touched, or null.
    fn __asan_region_is_poisoned(start: *mut c_void, len: usize) -> *mut c_void;
}

/// The bytes of a key, and of a value as it is copied.
fn sizes(fd: BorrowedFd<'_>) -> Option<(usize, usize)> {
    let info = map_info(fd).ok()?;
    let value = info.value_size as usize;
    let value = match MapKind::from_number(info.kind) {
        MapKind::PerCpuHash
        | MapKind::LruPerCpuHash
        | MapKind::PerCpuArray
        | MapKind::PerCpuCgroupStorage => {
            // SAFETY: it takes no pointers.
            let cpus = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) };
            value.next_multiple_of(8) * usize::try_from(cpus).ok()?
        }
        MapKind::PerfEventArray
        | MapKind::ProgArray
        | MapKind::CgroupArray
        | MapKind::ArrayOfMaps
        | MapKind::HashOfMaps => 4,
        _ => value,
    };
    Some((info.key_size as usize, value))
}

#[track_caller]
fn check(what: &str, command: Command, start: u64, len: usize) {
    if start == 0 || len == 0 {
        return;
    }
    // SAFETY: it only looks at what the sanitizer keeps about the region.
    let poisoned = unsafe { __asan_region_is_poisoned(start as *mut c_void, len) };
    let at = (poisoned as u64).wrapping_sub(start);
    assert!(
        poisoned.is_null(),
        "{command:?}: the kernel copies {len} bytes of the {what}, of which the memory has {at}"
    );
}

/// Before a command on one element.
#[track_caller]
pub(super) fn element(command: Command, fd: BorrowedFd<'_>, attr: &Element) {
    let Some((key, value)) = sizes(fd) else {
        return;
    };
    check("key", command, attr.key, key);
    match command {
        Command::MapGetNextKey => check("next key", command, attr.value, key),
        _ => check("value", command, attr.value, value),
    }
}

/// Before a command on many.
#[track_caller]
pub(super) fn batch(command: Command, fd: BorrowedFd<'_>, batch: &Batch) {
    let Some((key, value)) = sizes(fd) else {
        return;
    };
    let count = batch.count as usize;
    check("keys", command, batch.keys as u64, key * count);
    check("values", command, batch.values as u64, value * count);
    check("cursor", command, batch.in_batch as u64, key.max(4));
    check("next cursor", command, batch.out_batch as u64, key.max(4));
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use mapgen_test_support::raw_bpf_fd;

    use crate::sys;

    /// An array of four values of 8 bytes, read into memory of 7.
    #[test]
    #[should_panic(expected = "the kernel copies 8 bytes of the value, of which the memory has 7")]
    fn memory_that_is_too_short_for_a_value_is_noticed() {
        const MAP_CREATE: i64 = 0;
        const ARRAY: u32 = 2;
        let map = raw_bpf_fd(MAP_CREATE, &mut [ARRAY, 4, 8, 4]).unwrap();
        let mut value = vec![0; 7].into_boxed_slice();
        let key = 0_u32;
        let key = std::ptr::from_ref(&key).cast();
        // SAFETY: none: one byte is missing, which is noticed before the call.
        let _ = unsafe { sys::lookup(map.as_fd(), key, value.as_mut_ptr(), 0) };
    }
}
