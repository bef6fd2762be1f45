//! What differs between two objects that clang compiled.

use mapgen_build::diff::{Change, Diff, MapDiff, Pins, Presence, TypeDiff, Way, Weight};
use mapgen_build::{Options, diff, read};
use mapgen_schema::hash;

use crate::clang;

/// The difference between two C texts; `None` without clang.
fn between(old: &str, new: &str) -> Option<Diff> {
    between_targets((old, clang::LITTLE), (new, clang::LITTLE))
}

fn between_targets(old: (&str, &str), new: (&str, &str)) -> Option<Diff> {
    let folder = tempfile::tempdir().unwrap();
    let schema = |name: &str, (text, target): (&str, &str)| {
        let text =
            format!("#include \"bpf.h\"\n{text}\nchar _license[] SEC(\"license\") = \"GPL\";\n");
        let object = clang::compile(folder.path(), name, &text, target)?;
        Some(read(object, &Options::default()).unwrap())
    };
    Some(diff(&schema("old", old)?, &schema("new", new)?))
}

const PINNED: &str = "__uint(pinning, LIBBPF_PIN_BY_NAME);";

/// A pinned hash `m` whose value is a `struct v` with these members.
fn value(members: &str) -> String {
    map("HASH", members, 64)
}

fn map(kind: &str, members: &str, entries: u32) -> String {
    let key = match kind {
        "QUEUE" => "",
        _ => "__type(key, __u32);",
    };
    format!(
        "struct v {{ {members} }};\n\
         struct {{ __uint(type, {kind}); __uint(max_entries, {entries}); {key} \
         __type(value, struct v); {PINNED} }} m SEC(\".maps\");"
    )
}

/// The one map that differs.
fn only(diff: &Diff) -> &MapDiff {
    assert_eq!(diff.maps.len(), 1, "{diff}");
    &diff.maps[0]
}

/// What was done to each member of the value.
fn done(ty: &TypeDiff) -> Vec<(String, Vec<Change>)> {
    let members = ty.members.iter();
    members
        .map(|member| {
            let leaf = member.new.as_ref().or(member.old.as_ref()).unwrap();
            (leaf.path.clone(), member.changes.clone())
        })
        .collect()
}

#[track_caller]
fn says(old: &str, new: &str, expected: &[(&str, &[Change])], weight: Weight, pins: Pins) {
    let Some(diff) = between(&value(old), &value(new)) else {
        return;
    };
    let map = only(&diff);
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, changes)| ((*path).to_owned(), changes.to_vec()))
        .collect();
    assert_eq!(done(map.value.as_ref().unwrap()), expected, "{diff}");
    assert_eq!(map.weight(), weight, "{diff}");
    assert_eq!(map.pins, Some(pins), "{diff}");
}

const MIGRATE: Pins = Pins::Refused(Way::Migrate);

#[test]
fn the_same_source_has_no_difference() {
    let text = value("__u64 a, b; char name[16];");
    if let Some(diff) = between(&text, &text) {
        assert!(diff.is_empty(), "{diff}");
        assert_eq!(diff.to_string(), "");
    }
}

#[test]
fn a_member_of_another_name_at_the_same_bytes_was_renamed() {
    says(
        "__u64 a; __u32 b, c;",
        "__u64 a; __u32 d, c;",
        &[("d", &[Change::Renamed])],
        Weight::Names,
        MIGRATE,
    );
}

#[test]
fn two_members_of_one_type_that_swapped_names_moved() {
    says(
        "__u64 a, b;",
        "__u64 b, a;",
        &[("b", &[Change::Moved]), ("a", &[Change::Moved])],
        Weight::Layout,
        MIGRATE,
    );
}

#[test]
fn a_name_that_moved_up_was_not_renamed() {
    says(
        "__u64 a, b;",
        "__u64 b, c;",
        &[
            ("b", &[Change::Moved]),
            ("c", &[Change::Added]),
            ("a", &[Change::Removed]),
        ],
        Weight::Layout,
        MIGRATE,
    );
}

