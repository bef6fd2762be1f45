//! Objects that no compiler writes: each is an error or a schema, at once and in little
//! memory. A binary of its own, since it counts what is allocated.

mod bounds;
mod build;
mod cycles;
mod elf;
mod ext;
mod mutation;
mod nesting;
mod sizes;
