//! The instructions that a finding is about, by function: programs share functions.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{Function, ProgramCode, Site, What};
use crate::diagnostic::Diagnostic;
use crate::read::Object;

/// All uses of one thing in one function.
pub(super) struct Sites<'a> {
    first: Site<'a>,
    offsets: BTreeSet<u64>,
    programs: Vec<&'a str>,
}

/// The wanted uses of an object, those of one thing in one function together.
pub(super) fn wanted<'a>(
    object: &'a Object,
    mut wanted: impl FnMut(&'a ProgramCode, &Site<'a>) -> bool,
) -> Vec<Sites<'a>> {
    let mut numbers: BTreeMap<*const Function, usize> = BTreeMap::new();
    let mut found: BTreeMap<(usize, &What), Sites<'a>> = BTreeMap::new();
    for program in &object.code {
        for site in program.uses().filter(|site| wanted(program, site)) {
            let next = numbers.len();
            let function = *numbers.entry(site.function()).or_insert(next);
            let sites = found
                .entry((function, site.what()))
                .or_insert_with(|| Sites {
                    first: site,
                    offsets: BTreeSet::new(),
                    programs: Vec::new(),
                });
            sites.offsets.insert(site.offset());
            if sites.programs.last() != Some(&program.name.as_str()) {
                sites.programs.push(&program.name);
            }
        }
    }
    found.into_values().collect()
}

impl<'a> Sites<'a> {
    pub(super) fn first(&self) -> Site<'a> {
        self.first
    }

    /// Puts a finding where the first one stands, and says which programs reach it.
    pub(super) fn place(&self, found: Diagnostic) -> Diagnostic {
        /// More are counted only.
        const SHOWN: usize = 4;
        let site = self.first;
        let (first, others) = self.programs.split_first().unwrap_or((&"", &[]));
        let function = &site.function().name;
        let mut found = found.at(site.line().map(Into::into));
        if function != first {
            found = found.place(format!("function `{function}`"));
        }
        if site.line().is_none() {
            let (section, offset) = (&site.function().section, site.offset());
            found = found.note(format!("it stands at byte {offset} of section `{section}`"));
        }
        if self.offsets.len() > 1 {
            let more = self.offsets.len() - 1;
            found = found.note(format!("{more} more of it in `{function}`"));
        }
        if !others.is_empty() {
            let shown = others[..others.len().min(SHOWN)].join("`, `");
            let more = match others.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            found = found.note(format!("also reached from `{shown}`{more}"));
        }
        found.place(format!("program `{first}`"))
    }
}
