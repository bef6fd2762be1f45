//! Bytes as a whole object: to a schema, to text, and back.
#![no_main]

libfuzzer_sys::fuzz_target!(|object: &[u8]| mapgen_fuzz::read(object));
