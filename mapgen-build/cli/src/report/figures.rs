//! Numbers as the page prints them, and bars.

use maud::{Markup, html};

/// `65,536`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 byte`, `3 bytes`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A bar of `part` in `whole`. The number stands beside it,
/// so that nothing is lost where it is not seen.
pub(super) fn bar(part: u64, whole: u64) -> Markup {
    let x = |value: u64| {
        let value = u128::from(value.min(whole)) * 1000;
        u64::try_from(value / u128::from(whole.max(1))).unwrap_or(1000)
    };
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track width="1000" height="10" {}
            rect.fill width=(x(part)) height="10" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1000, 65_536, 7_341_136].map(grouped),
            ["0", "999", "1,000", "65,536", "7,341,136"]
        );
    }
}
