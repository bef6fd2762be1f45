//! What the alerts lead to is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{printed, sample, unit};

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The values of a key in all rules that there are.
fn values(key: &str) -> BTreeSet<String> {
    let (flow, kinds) = (sample("flow"), sample("kinds"));
    let (of_flow, of_host) = (unit("flow.toml"), unit("host.toml"));
    let texts = [
        printed(&["rules"]),
        printed(&["rules", "--config", &of_host]),
        printed(&["rules", "--config", &of_flow, &flow]),
        printed(&["rules", &kinds]),
    ];
    let lines = texts.iter().flat_map(|text| text.lines());
    let values = lines.filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": "));
    values.map(str::to_owned).collect()
}

#[test]
fn every_runbook_of_an_alert_is_a_page_that_is_listed() {
    let list = document("runbooks/README.md");
    let runbooks = values("runbook");
    assert!(runbooks.len() >= 5, "{runbooks:?}");
    for runbook in runbooks {
        assert!(document(&format!("runbooks/{runbook}.md")).starts_with("# "));
        assert!(list.contains(&format!("({runbook}.md)")), "{runbook}");
    }
}

#[test]
fn every_alert_is_explained() {
    let explained = document("production.md");
    for alert in values("- alert") {
        assert!(explained.contains(&format!("`{alert}`")), "{alert}");
    }
}
