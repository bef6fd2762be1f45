//! `mapgen report`: one page for objects, or for what differs between two.
//!
//! 1. `run` reads the objects and what `mapgen check` finds in them;
//! 2. `cells` cuts a type into runs of bits, `bytemap` draws them in rows, `members` puts C
//!    beside Rust, `types` is all of that for one type;
//! 3. `object` and `findings` are sections of the page of objects; `diff` is the page of what
//!    differs, `live` that of `mapgen serve`;
//! 4. `page` is the document around them: it has all it needs, and fetches nothing.
//!
//! Texts of an object go through `visible` and the template's escaping.

mod bytemap;
mod cells;
mod diff;
mod figures;
mod findings;
pub(crate) mod live;
mod members;
mod object;
mod page;
mod types;
mod visible;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use mapgen_build::policy::{DEFAULT_CPUS, Origin, Policy, Stated};
use mapgen_build::{Error, Object, Options};
use maud::html;

use crate::check::{self, Report};
use crate::project::Project;
use crate::{Failure, Status, input, say};
use figures::counted;
use object::{Asked, Shape};
use page::Page;

/// Arguments of `mapgen report`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Objects to show (`flow.bpf.o`; `-` is standard input); by default those of the
    /// `[[object]]` tables, C sources compiled with clang.
    #[arg(value_name = "OBJ", conflicts_with = "diff")]
    objects: Vec<PathBuf>,
    /// Show what differs between two objects, or their schemas, instead.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "config")]
    diff: Option<Vec<PathBuf>>,
    /// The policy; by default `mapgen.toml` here or in the nearest folder above.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Possible CPUs that memory is counted for, where the policy does not say; by default
    /// those of this machine.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    cpus: Option<u32>,
    /// The file to write; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Maps on a page that a browser draws in part.
const LARGE: usize = 100;

pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    if let Some([old, new]) = arguments.diff.as_deref() {
        return differences(arguments, old, new);
    }
    let mut project = Project::find(arguments.config.as_deref(), &arguments.objects)?;
    if let (None, Some(cpus)) = (&project.policy.cpus, arguments.cpus) {
        project.policy.cpus = Some(Stated {
            value: cpus,
            origin: Origin::Option("--cpus"),
        });
    }
    let (report, objects) = check::check(&project)?;
    for unreadable in &report.unreadable {
        say(&unreadable.error.to_string());
    }
    write(
        &arguments.output,
        &of_objects(&report, &objects, &project.policy),
    )?;
    Ok(report.status())
}

fn differences(arguments: &Arguments, old: &Path, new: &Path) -> Result<Status, Failure> {
    let read = |path| input::read(path, &Options::default());
    let (old, new) = (read(old)?.schema, read(new)?.schema);
    let diff = mapgen_build::diff(&old, &new);
    let cpus = arguments.cpus.unwrap_or_else(crate::possible_cpus);
    write(&arguments.output, &diff::page(&old, &new, &diff, cpus))?;
    Ok(crate::diff::status(&diff))
}

/// As many as the policy says; those that `check` counts a budget for; those that are here.
fn cpus(policy: &Policy) -> u32 {
    match (&policy.cpus, &policy.memory_budget) {
        (Some(cpus), _) => cpus.value,
        (None, Some(_)) => DEFAULT_CPUS,
        (None, None) => crate::possible_cpus(),
    }
}

fn of_objects(report: &Report, objects: &[Object], policy: &Policy) -> Page {
    let asked = Asked {
        policy,
        cpus: cpus(policy),
    };
    let shapes: Vec<Shape<'_>> = objects
        .iter()
        .enumerate()
        .map(|(index, object)| Shape::of(&object.schema, index, &asked))
        .collect();
    let name = match objects {
        [object] => visible::name(&object.schema.object),
        _ => counted(objects.len() as u64, "object", "objects"),
    };
    let mut contents = vec![("findings".to_owned(), "Findings".to_owned(), false)];
    for shape in &shapes {
        contents.extend(shape.contents());
    }
    if !report.findings.is_empty() {
        contents.push(("messages".to_owned(), "Messages".to_owned(), false));
    }
    Page {
        title: format!("{name}: maps and layouts"),
        heading: html! { "Maps and layouts of " span.name { (name) } },
        contents,
        is_live: false,
        is_large: shapes
            .iter()
            .map(|shape| shape.schema.maps.len())
            .sum::<usize>()
            > LARGE,
        body: html! {
            (findings::section(report))
            @for shape in &shapes { (shape.body()) }
            (findings::pages(report))
        },
    }
}

fn write(output: &Path, page: &Page) -> Result<(), Failure> {
    let document = page.document();
    if output == Path::new("-") {
        let mut out = std::io::stdout().lock();
        out.write_all(document.as_bytes())?;
        return Ok(out.flush()?);
    }
    fs::write(output, document).map_err(|source| {
        Error::Write {
            path: output.to_owned(),
            source,
        }
        .into()
    })
}
