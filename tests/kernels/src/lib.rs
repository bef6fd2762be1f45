//! The workspace's kernel tests under other kernels.
//!
//! The host ([`image`]) packs the test binaries that `cargo test` built, with the libraries
//! that they load and a first process, into an initramfs; qemu ([`machine`]) boots it under each
//! kernel; the first process (`src/bin/guest.rs`) runs the tests one by one ([`suite`]) and
//! writes what came of each to a serial line; the host reads that and prints a table of test by
//! kernel ([`table`]).

pub mod image;
pub mod machine;
pub mod suite;
pub mod table;
