//! A module of several objects: the maps that all of them have.

use mapgen_schema::diff::{self, Weight};
use mapgen_schema::{Schema, Variant, codes, ctext};
use syn::LitStr;

use crate::emit::Cx;
use crate::find::Found;
use crate::map_struct::disagreement;
use crate::report::{Report, list};

/// Leaves the maps that all objects have, and nothing that belongs to one object alone.
/// Maps that are not the same in all are reported.
pub(crate) fn keep_common(
    schema: &mut Schema,
    others: &[Found],
    names: &[LitStr],
    report: &mut Report,
) {
    let mut maps = std::mem::take(&mut schema.maps);
    maps.retain(|map| {
        let there = others.iter().map(|other| other.schema.map(&map.name));
        there.into_iter().all(|map| map.is_some())
    });
    for map in &maps {
        for (other, name) in others.iter().zip(&names[1..]) {
            if let Some(theirs) = other.schema.map(&map.name) {
                disagreement((schema, map), (&other.schema, theirs), Some(name), report);
            }
        }
    }
    let objects: Vec<String> = names.iter().map(LitStr::value).collect();
    let objects = list(objects.iter().map(String::as_str), "and");
    if maps.is_empty() {
        report.on(
            codes::no_common_map,
            names.last(),
            format!(
                "the objects {objects} have no map in common: bind each by a module of its own"
            ),
        );
    }
    schema.name = objects.replace('`', "");
    schema.maps = maps;
    schema.path = None;
    schema.sections.clear();
    schema.programs.clear();
    schema.requested.clear();
    schema.variants.clear();
}

/// Reports types that are bound and are not the same in other objects of the module, or
/// in other builds of the object.
pub(crate) fn check_types(
    cx: &Cx<'_>,
    own: &Schema,
    others: &[Found],
    names: &[LitStr],
    report: &mut Report,
) {
    for &id in &cx.emitted {
        let ctype = ctext::name(cx.schema, id);
        for (other, name) in others.iter().zip(names.iter().skip(1)) {
            let Some(theirs) = other.schema.find(&ctype) else {
                continue;
            };
            let differs = diff::ty(&ctype, (cx.schema, id), (&other.schema, theirs));
            if let Some(differs) = differs.filter(|differs| differs.weight() > Weight::Same) {
                report.on(
                    codes::objects_disagree,
                    name,
                    format!(
                        "`{ctype}` is not the same in objects `{}` and `{}`\n{}",
                        own.name,
                        other.schema.name,
                        differs.table(&own.name, &other.schema.name).trim_end()
                    ),
                );
            }
        }
        check_variants(own, &ctype, names.first(), report);
    }
}

/// Reports a type that is bound and is not the same in another build of the object.
pub(crate) fn check_variants<'a>(
    schema: &Schema,
    ctype: &str,
    at: impl Into<Option<&'a LitStr>>,
    report: &mut Report,
) {
    let at = at.into();
    let differs = |variant: &&Variant| variant.differs.iter().any(|differs| differs == ctype);
    for variant in schema.variants.iter().filter(differs) {
        let (object, other) = (&schema.object, &variant.object);
        report.on(
            codes::variant,
            at,
            format!(
                "`{ctype}` is not the same in `{object}` and in its variant `{other}`\n\
                 help: declare it once, in a header that both builds include; \
                 `mapgen diff {object} {other}` shows both"
            ),
        );
    }
}
