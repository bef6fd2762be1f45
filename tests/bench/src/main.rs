//! What the runtime costs: `./run bench`.
//!
//! Every row compares mapgen with a floor, the least that does the same (most often bare
//! system calls), and with libbpf-rs and aya on the same map. `--json` prints a line for
//! each, `--docs` writes `docs/speed.md`. Ends with 1 where a bar does not hold.

mod exact;
mod mapped;
mod measure;
mod pins;
mod points;
#[path = "../../../mapgen-runtime/tests/support/program.rs"]
mod program;
mod raw;
mod report;
mod rings;
#[path = "../../../mapgen-runtime/tests/support/mod.rs"]
mod support;
mod walks;

use std::process::ExitCode;

use mapgen_test_support::allocations::Counting;
use measure::Row;
use report::Report;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let mut report = Report::new(std::env::args().skip(1));
    if !support::permitted() {
        return ExitCode::SUCCESS;
    }
    type Rows = fn(&mut dyn FnMut(Row<'_>));
    let all: [Rows; 7] = [
        points::hash,
        points::array,
        points::per_cpu,
        walks::rows,
        mapped::rows,
        rings::rows,
        pins::rows,
    ];
    for rows in all {
        rows(&mut |row| report.add(row));
    }
    report.end()
}
