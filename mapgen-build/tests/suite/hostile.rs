//! Damaged objects are errors, never panics. Those that no damage explains are in
//! `tests/hostile`.

use crate::clang;
use std::path::Path;

use mapgen_build::{Options, read_bytes};

/// Reads bytes that may be anything; what matters is that it returns.
fn survives(bytes: &[u8]) {
    if let Ok(schema) = read_bytes(bytes, "hostile.bpf.o", &Options::default()) {
        let _ = mapgen_build::check(&schema);
        let text = mapgen_schema::text::write(&schema);
        // What is written reads back: the macro relies on it.
        assert_eq!(mapgen_schema::text::read(&text), Ok(schema));
    }
}

fn objects() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut objects = Vec::new();
    for (name, target) in [
        ("everything", clang::LITTLE),
        ("everything", clang::BIG),
        ("opaque", clang::LITTLE),
    ] {
        let source = clang::source(&format!("{name}.bpf.c"));
        if let Some(path) = clang::compile(folder.path(), name, &source, target) {
            objects.push(std::fs::read(path).unwrap());
        }
    }
    objects
}

/// The place and size of a section's bytes.
fn section(object: &[u8], name: &str) -> Option<(usize, usize)> {
    use object::{Object, ObjectSection};
    let file = object::File::parse(object).unwrap();
    let (at, size) = file.section_by_name(name)?.file_range()?;
    Some((at as usize, size as usize))
}

#[test]
fn an_object_cut_off_anywhere_is_an_error() {
    for object in objects() {
        let step = (object.len() / 200).max(1);
        for end in (0..object.len()).step_by(step) {
            survives(&object[..end]);
        }
    }
}

#[test]
fn a_changed_byte_of_btf_is_no_panic() {
    for object in objects() {
        let (at, size) = section(&object, ".BTF").unwrap();
        let mut changed = object.clone();
        for index in (0..size).step_by(7) {
            for value in [0, 0x7f, 0xff, object[at + index] ^ 0x04] {
                changed[at + index] = value;
                survives(&changed);
            }
            changed[at + index] = object[at + index];
        }
    }
}

#[test]
fn a_changed_byte_of_headers_symbols_or_relocations_is_no_panic() {
    for object in objects() {
        let mut changed = object.clone();
        let mut places: Vec<usize> = (0..64).collect();
        for name in [".symtab", ".rel.maps", ".relxdp", ".maps"] {
            let (at, size) = section(&object, name).unwrap_or_default();
            places.extend((at..at + size).step_by(11));
        }
        // The section headers stand last.
        places.extend((object.len() - 1600..object.len()).step_by(5));
        for place in places {
            for value in [0, 0x7f, 0xff] {
                changed[place] = value;
                survives(&changed);
            }
            changed[place] = object[place];
        }
    }
}

/// A BTF section of these records, with a string table of single letters.
fn btf(records: &[&[u32]]) -> Vec<u8> {
    let strings = b"\0a\0b\0c\0d\0.maps\0";
    let types: Vec<u8> = records
        .concat()
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let mut out = vec![0x9f, 0xeb, 1, 0];
    let (types_size, strings_size) = (types.len() as u32, strings.len() as u32);
    for word in [24, 0, types_size, types_size, strings_size] {
        out.extend(word.to_le_bytes());
    }
    out.extend(types);
    out.extend(strings);
    out
}

/// An eBPF object with this BTF and nothing else.
pub(crate) fn object_with(btf: &[u8]) -> Vec<u8> {
    use object::write::Object;
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};
    let mut object = Object::new(BinaryFormat::Elf, Architecture::Bpf, Endianness::Little);
    let section = object.add_section(Vec::new(), b".BTF".to_vec(), SectionKind::Other);
    object.append_section_data(section, btf, 8);
    object.write().unwrap()
}

const fn info(kind: u32, entries: u32) -> u32 {
    kind << 24 | entries
}

const INT: &[u32] = &[1, info(1, 0), 4, 32];
/// The offset of `b` in the table of `btf`.
pub(crate) const B: u32 = 3;

/// What is said of an object with these records when `struct b` is asked for.
pub(crate) fn error_of(records: &[&[u32]]) -> String {
    let object = object_with(&btf(records));
    let mut options = Options::default();
    options.types.push("struct b".to_owned());
    read_bytes(&object, "hostile.bpf.o", &options)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_member_outside_its_struct_is_named_with_both_numbers() {
    let error = error_of(&[INT, &[B, info(4, 1), 8, 5, 1, 48]]);
    assert!(
        error.contains("`struct b`, member `c`: it ends at bit 80, but `struct b` has 8 bytes"),
        "{error}"
    );
}

#[test]
fn members_that_overlap_are_named() {
    let error = error_of(&[INT, &[B, info(4, 2), 8, 5, 1, 0, 7, 1, 16]]);
    assert!(error.contains("member `d`: it starts at bit 16"), "{error}");
}

#[test]
fn header_lengths_and_ids_are_not_trusted() {
    let good = btf(&[INT]);
    let with = |at: usize, word: u32| {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        let object = object_with(&bytes);
        match read_bytes(&object, "hostile.bpf.o", &Options::default()) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    };
    for (at, word, what) in [
        (4, 1 << 30, "bytes of types"),
        (4, 8, "its header has 8 bytes"),
        (8, u32::MAX, "bytes of types"),
        (12, u32::MAX, "bytes of types"),
        (12, 10, "type 1 is cut off"),
        (16, u32::MAX, "bytes of strings"),
        (20, u32::MAX, "bytes of strings"),
        (20, 1, ""),
        (24, 900, "which is no string"),
        (28, info(31, 0), "of kind 31"),
        (28, info(4, 0xffff), "type 1 is cut off"),
        (0, 0x0001_9feb, "bytes of types"),
        (0, 0x0002_eb9f, "version 2"),
    ] {
        let error = with(at, word);
        assert!(error.contains(what), "word at {at} = {word}: {error}");
    }
}

#[test]
fn files_that_are_no_objects_say_what_they_are() {
    let error = |bytes: &[u8]| {
        read_bytes(bytes, "x.o", &Options::default())
            .unwrap_err()
            .to_string()
    };
    assert!(error(b"").contains("it is no ELF file"));
    assert!(error(b"\x7fELF").contains("it is no ELF file"));
    assert!(error(b"!<arch>\nxxxxxxxxxxxxxxxxx").contains("it is an archive"));
    let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let host = error(&own);
    assert!(
        host.contains("`x.o` is not an eBPF object: it is an ELF file for"),
        "{host}"
    );
    let missing = mapgen_build::read(Path::new("no/such.bpf.o"), &Options::default());
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("`no/such.bpf.o` does not exist")
    );
}
