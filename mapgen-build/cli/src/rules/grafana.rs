//! A dashboard of Grafana: which maps are how full, what they lose, what they take.

use serde_json::{Value, json};

use super::Fleet;

/// The dashboard. Grafana's own variables (`$instance`, `$map`) choose what it shows.
pub(super) fn dashboard(fleet: &Fleet) -> Value {
    let mut layout = Layout::default();
    let panels = vec![
        layout.panel(6, 4, stat("Maps", "count(ebpf_map_max_entries{$})", "none", &[])),
        layout.panel(
            6,
            4,
            stat(
                "Maps over a threshold",
                r#"count(max by (instance, map_name, map_id) (map_capacity_violation{$}) == 1) or vector(0)"#,
                "none",
                &[("green", None), ("red", Some(1.0))],
            ),
        ),
        layout.panel(
            6,
            4,
            stat(
                "Updates refused, 5 minutes",
                "sum(increase(ebpf_map_update_errors_total{$}[5m])) or vector(0)",
                "none",
                &[("green", None), ("red", Some(1.0))],
            ),
        ),
        layout.panel(
            6,
            4,
            stat("Kernel memory", "sum(ebpf_map_memory_bytes{$})", "bytes", &[]),
        ),
        layout.panel(
            24,
            9,
            bars(
                "Fullest maps",
                "topk(20, ebpf_map_pressure{$})",
                "{{map_name}} ({{map_type}}) {{instance}}",
            ),
        ),
        layout.panel(
            12,
            8,
            lines("Fill level", &[("ebpf_map_pressure{$}", "{{map_name}} {{instance}}")], "percentunit"),
        ),
        layout.panel(
            12,
            8,
            lines(
                "Entries and capacity",
                &[
                    ("ebpf_map_entries{$}", "{{map_name}} {{instance}}"),
                    ("ebpf_map_max_entries{$} and ebpf_map_entries{$}", "capacity of {{map_name}} {{instance}}"),
                ],
                "none",
            ),
        ),
        layout.panel(
            12,
            8,
            lines(
                "Updates refused",
                &[(
                    "rate(ebpf_map_update_errors_total{$}[$__rate_interval])",
                    "{{map_name}} {{reason}} {{instance}}",
                )],
                "ops",
            ),
        ),
        layout.panel(
            12,
            8,
            lines(
                "Records lost",
                &[(
                    "rate(ebpf_ringbuf_lost_total{$}[$__rate_interval])",
                    "{{map_name}} {{instance}}",
                )],
                "ops",
            ),
        ),
        layout.panel(
            12,
            8,
            lines(
                "Waiting in ring buffers",
                &[("ebpf_ringbuf_pending_bytes{$}", "{{map_name}} {{instance}}")],
                "bytes",
            ),
        ),
        layout.panel(
            12,
            8,
            lines(
                "Kernel memory by map",
                &[("sum by (map_name, map_type, object) (ebpf_map_memory_bytes{$})", "{{map_name}} {{object}}")],
                "bytes",
            ),
        ),
        layout.panel(
            24,
            9,
            table(
                "Capacity below the minimum",
                "ebpf_map_max_entries{$} < ebpf_map_min_entries{$}",
            ),
        ),
    ];
    json!({
        "uid": "mapgen-capacity",
        "title": "eBPF maps",
        "description": "Fill levels, refused updates, lost records and memory of eBPF maps",
        "tags": ["ebpf", "mapgen"],
        "schemaVersion": 39,
        "version": 1,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "annotations": {"list": []},
        "templating": {"list": variables(&fleet.job)},
        "panels": panels,
    })
}

fn variables(job: &str) -> Value {
    let label = |name: &str, title: &str, label: &str, filter: &str| {
        let query = format!("label_values(ebpf_map_max_entries{{{filter}}}, {label})");
        json!({
            "name": name,
            "label": title,
            "type": "query",
            "datasource": datasource(),
            "definition": query,
            "query": {"query": query, "refId": name},
            "refresh": 2,
            "sort": 1,
            "multi": true,
            "includeAll": true,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        })
    };
    json!([
        {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"},
        {
            "name": "job",
            "label": "Job",
            "type": "textbox",
            "query": job,
            "current": {"text": job, "value": job},
        },
        label("instance", "Instance", "instance", "job=\"$job\""),
        label("object", "Object", "object", "job=\"$job\", instance=~\"$instance\""),
        label("map", "Map", "map_name", "job=\"$job\", instance=~\"$instance\", object=~\"$object\""),
    ])
}

fn datasource() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

/// The series that the variables choose, for `{$}`.
fn chosen(expr: &str) -> String {
    expr.replace(
        "{$}",
        r#"{job="$job", instance=~"$instance", object=~"$object", map_name=~"$map"}"#,
    )
}

/// Places panels in rows of 24 columns.
#[derive(Default)]
struct Layout {
    id: u32,
    x: u32,
    y: u32,
    row: u32,
}

impl Layout {
    fn panel(&mut self, width: u32, height: u32, mut panel: Value) -> Value {
        if self.x + width > 24 {
            (self.x, self.y) = (0, self.y + self.row);
        }
        self.row = height;
        self.id += 1;
        panel["id"] = self.id.into();
        panel["gridPos"] = json!({"x": self.x, "y": self.y, "w": width, "h": height});
        panel["datasource"] = datasource();
        self.x += width;
        panel
    }
}

fn target(index: u8, expr: &str, legend: &str, instant: bool) -> Value {
    json!({
        "refId": char::from(b'A' + index).to_string(),
        "datasource": datasource(),
        "expr": chosen(expr),
        "legendFormat": legend,
        "instant": instant,
        "range": !instant,
    })
}

fn stat(title: &str, expr: &str, unit: &str, steps: &[(&str, Option<f64>)]) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .map(|(color, value)| json!({"color": color, "value": value}))
        .collect();
    let thresholds = match steps.is_empty() {
        true => json!({"mode": "absolute", "steps": [{"color": "text", "value": null}]}),
        false => json!({"mode": "absolute", "steps": steps}),
    };
    json!({
        "type": "stat",
        "title": title,
        "targets": [target(0, expr, "", true)],
        "fieldConfig": {"defaults": {"unit": unit, "decimals": 0, "thresholds": thresholds}, "overrides": []},
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "values": false}, "colorMode": "value"},
    })
}

fn bars(title: &str, expr: &str, legend: &str) -> Value {
    json!({
        "type": "bargauge",
        "title": title,
        "targets": [target(0, expr, legend, true)],
        "fieldConfig": {
            "defaults": {
                "unit": "percentunit",
                "min": 0,
                "max": 1,
                "thresholds": {
                    "mode": "absolute",
                    "steps": [
                        {"color": "green", "value": null},
                        {"color": "yellow", "value": 0.8},
                        {"color": "red", "value": 0.95},
                    ],
                },
            },
            "overrides": [],
        },
        "options": {
            "orientation": "horizontal",
            "displayMode": "basic",
            "reduceOptions": {"calcs": ["lastNotNull"], "values": false},
        },
    })
}

fn lines(title: &str, targets: &[(&str, &str)], unit: &str) -> Value {
    let targets: Vec<Value> = (0..)
        .zip(targets)
        .map(|(index, (expr, legend))| target(index, expr, legend, false))
        .collect();
    json!({
        "type": "timeseries",
        "title": title,
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {
            "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    })
}

fn table(title: &str, expr: &str) -> Value {
    let mut target = target(0, expr, "", true);
    target["format"] = "table".into();
    json!({
        "type": "table",
        "title": title,
        "targets": [target],
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {"showHeader": true},
    })
}
