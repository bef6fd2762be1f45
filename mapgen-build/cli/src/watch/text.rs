//! Texts in cells: what a terminal shows of them, and how wide that is.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text of somebody else's with nothing in it that a terminal obeys: an escape sequence, or
/// a sign that turns the direction of what follows.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if is_hostile(c) { '?' } else { c })
        .collect()
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// On which side a cell is filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// The text in just so many columns: filled up with spaces, or cut, which `…` says.
pub(super) fn fit(text: &str, width: usize, align: Align) -> String {
    let wide = text.width();
    if wide <= width {
        let space = " ".repeat(width - wide);
        return match align {
            Align::Left => format!("{text}{space}"),
            Align::Right => format!("{space}{text}"),
        };
    }
    let Some(room) = width.checked_sub(1) else {
        return String::new();
    };
    let (mut cut, mut taken) = (String::new(), 0);
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if taken + columns > room {
            break;
        }
        taken += columns;
        cut.push(c);
    }
    cut.push('…');
    // Half of a wide sign does not stand beside it.
    cut + &" ".repeat(room - taken)
}

/// A number in five columns at most: `65536`, `262k`, `1.05M`.
pub(super) fn short(number: u64) -> String {
    if number < 100_000 {
        return number.to_string();
    }
    let mut value = number as f64;
    let mut unit = "";
    for next in ["k", "M", "G", "T", "P", "E"] {
        // What would be rounded up to 1000 belongs to the next unit.
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{}{unit}", three_digits(value))
}

/// Bytes in seven columns at most: `736 B`, `7.0 MiB`.
pub(super) fn bytes(number: u64) -> String {
    if number < 1024 {
        return format!("{number} B");
    }
    let mut value = number as f64;
    let mut unit = "";
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
        value /= 1024.0;
        unit = next;
        if value < 999.5 {
            break;
        }
    }
    match value {
        10.0.. => format!("{value:.0} {unit}"),
        _ => format!("{value:.1} {unit}"),
    }
}

/// A change per second with its sign: `+120`, `-0.5`, `0`.
pub(super) fn rate(rate: f64) -> String {
    let size = rate.abs();
    let text = match size {
        _ if size < 0.05 => return "0".to_owned(),
        _ if size < 9.95 => format!("{size:.1}"),
        _ => short(size.round() as u64),
    };
    format!("{}{text}", if rate < 0.0 { '-' } else { '+' })
}

fn three_digits(value: f64) -> String {
    match value {
        _ if value < 9.995 => format!("{value:.2}"),
        _ if value < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::{Align, bytes, clean, fit, rate, short};

    #[test]
    fn a_name_cannot_speak_to_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\u{9b}31m\r\n"), "a?[2Jb?31m??");
        assert_eq!(clean("con\u{202e}sn"), "con?sn");
        assert_eq!(clean("straße_流量"), "straße_流量");
    }

    #[test]
    fn a_cell_is_as_wide_as_it_says() {
        for (text, width) in [
            ("conns", 8),
            ("connections", 8),
            ("流量流量流量", 8),
            ("流", 1),
            ("", 3),
            ("x", 0),
        ] {
            for align in [Align::Left, Align::Right] {
                assert_eq!(fit(text, width, align).width(), width, "{text}");
            }
        }
        assert_eq!(fit("connections", 8, Align::Left), "connect…");
        assert_eq!(fit("流量流量流量", 8, Align::Left), "流量流… ");
    }

    #[test]
    fn numbers_are_short() {
        let shown = [
            0,
            65_536,
            99_999,
            100_000,
            262_144,
            999_499,
            999_500,
            1_048_576,
            4_294_967_295,
        ]
        .map(short);
        assert_eq!(
            shown,
            [
                "0", "65536", "99999", "100k", "262k", "999k", "1.00M", "1.05M", "4.29G"
            ]
        );
        assert!(short(u64::MAX).len() <= 5);
        let shown = [0, 1023, 1024, 7_341_136, 1_073_741_824].map(bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "7.0 MiB", "1.0 GiB"]);
        assert!(bytes(u64::MAX).len() <= 7);
        let shown = [0.0, 0.5, -3.25, 9.96, 120.4, -1_500_000.0].map(rate);
        assert_eq!(shown, ["0", "+0.5", "-3.2", "+10", "+120", "-1.50M"]);
    }
}
