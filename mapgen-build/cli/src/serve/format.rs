//! The two texts of metrics, and which of them a client asks for.

use mapgen_runtime::metrics::{Kind, METRICS};

/// OpenMetrics 1.0.
pub(super) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The text format of Prometheus.
pub(super) const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether OpenMetrics is what an `Accept` header asks for, rather than the older format.
pub(super) fn wants_openmetrics(accept: &str) -> bool {
    let weight = |wanted: &str| {
        let ranges = accept.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts
                .next()
                .filter(|kind| kind.eq_ignore_ascii_case(wanted))?;
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight: f32 = weight.map_or(Ok(1.0), str::parse).unwrap_or(0.0);
            Some((kind, weight))
        });
        ranges.map(|(_, weight)| weight).fold(0.0, f32::max)
    };
    let openmetrics = weight("application/openmetrics-text");
    openmetrics > 0.0 && openmetrics >= weight("text/plain")
}

/// Rewrites OpenMetrics as the format before it, which has no units and no end, and where a
/// counter is called as its sample is: with `_total`.
pub(super) fn classic(openmetrics: &str) -> String {
    let mut text = String::with_capacity(openmetrics.len());
    for line in openmetrics.lines() {
        if line.starts_with("# UNIT ") || line == "# EOF" {
            continue;
        }
        let described = line
            .strip_prefix("# ")
            .and_then(|rest| rest.split_once(' '))
            .and_then(|(what, rest)| Some((what, rest.split_once(' ')?)));
        match described {
            Some((what, (name, rest))) if is_counter(name) => {
                text.extend(["# ", what, " ", name, "_total ", rest]);
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

fn is_counter(name: &str) -> bool {
    let mut counters = METRICS.iter().filter(|metric| metric.kind == Kind::Counter);
    counters.any(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use super::{classic, wants_openmetrics};

    #[test]
    fn openmetrics_is_for_who_asks_for_it() {
        // Prometheus 2.42, and 3 with its own format first.
        assert!(wants_openmetrics(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        ));
        assert!(!wants_openmetrics(
            "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2"
        ));
        for accept in [
            "",
            "*/*",
            "text/html,application/xhtml+xml",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;q=many",
        ] {
            assert!(!wants_openmetrics(accept), "{accept}");
        }
    }

    #[test]
    fn a_counter_is_described_by_the_name_of_its_samples() {
        let openmetrics = "\
# HELP ebpf_ringbuf_lost Records that programs could not write.
# TYPE ebpf_ringbuf_lost counter
ebpf_ringbuf_lost_total{map_name=\"# UNIT x\"} 7.0
# HELP ebpf_map_memory_bytes Kernel memory that a map holds.
# TYPE ebpf_map_memory_bytes gauge
# UNIT ebpf_map_memory_bytes bytes
ebpf_map_memory_bytes 1.0
# EOF
";
        let expected = "\
# HELP ebpf_ringbuf_lost_total Records that programs could not write.
# TYPE ebpf_ringbuf_lost_total counter
ebpf_ringbuf_lost_total{map_name=\"# UNIT x\"} 7.0
# HELP ebpf_map_memory_bytes Kernel memory that a map holds.
# TYPE ebpf_map_memory_bytes gauge
ebpf_map_memory_bytes 1.0
";
        assert_eq!(classic(openmetrics), expected);
    }
}
