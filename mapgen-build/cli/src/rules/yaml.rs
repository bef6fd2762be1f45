//! JSON values as YAML that people read and edit.
//!
//! What is written means the same to YAML 1.1 and 1.2: a text stands plain only where no
//! reader takes it for something else, and every other is quoted or a literal block.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// One document.
pub(crate) fn document(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

/// Several documents, as `kubectl apply -f` takes them.
pub(crate) fn documents(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(document).collect();
    texts.join("---\n")
}

/// Writes a value that begins at the column `indent` of a fresh line.
fn block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => mapping(members, indent, "", out),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                spaces(indent, out);
                match item {
                    // The first member stands behind the dash.
                    Value::Object(members) if !members.is_empty() => {
                        mapping(members, indent + 2, "- ", out);
                    }
                    _ => {
                        out.push('-');
                        behind(item, indent + 2, out);
                    }
                }
            }
        }
        scalar => {
            spaces(indent, out);
            self::scalar(scalar, indent, out);
            out.push('\n');
        }
    }
}

/// Writes members at a column; `dash` stands before the first, whose line has its
/// spaces already.
fn mapping(members: &Map<String, Value>, indent: usize, dash: &str, out: &mut String) {
    for (index, (key, value)) in members.iter().enumerate() {
        if index == 0 && !dash.is_empty() {
            out.push_str(dash);
        } else {
            spaces(indent, out);
        }
        match is_plain(key) {
            true => out.push_str(key),
            false => quoted(key, out),
        }
        out.push(':');
        behind(value, indent + 2, out);
    }
}

/// Writes a value behind `key:` or `-`.
fn behind(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('\n');
            block(value, indent, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            block(value, indent, out);
        }
        _ => {
            out.push(' ');
            scalar(value, indent, out);
            out.push('\n');
        }
    }
}

fn scalar(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if is_plain(text) => out.push_str(text),
        Value::String(text) if is_literal(text) => {
            let ended = text.strip_suffix('\n');
            out.push_str(if ended.is_some() { "|" } else { "|-" });
            for line in ended.unwrap_or(text).split('\n') {
                out.push('\n');
                if !line.is_empty() {
                    // Below the root a literal is deeper than its key.
                    spaces(indent.max(2), out);
                    out.push_str(line);
                }
            }
        }
        Value::String(text) => quoted(text, out),
        // Numbers, `true`, `null`, `[]` and `{}` are YAML as they are.
        other => {
            write!(out, "{other}").expect("a string takes everything");
        }
    }
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// Whether no reader sees more in a text than its letters: words, paths, sentences without
/// a colon.
fn is_plain(text: &str) -> bool {
    // YAML 1.1 reads these as `null` and as booleans.
    const TAKEN: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let inside =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | ',');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !TAKEN.iter().any(|taken| text.eq_ignore_ascii_case(taken))
}

/// Whether a text reads better as a literal block, and can be one.
fn is_literal(text: &str) -> bool {
    let wants = text.contains(['\n', '"', '\\']);
    wants
        && !text.starts_with([' ', '\t', '\n'])
        && !text.ends_with([' ', '\t'])
        && !text.ends_with("\n\n")
        && text.chars().all(|c| c == '\n' || is_printable(c))
}

/// What may stand unescaped, line breaks that YAML 1.1 knows left out.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            // Everything that is not printable is below 65,536.
            c => write!(out, "\\u{:04X}", u32::from(c)).expect("a string takes everything"),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
