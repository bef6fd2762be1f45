//! Findings as JSON. Fields are added, never renamed; `docs/check.md` describes them.

use mapgen_build::{Level, SourceLine};
use serde_json::{Value, json};

use super::{Finding, Report};

/// The version of the output; it changes when a field would have to be renamed.
const FORMAT: u32 = 1;

pub(super) fn report(report: &Report) -> Value {
    let unreadable = report.unreadable.iter().map(|unreadable| {
        json!({
            "path": unreadable.path.to_string_lossy(),
            "message": unreadable.error.to_string(),
        })
    });
    json!({
        "format": FORMAT,
        "objects": report.objects,
        "errors": report.count(Level::Deny),
        "warnings": report.count(Level::Warn),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "unreadable": unreadable.collect::<Vec<_>>(),
    })
}

/// `error` or `warning`, as compilers and SARIF call them.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "none",
    }
}

fn finding(finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let object = Some(&diagnostic.object).filter(|object| !object.is_empty());
    json!({
        "code": diagnostic.code.to_string(),
        "name": diagnostic.code.name,
        "level": level(diagnostic.level),
        "object": object,
        "path": finding.path.as_ref().map(|path| path.to_string_lossy()),
        "place": diagnostic.place,
        "message": diagnostic.message,
        "origin": diagnostic.origin,
        "source": diagnostic.at.as_ref().map(source),
        "notes": diagnostic.notes,
        "help": diagnostic.help,
    })
}

fn source(at: &SourceLine) -> Value {
    json!({
        "file": at.file,
        "line": at.line,
        "column": Some(at.column).filter(|&column| column > 0),
        "text": at.text,
    })
}
