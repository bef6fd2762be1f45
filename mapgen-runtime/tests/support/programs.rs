//! Programs of a few instructions, of whatever type a map asks for.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use super::support::{raw_bpf, raw_bpf_fd};

/// `enum bpf_prog_type`.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    SocketFilter = 1,
    Xdp = 6,
    CgroupSkb = 8,
    RawTracepoint = 17,
}

/// `enum bpf_attach_type`.
#[derive(Clone, Copy)]
pub(crate) enum Attach {
    CgroupInetEgress = 1,
    XdpDevMap = 33,
    XdpCpuMap = 35,
}

/// `struct bpf_insn` as a number: opcode, registers, offset, immediate.
pub(crate) fn insn(code: u8, dst: u8, src: u8, offset: i16, imm: i32) -> u64 {
    let offset = offset.to_ne_bytes();
    let imm = imm.to_ne_bytes();
    let registers = if cfg!(target_endian = "little") {
        dst | (src << 4)
    } else {
        (dst << 4) | src
    };
    u64::from_ne_bytes([
        code, registers, offset[0], offset[1], imm[0], imm[1], imm[2], imm[3],
    ])
}

/// `r0 = result; exit`
pub(crate) fn returns(result: i32) -> [u64; 2] {
    [insn(0xb7, 0, 0, 0, result), insn(0x95, 0, 0, 0, 0)]
}

/// `r1 = map`
pub(crate) fn load_map(map: impl AsFd) -> [u64; 2] {
    [insn(0x18, 1, 1, 0, map.as_fd().as_raw_fd()), 0]
}

/// Loads a program.
pub(crate) fn load(kind: Type, attach: Option<Attach>, code: &[u64]) -> OwnedFd {
    const PROG_LOAD: i64 = 5;
    let mut log = vec![0u8; 64 * 1024];
    let mut attr = [
        kind as u64 | ((code.len() as u64) << 32),
        code.as_ptr() as u64,
        c"GPL".as_ptr() as u64,
        1 | ((log.len() as u64) << 32),
        log.as_mut_ptr() as u64,
        0,
        0,
        0,
        attach.map_or(0, |attach| attach as u64) << 32,
    ];
    raw_bpf_fd(PROG_LOAD, &mut attr).unwrap_or_else(|errno| {
        let end = log.iter().position(|&byte| byte == 0).unwrap();
        panic!("errno {errno}: {}", String::from_utf8_lossy(&log[..end]))
    })
}

/// The id of a program: the second number of its info.
pub(crate) fn id(program: impl AsFd) -> u32 {
    const OBJ_GET_INFO_BY_FD: i64 = 15;
    let mut info = [0u32; 4];
    let fd = program.as_fd().as_raw_fd() as u64;
    let size = std::mem::size_of_val(&info) as u64;
    let mut attr = [fd | (size << 32), info.as_mut_ptr() as u64];
    raw_bpf(OBJ_GET_INFO_BY_FD, &mut attr).unwrap();
    info[1]
}
