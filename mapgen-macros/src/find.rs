//! Finding and reading schemas. The one file of this crate that does I/O.

use std::path::{Path, PathBuf};

use mapgen_schema::codes::{self, Code};
use mapgen_schema::{Schema, text};
use syn::LitStr;

use crate::report::{Report, did_you_mean, list};

/// Where schemas are: `$OUT_DIR/mapgen`, `None` when the crate has no build script.
pub(crate) struct Env {
    directory: Option<PathBuf>,
}

/// A schema and where it was read.
pub(crate) struct Found {
    pub(crate) schema: Schema,
    /// Absolute, so that rustc tracks it.
    pub(crate) path: String,
}

impl Env {
    /// What cargo says to the compiler of the user's crate.
    pub(crate) fn of_cargo() -> Self {
        Self {
            directory: std::env::var_os("OUT_DIR").map(|dir| Path::new(&dir).join("mapgen")),
        }
    }

    /// Schemas in a directory.
    #[cfg(test)]
    pub(crate) fn in_directory(directory: Option<PathBuf>) -> Self {
        Self { directory }
    }

    /// The schema of an object; the error stands on its name.
    pub(crate) fn load(&self, name: &LitStr, report: &mut Report) -> Option<Found> {
        let wanted = name.value();
        let Some(directory) = &self.directory else {
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
                let (code, message) = self.unknown(directory, &wanted);
                report.on(code, name, message);
                return None;
            }
            Err(error) => {
                report.on(
                    codes::damaged_schema,
                    name,
                    format!("cannot read `{}`: {error}", path.display()),
                );
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
                    _ => codes::damaged_schema,
                };
                let message = format!("the schema of object `{wanted}`: {error}");
                report.on(code, name, message);
                None
            }
        }
    }

    fn unknown(&self, directory: &Path, wanted: &str) -> (Code, String) {
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
