//! ELF files whose headers lie.

use crate::bounds::{error, read};
use crate::build::{Btf, Elf, Section};

/// `.BTF` with one map, and the room that it takes.
fn with_map(elf: &mut Elf) {
    let mut btf = Btf::new();
    btf.map("m", btf.int);
    elf.add(Section::data(".maps", vec![0; 24]));
    elf.add(Section::data(".BTF", btf.section()));
}

#[test]
fn what_these_tests_write_is_an_object() {
    let mut elf = Elf::new();
    with_map(&mut elf);
    assert_eq!(read(&elf.write()).unwrap().maps[0].name, "m");
}

#[test]
fn a_section_outside_of_the_file_is_refused() {
    for (offset, size) in [
        (None, Some(u64::MAX)),
        (None, Some(1 << 40)),
        (Some(u64::MAX), None),
        (Some(1 << 40), Some(8)),
    ] {
        let mut elf = Elf::new();
        with_map(&mut elf);
        let mut data = Section::data(".data", vec![0; 8]);
        (data.offset, data.size) = (offset, size);
        elf.add(data);
        let error = error(&elf.write());
        assert!(error.contains("the ELF file is damaged"), "{error}");
    }
}

#[test]
fn zeroes_of_4_gib_and_more_are_refused() {
    for size in [1 << 32, u64::MAX] {
        let mut elf = Elf::new();
        with_map(&mut elf);
        elf.add(Section {
            kind: 8,
            size: Some(size),
            ..Section::data(".bss", Vec::new())
        });
        let error = error(&elf.write());
        assert!(error.contains("section `.bss`: it has"), "{error}");
        assert!(error.contains("more than 4 GiB"), "{error}");
    }
}

#[test]
fn more_section_headers_than_the_file_holds_are_refused() {
    let mut elf = Elf::new();
    with_map(&mut elf);
    let good = elf.write();
    let headers = u64::from_le_bytes(good[0x28..0x30].try_into().unwrap()) as usize;
    let mut many = good.clone();
    many[0x3c..0x3e].copy_from_slice(&0xffff_u16.to_le_bytes());
    assert!(error(&many).contains("the ELF file is damaged"));
    // 0: the number is the size of the first section.
    for count in [1_u64 << 32, u64::MAX] {
        let mut many = good.clone();
        many[0x3c..0x3e].copy_from_slice(&[0, 0]);
        many[headers + 32..headers + 40].copy_from_slice(&count.to_le_bytes());
        assert!(error(&many).contains("the ELF file is damaged"));
    }
    for at in [0, u64::MAX, u64::MAX - 63] {
        let mut elsewhere = good.clone();
        elsewhere[0x28..0x30].copy_from_slice(&at.to_le_bytes());
        error(&elsewhere);
    }
}

#[test]
fn sixty_thousand_sections_are_read() {
    let mut elf = Elf::new();
    with_map(&mut elf);
    for _ in 0..60_000 {
        elf.add(Section::data(".data.x", Vec::new()));
    }
    assert_eq!(read(&elf.write()).unwrap().maps.len(), 1);
}

#[test]
fn two_sections_of_one_name_that_must_be_one_are_refused() {
    // What the BTF does not describe has no name that anything refers to.
    for (name, described) in [
        (".BTF", false),
        (".maps", false),
        ("license", false),
        (".data", true),
        (".data", false),
    ] {
        let mut btf = Btf::new();
        if described {
            let section = btf.string(name);
            btf.add(&[section, 15 << 24, 0]);
        }
        btf.map("m", btf.int);
        let btf = Section::data(".BTF", btf.section());
        let mut elf = Elf::new();
        elf.add(Section::data(".maps", vec![0; 24]));
        elf.add(btf.clone());
        elf.add(Section::data(name, vec![0; 24]));
        elf.add(Section::data(name, vec![0; 24]));
        let object = elf.write();
        if described || name != ".data" {
            let error = error(&object);
            let said = format!("sections are called `{name}`");
            assert!(error.contains(&said), "{name}: {error}");
        } else {
            assert_eq!(read(&object).unwrap().sections.len(), 2);
        }
    }
}

