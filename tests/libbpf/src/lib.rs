//! Compiled eBPF objects as libbpf itself reads them: the authority that what mapgen reads
//! is compared with.
//!
//! [`Opened`] is an object that libbpf opened and did not load, [`Btf`] its types,
//! [`probe`] asks the running kernel, [`Comparison`] holds a schema against both, and [`Leaf`] is a type taken apart by
//! libbpf's numbers alone.

mod btf;
mod compare;
mod created;
mod leaves;
mod opened;
pub mod probe;

pub use btf::Btf;
pub use btf::Member;
pub use compare::{Comparison, Variable, differences};
pub use created::Created;
pub use leaves::Leaf;
pub use opened::{Map, Opened, Program};

pub use libbpf_rs::libbpf_sys as sys;

/// Keeps libbpf's own messages to itself: that it refuses an object is a result here.
pub fn quiet() {
    // SAFETY: no message is the one thing that libbpf takes instead of a function.
    unsafe { sys::libbpf_set_print(None) };
}

/// The version of libbpf, as it says itself.
pub fn version() -> String {
    // SAFETY: two functions of no arguments.
    let (major, minor) = unsafe { (sys::libbpf_major_version(), sys::libbpf_minor_version()) };
    format!("{major}.{minor}")
}
