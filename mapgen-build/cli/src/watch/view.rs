//! What of the table is on the screen, and what keys do to it. It draws nothing itself.

use anstyle::Style;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::around;
use super::column::Column;
use super::line::{Line, WARNING};
use super::rows::Row;
use super::table::{self, Widths};

/// What is to be done after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Draw,
    Quit,
    /// Stop as the shell asks for, until it goes on.
    Suspend,
}

/// What is shown, and how.
#[derive(Clone, Debug)]
pub(super) struct View {
    sorted: Column,
    descends: bool,
    filter: String,
    /// Whether keys go to the filter.
    is_typing: bool,
    pub(super) is_paused: bool,
    helps: bool,
    /// The map that is selected.
    selected: Option<u32>,
    /// How many lines are above the screen.
    above: usize,
    /// How many maps the screen shows.
    page: usize,
}

impl Default for View {
    fn default() -> Self {
        Self {
            sorted: Column::Fill,
            descends: true,
            filter: String::new(),
            is_typing: false,
            is_paused: false,
            helps: false,
            selected: None,
            above: 0,
            page: 1,
        }
    }
}

impl View {
    /// The maps that are shown, in their order.
    pub(super) fn shown<'r>(&self, rows: &'r [Row]) -> Vec<&'r Row> {
        let wanted = self.filter.to_lowercase();
        let mut shown: Vec<&Row> = rows
            .iter()
            .filter(|row| {
                wanted.is_empty()
                    || table::name(row).to_lowercase().contains(&wanted)
                    || row.kind.contains(&wanted)
                    || row.id.to_string() == wanted
            })
            .collect();
        shown.sort_by(|a, b| {
            let order = self.sorted.compare(a, b);
            let order = if self.descends {
                order.reverse()
            } else {
                order
            };
            order
                .then_with(|| a.name.cmp(&b.name))
                .then(a.id.cmp(&b.id))
        });
        shown
    }

    /// Does what a key asks for.
    pub(super) fn key(&mut self, key: KeyEvent, rows: &[Row]) -> Next {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c') => Next::Quit,
                KeyCode::Char('z') => Next::Suspend,
                _ => Next::Draw,
            };
        }
        if self.is_typing {
            self.typed(key.code);
            return Next::Draw;
        }
        if self.helps {
            // Any key ends the help, and does nothing else but to quit.
            self.helps = false;
            return if key.code == KeyCode::Char('q') {
                Next::Quit
            } else {
                Next::Draw
            };
        }
        let page = self.page.saturating_sub(1).max(1) as isize;
        match key.code {
            KeyCode::Char('q') => return Next::Quit,
            KeyCode::Char('?' | 'h') => self.helps = true,
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('p' | ' ') => self.is_paused = !self.is_paused,
            KeyCode::Esc => self.filter.clear(),
            KeyCode::Up | KeyCode::Char('k') => self.select(rows, -1),
            KeyCode::Down | KeyCode::Char('j') => self.select(rows, 1),
            KeyCode::PageUp => self.select(rows, -page),
            KeyCode::PageDown => self.select(rows, page),
            KeyCode::Home | KeyCode::Char('g') => self.select(rows, isize::MIN),
            KeyCode::End | KeyCode::Char('G') => self.select(rows, isize::MAX),
            KeyCode::Left => self.sort_beside(Column::ALL.len() - 1),
            KeyCode::Right => self.sort_beside(1),
            KeyCode::Char(c) => {
                if let Some(column) = Column::ALL.into_iter().find(|column| column.key() == c) {
                    self.sort(column);
                }
            }
            _ => {}
        }
        Next::Draw
    }

    fn typed(&mut self, code: KeyCode) {
        match code {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.filter.clear();
            }
            KeyCode::Backspace => {
                self.filter.pop();
            }
            // No map has a longer name that could be told apart by it.
            KeyCode::Char(c) if !c.is_control() && self.filter.len() < 256 => self.filter.push(c),
            _ => {}
        }
    }

    fn sort(&mut self, column: Column) {
        if self.sorted == column {
            self.descends = !self.descends;
        } else {
            (self.sorted, self.descends) = (column, column.usually_descends());
        }
    }

    fn sort_beside(&mut self, by: usize) {
        let next = (self.sorted as usize + by) % Column::ALL.len();
        self.sort(Column::ALL[next]);
    }

    /// Selects the map so many lines further; the first one from none.
    fn select(&mut self, rows: &[Row], by: isize) {
        let shown = self.shown(rows);
        let Some(last) = shown.len().checked_sub(1) else {
            return;
        };
        let next = match self.position(&shown) {
            Some(now) => now.saturating_add_signed(by).min(last),
            None if by == isize::MAX => last,
            None => 0,
        };
        self.selected = Some(shown[next].id);
    }

    /// Where the selected map stands, if it is shown.
    fn position(&self, shown: &[&Row]) -> Option<usize> {
        shown.iter().position(|row| Some(row.id) == self.selected)
    }

    /// The lines of a screen of this size.
    pub(super) fn draw(
        &mut self,
        rows: &[Row],
        error: Option<&str>,
        (columns, lines): (usize, usize),
    ) -> Vec<Line> {
        let shown = self.shown(rows);
        let position = self.position(&shown);
        let mut screen = vec![around::summary(rows, shown.len(), self.is_paused)];
        if let Some(error) = error {
            screen.push(Line::styled(WARNING, error));
        }
        // Beside the table: what stands above it, its head, and the last line.
        self.page = lines.saturating_sub(screen.len() + 2);
        if self.helps {
            let help = around::HELP.iter().take(self.page + 1);
            screen.extend(help.map(|line| Line::plain(*line)));
        } else {
            let widths = Widths::new(columns, &shown);
            screen.push(table::head(&widths, Some((self.sorted, self.descends))));
            self.above = scrolled(self.above, position, shown.len(), self.page);
            let visible = shown.iter().enumerate().skip(self.above).take(self.page);
            screen.extend(
                visible
                    .map(|(index, row)| table::line(row, &widths, true, position == Some(index))),
            );
        }
        screen.resize(lines.saturating_sub(1), Line::default());
        screen.push(self.status(position.map(|index| shown[index])));
        screen.truncate(lines);
        screen
    }

    /// The last line: what is typed, the selected map, or the keys.
    fn status(&self, selected: Option<&Row>) -> Line {
        if self.is_typing {
            let mut line = Line::plain(format!("/{}", self.filter));
            line.push(Style::new().invert(), " ");
            line.push(Style::new().dimmed(), "  enter: keep, esc: all maps");
            return line;
        }
        let mut line = Line::default();
        if !self.filter.is_empty() {
            line.push(Style::new().bold(), format!("/{}  ", self.filter));
        }
        match selected {
            Some(row) => around::details(row, &mut line),
            None => line.push(
                Style::new().dimmed(),
                "q quit  ? help  / filter  p pause  n i t f e l m r s sort  up, down select",
            ),
        }
        line
    }
}

