//! Texts of an object, fit to be looked at.
//!
//! BTF may call a member anything. The template escapes what is markup; here stands what
//! remains: characters that are not seen, those that turn the text around them, and names
//! longer than a page.

use std::fmt::Write as _;

/// Characters of a name; of C's own limits none is as large.
const NAME: usize = 96;
/// Characters of a message, which may cite several names.
const MESSAGE: usize = 4096;

/// A name, or what stands for one: `struct flow_key`, `u.addr`.
pub(super) fn name(text: &str) -> String {
    cut(text, NAME)
}

/// A sentence or a line of source.
pub(super) fn message(text: &str) -> String {
    cut(text, MESSAGE)
}

fn cut(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let mut chars = text.chars();
    for c in chars.by_ref().take(most) {
        match c {
            '\n' if most == MESSAGE => out.push(c),
            '\t' if most == MESSAGE => out.push_str("    "),
            c if is_unseen(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    match chars.count() {
        0 => {}
        more => {
            let _ = write!(
                out,
                "… and {} characters more",
                super::figures::grouped(more as u64)
            );
        }
    }
    out
}

/// Controls, and the format characters that reorder, join or hide others (Unicode Standard
/// Annex 9 has the bidirectional ones).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_not_seen_or_turns_the_text_is_spelled_out() {
        assert_eq!(super::name("a\u{202e}b\0\n"), "a\\u{202e}b\\u{0}\\u{a}");
        assert_eq!(super::message("a\n\tb\u{200b}"), "a\n    b\\u{200b}");
        assert_eq!(super::name("größe_м"), "größe_м");
    }

    #[test]
    fn a_long_name_is_cut_and_says_so() {
        let name = super::name(&"x".repeat(1 << 20));
        assert!(name.ends_with("x… and 1,048,480 characters more"), "{name}");
    }
}
