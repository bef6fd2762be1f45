//! Findings as rustc shows its own.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use mapgen_build::{Level as Weight, SourceLine};

use super::{Finding, Report};

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(columns());
    for finding in &report.findings {
        writeln!(out, "{}\n", renderer.render(&groups(finding)))?;
    }
    let mut codes: BTreeSet<String> = BTreeSet::new();
    codes.extend(
        report
            .findings
            .iter()
            .map(|f| f.diagnostic.code.to_string()),
    );
    let checked = report.objects - report.unreadable.len();
    let mut parts = vec![counted(checked, "object", "objects") + " checked"];
    for (count, one, many) in [
        (report.count(Weight::Deny), "error", "errors"),
        (report.count(Weight::Warn), "warning", "warnings"),
        (report.unreadable.len(), "unreadable", "unreadable"),
    ] {
        if count > 0 {
            parts.push(counted(count, one, many));
        }
    }
    writeln!(out, "{}", parts.join(", "))?;
    if let Some(first) = codes.first() {
        writeln!(out, "for more about a message: `mapgen explain {first}`")?;
    }
    Ok(())
}

/// Longer lines of source are cut; a log of CI has room.
fn columns() -> usize {
    let terminal = terminal_size::terminal_size();
    terminal.map_or(140, |(width, _)| usize::from(width.0).max(40))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A finding and, behind it, the line of the policy that asks for it.
fn groups(finding: &Finding) -> Vec<Group<'static>> {
    let diagnostic = &finding.diagnostic;
    let level = match diagnostic.level {
        Weight::Deny => Level::ERROR,
        Weight::Warn | Weight::Allow => Level::WARNING,
    };
    let title = level
        .primary_title(finding.headline())
        .id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    if let Some(at) = &diagnostic.at {
        group = place_of(at, group);
    }
    // The line is in the source that the object was compiled from: both are told.
    let told = |path: &Path| {
        diagnostic
            .at
            .as_ref()
            .is_some_and(|at| path.ends_with(&at.file))
    };
    if let Some(path) = finding.path.as_ref().filter(|path| !told(path)) {
        group = group.element(Origin::path(shown(path)));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    let policy = diagnostic.origin.as_deref().map(asked);
    if let Some(Asked::Said(origin)) = &policy {
        group = group.element(Level::NOTE.message(format!("`{origin}` asks for it")));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let mut groups = vec![group];
    if let Some(Asked::Shown { path, line, text }) = policy {
        let span = trimmed(&text);
        groups.push(
            Level::NOTE
                .secondary_title("the policy asks for it here")
                .element(
                    Snippet::source(text)
                        .path(path)
                        .line_start(line)
                        .annotation(AnnotationKind::Primary.span(span)),
                ),
        );
    }
    groups
}

fn shown(path: &Path) -> String {
    normalize_untrusted_str(&path.display().to_string())
}

fn place_of(at: &SourceLine, group: Group<'static>) -> Group<'static> {
    let path = normalize_untrusted_str(&at.file);
    let line = at.line as usize;
    if at.text.trim().is_empty() {
        let mut origin = Origin::path(path).line(line);
        if at.column > 0 {
            origin = origin.char_column(at.column as usize);
        }
        return group.element(origin);
    }
    group.element(
        Snippet::source(at.text.clone())
            .path(path)
            .line_start(line)
            .annotation(AnnotationKind::Primary.span(span(&at.text, at.column))),
    )
}

/// The word that begins at a column, which clang counts in bytes from 1; the whole line
/// where there is none.
fn span(text: &str, column: u32) -> Range<usize> {
    let start = (column as usize).saturating_sub(1);
    let Some(rest) = text.get(start..).filter(|_| column > 0) else {
        return trimmed(text);
    };
    let word = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    if first == 0 {
        return trimmed(text);
    }
    start..start + word.max(first)
}

fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..text.trim_end().len().max(start)
}

/// Where a policy stands.
enum Asked {
    /// A place without lines.
    Said(String),
    /// A line of a file.
    Shown {
        path: String,
        line: usize,
        text: String,
    },
}

fn asked(origin: &str) -> Asked {
    let line = origin.rsplit_once(':').and_then(|(path, line)| {
        let line: usize = line.parse().ok()?;
        let file = fs::read_to_string(path).ok()?;
        let text = file.lines().nth(line.checked_sub(1)?)?.to_owned();
        Some(Asked::Shown {
            path: path.to_owned(),
            line,
            text,
        })
    });
    line.unwrap_or_else(|| Asked::Said(origin.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_column_marks_the_word_that_begins_there() {
        let line = "\treturn bpf_ktime_get_ns();";
        assert_eq!(&line[span(line, 9)], "bpf_ktime_get_ns");
        assert_eq!(&line[span(line, 25)], "(");
        assert_eq!(&line[span(line, 0)], "return bpf_ktime_get_ns();");
        assert_eq!(&line[span(line, 900)], "return bpf_ktime_get_ns();");
        // In the middle of a character: an object may say anything.
        assert_eq!(span("é", 2), 0..2);
    }
}