#[test]
fn relocations_of_one_section_in_many_are_read_at_once() {
    let mut elf = Elf::new();
    with_map(&mut elf);
    let code = elf.add(Section::code("xdp", vec![0; 16]));
    let relocations = Section {
        kind: 9,
        entry_size: 16,
        ..Section::data(".relxdp", vec![0xff; 16 << 15])
    };
    elf.add(relocations.clone());
    for _ in 0..20_000 {
        elf.add(Section {
            // All over the same bytes.
            data: Vec::new(),
            offset: Some(64),
            size: Some(16 << 15),
            info: u32::from(code),
            link: 0,
            ..relocations.clone()
        });
    }
    read(&elf.write()).ok();
}

#[test]
fn functions_that_lie_over_each_other_are_refused() {
    let mut elf = Elf::new();
    with_map(&mut elf);
    // Calls of different places, so that each function remembers all of them.
    let code: Vec<u8> = (0..20_000_i32)
        .flat_map(|index| {
            let [a, b, c, d] = (index - 20_000).to_le_bytes();
            [0x85, 0x10, 0, 0, a, b, c, d]
        })
        .collect();
    let size = code.len() as u64;
    let section = elf.add(Section::code("xdp", code));
    for index in 0..10_000 {
        elf.symbol(
            &format!("f{index}"),
            0x12,
            section,
            8 * index,
            size - 8 * index,
        );
    }
    let error = error(&elf.write());
    assert!(error.contains("function `f0`"), "{error}");
    assert!(error.contains("`f1`"), "{error}");
}

/// Functions that each call the next one.
fn row(functions: usize) -> Vec<u8> {
    let mut elf = Elf::new();
    with_map(&mut elf);
    let call_next = [0x85, 0x10, 0, 0, 0, 0, 0, 0];
    let section = elf.add(Section::code("xdp", call_next.repeat(functions)));
    for index in 0..functions as u64 {
        elf.symbol(&format!("f{index}"), 0x12, section, 8 * index, 8);
    }
    elf.write()
}

#[test]
fn functions_that_call_each_other_in_a_row_are_read_up_to_a_limit() {
    assert_eq!(read(&row(900)).unwrap().programs.len(), 900);
    let error = error(&row(10_000));
    assert!(
        error.contains("its programs reach more than 1000000"),
        "{error}"
    );
}

#[test]
fn helpers_that_every_program_lists_are_read_up_to_a_limit() {
    // Each of 10,000 functions calls a helper of its own and the next function.
    let mut elf = Elf::new();
    with_map(&mut elf);
    let code: Vec<u8> = (0..10_000_u32)
        .flat_map(|helper| {
            let [a, b, c, d] = helper.to_le_bytes();
            let helper = [0x85, 0, 0, 0, a, b, c, d];
            [helper, [0x85, 0x10, 0, 0, 0, 0, 0, 0]].concat()
        })
        .collect();
    let section = elf.add(Section::code("xdp", code));
    for index in 0..10_000 {
        elf.symbol(&format!("f{index}"), 0x12, section, 16 * index, 16);
    }
    let error = error(&elf.write());
    assert!(
        error.contains("its programs reach more than 1000000"),
        "{error}"
    );
}

#[test]
fn the_other_byte_order_is_told() {
    let mut elf = Elf::new();
    let mut btf = Btf::new();
    btf.map("m", btf.int);
    let mut section = btf.section();
    // The header and all records, word by word.
    let types = u32::from_le_bytes(section[12..16].try_into().unwrap()) as usize;
    section[..2].reverse();
    section[4..24 + types]
        .chunks_exact_mut(4)
        .for_each(<[u8]>::reverse);
    elf.add(Section::data(".maps", vec![0; 24]));
    elf.add(Section::data(".BTF", section));
    let error = error(&elf.write());
    assert!(
        error.contains("`.BTF` has another byte order than the ELF file"),
        "{error}"
    );
}
