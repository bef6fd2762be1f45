//! Takes DWARF out of an object, as `llvm-strip -g` does.
//!
//! clang writes BTF only together with DWARF, which is nine tenths of an object, holds
//! paths of the machine that built it, and has no reader: libbpf skips it. Sections are
//! dropped and what counts sections or symbols is counted anew; every other byte stays.

use mapgen_schema::Endian;

const EHDR: usize = 64;
const SHDR: usize = 64;
const SYM: usize = 24;
const REL: usize = 16;

const SHT_SYMTAB: u32 = 2;
const SHT_NOBITS: u32 = 8;
const SHT_REL: u32 = 9;

/// The object without its `.debug_*` sections; `None` when it is not laid out as clang
/// lays objects out, so that it has to stay as it is.
pub(crate) fn strip(object: &[u8], endian: Endian) -> Option<Vec<u8>> {
    let file = Bytes { endian };
    let table = usize::try_from(file.get(object, 0x28, 8)?).ok()?;
    let count = usize::try_from(file.get(object, 0x3c, 2)?).ok()?;
    let names = usize::try_from(file.get(object, 0x3e, 2)?).ok()?;
    let mut sections = (0..count)
        .map(|index| Section::read(&file, object, table.checked_add(index * SHDR)?))
        .collect::<Option<Vec<_>>>()?;
    let names_at = sections.get(names)?.data?;
    let kept: Vec<bool> = sections
        .iter()
        .map(|section| {
            let name = names_at.get(section.name as usize..)?;
            let name = name.split(|&byte| byte == 0).next()?;
            // `.llvm_addrsig` counts symbols in a form of its own and has no reader.
            Some(
                !name.starts_with(b".debug_")
                    && !name.starts_with(b".rel.debug_")
                    && name != b".llvm_addrsig",
            )
        })
        .collect::<Option<_>>()?;
    let section_index = renumber(&kept);

    // Symbols of dropped sections go, the others move up.
    let symtab = sections
        .iter()
        .position(|section| section.kind == SHT_SYMTAB)?;
    let symbols = sections[symtab].data?;
    let keeps_symbol = |symbol: &[u8]| {
        let section = usize::try_from(file.get(symbol, 6, 2)?).ok()?;
        Some(kept.get(section).copied().unwrap_or(true))
    };
    let kept_symbols: Vec<bool> = symbols
        .chunks_exact(SYM)
        .map(keeps_symbol)
        .collect::<Option<_>>()?;
    let symbol_index = renumber(&kept_symbols);
    let mut new_symbols = Vec::with_capacity(symbols.len());
    for (symbol, _) in symbols
        .chunks_exact(SYM)
        .zip(&kept_symbols)
        .filter(|(_, kept)| **kept)
    {
        let mut symbol = symbol.to_vec();
        let section = usize::try_from(file.get(&symbol, 6, 2)?).ok()?;
        if let Some(&new) = section_index.get(section) {
            file.put(&mut symbol, 6, 2, u64::from(new));
        }
        new_symbols.extend(symbol);
    }
    let locals = sections[symtab].info as usize;
    let new_locals = kept_symbols
        .get(..locals)?
        .iter()
        .filter(|kept| **kept)
        .count();
    sections[symtab].info = u32::try_from(new_locals).ok()?;
    sections[symtab].rewritten = Some(new_symbols);

    for (section, _) in sections.iter_mut().zip(&kept).filter(|(_, kept)| **kept) {
        section.link = *section_index.get(section.link as usize)?;
        if section.kind == SHT_REL {
            section.info = *section_index.get(section.info as usize)?;
            let mut relocations = section.data?.to_vec();
            for relocation in relocations.chunks_exact_mut(REL) {
                let info = file.get(relocation, 8, 8)?;
                let symbol = usize::try_from(info >> 32).ok()?;
                if !*kept_symbols.get(symbol)? {
                    return None;
                }
                let new = u64::from(symbol_index[symbol]) << 32 | info & 0xffff_ffff;
                file.put(relocation, 8, 8, new);
            }
            section.rewritten = Some(relocations);
        }
    }
    let kept: Vec<&Section<'_>> = sections
        .iter()
        .zip(&kept)
        .filter(|(_, kept)| **kept)
        .map(|(section, _)| section)
        .collect();
    Some(write(
        &file,
        object.get(..EHDR)?,
        &kept,
        section_index[names],
    ))
}

