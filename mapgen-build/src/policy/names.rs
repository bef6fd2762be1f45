//! The names that a policy gives, which must mean something.

use std::collections::BTreeSet;

use mapgen_schema::{codes, kinds, names};

use super::{Policy, Stated, plain};
use crate::code::What;
use crate::diagnostic::Diagnostic;
use crate::facts;
use crate::read::Object;

/// Reports names in lists that no object has and no table knows.
pub(super) fn check(objects: &[Object], policy: &Policy, found: &mut Vec<Diagnostic>) {
    let lists = [&policy.allow_newer, &policy.deny_helpers, &policy.optional];
    if lists.iter().all(|list| list.is_empty()) && policy.allow_helpers.is_empty() {
        return;
    }
    let callable = callable(objects);
    for allowed in &policy.allow_helpers {
        for name in &allowed.value {
            let origin = allowed.origin.to_string();
            found.extend(unknown("allow_helpers", name, &origin, &callable));
        }
    }
    for Stated { value, origin } in &policy.deny_helpers {
        let origin = origin.to_string();
        found.extend(unknown("deny_helpers", value, &origin, &callable));
    }
    let maps = || objects.iter().flat_map(|object| &object.schema.maps);
    let maps: BTreeSet<String> = maps().map(|map| map.name.clone()).collect();
    for Stated { value, origin } in &policy.optional {
        let origin = origin.to_string();
        found.extend(unknown("optional", value, &origin, &maps));
    }
    if !policy.allow_newer.is_empty() {
        let mut newer = callable;
        newer.extend(maps);
        newer.extend(of_objects(objects));
        for Stated { value, origin } in &policy.allow_newer {
            let origin = origin.to_string();
            found.extend(unknown("allow_newer", value, &origin, &newer));
        }
    }
}

fn unknown(list: &str, name: &str, origin: &str, known: &BTreeSet<String>) -> Option<Diagnostic> {
    if known.contains(name) || known.contains(&plain(name)) {
        return None;
    }
    let nearest = names::nearest(&plain(name), known.iter().map(String::as_str));
    let nearest = match nearest.is_empty() {
        true => String::new(),
        false => format!("; the nearest are `{}`", nearest.join("`, `")),
    };
    let message = format!("`{list}` names `{name}`, which nothing is called{nearest}");
    Some(Diagnostic::new(codes::unknown_name, "", message).origin(origin))
}

/// Helpers and kfuncs: those that are known and those that are called.
fn callable(objects: &[Object]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = facts::helpers().map(|(_, name)| plain(name)).collect();
    names.extend(facts::kfuncs().map(plain));
    for object in objects {
        for site in object.code.iter().flat_map(|program| program.uses()) {
            match site.what() {
                What::Helper(id) => names.insert(facts::helper_name(*id)),
                What::Kfunc(name) => names.insert(plain(name)),
                What::Instruction(_) => false,
            };
        }
        let of_schema = object.schema.programs.iter().flat_map(|p| &p.helpers);
        names.extend(of_schema.cloned());
    }
    names
}

/// What else `min_kernel` names: programs and sections of the objects, and all kinds of
/// need.
fn of_objects(objects: &[Object]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = kinds::NAMES.iter().copied().map(plain).collect();
    names.extend(facts::need_names().map(plain));
    for object in objects {
        let schema = &object.schema;
        names.extend(schema.programs.iter().map(|program| program.name.clone()));
        names.extend(schema.programs.iter().map(|program| program.kind.clone()));
        names.extend(schema.sections.iter().map(|section| section.name.clone()));
    }
    names
}
