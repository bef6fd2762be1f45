//! A line of the screen, and the styles in it.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::rows::State;
use super::text::{Align, fit};

/// A line in pieces of one style each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line(pub(super) Vec<(Style, String)>);

impl Line {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self(vec![(Style::new(), text.into())])
    }

    pub(super) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self(vec![(style, text.into())])
    }

    pub(super) fn push(&mut self, style: Style, text: impl Into<String>) {
        self.0.push((style, text.into()));
    }

    /// With other ink on other paper.
    pub(super) fn inverted(mut self) -> Self {
        for (style, _) in &mut self.0 {
            *style = style.invert();
        }
        self
    }

    /// As a terminal takes it, in so many columns; without colours, what is bold or inverted
    /// still is.
    pub(super) fn render(&self, columns: usize, has_colors: bool) -> String {
        let (mut out, mut left) = (String::new(), columns);
        for (style, text) in &self.0 {
            let style = match has_colors {
                true => *style,
                false => Style::new().effects(style.get_effects()),
            };
            let width = text.width().min(left);
            let text = fit(text, width, Align::Left);
            out.push_str(&format!("{style}{text}{style:#}"));
            left -= width;
        }
        out
    }

    /// How many columns it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// Without styles.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }
}

pub(super) const CRITICAL: Style = AnsiColor::BrightRed.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default();
pub(super) const FINE: Style = AnsiColor::Green.on_default();

pub(super) fn style(state: State) -> Style {
    match state {
        State::Fine => Style::new(),
        State::Unread | State::Warning => WARNING,
        State::BelowMinimum | State::Critical => CRITICAL,
    }
}
