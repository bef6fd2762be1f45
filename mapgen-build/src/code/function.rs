//! The uses of one function: what its instructions call and which maps they name.
//!
//! What an instruction refers to is libbpf's `bpf_program__record_reloc`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use object::elf::STT_SECTION;

use super::ext::{Ext, LineAt, Place};
use super::guards::{self, Body, Source};
use super::insn::{CALL, Insn, LOAD_IMM64, PSEUDO_CALL, PSEUDO_FUNC, PSEUDO_KFUNC_CALL, SIZE};
use super::{Function, Guard, Line, Use, What};
use crate::elf::{Elf, Kind, Symbol};
use crate::maps::Defined;
use crate::raw::Raw;
use crate::sections::is_data;

/// Bytes of a line of C and of its file's path that messages show.
const MAX_LINE: usize = 240;
const MAX_PATH: usize = 1024;
/// A program has a few headers; of more files than this the names are left out.
const MAX_FILES: usize = 4096;

/// Another function, as an instruction names it.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    /// It may lead into the middle of what a symbol covers.
    pub(crate) place: Place,
    pub(crate) guard: Option<Guard>,
}

/// A function with what ties it to the rest of the object.
pub(crate) struct Contents {
    pub(crate) function: Arc<Function>,
    /// Numbers of helpers, each once.
    pub(crate) helpers: BTreeSet<u32>,
    /// Positions in the list of maps and sections.
    pub(crate) maps: BTreeSet<usize>,
    pub(crate) calls: Vec<Target>,
}

impl Contents {
    /// What a program that reaches it has to go through.
    pub(crate) fn weight(&self) -> usize {
        // Instructions are listed once; of helpers and kfuncs every call is.
        let is_call = |one: &&Use| !matches!(one.what, What::Instruction(_));
        let called = self.function.uses.iter().filter(is_call).count();
        1 + self.maps.len() + self.calls.len() + called
    }
}

