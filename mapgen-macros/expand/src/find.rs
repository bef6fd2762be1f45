//! Finding and reading schemas. The one file of this crate that does I/O.

use std::path::{Path, PathBuf};

use mapgen_schema::codes::{self, Code};
use mapgen_schema::{Schema, text};
use syn::LitStr;

use crate::report::{Report, did_you_mean, list};

/// Where schemas are.
///
/// ```
/// use mapgen_expand::Env;
/// let of_a_build = Env::of_cargo();
/// let of_one_object = Env::of_schema(mapgen_schema::Schema::default(), "flow.schema");
/// ```
pub struct Env(Source);

enum Source {
    /// `$OUT_DIR/mapgen`, `None` when the crate has no build script.
    Directory(Option<PathBuf>),
    /// One schema, whatever it is asked for by.
    Schema { schema: Box<Schema>, path: String },
}

/// A schema and where it was read.
pub(crate) struct Found {
    pub(crate) schema: Schema,
    /// Absolute, so that rustc tracks it.
    pub(crate) path: String,
}

impl Env {
    /// What cargo says to the compiler of the user's crate: schemas are in `$OUT_DIR/mapgen`.
    pub fn of_cargo() -> Self {
        let directory = std::env::var_os("OUT_DIR").map(|dir| Path::new(&dir).join("mapgen"));
        Self(Source::Directory(directory))
    }

    /// One schema for every name; `path` is what the expansion includes, so that rustc
    /// runs again when the schema changes.
    pub fn of_schema(schema: Schema, path: impl Into<String>) -> Self {
        Self(Source::Schema {
            schema: Box::new(schema),
            path: path.into(),
        })
    }

    /// Schemas in a directory.
    #[cfg(test)]
    pub(crate) fn in_directory(directory: Option<PathBuf>) -> Self {
        Self(Source::Directory(directory))
    }

    /// The schema of an object; the error stands on its name.
    pub(crate) fn load(&self, name: &LitStr, report: &mut Report) -> Option<Found> {
        let wanted = name.value();
        let directory = match &self.0 {
            Source::Directory(directory) => directory,
            Source::Schema { schema, path } => {
                return Some(Found {
                    schema: schema.as_ref().clone(),
                    path: path.clone(),
                });
            }
        };
        let Some(directory) = directory else {
            report.on(
                codes::no_build_script,
                name,
                format!(
                    "no build script has read object `{wanted}`: add `mapgen-build` to \
                     `[build-dependencies]` and {}",
                    build_rs(&wanted)
                ),
            );
            return None;
        };
        let path = directory.join(format!("{wanted}.schema"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (code, message) = unknown(directory, &wanted);
                report.on(code, name, message);
                return None;
            }
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", path.display());
                report.on(codes::damaged_schema, name, message);
                return None;
            }
        };
        match text::read(&text) {
            Ok(schema) => Some(Found {
                schema,
                path: path.to_string_lossy().into_owned(),
            }),
            Err(error) => {
                let code = match error {
                    text::Error::Version { .. } => codes::schema_version,
                    text::Error::Line { .. } => codes::damaged_schema,
                };
                let message = format!("the schema of object `{wanted}`: {error}");
                report.on(code, name, message);
                None
            }
        }
    }
}

fn unknown(directory: &Path, wanted: &str) -> (Code, String) {
    let mut built: Vec<String> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            Some(name.to_str()?.strip_suffix(".schema")?.to_owned())
        })
        .collect();
    built.sort();
    if built.is_empty() {
        let message = format!(
            "`build.rs` has built no object, so not `{wanted}` either: {}",
            build_rs(wanted)
        );
        return (codes::no_build_script, message);
    }
    let names = || built.iter().map(String::as_str);
    let message = format!(
        "`build.rs` has built no object `{wanted}`{}\n\
         built: {}\n\
         help: read it in `build.rs`, `mapgen_build::Builder::object(\"bpf/{wanted}.bpf.o\")\
         .generate()?`, or give it this name with `.name(\"{wanted}\")`",
        did_you_mean(wanted, names()),
        list(names(), "and"),
    );
    (codes::unknown_object, message)
}

/// The lines that a build script needs.
fn build_rs(name: &str) -> String {
    format!(
        "write `build.rs`:\n\
         fn main() -> Result<(), mapgen_build::Error> {{\n    \
         mapgen_build::Builder::object(\"bpf/{name}.bpf.o\").generate()\n\
         }}"
    )
}
