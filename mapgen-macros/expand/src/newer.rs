//! Maps that need a newer kernel than `min_kernel` says: `build.rs` knows which those are,
//! the binding whether the program does without them.

use mapgen_schema::{Schema, codes};
use syn::LitStr;

use crate::emit::handles::Bound;
use crate::report::Report;

/// Every map of the object, since libbpf creates those too that are not bound.
pub(crate) fn of_module(schema: &Schema, all: &[Bound<'_>], object: &LitStr, report: &mut Report) {
    for (map, need, place) in &schema.newer {
        let message = message(schema, map, need, place);
        match all.iter().find(|bound| bound.map.name == *map) {
            Some(bound) if bound.declared.optional => {}
            Some(bound) if bound.mentioned => report.on(codes::min_kernel, &bound.ident, message),
            _ => report.on(codes::min_kernel, object, message),
        }
    }
}

/// The one map that a struct binds.
pub(crate) fn of_struct(schema: &Schema, bound: &Bound<'_>, report: &mut Report) {
    let its = |(map, ..): &&(String, String, String)| *map == bound.map.name;
    for (map, need, place) in schema.newer.iter().filter(its) {
        if !bound.declared.optional {
            report.on(
                codes::min_kernel,
                &bound.ident,
                message(schema, map, need, place),
            );
        }
    }
}

fn message(schema: &Schema, map: &str, need: &str, place: &str) -> String {
    format!(
        "map `{map}` of object `{}`: {need}\n\
         help: `{place}` asks for it: raise `min_kernel`, or let the program do without the \
         map, `#[ebpf_map(name = \"{map}\", optional)]`",
        schema.name
    )
}