/// Reads functions.
pub(crate) struct Reader<'a> {
    elf: &'a Elf<'a>,
    maps: &'a [Defined],
    sections: &'a [mapgen_schema::Section],
    raw: Option<&'a Raw<'a>>,
    ext: &'a Ext,
    files: HashMap<u32, Arc<str>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        elf: &'a Elf<'a>,
        maps: &'a [Defined],
        sections: &'a [mapgen_schema::Section],
        raw: Option<&'a Raw<'a>>,
        ext: &'a Ext,
    ) -> Self {
        Self {
            elf,
            maps,
            sections,
            raw,
            ext,
            files: HashMap::new(),
        }
    }

    /// Reads the function that a symbol covers, which lies inside of its section.
    pub(crate) fn function(&mut self, section_index: usize, symbol: &Symbol<'_>) -> Contents {
        let section = &self.elf.sections[section_index];
        let start = symbol.value;
        let mut body = Vec::new();
        while let Some(at) = place_at(start, body.len(), start + symbol.size) {
            let Some(insn) = Insn::read(section, self.elf.endian, at) else {
                break;
            };
            body.push(Some(insn));
            if insn.code == LOAD_IMM64 {
                body.push(None);
            }
        }
        let mut found = Found::default();
        for (place, insn) in body.iter().enumerate() {
            if let Some(insn) = insn {
                self.instruction(section_index, start, place, *insn, &mut found);
            }
        }
        let guards = match found.fixed {
            true => {
                let sources = |place| self.source((section_index, at(start, place)), body[place]?);
                let wanted: Vec<usize> = found.places().collect();
                let body = Body {
                    insns: &body,
                    sources: &sources,
                };
                guards::of(&body, &wanted)
            }
            false => vec![None; found.places().count()],
        };
        let mut guards = guards.into_iter().map(|known| known.map(Guard::of));
        let mut uses = Vec::new();
        for (place, what) in found.uses {
            let offset = at(start, place);
            let line = self.ext.line((section_index, offset), start);
            uses.push(Use {
                what,
                offset,
                line: line.and_then(|line| self.line(line)),
                guard: guards.next().flatten(),
            });
        }
        let line = self.ext.line((section_index, start), start);
        let line = line.and_then(|line| self.line(line));
        let calls = found.calls.into_iter().map(|(_, place)| Target {
            place,
            guard: guards.next().flatten(),
        });
        Contents {
            helpers: found.helpers,
            maps: found.maps,
            calls: calls.collect(),
            function: Arc::new(Function {
                name: symbol.name.to_owned(),
                section: section.name.to_owned(),
                line,
                uses: only_first_instructions(uses),
                // libbpf makes hidden functions static (`mark_func_static`).
                global: symbol.global && !symbol.hidden,
            }),
        }
    }

    fn instruction(&self, section: usize, start: u64, place: usize, insn: Insn, found: &mut Found) {
        let offset = at(start, place);
        if let Some(extension) = insn.extension() {
            found.uses.push((place, What::Instruction(extension)));
        }
        match (insn.code, self.symbol((section, offset))) {
            (CALL, None) if insn.src == 0 => {
                let helper = insn.imm as u32;
                found.helpers.insert(helper);
                found.uses.push((place, What::Helper(helper)));
            }
            (CALL, None) if insn.src == PSEUDO_CALL => {
                found.call(place, (section, insn.callee(offset)), "subprogram");
            }
            (CALL, Some(symbol)) => match symbol.section {
                Some(callee) if insn.src != PSEUDO_KFUNC_CALL => {
                    let callee = (callee, insn.callee(symbol.value));
                    found.call(place, callee, "subprogram");
                }
                // Of the kernel, or of another object, which libbpf refuses.
                _ => {
                    let name = symbol.name.to_owned();
                    found.uses.push((place, What::Kfunc(name)));
                }
            },
            (LOAD_IMM64, Some(symbol)) => self.address(place, insn, symbol, found),
            (LOAD_IMM64, None) if insn.src == PSEUDO_FUNC => {
                found.call(place, (section, insn.callee(offset)), "callback");
            }
            _ => {}
        }
        found.fixed |= self.source((section, offset), insn).is_some();
    }

    fn symbol(&self, (section, at): Place) -> Option<&'a Symbol<'a>> {
        let relocation = self.elf.sections[section].relocation(at)?;
        self.elf.symbols.get(relocation.symbol)
    }

    /// An address that is loaded: of a map, of a global variable, of a function.
    fn address(&self, place: usize, insn: Insn, symbol: &Symbol<'_>, found: &mut Found) {
        let Some(index) = symbol.section else {
            // An extern: of `.kconfig`, whose section is a map, or of `.ksyms`.
            let kconfig = self.kconfig(symbol);
            found
                .maps
                .extend(kconfig.map(|index| self.maps.len() + index));
            return;
        };
        let section = &self.elf.sections[index];
        let offset = match symbol.kind {
            STT_SECTION => symbol.value.wrapping_add_signed(i64::from(insn.imm)),
            _ => symbol.value,
        };
        let map = self.maps.iter().position(|defined| {
            defined.section == index
                && (defined.offset..defined.offset + defined.size).contains(&offset)
        });
        if let Some(map) = map {
            found.maps.insert(map);
        } else if is_data(section.name, section.kind) {
            let position = self.sections.iter().position(|s| s.name == section.name);
            found
                .maps
                .extend(position.map(|index| self.maps.len() + index));
        } else if section.kind == Kind::Code {
            let offset = symbol.value.wrapping_add_signed(i64::from(insn.imm));
            found.call(place, (index, offset), "callback");
        }
    }

    /// The position of `.kconfig` among the sections, for an extern that stands in it.
    fn kconfig(&self, symbol: &Symbol<'_>) -> Option<usize> {
        self.sections.iter().position(|section| {
            section.name == ".kconfig" && section.vars.iter().any(|var| var.name == symbol.name)
        })
    }

    /// What an instruction loads that is fixed before the program runs.
    fn source(&self, place: Place, insn: Insn) -> Option<Source> {
        if let Some(kind) = self.ext.relocation(place) {
            return is_guard(kind).then_some(Source::Patched);
        }
        if insn.code != LOAD_IMM64 {
            return None;
        }
        let symbol = self.symbol(place)?;
        match symbol.section {
            Some(index) => {
                let section = &self.elf.sections[index];
                let frozen = section.kind == Kind::Data
                    && (section.name == ".rodata" || section.name.starts_with(".rodata."));
                frozen.then_some(Source::Frozen)
            }
            None if self.kconfig(symbol).is_some() => Some(Source::Frozen),
            // 0 where the kernel has none; only then it may be compared with 0.
            None => symbol.weak.then_some(Source::Patched),
        }
    }

    fn line(&mut self, line: LineAt) -> Option<Line> {
        let raw = self.raw?;
        let room = self.files.len() < MAX_FILES;
        let file = match self.files.get(&line.file) {
            Some(file) => Arc::clone(file),
            None if room => {
                let file: Arc<str> = raw.text(line.file, MAX_PATH).into();
                self.files.insert(line.file, Arc::clone(&file));
                file
            }
            None => return None,
        };
        Some(Line {
            file,
            line: line.line,
            column: line.column,
            text: raw.text(line.text, MAX_LINE).trim().into(),
        })
    }
}

