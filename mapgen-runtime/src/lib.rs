//! Typed, checked handles for eBPF maps.
//!
//! The way of the data: `#[ebpf_map]` writes a [`MapSpec`] and the Rust types of a
//! map into the program; a handle takes a map's descriptor through the gates, which
//! compare the live map with the spec; point operations and iteration then move
//! plain bytes of those types through `bpf(2)`.

#![deny(missing_docs)]

// Generated code and doc tests name this crate by its own name.
extern crate self as mapgen_runtime;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod btf;
mod cpu;
pub mod error;
pub mod gate;
mod info;
pub mod layout;
pub mod map;
mod mapping;
#[cfg(feature = "libbpf")]
pub mod object;
mod object_macro;
pub mod ring;
#[cfg(feature = "libbpf")]
pub mod section;
pub mod spec;
mod sys;
pub mod value;

pub use bytemuck;
pub use cpu::possible_cpus;
pub use error::{Difference, Error, Mismatch, Result};
pub use gate::{Accept, Proof};
pub use info::{FdInfo, MapInfo};
pub use layout::CLayout;
#[cfg(feature = "libbpf")]
pub use libbpf_rs;
pub use map::{
    Array, Binding, Drain, Handle, HashMap, Iter, Keys, LruHashMap, Map, Mapped, PerCpu,
    PerCpuArray, PerCpuHashMap, RawIter, RawMap, Sums, Values,
};
pub use mapgen_macros::{CLayout, ebpf_map};
pub use ring::{Consumer, Record, Records, RingBuf};
pub use spec::{MapKind, MapSpec};
pub use value::{
    Be, Bool, InvalidBool, InvalidEnum, KernelPtr, Le, Opaque, Pad, Text, TextTooLong, Total,
};
