//! The `mapgen` command: what eBPF objects declare, for people and for programs.
//!
//! `main` reads the arguments, `json` and `text` print a schema, `schema` writes one,
//! `rules` writes alerts for its maps.
//! Exit status: 0 done, 1 the object breaks a limit, 2 usage or unreadable input.

mod json;
mod rules;
mod text;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mapgen_build::{Error, Options};
use mapgen_schema::Schema;

/// Maps, layouts and programs of compiled eBPF objects.
#[derive(Parser)]
#[command(name = "mapgen", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the maps, sections, programs and layouts of objects.
    Inspect {
        /// Compiled eBPF objects (`flow.bpf.o`).
        #[arg(required = true, value_name = "OBJ")]
        objects: Vec<PathBuf>,
        /// Print JSON: an object for one file, a list for several.
        #[arg(long)]
        json: bool,
        /// Possible CPUs that memory is counted for; by default those of this machine.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        cpus: Option<u32>,
    },
    /// Write the schema of an object, for builds without the object.
    Schema {
        /// A compiled eBPF object.
        #[arg(value_name = "OBJ")]
        object: PathBuf,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write alerting rules, a dashboard or manifests for the maps of objects.
    Rules(rules::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Inspect {
            objects,
            json,
            cpus,
        } => inspect(&objects, json, cpus.unwrap_or_else(possible_cpus)),
        Command::Schema { object, output } => schema(&object, &output),
        Command::Rules(arguments) => rules::run(arguments),
    };
    match result {
        Ok(status) => status,
        // The reader of a pipe went away: there is nobody to tell.
        Err(Failure::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Print(error)) => fail(&format!("cannot print: {error}")),
        Err(Failure::Read(error)) => fail(&error.to_string()),
    }
}

enum Failure {
    Read(Error),
    Print(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Read(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Print(error)
    }
}

fn fail(message: &str) -> ExitCode {
    // Standard error may be closed as well.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(2)
}

fn inspect(objects: &[PathBuf], as_json: bool, cpus: u32) -> Result<ExitCode, Failure> {
    let mut schemas = Vec::new();
    let mut unreadable = false;
    for object in objects {
        match mapgen_build::read(object, &Options::default()) {
            Ok(schema) => schemas.push(schema),
            Err(error) => {
                unreadable = true;
                fail(&error.to_string());
            }
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    if as_json {
        let mut values: Vec<_> = schemas
            .iter()
            .map(|schema| json::schema(schema, cpus))
            .collect();
        if objects.len() > 1 {
            write_json(&mut out, &values.into())?;
        } else if let Some(value) = values.pop() {
            write_json(&mut out, &value)?;
        }
    } else {
        for (index, schema) in schemas.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            out.write_all(text::schema(schema, cpus).as_bytes())?;
        }
    }
    out.flush()?;
    if unreadable {
        return Ok(ExitCode::from(2));
    }
    Ok(report_limits(&schemas))
}

/// What is in an object can be shown though no kernel takes it.
fn report_limits(schemas: &[Schema]) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for schema in schemas {
        if let Err(error) = mapgen_build::check(schema) {
            fail(&error.to_string());
            status = ExitCode::from(1);
        }
    }
    status
}

fn write_json(out: &mut impl Write, value: &serde_json::Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn schema(object: &Path, output: &Path) -> Result<ExitCode, Failure> {
    let mut schema = mapgen_build::read(object, &Options::default())?;
    mapgen_build::check(&schema)?;
    // The file goes to machines that do not have the object.
    schema.path = None;
    std::fs::write(output, mapgen_schema::text::write(&schema)).map_err(|source| Error::Write {
        path: output.to_owned(),
        source,
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The number of CPUs that the kernel could bring up, as per-CPU maps count them.
fn possible_cpus() -> u32 {
    let online = || std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
    std::fs::read_to_string("/sys/devices/system/cpu/possible")
        .ok()
        .and_then(|list| count_cpus(list.trim()))
        .unwrap_or_else(online)
}

/// Counts `0-3,8,10-11`.
fn count_cpus(list: &str) -> Option<u32> {
    list.split(',').try_fold(0_u32, |count, range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        count.checked_add(last.checked_sub(first)?.checked_add(1)?)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn possible_cpus_are_counted_over_gaps() {
        assert_eq!(super::count_cpus("0"), Some(1));
        assert_eq!(super::count_cpus("0-3,8,10-11"), Some(7));
        assert_eq!(super::count_cpus("3-1"), None);
    }
}
