//! Cost by size, as SVG: both axes logarithmic, readable on light and on dark.

use std::fmt::Write as _;

use crate::cost::Cost;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 60.0;

const STYLE: &str = "text{font:13px sans-serif;fill:#24292f}\
    .grid{stroke:#d0d7de;stroke-width:1}.measured{stroke:#0969da;fill:none;stroke-width:2.5}\
    .dot{fill:#0969da}.linear{stroke:#57606a;stroke-dasharray:5 5;fill:none;stroke-width:1.5}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}\
    .measured{stroke:#58a6ff}.dot{fill:#58a6ff}.linear{stroke:#9198a1}}";

/// A logarithmic axis over whole decades.
struct Axis {
    low: i32,
    high: i32,
    /// Where the lowest and the highest decade are drawn.
    from: f64,
    to: f64,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let high = values.fold(0.0, f64::max).log10().ceil() as i32;
        Self {
            low,
            high: high.max(low + 1),
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let part = (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        self.from + part * (self.to - self.from)
    }
}

/// The plot of time by number of types.
pub(crate) fn svg(costs: &[Cost]) -> String {
    let micros = |cost: &Cost| cost.generated.time.as_secs_f64() * 1e6;
    let x = Axis::new(
        costs.iter().map(|cost| cost.types as f64),
        LEFT,
        WIDTH - RIGHT,
    );
    let y = Axis::new(costs.iter().map(micros), HEIGHT - BOTTOM, TOP);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-label=\"time of generate by number of types\">\n<style>{STYLE}</style>\n"
    );
    let (left, right) = (x.from, x.to);
    for decade in y.low..=y.high {
        let at = y.at(10f64.powi(decade));
        let label = time(decade);
        let _ = writeln!(
            out,
            "<path class=\"grid\" d=\"M{left:.0} {at:.1}H{right:.0}\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 8.0,
            at + 4.0
        );
    }
    let (bottom, top) = (y.from, y.to);
    for decade in x.low..=x.high {
        let at = x.at(10f64.powi(decade));
        let _ = writeln!(
            out,
            "<path class=\"grid\" d=\"M{at:.1} {bottom:.0}V{top:.0}\"/>\
             <text x=\"{at:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            bottom + 20.0,
            10u64.pow(decade.unsigned_abs())
        );
    }
    let path = |points: &[(f64, f64)]| {
        let points = points
            .iter()
            .map(|(at_x, at_y)| format!("{at_x:.1} {at_y:.1}"));
        format!("M{}", points.collect::<Vec<_>>().join("L"))
    };
    let measured: Vec<(f64, f64)> = costs
        .iter()
        .map(|cost| (x.at(cost.types as f64), y.at(micros(cost))))
        .collect();
    if let Some(last) = costs.last() {
        let each = micros(last) / last.types as f64;
        // No further down than the axis goes.
        let least = 10f64.powi(y.low) / each;
        let first = least.max(10f64.powi(x.low));
        let ends = [first, last.types as f64];
        let linear = ends.map(|types| (x.at(types), y.at(types * each)));
        let _ = writeln!(out, "<path class=\"linear\" d=\"{}\"/>", path(&linear));
    }
    let _ = writeln!(out, "<path class=\"measured\" d=\"{}\"/>", path(&measured));
    for (at_x, at_y) in measured {
        let _ = writeln!(
            out,
            "<circle class=\"dot\" cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"4\"/>"
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{left:.0}\" y=\"22\">time of generate(); dashed: exactly proportional</text>\n\
         <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">types, and as many maps</text>\n</svg>",
        (left + right) / 2.0,
        HEIGHT - 16.0
    );
    out
}

/// A power of ten of microseconds.
fn time(decade: i32) -> String {
    match decade {
        ..3 => format!("{} µs", 10f64.powi(decade)),
        3..6 => format!("{} ms", 10f64.powi(decade - 3)),
        _ => format!("{} s", 10f64.powi(decade - 6)),
    }
}
