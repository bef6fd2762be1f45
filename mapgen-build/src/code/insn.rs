//! Instructions as the kernel's `struct bpf_insn` lays them out.

use mapgen_schema::Endian;

use crate::elf::Section;

/// The size of an instruction, in bytes.
pub(crate) const SIZE: u64 = 8;

pub(crate) const CALL: u8 = 0x85;
pub(crate) const LOAD_IMM64: u8 = 0x18;
pub(crate) const PSEUDO_CALL: u8 = 1;
pub(crate) const PSEUDO_KFUNC_CALL: u8 = 2;
pub(crate) const PSEUDO_FUNC: u8 = 4;

pub(crate) const LD: u8 = 0;
pub(crate) const LDX: u8 = 1;
pub(crate) const STX: u8 = 3;
pub(crate) const ALU: u8 = 4;
pub(crate) const JMP: u8 = 5;
pub(crate) const JMP32: u8 = 6;
pub(crate) const ALU64: u8 = 7;

/// The second operand is a register.
pub(crate) const SOURCE_REGISTER: u8 = 0x08;

pub(crate) const ADD: u8 = 0x00;
pub(crate) const SUB: u8 = 0x10;
pub(crate) const DIV: u8 = 0x30;
pub(crate) const NEG: u8 = 0x80;
pub(crate) const MOD: u8 = 0x90;
pub(crate) const MOV: u8 = 0xb0;
pub(crate) const END: u8 = 0xd0;

pub(crate) const ALWAYS: u8 = 0x00;
pub(crate) const EXIT: u8 = 0x90;
pub(crate) const MAY_GOTO: u8 = 0xe0;

pub(crate) const MODE_MEM: u8 = 0x60;
pub(crate) const MODE_MEM_SIGNED: u8 = 0x80;
pub(crate) const MODE_ATOMIC: u8 = 0xc0;

/// One instruction; the second half of a load of 64 bits is none.
#[derive(Clone, Copy)]
pub(crate) struct Insn {
    pub(crate) code: u8,
    pub(crate) dst: u8,
    pub(crate) src: u8,
    pub(crate) off: i16,
    pub(crate) imm: i32,
}

impl Insn {
    pub(crate) fn read(section: &Section<'_>, endian: Endian, at: u64) -> Option<Self> {
        let at = usize::try_from(at).ok()?;
        let bytes: [u8; 8] = section.data.get(at..at.checked_add(8)?)?.try_into().ok()?;
        let off = [bytes[2], bytes[3]];
        let imm = [bytes[4], bytes[5], bytes[6], bytes[7]];
        // The registers share a byte, in the order of the bit-fields of `struct bpf_insn`.
        let (low, high) = (bytes[1] & 0xf, bytes[1] >> 4);
        let (dst, src, off, imm) = match endian {
            Endian::Little => (low, high, i16::from_le_bytes(off), i32::from_le_bytes(imm)),
            Endian::Big => (high, low, i16::from_be_bytes(off), i32::from_be_bytes(imm)),
        };
        Some(Self {
            code: bytes[0],
            dst,
            src,
            off,
            imm,
        })
    }

    pub(crate) fn class(self) -> u8 {
        self.code & 7
    }

    /// Of arithmetic and jumps.
    pub(crate) fn operation(self) -> u8 {
        self.code & 0xf0
    }

    /// Of loads and stores.
    pub(crate) fn mode(self) -> u8 {
        self.code & 0xe0
    }

    pub(crate) fn has_source_register(self) -> bool {
        self.code & SOURCE_REGISTER != 0
    }

    /// How many places of 8 bytes it takes.
    pub(crate) fn places(self) -> u32 {
        if self.code == LOAD_IMM64 { 2 } else { 1 }
    }

    /// The function that it names relative to itself, `at` being its own place in bytes.
    pub(crate) fn callee(self, at: u64) -> u64 {
        at.wrapping_add_signed(SIZE as i64 * (i64::from(self.imm) + 1))
    }

    pub(crate) fn next(self) -> Next {
        match (self.class(), self.operation()) {
            (JMP | JMP32, EXIT) if self.code == JMP | EXIT => Next::Nothing,
            (JMP | JMP32, 0x80) => Next::Following,
            (JMP, ALWAYS) if self.has_source_register() => Next::Unknown,
            (JMP, ALWAYS) => Next::Jump(i64::from(self.off) + 1),
            // `gotol`: its distance stands in the wide field.
            (JMP32, ALWAYS) => Next::Jump(i64::from(self.imm) + 1),
            (JMP | JMP32, _) => Next::Branch(i64::from(self.off) + 1),
            _ => Next::Following,
        }
    }

    /// What of the instruction set it needs beyond the first kernels with eBPF, by the
    /// name that `facts/instructions.tsv` has.
    pub(crate) fn extension(self) -> Option<&'static str> {
        /// `BPF_JLT`, `BPF_JLE`, `BPF_JSLT`, `BPF_JSLE`.
        const LESS: std::ops::RangeInclusive<u8> = 0xa0..=0xd0;
        const LOAD_ACQUIRE: i32 = 0x100;
        const STORE_RELEASE: i32 = 0x110;
        let (class, operation) = (self.class(), self.operation());
        match class {
            JMP if self.code == JMP | SOURCE_REGISTER => Some("gotox"),
            JMP if operation == MAY_GOTO => Some("may_goto"),
            JMP32 if operation == ALWAYS => Some("gotol"),
            JMP32 => Some("jmp32"),
            JMP if LESS.contains(&operation) => Some("jlt"),
            STX if self.mode() == MODE_ATOMIC => match self.imm {
                0 => None,
                LOAD_ACQUIRE | STORE_RELEASE => Some("load_acquire"),
                _ => Some("atomic_fetch"),
            },
            LDX if self.mode() == MODE_MEM_SIGNED => Some("ldsx"),
            ALU64 if operation == END => Some("bswap"),
            ALU64 if operation == MOV && self.has_source_register() && self.off == 1 => {
                Some("addr_space_cast")
            }
            ALU | ALU64 if operation == MOV && self.has_source_register() && self.off != 0 => {
                Some("movsx")
            }
            ALU | ALU64 if matches!(operation, DIV | MOD) && self.off == 1 => Some("sdiv"),
            _ => None,
        }
    }
}

/// Where a program goes on, counted in places of 8 bytes from the instruction itself.
pub(crate) enum Next {
    Following,
    Jump(i64),
    /// There, or at the following one.
    Branch(i64),
    Nothing,
    /// The instruction does not say.
    Unknown,
}
