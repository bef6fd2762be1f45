//! BTF records as bytes: checked before anything is parsed, and copied into the
//! minimal BTF of a map.
//!
//! The format is that of the kernel's `Documentation/bpf/btf.rst`. `btf-rs` takes the
//! header's lengths and the ids in records on trust; what is let through here cannot
//! make it fail half way, and every id that it hands out names a record.

use mapgen_schema::{Endian, codes};

use crate::error::{Finding, Found};

pub(crate) const INT: u32 = 1;
pub(crate) const PTR: u32 = 2;
pub(crate) const ARRAY: u32 = 3;
pub(crate) const STRUCT: u32 = 4;
pub(crate) const UNION: u32 = 5;
pub(crate) const ENUM: u32 = 6;
pub(crate) const FWD: u32 = 7;
pub(crate) const TYPEDEF: u32 = 8;
pub(crate) const VOLATILE: u32 = 9;
pub(crate) const CONST: u32 = 10;
pub(crate) const RESTRICT: u32 = 11;
pub(crate) const FUNC: u32 = 12;
pub(crate) const FUNC_PROTO: u32 = 13;
pub(crate) const VAR: u32 = 14;
pub(crate) const DATASEC: u32 = 15;
pub(crate) const FLOAT: u32 = 16;
pub(crate) const DECL_TAG: u32 = 17;
pub(crate) const TYPE_TAG: u32 = 18;
pub(crate) const ENUM64: u32 = 19;

const HEADER: usize = 24;

/// In bytes. The kernel takes names of up to 511 (`KSYM_NAME_LEN`); records are small and
/// a thousand of them may share a string that would fill the memory.
const MAX_NAME: usize = 1024;
/// The text of a declaration tag is free and not copied for each.
const MAX_TAG: usize = 64 << 10;

/// The records and strings of a `.BTF` section.
pub(crate) struct Raw<'data> {
    pub(crate) endian: Endian,
    types: &'data [u8],
    strings: &'data [u8],
    /// Where each record starts, by type id; entry 0 stands for `void`.
    starts: Vec<u32>,
}

/// One record: its three common words, then what its kind adds.
#[derive(Clone, Copy)]
pub(crate) struct Record<'data> {
    endian: Endian,
    bytes: &'data [u8],
}

impl<'data> Raw<'data> {
    /// Checks a `.BTF` section from its header to the last record.
    ///
    /// Afterwards every record is complete, every name is a string of the table, and
    /// every type id that a record holds exists.
    pub(crate) fn read(section: &'data [u8]) -> Found<Self> {
        let endian = match section.get(..2) {
            Some([0x9f, 0xeb]) => Endian::Little,
            Some([0xeb, 0x9f]) => Endian::Big,
            _ => return Err(damaged("it does not start with the BTF magic number")),
        };
        if section.len() < HEADER {
            return Err(damaged("its header is cut off"));
        }
        let word = |at: usize| word(endian, section, at) as usize;
        let version = section[2];
        if version != 1 {
            return Err(damaged(&format!(
                "it has version {version}, mapgen reads version 1"
            )));
        }
        let header = word(4);
        let part = |name: &str, at: usize, size: usize| {
            let start = header.checked_add(at);
            let end = start.and_then(|start| start.checked_add(size));
            let bytes = start
                .zip(end)
                .and_then(|(start, end)| section.get(start..end));
            bytes.ok_or_else(|| {
                damaged(&format!(
                    "its header puts {size} bytes of {name} at {at}, the section has {} bytes",
                    section.len()
                ))
            })
        };
        if header < HEADER {
            return Err(damaged(&format!(
                "its header has {header} bytes, not {HEADER}"
            )));
        }
        let types = part("types", word(8), word(12))?;
        let strings = part("strings", word(16), word(20))?;
        if strings.first() != Some(&0) || strings.last() != Some(&0) {
            return Err(damaged("its strings do not start and end with a NUL byte"));
        }
        let mut raw = Self {
            endian,
            types,
            strings,
            starts: vec![0],
        };
        raw.find_records()?;
        raw.check_records()?;
        Ok(raw)
    }