/// How many lines are above the screen, so that the selected one is on it.
fn scrolled(above: usize, selected: Option<usize>, count: usize, page: usize) -> usize {
    let above = above.min(count.saturating_sub(page));
    match selected {
        Some(selected) if selected < above => selected,
        Some(selected) if selected >= above + page => (selected + 1).saturating_sub(page),
        _ => above,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::super::table::tests::row;
    use super::{Next, Row, View};

    fn press(view: &mut View, rows: &[Row], keys: &str) {
        for key in keys.chars() {
            let code = match key {
                '\n' => KeyCode::Enter,
                '\x1b' => KeyCode::Esc,
                '↓' => KeyCode::Down,
                '→' => KeyCode::Right,
                c => KeyCode::Char(c),
            };
            assert_eq!(view.key(code.into(), rows), Next::Draw, "{key:?}");
        }
    }

    fn ids(view: &View, rows: &[Row]) -> Vec<u32> {
        view.shown(rows).iter().map(|row| row.id).collect()
    }

    fn maps() -> Vec<Row> {
        let mut queue = row(3, "waiting", 0, 10);
        (queue.used, queue.pressure, queue.kind) = (None, None, "queue".to_owned());
        vec![row(1, "conns", 50, 100), row(2, "Alerts", 90, 200), queue]
    }

    #[test]
    fn the_fullest_map_comes_first_and_what_is_not_known_last() {
        let (mut view, rows) = (View::default(), maps());
        assert_eq!(ids(&view, &rows), [1, 2, 3]);
        press(&mut view, &rows, "e");
        assert_eq!(ids(&view, &rows), [2, 1, 3]);
        press(&mut view, &rows, "e");
        assert_eq!(ids(&view, &rows), [3, 1, 2], "the other way");
        press(&mut view, &rows, "n");
        assert_eq!(ids(&view, &rows), [2, 1, 3]);
        press(&mut view, &rows, "→→");
        assert_eq!(ids(&view, &rows), [2, 1, 3], "by type");
    }

    #[test]
    fn a_filter_is_of_names_types_and_ids_and_goes_with_escape() {
        let (mut view, rows) = (View::default(), maps());
        press(&mut view, &rows, "/ALER");
        assert_eq!(ids(&view, &rows), [2], "as it is typed");
        press(&mut view, &rows, "x\n");
        assert_eq!(ids(&view, &rows), [0; 0]);
        press(&mut view, &rows, "\x1b/queue\n");
        assert_eq!(ids(&view, &rows), [3]);
        press(&mut view, &rows, "\x1b/1\n");
        assert_eq!(ids(&view, &rows), [1]);
        press(&mut view, &rows, "\x1b");
        assert_eq!(ids(&view, &rows).len(), 3);
    }

    #[test]
    fn the_selected_map_stays_selected_and_on_the_screen_wherever_it_goes() {
        let rows: Vec<Row> = (1..=50)
            .map(|id| row(id, "map", u64::from(id), 100))
            .collect();
        let mut view = View::default();
        let selected = |view: &mut View| {
            let screen = view.draw(&rows, None, (80, 10));
            let text = screen.last().unwrap().text();
            let mut on_screen = screen
                .iter()
                .filter(|line| line.0.iter().any(|(style, _)| *style == style.invert()));
            let line = on_screen.next().map(|line| line.text());
            (text, line)
        };
        press(&mut view, &rows, "↓↓");
        let (status, line) = selected(&mut view);
        assert!(
            status.starts_with("map (hash, id 49): 49 of 100"),
            "{status}"
        );
        assert!(line.unwrap().contains(" 49 hash"));
        press(&mut view, &rows, "f");
        let (status, line) = selected(&mut view);
        assert!(status.starts_with("map (hash, id 49)"), "{status}");
        assert!(line.expect("it is scrolled to").contains(" 49 hash"));
        press(&mut view, &rows, "G");
        assert!(selected(&mut view).0.starts_with("map (hash, id 50)"));
        press(&mut view, &rows, "g");
        assert!(selected(&mut view).0.starts_with("map (hash, id 1)"));
    }

    #[test]
    fn keys_go_into_the_filter_while_it_is_typed_and_end_the_help() {
        let (mut view, rows) = (View::default(), maps());
        press(&mut view, &rows, "/q?");
        assert_eq!(view.filter, "q?");
        let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(view.clone().key(interrupt, &rows), Next::Quit);
        press(&mut view, &rows, "\x1b?");
        let screen = view.draw(&rows, None, (80, 24));
        assert!(screen.iter().any(|line| line.text().contains("quit")));
        press(&mut view, &rows, "n");
        assert_eq!(ids(&view, &rows), [1, 2, 3], "not sorted by it");
        assert_eq!(view.key(KeyCode::Char('q').into(), &rows), Next::Quit);
    }

    #[test]
    fn a_screen_of_any_size_is_filled_and_no_more() {
        let rows = maps();
        for (columns, lines) in [(0, 0), (1, 1), (20, 2), (79, 3), (80, 24), (300, 100)] {
            for keys in ["", "?", "/x", "↓"] {
                let mut view = View::default();
                press(&mut view, &rows, keys);
                let screen = view.draw(&rows, Some("no rights"), (columns, lines));
                assert_eq!(screen.len(), lines);
            }
        }
    }
}
