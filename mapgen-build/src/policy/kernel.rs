//! `min_kernel`: what an object needs that the oldest kernel does not have.
//!
//! A map is created whatever the code does, so that its needs count unless it is
//! `optional`. A program that is not loaded by itself (`SEC("?…")`) needs nothing, nor
//! does code behind a guard that this kernel prunes by.

use std::collections::BTreeMap;

use mapgen_schema::{codes, kinds};

use super::Policy;
use super::sites::{self, Sites};
use crate::code::{Guard, ProgramCode, What};
use crate::diagnostic::Diagnostic;
use crate::facts::{self, Need, Release, needs};
use crate::read::Object;

/// A tail call from a program with sub-programs: `bpf: Allow for tailcalls in BPF
/// subprograms` for x86-64.
const TAIL_CALL: u32 = 12;

pub(super) fn check(object: &Object, policy: &Policy, found: &mut Vec<Diagnostic>) {
    found.extend(of_maps(object, policy).into_iter().map(|(_, newer)| newer));
    let Some(rule) = Rule::of(object, policy) else {
        return;
    };
    rule.btf(found);
    rule.sections(found);
    rule.programs(found);
    if object.code.is_empty() {
        rule.helpers_of_schema(found);
    } else {
        rule.code(found);
    }
}

/// What the maps need, by their names.
pub(crate) fn of_maps(object: &Object, policy: &Policy) -> Vec<(String, Diagnostic)> {
    let Some(rule) = Rule::of(object, policy) else {
        return Vec::new();
    };
    let maps = object.schema.maps.iter();
    let needed = maps.filter(|map| {
        let is_optional = policy.optional.iter().any(|name| name.value == map.name);
        !is_optional && !rule.allows(&map.name)
    });
    let mut found = Vec::new();
    for map in needed {
        let needs = facts::of_map(&object.schema, map);
        let unknown = needs.is_empty().then(|| {
            let kind = kinds::name(map.kind).map_or(map.kind.to_string(), str::to_owned);
            rule.unknown(&format!("map type `{kind}`"))
        });
        let needs = needs.into_iter().filter(|need| rule.is_newer(need));
        let needs = needs.map(|need| (rule.newer(&need), need.name));
        for (diagnostic, name) in needs.chain(unknown.map(|d| (d, map.name.clone()))) {
            let help = format!(
                "raise `min_kernel`, let the program do without the map (`optional`), or name \
                 `{name}` in `allow_newer`"
            );
            let diagnostic = diagnostic.place(format!("map `{}`", map.name)).help(help);
            found.push((map.name.clone(), diagnostic));
        }
    }
    found
}

struct Rule<'a> {
    object: &'a Object,
    policy: &'a Policy,
    oldest: Release,
    origin: String,
}

impl<'a> Rule<'a> {
    fn of(object: &'a Object, policy: &'a Policy) -> Option<Self> {
        let stated = policy.min_kernel.as_ref()?;
        Some(Self {
            object,
            policy,
            oldest: stated.value,
            origin: stated.origin.to_string(),
        })
    }

    fn is_newer(&self, need: &Need) -> bool {
        need.since > self.oldest && !self.allows(&need.name)
    }

    fn allows(&self, name: &str) -> bool {
        let name = super::plain(name);
        let mut allowed = self.policy.allow_newer.iter();
        allowed.any(|allowed| super::plain(&allowed.value) == name)
    }

    fn newer(&self, need: &Need) -> Diagnostic {
        self.diagnostic(format!(
            "{} needs Linux {}, `min_kernel` is {}",
            need.what, need.since, self.oldest
        ))
    }

    fn unknown(&self, what: &str) -> Diagnostic {
        self.diagnostic(format!(
            "{what} is newer than what mapgen knows, `min_kernel` is {}",
            self.oldest
        ))
    }

    fn diagnostic(&self, message: String) -> Diagnostic {
        Diagnostic::new(codes::min_kernel, &self.object.schema.object, message).origin(&self.origin)
    }

    fn btf(&self, found: &mut Vec<Diagnostic>) {
        for feature in &self.object.btf_features {
            let refused = match needs::of_btf(feature.name) {
                Some(need) => self.is_newer(&need).then(|| self.newer(&need)),
                None => (!self.allows(feature.name)).then(|| {
                    self.diagnostic(
                        "no kernel takes a bit-field of more than 32 bits of an enumeration in BTF"
                            .to_owned(),
                    )
                }),
            };
            let Some(refused) = refused else { continue };
            let change = match feature.name {
                // What a newcomer has written is no section but `struct key key = { .. };`.
                "btf_empty_section" => {
                    "assign the members one by one where a local variable has an initializer, \
                     which clang keeps there as a constant"
                }
                _ => "give the member an integer type",
            };
            found.push(
                refused
                    .place(feature.place.as_str())
                    .note(
                        "libbpf goes on without BTF where the kernel refuses it, and a pinned map \
                         without types is refused at run time",
                    )
                    .help(format!(
                        "{change}, raise `min_kernel`, or name `{}` in `allow_newer`",
                        feature.name
                    )),
            );
        }
    }

    fn sections(&self, found: &mut Vec<Diagnostic>) {
        for section in &self.object.schema.sections {
            let what = "a global variable".to_owned();
            let need = Need::new(what, "global_data", needs::GLOBAL_DATA);
            if self.is_newer(&need) && !self.allows(&section.name) {
                let help = "keep them in a map, raise `min_kernel`, or name `global_data` in \
                            `allow_newer`";
                let newer = self.newer(&need).help(help);
                found.push(newer.place(format!("section `{}`", section.name)));
            }
        }
    }

