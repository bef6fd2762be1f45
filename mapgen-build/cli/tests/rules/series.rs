//! The names in the rules are those of the exporter.

use mapgen_runtime::MapKind;
use mapgen_runtime::metrics::{Kind, METRICS, Metric};
use mapgen_schema::kinds;

use crate::{printed, sample};

/// Words of an expression that begin as our metrics do.
fn metrics(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    words
        .filter(|word| {
            ["ebpf_map_", "ebpf_ringbuf_", "map_capacity_"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
        })
        .collect()
}

/// As a scrape shows it: OpenMetrics appends unit and `_total`.
fn series(metric: &Metric) -> String {
    let unit = metric
        .unit
        .map(|unit| format!("_{unit}"))
        .unwrap_or_default();
    let total = match metric.kind {
        Kind::Counter => "_total",
        Kind::Gauge => "",
    };
    format!("{}{unit}{total}", metric.name)
}

#[test]
fn every_metric_of_a_rule_or_a_panel_is_exported() {
    let exported: Vec<String> = METRICS.iter().map(series).collect();
    let flow = sample("flow");
    for arguments in [
        &["rules"][..],
        &["rules", &flow],
        &["rules", "--format", "grafana"],
    ] {
        let text = printed(arguments);
        let named = metrics(&text);
        assert!(named.len() > 10);
        for name in named {
            assert!(exported.iter().any(|known| known == name), "{name}");
        }
    }
}

#[test]
fn types_of_maps_have_one_name_in_the_exporter_and_in_objects() {
    for (number, name) in (0..).zip(kinds::NAMES).skip(1) {
        let kind = MapKind::from_number(number);
        assert_eq!(kind.name(), name);
    }
}
