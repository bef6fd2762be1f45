//! `mapgen accept`: takes the layouts of objects on into the layout lock.

use std::io::Write as _;
use std::path::PathBuf;

use mapgen_build::lock;

use crate::project::Project;
use crate::{Failure, Status, say};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Objects whose layouts are taken on; by default those of the `[[object]]` tables.
    #[arg(value_name = "OBJ")]
    objects: Vec<PathBuf>,
    /// The policy, which names the file by `layout_lock`; by default `mapgen.toml` here or in
    /// the nearest folder above.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let project = Project::find(arguments.config.as_deref(), &arguments.objects)?;
    let Some(file) = &project.policy.layout_lock else {
        let policy = match &project.config {
            Some(config) => format!("`{}` names", config.display()),
            None => "there is no `mapgen.toml` that names".to_owned(),
        };
        return Err(Failure::Usage(format!(
            "{policy} no file for layouts: add `layout_lock = \"mapgen.layout\"`"
        )));
    };
    let mut objects = Vec::new();
    let mut unreadable = false;
    for result in project.read(|_, object| object)? {
        match result {
            Ok(object) => objects.push(object),
            Err(error) => {
                unreadable = true;
                say(&error.to_string());
            }
        }
    }
    // What cannot be read is not gone.
    if unreadable {
        return Ok(Status::Unreadable);
    }
    let changes = lock::accept(&objects, &project.policy, &project.folder)?;
    let mut out = anstream::stdout().lock();
    let file = project.folder.join(&file.value);
    for change in &changes {
        writeln!(out, "{}: {change}", file.display())?;
    }
    if changes.is_empty() {
        writeln!(out, "{}: nothing changed", file.display())?;
    }
    out.flush()?;
    Ok(Status::Holds)
}
