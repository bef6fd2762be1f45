//! What Prometheus' own tool says of the rules, and what they do with series.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use mapgen_test_support::skipped;

use crate::{printed, sample, unit};

/// Runs promtool in a folder; `None` without one, after saying so.
pub(crate) fn promtool(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let run = Command::new("promtool")
        .args(arguments)
        .current_dir(folder)
        .output();
    if run.is_err() {
        skipped("promtool (Debian and Ubuntu: `prometheus`)");
    }
    run.ok()
}

fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// Checks a rule file, and that nothing is found to be wanting in it.
pub(crate) fn check(rules: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rules.yaml"), rules).expect("a file");
    let arguments = ["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"];
    if let Some(output) = promtool(folder.path(), &arguments) {
        assert!(output.status.success(), "{}\n{rules}", text(&output));
        assert!(text(&output).contains("SUCCESS"), "{}", text(&output));
    }
}

fn test(name: &str, rules: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rules.yaml"), rules).expect("a file");
    fs::copy(unit(name), folder.path().join("units.yaml")).expect("a file");
    if let Some(output) = promtool(folder.path(), &["test", "rules", "units.yaml"]) {
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn the_rules_of_a_host_are_accepted() {
    check(&printed(&["rules"]));
    check(&printed(&["rules", "--config", &unit("host.toml")]));
}

#[test]
fn the_rules_of_every_sample_are_accepted() {
    for name in ["flow", "kinds", "layouts", "ledger", "records", "tcpwatch"] {
        check(&printed(&["rules", &sample(name)]));
    }
    check(&printed(&["rules", &sample("flow"), &sample("kinds")]));
}

#[test]
fn names_that_mean_something_to_promql_to_yaml_and_to_templates_stay_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let object = folder.path().join("a{{ \"b\" }}: c.d.bpf.o");
    fs::copy(sample("flow"), &object).expect("a copy");
    let object = object.to_str().expect("UTF-8");
    let rules = printed(&[
        "rules",
        object,
        "--job",
        "j\"{{o}}\\b",
        "--runbooks",
        "x{{y",
    ]);
    check(&rules);
}

#[test]
fn series_of_the_flow_sample_raise_the_alerts_that_they_should() {
    let config = unit("flow.toml");
    test(
        "flow.yaml",
        &printed(&[
            "rules",
            "--config",
            &config,
            "--runbooks",
            "https://runbooks.example/ebpf/",
            &sample("flow"),
        ]),
    );
}

#[test]
fn series_of_a_host_raise_the_alerts_that_they_should() {
    test(
        "host.yaml",
        &printed(&["rules", "--config", &unit("host.toml")]),
    );
}

#[test]
fn scrape_configurations_are_accepted() {
    let hosts = printed(&["rules", "--format", "scrape", "--target", "a:9930"]);
    // Debian builds Prometheus without the discovery of Kubernetes: all but that.
    let pods = printed(&["rules", "--format", "scrape"]);
    let discovery = "    kubernetes_sd_configs:\n      - role: pod\n";
    assert!(pods.contains(discovery), "{pods}");
    for config in [hosts, pods.replace(discovery, "")] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("prometheus.yaml"), &config).expect("a file");
        if let Some(output) = promtool(folder.path(), &["check", "config", "prometheus.yaml"]) {
            assert!(output.status.success(), "{}\n{config}", text(&output));
        }
    }
}
