//! Alerting rules that do not depend on a fill level: minimum, errors, losses, memory, and
//! that somebody looks at all.

use std::collections::BTreeMap;

use mapgen_build::policy::Severity;

use super::families::{FAMILIES, Family};
use super::group::Alert;
use super::select::{Select, text, untemplated};
use super::watch::{Watch, WatchedMap, labels};

/// A map and where it is, in a template.
pub(super) const WHERE: &str = "`{{ $labels.map_name }}` ({{ $labels.map_type }}\
     {{ with $labels.object }}, {{ . }}{{ end }}) on {{ $labels.instance }}";

/// The families of what is watched, each with the series of its maps.
pub(super) fn families(watch: &Watch) -> Vec<(&'static Family, Select)> {
    let select = |family: &'static Family| {
        if watch.objects.is_empty() {
            let types = family.types.iter().copied();
            return Some((family, Select::default().one_of("map_type", types)));
        }
        let maps = watch.maps().filter(|map| map.family == Some(family));
        let maps: Vec<&WatchedMap> = maps.collect();
        (!maps.is_empty()).then(|| (family, watch.maps_of(&maps)))
    };
    FAMILIES.iter().filter_map(select).collect()
}

/// Maps whose capacity is below what is asked for.
pub(super) fn minimum(watch: &Watch) -> Vec<Alert> {
    let mut stated: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut names = Vec::new();
    for (map, _) in &watch.policy.min_entries {
        if let Some(least) = watch.policy.least_entries(map) {
            if !names.contains(&map.as_str()) {
                names.push(map);
                stated.entry(least.value).or_default().push(map);
            }
        }
    }
    let alert = |expr, labels, least: &str| Alert {
        name: "EbpfMapBelowMinimum",
        expr,
        patience: "1m",
        severity: Severity::Critical,
        runbook: "grow",
        labels,
        summary: "An eBPF map has fewer entries than it must have".to_owned(),
        description: format!(
            "Map {WHERE} was created with {{{{ $value | humanize }}}} entries{least}. \
             Some release or command line made it smaller than the program was built for."
        ),
        action: "Load it with max_entries of at least the minimum, or lower the minimum."
            .to_owned(),
    };
    // What is stated here holds although the exporter was not told.
    let mut alerts: Vec<Alert> = stated
        .iter()
        .map(|(least, maps)| {
            let select = watch.named(maps.iter().copied());
            alert(
                format!("{} < {least}", select.of("ebpf_map_max_entries")),
                vec![("min_entries", least.to_string())],
                &format!(", and {least} are the minimum"),
            )
        })
        .collect();
    let names = labels(names.iter().copied());
    let others = watch
        .all()
        .none_of("map_name", names.iter().map(String::as_str));
    alerts.push(alert(
        format!(
            "{} < {}",
            others.of("ebpf_map_max_entries"),
            others.of("ebpf_map_min_entries")
        ),
        Vec::new(),
        ", less than its minimum",
    ));
    alerts
}

/// Whether a counter has grown, of one that is new too: `increase` does not see with what
/// a series begins.
fn grew(counter: &str) -> String {
    format!("increase({counter}[5m]) > 0\nor ({counter} > 0 unless {counter} offset 5m)")
}

/// Writes that the kernel refused.
pub(super) fn update_errors(watch: &Watch) -> Vec<Alert> {
    const METRIC: &str = "ebpf_map_update_errors_total";
    let full = |(family, select): (&Family, Select)| Alert {
        name: "EbpfMapUpdatesRefused",
        expr: grew(&select.equal("reason", "full").of(METRIC)),
        patience: "",
        severity: Severity::Critical,
        runbook: family.runbook,
        labels: Vec::new(),
        summary: "An eBPF map is full and refuses updates".to_owned(),
        description: format!("Map {WHERE} was full and refused updates in the last 5 minutes."),
        action: family.action.to_owned(),
    };
    let mut alerts: Vec<Alert> = families(watch).into_iter().map(full).collect();
    alerts.push(Alert {
        name: "EbpfMapUpdateErrors",
        expr: grew(&watch.all().unequal("reason", "full").of(METRIC)),
        patience: "",
        severity: Severity::Warning,
        runbook: "audit",
        labels: Vec::new(),
        summary: "The kernel refuses updates of an eBPF map".to_owned(),
        description: format!(
            "Updates of map {WHERE} failed in the last 5 minutes, by reason `{{{{ $labels.reason }}}}`."
        ),
        action: "access: the map is frozen, or was opened for reading only; memory: the kernel or the \
                 cgroup has none left; other: the program's log has the error number."
            .to_owned(),
    });
    alerts
}

