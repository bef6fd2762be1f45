//! The table, the lines of JSON, and the page in `docs`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use crate::measure::{Figure, Measured, Row};

/// What was asked for, and what came of the rows so far.
pub(crate) struct Report {
    json: bool,
    docs: bool,
    /// Rows with this in their names only.
    only: Option<String>,
    table: String,
    missed: Vec<String>,
}

impl Report {
    pub(crate) fn new(arguments: impl Iterator<Item = String>) -> Self {
        let mut report = Self {
            json: false,
            docs: false,
            only: None,
            table: String::new(),
            missed: vec![],
        };
        for argument in arguments {
            match argument.as_str() {
                "--json" => report.json = true,
                "--docs" => report.docs = true,
                _ => report.only = Some(argument),
            }
        }
        let head = format!(
            "{:28} {:>8} {:>7} {:>11} {:>7} {:>6}  {}\n",
            "", "of floor", "target", "each", "instr.", "alloc.", "others: of floor (allocations)"
        );
        report.line(&head);
        report
    }

    fn line(&mut self, line: &str) {
        if !self.json {
            print!("{line}");
        }
        self.table.push_str(line);
    }

    /// Measures a row, unless others were asked for.
    pub(crate) fn add(&mut self, row: Row<'_>) {
        if self
            .only
            .as_ref()
            .is_some_and(|only| !row.name.contains(only.as_str()))
        {
            return;
        }
        let figure = row.measure();
        if self.json {
            println!("{}", json(&figure));
        }
        let line = line(&figure);
        self.line(&line);
        for missed in &figure.missed {
            self.missed.push(format!("{}: {missed}", figure.name));
        }
    }

    /// Writes what was asked for, and says whether all bars hold.
    pub(crate) fn end(self) -> ExitCode {
        if self.docs && self.only.is_none() {
            let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/speed.md");
            std::fs::write(page, self.page()).expect("docs/speed.md can be written");
        }
        for missed in &self.missed {
            eprintln!("missed: {missed}");
        }
        if self.missed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn page(&self) -> String {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        format!(
            "# What the runtime costs\n\n\
             Written by `./run bench --docs`; not by hand. Linux {}, {}, {} CPUs. Each row is an \
             operation of mapgen's handles beside a floor, the least that does the same: `bpf(2)` \
             with attributes on the stack, batches into buffers that are there already, a loop of \
             volatile reads, a consumer written for one type of record. All variants take turns in \
             one process; a figure is the median of the ratios of each round. `each` is the time of \
             one element, `instr.` how many instructions of user space more than the floor one \
             operation takes (counted by stepping through them, on x86-64), `alloc.` how often it \
             allocates. System calls are counted too, and are the floor's where a target stands.\n\n\
             ```text\n{}```\n\n\
             `./run bench` fails where an operation allocates, calls the kernel or runs more \
             instructions than is stated in `tests/bench`, or where a ratio is 1.10 times its \
             target.\n",
            // What is behind it names the machine.
            release.trim().split('-').next().unwrap_or_default(),
            std::env::consts::ARCH,
            std::thread::available_parallelism().map_or(0, usize::from),
            self.table
        )
    }
}

fn line(figure: &Figure) -> String {
    let Figure {
        ours, floor, bars, ..
    } = figure;
    let mut line = format!(
        "{:28} {:>8.3} {:>7} {:>11} {:>7} {:>6}  ",
        figure.name,
        ours.ratio,
        bars.ratio
            .map_or(String::new(), |ratio| format!("{ratio:.2}")),
        time(ours.nanos),
        more(floor, ours).map_or(String::new(), |more| format!("{more:+.0}")),
        number(ours.allocations),
    );
    let peers: Vec<String> = figure
        .peers
        .iter()
        .map(|peer| {
            format!(
                "{} {} ({})",
                peer.name,
                ratio(peer.ratio),
                number(peer.allocations)
            )
        })
        .collect();
    let _ = writeln!(line, "{}", peers.join("; "));
    line.trim_end().to_owned() + "\n"
}

/// Instructions beyond those of the floor.
fn more(floor: &Measured, of: &Measured) -> Option<f64> {
    Some(of.exact?.instructions - floor.exact?.instructions)
}

fn ratio(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 100.0 => format!("{ratio:.0}"),
        ratio => format!("{ratio:.2}"),
    }
}

fn number(number: f64) -> String {
    if number.fract() == 0.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.2}")
    }
}

fn time(nanos: f64) -> String {
    match nanos {
        nanos if nanos >= 1e6 => format!("{:.1} ms", nanos / 1e6),
        nanos if nanos >= 1e4 => format!("{:.1} µs", nanos / 1e3),
        nanos if nanos >= 10.0 => format!("{nanos:.0} ns"),
        nanos => format!("{nanos:.2} ns"),
    }
}

fn json(figure: &Figure) -> serde_json::Value {
    let variant = |variant: &Measured| {
        json!({
            "name": variant.name,
            "ratio": rounded(variant.ratio),
            "nanoseconds": rounded(variant.nanos),
            "allocations": variant.allocations,
            "system_calls": variant.exact.map(|exact| exact.calls),
            "instructions": variant.exact.map(|exact| exact.instructions),
        })
    };
    json!({
        "name": figure.name,
        "ratio": rounded(figure.ours.ratio),
        "target": figure.bars.ratio,
        "nanoseconds": rounded(figure.ours.nanos),
        "allocations": figure.ours.allocations,
        "system_calls": figure.ours.exact.map(|exact| exact.calls),
        "instructions": figure.ours.exact.map(|exact| exact.instructions),
        "floor": variant(&figure.floor),
        "peers": figure.peers.iter().map(variant).collect::<Vec<_>>(),
        "missed": figure.missed,
    })
}

fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
