//! Reads compiled eBPF objects for mapgen, from a build script.
//!
//! ```no_run
//! fn main() -> Result<(), mapgen_build::Error> {
//!     mapgen_build::Builder::object("bpf/flow.bpf.o").generate()
//! }
//! ```
//!
//! The data flows in one direction:
//!
//! 1. `clang` compiles a C source, when that is what the [`Builder`] is given;
//! 2. `elf` finds sections, symbols and relocations in the object;
//! 3. `raw` checks the `.BTF` section, `btf` resolves each of its types once;
//! 4. `types` turns BTF types into those of a [`Schema`], checked
//!    and in order of dependency;
//! 5. `maps`, `sections` and `programs` read what the object declares and uses;
//! 6. `limits` holds that against what the kernel takes, [`policy`] against what the
//!    project asks for;
//! 7. [`lock`] keeps the layouts of maps that outlive a program, and compares by
//!    [`diff`](mod@diff), which shows what differs between any two objects;
//! 8. the [`Builder`] writes `$OUT_DIR/mapgen/<name>.schema`, where the macro finds it.
//!
//! Only `cargo` reads the environment and prints lines for cargo.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod btf;
mod builder;
mod cargo;
mod clang;
pub mod code;
mod compile;
mod diagnostic;
mod dwarf;
mod elf;
mod error;
pub mod facts;
mod header;
mod limits;
pub mod lock;
mod maps;
pub mod memory;
mod minimal_btf;
pub mod policy;
mod prebuilt;
mod programs;
mod raw;
mod read;
mod sections;
mod types;
mod vmlinux;

pub use btf::BtfFeature;
pub use builder::Builder;
pub use compile::{Compile, compile};
pub use diagnostic::{Code, Diagnostic, Level, SourceLine};
pub use error::Error;
pub use limits::check;
pub use mapgen_schema::Schema;
pub use mapgen_schema::diff::{self, Diff, diff};
pub use read::{Object, Options, read, read_bytes, read_object, read_object_bytes};
