//! Compiled eBPF objects as libbpf itself reads them: the authority that what mapgen reads
//! is compared with.
//!
//! [`Opened`] is an object that libbpf opened and did not load, [`Btf`] its types,
//! [`Comparison`] holds a schema against both, and [`Leaf`] is a type taken apart by
//! libbpf's numbers alone.

mod btf;
mod compare;
mod leaves;
mod opened;

pub use btf::Btf;
pub use btf::Member;
pub use compare::{Comparison, Variable, differences};
pub use leaves::Leaf;
pub use opened::{Map, Opened, Program};

pub use libbpf_rs::libbpf_sys as sys;