/// What is found before the guards are known.
#[derive(Default)]
struct Found {
    uses: Vec<(usize, What)>,
    calls: Vec<(usize, Place)>,
    helpers: BTreeSet<u32>,
    maps: BTreeSet<usize>,
    /// Something that a guard may stand on is loaded.
    fixed: bool,
}

impl Found {
    fn call(&mut self, place: usize, callee: Place, how: &'static str) {
        self.calls.push((place, callee));
        self.uses.push((place, What::Instruction(how)));
    }

    /// Of uses, then of calls.
    fn places(&self) -> impl Iterator<Item = usize> {
        let uses = self.uses.iter().map(|(place, _)| *place);
        uses.chain(self.calls.iter().map(|(place, _)| *place))
    }
}

/// Whether a CO-RE relocation asks what a kernel has, rather than where: of `enum
/// bpf_core_relo_kind`, all but offsets, signs, shifts and the ids of the program's types.
fn is_guard(kind: u32) -> bool {
    const FIELD_BYTE_SIZE: u32 = 1;
    const FIELD_EXISTS: u32 = 2;
    const TYPE_ID_TARGET: u32 = 7;
    const TYPE_MATCHES: u32 = 12;
    matches!(
        kind,
        FIELD_BYTE_SIZE | FIELD_EXISTS | TYPE_ID_TARGET..=TYPE_MATCHES
    )
}

/// Keeps of each extension of the instruction set the first that is not guarded, else the
/// first.
fn only_first_instructions(uses: Vec<Use>) -> Vec<Use> {
    let mut first = HashMap::new();
    for (index, one) in uses.iter().enumerate() {
        if let What::Instruction(name) = one.what {
            let kept = first.entry(name).or_insert(index);
            let guard: Option<Guard> = uses[*kept].guard;
            let weaker = match (one.guard, guard) {
                (None, Some(_)) => true,
                (Some(one), Some(kept)) => one > kept,
                _ => false,
            };
            if weaker {
                *kept = index;
            }
        }
    }
    let mut index = 0;
    let mut uses = uses;
    uses.retain(|one| {
        index += 1;
        match one.what {
            What::Instruction(name) => first.get(name) == Some(&(index - 1)),
            _ => true,
        }
    });
    uses
}

/// The offset of a place of a function that starts here.
fn at(start: u64, place: usize) -> u64 {
    start + place as u64 * SIZE
}

fn place_at(start: u64, place: usize, end: u64) -> Option<u64> {
    let at = at(start, place);
    (at < end).then_some(at)
}