/// New indexes of what is kept; those of what is not mean nothing.
fn renumber(kept: &[bool]) -> Vec<u32> {
    let mut next = 0;
    kept.iter()
        .map(|&kept| {
            let index = next;
            next += u32::from(kept);
            index
        })
        .collect()
}

fn write(file: &Bytes, header: &[u8], sections: &[&Section<'_>], names: u32) -> Vec<u8> {
    let mut out = header.to_vec();
    let mut table = Vec::with_capacity(sections.len() * SHDR);
    for section in sections {
        let data = section
            .rewritten
            .as_deref()
            .or(section.data)
            .unwrap_or_default();
        let mut entry = section.header.to_vec();
        if section.kind != 0 {
            let align = section.align.clamp(1, 4096) as usize;
            out.resize(out.len().next_multiple_of(align), 0);
            file.put(&mut entry, 24, 8, out.len() as u64);
            if section.kind != SHT_NOBITS {
                file.put(&mut entry, 32, 8, data.len() as u64);
            }
            file.put(&mut entry, 40, 4, u64::from(section.link));
            file.put(&mut entry, 44, 4, u64::from(section.info));
            out.extend(data);
        }
        table.extend(entry);
    }
    out.resize(out.len().next_multiple_of(8), 0);
    let at = out.len() as u64;
    file.put(&mut out, 0x28, 8, at);
    file.put(&mut out, 0x3c, 2, sections.len() as u64);
    file.put(&mut out, 0x3e, 2, u64::from(names));
    out.extend(table);
    out
}

struct Section<'data> {
    header: &'data [u8],
    name: u32,
    kind: u32,
    link: u32,
    info: u32,
    align: u64,
    /// `None` for what has no bytes in the file.
    data: Option<&'data [u8]>,
    rewritten: Option<Vec<u8>>,
}

impl<'data> Section<'data> {
    fn read(file: &Bytes, object: &'data [u8], at: usize) -> Option<Self> {
        let header = object.get(at..at.checked_add(SHDR)?)?;
        let word = |at| file.get(header, at, 4).map(|word| word as u32);
        let kind = word(4)?;
        let start = usize::try_from(file.get(header, 24, 8)?).ok()?;
        let size = usize::try_from(file.get(header, 32, 8)?).ok()?;
        Some(Self {
            header,
            name: word(0)?,
            kind,
            link: word(40)?,
            info: word(44)?,
            align: file.get(header, 48, 8)?,
            data: match kind {
                0 | SHT_NOBITS => None,
                _ => Some(object.get(start..start.checked_add(size)?)?),
            },
            rewritten: None,
        })
    }
}

/// Numbers of 2, 4 or 8 bytes in the object's byte order.
struct Bytes {
    endian: Endian,
}

impl Bytes {
    fn get(&self, bytes: &[u8], at: usize, size: usize) -> Option<u64> {
        let bytes = bytes.get(at..at.checked_add(size)?)?;
        let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(match self.endian {
            Endian::Little => bytes.iter().rev().fold(0, fold),
            Endian::Big => bytes.iter().fold(0, fold),
        })
    }

    /// Writes to a place that `get` has read or that was just made.
    fn put(&self, bytes: &mut [u8], at: usize, size: usize, number: u64) {
        let (little, big) = (number.to_le_bytes(), number.to_be_bytes());
        bytes[at..at + size].copy_from_slice(match self.endian {
            Endian::Little => &little[..size],
            Endian::Big => &big[8 - size..],
        });
    }
}
