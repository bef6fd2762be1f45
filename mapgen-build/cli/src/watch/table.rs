//! The table: how wide its columns are, and a map's line in it.

use anstyle::Style;
use mapgen_runtime::Unit;
use unicode_width::UnicodeWidthStr as _;

use super::column::Column;
use super::line::{FINE, Line, style};
use super::rows::{Row, State};
use super::text::{Align, bytes, fit, rate, short};

impl Column {
    fn align(self) -> Align {
        match self {
            Self::Name | Self::Kind | Self::Fill | Self::State => Align::Left,
            _ => Align::Right,
        }
    }

    /// The columns it has on a terminal of 80, or fewer.
    fn least(self) -> usize {
        match self {
            Self::Name => 15,
            Self::Id => 5,
            Self::Kind => 8,
            Self::Fill => 9,
            Self::Entries => 11,
            Self::Minimum => 5,
            Self::Memory => 7,
            Self::Rate => 6,
            Self::State => 5,
        }
    }

    /// The columns that it takes where there are enough.
    fn most(self, rows: &[&Row]) -> usize {
        let widest = |of: &dyn Fn(&Row) -> usize| rows.iter().map(|row| of(row)).max().unwrap_or(0);
        let wanted = match self {
            Self::Name => widest(&|row| name(row).width()).min(60),
            Self::Id => widest(&|row| row.id.to_string().len()),
            Self::Kind => widest(&|row| row.kind.width()).min(24),
            Self::Fill => 25,
            Self::Entries => widest(&|row| entries(row, usize::MAX).width()),
            Self::Minimum => widest(&|row| minimum(row, usize::MAX).width()),
            Self::State => widest(&|row| row.state.as_str().len()),
            Self::Memory | Self::Rate => 0,
        };
        wanted.max(self.least())
    }
}

/// How wide each column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Widths([usize; Column::ALL.len()]);

impl Widths {
    /// For these maps on a terminal of so many columns. Where there is room, first the texts
    /// that would be cut take what they need, then the bars.
    pub(super) fn new(columns: usize, rows: &[&Row]) -> Self {
        let mut widths = Column::ALL.map(Column::least);
        // An id that is cut is another one.
        widths[Column::Id as usize] = Column::Id.most(rows);
        let all = widths.iter().sum::<usize>() + Column::ALL.len() - 1;
        widths[Column::Name as usize] -= all.saturating_sub(columns).min(7);
        let mut left = columns.saturating_sub(all);
        let mut takers: Vec<usize> = (0..widths.len()).collect();
        takers.sort_by_key(|&index| match Column::ALL[index] {
            Column::Name => 0,
            Column::State => 1,
            Column::Fill => 3,
            _ => 2,
        });
        for index in takers {
            let more = (Column::ALL[index].most(rows) - widths[index]).min(left);
            widths[index] += more;
            left -= more;
        }
        Self(widths)
    }

    /// For a file or a pipe: nothing is cut.
    pub(super) fn unlimited(rows: &[&Row]) -> Self {
        let mut widths = Column::ALL.map(|column| column.most(rows));
        let names = rows.iter().map(|row| name(row).width());
        widths[Column::Name as usize] = names.max().unwrap_or(0).max(Column::Name.least());
        widths[Column::Fill as usize] = 5;
        Self(widths)
    }

    fn each(&self) -> impl Iterator<Item = (Column, usize)> + '_ {
        Column::ALL.into_iter().zip(self.0)
    }
}

/// The titles; that of the column by which it is sorted stands out.
pub(super) fn head(widths: &Widths, sorted: Option<(Column, bool)>) -> Line {
    let mut line = Line::default();
    for (column, width) in widths.each() {
        let (mut style, mut title) = (Style::new().bold(), column.title().to_owned());
        if let Some((by, descends)) = sorted.filter(|(by, _)| *by == column) {
            style = style.underline();
            // Where it does not fit, the underline has to do.
            if title.len() < width && by == column {
                title.push(if descends { '▼' } else { '▲' });
            }
        }
        separate(&mut line);
        line.push(style, fit(&title, width, column.align()));
    }
    line
}

/// A map; with bars on a terminal.
pub(super) fn line(row: &Row, widths: &Widths, bars: bool, is_selected: bool) -> Line {
    let mut line = Line::default();
    for (column, width) in widths.each() {
        separate(&mut line);
        let cell = |text: String| fit(&text, width, column.align());
        let known = |text: Option<String>| cell(text.unwrap_or_else(|| "-".to_owned()));
        let text = match column {
            Column::Name => cell(name(row)),
            Column::Id => cell(row.id.to_string()),
            Column::Kind => cell(row.kind.clone()),
            Column::Fill => {
                let style = match row.state {
                    State::Warning | State::Critical => style(row.state),
                    _ if !bars => Style::new(),
                    _ => FINE,
                };
                if bars {
                    fill(row, width, style, &mut line);
                } else {
                    let text = row.pressure.map_or_else(|| "-".to_owned(), percent);
                    line.push(style, fit(&text, width, Align::Right));
                }
                continue;
            }
            Column::Entries => cell(entries(row, width)),
            Column::Minimum => cell(minimum(row, width)),
            Column::Memory => known(row.memory.map(bytes)),
            Column::Rate => known(row.rate.map(rate)),
            Column::State => {
                let long = row.state.as_str();
                let text = if long.len() <= width {
                    long
                } else {
                    row.state.short()
                };
                line.push(style(row.state), cell(text.to_owned()));
                continue;
            }
        };
        line.push(Style::new(), text);
    }
    if is_selected { line.inverted() } else { line }
}

