//! `perf_event_open(2)`: the event of one CPU that carries what programs write.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::perf::options::Wakeup;
use crate::sys::{Result, check};

/// `struct perf_event_attr`, up to `PERF_ATTR_SIZE_VER0`.
#[derive(Default)]
#[repr(C)]
struct Attr {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    /// Of events, or of bytes with the flag `watermark`.
    wakeup: u32,
    bp_type: u32,
    bp_addr: u64,
}

const PERF_TYPE_SOFTWARE: u32 = 1;
const PERF_COUNT_SW_BPF_OUTPUT: u64 = 10;
const PERF_SAMPLE_RAW: u64 = 1 << 10;
const PERF_FLAG_FD_CLOEXEC: libc::c_ulong = 1 << 3;
const PERF_EVENT_IOC_ENABLE: libc::c_ulong = 0x2400;
/// The 15th of a row of one-bit fields, which C counts from the other end on big-endian
/// machines.
const WATERMARK: u64 = if cfg!(target_endian = "big") {
    1 << (63 - 14)
} else {
    1 << 14
};

/// Opens the event of a CPU, for all processes.
pub(super) fn open(cpu: u32, wakeup: Wakeup) -> Result<OwnedFd> {
    let (flags, wakeup) = match wakeup {
        Wakeup::Records(records) => (0, records.max(1)),
        Wakeup::Bytes(bytes) => (WATERMARK, bytes.max(1)),
    };
    let attr = Attr {
        kind: PERF_TYPE_SOFTWARE,
        size: size_of::<Attr>() as u32,
        config: PERF_COUNT_SW_BPF_OUTPUT,
        sample_period: 1,
        sample_type: PERF_SAMPLE_RAW,
        flags,
        wakeup,
        ..Attr::default()
    };
    let cpu = i32::try_from(cpu).map_err(|_| libc::EINVAL)?;
    // SAFETY: `attr` says its size and outlives the call; the others are numbers: every
    // process, no group.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            std::ptr::from_ref(&attr),
            -1 as libc::pid_t,
            cpu,
            -1 as libc::c_int,
            PERF_FLAG_FD_CLOEXEC,
        )
    };
    let fd = check(fd as i32)?;
    // SAFETY: the kernel made this descriptor for us in this call.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Lets the event write.
pub(super) fn enable(fd: BorrowedFd<'_>) -> Result<()> {
    // SAFETY: the command takes a number.
    check(unsafe { libc::ioctl(fd.as_raw_fd(), PERF_EVENT_IOC_ENABLE as _, 0) }).map(drop)
}
