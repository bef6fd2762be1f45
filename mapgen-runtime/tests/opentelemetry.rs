//! The metrics through OpenTelemetry's own SDK, as the documentation shows it.

mod support;

use mapgen_runtime::metrics::{Kind, METRICS, Monitor};
use mapgen_runtime::{HashMap, MapKind};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter, MeterProvider};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use support::{bind, spec};

bind!(Conns = HashMap<u32, u64>, spec("conns", MapKind::Hash, 4, 8, 10));

/// An instrument for each metric, which asks the monitor when it is read.
fn export(monitor: &Monitor, meter: &Meter) {
    for metric in METRICS {
        let monitor = monitor.clone();
        let observe = move |instrument: &dyn AsyncInstrument<f64>| {
            monitor.observe();
            monitor.for_each(|reading| {
                for sample in metric.samples(reading) {
                    let mut labels = vec![
                        KeyValue::new("map_name", reading.name.to_owned()),
                        KeyValue::new("map_type", reading.kind.name()),
                    ];
                    labels.extend(sample.label.map(|(name, value)| KeyValue::new(name, value)));
                    instrument.observe(sample.value, &labels);
                }
            });
        };
        let unit = metric.unit.unwrap_or_default();
        match metric.kind {
            Kind::Gauge => {
                let gauge = meter.f64_observable_gauge(metric.name);
                let gauge = gauge.with_description(metric.help).with_unit(unit);
                gauge.with_callback(observe).build();
            }
            Kind::Counter => {
                let counter = meter.f64_observable_counter(metric.name);
                let counter = counter.with_description(metric.help).with_unit(unit);
                counter.with_callback(observe).build();
            }
        }
    }
}

#[test]
fn every_metric_arrives_with_its_labels() {
    let map = Conns::simulated().unwrap();
    for key in 0..10 {
        map.insert(&key, &0).unwrap();
    }
    assert!(map.insert(&10, &0).is_err());
    let monitor = Monitor::new();
    monitor.watch(&map);

    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    export(&monitor, &provider.meter("mapgen"));
    provider.force_flush().unwrap();

    let mut found = Vec::new();
    for resource in exporter.get_finished_metrics().unwrap() {
        for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
            let AggregatedMetrics::F64(data) = metric.data() else {
                panic!("{metric:?}");
            };
            let mut point = |value: f64, labels: Vec<String>| {
                found.push(format!("{} {} {value}", metric.name(), labels.join(" ")));
            };
            let labels = |attributes: &mut dyn Iterator<Item = &KeyValue>| {
                let mut labels: Vec<String> = attributes
                    .map(|label| format!("{}={}", label.key, label.value))
                    .collect();
                labels.sort();
                labels
            };
            match data {
                MetricData::Gauge(gauge) => {
                    for data in gauge.data_points() {
                        point(data.value(), labels(&mut data.attributes()));
                    }
                }
                MetricData::Sum(sum) => {
                    assert!(sum.is_monotonic());
                    for data in sum.data_points() {
                        point(data.value(), labels(&mut data.attributes()));
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    for expected in [
        "ebpf_map_entries map_name=conns map_type=hash 10",
        "ebpf_map_max_entries map_name=conns map_type=hash 10",
        "ebpf_map_min_entries map_name=conns map_type=hash 1",
        "ebpf_map_pressure map_name=conns map_type=hash 1",
        "ebpf_map_update_errors map_name=conns map_type=hash reason=full 1",
        "ebpf_map_update_errors map_name=conns map_type=hash reason=access 0",
        "map_capacity_violation map_name=conns map_type=hash severity=critical 1",
    ] {
        assert!(
            found.iter().any(|line| line == expected),
            "{expected}: {found:#?}"
        );
    }
}