/// Records that a program could not write.
pub(super) fn lost(watch: &Watch) -> Vec<Alert> {
    let expr = grew(&watch.all().of("ebpf_ringbuf_lost_total"));
    let alert = |severity, patience, how_long: &str| Alert {
        name: "EbpfRecordsLost",
        expr: expr.clone(),
        patience,
        severity,
        runbook: "drain",
        labels: Vec::new(),
        summary: "Records of an eBPF program are lost".to_owned(),
        description: format!("Programs found no room in {WHERE} and lost records{how_long}."),
        action:
            "Find out why the consumer does not keep up, write fewer records, or make it larger."
                .to_owned(),
    };
    vec![
        alert(Severity::Warning, "", " in the last 5 minutes"),
        alert(Severity::Critical, "15m", " for more than 15 minutes"),
    ]
}

/// More kernel memory than the policy allows.
pub(super) fn memory(watch: &Watch) -> Option<Alert> {
    let budget = watch.policy.memory_budget.as_ref()?.value;
    Some(Alert {
        name: "EbpfMapMemoryOverBudget",
        expr: format!(
            "sum by (job, instance) ({}) > {budget}",
            watch.all().of("ebpf_map_memory_bytes")
        ),
        patience: "5m",
        severity: Severity::Warning,
        runbook: "memory",
        labels: vec![("budget_bytes", budget.to_string())],
        summary: "eBPF maps take more kernel memory than they may".to_owned(),
        description: format!(
            "The maps on {{{{ $labels.instance }}}} take {{{{ $value | humanize1024 }}}}B, \
             and {{{{ {budget}.0 | humanize1024 }}}}B are their budget."
        ),
        action:
            "Look for the largest map (ebpf_map_memory_bytes), and for one that is loaded twice."
                .to_owned(),
    })
}

/// That somebody looks.
pub(super) fn exporter(watch: &Watch, job: &str) -> Vec<Alert> {
    let up = Select::default().equal("job", job).of("up");
    let job_name = untemplated(job);
    let mut alerts = vec![
        Alert {
            name: "EbpfMapExporterDown",
            expr: format!("{up} == 0"),
            patience: "5m",
            severity: Severity::Critical,
            runbook: "exporter",
            labels: Vec::new(),
            summary: "The exporter of eBPF maps does not answer".to_owned(),
            description: "Nobody sees the eBPF maps on {{ $labels.instance }}: its exporter \
                          has not answered for 5 minutes."
                .to_owned(),
            action: "Look whether it runs, and at its log.".to_owned(),
        },
        Alert {
            name: "EbpfMapExporterAbsent",
            expr: format!("absent({up})"),
            patience: "5m",
            severity: Severity::Critical,
            runbook: "exporter",
            labels: Vec::new(),
            summary: "No exporter of eBPF maps is scraped".to_owned(),
            description: format!(
                "Prometheus knows no target of the job {}.",
                untemplated(&text(job))
            ),
            action: format!("Deploy it, or look why Prometheus does not find the job {job_name}."),
        },
    ];
    for object in &watch.objects {
        if object.maps.is_empty() {
            continue;
        }
        let series = watch.of_objects(&[object]).of("ebpf_map_max_entries");
        alerts.push(Alert {
            name: "EbpfObjectAbsent",
            expr: format!("absent({series})"),
            patience: "10m",
            severity: Severity::Warning,
            runbook: "exporter",
            labels: vec![("object", untemplated(&object.name))],
            summary: "No map of an eBPF object is loaded anywhere".to_owned(),
            description: format!(
                "No instance shows a map of {}: the program is not loaded, or nobody exports its maps.",
                untemplated(&object.file)
            ),
            action: "Look whether the program runs, and whether the exporter may see its maps."
                .to_owned(),
        });
    }
    alerts
}
