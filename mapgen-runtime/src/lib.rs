//! Typed, checked handles for eBPF maps.
//!
//! This is the one crate that a program depends on; `mapgen-build` goes into its build
//! dependencies. The way of the data: [`#[ebpf_map]`](macro@ebpf_map) writes a
//! [`MapSpec`] and the Rust types of each map into the program; a handle takes a map's
//! descriptor through the gates, which compare the live map with the spec; point
//! operations and iteration then move plain bytes of those types through `bpf(2)`.
//!
//! ```no_run
//! use mapgen_runtime::{Be, CLayout, Error, HashMap};
//!
//! #[derive(Clone, Copy, CLayout)]
//! #[repr(C)]
//! struct Endpoint {
//!     addr: Be<u32>,
//!     port: Be<u16>,
//!     pad: [u8; 2],
//! }
//!
//! # fn example(conns: &HashMap<Endpoint, u64>) -> mapgen_runtime::Result<()> {
//! let https = Endpoint { addr: Be::from(0x0a00_0001), port: Be::from(443), pad: [0; 2] };
//! match conns.insert(&https, &1) {
//!     Err(Error::Full { capacity, .. }) => eprintln!("no room beyond {capacity} entries"),
//!     other => other?,
//! }
//! for entry in conns.iter() {
//!     let (endpoint, packets) = entry?;
//!     println!("port {}: {packets} packets", endpoint.port);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | module | what is there |
//! | --- | --- |
//! | [`map`], [`ring`], [`perf`], [`user_ring`] | the handles of each kind of map |
//! | [`gate`], [`error`] | what is compared, and what is said when it differs |
//! | [`layout`], [`value`] | what a Rust type says of its bytes, and types for what C has |
//! | [`testing`] | the same handles over a kernel in memory, for unit tests |
//! | `metrics` | fill levels, thresholds and errors for Prometheus (feature `metrics`) |
//! | `object`, `section` | open, load, attach, and global variables (feature `libbpf`) |
//!
//! Features: `libbpf` (default) for whole objects on libbpf-rs, without it handles open
//! from descriptors, pins and ids on `libc` alone; `aya` for maps that aya loaded (and Rust
//! 1.87, which aya asks for); `metrics` for fill levels in Prometheus; `serde` for the types in [`value`]; `tokio` for streams of
//! records; `testing-yaml` for faults from files in [`testing`].

#![deny(missing_docs)]

// Generated code and doc tests name this crate by its own name.
extern crate self as mapgen_runtime;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "aya")]
pub mod aya;
mod btf;
mod cpu;
mod epoll;
pub mod error;
pub mod gate;
mod info;
pub mod layout;
pub mod map;
mod mapping;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "libbpf")]
pub mod object;
mod object_macro;
pub mod perf;
mod place;
pub mod ring;
#[cfg(feature = "libbpf")]
pub mod section;
pub mod spec;
mod sys;
pub mod testing;
mod usage;
pub mod user_ring;
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
    Array, ArrayOfMaps, Binding, BloomFilter, CgroupArray, CgroupStorage, CgrpStorage, CpuMap,
    CpuQueue, DevMap, DevMapHash, Device, Drain, Frame, Handle, HashMap, HashOfMaps, Inners,
    InodeStorage, Iter, Keys, LpmTrie, LruHashMap, Map, Mapped, PerCpu, PerCpuArray,
    PerCpuCgroupStorage, PerCpuHashMap, PerfEventArray, ProgArray, Queue, RawIter, RawMap,
    ReusePortSockArray, SkStorage, SockHash, SockMap, Stack, StackTraces, Sums, TaskStorage,
    UpdateErrors, Values, XskMap, pidfd,
};
pub use mapgen_macros::{CLayout, ebpf_map};
pub use perf::{PerfConsumer, PerfEvents, PerfOptions, Undeclared, Wakeup};
#[cfg(feature = "tokio")]
pub use ring::RecordStream;
pub use ring::{
    Consumer, Fit, Flexible, FromRecord, Items, Poller, Record, Records, RingBuf, RingStats,
    Source, Unfit,
};
pub use spec::{MapKind, MapSpec};
pub use usage::{Unit, Usage};
pub use user_ring::{Reserved, ReservedBytes, UserProducer, UserRingBuf};
pub use value::{
    Be, Bool, InvalidBool, InvalidEnum, KernelPtr, Le, Opaque, Pad, Text, TextTooLong, Total,
};
