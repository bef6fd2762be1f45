//! Findings as SARIF 2.1.0, so that code review shows them on the line.

use std::path::{Component, Path, PathBuf};

use mapgen_build::SourceLine;
use mapgen_schema::codes::{self, Code};
use mapgen_schema::hash::Fnv;
use serde_json::{Map, Value, json};

use super::{Finding, Report, json::level};
use crate::{explain, markdown};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative paths are relative to: the root of the working copy.
const ROOT: &str = "%SRCROOT%";

pub(super) fn log(report: &Report) -> Value {
    let here = std::env::current_dir().unwrap_or_default();
    let notifications = report.unreadable.iter().map(|unreadable| {
        json!({
            "level": "error",
            "message": {"text": unreadable.error.to_string()},
            "locations": [{"physicalLocation": {
                "artifactLocation": artifact(&unreadable.path, &here)
            }}],
        })
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "mapgen",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes::ALL.iter().map(|&code| rule(code)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": report.unreadable.is_empty(),
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": report
                .findings
                .iter()
                .map(|finding| result(finding, &here))
                .collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: Code) -> Value {
    let page = explain::page(code).unwrap_or_default();
    json!({
        "id": code.to_string(),
        "name": code.name,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.title},
        "help": {"text": markdown::plain(page), "markdown": page},
        "defaultConfiguration": {"level": level(code.level)},
        "properties": {"tags": ["ebpf"]},
    })
}

fn result(finding: &Finding, here: &Path) -> Value {
    let diagnostic = &finding.diagnostic;
    let index = codes::ALL.iter().position(|&code| code == diagnostic.code);
    let policy = diagnostic.origin.as_deref().and_then(line_of_a_file);
    let policy = policy.map(|(path, line)| {
        json!({
            "artifactLocation": artifact(&path, here),
            "region": {"startLine": line},
        })
    });
    let place = match (&diagnostic.at, &finding.path, &policy) {
        (Some(at), _, _) => of_source(at, here),
        // What is about a line of the policy only is shown there.
        (None, None, Some(policy)) => policy.clone(),
        (None, path, _) => {
            let path = path
                .clone()
                .unwrap_or_else(|| diagnostic.object.clone().into());
            json!({"artifactLocation": artifact(&path, here), "region": {"startLine": 1}})
        }
    };
    let mut location = Map::new();
    location.insert("physicalLocation".to_owned(), place);
    if !diagnostic.place.is_empty() {
        let name = diagnostic.place.join(", ");
        let logical = json!([{"fullyQualifiedName": name, "kind": "member"}]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    let mut result = json!({
        "ruleId": diagnostic.code.to_string(),
        "ruleIndex": index,
        "level": level(diagnostic.level),
        "message": {"text": message(finding)},
        "locations": [location],
        "partialFingerprints": {"mapgen/v1": fingerprint(finding)},
    });
    if let Some(policy) = policy {
        result["relatedLocations"] = json!([{
            "id": 1,
            "physicalLocation": policy,
            "message": {"text": "the policy asks for it here"},
        }]);
    }
    result
}

/// What is wrong, what more there is to know, what to do.
fn message(finding: &Finding) -> String {
    let mut text = finding.headline();
    for note in &finding.diagnostic.notes {
        text += "\n";
        text += note;
    }
    if let Some(help) = &finding.diagnostic.help {
        text += "\nhelp: ";
        text += help;
    }
    text
}

/// The same for a finding as long as it is the same, whichever line it moves to.
fn fingerprint(finding: &Finding) -> String {
    let mut hash = Fnv::default();
    hash.write(finding.diagnostic.code.to_string().as_bytes());
    if let Some(path) = &finding.path {
        hash.write(path.as_os_str().as_encoded_bytes());
    }
    hash.write(finding.headline().as_bytes());
    format!("{:016x}", hash.finish())
}

fn of_source(at: &SourceLine, here: &Path) -> Value {
    let mut region = Map::new();
    region.insert("startLine".to_owned(), at.line.max(1).into());
    if at.column > 0 {
        // clang counts bytes.
        let before = at.text.as_bytes().get(..at.column as usize - 1);
        let column = before.map_or(at.column as usize, |before| {
            String::from_utf8_lossy(before).chars().count() + 1
        });
        region.insert("startColumn".to_owned(), column.into());
    }
    if !at.text.is_empty() {
        region.insert("snippet".to_owned(), json!({"text": at.text}));
    }
    json!({"artifactLocation": artifact(Path::new(&at.file), here), "region": region})
}

/// `mapgen.toml:3`.
fn line_of_a_file(origin: &str) -> Option<(PathBuf, u32)> {
    let (path, line) = origin.rsplit_once(':')?;
    Some((path.into(), line.parse().ok()?))
}

/// A file as SARIF names it: relative to the root where it is inside of it.
fn artifact(path: &Path, here: &Path) -> Value {
    match inside(path, here) {
        Some(inside) => json!({"uri": uri(&inside), "uriBaseId": ROOT}),
        None => json!({"uri": format!("file://{}", uri(&here.join(path)))}),
    }
}

/// The path from here. Where a path leads elsewhere, as in an object that another machine
/// built, the longest end of it that is a file here.
fn inside(path: &Path, here: &Path) -> Option<PathBuf> {
    let plain = normal(&here.join(path));
    if let Ok(inside) = plain.strip_prefix(here) {
        return Some(inside.to_owned());
    }
    let parts: Vec<Component<'_>> = plain.components().skip(1).collect();
    (0..parts.len())
        .map(|start| parts[start..].iter().collect::<PathBuf>())
        .find(|end| here.join(end).is_file())
}

/// Without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A path as the path of a URI (RFC 3986).
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte));
            }
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_root_and_percent_encoded() {
        let here = Path::new("/home/me/project");
        let of = |path: &str| artifact(Path::new(path), here);
        assert_eq!(
            of("bpf/a b.c"),
            json!({"uri": "bpf/a%20b.c", "uriBaseId": ROOT})
        );
        assert_eq!(
            of("/home/me/project/x/../bpf/flow.c"),
            json!({"uri": "bpf/flow.c", "uriBaseId": ROOT})
        );
        assert_eq!(
            of("/usr/include/bpf/bpf_helpers.h"),
            json!({"uri": "file:///usr/include/bpf/bpf_helpers.h"})
        );
    }
}
