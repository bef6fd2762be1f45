//! `docs/deploy` holds what the command writes for the sample. `MAPGEN_BLESS=1` writes it.

use std::fs;
use std::path::Path;

use crate::{printed, sample, unit};

fn is_what_is_written(name: &str, arguments: &[&str]) {
    let path = format!("../../docs/deploy/{name}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = printed(arguments);
    if std::env::var_os("MAPGEN_BLESS").is_some() {
        fs::write(&path, &text).expect("a file");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "`{}` is not what `mapgen rules` writes: bless it with MAPGEN_BLESS=1 and read the diff",
        path.display()
    );
}

#[test]
fn rules_for_the_sample_are_as_committed() {
    let (config, flow) = (unit("flow.toml"), sample("flow"));
    let rules = ["rules", "--config", &config, &flow];
    is_what_is_written("flow.rules.yaml", &rules);
    let mut operator = rules.to_vec();
    operator.extend(["--format", "kubernetes", "--namespace", "monitoring"]);
    is_what_is_written("flow.prometheusrule.yaml", &operator);
}

#[test]
fn rules_for_a_host_and_the_dashboard_are_as_committed() {
    is_what_is_written("host.rules.yaml", &["rules"]);
    is_what_is_written("dashboard.json", &["rules", "--format", "grafana"]);
    is_what_is_written("scrape.yaml", &["rules", "--format", "scrape"]);
}

#[test]
fn manifests_are_as_committed() {
    let in_monitoring = |format: &'static str, more: &[&'static str]| {
        let mut arguments = vec!["rules", "--format", format, "--namespace", "monitoring"];
        arguments.extend(more);
        arguments
    };
    is_what_is_written("daemonset.yaml", &in_monitoring("daemonset", &[]));
    let pinned = in_monitoring("daemonset", &["--pinned-only"]);
    is_what_is_written("daemonset-pinned.yaml", &pinned);
    is_what_is_written("podmonitor.yaml", &in_monitoring("podmonitor", &[]));
}
