//! Types nested ten thousand levels deep, and types that double at each level.

use mapgen_schema::text;

use crate::bounds::{bounded, error, look_up, read};
use crate::build::{Btf, CONST, PTR, STRUCT, TYPEDEF, UNION, VOLATILE};

const LEVELS: u32 = 10_000;

/// An object with a map whose value is the first of ten thousand types, each added with
/// the id of the next one; the last one refers to `int`.
fn nested(mut add: impl FnMut(&mut Btf, u32, u32)) -> Vec<u8> {
    let mut btf = Btf::new();
    let first = btf.next();
    for level in 0..LEVELS {
        let next = match level + 1 {
            LEVELS => btf.int,
            _ => btf.next() + 1,
        };
        add(&mut btf, level, next);
    }
    btf.map("m", first);
    btf.object()
}

#[track_caller]
fn is_too_deep(object: &[u8]) {
    let error = error(object);
    assert!(error.contains("map `m`, `value`"), "{error}");
    let said = ["nested deeper than 256 levels", "chain of more than 32"];
    assert!(said.iter().any(|said| error.contains(said)), "{error}");
    // All places would fill screens.
    assert!(error.len() < 2000, "{} bytes: {error}", error.len());
}

#[test]
fn structs_and_unions_are_refused() {
    for kind in [STRUCT, UNION] {
        for name in ["", "s"] {
            let object = nested(|btf, level, next| {
                let name = match name {
                    "" => String::new(),
                    name => format!("{name}{level}"),
                };
                btf.composite(kind, &name, 4, &[(next, 0)]);
            });
            is_too_deep(&object);
        }
    }
}

#[test]
fn arrays_are_refused() {
    is_too_deep(&nested(|btf, _, next| {
        btf.array(next, 1);
    }));
}

#[test]
fn typedefs_are_refused() {
    is_too_deep(&nested(|btf, level, next| {
        btf.refer(TYPEDEF, &format!("t{level}"), next);
    }));
}

#[test]
fn qualifiers_are_refused() {
    is_too_deep(&nested(|btf, level, next| {
        let kind = if level % 2 == 0 { CONST } else { VOLATILE };
        btf.refer(kind, "", next);
    }));
}

#[test]
fn pointers_are_one_pointer() {
    let schema = read(&nested(|btf, level, next| {
        let kind = if level % 2 == 0 { PTR } else { CONST };
        btf.refer(kind, "", next);
    }));
    assert_eq!(schema.unwrap().maps[0].value_size, 8);
}

#[test]
fn functions_that_take_functions_are_one_pointer() {
    let schema = read(&nested(|btf, level, next| match level % 2 {
        0 => drop(btf.refer(PTR, "", next)),
        _ => drop(btf.proto(next, &[next, next, next])),
    }));
    assert_eq!(schema.unwrap().maps[0].value_size, 8);
}

#[test]
fn functions_of_many_functions_are_spelt_short() {
    // A function whose 60,000 parameters are pointers to itself: 60,000^4 words.
    let mut btf = Btf::new();
    let pointer = btf.refer(PTR, "", btf.next() + 1);
    btf.proto(pointer, &vec![pointer; 60_000]);
    btf.map("m", pointer);
    let schema = read(&btf.object()).unwrap();
    assert_eq!(schema.maps[0].value_size, 8);
}

#[test]
fn names_are_spelt_short_however_often_they_stand() {
    // Each of 4,000 pointers would keep a copy of 200,000 bytes.
    let mut btf = Btf::new();
    let name = "n".repeat(200_000);
    let fwd = btf.refer(7, &name, 0);
    let mut members = Vec::new();
    for index in 0..4_000 {
        let proto = btf.proto(fwd, &vec![btf.int; index % 40]);
        let pointer = btf.refer(PTR, "", proto);
        members.push((pointer, 64 * index as u32));
    }
    let value = btf.composite(STRUCT, "s", 8 * 4_000, &members);
    btf.map("m", value);
    read(&btf.object()).ok();
}

#[test]
fn a_long_name_of_many_types_is_refused() {
    let mut btf = Btf::new();
    let name = btf.string(&"n".repeat(100_000));
    for _ in 0..2_000 {
        btf.add(&[name, STRUCT << 24 | 1, 4, name, 1, 0]);
    }
    btf.map("m", btf.int);
    let error = error(&btf.object());
    assert!(error.contains("name of 100000 bytes"), "{error}");
}

