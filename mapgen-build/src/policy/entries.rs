//! `min_entries`: what a map must hold.

use mapgen_schema::codes;

use super::Policy;
use crate::diagnostic::Diagnostic;
use crate::read::Object;

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let schema = &object.schema;
    for map in &schema.maps {
        let Some(least) = policy.least_entries(&map.name) else {
            continue;
        };
        // 0: the size is set at run time, where the handle checks it.
        if map.max_entries != 0 && map.max_entries < least.value {
            let message = format!(
                "`max_entries` is {}, `min_entries` is {}",
                map.max_entries, least.value
            );
            found.push(
                Diagnostic::new(codes::min_entries, &schema.object, message)
                    .place(format!("map `{}`", map.name))
                    .origin(&least.origin)
                    .help("raise it in the C source, or lower what is asked for"),
            );
        }
    }
}
