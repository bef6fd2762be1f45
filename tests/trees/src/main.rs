//! Compares random C types with clang, prints a table, and fails where one is wrong.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use mapgen_trees::Run;

/// Random C types: their layouts against clang, values end to end through the bindings.
#[derive(Parser)]
struct Args {
    /// Where files go.
    folder: PathBuf,
    /// The seed of the first tree; those after it have the seeds after it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many trees.
    #[arg(long, default_value_t = 3000)]
    count: u64,
    /// Of how many of these values go end to end.
    #[arg(long, default_value_t = 400)]
    values: usize,
}

/// Failures that are printed in full.
const PRINTED: usize = 10;

fn main() -> ExitCode {
    let args = Args::parse();
    let Some(clang) = mapgen_trees::clang() else {
        return ExitCode::SUCCESS;
    };
    let report = Run {
        clang,
        folder: args.folder,
        seed: args.seed,
        count: args.count,
        values: args.values,
    }
    .run();
    for failure in report.failures.iter().take(PRINTED) {
        println!("{failure}");
    }
    print!("{report}");
    match report.failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
