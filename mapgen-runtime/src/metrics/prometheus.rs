//! Readings as a collector of `prometheus-client` encodes them.

use std::fmt;

use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabel, EncodeLabelSet, LabelSetEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::metrics::reading::Reading;
use crate::metrics::table::{Kind, METRICS};

/// The labels of a sample.
#[derive(Debug)]
struct Labels<'a> {
    reading: &'a Reading<'a>,
    with_id: bool,
    /// What the metric adds.
    label: Option<(&'static str, &'static str)>,
}

impl EncodeLabelSet for Labels<'_> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        let reading = self.reading;
        for label in [
            ("map_name", reading.name),
            ("map_type", reading.kind.name()),
            ("object", reading.object),
        ] {
            label.encode(encoder.encode_label())?;
        }
        if self.with_id {
            ("map_id", reading.id).encode(encoder.encode_label())?;
        }
        match self.label {
            Some(label) => label.encode(encoder.encode_label()),
            None => Ok(()),
        }
    }
}

/// Encodes every metric of these readings, each with whether its labels have its map's id.
pub(super) fn encode(
    readings: &[(Reading<'_>, bool)],
    mut encoder: DescriptorEncoder<'_>,
) -> fmt::Result {
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
        for (reading, with_id) in readings {
            for sample in metric.samples(reading) {
                let labels = Labels {
                    reading,
                    with_id: *with_id,
                    label: sample.label,
                };
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
