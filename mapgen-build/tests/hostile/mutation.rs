//! Every byte of `.BTF` and `.maps` of the samples' objects, changed one at a time.

use std::path::Path;

use object::{Object, ObjectSection};

use crate::bounds::{bounded, read};

/// The place of a section's bytes.
fn section(object: &[u8], name: &str) -> std::ops::Range<usize> {
    let file = object::File::parse(object).unwrap();
    let section = file.section_by_name(name).unwrap();
    let (at, size) = section.file_range().unwrap();
    at as usize..(at + size) as usize
}

/// Reads an object with each byte of both sections changed in these ways, and counts
/// schemas and errors.
fn mutate(path: &str, ways: &[fn(u8, usize) -> u8]) -> (usize, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut object = std::fs::read(path).unwrap();
    read(&object).unwrap();
    let (mut schemas, mut errors) = (0, 0);
    for name in [".BTF", ".maps"] {
        for place in section(&object, name) {
            let byte = object[place];
            for way in ways {
                object[place] = way(byte, place);
                if object[place] == byte {
                    continue;
                }
                match read(&object) {
                    Ok(_) => schemas += 1,
                    Err(error) => {
                        assert!(error.contains("`hostile.bpf.o`"), "{error}");
                        errors += 1;
                    }
                }
            }
            object[place] = byte;
        }
    }
    (schemas, errors)
}

#[test]
fn each_byte_of_a_little_endian_object_may_change() {
    let (schemas, errors) = mutate(
        "../ebpf-samples/objects/el/flow.bpf.o",
        &[
            |_, _| 0,
            |byte, _| !byte,
            |byte, place| byte ^ 1 << (place % 8),
        ],
    );
    // Names and sizes may change without harm, ids and kinds hardly.
    assert!(
        schemas > 1000 && errors > 1000,
        "{schemas} schemas, {errors} errors"
    );
}

#[test]
fn each_byte_of_a_big_endian_object_may_change() {
    let (schemas, errors) = mutate("../ebpf-samples/objects/eb/flow.bpf.o", &[|byte, _| !byte]);
    assert!(
        schemas > 500 && errors > 500,
        "{schemas} schemas, {errors} errors"
    );
}

#[test]
#[should_panic(expected = "bytes of memory")]
fn memory_is_counted() {
    bounded(0, || drop(vec![0_u8; 80 << 20]));
}
