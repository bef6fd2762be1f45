//! `mapgen check`: objects against the policy, on all cores.
//!
//! 1. the project says what is asked and of which objects;
//! 2. each object is read and checked by itself, on all cores;
//! 3. what objects must hold together is checked last;
//! 4. `text`, `json` and `sarif` show what was found.

mod json;
mod sarif;
mod text;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mapgen_build::policy::{self, Known, Memory, Origin, Shared, Stated};
use mapgen_build::{Diagnostic, Error, Level, Object, lock};
use mapgen_schema::codes;

use crate::project::Project;
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
    /// Possible CPUs that memory is counted for, where the policy does not say.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cpus: Option<u32>,
}

/// A finding and the file that it was found in.
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
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
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) error: Error,
}

/// What a run found.
pub(crate) struct Report {
    /// The number of objects.
    pub(crate) objects: usize,
    pub(crate) findings: Vec<Finding>,
    pub(crate) unreadable: Vec<Unreadable>,
}

impl Report {
    pub(crate) fn count(&self, level: Level) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.diagnostic.level == level)
            .count()
    }

    pub(crate) fn status(&self) -> Status {
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
    let mut project = Project::find(arguments.config.as_deref(), &arguments.objects)?;
    if let (None, Some(cpus)) = (&project.policy.cpus, arguments.cpus) {
        project.policy.cpus = Some(Stated {
            value: cpus,
            origin: Origin::Option("--cpus"),
        });
    }
    let (report, _) = check(&project)?;
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

/// Reads and checks every object; those that could be read are returned, without their code.
pub(crate) fn check(project: &Project) -> Result<(Report, Vec<Object>), Failure> {
    let policy = &project.policy;
    let results = project.read(|target, object| {
        let mut found = policy::check_object(&object, policy);
        target.show_source(&mut found);
        (object, found)
    })?;
    let mut report = Report {
        objects: project.targets.len(),
        findings: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut objects = Vec::new();
    let mut shared = Shared::default();
    let mut known = Known::default();
    for (target, result) in project.targets.iter().zip(results) {
        match result {
            Ok((mut object, mut found)) => {
                found.extend(shared.add(&object, policy));
                known.add(&object);
                // The larger part, and nothing more is asked of it.
                object.code = Vec::new();
                report
                    .findings
                    .extend(found.into_iter().map(|diagnostic| Finding {
                        diagnostic,
                        path: Some(target.path.clone()),
                    }));
                objects.push(object);
            }
            Err(error) => report.unreadable.push(Unreadable {
                path: target.path.clone(),
                error,
            }),
        }
    }
    let mut found = lock::check(&objects, policy, &project.folder);
    let memory = objects.iter().map(|object| Memory::of(object, policy));
    found.extend(policy::check_memory(memory, policy));
    // Of an object that is not there or cannot be read nobody knows the names.
    if project.is_whole && report.unreadable.is_empty() {
        let maps = objects.iter().flat_map(|object| &object.schema.maps);
        found.extend(policy::unknown_maps(
            maps.map(|map| map.name.as_str()),
            policy,
        ));
        found.extend(known.unknown(policy));
    } else {
        found.retain(|diagnostic| diagnostic.code != codes::stable);
    }
    report
        .findings
        .extend(found.into_iter().map(|diagnostic| Finding {
            path: project.path_of(&diagnostic.object),
            diagnostic,
        }));
    Ok((report, objects))
}