#[test]
fn a_member_before_others_moves_them() {
    says(
        "__u32 a, b;",
        "__u64 z; __u32 a, b;",
        &[
            ("z", &[Change::Added]),
            ("a", &[Change::Moved]),
            ("b", &[Change::Moved]),
        ],
        Weight::Layout,
        MIGRATE,
    );
}

#[test]
fn widths_signs_and_bit_fields_are_told_apart() {
    says(
        "__u32 a; __u32 b; __u32 c : 3, d : 5; __u8 e[4];",
        "__u64 a; __s32 b; __u32 c : 4, d : 5; __u8 e[8];",
        &[
            ("a", &[Change::Resized]),
            ("b", &[Change::Moved, Change::Retyped]),
            ("c", &[Change::Moved, Change::Resized]),
            ("d", &[Change::Moved]),
            ("e[]", &[Change::Moved, Change::Resized]),
        ],
        Weight::Layout,
        MIGRATE,
    );
}

#[test]
fn another_spelling_of_the_same_type_is_harmless() {
    says(
        "unsigned int a;",
        "__u32 a;",
        &[("a", &[Change::Respelt])],
        Weight::Same,
        Pins::Kept,
    );
}

#[test]
fn another_byte_order_is_a_change_that_nothing_sees_at_run_time() {
    says(
        "__u32 a;",
        "__be32 a;",
        &[("a", &[Change::Reordered])],
        Weight::Layout,
        Pins::Unseen,
    );
}

#[test]
fn members_inside_of_members_have_paths() {
    says(
        "struct { __u32 x, y; } at[2]; union { __u64 whole; struct { __u32 low, high; }; };",
        "struct { __u32 x, z; } at[2]; union { __u64 whole; struct { __u32 high, low; }; };",
        &[
            ("at[].z", &[Change::Renamed]),
            ("high", &[Change::Moved]),
            ("low", &[Change::Moved]),
        ],
        Weight::Layout,
        MIGRATE,
    );
}

#[test]
fn padding_that_is_new_is_shown() {
    let diff = between(
        &value("__u32 a; __u32 b; __u64 c;"),
        &value("__u32 a; __u64 c; __u32 b; __u8 d;"),
    );
    let Some(diff) = diff else { return };
    let value = only(&diff).value.as_ref().unwrap();
    assert!(value.old_padding.is_empty());
    let holes: Vec<_> = value
        .new_padding
        .iter()
        .map(|h| (h.offset, h.size))
        .collect();
    assert_eq!(holes, [(4, 4), (21, 3)]);
}

#[test]
fn an_enumerator_of_another_number_means_something_else() {
    let of = |variants: &str| {
        format!(
            "enum state {{ {variants} }};\n{}",
            value("enum state state;")
        )
    };
    let Some(diff) = between(&of("IDLE, BUSY"), &of("BUSY, IDLE")) else {
        return;
    };
    assert_eq!(only(&diff).weight(), Weight::Layout);
    assert_eq!(only(&diff).pins, Some(Pins::Unseen));
    let text = diff.to_string();
    assert!(text.contains("enum state, BUSY  1"), "{text}");
    assert!(text.contains("renumbered"), "{text}");

    let added = between(&of("IDLE, BUSY"), &of("IDLE, BUSY, GONE")).unwrap();
    assert_eq!(only(&added).weight(), Weight::Same);
    assert_eq!(only(&added).pins, Some(Pins::Kept));
    let renamed = between(&of("IDLE, BUSY"), &of("IDLE, ACTIVE")).unwrap();
    assert_eq!(only(&renamed).weight(), Weight::Names);
    assert_eq!(only(&renamed).pins, Some(Pins::Kept));
}

