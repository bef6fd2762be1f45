//! What stands around the table: the summary, a map's details, the help.

use anstyle::Style;

use super::line::{CRITICAL, Line, style};
use super::rows::{Row, State};
use super::table;
use super::text::bytes;

/// What the keys do.
pub(super) const HELP: &[&str] = &[
    "",
    "  keys                        what they do",
    "  q, ctrl-c                   quit",
    "  up, down, page up and down, select a map: its line below the table says more",
    "  home, end, k, j, g, G",
    "  n i t f e l m r s           sort by name, id, type, fill level, entries, least",
    "                              entries, memory, rate, state; again: the other way",
    "  left, right                 sort by the column beside",
    "  /                           show maps of this name, type or id only; esc: all",
    "  p, space                    pause, and go on",
    "  ?                           this page",
    "",
    "  A dash stands for what the kernel does not say. The rate is of entries, or of",
    "  bytes in a ring buffer, that came or went a second since the look before.",
];

/// The first line: how many maps there are, and how they are.
pub(super) fn summary(rows: &[Row], shown: usize, is_paused: bool) -> Line {
    let count = |wanted: State| rows.iter().filter(|row| row.state == wanted).count();
    let memory = rows.iter().filter_map(|row| row.memory).sum();
    let mut line = Line::styled(Style::new().bold(), "mapgen watch");
    let maps = match rows.len() {
        all if all == shown => format!("  {all} maps"),
        all => format!("  {shown} of {all} maps"),
    };
    line.push(Style::new(), format!("{maps}, {}", bytes(memory)));
    for state in [
        State::Critical,
        State::BelowMinimum,
        State::Warning,
        State::Unread,
    ] {
        let count = count(state);
        if count > 0 {
            line.push(Style::new(), ", ");
            line.push(style(state), format!("{count} {}", state.as_str()));
        }
    }
    if is_paused {
        line.push(Style::new(), "  ");
        line.push(Style::new().invert(), " paused ");
    }
    line
}

/// All that there is to say of a map; first of all why it could not be looked at.
pub(super) fn details(row: &Row, line: &mut Line) {
    let known = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    if let Some(error) = &row.error {
        line.push(CRITICAL, format!("{error}  "));
    }
    line.push(
        Style::new(),
        format!(
            "{} ({}, id {}): {} of {}, minimum {}, {} bytes of memory",
            table::name(row),
            row.kind,
            row.id,
            known(row.used),
            row.capacity,
            known(row.min_entries.map(u64::from)),
            known(row.memory),
        ),
    );
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_help_fits_a_terminal_of_eighty_by_twenty_four() {
        assert!(super::HELP.iter().all(|line| line.len() <= 80));
        assert!(super::HELP.len() <= 22);
    }
}
