//! What a person sees who opens the address in a browser.

use mapgen_runtime::metrics::Host;

/// The page at `/`, as HTML that needs nothing else.
pub(super) fn page(host: &Host) -> String {
    let mut rows = String::new();
    host.for_each(|map| {
        let used = map.usage.and_then(|usage| usage.used);
        let pressure = map.usage.and_then(|usage| usage.pressure());
        let cells = [
            map.id.to_string(),
            map.name.to_owned(),
            map.kind.to_string(),
            used.map_or_else(String::new, |used| used.to_string()),
            map.capacity.to_string(),
            pressure.map_or_else(String::new, |part| format!("{:.0} %", 100.0 * part)),
        ];
        rows.push_str("<tr>");
        for cell in cells {
            rows.extend(["<td>", &escaped(&cell), "</td>"]);
        }
        rows.push_str("</tr>\n");
    });
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>mapgen: eBPF maps \
         of this host</title>\n<h1>eBPF maps of this host</h1>\n<p><a \
         href=\"/metrics\">Metrics</a></p>\n<table>\n<tr><th>id</th><th>map</th><th>type</th>\
         <th>used</th><th>capacity</th><th>full</th></tr>\n{rows}</table>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}
