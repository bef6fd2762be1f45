//! A kernel in memory, for unit tests without privileges.
//!
//! `flow::Maps::simulated()` gives the same typed handles that a load gives, over maps of
//! a simulated [`Kernel`]. What code does with them can then be tested as any other code:
//! no CAP_BPF, no kernel, under Miri too. The other side, which a BPF program has in a
//! real kernel, is in the test's hands: [`program`] writes entries, [`producer`] records.
//!
//! ```
//! use mapgen_runtime::testing::{self, Fault, Faults, Kernel, Op};
//! use mapgen_runtime::{Error, HashMap, MapKind, MapSpec, Result};
//! # // What `#[ebpf_map]` writes for a map.
//! # #[derive(Clone, Debug)]
//! # struct Conns(HashMap<u32, u64>);
//! # impl Conns {
//! #     const SPEC: MapSpec = MapSpec {
//! #         object: "flow", name: "conns", kind: MapKind::Hash, key_size: 4, value_size: 8,
//! #         max_entries: 65_536, min_entries: 65_536, exact_entries: false, live_entries: 0, map_flags: 0,
//! #         map_extra: 0, numa_node: 0, pinned: false, optional: false, btf: &[], btf_key: 0,
//! #         btf_value: 0, spin_lock: false, layout_hash: 0, inner: None,
//! #     };
//! # }
//! # mapgen_runtime::__private::handle!(Conns => HashMap<u32, u64>);
//!
//! /// The code under test: forgets what was not seen since `before`, at most once refused.
//! fn expire(conns: &HashMap<u32, u64>, before: u64) -> Result<usize> {
//!     let old: Vec<u32> = conns
//!         .iter()
//!         .filter_map(|entry| entry.map(|(key, seen)| (seen < before).then_some(key)).transpose())
//!         .collect::<Result<_>>()?;
//!     for key in &old {
//!         conns.delete(key).or_else(|_| conns.delete(key))?;
//!     }
//!     Ok(old.len())
//! }
//!
//! let faults = Faults::new()
//!     .max_entries("conns", 4)
//!     .fault("conns", Fault::new(Op::Delete, libc::EBUSY).nth(1));
//! let kernel = Kernel::builder().faults(faults).build();
//! let conns: Conns = kernel.create()?;
//!
//! let program = testing::program(&conns)?;
//! for port in 0..4 {
//!     program.insert(&port, &u64::from(10 * port))?;
//! }
//! assert!(matches!(conns.insert(&4, &0), Err(Error::Full { capacity: 4, .. })));
//! assert_eq!(expire(&conns, 15)?, 2);
//! assert_eq!(conns.len()?, 2);
//! assert_eq!(testing::simulation(&conns)?.faults_fired(), 1);
//! # Ok::<(), mapgen_runtime::Error>(())
//! ```
//!
//! With the feature `testing-yaml`, `Faults::from_file` reads the same from a file:
//!
//! ```yaml
//! maps:
//!   - name: conns
//!     type: hash
//!     max_entries: 1024
//!     key_size: 16
//!     value_size: 32
//!     simulate_overflow: true      # the 1025th insert fails as in the kernel, always
//!     faults: [{op: update, nth: 7, errno: ENOMEM}]
//! ```
//!
//! # What is simulated
//!
//! Hash, LRU hash, per-CPU hash, LRU per-CPU hash, array, per-CPU array, LPM trie, queue,
//! stack, Bloom filter and ring buffer. Results, errors and contents are the kernel's
//! (Linux 6.18, where releases differ): random sequences of operations run against both,
//! side by side, in this crate's tests. Maps of other kinds can be created, and each of
//! their operations fails with `ENOTSUPP`.
//!
//! What differs:
//!
//! - **Order** of a hash: the kernel has none. Here it follows from the keys and
//!   [`Builder::seed`], the same in each run.
//! - **LRU maps** evict the entry that was used least recently, when and only when they
//!   hold `max_entries`. The kernel keeps free entries in lists per CPU: a map of 1000
//!   entries loses the first by the 912th, and any old entry may be the one. Both promise
//!   that there are never more than `max_entries` and that the entry just written is
//!   there. Code that relies on more is wrong on a real kernel, whatever passes here.
//! - **Bloom filters** have as many false positives as the kernel's, not the same ones.
//! - **Passing failures** (`EBUSY`, `ENOMEM` without preallocation) come by [`Fault`] only.
//! - A map may be smaller than its binding's `MIN_ENTRIES` ([`Faults::max_entries`]).
//! - The descriptor that a handle lends is readable while a ring buffer has data, as the
//!   kernel's, and good for nothing else.

#[cfg(all(test, not(miri)))]
mod agreement;
mod array;
mod bloom;
mod fault;
#[cfg(feature = "testing-yaml")]
mod file;
mod hash;
mod kernel;
mod nearest;
mod program;
mod queue;
mod ring;
mod simulation;
mod store;
mod trie;

pub use fault::{Fault, Faults, Op};
pub use kernel::{Builder, Entered, Kernel};
pub use program::{Producer, Program, Reserved, Typed, producer, program, simulation};
pub use simulation::Simulation;
