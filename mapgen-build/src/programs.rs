//! Entry programs: what they are, and which helpers and maps they and the sub-programs
//! they call use.
//!
//! Which symbols are programs is libbpf's `bpf_object__add_programs`; what an
//! instruction refers to is its `bpf_program__record_reloc`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mapgen_schema::{Program, codes};
use object::elf::STT_FUNC;

use crate::code::{Contents, Ext, Guard, Place, ProgramCode, Reached, Reader};
use crate::elf::{Elf, Kind, Symbol};
use crate::error::Finding;
use crate::facts;
use crate::maps::Defined;
use crate::raw::Raw;

/// The size of an instruction.
const INSN: u64 = 8;
/// Functions, helpers and maps that all programs may reach together. Every program lists
/// its own, so that they grow by the square of what is in the object.
const MAX_REACHED: usize = 1_000_000;

struct Function<'a> {
    section: usize,
    symbol: &'a Symbol<'a>,
}

/// The entry programs of an object, in its order.
///
/// `sections` are the data sections that became maps.
pub(crate) fn read(
    elf: &Elf<'_>,
    maps: &[Defined],
    sections: &[mapgen_schema::Section],
    raw: Option<&Raw<'_>>,
    findings: &mut Vec<Finding>,
) -> (Vec<Program>, Vec<ProgramCode>) {
    let ext = raw.map_or_else(|| Ok(Ext::default()), |raw| Ext::read(elf, raw));
    let ext = ext.unwrap_or_else(|finding| {
        findings.push(finding);
        Ext::default()
    });
    let mut functions = BTreeMap::new();
    let text = elf.section(".text").map(|(index, _)| index);
    let mut entries = Vec::new();
    for symbol in elf.symbols.iter().filter(|symbol| symbol.kind == STT_FUNC) {
        let Some(section) = symbol.section else {
            continue;
        };
        let code = &elf.sections[section];
        if code.kind != Kind::Code {
            continue;
        }
        if symbol
            .value
            .checked_add(symbol.size)
            .is_none_or(|end| end > code.size)
        {
            findings.push(
                Finding::new(
                    codes::damaged_elf,
                    format!(
                        "it takes {} bytes at {}, its section `{}` has {} bytes",
                        symbol.size, symbol.value, code.name, code.size
                    ),
                )
                .at(format!("function `{}`", symbol.name)),
            );
            continue;
        }
        functions.insert((section, symbol.value), Function { section, symbol });
        // Static functions outside `.text` are refused by libbpf as programs.
        if Some(section) != text && symbol.global {
            entries.push((section, symbol.value));
        }
    }
    if overlap(&functions, findings) {
        return Default::default();
    }
    entries.sort_unstable();
    let mut walk = Walk {
        reader: Reader::new(elf, maps, sections, raw, &ext),
        functions: &functions,
        contents: HashMap::new(),
        room: MAX_REACHED,
    };
    let mut programs = Vec::new();
    let mut code = Vec::new();
    for entry in entries {
        let Some(reached) = walk.reached(entry) else {
            break;
        };
        let function = &functions[&entry];
        let section = elf.sections[function.section].name;
        let uses = walk.uses(&reached);
        let map_name = |index: usize| match maps.get(index) {
            Some(defined) => defined.map.name.clone(),
            None => sections[index - maps.len()].name.clone(),
        };
        programs.push(Program {
            name: function.symbol.name.to_owned(),
            section: section.to_owned(),
            kind: facts::section(section)
                .map_or("unspec", |section| section.program)
                .to_owned(),
            insns: u32::try_from(function.symbol.size / INSN).unwrap_or(u32::MAX),
            helpers: uses.helpers,
            maps: uses.maps.into_iter().map(map_name).collect(),
        });
        code.push(walk.code(function.symbol.name, section, &reached));
    }
    if walk.room == 0 {
        findings.push(Finding::new(
            codes::beyond_limits,
            format!(
                "its programs reach more than {MAX_REACHED} functions, helpers and maps, counted \
             for each program: split the object"
            ),
        ));
    }
    (programs, code)
}

/// Reports functions that begin inside of another one. Two names of one function do not.
fn overlap(functions: &BTreeMap<Place, Function<'_>>, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let pairs = functions.values().zip(functions.values().skip(1));
    for (one, next) in pairs.filter(|(one, next)| one.section == next.section) {
        // Inside of its section, or it would not be here.
        let end = one.symbol.value + one.symbol.size;
        if end > next.symbol.value {
            findings.push(
                Finding::new(
                    codes::damaged_elf,
                    format!(
                        "it ends at {end}, and `{}` begins at {}",
                        next.symbol.name, next.symbol.value
                    ),
                )
                .at(format!("function `{}`", one.symbol.name)),
            );
        }
    }
    findings.len() > before
}