    fn find_records(&mut self) -> Found<()> {
        let mut at = 0;
        while at < self.types.len() {
            let id = self.starts.len();
            let size = self
                .types
                .get(at..at + 12)
                .ok_or_else(|| damaged(&format!("type {id} is cut off")))
                .map(|bytes| Record {
                    endian: self.endian,
                    bytes,
                })
                .and_then(|record| {
                    record.size().ok_or_else(|| {
                        damaged(&format!(
                            "type {id} is of kind {}, which mapgen does not know: \
                             a newer mapgen-build may",
                            record.kind()
                        ))
                    })
                })?;
            if self.types.len() - at < size {
                return Err(damaged(&format!("type {id} is cut off")));
            }
            // A section is shorter than 4 GiB: its header counts in 32 bits.
            self.starts.push(at as u32);
            at += size;
        }
        Ok(())
    }

    fn check_records(&self) -> Found<()> {
        for id in 1..self.len() {
            let record = self.record(id);
            let mut result = Ok(());
            record.names(&mut |at| {
                let offset = record.word(at);
                let limit = if record.kind() == DECL_TAG {
                    MAX_TAG
                } else {
                    MAX_NAME
                };
                if let Some(long) = self.longer_than(offset, limit) {
                    result = Err(Finding::new(codes::beyond_limits, format!(
                        "`.BTF` has a name of {long} bytes (type {id}), more than {limit}: shorten it"
                    )));
                } else if self.string(offset).is_none() {
                    result = Err(damaged(&format!(
                        "type {id} has a name at {offset}, which is no string of its table"
                    )));
                }
            });
            record.ids(&mut |at| {
                let other = record.word(at);
                if other >= self.len() {
                    result = Err(damaged(&format!(
                        "type {id} refers to type {other}, the last one is {}",
                        self.len() - 1
                    )));
                }
            });
            result?;
        }
        Ok(())
    }

    /// The number of type ids, `void` included.
    pub(crate) fn len(&self) -> u32 {
        // Records have 12 bytes or more in a section counted in 32 bits.
        self.starts.len() as u32
    }

    /// A record that `len` says exists; not `void`, which has none.
    pub(crate) fn record(&self, id: u32) -> Record<'data> {
        let start = self.starts[id as usize] as usize;
        let record = Record {
            endian: self.endian,
            bytes: &self.types[start..],
        };
        let size = record.size().unwrap_or(12);
        Record {
            endian: self.endian,
            bytes: &self.types[start..start + size],
        }
    }

    /// The kind of a type; 0 for `void`.
    pub(crate) fn kind(&self, id: u32) -> u32 {
        if id == 0 { 0 } else { self.record(id).kind() }
    }

    /// The length of a string that has more bytes than this.
    fn longer_than(&self, offset: u32, limit: usize) -> Option<usize> {
        let rest = self.strings.get(offset as usize..)?;
        if rest.iter().take(limit + 1).any(|&byte| byte == 0) {
            return None;
        }
        Some(
            rest.iter()
                .position(|&byte| byte == 0)
                .unwrap_or(rest.len()),
        )
    }

    /// The string at an offset; `None` outside the table or when it is not UTF-8.
    pub(crate) fn string(&self, offset: u32) -> Option<&'data str> {
        let rest = self.strings.get(offset as usize..)?;
        let end = rest.iter().position(|&byte| byte == 0)?;
        std::str::from_utf8(&rest[..end]).ok()
    }

    /// The string at an offset, cut to what has room; empty outside the table.
    pub(crate) fn text(&self, offset: u32, limit: usize) -> String {
        let rest = self.strings.get(offset as usize..).unwrap_or_default();
        let rest = &rest[..rest.len().min(limit)];
        let end = rest.iter().position(|&byte| byte == 0);
        String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len())]).into_owned()
    }
}

