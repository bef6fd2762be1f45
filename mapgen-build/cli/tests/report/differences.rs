//! The page of what differs, against the C sources of `ledger` and what clang says of them.

use serde_json::json;

use crate::browser;

/// `struct account` had two counters of 32 bits, and has two of 64 and a time.
#[test]
fn old_stands_beside_new_member_by_member() {
    let Some(page) = browser::of("ledger") else {
        return;
    };
    let maps = page["differences"].as_array().expect("a list");
    assert_eq!(maps[0]["map"], "accounts");
    let rows = maps[0]["rows"].as_array().expect("a list");
    let wanted = json!([
        ["value_size", "8", "24", ""],
        ["max_entries", "256", "1024", ""],
        [
            "value",
            "struct account, 8 bytes",
            "struct account, 24 bytes",
            ""
        ],
        [
            "packets",
            "byte 0, 32 bits, count",
            "byte 0, 64 bits, count",
            "resized"
        ],
        [
            "bytes",
            "byte 4, 32 bits, count",
            "byte 8, 64 bits, count",
            "moved, resized"
        ],
        ["first_seen_ns", "-", "byte 16, 64 bits, __u64", "added"],
    ]);
    assert_eq!(json!(rows[..6]), wanted);
    assert_eq!(rows[6][0], "memory, 8 possible CPUs");
}

#[test]
fn drawings_say_what_was_changed_and_added() {
    let Some(page) = browser::of("ledger") else {
        return;
    };
    let drawings = page["drawings"].as_array().expect("a list");
    assert_eq!(
        drawings[0],
        "Byte map of the old struct account, 8 bytes: packets: count, bytes 0 to 3, changed; \
         bytes: count, bytes 4 to 7, changed."
    );
    assert_eq!(
        drawings[1],
        "Byte map of the new struct account, 24 bytes: packets: count, bytes 0 to 7, changed; \
         bytes: count, bytes 8 to 15, changed; first_seen_ns: __u64, bytes 16 to 23, added."
    );
}

#[test]
fn the_page_says_what_becomes_of_pinned_maps() {
    let Some(page) = browser::of("ledger") else {
        return;
    };
    let text = page["text"].as_str().expect("text");
    assert!(text.contains(
        "Live pinned maps: load refuses them; to keep their entries, migrate from the old layout"
    ));
}
