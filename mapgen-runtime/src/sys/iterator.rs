//! A BPF iterator: a program that the kernel runs for each object of a kind, and a descriptor
//! that reads what it wrote. (5.8)

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::{Command, Result, bpf, fd_number, own};

/// `enum bpf_attach_type`.
pub(super) const BPF_TRACE_ITER: u32 = 28;

#[derive(Default)]
#[repr(C)]
struct LinkCreate {
    prog_fd: u32,
    target_fd: u32,
    attach_type: u32,
    flags: u32,
}

/// Makes an iterator of its program. It is gone with its last descriptor.
pub(crate) fn link(program: BorrowedFd<'_>) -> Result<OwnedFd> {
    let mut attr = LinkCreate {
        prog_fd: fd_number(program),
        attach_type: BPF_TRACE_ITER,
        ..LinkCreate::default()
    };
    // SAFETY: the struct of the command; it has no addresses.
    unsafe { bpf(Command::LinkCreate, &mut attr) }.map(own)
}

#[repr(C)]
struct IterCreate {
    link_fd: u32,
    flags: u32,
}

/// Runs an iterator once: what its program wrote.
pub(crate) fn run(link: BorrowedFd<'_>) -> Result<Vec<u8>> {
    let mut attr = IterCreate {
        link_fd: fd_number(link),
        flags: 0,
    };
    // SAFETY: the struct of the command; it has no addresses.
    let iterator = unsafe { bpf(Command::IterCreate, &mut attr) }.map(own)?;
    let mut written = Vec::new();
    io::Read::read_to_end(&mut std::fs::File::from(iterator), &mut written)
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    Ok(written)
}
