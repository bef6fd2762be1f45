//! Bytes as the `.BTF` section of an object that is otherwise right.
#![no_main]

libfuzzer_sys::fuzz_target!(|section: &[u8]| {
    mapgen_fuzz::read(&mapgen_fuzz::object_around(section));
});
