//! Programs of our own: loading them, and running one of type `BPF_PROG_TYPE_SYSCALL` once.
//! (5.14)

use std::os::fd::{BorrowedFd, OwnedFd};

use super::{Command, Result, address, bpf, fd_number, own};

/// `struct bpf_insn` as a number: opcode, registers, offset, immediate.
pub(crate) const fn instruction(code: u8, dst: u8, src: u8, offset: i16, imm: i32) -> u64 {
    let registers = if cfg!(target_endian = "little") {
        dst | (src << 4)
    } else {
        (dst << 4) | src
    };
    let (offset, imm) = (offset.to_ne_bytes(), imm.to_ne_bytes());
    u64::from_ne_bytes([
        code, registers, offset[0], offset[1], imm[0], imm[1], imm[2], imm[3],
    ])
}

#[derive(Default)]
#[repr(C)]
struct Load {
    prog_type: u32,
    insn_cnt: u32,
    insns: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log_buf: u64,
    kern_version: u32,
    prog_flags: u32,
    prog_name: [u8; 16],
    prog_ifindex: u32,
    expected_attach_type: u32,
    prog_btf_fd: u32,
    func_info_rec_size: u32,
    func_info: u64,
    func_info_cnt: u32,
    line_info_rec_size: u32,
    line_info: u64,
    line_info_cnt: u32,
    attach_btf_id: u32,
}

/// What a program is to the kernel.
pub(crate) enum Kind {
    /// Run by [`run`].
    Syscall,
    /// The body of an iterator, which is the function with this id in the kernel's BTF.
    #[cfg(feature = "metrics")]
    Iterator(u32),
}

/// Loads a program; needs CAP_BPF, and for an iterator CAP_PERFMON.
pub(crate) fn load(kind: &Kind, code: &[u64], name: [u8; 16]) -> Result<OwnedFd> {
    const BPF_PROG_TYPE_SYSCALL: u32 = 31;
    // `bpf_check` (kernel/bpf/verifier.c) takes programs of this type only with it.
    const BPF_F_SLEEPABLE: u32 = 1 << 4;
    // Kernel functions are for programs under a licence that the kernel knows as
    // compatible with the GPL (`add_kfunc_call`), of which ours may be.
    let license = c"Dual MIT/GPL";
    let mut attr = Load {
        insn_cnt: u32::try_from(code.len()).map_err(|_| libc::E2BIG)?,
        insns: address(code.as_ptr()),
        license: address(license.as_ptr()),
        prog_name: name,
        ..Load::default()
    };
    match kind {
        Kind::Syscall => {
            attr.prog_type = BPF_PROG_TYPE_SYSCALL;
            attr.prog_flags = BPF_F_SLEEPABLE;
        }
        #[cfg(feature = "metrics")]
        Kind::Iterator(function) => {
            const BPF_PROG_TYPE_TRACING: u32 = 26;
            attr.prog_type = BPF_PROG_TYPE_TRACING;
            attr.expected_attach_type = super::iterator::BPF_TRACE_ITER;
            attr.attach_btf_id = *function;
        }
    }
    // SAFETY: the kernel reads `insn_cnt` instructions and a string that ends in NUL; both
    // outlive the call.
    unsafe { bpf(Command::ProgLoad, &mut attr) }.map(own)
}

#[derive(Default)]
#[repr(C)]
struct TestRun {
    prog_fd: u32,
    retval: u32,
    data_size_in: u32,
    data_size_out: u32,
    data_in: u64,
    data_out: u64,
    repeat: u32,
    duration: u32,
    ctx_size_in: u32,
    ctx_size_out: u32,
    ctx_in: u64,
    ctx_out: u64,
}

/// Runs a program with a word of context, which it may change.
pub(crate) fn run(program: BorrowedFd<'_>, context: &mut u64) -> Result<()> {
    let mut attr = TestRun {
        prog_fd: fd_number(program),
        ctx_size_in: size_of::<u64>() as u32,
        ctx_in: address(std::ptr::from_mut(context)),
        ..TestRun::default()
    };
    // SAFETY: the kernel reads and writes `ctx_size_in` bytes at `ctx_in`
    // (`bpf_prog_test_run_syscall`), which is a whole word.
    unsafe { bpf(Command::ProgTestRun, &mut attr) }.map(drop)
}
