//! Tests against other authorities: libbpf, the kernel, clang.

mod bad_input;
mod budget;
mod builder;
mod clang;
mod code;
mod diff;
mod hostile;
mod kernel_btf;
mod libbpf;
mod lints;
mod lock;
mod messages;
mod needs;
mod pages;
mod reached;
mod variants;
