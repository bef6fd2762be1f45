//! `unknown_name`: names in the lists of helpers and needs that mean nothing.

use std::collections::BTreeSet;

use mapgen_schema::{codes, kinds, names};

use super::{Origin, Policy, plain};
use crate::code::What;
use crate::diagnostic::Diagnostic;
use crate::facts;
use crate::read::Object;

/// What objects call and are made of, by name; what the tables know is known anyway.
///
/// ```
/// use mapgen_build::policy::{File, Known};
/// let file = File::parse("deny_helpers = [\"probe_write_usr\"]", "mapgen.toml".as_ref())?;
/// let found = Known::default().unknown(&file.policy);
/// assert!(found[0].message.starts_with("`deny_helpers` names `probe_write_usr`, which nothing"));
/// # Ok::<(), mapgen_build::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Known {
    called: BTreeSet<String>,
    /// Maps, programs and their types, sections.
    defined: BTreeSet<String>,
}

impl Known {
    /// Adds what an object calls and defines.
    pub fn add(&mut self, object: &Object) {
        let schema = &object.schema;
        let functions = object.code.iter().flat_map(|program| &program.functions);
        for used in functions.flat_map(|reached| &reached.function.uses) {
            if let What::Kfunc(name) = &used.what {
                self.called.insert(plain(name));
            }
        }
        for program in &schema.programs {
            self.called.extend(program.helpers.iter().cloned());
            let names = [&program.name, &program.kind];
            self.defined.extend(names.map(String::clone));
        }
        let maps = schema.maps.iter().map(|map| map.name.clone());
        let sections = schema.sections.iter().map(|section| section.name.clone());
        self.defined.extend(maps.chain(sections));
    }

    /// Adds what others call and define.
    pub fn extend(&mut self, other: Self) {
        self.called.extend(other.called);
        self.defined.extend(other.defined);
    }

    /// Finds names of `allow_helpers`, `deny_helpers` and `allow_newer` that no table knows
    /// and no object bears.
    pub fn unknown(&self, policy: &Policy) -> Vec<Diagnostic> {
        self.unknown_of(policy, |_| true)
    }

    /// What the objects of one builder can tell: that a file names what stands in another
    /// object is no mistake.
    pub(super) fn unknown_to_builder(&self, policy: &Policy) -> Vec<Diagnostic> {
        self.unknown_of(policy, |origin| *origin == Origin::Build)
    }

    fn unknown_of(&self, policy: &Policy, of_objects: impl Fn(&Origin) -> bool) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for list in &policy.allow_helpers {
            let names = list.value.iter().filter(|name| !self.is_callable(name));
            found.extend(
                names.map(|name| unknown("allow_helpers", name, &list.origin, &self.callable())),
            );
        }
        for denied in &policy.deny_helpers {
            let (name, origin) = (&denied.value, &denied.origin);
            if !self.is_callable(name) {
                found.push(unknown("deny_helpers", name, origin, &self.callable()));
            }
        }
        for allowed in &policy.allow_newer {
            let (name, origin) = (&allowed.value, &allowed.origin);
            let is_map_type = kinds::number(&plain(name)).is_some();
            if of_objects(origin) && !is_map_type && !self.is_callable(name) {
                let newer = self.newer();
                if !newer.contains(name) && !newer.contains(&plain(name)) {
                    found.push(unknown("allow_newer", name, origin, &newer));
                }
            }
        }
        policy.weigh(found)
    }

    fn is_callable(&self, name: &str) -> bool {
        let name = plain(name);
        facts::helper(&name).is_some()
            || facts::kfunc(&name).is_some()
            || facts::kfunc(&format!("bpf_{name}")).is_some()
            || self.called.contains(&name)
    }

    fn callable(&self) -> BTreeSet<String> {
        let helpers = facts::helpers().map(|(_, name)| name.to_owned());
        let called = self.called.iter().cloned();
        helpers
            .chain(facts::kfuncs().map(plain))
            .chain(called)
            .collect()
    }

    /// What `allow_newer` may name besides.
    fn newer(&self) -> BTreeSet<String> {
        let kinds = kinds::NAMES.iter().copied().map(plain);
        let defined = self.defined.iter().cloned();
        let named = facts::need_names().map(plain).chain(defined);
        kinds.chain(named).chain(self.callable()).collect()
    }
}

fn unknown(list: &str, name: &str, origin: &Origin, known: &BTreeSet<String>) -> Diagnostic {
    let nearest = names::nearest(&plain(name), known.iter().map(String::as_str)).join("`, `");
    let message = format!("`{list}` names `{name}`, which nothing is called");
    let diagnostic = Diagnostic::new(codes::unknown_name, "", message).origin(origin);
    match nearest.is_empty() {
        true => diagnostic,
        false => diagnostic.help(format!("the nearest are `{nearest}`")),
    }
}
