//! Every generated accessor of bit-fields, union members and integers in a byte order,
//! beside what a C programmer writes by hand: one load, shift and mask, at the places
//! that BTF gives. Each is a function of its own, so that its instructions can be compared.

#![deny(missing_docs)]

mod by_hand;
mod members;

pub use members::{BYTE_BY_BYTE, PAIRS};

/// An accessor and what does the same by hand.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The type in the object's C source: `struct l_bits`.
    pub ctype: &'static str,
    /// The member.
    pub member: &'static str,
    /// The type of the value, by its name in Rust.
    pub value: &'static str,
    /// What C takes it through: `__builtin_bswap32`, or nothing.
    pub through: &'static str,
    /// Whether it reads, or writes.
    pub reads: bool,
    /// Where the accessor's code starts.
    pub accessor: Code,
    /// Where the code by hand starts.
    pub by_hand: Code,
}

/// A function's first instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub *const ());

// SAFETY: the address of a function, which stays what it is in every thread.
unsafe impl Sync for Code {}
