//! Small programs, assembled by hand, that write records into a ring buffer.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use super::support::{raw_bpf, raw_bpf_fd};

/// `struct bpf_insn` as a number: opcode, registers, offset, immediate.
fn insn(code: u8, dst: u8, src: u8, offset: i16, imm: i32) -> u64 {
    u64::from_le_bytes({
        let mut bytes = [0; 8];
        bytes[0] = code;
        bytes[1] = dst | (src << 4);
        bytes[2..4].copy_from_slice(&offset.to_le_bytes());
        bytes[4..].copy_from_slice(&imm.to_le_bytes());
        bytes
    })
}

const MOV64_REG: u8 = 0xbf;
const MOV64_IMM: u8 = 0xb7;
const ADD64_IMM: u8 = 0x07;
const LOAD_U64: u8 = 0x79;
const STORE_U64: u8 = 0x7b;
const LOAD_IMM64: u8 = 0x18;
const PSEUDO_MAP_FD: u8 = 1;
const JUMP_EQ_IMM: u8 = 0x15;
const CALL: u8 = 0x85;
const EXIT: u8 = 0x95;

const MOV32_IMM: u8 = 0xb4;

const PERF_EVENT_OUTPUT: i32 = 25;
const RINGBUF_OUTPUT: i32 = 130;
const RINGBUF_RESERVE: i32 = 131;
const RINGBUF_DISCARD: i32 = 133;

/// A loaded program, which runs when it is told to.
pub(crate) struct Program {
    fd: OwnedFd,
    context: Vec<u64>,
}

impl Program {
    /// `bpf_ringbuf_output` of the first `size` bytes of the context.
    pub(crate) fn output(map: impl AsFd, size: usize) -> Self {
        let (mut code, words, stack) = context_on_stack(size);
        code.extend(load_map(1, &map));
        code.extend([
            insn(MOV64_REG, 2, 10, 0, 0),
            insn(ADD64_IMM, 2, 0, 0, stack),
            insn(MOV64_IMM, 3, 0, 0, size as i32),
            insn(MOV64_IMM, 4, 0, 0, 0),
            insn(CALL, 0, 0, 0, RINGBUF_OUTPUT),
            insn(EXIT, 0, 0, 0, 0),
        ]);
        Self::load(&code, words)
    }

    /// `bpf_perf_event_output` of the first `size` bytes of the context, on this CPU.
    pub(crate) fn perf_output(map: impl AsFd, size: usize) -> Self {
        let (mut code, words, stack) = context_on_stack(size);
        code.push(insn(MOV64_REG, 1, 6, 0, 0));
        code.extend(load_map(2, &map));
        code.extend([
            // BPF_F_CURRENT_CPU
            insn(MOV32_IMM, 3, 0, 0, -1),
            insn(MOV64_REG, 4, 10, 0, 0),
            insn(ADD64_IMM, 4, 0, 0, stack),
            insn(MOV64_IMM, 5, 0, 0, size as i32),
            insn(CALL, 0, 0, 0, PERF_EVENT_OUTPUT),
            insn(EXIT, 0, 0, 0, 0),
        ]);
        Self::load(&code, words)
    }

    /// `bpf_ringbuf_reserve` of `size` bytes, and `bpf_ringbuf_discard` of them.
    pub(crate) fn discard(map: impl AsFd, size: usize) -> Self {
        let mut code = load_map(1, &map).to_vec();
        code.extend([
            insn(MOV64_IMM, 2, 0, 0, size as i32),
            insn(MOV64_IMM, 3, 0, 0, 0),
            insn(CALL, 0, 0, 0, RINGBUF_RESERVE),
            insn(JUMP_EQ_IMM, 0, 0, 4, 0),
            insn(MOV64_REG, 1, 0, 0, 0),
            insn(MOV64_IMM, 2, 0, 0, 0),
            insn(CALL, 0, 0, 0, RINGBUF_DISCARD),
            insn(MOV64_IMM, 0, 0, 0, 0),
            insn(EXIT, 0, 0, 0, 0),
        ]);
        Self::load(&code, 0)
    }

    fn load(code: &[u64], words: usize) -> Self {
        const PROG_LOAD: i64 = 5;
        // Of the types that run with a context of the caller's, the one that 5.10 has.
        const RAW_TRACEPOINT: u64 = 17;
        let mut log = vec![0u8; 64 * 1024];
        let licence = c"GPL";
        let mut attr = [
            RAW_TRACEPOINT | ((code.len() as u64) << 32),
            code.as_ptr() as u64,
            licence.as_ptr() as u64,
            1 | ((log.len() as u64) << 32),
            log.as_mut_ptr() as u64,
            0,
            0,
            0,
        ];
        let fd = raw_bpf_fd(PROG_LOAD, &mut attr).unwrap_or_else(|errno| {
            let end = log.iter().position(|&byte| byte == 0).unwrap();
            panic!("errno {errno}: {}", String::from_utf8_lossy(&log[..end]))
        });
        Self {
            fd,
            context: vec![0; words.max(1)],
        }
    }

    /// Runs it with this context: whether the record went in.
    pub(crate) fn run(&mut self, context: &[u64]) -> bool {
        self.answer(context) == 0
    }

    /// Runs it with this context: what it returns.
    pub(crate) fn answer(&mut self, context: &[u64]) -> i32 {
        const PROG_TEST_RUN: i64 = 10;
        self.context[..context.len()].copy_from_slice(context);
        let context = std::mem::size_of_val(&*self.context) as u64;
        let mut attr = [
            self.fd.as_raw_fd() as u64,
            0,
            0,
            0,
            0,
            context,
            self.context.as_mut_ptr() as u64,
            0,
            0,
        ];
        // ctx_size_in and ctx_size_out share the word at 40: only the first is given.
        raw_bpf(PROG_TEST_RUN, &mut attr).unwrap();
        // retval
        (attr[0] >> 32) as i32
    }
}

/// Copies the first `size` bytes of the context, which goes to register 6, to the stack:
/// the code, how many words, and where they stand.
fn context_on_stack(size: usize) -> (Vec<u64>, usize, i32) {
    let words = size.div_ceil(8);
    let stack = -(words as i32 * 8);
    let mut code = vec![insn(MOV64_REG, 6, 1, 0, 0)];
    for word in 0..words {
        let at = word as i16 * 8;
        code.push(insn(LOAD_U64, 0, 6, at, 0));
        code.push(insn(STORE_U64, 10, 0, stack as i16 + at, 0));
    }
    (code, words, stack)
}

fn load_map(register: u8, map: &impl AsFd) -> [u64; 2] {
    let fd = map.as_fd().as_raw_fd();
    [insn(LOAD_IMM64, register, PSEUDO_MAP_FD, 0, fd), 0]
}
