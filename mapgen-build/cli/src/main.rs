//! The `mapgen` command: what eBPF objects declare and whether it holds, for people and
//! for programs.
//!
//! `main` reads the arguments; each command is a file. `inspect` prints schemas through
//! `text`, `structs` and `json`; `check` holds objects against a policy, with its findings as
//! text, JSON and SARIF; `diff` compares two objects, `accept` writes the layout lock; a
//! `project` is the policy and its objects, which `workers` read; `report` writes a page that
//! shows all of this; `explain` has the pages of messages, `expand` the bindings of an object,
//! `rules` the alerts for its maps; `serve` exports the fill levels of a `host`'s, `watch` shows
//! them on a terminal. Exit status: 0 holds, 1 mismatch, 2 usage or unreadable input.

mod accept;
mod bindings;
mod check;
mod definition;
mod diff;
mod expand;
mod explain;
mod host;
mod input;
mod inspect;
mod json;
mod markdown;
mod project;
mod report;
mod rules;
mod serve;
mod structs;
mod text;
mod watch;
mod workers;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use mapgen_build::Error;

/// Maps, layouts and programs of compiled eBPF objects.
///
/// Exit status: 0 what was asked holds, 1 it does not, 2 usage or unreadable input.
#[derive(Parser)]
#[command(name = "mapgen", version)]
struct Arguments {
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Print the maps, sections, programs and layouts of objects.
    Inspect {
        /// Compiled eBPF objects (`flow.bpf.o`); `-` is standard input.
        #[arg(required = true, value_name = "OBJ")]
        objects: Vec<PathBuf>,
        /// Print JSON: an object for one file, a list for several.
        #[arg(long)]
        json: bool,
        /// Possible CPUs that memory is counted for; by default those of this machine.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        cpus: Option<u32>,
    },
    /// Hold objects against the policy of `mapgen.toml` and what the kernel takes.
    Check(check::Arguments),
    /// Print what differs between two objects, and what becomes of maps that the old one pinned.
    Diff {
        /// The old object, or its schema.
        old: PathBuf,
        /// The new object, or its schema.
        new: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take the layouts that objects have now on into the layout lock.
    Accept(accept::Arguments),
    /// Print the bindings that `#[ebpf_map]` makes of an object.
    Expand {
        /// A compiled eBPF object; `-` is standard input.
        #[arg(value_name = "OBJ")]
        object: PathBuf,
        /// The name of the object in macros; by default the file's stem.
        #[arg(long)]
        name: Option<String>,
    },
    /// Write the schema of an object, for builds without the object.
    Schema {
        /// A compiled eBPF object; `-` is standard input.
        #[arg(value_name = "OBJ")]
        object: PathBuf,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write alerting rules, a dashboard or manifests for the maps of objects.
    Rules(rules::Arguments),
    /// Write a page that shows objects: byte maps, C beside Rust, capacity, memory, findings.
    Report(report::Arguments),
    /// Serve fill levels of this host's maps to Prometheus, and a page to a browser.
    Serve(serve::Arguments),
    /// Show how full the maps of this host are, as `top` shows processes.
    Watch(watch::Arguments),
    /// Print the page of a message: why it is said, an example, what to do.
    Explain {
        /// `M0100` or `min_entries`; without it, all are listed.
        code: Option<String>,
    },
    /// Print a script that completes commands and options in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page: `mapgen man | man -l -`.
    Man,
}

/// The exit status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// What was asked holds.
    Holds = 0,
    /// It does not.
    Mismatch = 1,
    /// Usage, or an input that cannot be read.
    Unreadable = 2,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let result = match arguments.command {
        Command::Inspect {
            objects,
            json,
            cpus,
        } => inspect::inspect(&objects, json, cpus.unwrap_or_else(possible_cpus)),
        Command::Check(arguments) => check::run(&arguments),
        Command::Diff { old, new, json } => diff::run(&old, &new, json),
        Command::Accept(arguments) => accept::run(&arguments),
        Command::Expand { object, name } => expand::run(&object, name.as_deref()),
        Command::Schema { object, output } => inspect::schema(&object, &output),
        Command::Explain { code } => explain::run(code.as_deref()),
        Command::Report(arguments) => report::run(&arguments),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Completions { shell } => completions(shell),
        Command::Man => man(),
    };
    let status = match result {
        Ok(status) => status,
        // The reader of a pipe went away: there is nobody to tell.
        Err(Failure::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => Status::Holds,
        Err(failure) => {
            match failure {
                Failure::Print(error) => say(&format!("cannot print: {error}")),
                Failure::Read(error) => say(&error.to_string()),
                Failure::Usage(what) => say(&what),
            }
            Status::Unreadable
        }
    };
    ExitCode::from(status as u8)
}

/// Why a command did not come to its end.
pub(crate) enum Failure {
    Read(Error),
    Print(io::Error),
    Usage(String),
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

/// Says what stands in the way of the command.
pub(crate) fn say(message: &str) {
    const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
    // Standard error may be closed as well.
    let _ = writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {message}");
}

fn completions(shell: clap_complete::Shell) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "mapgen", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Status::Holds)
}

fn man() -> Result<Status, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    io::stdout().write_all(&page)?;
    Ok(Status::Holds)
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
