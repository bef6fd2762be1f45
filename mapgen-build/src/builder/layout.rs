//! The part of the builder that keeps layouts.

use std::path::{Path, PathBuf};

use mapgen_schema::{Schema, codes};

use super::policy::say;
use super::{Builder, Input};
use crate::cargo::{self, Cargo};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::lock::{self, Lock};
use crate::policy::{Policy, Stated};
use crate::read::Object;

impl Builder {
    /// Keeps the layouts of maps that are pinned by name, and of those that are
    /// [`stable`](Self::stable), in a file under version control. The path is relative to
    /// the package; packages may share a file.
    ///
    /// A map that is not what the file says fails the build, which shows old beside new
    /// and what becomes of live pinned maps. `mapgen accept`, or a build with
    /// `MAPGEN_ACCEPT=1`, takes it on: nothing else writes the file, and nothing else is
    /// written outside `OUT_DIR`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::source("bpf/flow.bpf.c").layout_lock("mapgen.layout").generate()
    /// # }
    /// ```
    pub fn layout_lock(mut self, path: impl Into<PathBuf>) -> Self {
        self.policy.layout_lock = Some(Stated::in_build(path.into()));
        self
    }

    /// Keeps the layout of a map that is not pinned by its name, because others read it: by
    /// a path of their own, by its id, in files that were written from it.
    pub fn stable(mut self, map: impl Into<String>) -> Self {
        self.policy.stable.push(Stated::in_build(map.into()));
        self
    }

    /// Takes the maps of an earlier version of an object as the layout lock keeps them, so
    /// that what it left pinned can be read and migrated: `locked("mapgen.layout", "flow",
    /// 1)` is called `flow_v1`. As with [`schema`](Self::schema) there is no `OBJECT` and
    /// no `open()`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::locked("mapgen.layout", "flow", 1).generate()
    /// # }
    /// ```
    pub fn locked(path: impl Into<PathBuf>, object: impl Into<String>, version: u32) -> Self {
        Self::of([Input::Locked(path.into(), object.into(), version)])
    }

    pub(super) fn read_locked(
        &self,
        cargo: &Cargo,
        path: &Path,
        object: &str,
        version: u32,
    ) -> Result<Schema, Error> {
        let lock = Lock::read(path)?.unwrap_or_default();
        let schema = lock.schema(object, version, cargo.endian)?;
        let mut schema = schema.ok_or_else(|| {
            let newest = lock.version(object);
            let there = match newest {
                0 => format!("it keeps nothing of `{object}`"),
                newest => format!("its versions are 1 to {newest}"),
            };
            Error::from(Diagnostic::new(
                codes::layout_file,
                path.display().to_string(),
                format!("there is no version {version} of object `{object}`: {there}"),
            ))
        })?;
        if let Some(name) = &self.name {
            schema.name.clone_from(name);
        }
        Ok(schema)
    }

    /// Whether what is read is an earlier version, of which nothing is asked any more.
    pub(super) fn is_locked(&self) -> bool {
        let mut inputs = self.inputs.iter();
        inputs.any(|input| matches!(input, Input::Locked(..)))
    }

    /// Holds what was read against the layout lock, or takes it on. With errors elsewhere
    /// nothing is taken on.
    pub(super) fn keep(
        &self,
        cargo: &Cargo,
        objects: &[Object],
        policy: &Policy,
        sound: bool,
    ) -> Vec<Error> {
        if self.is_locked() {
            return Vec::new();
        }
        let Some(stated) = &policy.layout_lock else {
            return say(cargo, lock::check(objects, policy, Path::new("")));
        };
        cargo.rerun_if_env_changed(cargo::ACCEPT);
        let file = &stated.value;
        let accepted = match cargo::accepts() {
            Ok(true) if sound => lock::accept(objects, policy, Path::new("")),
            Ok(_) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        // Cargo runs a script for ever that depends on a file that is not there.
        if file.exists() {
            cargo.rerun_if_changed(file);
        }
        match accepted {
            Ok(changes) => {
                for change in changes {
                    cargo.warning(&format!("`{}`: {change}", file.display()));
                }
                // Objects that failed to read are not gone.
                match sound {
                    true => say(cargo, lock::check(objects, policy, Path::new(""))),
                    false => Vec::new(),
                }
            }
            Err(error) => vec![error],
        }
    }
}