#[test]
fn numbers_of_a_map_say_what_becomes_of_pins() {
    let cases: [(&str, &str, Pins); 6] = [
        (
            &map("HASH", "__u64 a;", 64),
            &map("HASH", "__u64 a;", 128),
            Pins::Refused(Way::Grow),
        ),
        (
            &map("HASH", "__u64 a;", 64),
            &map("HASH", "__u64 a;", 32),
            Pins::Kept,
        ),
        (
            &map("HASH", "__u64 a;", 64),
            &map("LRU_HASH", "__u64 a;", 64),
            MIGRATE,
        ),
        (
            &map("HASH", "__u64 a;", 64),
            &map("PERCPU_HASH", "__u64 a;", 64),
            Pins::Refused(Way::Replace),
        ),
        (
            &map("QUEUE", "__u64 a;", 64),
            &map("QUEUE", "__u64 a, b;", 64),
            Pins::Refused(Way::Replace),
        ),
        // A queue's values have no BTF in the kernel.
        (
            &map("QUEUE", "__u64 a, b;", 64),
            &map("QUEUE", "__u64 b, a;", 64),
            Pins::Unseen,
        ),
    ];
    for (old, new, pins) in cases {
        let Some(diff) = between(old, new) else {
            return;
        };
        let map = only(&diff);
        assert_eq!(map.pins, Some(pins), "{diff}");
        assert_eq!(map.weight(), Weight::Layout, "{diff}");
    }
}

#[test]
fn a_map_that_is_called_otherwise_was_renamed() {
    let old = value("__u64 a;");
    let Some(diff) = between(&old, &old.replace("} m SEC", "} n SEC")) else {
        return;
    };
    let map = only(&diff);
    assert_eq!(map.renamed_from.as_deref(), Some("m"));
    assert_eq!(map.pins, Some(Pins::Left));
    let text = diff.to_string();
    assert!(
        text.starts_with("map `n` (hash): was called `m`\n"),
        "{text}"
    );
    assert!(text.contains("nobody opens the pin `m` any more"), "{text}");
}

#[test]
fn maps_sections_and_types_come_and_go() {
    let event = "struct event { __u32 kind; } *unused_event;";
    let wide = "struct event { __u64 kind; } *unused_event;";
    let old = format!("{}\n{event}\nint first, second;", value("__u64 a;"));
    let new = format!("{wide}\nint second; const volatile long limit = 1;");
    let Some(diff) = between(&old, &new) else {
        return;
    };
    assert_eq!(only(&diff).presence, Presence::Removed);
    assert_eq!(only(&diff).pins, Some(Pins::Left));
    let sections: Vec<_> = diff
        .sections
        .iter()
        .map(|section| (section.name.as_str(), section.presence))
        .collect();
    assert!(sections.contains(&(".bss", Presence::Both)), "{sections:?}");
    assert!(
        sections.contains(&(".rodata", Presence::Added)),
        "{sections:?}"
    );
    let text = diff.to_string();
    assert!(text.contains("type `struct event`: changed\n"), "{text}");
}

#[test]
fn objects_of_both_byte_orders_have_no_difference() {
    let text = value("__u32 a : 3, b : 7; __be16 port; char name[5]; __s64 c;");
    if let Some(diff) = between_targets((&text, clang::LITTLE), (&text, clang::BIG)) {
        assert!(diff.is_empty(), "{diff}");
    }
}

#[test]
fn the_hash_without_names_tells_renamed_from_changed() {
    let folder = tempfile::tempdir().unwrap();
    let schema = |members: &str| {
        let text = format!("#include \"bpf.h\"\n{}", value(members));
        let object = clang::compile(folder.path(), "m", &text, clang::LITTLE)?;
        Some(read(object, &Options::default()).unwrap())
    };
    let Some(old) = schema("__u64 a; __u32 b;") else {
        return;
    };
    let hashes = |members: &str| {
        let new = schema(members).unwrap();
        (
            hash::layout(&new, &new.maps[0]) == hash::layout(&old, &old.maps[0]),
            hash::nameless(&new, &new.maps[0]) == hash::nameless(&old, &old.maps[0]),
        )
    };
    assert_eq!(hashes("__u64 a; __u32 b;"), (true, true));
    assert_eq!(hashes("__u64 a; __u32 c;"), (false, true));
    assert_eq!(hashes("__u64 a; __s32 b;"), (false, false));
}
