//! Manifests against the schemas that Kubernetes and the Prometheus operator publish.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mapgen_test_support::skipped;

use crate::{beside, printed, sample, unit};

/// A Python that has the packages with the schemas: that of `./run test`, or any.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MAPGEN_SCHEMAS").map_or("python3".into(), PathBuf::from);
    // To import them takes seconds.
    let find = "import importlib.util as i; assert i.find_spec('kubernetes_validate') \
                and i.find_spec('cloudcoil.models.prometheus_operator')";
    let has = Command::new(&python)
        .args(["-c", find])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has {
        skipped("Python with what `mapgen-build/cli/tests/rules/requirements.txt` lists");
    }
    has.then_some(python)
}

/// What the schemas say of each of these manifests: nothing, or what is wrong. `None`
/// without them.
fn said(manifests: &[String]) -> Option<Vec<String>> {
    let python = python()?;
    let folder = tempfile::tempdir().expect("a folder");
    let files = (0..).zip(manifests).map(|(index, manifests)| {
        let file = folder.path().join(format!("{index}.yaml"));
        fs::write(&file, manifests).expect("a file");
        file
    });
    let output = Command::new(python)
        .arg(beside("schemas.py"))
        .args(files)
        .output()
        .expect("Python starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.is_empty(), "{error}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let of_file = |index| {
        let lines = text.lines();
        lines
            .filter_map(|line| line.strip_prefix(&format!("{index}.yaml: ")))
            .collect()
    };
    Some((0..manifests.len()).map(of_file).collect())
}

fn hold(commands: &[&[&str]]) {
    let manifests: Vec<String> = commands
        .iter()
        .map(|arguments| printed(arguments))
        .collect();
    for (manifests, said) in manifests.iter().zip(said(&manifests).into_iter().flatten()) {
        assert_eq!(said, "", "{manifests}");
    }
}

#[test]
fn rules_and_pod_monitors_are_what_the_operator_takes() {
    let (flow, config) = (sample("flow"), unit("flow.toml"));
    let mut labelled = vec![
        "rules",
        "--format",
        "kubernetes",
        "--config",
        &config,
        &flow,
    ];
    labelled.extend(["--namespace", "monitoring", "--label", "release=prom"]);
    hold(&[
        &["rules", "--format", "kubernetes"],
        &labelled,
        &[
            "rules",
            "--format",
            "podmonitor",
            "--namespace",
            "monitoring",
        ],
    ]);
}

#[test]
fn a_daemon_set_is_what_kubernetes_takes() {
    let (flow, config) = (sample("flow"), unit("flow.toml"));
    let mut pinned = vec!["rules", "--format", "daemonset", "--pinned-only"];
    pinned.extend(["--config", &config, &flow]);
    hold(&[&["rules", "--format", "daemonset"], &pinned]);
}

/// Without this, the tests above could hold because nothing is looked at.
#[test]
fn a_member_that_the_schemas_do_not_know_is_found() {
    let wrong = [
        ("daemonset", "hostPath:", "hostpath:"),
        ("daemonset", "containerPort: 9930", "containerPort: a"),
        ("kubernetes", "for: \"1m\"", "for: \"a minute\""),
        ("kubernetes", "        expr: ", "        exprs: "),
        ("podmonitor", "targetLabel:", "target_label:"),
    ];
    let manifests = wrong.map(|(format, right, wrong)| {
        let manifests = printed(&["rules", "--format", format]);
        assert!(manifests.contains(right), "{manifests}");
        manifests.replace(right, wrong)
    });
    for (said, (.., wrong)) in said(&manifests).into_iter().flatten().zip(wrong) {
        assert_ne!(said, "", "{wrong}");
    }
}
