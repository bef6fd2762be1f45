//! What the guard finds, and the pages of its messages.

use std::collections::BTreeMap;

use mapgen_build::{Code, Level};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::figures::counted;
use super::visible;
use crate::check::{Finding, Report};
use crate::explain;

/// A page with more would be read by nobody.
const MAX_SHOWN: usize = 1000;

pub(super) fn section(report: &Report) -> Markup {
    let (errors, warnings) = (report.count(Level::Deny), report.count(Level::Warn));
    html! {
        section id="findings" {
            h2 { "Findings" }
            @if report.findings.is_empty() && report.unreadable.is_empty() {
                p.holds { "Everything that is asked of " (counted(report.objects as u64, "object", "objects")) " holds." }
            } @else {
                p {
                    (counted(errors as u64, "error", "errors")) ", "
                    (counted(warnings as u64, "warning", "warnings")) "."
                }
            }
            @for unreadable in &report.unreadable {
                article.finding.deny {
                    h3 { span.level { "unreadable" } " " (visible::name(&unreadable.path.to_string_lossy())) }
                    p { (visible::message(&unreadable.error.to_string())) }
                }
            }
            @for finding in report.findings.iter().take(MAX_SHOWN) { (one(finding)) }
            @if report.findings.len() > MAX_SHOWN {
                p { (counted((report.findings.len() - MAX_SHOWN) as u64, "more finding", "more findings")) ": " code { "mapgen check" } " prints all." }
            }
        }
    }
}

fn one(finding: &Finding) -> Markup {
    let diagnostic = &finding.diagnostic;
    let (class, level) = match diagnostic.level {
        Level::Deny => ("deny", "error"),
        Level::Warn | Level::Allow => ("warn", "warning"),
    };
    let code = diagnostic.code.to_string();
    let place = diagnostic.place.join(", ");
    html! {
        article.(format!("finding {class}")) data-code=(code) data-level=(level) {
            h3 {
                span.level { (level) } " "
                a href=(format!("#{code}")) { (code) } " "
                code { (diagnostic.code.name) }
                @if !diagnostic.object.is_empty() || !place.is_empty() { " " span.place {
                    (visible::name(&diagnostic.object))
                    @if !diagnostic.object.is_empty() && !place.is_empty() { ", " }
                    (visible::name(&place.replace('`', "")))
                } }
            }
            p { (ticked(&visible::message(&diagnostic.message))) }
            @if let Some(at) = &diagnostic.at {
                p.source { (visible::name(&at.file)) ":" (at.line) @if at.column > 0 { ":" (at.column) } }
                @if !at.text.trim().is_empty() { pre { code { (visible::message(at.text.trim_end())) } } }
            }
            @for note in &diagnostic.notes {
                @if note.contains('\n') { pre { code { (visible::message(note)) } } } @else { p { (ticked(&visible::message(note))) } }
            }
            @if let Some(origin) = &diagnostic.origin { p { "Asked for by " code { (visible::name(origin)) } "." } }
            @if let Some(help) = &diagnostic.help { p.help { strong { "What to do: " } (ticked(&visible::message(help))) } }
        }
    }
}

/// What stands between backticks as code.
pub(super) fn ticked(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The pages of the codes that were found, once each.
pub(super) fn pages(report: &Report) -> Markup {
    let codes: BTreeMap<String, Code> = report
        .findings
        .iter()
        .take(MAX_SHOWN)
        .map(|finding| (finding.diagnostic.code.to_string(), finding.diagnostic.code))
        .collect();
    if codes.is_empty() {
        return html! {};
    }
    html! {
        section id="messages" {
            h2 { "What the messages mean" }
            @for (name, code) in &codes {
                @if let Some(page) = explain::page(*code) {
                    article.explained id=(name) { (PreEscaped(rendered(page))) }
                }
            }
        }
    }
}

/// A page of `docs/errors` below the headings of this one; its links lead to files that are
/// not here.
fn rendered(page: &str) -> String {
    let lower = |level: HeadingLevel| match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    };
    let events = Parser::new_ext(page, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        Event::Start(Tag::Link { .. } | Tag::Image { .. })
        | Event::End(TagEnd::Link | TagEnd::Image) => None,
        // The pages are ours and have none; a text stays a text.
        Event::Html(text) | Event::InlineHtml(text) => {
            Some(Event::Text(CowStr::from(text.into_string())))
        }
        event => Some(event),
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events);
    out
}