#[test]
fn long_paths_of_many_members_are_refused() {
    // 200 levels of names of 500 bytes above 1,000 scalars: 100 MB of paths.
    let mut btf = Btf::new();
    let name = btf.string(&"n".repeat(500));
    let int = btf.int;
    let members: Vec<(u32, u32)> = (0..1_000).map(|index| (int, 32 * index)).collect();
    let mut inner = btf.composite(STRUCT, "", 4_000, &members);
    for _ in 0..200 {
        inner = btf.add(&[0, STRUCT << 24 | 1, 4_000, name, inner, 0]);
    }
    btf.map("m", inner);
    let error = error(&btf.object());
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(error.contains("names of its members"), "{error}");
}

#[test]
fn a_type_that_doubles_at_each_level_is_refused() {
    let mut btf = Btf::new();
    let mut inner = btf.int;
    for _ in 0..40 {
        inner = btf.composite(UNION, "", 4, &[(inner, 0), (inner, 0)]);
    }
    btf.map("m", inner);
    let error = error(&btf.object());
    assert!(error.contains("map `m`, `value`"), "{error}");
    assert!(error.contains("more than 1000000 members"), "{error}");
    // Not too large itself, but for every one of a thousand maps.
    let text = doubling(15);
    let map = text.lines().last().unwrap();
    let text = text.clone() + &format!("{map}\n").repeat(1_000);
    let error = bounded(text.len(), || {
        text::read(&text)
            .map(|schema| look_up(&schema))
            .unwrap_err()
            .to_string()
    });
    assert!(
        error.contains("more than 4000000 members together"),
        "{error}"
    );
}

#[test]
fn definitions_of_one_name_are_compared_once() {
    // Anonymous types are compared by structure; these two have 2^17 places, and all but
    // one of the definitions of `struct s` hold the second.
    let mut btf = Btf::new();
    let [first, second] = [(); 2].map(|()| {
        (0..16).fold(btf.int, |inner, _| {
            btf.composite(UNION, "", 4, &[(inner, 0), (inner, 0)])
        })
    });
    let value = btf.composite(STRUCT, "s", 4, &[(first, 0)]);
    for _ in 0..1_000 {
        btf.composite(STRUCT, "s", 4, &[(second, 0)]);
    }
    btf.map("m", value);
    assert_eq!(read(&btf.object()).unwrap().maps[0].value_size, 4);
}

#[test]
fn types_that_are_too_many_together_are_refused() {
    // Each of 100 has 2^17 places, and so has each of 300 maps.
    let mut btf = Btf::new();
    for _ in 0..100 {
        let mut inner = btf.int;
        for _ in 0..16 {
            inner = btf.composite(UNION, "", 4, &[(inner, 0), (inner, 0)]);
        }
        btf.refer(TYPEDEF, "", inner);
    }
    btf.map("m", btf.int);
    read(&btf.object()).ok();
    let mut btf = Btf::new();
    let mut inner = btf.int;
    for _ in 0..16 {
        inner = btf.composite(UNION, "", 4, &[(inner, 0), (inner, 0)]);
    }
    for index in 0..300 {
        btf.map(&format!("m{index}"), inner);
    }
    let error = error(&btf.object());
    assert!(
        error.contains("more than 4000000 members together"),
        "{error}"
    );
}

/// A schema whose types each hold the one before them twice.
fn doubling(levels: u32) -> String {
    let mut text = "mapgen-schema 1\nobject \"a\" \"a.o\" - little \"GPL\"\nvoid\n\
                    int \"int\" 4 signed\n"
        .to_owned();
    for level in 0..levels {
        let inner = level + 1;
        text +=
            &format!("union \"u{level}\" 4\nmember \"a\" {inner} 0 -\nmember \"b\" {inner} 0 -\n");
    }
    text + &format!(
        "map \"m\" \".maps\" 1 1 4 4 1 0 0 0 none 1 {} - 0 0\n",
        levels + 1
    )
}

#[test]
fn a_schema_that_doubles_at_each_level_is_refused() {
    let text = doubling(4);
    let schema = text::read(&text).unwrap();
    assert_eq!(schema.leaves(schema.maps[0].value.unwrap()).len(), 16);
    let text = doubling(40);
    let error = bounded(text.len(), || {
        text::read(&text)
            .map(|schema| look_up(&schema))
            .unwrap_err()
            .to_string()
    });
    assert!(error.contains("more than 1000000 members"), "{error}");
    // Not too large itself, but for every one of a thousand maps.
    let text = doubling(15);
    let map = text.lines().last().unwrap();
    let text = text.clone() + &format!("{map}\n").repeat(1_000);
    let error = bounded(text.len(), || {
        text::read(&text)
            .map(|schema| look_up(&schema))
            .unwrap_err()
            .to_string()
    });
    assert!(
        error.contains("more than 4000000 members together"),
        "{error}"
    );
}
