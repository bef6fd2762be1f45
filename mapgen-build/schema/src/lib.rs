//! The model of a compiled eBPF object that mapgen's crates share.
//!
//! The data flows through this crate in one direction:
//!
//! 1. `mapgen-build` reads an object's ELF and BTF into a [`Schema`] ([`model`]);
//! 2. [`text`] writes it to `$OUT_DIR/mapgen/<name>.schema`, one record a line;
//! 3. `mapgen-macros` reads that text back, and checks it as it reads;
//! 4. both ask [`layout`] for sizes, alignments, padding and leaves, [`names`] for
//!    the Rust names of C types, [`ctext`] for C spellings, [`hash`] for the hash of a
//!    map's layout, and [`diff`](mod@diff) for what differs between two schemas.
//!
//! [`shape`] keeps what either of them makes within bounds, [`codes`] numbers their
//! messages. There is no I/O here and there are no dependencies: the macro crate links
//! this crate, so it has to compile in no time. A [`Schema`] cannot hold a cycle: every
//! type refers only to types before it, and pointers name their pointee instead of
//! referring to it.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod codes;
pub mod ctext;
pub mod diff;
pub mod hash;
pub mod kinds;
pub mod layout;
pub mod model;
pub mod names;
pub mod shape;
pub mod text;

pub use layout::{Leaf, LeafKind, Padding};
pub use model::{
    Composite, Endian, Enum, IntKind, Map, MapBtf, Member, Pinning, Program, Schema, Section, Type,
    TypeId, Var, Variant,
};
