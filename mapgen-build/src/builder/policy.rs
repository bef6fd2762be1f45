//! The part of the builder that says what is asked of the objects.

use std::path::Path;

use mapgen_schema::codes::{self, Level};
use mapgen_schema::names;

use super::{Builder, Input};
use crate::cargo::Cargo;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::{self, File, Least, Policy, Scope, Stated};
use crate::read::Object;

/// Where the file of a package stands: beside `Cargo.toml`.
const FILE: &str = "mapgen.toml";

impl Builder {
    /// The number of entries that a map must have; bytes for a ring buffer, as its
    /// `max_entries` counts. It is held against the object here, and against the live map
    /// by the handle.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .min_entries("conns", 65_536)
    ///     .generate()
    /// # }
    /// ```
    pub fn min_entries(self, map: impl Into<String>, entries: u32) -> Self {
        self.least(map.into(), Least::Entries(entries))
    }

    /// The number of records of a type that a ring buffer must hold when nobody reads
    /// them, headers and rounding counted.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .min_records("events", "struct event", 1000)
    ///     .generate()
    /// # }
    /// ```
    pub fn min_records(
        self,
        map: impl Into<String>,
        ctype: impl Into<String>,
        records: u32,
    ) -> Self {
        let ctype = ctype.into();
        self.least(map.into(), Least::Records { records, ctype })
    }

    fn least(mut self, map: String, least: Least) -> Self {
        let least = (map, Stated::in_build(least));
        self.policy.min_entries.push(least);
        self
    }

    /// Bytes of kernel memory that the maps of all objects of this builder may take
    /// together, when they are full.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .memory_budget(64 << 20)
    ///     .cpus(64)
    ///     .generate()
    /// # }
    /// ```
    pub fn memory_budget(mut self, bytes: u64) -> Self {
        self.policy.memory_budget = Some(Stated::in_build(bytes));
        self
    }

    /// The possible CPUs of the largest machine that the programs are for: what a map keeps
    /// for each of them counts so many times. Without it,
    /// [`DEFAULT_CPUS`](policy::DEFAULT_CPUS) are counted.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .cpus(64)
    ///     .memory_budget(64 << 20)
    ///     .generate()
    /// # }
    /// ```
    pub fn cpus(mut self, cpus: u32) -> Self {
        self.policy.cpus = Some(Stated::in_build(cpus));
        self
    }

    /// The oldest kernel that must load the objects: whatever they need that came later is
    /// an error, with the release that has it.
    ///
    /// Not needed is code behind a guard: a branch on a CO-RE relocation
    /// (`bpf_core_enum_value_exists`), on an extern of `.kconfig` or `.ksyms`
    /// (`bpf_ksym_exists`), on a constant of `.rodata`. Nor is a program that is loaded
    /// when asked for only (`SEC("?xdp")`), or a map that is [`optional`](Self::optional).
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .min_kernel("5.15")
    ///     .allow_newer(["ringbuf_output"])
    ///     .generate()
    /// # }
    /// ```
    pub fn min_kernel(mut self, release: impl AsRef<str>) -> Self {
        let release = release.as_ref();
        match release.parse() {
            // Of two the older one is the stricter.
            Ok(oldest) => {
                self.policy.add(Policy {
                    min_kernel: Some(Stated::in_build(oldest)),
                    ..Policy::default()
                });
            }
            Err(error) => self
                .misused
                .push(format!("`min_kernel(\"{release}\")`: {error}")),
        }
        self
    }

