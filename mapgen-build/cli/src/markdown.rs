//! Markdown for a terminal: headings in bold, code in colour, paragraphs in its width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr as _;

const HEADING: Style = AnsiColor::Green.on_default().bold();
const STRONG: Style = Style::new().bold();
const CODE: Style = AnsiColor::Cyan.on_default();

/// The columns that a text may take: those of the terminal, 100 at most.
pub(crate) fn width() -> usize {
    let terminal = terminal_size::terminal_size();
    let columns = terminal.map_or(80, |(width, _)| usize::from(width.0));
    columns.clamp(20, 100)
}

/// A page with styles as escape sequences.
pub(crate) fn render(page: &str, width: usize) -> String {
    let mut writer = Writer {
        width,
        ..Writer::default()
    };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        writer.event(event);
    }
    writer.out
}

/// A page without styles, for those who show no markdown.
pub(crate) fn plain(page: &str) -> String {
    anstream::adapter::strip_str(&render(page, 100)).to_string()
}

#[derive(Default)]
struct Writer {
    out: String,
    width: usize,
    /// The words of the paragraph at hand, each with its style.
    words: Vec<(String, Style)>,
    /// Whether the next text follows the last word without a space.
    joins: bool,
    style: Style,
    in_code: bool,
    /// The rows of the table at hand.
    table: Vec<Vec<String>>,
    indent: &'static str,
    bullet: &'static str,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                self.gap();
                self.style = HEADING;
            }
            Event::Start(Tag::Paragraph) => self.gap(),
            Event::Start(Tag::CodeBlock(_)) => {
                self.gap();
                self.in_code = true;
            }
            Event::Start(Tag::Strong | Tag::Emphasis) => self.style = STRONG,
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => self.style = Style::new(),
            Event::Start(Tag::List(_)) => self.gap(),
            Event::Start(Tag::Item) => (self.bullet, self.indent) = ("- ", "  "),
            Event::End(TagEnd::Item) => {
                self.paragraph();
                (self.bullet, self.indent) = ("", "");
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) => {
                self.paragraph();
                self.style = Style::new();
            }
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            Event::Start(Tag::Table(_)) => self.gap(),
            Event::Start(Tag::TableHead | Tag::TableRow) => self.table.push(Vec::new()),
            Event::End(TagEnd::TableCell) => self.cell(),
            Event::End(TagEnd::Table) => self.rows(),
            Event::Text(text) if self.in_code => self.code_block(&text),
            Event::Text(text) => self.text(&text, self.style),
            Event::Code(code) => self.word(&code, CODE),
            Event::SoftBreak | Event::HardBreak => self.joins = false,
            _ => {}
        }
    }

    /// An empty line between what was written and what comes.
    fn gap(&mut self) {
        if !self.out.is_empty() && self.bullet.is_empty() {
            self.out.push('\n');
        }
    }

    fn text(&mut self, text: &str, style: Style) {
        for (index, part) in text.split(' ').enumerate() {
            if index > 0 {
                self.joins = false;
            }
            if !part.is_empty() {
                self.word(part, style);
            }
        }
        self.joins &= !text.ends_with(' ');
    }

    /// What follows a word without a space belongs to it.
    fn word(&mut self, text: &str, style: Style) {
        let styled = format!("{style}{text}{style:#}");
        match self.words.last_mut().filter(|_| self.joins) {
            Some((last, _)) => *last += &styled,
            None => self.words.push((styled, style)),
        }
        self.joins = true;
    }

    fn paragraph(&mut self) {
        let mut column = 0;
        for (index, (word, _)) in std::mem::take(&mut self.words).iter().enumerate() {
            let wide = anstream::adapter::strip_str(word).to_string().width();
            if index == 0 {
                self.out += self.bullet;
                column = self.bullet.len();
            } else if column + 1 + wide > self.width {
                self.out += "\n";
                self.out += self.indent;
                column = self.indent.len();
            } else {
                self.out.push(' ');
                column += 1;
            }
            self.out += word;
            column += wide;
        }
        if column > 0 {
            self.out.push('\n');
        }
        self.joins = false;
    }

    fn code_block(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.out, "    {CODE}{line}{CODE:#}");
        }
    }

    fn cell(&mut self) {
        let words = std::mem::take(&mut self.words).into_iter();
        let cell = words.map(|(word, _)| word).collect::<Vec<_>>().join(" ");
        self.joins = false;
        if let Some(row) = self.table.last_mut() {
            row.push(cell);
        }
    }

    fn rows(&mut self) {
        let rows = std::mem::take(&mut self.table);
        let width_of = |cell: &str| anstream::adapter::strip_str(cell).to_string().width();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width_of(cell)).max().unwrap_or(0)
            })
            .collect();
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line += "  ";
                line += cell;
                line.extend(std::iter::repeat_n(' ', width - width_of(cell)));
            }
            self.out += line.trim_end();
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_plain_text_in_the_width_of_the_terminal() {
        let page = "# M0001 `flexible`: a title\n\nA value's type ends (`struct text`), which\n\
                    is long.\n\n```c\nint x;\n```\n\n- one, `two`\n- three\n\n\
                    | a | b |\n| --- | --- |\n| long cell | `c` |\n";
        let text = anstream::adapter::strip_str(&render(page, 30)).to_string();
        assert_eq!(
            text,
            "M0001 flexible: a title\n\nA value's type ends\n(struct text), which is long.\n\n    \
             int x;\n\n- one, two\n- three\n\n  a          b\n  long cell  c\n"
        );
    }
}
