//! Names of the standard library, taken by the user, do not reach generated code.
#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
mod mapgen_runtime {}
struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct Self_;
trait Clone {}
trait Copy {}
trait Debug {}
trait Default {}
trait Eq {}
trait Hash {}
trait From {}
trait Into {}
trait TryFrom {}
struct u8;
struct u16;
struct u32;
struct u64;
struct i32;
struct bool;
struct str;
struct usize;

#[::mapgen_runtime::ebpf_map(object = "layouts")]
pub mod layouts {
    mod core {}
    mod std {}
    pub struct u32;
    pub struct Result;
}

#[::mapgen_runtime::ebpf_map(object = "maps")]
pub mod maps {
    #[ebpf_map(value = "struct event", optional)]
    pub struct Events;
    #[ebpf_map(key = ::core::primitive::u32, value = ::core::primitive::u64)]
    pub struct Untyped;
}

#[derive(::std::clone::Clone, ::std::marker::Copy, ::mapgen_runtime::CLayout)]
#[repr(C)]
pub struct Pair {
    left: ::core::primitive::u32,
    right: ::core::primitive::u32,
}

fn main() {}
