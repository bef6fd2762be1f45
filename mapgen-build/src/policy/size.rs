//! Sizes as people write and read them: `64 MiB`.

/// Reads `67108864`, `64 MiB`, `1.5 GiB`, `16 kB`.
pub(super) fn parse(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 8] = [
        ("", 1),
        ("B", 1),
        ("kB", 1000),
        ("MB", 1000 * 1000),
        ("GB", 1000 * 1000 * 1000),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let (_, factor) = UNITS
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    let number = number.replace('_', "");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    if part.is_empty() {
        return (!number.ends_with('.')).then_some(whole);
    }
    // At most 9 digits, so that nothing overflows.
    let digits = u32::try_from(part.len()).ok().filter(|&n| n <= 9)?;
    let part = u128::from(part.parse::<u64>().ok()?) * u128::from(factor) / 10_u128.pow(digits);
    whole.checked_add(u64::try_from(part).ok()?)
}

/// `61.5 MiB`; whole numbers without a point.
///
/// ```
/// assert_eq!(mapgen_build::policy::size_text(7_341_136), "7.0 MiB");
/// ```
pub fn text(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let unit = units.into_iter().find(|(shift, _)| bytes >> shift > 0);
    let Some((shift, unit)) = unit else {
        return format!("{bytes} B");
    };
    let (whole, rest) = (bytes >> shift, bytes & ((1 << shift) - 1));
    match (rest * 10) >> shift {
        0 if rest == 0 => format!("{whole} {unit}"),
        tenth => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse("4096"), Some(4096));
        assert_eq!(parse("64 MiB"), Some(64 << 20));
        assert_eq!(parse("64MiB"), Some(64 << 20));
        assert_eq!(parse("1.5 GiB"), Some(3 << 29));
        assert_eq!(parse("16 kB"), Some(16_000));
        assert_eq!(parse("1_000 B"), Some(1000));
        for wrong in [
            "",
            "MiB",
            "1.",
            "-1",
            "1 XiB",
            "99999999999 GiB",
            "1..2",
            "1.1234567890",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_as_people_read_them() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            ((64 << 20) + 1, "64.0 MiB"),
            (u64::MAX, "17179869183.9 GiB"),
        ] {
            assert_eq!(text(bytes), shown);
        }
    }
}
