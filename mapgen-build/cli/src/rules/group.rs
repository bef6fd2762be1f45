//! Groups of rules, as Prometheus and the Prometheus operator read them.

use serde_json::{Map, Value, json};

use mapgen_build::policy::Severity;

/// An alerting rule.
#[derive(Debug)]
pub(crate) struct Alert {
    pub(crate) name: &'static str,
    pub(crate) expr: String,
    /// How long the expression has to hold; empty for not at all.
    pub(crate) patience: &'static str,
    pub(crate) severity: Severity,
    /// The page in `docs/runbooks`, and a label to route by.
    pub(crate) runbook: &'static str,
    /// Labels that tell it from rules of the same name; no templates.
    pub(crate) labels: Vec<(&'static str, String)>,
    /// One line; a template.
    pub(crate) summary: String,
    /// What there is to know; a template.
    pub(crate) description: String,
    /// What to do; a template.
    pub(crate) action: String,
}

impl Alert {
    pub(crate) fn value(&self, runbooks: &str) -> Value {
        let mut rule = Map::new();
        rule.insert("alert".into(), self.name.into());
        rule.insert("expr".into(), self.expr.as_str().into());
        if !self.patience.is_empty() {
            rule.insert("for".into(), self.patience.into());
        }
        let mut labels = Map::new();
        labels.insert("severity".into(), self.severity.as_str().into());
        labels.insert("runbook".into(), self.runbook.into());
        for (name, value) in &self.labels {
            labels.insert((*name).into(), value.as_str().into());
        }
        rule.insert("labels".into(), labels.into());
        let page = format!("{}/{}.md", runbooks.trim_end_matches('/'), self.runbook);
        let annotations = json!({
            "summary": self.summary,
            "description": self.description,
            "action": self.action,
            "runbook_url": super::select::untemplated(&page),
        });
        rule.insert("annotations".into(), annotations);
        rule.into()
    }
}

/// A recording rule.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) name: &'static str,
    pub(crate) expr: String,
}

impl Record {
    pub(crate) fn value(&self) -> Value {
        json!({"record": self.name, "expr": self.expr})
    }
}
