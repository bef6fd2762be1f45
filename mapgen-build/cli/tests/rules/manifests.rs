//! Manifests against the schemas that Kubernetes and the Prometheus operator publish.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mapgen_test_support::skipped;

use crate::{beside, printed, sample, unit};

/// A Python that has the packages with the schemas: that of `./run test`, or any.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MAPGEN_SCHEMAS").map_or("python3".into(), PathBuf::from);
    let has = Command::new(&python)
        .args([
            "-c",
            "import kubernetes_validate, cloudcoil.models.prometheus_operator",
        ])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has {
        skipped("Python with what `mapgen-build/cli/tests/rules/requirements.txt` lists");
    }
    has.then_some(python)
}

/// What the schemas say of manifests: nothing, or what is wrong. `None` without them.
fn said(manifests: &str) -> Option<String> {
    let python = python()?;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("manifests.yaml");
    fs::write(&file, manifests).expect("a file");
    let output = Command::new(python)
        .args([beside("schemas.py"), file])
        .output()
        .expect("Python starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.is_empty(), "{error}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

fn hold(arguments: &[&str]) {
    let manifests = printed(arguments);
    if let Some(said) = said(&manifests) {
        assert_eq!(said, "", "{manifests}");
    }
}

#[test]
fn a_prometheus_rule_is_what_the_operator_takes() {
    hold(&["rules", "--format", "kubernetes"]);
    let labelled = ["--namespace", "monitoring", "--label", "release=prom"];
    let flow = sample("flow");
    let config = unit("flow.toml");
    let mut arguments = vec![
        "rules",
        "--format",
        "kubernetes",
        "--config",
        &config,
        &flow,
    ];
    arguments.extend(labelled);
    hold(&arguments);
}

#[test]
fn a_pod_monitor_is_what_the_operator_takes() {
    hold(&[
        "rules",
        "--format",
        "podmonitor",
        "--namespace",
        "monitoring",
    ]);
}

#[test]
fn a_daemon_set_is_what_kubernetes_takes() {
    hold(&["rules", "--format", "daemonset"]);
    let config = unit("flow.toml");
    hold(&[
        "rules",
        "--format",
        "daemonset",
        "--pinned-only",
        "--config",
        &config,
        &sample("flow"),
    ]);
}

/// Without this, the tests above could hold because nothing is looked at.
#[test]
fn a_member_that_the_schemas_do_not_know_is_found() {
    for (format, right, wrong) in [
        ("daemonset", "hostPath:", "hostpath:"),
        ("daemonset", "containerPort: 9930", "containerPort: a"),
        ("kubernetes", "for: \"1m\"", "for: \"a minute\""),
        ("kubernetes", "        expr: ", "        exprs: "),
        ("podmonitor", "targetLabel:", "target_label:"),
    ] {
        let manifests = printed(&["rules", "--format", format]);
        assert!(manifests.contains(right), "{manifests}");
        if let Some(said) = said(&manifests.replace(right, wrong)) {
            assert_ne!(said, "", "{wrong}");
        }
    }
}
