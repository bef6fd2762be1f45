//! `.BTF.ext` that lies, and code that makes guards expensive.

use mapgen_build::policy::{self, Policy};

use crate::bounds::{bounded, error, read};
use crate::build::{Btf, Elf, Section};

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A program `f` of these instructions, and a `.BTF.ext` of these words behind its magic.
fn object(code: Vec<u8>, ext: &[u32]) -> Vec<u8> {
    let mut elf = Elf::new();
    let mut btf = Btf::new();
    btf.map("m", btf.int);
    // The first string behind the type's own: `ext` names sections by it.
    elf.add(Section::data(".maps", vec![0; 24]));
    elf.add(Section::data(".BTF", btf.section()));
    elf.add(Section::data(
        ".BTF.ext",
        [vec![0x9f, 0xeb, 1, 0], words(ext)].concat(),
    ));
    let size = code.len() as u64;
    let section = elf.add(Section::code("int", code));
    elf.symbol("f", 0x12, section, 0, size);
    elf.write()
}

/// `exit`.
const EXIT: [u8; 8] = [0x95, 0, 0, 0, 0, 0, 0, 0];
/// Where `Btf::new` puts the string `int`.
const INT: u32 = 1;

#[test]
fn an_ext_without_records_is_read() {
    let object = object(EXIT.to_vec(), &[32, 0, 0, 0, 0, 0, 0]);
    assert_eq!(read(&object).unwrap().programs.len(), 1);
}

#[test]
fn lengths_and_counts_that_lie_are_refused() {
    let big = u32::MAX;
    for ext in [
        &[][..],
        &[32],
        &[8, 0, 0, 0, 0],
        &[big, 0, 0, 0, 0],
        &[32, 0, 0, 0, big, 0, 0],
        &[32, 0, 0, big, 8, 0, 0],
        &[32, 0, 0, 0, 0, big, big],
        // Records of no bytes, of a billion, more of them than there are.
        &[32, 0, 0, 0, 12, 0, 0, 0, INT, 1],
        &[32, 0, 0, 0, 12, 0, 0, big - 3, INT, 1],
        &[32, 0, 0, 0, 12, 0, 0, 16, INT, big],
        &[32, 0, 0, 0, 12, 0, 0, 16, INT, 0],
        &[32, 0, 0, 0, 8, 0, 0, 16, INT],
    ] {
        let error = error(&object(EXIT.to_vec(), ext));
        assert!(error.contains("`.BTF.ext` is damaged"), "{ext:?}: {error}");
    }
}

#[test]
fn lines_and_relocations_of_nothing_mean_nothing() {
    let big = u32::MAX;
    // A section that is not there, an instruction behind the end, strings behind the end.
    let line = [16, INT, 2, 0, big, big, big, big, big, big, big];
    let relocation = [16, big, 1, 4, big, big, big];
    let header = [32, 0, 0, 0, 44, 44, 28];
    let ext = [&header[..], &line, &relocation].concat();
    read(&object(EXIT.to_vec(), &ext)).unwrap();
}

/// Many branches on what libbpf patches, and a call behind each of them, after its arms.
#[test]
fn a_function_of_nothing_but_guards_is_read_within_bounds() {
    const GUARDS: u32 = 20_000;
    let mut code = Vec::new();
    let mut relocations = vec![16, INT, GUARDS];
    for index in 0..GUARDS {
        relocations.extend([index * 32, 1, 0, 8]);
        // r1 = 1; if r1 == 0 goto +1; r2 = 0; call
        code.extend([0xb7, 1, 0, 0, 1, 0, 0, 0]);
        code.extend([0x15, 1, 1, 0, 0, 0, 0, 0]);
        code.extend([0xb7, 2, 0, 0, 0, 0, 0, 0]);
        code.extend([[0x85, 0, 0, 0], index.to_le_bytes()].concat());
    }
    code.extend(EXIT);
    let size = 4 * relocations.len() as u32;
    let ext = [vec![32, 0, 0, 0, 0, 0, size], relocations].concat();
    let object = object(code, &ext);
    read(&object).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.bpf.o");
    std::fs::write(&path, &object).unwrap();
    let read = mapgen_build::read_object(&path, &Default::default()).unwrap();
    let sites: Vec<_> = read.code[0].uses().collect();
    assert_eq!(sites.len(), GUARDS as usize);
    assert!(sites.iter().all(|site| site.guard().is_none()));
    bounded(object.len(), || {
        policy::check(std::slice::from_ref(&read), &Policy::default())
    });
}