impl<'data> Record<'data> {
    pub(crate) fn bytes(&self) -> &'data [u8] {
        self.bytes
    }

    pub(crate) fn word(&self, at: usize) -> u32 {
        word(self.endian, self.bytes, at)
    }

    pub(crate) fn name(&self) -> u32 {
        self.word(0)
    }

    pub(crate) fn kind(&self) -> u32 {
        (self.word(4) >> 24) & 0x1f
    }

    pub(crate) fn vlen(&self) -> usize {
        (self.word(4) & 0xffff) as usize
    }

    /// The third word: a size or a type, by kind.
    pub(crate) fn third(&self) -> u32 {
        self.word(8)
    }

    /// In bytes, by kind and number of entries; `None` for a kind that is not known.
    fn size(&self) -> Option<usize> {
        let entries = self.vlen();
        Some(
            12 + match self.kind() {
                PTR | FWD | TYPEDEF | VOLATILE | CONST | RESTRICT | FUNC | FLOAT | TYPE_TAG => 0,
                INT | VAR | DECL_TAG => 4,
                ARRAY => 12,
                STRUCT | UNION | DATASEC | ENUM64 => 12 * entries,
                ENUM | FUNC_PROTO => 8 * entries,
                _ => return None,
            },
        )
    }

    /// Calls with the place of each word that is an offset of a string.
    pub(crate) fn names(&self, f: &mut dyn FnMut(usize)) {
        f(0);
        let step = match self.kind() {
            STRUCT | UNION | ENUM64 => 12,
            ENUM | FUNC_PROTO => 8,
            _ => return,
        };
        (0..self.vlen()).for_each(|entry| f(12 + entry * step));
    }

    /// Calls with the place of each word that is the id of a type.
    pub(crate) fn ids(&self, f: &mut dyn FnMut(usize)) {
        match self.kind() {
            PTR | TYPEDEF | VOLATILE | CONST | RESTRICT | FUNC | VAR | DECL_TAG | TYPE_TAG => f(8),
            ARRAY => {
                f(12);
                f(16);
            }
            STRUCT | UNION => (0..self.vlen()).for_each(|entry| f(16 + entry * 12)),
            FUNC_PROTO => {
                f(8);
                (0..self.vlen()).for_each(|entry| f(16 + entry * 8));
            }
            DATASEC => (0..self.vlen()).for_each(|entry| f(12 + entry * 12)),
            _ => {}
        }
    }
}

/// A word at a place that the caller knows to be inside.
fn word(endian: Endian, bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    match endian {
        Endian::Little => u32::from_le_bytes(word),
        Endian::Big => u32::from_be_bytes(word),
    }
}

/// A word in the byte order of an object.
pub(crate) fn bytes_of(endian: Endian, word: u32) -> [u8; 4] {
    match endian {
        Endian::Little => word.to_le_bytes(),
        Endian::Big => word.to_be_bytes(),
    }
}

/// A `.BTF` section: header, records, strings.
pub(crate) fn blob(endian: Endian, records: &[u8], strings: &[u8]) -> Found<Vec<u8>> {
    let (types, strings_size) = u32::try_from(records.len())
        .ok()
        .zip(u32::try_from(strings.len()).ok())
        .ok_or_else(|| Finding::new(codes::beyond_limits, "its BTF is larger than 4 GiB"))?;
    let mut blob = match endian {
        Endian::Little => vec![0x9f, 0xeb],
        Endian::Big => vec![0xeb, 0x9f],
    };
    blob.extend([1, 0]);
    for word in [24, 0, types, types, strings_size] {
        blob.extend(bytes_of(endian, word));
    }
    blob.extend(records);
    blob.extend(strings);
    Ok(blob)
}

fn damaged(what: &str) -> Finding {
    Finding::new(
        codes::damaged_btf,
        format!("`.BTF` is damaged: {what}; compile the object again"),
    )
}
