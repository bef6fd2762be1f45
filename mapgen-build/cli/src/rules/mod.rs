//! `mapgen rules`: alerting rules, a dashboard and manifests, from the policy and from what
//! the objects' maps are.
//!
//! `watch` reads what is watched; `families` knows what it means that a map is full, by its
//! type; `levels`, `alerts` and `records` make rules of that, with `select` for PromQL;
//! `prometheus`, `daemonset` and `grafana` put them into files, `yaml` writes those.

mod alerts;
mod daemonset;
mod families;
mod grafana;
mod group;
mod levels;
mod prometheus;
mod records;
mod select;
mod watch;
mod yaml;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use mapgen_build::Error;
use serde_json::{Map, Value};

use crate::{Failure, Status};
use watch::Watch;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A rule file of Prometheus.
    Prometheus,
    /// The same rules as a `PrometheusRule` of the Prometheus operator.
    Kubernetes,
    /// A Grafana dashboard, as JSON.
    Grafana,
    /// Kubernetes manifests that run `mapgen serve` on every node.
    Daemonset,
    /// A `PodMonitor` of the Prometheus operator for those.
    Podmonitor,
    /// `scrape_configs` of Prometheus, for `--target`s, or for the pods of the daemon set.
    Scrape,
}

/// Arguments of `mapgen rules`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Objects whose maps are watched; by default those of the `[[object]]` tables, C sources
    /// compiled with clang; without any, every map of a host.
    #[arg(value_name = "OBJ")]
    objects: Vec<PathBuf>,
    /// Thresholds, minimum capacities and the memory budget; by default `mapgen.toml` here or
    /// in the nearest folder above.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value = "prometheus")]
    format: Format,
    /// The file to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The name of rule groups and of Kubernetes objects; by default `mapgen` and the objects'
    /// names.
    #[arg(long)]
    name: Option<String>,
    /// The label `job` of the exporter's series.
    #[arg(long, default_value = "mapgen")]
    job: String,
    /// Where the pages of `docs/runbooks` are to be read, for the alerts' `runbook_url`.
    #[arg(long, value_name = "URL", default_value = "docs/runbooks")]
    runbooks: String,
    /// The Kubernetes namespace.
    #[arg(long)]
    namespace: Option<String>,
    /// A label for Kubernetes objects, by which an operator may choose them.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<(String, String)>,
    /// The container image of the daemon set.
    #[arg(long, default_value = concat!("mapgen:", env!("CARGO_PKG_VERSION")))]
    image: String,
    /// The port of `mapgen serve` in the daemon set.
    #[arg(long, default_value_t = 9930, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Let the daemon set look at pinned maps only, which needs no CAP_SYS_ADMIN.
    #[arg(long)]
    pinned_only: bool,
    /// A host to scrape.
    #[arg(long = "target", value_name = "HOST:PORT")]
    targets: Vec<String>,
}

/// How the rules' surroundings are called.
#[derive(Debug)]
struct Fleet {
    name: String,
    job: String,
    runbooks: String,
    namespace: Option<String>,
    labels: Vec<(String, String)>,
    image: String,
    port: u16,
    pinned_only: bool,
}

impl Fleet {
    /// The label of pods whose value is the job.
    const APP: &str = "app.kubernetes.io/name";
    const PORT_NAME: &str = "metrics";

    /// `metadata:` of a Kubernetes object.
    fn metadata(&self) -> Value {
        let mut labels = Map::new();
        labels.insert(Self::APP.into(), self.job.as_str().into());
        for (name, value) in &self.labels {
            labels.insert(name.clone(), value.as_str().into());
        }
        let mut metadata = Map::new();
        metadata.insert("name".into(), self.name.as_str().into());
        if let Some(namespace) = &self.namespace {
            metadata.insert("namespace".into(), namespace.as_str().into());
        }
        metadata.insert("labels".into(), labels.into());
        metadata.into()
    }
}

/// Reads `NAME=VALUE`.
fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a label is `NAME=VALUE`".to_owned()),
    }
}

/// Writes the rules, or what else is asked for.
pub(crate) fn run(arguments: Arguments) -> Result<Status, Failure> {
    let watch = Watch::read(arguments.config.as_deref(), &arguments.objects)?;
    let fleet = Fleet {
        name: arguments.name.unwrap_or_else(|| default_name(&watch)),
        job: arguments.job,
        runbooks: arguments.runbooks,
        namespace: arguments.namespace,
        labels: arguments.labels,
        image: arguments.image,
        port: arguments.port,
        pinned_only: arguments.pinned_only,
    };
    let kubernetes = matches!(
        arguments.format,
        Format::Kubernetes | Format::Daemonset | Format::Podmonitor
    );
    if kubernetes {
        check_names(&fleet)?;
    }
    let text = match arguments.format {
        Format::Prometheus => yaml::document(&prometheus::rules(&watch, &fleet)),
        Format::Kubernetes => yaml::document(&prometheus::operator_rules(&watch, &fleet)),
        Format::Grafana => format!("{:#}\n", grafana::dashboard(&fleet)),
        Format::Daemonset => yaml::documents(&daemonset::manifests(&watch, &fleet)),
        Format::Podmonitor => yaml::document(&prometheus::pod_monitor(&fleet)),
        Format::Scrape => yaml::document(&prometheus::scrape(&fleet, &arguments.targets)),
    };
    match arguments.output {
        Some(path) => fs::write(&path, text).map_err(|source| Error::Write { path, source })?,
        None => std::io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(Status::Holds)
}

/// `mapgen-flow`; a name that Kubernetes takes.
fn default_name(watch: &Watch) -> String {
    let mut name = "mapgen".to_owned();
    for object in &watch.objects {
        name.push('-');
        name.extend(object.name.chars().map(|c| match c {
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => '-',
        }));
    }
    name.truncate(63);
    name.trim_end_matches('-').to_owned()
}

/// The API server says it later, and of one object at a time.
fn check_names(fleet: &Fleet) -> Result<(), Failure> {
    let is_name = |text: &str| {
        let edge =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.len() <= 63
            && edge(text.chars().next())
            && edge(text.chars().next_back())
            && text.chars().all(inside)
    };
    let named = [
        ("name", Some(&fleet.name)),
        ("job", Some(&fleet.job)),
        ("namespace", fleet.namespace.as_ref()),
    ];
    for (option, value) in named {
        if let Some(value) = value.filter(|value| !is_name(value)) {
            return Err(Failure::Usage(format!(
                "`--{option} {value}` is no name for Kubernetes: lower-case letters, digits and `-` \
                 inside, at most 63"
            )));
        }
    }
    Ok(())
}