    /// Names of what may be newer than [`min_kernel`](Self::min_kernel): helpers, kfuncs,
    /// map types and flags, attach types, maps, programs. For what the program tries only
    /// where it works, in a way that mapgen cannot see.
    pub fn allow_newer<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(|name| Stated::in_build(name.into()));
        self.policy.allow_newer.extend(names);
        self
    }

    /// A map without which the program works: libbpf is told not to create it where the
    /// kernel lacks its type, so that [`min_kernel`](Self::min_kernel) does not ask for it.
    pub fn optional(mut self, map: impl Into<String>) -> Self {
        self.policy.optional.push(Stated::in_build(map.into()));
        self
    }

    /// The helpers and kfuncs that programs may call, by name with or without `bpf_`; any
    /// other call is an error, which names program, helper and line. With several lists a
    /// name must be in each.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .allow_helpers(["map_lookup_elem", "map_update_elem", "ktime_get_ns"])
    ///     .generate()
    /// # }
    /// ```
    pub fn allow_helpers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        self.policy.allow_helpers.push(Stated::in_build(names));
        self
    }

    /// Helpers and kfuncs that programs may not call, by name with or without `bpf_`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .deny_helpers(["probe_write_user", "override_return", "send_signal"])
    ///     .generate()
    /// # }
    /// ```
    pub fn deny_helpers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(|name| Stated::in_build(name.into()));
        self.policy.deny_helpers.extend(names);
        self
    }

    /// Makes a policy or a lint a warning, by the name or the code in its message:
    /// `min_entries`, `key_size`, `M0002`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .memory_budget(64 << 20)
    ///     .warn("memory_budget")
    ///     .generate()
    /// # }
    /// ```
    pub fn warn(self, policy: impl Into<String>) -> Self {
        self.lint(policy, Level::Warn)
    }

    /// Sets how much a policy or a lint weighs, by the name or the code in its message.
    /// Where `mapgen.toml` says more of the same one, that counts.
    ///
    /// ```no_run
    /// use mapgen_build::Level;
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .lint("unused_map", Level::Allow)
    ///     .lint("key_padding", Level::Deny)
    ///     .generate()
    /// # }
    /// ```
    pub fn lint(mut self, lint: impl Into<String>, level: Level) -> Self {
        self.levels.push((lint.into(), level));
        self
    }

    /// What `build.rs` and `mapgen.toml` ask for, together.
    pub(super) fn stated(&self, cargo: &Cargo) -> Result<Policy, Error> {
        let mut policy = self.policy.clone();
        let mut errors = Vec::new();
        for (name, level) in &self.levels {
            match codes::policy(name) {
                Some(code) => policy.levels.push((code, Stated::in_build(*level))),
                None => {
                    let nearest = names::nearest(name, codes::policies()).join("`, `");
                    let called = match level {
                        Level::Warn => format!("warn(\"{name}\")"),
                        _ => format!("lint(\"{name}\", ..)"),
                    };
                    errors.push(Error::Usage(
                        codes::unknown_policy,
                        format!("`{called}`: there is no such policy; the nearest are `{nearest}`"),
                    ));
                }
            }
        }
        let file = Path::new(FILE);
        // Cargo runs a script for ever that depends on a file that is not there.
        if file.exists() {
            cargo.rerun_if_changed(file);
            match File::read(file) {
                Ok(file) => {
                    policy.scope = self.scope(&file);
                    policy.add(file.policy);
                }
                Err(error) => errors.push(error),
            }
        }
        Error::many(errors)?;
        Ok(policy)
    }

    /// Whether a name in the file that no object of this builder has is wrong.
    fn scope(&self, file: &File) -> Scope {
        let is_ours = |listed: &policy::Input| {
            let listed = listed.object.as_ref().or(listed.source.as_ref());
            self.inputs.iter().any(|input| match input {
                Input::Object(path) | Input::Source(path) | Input::Schema(path) => {
                    Some(path) == listed
                }
                Input::Locked(..) => false,
            })
        };
        match &file.inputs[..] {
            inputs if !inputs.is_empty() && inputs.iter().all(is_ours) => Scope::All,
            [_, _, ..] => Scope::Part,
            _ => Scope::Unknown,
        }
    }

    /// Holds what was read against the policy: warnings are printed, the rest is errors.
    ///
    /// Whether a map that is newer than `min_kernel` is one says its binding, which may be
    /// `optional`: what is wrong with those goes into the schemas, unless the build fails
    /// anyway.
    pub(super) fn enforce(
        &self,
        cargo: &Cargo,
        objects: &mut [Object],
        policy: &Policy,
        earlier: Vec<Error>,
    ) -> Vec<Error> {
        // Of an earlier version nothing is asked any more.
        if self.is_locked() {
            return earlier;
        }
        let mut found = policy::check(objects, policy);
        // What an object that cannot be read has is not known.
        if objects.len() == self.inputs.len() {
            let maps = objects.iter().flat_map(|object| &object.schema.maps);
            let names = maps.map(|map| map.name.as_str());
            found.extend(policy::unknown_maps(names, policy));
        }
        let (mut errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = found
            .into_iter()
            .partition(|diagnostic| diagnostic.level == Level::Deny);
        for warning in warnings {
            cargo.warning(&warning.to_string());
        }
        let of_map = |found: &Diagnostic| {
            let place = found.place.first();
            found.code == codes::min_kernel && place.is_some_and(|place| place.starts_with("map "))
        };
        let is_deferred = earlier.is_empty() && errors.iter().all(of_map);
        if is_deferred {
            errors.clear();
        }
        let denied = policy.level(codes::min_kernel) == Level::Deny;
        for object in objects {
            let newer = policy::kernel::of_maps(object, policy).into_iter();
            let newer =
                newer.map(|(map, found)| (map, found.message, found.origin.unwrap_or_default()));
            object.schema.newer = newer.filter(|_| denied).collect();
        }
        let errors = errors.into_iter().map(Error::from);
        earlier.into_iter().chain(errors).collect()
    }
}

/// Prints warnings, and returns the rest as errors.
pub(super) fn say(cargo: &Cargo, found: Vec<Diagnostic>) -> Vec<Error> {
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = found
        .into_iter()
        .partition(|diagnostic| diagnostic.level == Level::Deny);
    for warning in warnings {
        cargo.warning(&warning.to_string());
    }
    errors.into_iter().map(Error::from).collect()
}
