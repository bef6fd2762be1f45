//! Recording rules: what a dashboard asks for over a fleet, worked out once.

use super::group::Record;
use super::select::Select;

/// The figures of a map over all instances, and of an instance over all maps.
pub(crate) fn records(all: &Select) -> Vec<Record> {
    let by_map = "by (object, map_name, map_type)";
    let rate = |metric| format!("rate({}[5m])", all.of(metric));
    vec![
        Record {
            name: "map:ebpf_map_pressure:max",
            expr: format!("max {by_map} ({})", all.of("ebpf_map_pressure")),
        },
        Record {
            name: "map:ebpf_map_entries:sum",
            expr: format!("sum {by_map} ({})", all.of("ebpf_map_entries")),
        },
        Record {
            name: "instance:ebpf_map_memory_bytes:sum",
            expr: format!(
                "sum by (job, instance, object) ({})",
                all.of("ebpf_map_memory_bytes")
            ),
        },
        Record {
            name: "map:ebpf_map_update_errors:rate5m",
            expr: format!(
                "sum by (object, map_name, map_type, reason) ({})",
                rate("ebpf_map_update_errors_total")
            ),
        },
        Record {
            name: "map:ebpf_ringbuf_lost:rate5m",
            expr: format!("sum {by_map} ({})", rate("ebpf_ringbuf_lost_total")),
        },
    ]
}
