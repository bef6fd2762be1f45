//! Counts and sizes at the end of their range, and references out of it.

use crate::bounds::{error, read};
use crate::build::{Btf, Elf, PTR, STRUCT, Section, TYPEDEF};

#[track_caller]
fn error_of_value(add: impl FnOnce(&mut Btf) -> u32) -> String {
    let mut btf = Btf::new();
    let value = add(&mut btf);
    btf.map("m", value);
    error(&btf.object())
}

#[test]
fn arrays_of_4_gib_and_more_are_refused() {
    let error = error_of_value(|btf| btf.array(btf.int, u32::MAX));
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(
        error.contains("4294967295 times 4 bytes is larger than 4 GiB"),
        "{error}"
    );
    let error = error_of_value(|btf| {
        let mut inner = btf.int;
        for _ in 0..8 {
            inner = btf.array(inner, 1 << 16);
        }
        inner
    });
    assert!(error.contains("larger than 4 GiB"), "{error}");
}

#[test]
fn a_struct_of_4_gib_has_its_size_and_no_kernel_takes_it() {
    let mut btf = Btf::new();
    let value = btf.composite(STRUCT, "s", u32::MAX, &[(btf.int, 0)]);
    btf.map("m", value);
    let schema = read(&btf.object()).unwrap();
    assert_eq!(schema.maps[0].value_size, u32::MAX);
    let error = mapgen_build::check(&schema).unwrap_err().to_string();
    assert!(
        error.contains("map `m`, `value`: it has 4294967295 bytes"),
        "{error}"
    );
}

#[test]
fn a_member_at_the_end_of_the_range_is_outside() {
    let error = error_of_value(|btf| btf.composite(STRUCT, "s", 8, &[(btf.int, u32::MAX - 7)]));
    assert!(
        error.contains("`struct s`, member `m0`: it ends at bit 4294967320"),
        "{error}"
    );
}

#[test]
fn as_many_members_as_a_record_holds_are_read() {
    let mut btf = Btf::new();
    let int = btf.int;
    let members: Vec<(u32, u32)> = (0..65_535).map(|index| (int, 32 * index)).collect();
    let value = btf.composite(STRUCT, "s", 4 * 65_535, &members);
    btf.map("m", value);
    assert_eq!(read(&btf.object()).unwrap().maps[0].value_size, 4 * 65_535);
}

#[test]
fn more_entries_than_there_are_bytes_are_refused() {
    for kind in [4, 5, 6, 13, 15, 19] {
        let error = error_of_value(|btf| {
            let name = btf.string("s");
            btf.add(&[name, kind << 24 | 65_535, 4])
        });
        assert!(
            error.contains("`.BTF` is damaged: type 2 is cut off"),
            "{kind}: {error}"
        );
    }
}

#[test]
fn ids_out_of_range_are_refused() {
    for id in [1000, u32::MAX] {
        let records: [&[u32]; 7] = [
            &[0, 2 << 24, id],
            &[0, 3 << 24, 0, id, 1, 4],
            &[0, 3 << 24, 0, 1, id, 4],
            &[0, 4 << 24 | 1, 4, 0, id, 0],
            &[0, 13 << 24 | 1, 1, 0, id],
            &[0, 14 << 24, id, 1],
            &[0, 15 << 24 | 1, 4, id, 0, 4],
        ];
        for record in records {
            let error = error_of_value(|btf| {
                btf.add(record);
                btf.int
            });
            assert!(
                error.contains(&format!("type 2 refers to type {id}")),
                "{error}"
            );
        }
    }
}

#[test]
fn strings_out_of_range_are_refused() {
    for offset in [100_000, u32::MAX] {
        let error = error_of_value(|btf| btf.add(&[offset, 4 << 24, 4]));
        assert!(
            error.contains(&format!("type 2 has a name at {offset}")),
            "{error}"
        );
    }
}

#[test]
fn sections_of_btf_cut_off_anywhere_are_refused() {
    let mut btf = Btf::new();
    let value = btf.composite(STRUCT, "s", 4, &[(btf.int, 0)]);
    btf.map("m", value);
    let section = btf.section();
    for end in 0..section.len() {
        let mut elf = Elf::new();
        elf.add(Section::data(".maps", vec![0; 24]));
        elf.add(Section::data(".BTF", section[..end].to_vec()));
        let error = error(&elf.write());
        assert!(error.contains("`.BTF` is damaged"), "{end}: {error}");
    }
}

#[test]
fn numbers_of_maps_are_kept_whatever_they_are() {
    let mut btf = Btf::new();
    let number = btf.array(btf.int, u32::MAX);
    let number = btf.refer(PTR, "", number);
    let members = [
        "type",
        "key_size",
        "value_size",
        "max_entries",
        "map_flags",
        "map_extra",
    ];
    btf.definition("m", &members.map(|member| (member, number)));
    let schema = read(&btf.object()).unwrap();
    let map = &schema.maps[0];
    assert_eq!(
        (map.kind, map.max_entries, map.map_extra),
        (u32::MAX, u32::MAX, 0xffff_ffff)
    );
    mapgen_build::memory::bytes(map, u32::MAX);
}

#[test]
fn a_hundred_thousand_types_are_read() {
    let mut btf = Btf::new();
    for index in 0..100_000 {
        btf.refer(TYPEDEF, &format!("t{index}"), 1);
    }
    btf.map("m", btf.int);
    assert_eq!(read(&btf.object()).unwrap().maps.len(), 1);
}
