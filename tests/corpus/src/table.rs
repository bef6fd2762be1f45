//! What came of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::object::Object;

/// Prints numbers, then every reason and every difference.
pub(crate) struct Table<'a>(pub(crate) &'a [Object]);

/// A row: what it counts, and how many of that an object has.
type Row = (&'static str, fn(&Object) -> usize);

const ROWS: [Row; 26] = [
    ("objects", |_| 1),
    ("  libbpf opens", |of| of.opened.is_ok().into()),
    ("  mapgen reads", |of| of.schema.is_ok().into()),
    ("  libbpf refuses, read", |of| {
        (of.opened.is_err() && of.schema.is_ok()).into()
    }),
    ("  both refuse, with reason", |of| {
        (of.opened.is_err() && of.schema.is_err()).into()
    }),
    ("  expanded and compiled", |of| of.counts.compiled.into()),
    ("maps", |of| of.counts.maps),
    ("data sections", |of| of.counts.sections),
    ("struct_ops", |of| of.counts.struct_ops),
    ("programs", |of| of.counts.programs),
    ("variables", |of| of.counts.variables),
    ("leaves compared", |of| of.counts.leaves),
    ("objects with DWARF", |of| of.counts.dwarf.into()),
    ("  types compared", |of| of.counts.dwarf_types),
    ("  members compared", |of| of.counts.dwarf_members),
    ("  in BTF alone, for CO-RE", |of| of.counts.not_in_dwarf),
    ("types with assertions", |of| of.counts.types),
    ("assertions", |of| of.counts.assertions),
    ("members read by their bits", |of| of.counts.members_read),
    ("maps created by the kernel", |of| of.counts.created),
    ("  proven member by member", |of| of.counts.proven),
    ("  not created, with reason", |of| of.not_created.len()),
    ("maps created as libbpf would", |of| of.counts.passed),
    ("  proven member by member", |of| of.counts.passed_members),
    ("differences", |of| of.differences.len()),
    ("  objects that differ", |of| {
        (!of.differences.is_empty()).into()
    }),
];

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reasons(f)?;
        for object in self.0 {
            for difference in object.differences.iter().take(5) {
                writeln!(f, "DIFFERS  {}: {difference}", object.name)?;
            }
        }
        writeln!(
            f,
            "\n{:<28} {:>10} {:>10} {:>10}",
            "", "self-tests", "shipped", "all"
        )?;
        for (what, count) in ROWS {
            let sum = |shipped| {
                let of = self.0.iter().filter(|of| of.is_shipped() == shipped);
                of.map(count).sum::<usize>()
            };
            let (tests, shipped) = (sum(false), sum(true));
            writeln!(
                f,
                "{what:<28} {tests:>10} {shipped:>10} {:>10}",
                tests + shipped
            )?;
        }
        Ok(())
    }
}

impl Table<'_> {
    fn reasons(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for object in self.0 {
            let name = &object.name;
            match (&object.opened, &object.schema, &object.over_limit) {
                (Err(why), Ok(_), _) => writeln!(f, "{name}: read, libbpf refuses it: {why}")?,
                (Err(_), Err(why), _) => {
                    let why = why.replace('\n', "\n    ");
                    writeln!(f, "{name}: both refuse it: {why}")?;
                }
                (Ok(_), Ok(_), Some(why)) => {
                    let why = why.replace('\n', "\n    ");
                    writeln!(f, "{name}: read, and the build gate warns: {why}")?;
                }
                _ => {}
            }
            if object.btf_refused {
                writeln!(f, "{name}: the kernel refuses its BTF, its maps have none")?;
            }
        }
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for object in self.0 {
            for (map, reason) in &object.not_created {
                let place = format!("{}:{map}", object.name);
                reasons.entry(reason).or_default().push(place);
            }
        }
        for (reason, places) in reasons {
            writeln!(
                f,
                "not created, as little as libbpf's, {}: {reason} ({})",
                places.len(),
                places[..places.len().min(3)].join(", ")
            )?;
        }
        Ok(())
    }
}
