//! `.BTF.ext`: the line of C that each instruction stands for, and the instructions
//! that CO-RE patches.
//!
//! The format is that of the kernel's `Documentation/bpf/btf.rst`: a header with three
//! tables, each of them by section, of records whose size stands before them.

use std::collections::HashMap;

use mapgen_schema::{Endian, codes};

use crate::elf::Elf;
use crate::error::{Finding, Found};
use crate::raw::Raw;

/// Where an instruction stands: the index of its section, its offset there in bytes.
pub(crate) type Place = (usize, u64);

/// The header up to the table of lines; that of relocations came later.
const HEADER: usize = 24;
/// What the records hold; later compilers may make them longer.
const LINE: usize = 16;
const RELOCATION: usize = 16;

/// What of a record is kept of text, in bytes. The kernel takes names of 511; a line of C
/// may be a macro of thousands.
const MAX_TEXT: usize = 512;

/// What `.BTF.ext` says of one object.
#[derive(Default)]
pub(crate) struct Ext {
    /// By section, in the order of their offsets.
    lines: HashMap<usize, Vec<Line>>,
    relocations: HashMap<Place, u32>,
}

struct Line {
    at: u32,
    file: u32,
    text: u32,
    /// Line and column, 22 and 10 bits.
    position: u32,
}

/// A line of C, its texts by their place in the string table.
#[derive(Clone, Copy)]
pub(crate) struct LineAt {
    pub(crate) file: u32,
    pub(crate) text: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Ext {
    /// Reads the section of an object whose BTF is `raw`; an object may have none.
    pub(crate) fn read(elf: &Elf<'_>, raw: &Raw<'_>) -> Found<Self> {
        let Some((_, section)) = elf.section(".BTF.ext") else {
            return Ok(Self::default());
        };
        let reader = Reader {
            bytes: section.data,
            endian: raw.endian,
        };
        reader.header()?;
        let sections = sections_by_name(elf);
        let mut ext = Self::default();
        let section_called = |name| sections.get(raw.text(name, MAX_TEXT).as_str()).copied();
        for Group { section, records } in reader.table("lines", 16, LINE)? {
            let Some(section) = section_called(section) else {
                continue;
            };
            let lines = ext.lines.entry(section).or_default();
            lines.extend(records.into_iter().map(|[at, file, text, position]| Line {
                at,
                file,
                text,
                position,
            }));
        }
        for lines in ext.lines.values_mut() {
            lines.sort_by_key(|line| line.at);
        }
        // Compilers before CO-RE wrote a shorter header.
        if reader.word(4)? as usize >= HEADER + 8 {
            for Group { section, records } in reader.table("relocations", 24, RELOCATION)? {
                let Some(section) = section_called(section) else {
                    continue;
                };
                let kinds = records.into_iter().map(|[at, _, _, kind]| (at, kind));
                ext.relocations
                    .extend(kinds.map(|(at, kind)| ((section, u64::from(at)), kind)));
            }
        }
        Ok(ext)
    }

    /// The line that an instruction stands for: that of the last record at or before it,
    /// `start` being where its function begins.
    pub(crate) fn line(&self, (section, at): Place, start: u64) -> Option<LineAt> {
        let lines = self.lines.get(&section)?;
        let after = lines.partition_point(|line| u64::from(line.at) <= at);
        let line = lines.get(after.checked_sub(1)?)?;
        (u64::from(line.at) >= start).then_some(LineAt {
            file: line.file,
            text: line.text,
            line: line.position >> 10,
            column: line.position & 0x3ff,
        })
    }

    /// The kind of the CO-RE relocation of an instruction (`enum bpf_core_relo_kind`).
    pub(crate) fn relocation(&self, place: Place) -> Option<u32> {
        self.relocations.get(&place).copied()
    }
}

/// The first section of each name, which is the one that libbpf means.
fn sections_by_name<'data>(elf: &Elf<'data>) -> HashMap<&'data str, usize> {
    let named = elf.sections.iter().enumerate().rev();
    named
        .map(|(index, section)| (section.name, index))
        .collect()
}

struct Reader<'data> {
    bytes: &'data [u8],
    endian: Endian,
}

/// The records of one section.
struct Group {
    /// Where its name stands in the string table.
    section: u32,
    records: Vec<[u32; 4]>,
}

impl Reader<'_> {
    fn header(&self) -> Found<()> {
        let magic = match self.endian {
            Endian::Little => [0x9f, 0xeb],
            Endian::Big => [0xeb, 0x9f],
        };
        if !self.bytes.starts_with(&magic) {
            return Err(damaged(
                "it does not start with the BTF magic number in the object's byte order",
            ));
        }
        if self.bytes.get(2) != Some(&1) {
            return Err(damaged("its version is not 1"));
        }
        let header = self.word(4)? as usize;
        if header < HEADER || header > self.bytes.len() {
            return Err(damaged(&format!(
                "its header has {header} bytes, it has {} itself",
                self.bytes.len()
            )));
        }
        Ok(())
    }

    /// The records of a table whose place and size stand at `at` of the header. All have
    /// `least` bytes or more.
    fn table(&self, name: &str, at: usize, least: usize) -> Found<Vec<Group>> {
        let (offset, size) = (self.word(at)? as usize, self.word(at + 4)? as usize);
        let start = (self.word(4)? as usize).saturating_add(offset);
        let end = start.saturating_add(size);
        if end > self.bytes.len() {
            return Err(damaged(&format!(
                "its {name} end at {end}, it has {} bytes",
                self.bytes.len()
            )));
        }
        let mut groups = Vec::new();
        if size == 0 {
            return Ok(groups);
        }
        let record_size = self.word(start)? as usize;
        if record_size < least || record_size % 4 != 0 {
            return Err(damaged(&format!(
                "its {name} have {record_size} bytes each, not {least}"
            )));
        }
        let mut next = start + 4;
        while next < end {
            let (section, count) = (self.word(next)?, self.word(next + 4)? as usize);
            next += 8;
            let room = end.saturating_sub(next) / record_size;
            if count == 0 || count > room {
                return Err(damaged(&format!(
                    "it counts {count} {name} of a section where {room} have room"
                )));
            }
            let mut records = Vec::with_capacity(count);
            for _ in 0..count {
                let word = |index: usize| self.word(next + 4 * index);
                records.push([word(0)?, word(1)?, word(2)?, word(3)?]);
                next += record_size;
            }
            groups.push(Group { section, records });
        }
        Ok(groups)
    }

    fn word(&self, at: usize) -> Found<u32> {
        let bytes = at.checked_add(4).and_then(|end| self.bytes.get(at..end));
        let bytes: [u8; 4] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| damaged("it is cut off"))?;
        Ok(match self.endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        })
    }
}

fn damaged(what: &str) -> Finding {
    Finding::new(
        codes::damaged_btf,
        format!("`.BTF.ext` is damaged: {what}; compile the object again"),
    )
}
