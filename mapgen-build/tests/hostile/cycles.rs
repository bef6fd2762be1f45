//! Types that lead back to themselves.

use crate::bounds::{error, read};
use crate::build::{Btf, CONST, PTR, STRUCT, TYPEDEF, UNION, VOLATILE};

/// What is said of a map whose value is the type that this adds.
#[track_caller]
fn error_of_value(add: impl FnOnce(&mut Btf) -> u32) -> String {
    let mut btf = Btf::new();
    let value = add(&mut btf);
    btf.map("m", value);
    error(&btf.object())
}

#[test]
fn a_struct_or_union_that_contains_itself_is_named() {
    for kind in [STRUCT, UNION] {
        let error = error_of_value(|btf| {
            let own = btf.next();
            btf.composite(kind, "s", 8, &[(own, 0)])
        });
        assert!(error.contains("map `m`, `value`"), "{error}");
        assert!(error.contains("member `m0`"), "{error}");
        assert!(error.contains("contains itself"), "{error}");
    }
}

#[test]
fn an_array_of_itself_is_named() {
    let error = error_of_value(|btf| {
        let own = btf.next();
        btf.array(own, 2)
    });
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(error.contains("contains itself"), "{error}");
}

#[test]
fn a_typedef_of_itself_is_named() {
    let error = error_of_value(|btf| {
        let own = btf.next();
        btf.refer(TYPEDEF, "t", own)
    });
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(error.contains("`t` contains itself"), "{error}");
}

#[test]
fn a_qualifier_of_itself_is_named() {
    for kind in [CONST, VOLATILE, 11] {
        let error = error_of_value(|btf| {
            let own = btf.next();
            btf.refer(kind, "", own)
        });
        assert!(error.contains("map `m`, `value`"), "{error}");
        assert!(error.contains("never ends"), "{error}");
    }
}

#[test]
fn a_circle_through_every_kind_is_named() {
    // struct s { t m0; }; typedef const struct s t[2];
    let error = error_of_value(|btf| {
        let own = btf.next();
        btf.composite(STRUCT, "s", 8, &[(own + 1, 0)]);
        btf.refer(TYPEDEF, "t", own + 2);
        btf.array(own + 3, 2);
        btf.refer(CONST, "", own)
    });
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(error.contains("`struct s` contains itself"), "{error}");
}

#[test]
fn pointers_and_functions_may_lead_back() {
    let mut btf = Btf::new();
    let own = btf.next();
    let pointer = btf.refer(PTR, "", own);
    let function = btf.next();
    btf.proto(function + 1, &[function + 1, pointer]);
    let to_function = btf.refer(PTR, "", function);
    let value = btf.composite(STRUCT, "s", 16, &[(pointer, 0), (to_function, 64)]);
    btf.map("m", value);
    let schema = read(&btf.object()).unwrap();
    assert_eq!(schema.maps[0].value_size, 16);
}

#[test]
fn definitions_of_maps_that_lead_back_are_named() {
    // The variable's type is a typedef of itself, a variable, the section.
    for target in 0..3 {
        let mut btf = Btf::new();
        let own = btf.next();
        match target {
            0 => btf.refer(TYPEDEF, "t", own),
            1 => btf.refer(CONST, "", own),
            _ => own,
        };
        btf.variable("m", own);
        let error = error(&btf.object());
        assert!(error.contains("map `m`"), "{target}: {error}");
    }
    // `type` is a pointer to itself, a typedef of itself.
    for kind in [PTR, TYPEDEF] {
        let mut btf = Btf::new();
        let own = btf.next();
        let number = btf.refer(kind, "", own);
        btf.definition("m", &[("type", number)]);
        let error = error(&btf.object());
        assert!(error.contains("map `m`, `type`"), "{error}");
    }
}

#[test]
fn an_inner_map_that_contains_itself_is_named() {
    let mut btf = Btf::new();
    let kind = btf.array(btf.int, 12);
    let kind = btf.refer(PTR, "", kind);
    let values = btf.next();
    btf.array(values + 1, 0);
    btf.refer(PTR, "", values + 2);
    btf.definition("m", &[("type", kind), ("values", values)]);
    let error = error(&btf.object());
    assert!(
        error.contains("map `m`, `values`, `values`: an inner map cannot hold maps itself"),
        "{error}"
    );
}
