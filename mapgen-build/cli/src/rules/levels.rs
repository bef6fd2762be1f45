//! Alerting rules for fill levels: thresholds by map, and growth that will not end.

use std::collections::BTreeMap;

use mapgen_build::policy::{Severity, Share};

use super::alerts::{WHERE, families};
use super::families::{ANY, Family};
use super::group::Alert;
use super::select::Select;
use super::watch::{Watch, WatchedMap, labels};

/// Maps at or over a threshold.
pub(super) fn thresholds(watch: &Watch) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for severity in Severity::ALL {
        if watch.objects.is_empty() {
            of_a_host(watch, severity, &mut alerts);
        } else {
            of_objects(watch, severity, &mut alerts);
        }
    }
    alerts
}

/// The types are known by their label only, and names by the policy.
fn of_a_host(watch: &Watch, severity: Severity, alerts: &mut Vec<Alert>) {
    let mut stated: BTreeMap<Share, Vec<&str>> = BTreeMap::new();
    let thresholds = watch.policy.thresholds.iter();
    for map in thresholds.filter_map(|threshold| threshold.map.as_deref()) {
        if let Some(share) = watch.policy.threshold(map, severity) {
            let maps = stated.entry(share.value).or_default();
            if !maps.contains(&map) {
                maps.push(map);
            }
        }
    }
    let names = labels(stated.values().flatten().copied());
    let share = watch.policy.default_threshold(severity);
    for (family, select) in families(watch) {
        if family.usual {
            let others = select.none_of("map_name", names.iter().map(String::as_str));
            alerts.push(threshold(family, &others, severity, share, "other"));
        }
    }
    for (share, maps) in &stated {
        let select = watch.named(maps.iter().copied());
        alerts.push(threshold(&ANY, &select, severity, *share, "stated"));
    }
}

/// Every map and its type are known.
fn of_objects(watch: &Watch, severity: Severity, alerts: &mut Vec<Alert>) {
    for (family, _) in families(watch) {
        let mut levels: BTreeMap<Share, Vec<&WatchedMap>> = BTreeMap::new();
        for map in watch.maps().filter(|map| map.family == Some(family)) {
            let stated = watch.policy.threshold(&map.name, severity);
            let usual = || {
                family
                    .usual
                    .then(|| watch.policy.default_threshold(severity))
            };
            if let Some(share) = stated.map(|share| share.value).or_else(usual) {
                levels.entry(share).or_default().push(map);
            }
        }
        for (share, maps) in levels {
            let select = watch.maps_of(&maps);
            alerts.push(threshold(family, &select, severity, share, ""));
        }
    }
}

fn threshold(
    family: &Family,
    select: &Select,
    severity: Severity,
    share: Share,
    of: &str,
) -> Alert {
    let pressure = select.of("ebpf_map_pressure");
    // It has a lower level at which it ends, and has seen what was between two scrapes.
    let violation = select
        .equal("severity", severity.as_str())
        .of("map_capacity_violation");
    let percent = (share.as_f64() * 10_000.0).round() / 100.0;
    let mut labels = vec![("threshold", share.to_string())];
    if !of.is_empty() {
        labels.push(("maps", of.to_owned()));
    }
    Alert {
        name: family.alert,
        // The last line is for what cannot be counted but has refused an update.
        expr: format!(
            "{pressure} >= {share}\n\
             or {pressure} and ignoring(severity) {violation} == 1\n\
             or ignoring(severity) {violation} == 1"
        ),
        patience: match severity {
            Severity::Warning => family.patience,
            Severity::Critical => "",
        },
        severity,
        runbook: family.runbook,
        labels,
        summary: format!("An eBPF map is at or over {percent} % of its capacity"),
        description: format!(
            "Map {WHERE} is or was at or over {percent} % of its capacity\
             {{{{ if lt $value 1.0 }}}}, and is at {{{{ $value | humanizePercentage }}}} now{{{{ end }}}}. {}",
            family.end
        ),
        action: family.action.to_owned(),
    }
}

/// Maps that will be full within hours, as they have grown for the last one.
pub(super) fn growth(watch: &Watch) -> Vec<Alert> {
    let alert = |(family, select): (&Family, Select)| Alert {
        name: "EbpfMapGrowing",
        expr: format!(
            "predict_linear({}[1h], 4 * 3600) > {}\nand {} > 0.5",
            select.of("ebpf_map_entries"),
            select.of("ebpf_map_max_entries"),
            select.of("ebpf_map_pressure")
        ),
        patience: "30m",
        severity: Severity::Warning,
        runbook: "leak",
        labels: vec![("fills", family.runbook.to_owned())],
        summary: "An eBPF map will be full within four hours".to_owned(),
        description: format!(
            "Map {WHERE} is more than half full, and as it has grown for the last hour it will \
             hold {{{{ $value | humanize }}}} entries in four, more than it has room for. {}",
            family.end
        ),
        action:
            "Look for who adds entries and no longer deletes them: it is a leak unless the load \
                 grows as well."
                .to_owned(),
    };
    let families = families(watch).into_iter();
    families
        .filter(|(family, _)| family.leaks)
        .map(alert)
        .collect()
}