/// Goes from programs to all that they reach.
struct Walk<'a> {
    reader: Reader<'a>,
    functions: &'a BTreeMap<Place, Function<'a>>,
    contents: HashMap<Place, Contents>,
    /// What is left of `MAX_REACHED`.
    room: usize,
}

/// What a program and the functions that it reaches use.
struct Uses {
    /// Names, sorted.
    helpers: Vec<String>,
    /// Positions in the list of maps and sections.
    maps: BTreeSet<usize>,
}

impl Walk<'_> {
    /// The functions of a program, itself first; `None` when the room is used up.
    fn reached(&mut self, entry: Place) -> Option<Vec<Place>> {
        let mut seen = BTreeSet::from([entry]);
        let mut reached = vec![entry];
        let mut next = 0;
        while let Some(&place) = reached.get(next) {
            next += 1;
            let reader = &mut self.reader;
            let function = &self.functions[&place];
            let contents = self
                .contents
                .entry(place)
                .or_insert_with(|| reader.function(function.section, function.symbol));
            self.room = self.room.saturating_sub(contents.weight());
            if self.room == 0 {
                return None;
            }
            for target in &contents.calls {
                let callee = function_of(self.functions, target.place);
                reached.extend(callee.filter(|&callee| seen.insert(callee)));
            }
        }
        Some(reached)
    }

    fn uses(&self, reached: &[Place]) -> Uses {
        let contents = || reached.iter().filter_map(|place| self.contents.get(place));
        let helpers: BTreeSet<u32> = contents().flat_map(|c| c.helpers.iter().copied()).collect();
        let mut helpers: Vec<String> = helpers.into_iter().map(facts::helper_name).collect();
        helpers.sort();
        Uses {
            helpers,
            maps: contents().flat_map(|c| c.maps.iter().copied()).collect(),
        }
    }

    fn code(&self, name: &str, section: &str, reached: &[Place]) -> ProgramCode {
        let guarded = |place: &Place| {
            let contents = self.contents.get(place);
            contents.is_some_and(|contents| contents.calls.iter().any(|call| call.guard.is_some()))
        };
        // Without guards on the way every function is read.
        let steps = match reached.iter().any(guarded) {
            true => &Guard::STEPS[..],
            false => &[],
        };
        let alive: Vec<_> = steps
            .iter()
            .map(|step| (*step, self.alive(reached, *step)))
            .collect();
        let functions = reached.iter().filter_map(|place| {
            let function = &self.contents.get(place)?.function;
            let dead = alive.iter().find(|(_, alive)| !alive.contains(place));
            Some(Reached {
                function: std::sync::Arc::clone(function),
                guard: dead.map(|(step, _)| *step),
            })
        });
        ProgramCode {
            name: name.to_owned(),
            section: section.to_owned(),
            functions: functions.collect(),
        }
    }

    /// The functions that a kernel reads which prunes by guards up to this one.
    fn alive(&self, reached: &[Place], step: Guard) -> BTreeSet<Place> {
        let mut queue: Vec<Place> = reached.iter().take(1).copied().collect();
        if !step.is_lazy() {
            let is_global = |place: &&Place| {
                let contents = self.contents.get(place);
                contents.is_some_and(|contents| contents.function.global)
            };
            queue.extend(reached.iter().filter(is_global));
        }
        let mut alive: BTreeSet<Place> = queue.iter().copied().collect();
        while let Some(place) = queue.pop() {
            let Some(contents) = self.contents.get(&place) else {
                continue;
            };
            for target in &contents.calls {
                if target.guard.is_some_and(|guard| guard <= step) {
                    continue;
                }
                let callee = function_of(self.functions, target.place);
                queue.extend(callee.filter(|&callee| alive.insert(callee)));
            }
        }
        alive
    }
}

/// The function that an instruction names; it may lead into the middle of one.
fn function_of(functions: &BTreeMap<Place, Function<'_>>, place: Place) -> Option<Place> {
    let (section, offset) = place;
    let before = functions.range((section, 0)..=(section, offset));
    before.last().map(|(&place, _)| place)
}
