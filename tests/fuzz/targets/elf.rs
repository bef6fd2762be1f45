//! Bytes as an ELF file: sections, symbols, relocations, and taking DWARF out.
#![no_main]
#![expect(dead_code, reason = "parts of mapgen-build, which uses all of them")]

#[path = "../../../mapgen-build/src/diagnostic.rs"]
mod diagnostic;
#[path = "../../../mapgen-build/src/dwarf.rs"]
mod dwarf;
#[path = "../../../mapgen-build/src/elf.rs"]
mod elf;
#[path = "../../../mapgen-build/src/error.rs"]
mod error;

use mapgen_schema::Endian;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    elf::section_of(bytes, ".BTF");
    for endian in [Endian::Little, Endian::Big] {
        dwarf::strip(bytes, endian);
    }
    let Ok(read) = elf::Elf::read(bytes, "fuzz.bpf.o") else {
        return;
    };
    read.license();
    for section in &read.sections {
        for relocation in &section.relocations {
            assert!(section.relocation(relocation.offset).is_some());
        }
        let first = read.section(section.name);
        assert!(first.is_some());
    }
});
