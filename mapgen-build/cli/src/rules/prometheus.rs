//! A rule file of Prometheus, the same as a `PrometheusRule`, and what Prometheus is to scrape.

use serde_json::{Value, json};

use super::group::Alert;
use super::records::records;
use super::watch::Watch;
use super::{Fleet, alerts, levels};

/// `groups:` with all rules.
pub(super) fn rules(watch: &Watch, fleet: &Fleet) -> Value {
    let records: Vec<Value> = records(&watch.all())
        .iter()
        .map(super::group::Record::value)
        .collect();
    let group = |name: &str, alerts: Vec<Alert>| {
        let rules: Vec<Value> = alerts
            .iter()
            .map(|alert| alert.value(&fleet.runbooks))
            .collect();
        json!({"name": format!("{}-{name}", fleet.name), "rules": rules})
    };
    let mut level = levels::thresholds(watch);
    level.extend(levels::growth(watch));
    level.extend(alerts::minimum(watch));
    let mut errors = alerts::update_errors(watch);
    errors.extend(alerts::lost(watch));
    let mut health = alerts::exporter(watch, &fleet.job);
    health.extend(alerts::memory(watch));
    json!({
        "groups": [
            {"name": format!("{}-records", fleet.name), "rules": records},
            group("capacity", level),
            group("errors", errors),
            group("health", health),
        ],
    })
}

/// The same for the Prometheus operator.
pub(super) fn operator_rules(watch: &Watch, fleet: &Fleet) -> Value {
    json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": fleet.metadata(),
        "spec": rules(watch, fleet),
    })
}

/// What the Prometheus operator is to scrape: the pods of the daemon set.
pub(super) fn pod_monitor(fleet: &Fleet) -> Value {
    json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": fleet.metadata(),
        "spec": {
            // The value of this label becomes `job`.
            "jobLabel": Fleet::APP,
            "selector": {"matchLabels": {Fleet::APP: fleet.job}},
            "podMetricsEndpoints": [{
                "port": Fleet::PORT_NAME,
                "path": "/metrics",
                "interval": "15s",
                "relabelings": [{
                    "sourceLabels": ["__meta_kubernetes_pod_node_name"],
                    "targetLabel": "instance",
                }],
            }],
        },
    })
}

/// `scrape_configs:` of hosts, or of the pods of the daemon set.
pub(super) fn scrape(fleet: &Fleet, targets: &[String]) -> Value {
    let config = if targets.is_empty() {
        let keep = |label: &str, value: &str| {
            json!({
                "source_labels": [format!("__meta_kubernetes_pod_{label}")],
                "regex": value,
                "action": "keep",
            })
        };
        json!({
            "job_name": fleet.job,
            "scrape_interval": "15s",
            "kubernetes_sd_configs": [{"role": "pod"}],
            "relabel_configs": [
                keep("label_app_kubernetes_io_name", &fleet.job),
                keep("container_port_name", Fleet::PORT_NAME),
                {
                    "source_labels": ["__meta_kubernetes_pod_node_name"],
                    "target_label": "instance",
                },
            ],
        })
    } else {
        json!({
            "job_name": fleet.job,
            "scrape_interval": "15s",
            "static_configs": [{"targets": targets}],
        })
    };
    json!({"scrape_configs": [config]})
}