fn separate(line: &mut Line) {
    if !line.0.is_empty() {
        line.push(Style::new(), " ");
    }
}

/// `████▌    53%`.
fn fill(row: &Row, width: usize, style: Style, line: &mut Line) {
    let Some(pressure) = row.pressure else {
        line.push(Style::new(), fit("-", width, Align::Right));
        return;
    };
    let room = width.saturating_sub(5);
    // What is not empty shows, and what is not full does not look so.
    let eighths = (pressure * (room * 8) as f64) as usize;
    let eighths = eighths.max(usize::from(pressure > 0.0));
    let mut bar = "█".repeat(eighths / 8);
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    bar.push_str(parts[eighths % 8]);
    line.push(style, fit(&bar, room, Align::Left));
    line.push(Style::new(), fit(&percent(pressure), 5, Align::Right));
}

/// Never 100 % before it is full, nor 0 % when there is something in it.
fn percent(pressure: f64) -> String {
    match (100.0 * pressure).floor() {
        whole if whole < 1.0 && pressure > 0.0 => "<1%".to_owned(),
        whole => format!("{whole:.0}%"),
    }
}

/// The object goes before the name, where it is known.
pub(super) fn name(row: &Row) -> String {
    match row.object.is_empty() {
        true => row.name.clone(),
        false => format!("{}:{}", row.object, row.name),
    }
}

/// `52412/65536`, in thousands or millions where it does not fit.
fn entries(row: &Row, width: usize) -> String {
    let used = |write: fn(u64) -> String| row.used.map_or_else(|| "-".to_owned(), write);
    let unit = match row.unit {
        Unit::Bytes => " B",
        _ => "",
    };
    if row.capacity == 0 {
        return used(|number| number.to_string());
    }
    let exact = format!(
        "{}/{}{unit}",
        used(|number| number.to_string()),
        row.capacity
    );
    if exact.len() <= width {
        return exact;
    }
    format!("{}/{}", used(short), short(row.capacity.into()))
}

fn minimum(row: &Row, width: usize) -> String {
    let Some(least) = row.min_entries else {
        return "-".to_owned();
    };
    let exact = least.to_string();
    if exact.len() <= width {
        exact
    } else {
        short(least.into())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use mapgen_runtime::Unit;
    use unicode_width::UnicodeWidthStr as _;

    use super::{Column, Row, State, Widths, head, line};

    pub(in super::super) fn row(id: u32, name: &str, used: u64, capacity: u32) -> Row {
        Row {
            id,
            name: name.to_owned(),
            object: String::new(),
            kind: "hash".to_owned(),
            capacity,
            unit: Unit::Entries,
            used: Some(used),
            pressure: Some(used as f64 / f64::from(capacity)),
            min_entries: None,
            memory: Some(7_341_136),
            rate: None,
            state: State::Fine,
            error: None,
        }
    }

    #[test]
    fn every_column_stands_on_a_terminal_of_eighty() {
        let mut crowded = row(
            4_294_967,
            "流量流量流量流量流量流量流量",
            4_000_000_000,
            u32::MAX,
        );
        crowded.kind = "cgroup_storage_percpu".to_owned();
        crowded.min_entries = Some(u32::MAX);
        crowded.rate = Some(-1_234_567_890.0);
        crowded.state = State::BelowMinimum;
        let rows = [&crowded, &row(1, "a", 0, 1)];
        let widths = Widths::new(80, &rows);
        let title = head(&widths, Some((Column::Fill, true))).text();
        assert_eq!(title.width(), 80);
        for column in Column::ALL {
            assert!(title.contains(column.title()), "{title}");
        }
        for row in rows {
            assert_eq!(line(row, &widths, true, false).text().width(), 80);
        }
        let text = line(&crowded, &widths, true, false).text();
        assert!(text.contains(" 4294967 "), "its id is whole: {text}");
        assert!(
            text.contains("4.00G/4.29G") && text.ends_with(" below"),
            "{text}"
        );
    }

    #[test]
    fn a_wide_terminal_shows_names_whole_and_numbers_exactly() {
        let mut long = row(7, "connections_by_cgroup_and_process", 1_000_000, 1_048_576);
        long.object = "flow".to_owned();
        let widths = Widths::new(160, &[&long]);
        let text = line(&long, &widths, true, false).text();
        assert!(
            text.contains("flow:connections_by_cgroup_and_process"),
            "{text}"
        );
        assert!(text.contains("1000000/1048576"), "{text}");
        assert!(text.contains("95%"), "{text}");
    }

    #[test]
    fn a_map_is_full_when_it_is() {
        let widths = Widths::new(80, &[]);
        let shown = |used| line(&row(1, "a", used, 100_000), &widths, true, false).text();
        assert!(shown(99_999).contains(" 99%"));
        assert!(shown(100_000).contains("████ 100%"), "{}", shown(100_000));
        assert!(
            shown(1).contains("▏") && shown(1).contains(" <1%"),
            "{}",
            shown(1)
        );
        assert!(shown(0).contains(" 0%"));
    }
}
