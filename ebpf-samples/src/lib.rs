//! The bindings of the sample programs.
//!
//! Each module below is what a user writes, and all that a user writes: `build.rs`
//! read the object, the macro emits the types and handles, rustc proves the layout.

#![deny(unsafe_code)]

pub mod flow;
pub mod kinds;
pub mod layouts;
pub mod records;
pub mod tcpwatch;
