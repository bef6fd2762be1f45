//! The part of the builder that says what is asked of the objects.

use std::path::Path;

use mapgen_schema::codes::{self, Level};
use mapgen_schema::names;

use super::Builder;
use crate::cargo::Cargo;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::{self, File, Policy, Stated};
use crate::read::Object;

/// Where the file of a package stands: beside `Cargo.toml`.
const FILE: &str = "mapgen.toml";

impl Builder {
    /// The number of entries that a map must have. It is held against the object here,
    /// and against the live map by the handle.
    pub fn min_entries(mut self, map: impl Into<String>, entries: u32) -> Self {
        let least = (map.into(), Stated::in_build(entries));
        self.policy.min_entries.push(least);
        self
    }

    /// Makes a policy or a lint a warning, by the name or the code in its message:
    /// `min_entries`, `key_size`, `M0002`.
    pub fn warn(mut self, policy: impl Into<String>) -> Self {
        self.warnings.push(policy.into());
        self
    }

    /// What `build.rs` and `mapgen.toml` ask for, together.
    pub(super) fn stated(&self, cargo: &Cargo) -> Result<Policy, Error> {
        let mut policy = self.policy.clone();
        let mut errors = Vec::new();
        for name in &self.warnings {
            match codes::policy(name) {
                Some(code) => policy.levels.push((code, Stated::in_build(Level::Warn))),
                None => {
                    let nearest = names::nearest(name, codes::policies()).join("`, `");
                    errors.push(Error::Usage(codes::unknown_policy, format!(
                        "`warn(\"{name}\")`: there is no such policy; the nearest are `{nearest}`"
                    )));
                }
            }
        }
        let file = Path::new(FILE);
        // Cargo runs a script for ever that depends on a file that is not there.
        if file.exists() {
            cargo.rerun_if_changed(file);
            match File::read(file) {
                Ok(file) => policy.add(file.policy),
                Err(error) => errors.push(error),
            }
        }
        Error::many(errors)?;
        Ok(policy)
    }

    /// Holds what was read against the policy: warnings are printed, the rest is errors.
    pub(super) fn enforce(&self, cargo: &Cargo, objects: &[Object], policy: &Policy) -> Vec<Error> {
        let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = policy::check(objects, policy)
            .into_iter()
            .partition(|diagnostic| diagnostic.level == Level::Deny);
        for warning in warnings {
            cargo.warning(&warning.to_string());
        }
        errors.into_iter().map(Error::from).collect()
    }
}
