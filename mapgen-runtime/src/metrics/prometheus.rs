//! The monitor as a collector of `prometheus-client`.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::metrics::Monitor;
use crate::metrics::table::{self, Kind, METRICS};

impl Collector for Monitor {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.observe();
        let state = self.state();
        let with_id = state.ambiguous();
        // `/proc` is read once for each map.
        let readings: Vec<_> = state.maps.iter().map(|watched| watched.reading()).collect();
        let labels: Vec<_> = readings
            .iter()
            .zip(with_id)
            .map(|(reading, with_id)| table::labels(reading, with_id))
            .collect();
        for metric in METRICS {
            let unit = match metric.unit {
                Some("bytes") => Some(Unit::Bytes),
                Some("seconds") => Some(Unit::Seconds),
                Some(other) => Some(Unit::Other(other.to_owned())),
                None => None,
            };
            let kind = match metric.kind {
                Kind::Gauge => MetricType::Gauge,
                Kind::Counter => MetricType::Counter,
            };
            let mut family =
                encoder.encode_descriptor(metric.name, metric.help, unit.as_ref(), kind)?;
            for (reading, labels) in readings.iter().zip(&labels) {
                for sample in metric.samples(reading) {
                    let mut labels = labels.clone();
                    labels.extend(sample.label.map(|(name, value)| (name, value.into())));
                    let mut series = family.encode_family(&labels)?;
                    match metric.kind {
                        Kind::Gauge => series.encode_gauge(&sample.value)?,
                        Kind::Counter => {
                            series.encode_counter::<NoLabelSet, _, u64>(&sample.value, None)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