    fn programs(&self, found: &mut Vec<Diagnostic>) {
        for (index, program) in self.object.schema.programs.iter().enumerate() {
            if program.section.starts_with('?') || self.allows(&program.name) {
                continue;
            }
            let code = self.object.code.get(index);
            let line = code.and_then(|code| code.functions.first()?.function.line.as_ref());
            let mut needs = facts::of_program(program);
            if code.is_some_and(calls_tails_beside_subprograms) {
                needs.extend(needs::of_instruction("tail_call_subprogram"));
            }
            for need in needs.iter().filter(|need| self.is_newer(need)) {
                let help = format!(
                    "raise `min_kernel`, load it only where it can be (`SEC(\"?{}\")`), or name \
                     `{}` in `allow_newer`",
                    program.section, need.name
                );
                let newer = self.newer(need).at(line.map(Into::into)).help(help);
                found.push(newer.place(format!("program `{}`", program.name)));
            }
        }
    }

    /// Without code: which helper stands behind a guard is not known.
    fn helpers_of_schema(&self, found: &mut Vec<Diagnostic>) {
        for program in &self.object.schema.programs {
            if program.section.starts_with('?') || self.allows(&program.name) {
                continue;
            }
            for name in &program.helpers {
                let what = format!("helper `{name}`");
                let diagnostic = match facts::helper(name) {
                    Some(since) => {
                        let need = Need::new(what, name, since);
                        self.is_newer(&need).then(|| self.newer(&need))
                    }
                    None => (!self.allows(name)).then(|| self.unknown(&what)),
                };
                let note = "a schema does not say what stands behind a guard";
                found.extend(diagnostic.map(|diagnostic| {
                    diagnostic
                        .place(format!("program `{}`", program.name))
                        .note(note)
                        .help(format!("name `{name}` in `allow_newer` if it does"))
                }));
            }
        }
    }

    fn code(&self, found: &mut Vec<Diagnostic>) {
        let loaded = |program: &ProgramCode| !program.is_optional() && !self.allows(&program.name);
        // Programs call the same few things over and over.
        let (mut programs, mut needs) = (BTreeMap::new(), BTreeMap::new());
        let needed = sites::wanted(self.object, |program, site| {
            let is_loaded = programs.entry(&program.name);
            *is_loaded.or_insert_with(|| loaded(program))
                && *needs
                    .entry(site.what())
                    .or_insert_with(|| self.is_needed(site.what()))
                && site.is_read_by(self.oldest)
        });
        found.extend(needed.iter().map(|sites| self.of_sites(sites)));
    }

    fn is_needed(&self, what: &What) -> bool {
        match need(what) {
            Ok(need) => self.is_newer(&need),
            Err(name) => !self.allows(&name),
        }
    }

    fn of_sites(&self, sites: &Sites<'_>) -> Diagnostic {
        let what = sites.first().what();
        let (mut diagnostic, name) = match need(what) {
            Ok(need) => (self.newer(&need), need.name),
            Err(name) => (self.unknown(&what.to_string()), name),
        };
        if let Some(guard) = sites.first().guard() {
            diagnostic = diagnostic.note(unread(guard));
        }
        let help = match what {
            What::Helper(_) => format!(
                "call it only where `bpf_core_enum_value_exists(enum bpf_func_id, \
                 BPF_FUNC_{name})`, raise `min_kernel`, or name `{name}` in `allow_newer`"
            ),
            What::Kfunc(function) => format!(
                "declare it `__weak` and call it only where `bpf_ksym_exists({function})`, raise \
                 `min_kernel`, or name `{name}` in `allow_newer`"
            ),
            What::Instruction(_) => format!(
                "compile for older kernels (`-mcpu`), raise `min_kernel`, or name `{name}` in \
                 `allow_newer`"
            ),
        };
        sites.place(diagnostic).help(help)
    }
}

/// What an instruction needs; the name of what no table knows.
fn need(what: &What) -> Result<Need, String> {
    match what {
        What::Helper(id) => {
            let name = facts::helper_name(*id);
            match facts::helper(&name) {
                Some(since) => Ok(Need::new(what.to_string(), name, since)),
                None => Err(name),
            }
        }
        What::Kfunc(name) => match facts::kfunc(name) {
            Some(since) => Ok(Need::new(what.to_string(), name, since)),
            None => Err(name.clone()),
        },
        What::Instruction(name) => needs::of_instruction(name).ok_or((*name).to_owned()),
    }
}

fn calls_tails_beside_subprograms(code: &ProgramCode) -> bool {
    let calls = |wanted: &What| code.uses().any(|site| site.what() == wanted);
    calls(&What::Helper(TAIL_CALL)) && calls(&What::Instruction("subprogram"))
}

fn unread(guard: Guard) -> String {
    match guard.is_lazy() {
        true => format!(
            "it stands in a global function that only guarded code calls: kernels before {} \
             verify it all the same; make the function `static`",
            guard.since
        ),
        false => format!(
            "it stands behind a guard on a constant of `.rodata` or `.kconfig`, which kernels \
             before {} do not look at; guard it by CO-RE",
            guard.since
        ),
    }
}
