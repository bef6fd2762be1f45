//! `mapgen check`: objects against the policy, on all cores.
//!
//! 1. `project` says what is asked and of which objects;
//! 2. `workers` reads and checks each object, in order of the list;
//! 3. what objects must hold together is checked last;
//! 4. `text`, `json` and `sarif` show what was found.

mod definition;
mod json;
mod project;
mod sarif;
mod text;
mod workers;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mapgen_build::{Diagnostic, Error, Level, policy};

use self::project::{Project, Target};
use crate::{Failure, Status, inspect, say};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Objects to check (`flow.bpf.o`; `-` is standard input); by default those of the
    /// `[[object]]` tables, C sources compiled with clang.
    #[arg(value_name = "OBJ")]
    objects: Vec<PathBuf>,
    /// The policy; by default `mapgen.toml` here or in the nearest folder above.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    /// Write the findings as SARIF 2.1.0, for code review; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Possible CPUs that memory is counted for, unless the policy says more.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cpus: Option<u32>,
}

/// A finding and the file that it was found in.
struct Finding {
    diagnostic: Diagnostic,
    /// As it was given, relative to here: an object, or the C source that was compiled.
    path: Option<PathBuf>,
}

impl Finding {
    /// What is wrong and where in the object.
    fn headline(&self) -> String {
        let mut text = self.diagnostic.place.join(", ");
        if !text.is_empty() {
            text += ": ";
        }
        text + &self.diagnostic.message
    }
}

/// An input that nothing can be said of.
struct Unreadable {
    path: PathBuf,
    error: Error,
}

/// What a run found.
struct Report {
    /// The number of objects.
    objects: usize,
    findings: Vec<Finding>,
    unreadable: Vec<Unreadable>,
}

impl Report {
    fn count(&self, level: Level) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.diagnostic.level == level)
            .count()
    }

    fn status(&self) -> Status {
        if !self.unreadable.is_empty() {
            Status::Unreadable
        } else if self.count(Level::Deny) > 0 {
            Status::Mismatch
        } else {
            Status::Holds
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let sarif_to_stdout = arguments.sarif.as_deref() == Some(Path::new("-"));
    if arguments.json && sarif_to_stdout {
        let what = "`--json` and `--sarif -` both print to standard output: name a file for one";
        return Err(Failure::Usage(what.to_owned()));
    }
    let project = Project::find(arguments)?;
    let report = check(&project)?;
    if let Some(file) = arguments.sarif.as_deref().filter(|_| !sarif_to_stdout) {
        write_sarif(&report, file)?;
    }
    for unreadable in &report.unreadable {
        say(&unreadable.error.to_string());
    }
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    if sarif_to_stdout {
        inspect::write_json(&mut out, &sarif::log(&report))?;
    } else if arguments.json {
        inspect::write_json(&mut out, &json::report(&report))?;
    } else {
        text::write(&report, &mut out)?;
    }
    out.flush()?;
    Ok(report.status())
}

fn write_sarif(report: &Report, file: &Path) -> Result<(), Failure> {
    let failed = |source| Error::Write {
        path: file.to_owned(),
        source,
    };
    let mut out = io::BufWriter::new(File::create(file).map_err(failed)?);
    inspect::write_json(&mut out, &sarif::log(report)).map_err(failed)?;
    Ok(out.flush().map_err(failed)?)
}

/// What is left of an object when it was checked by itself.
struct Checked {
    found: Vec<Diagnostic>,
    maps: Vec<String>,
    known: policy::Known,
}

fn check(project: &Project) -> Result<Report, Failure> {
    // Compiled objects go with the folder, whatever happens.
    let folder = tempfile::tempdir().map_err(|source| Error::Write {
        path: std::env::temp_dir(),
        source,
    })?;
    let results = workers::each(&project.targets, |index, target| {
        check_target(project, target, &folder.path().join(index.to_string()))
    });
    let mut report = Report {
        objects: project.targets.len(),
        findings: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut maps = Vec::new();
    let mut known = policy::Known::default();
    for (target, result) in project.targets.iter().zip(results) {
        match result {
            Ok(checked) => {
                let found = checked.found.into_iter();
                report.findings.extend(found.map(|diagnostic| Finding {
                    diagnostic,
                    path: Some(target.path.clone()),
                }));
                maps.extend(checked.maps);
                known.extend(checked.known);
            }
            Err(error) => report.unreadable.push(Unreadable {
                path: target.path.clone(),
                error,
            }),
        }
    }
    // Of an object that cannot be read nobody knows the maps.
    if project.is_whole && report.unreadable.is_empty() {
        let names = maps.iter().map(String::as_str);
        let maps = policy::unknown_maps(names, &project.policy).into_iter();
        let found = maps.chain(known.unknown(&project.policy));
        report.findings.extend(found.map(|diagnostic| Finding {
            diagnostic,
            path: None,
        }));
    }
    Ok(report)
}

fn check_target(project: &Project, target: &Target, folder: &Path) -> Result<Checked, Error> {
    let object = target.read(folder)?;
    // What was compiled is in memory, and thousands would fill a disk.
    let _ = fs::remove_dir_all(folder);
    let mut known = policy::Known::default();
    known.add(&object);
    let mut found = policy::check_object(&object, &project.policy);
    target.show_source(&mut found);
    Ok(Checked {
        found,
        known,
        maps: object.schema.maps.into_iter().map(|map| map.name).collect(),
    })
}
