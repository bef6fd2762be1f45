//! The Grafana dashboard.

use serde_json::{Value, json};

use crate::{printed, promtool};

fn dashboard() -> Value {
    let text = printed(&["rules", "--format", "grafana"]);
    serde_json::from_str(&text).expect("JSON")
}

/// With Grafana's variables as it replaces them.
fn replaced(expr: &str) -> String {
    let expr = expr
        .replace("$__rate_interval", "1m")
        .replace("$job", "mapgen");
    let expr = ["$instance", "$object", "$map"]
        .iter()
        .fold(expr, |expr, variable| expr.replace(variable, ".*"));
    assert!(!expr.contains('$'), "{expr}");
    expr
}

#[test]
fn every_expression_of_every_panel_is_promql() {
    let dashboard = dashboard();
    let mut rules = Vec::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().expect("targets") {
            let expr = target["expr"].as_str().expect("an expression");
            let record = format!("panel:{}", rules.len());
            rules.push(json!({"record": record, "expr": replaced(expr)}));
        }
    }
    assert!(rules.len() > 10);
    // JSON is YAML.
    let file = json!({"groups": [{"name": "panels", "rules": rules}]});
    promtool::check(&file.to_string());
}

#[test]
fn panels_have_a_place_of_their_own_and_the_chosen_data_source() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut taken = Vec::new();
    for (index, panel) in panels.iter().enumerate() {
        assert_eq!(panel["id"], index + 1);
        assert_eq!(panel["datasource"]["uid"], "${datasource}");
        let place = |name: &str| panel["gridPos"][name].as_u64().expect("a number");
        let (x, y, width, height) = (place("x"), place("y"), place("w"), place("h"));
        assert!(x + width <= 24, "{panel}");
        for cell in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            assert!(!taken.contains(&cell), "{panel}");
            taken.push(cell);
        }
    }
}

#[test]
fn the_data_source_is_the_first_variable_so_that_the_others_can_ask_it() {
    let dashboard = dashboard();
    let variables = dashboard["templating"]["list"]
        .as_array()
        .expect("variables");
    assert_eq!(variables[0]["type"], "datasource");
    for variable in &variables[1..] {
        if variable["type"] == "query" {
            assert_eq!(variable["datasource"]["uid"], "${datasource}");
        }
    }
}
