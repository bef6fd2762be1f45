//! `min_entries`: what a map must hold.

use mapgen_schema::codes;

use super::{Least, Policy};
use crate::diagnostic::Diagnostic;
use crate::read::Object;

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    let schema = &object.schema;
    for (name, stated) in &policy.min_entries {
        let Some(map) = schema.map(name) else {
            continue;
        };
        let diagnostic = |code, message| {
            Diagnostic::new(code, &schema.object, message)
                .place(format!("map `{name}`"))
                .origin(&stated.origin)
        };
        let least = match stated.value.of(schema, map) {
            Ok(least) => least,
            Err(what) => {
                found.push(diagnostic(codes::min_unit, what));
                continue;
            }
        };
        // 0: the size is set at run time, where the handle checks it. Of several that are
        // asked for, the most is said once.
        let most = policy.least(schema, map);
        let is_most = most.is_some_and(|most| most.value == least && most.origin == stated.origin);
        if map.max_entries == 0 || map.max_entries >= least || !is_most {
            continue;
        }
        let message = match &stated.value {
            Least::Entries(_) => {
                format!(
                    "`max_entries` is {}, `min_entries` is {least}",
                    map.max_entries
                )
            }
            other => format!(
                "`max_entries` is {} bytes, `min_entries` is {}, for which it takes {least} bytes",
                map.max_entries,
                other.text()
            ),
        };
        found.push(
            diagnostic(codes::min_entries, message)
                .help("raise it in the C source, or lower what is asked for"),
        );
    }
}
