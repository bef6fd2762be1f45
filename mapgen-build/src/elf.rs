//! An object's ELF: sections, symbols, relocations, in either byte order.

use mapgen_schema::{Endian, codes};
use object::elf::{self, FileHeader64};
use object::endian::Endianness;
use object::read::elf::{FileHeader, Rel, SectionHeader, Sym};

use crate::error::{Error, Finding};

/// A relocatable eBPF object.
pub(crate) struct Elf<'data> {
    pub(crate) endian: Endian,
    /// By section index; entry 0 is the null section.
    pub(crate) sections: Vec<Section<'data>>,
    /// By symbol index; entry 0 is the null symbol.
    pub(crate) symbols: Vec<Symbol<'data>>,
}

pub(crate) struct Section<'data> {
    pub(crate) name: &'data str,
    pub(crate) size: u64,
    /// Empty for `.bss`.
    pub(crate) data: &'data [u8],
    pub(crate) kind: Kind,
    /// Sorted by offset.
    pub(crate) relocations: Vec<Relocation>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Instructions.
    Code,
    /// Bytes in the file.
    Data,
    /// Zeroes, not in the file.
    Zeroes,
    /// Symbols, strings, relocations.
    Other,
}

pub(crate) struct Symbol<'data> {
    pub(crate) name: &'data str,
    /// The offset in its section.
    pub(crate) value: u64,
    pub(crate) size: u64,
    /// `None` when undefined, absolute or common.
    pub(crate) section: Option<usize>,
    pub(crate) kind: elf::SymbolType,
    pub(crate) global: bool,
    /// Hidden or internal: global to the linker only.
    pub(crate) hidden: bool,
    /// May stay undefined.
    pub(crate) weak: bool,
}

pub(crate) struct Relocation {
    pub(crate) offset: u64,
    pub(crate) symbol: usize,
}

impl<'data> Elf<'data> {
    /// Reads an ELF file, whose name is for messages.
    pub(crate) fn read(data: &'data [u8], object: &str) -> Result<Self, Error> {
        identify(data).map_err(|what| Error::NotBpf {
            object: object.to_owned(),
            what,
        })?;
        Self::parse(data).map_err(|error| {
            Finding::new(
                codes::damaged_elf,
                format!("the ELF file is damaged ({error}): compile it again"),
            )
            .into_error(object)
        })
    }

    fn parse(data: &'data [u8]) -> Result<Self, Box<dyn std::error::Error>> {
        let header = FileHeader64::<Endianness>::parse(data)?;
        let endian = header.endian()?;
        let table = header.sections(endian, data)?;
        let mut sections = Vec::with_capacity(table.len());
        for (index, section) in table.enumerate() {
            let name = if index.0 == 0 {
                ""
            } else {
                std::str::from_utf8(table.section_name(endian, section)?)?
            };
            let kind = match section.sh_type(endian) {
                elf::SHT_PROGBITS if section.sh_flags(endian).contains(elf::SHF_EXECINSTR) => {
                    Kind::Code
                }
                elf::SHT_PROGBITS => Kind::Data,
                elf::SHT_NOBITS => Kind::Zeroes,
                _ => Kind::Other,
            };
            let bytes = match kind {
                Kind::Code | Kind::Data => section.data(endian, data)?,
                Kind::Zeroes | Kind::Other => &[],
            };
            sections.push(Section {
                name,
                size: section.sh_size(endian),
                data: bytes,
                kind,
                relocations: Vec::new(),
            });
        }
        let table_of_symbols = table.symbols(endian, data, elf::SHT_SYMTAB)?;
        let mut symbols = Vec::with_capacity(table_of_symbols.len());
        for (index, symbol) in table_of_symbols.enumerate() {
            let section = table_of_symbols
                .symbol_section(endian, symbol, index)?
                .map(|section| section.0)
                .filter(|&section| section < sections.len());
            symbols.push(Symbol {
                name: std::str::from_utf8(table_of_symbols.symbol_name(endian, symbol)?)?,
                value: symbol.st_value(endian),
                size: symbol.st_size(endian),
                section,
                kind: symbol.st_type(),
                global: !symbol.is_local(),
                hidden: matches!(symbol.st_visibility(), elf::STV_HIDDEN | elf::STV_INTERNAL),
                weak: symbol.st_bind() == elf::STB_WEAK,
            });
        }
        let mut relocated = 0;
        for section in table.iter() {
            let Some((relocations, _)) = section.rel(endian, data)? else {
                continue;
            };
            // Headers cost 64 bytes, so that thousands of them could share all there is.
            relocated += size_of_val(relocations);
            if relocated > data.len() {
                return Err("its relocations have more bytes than the file".into());
            }
            let target = section.sh_info(endian) as usize;
            let Some(target) = sections.get_mut(target) else {
                continue;
            };
            target.relocations = relocations
                .iter()
                .map(|rel| Relocation {
                    offset: rel.r_offset(endian),
                    symbol: rel.r_sym(endian) as usize,
                })
                .collect();
            target.relocations.sort_by_key(|rel| rel.offset);
        }
        Ok(Self {
            endian: match endian {
                Endianness::Little => Endian::Little,
                Endianness::Big => Endian::Big,
            },
            sections,
            symbols,
        })
    }

    /// The first section with this name, and its index.
    pub(crate) fn section(&self, name: &str) -> Option<(usize, &Section<'data>)> {
        self.sections
            .iter()
            .enumerate()
            .find(|(_, section)| section.name == name)
    }

    /// The text of the `license` section up to its first NUL.
    pub(crate) fn license(&self) -> String {
        let bytes = self.section("license").map_or(&[][..], |(_, s)| s.data);
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    }
}

impl Section<'_> {
    /// The relocation at an offset.
    pub(crate) fn relocation(&self, offset: u64) -> Option<&Relocation> {
        let index = self
            .relocations
            .binary_search_by_key(&offset, |rel| rel.offset)
            .ok()?;
        self.relocations.get(index)
    }
}

/// Says what a file is when it is not a relocatable eBPF object.
fn identify(data: &[u8]) -> Result<(), String> {
    if data.len() < 20 || !data.starts_with(b"\x7fELF") {
        return Err(if data.starts_with(b"!<arch>\n") {
            "it is an archive: extract its members".to_owned()
        } else if data.starts_with(b"BC\xc0\xde") {
            "it is LLVM bitcode: compile it without `-emit-llvm` and without `-flto`".to_owned()
        } else {
            "it is no ELF file: give the `.bpf.o` that clang wrote".to_owned()
        });
    }
    let big = data[5] == 2;
    let half = |at: usize| {
        let bytes = [data[at], data[at + 1]];
        if big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    };
    let (kind, machine) = (half(16), half(18));
    let name = match machine {
        247 => {
            return if data[4] != 2 {
                Err("it is a 32-bit ELF file, eBPF objects are 64-bit".to_owned())
            } else if kind != 1 {
                Err(format!(
                    "it is linked (ELF type {kind}), not relocatable: give the `.o` file of clang \
                     or of `bpftool gen object`"
                ))
            } else {
                Ok(())
            };
        }
        3 => "x86".to_owned(),
        8 => "MIPS".to_owned(),
        21 => "64-bit PowerPC".to_owned(),
        22 => "s390".to_owned(),
        40 => "ARM".to_owned(),
        62 => "x86-64".to_owned(),
        183 => "AArch64".to_owned(),
        243 => "RISC-V".to_owned(),
        258 => "LoongArch".to_owned(),
        other => format!("ELF machine {other}"),
    };
    Err(format!(
        "it is an ELF file for {name}: compile the C program with `clang --target=bpf -g -O2 -c`"
    ))
}

/// The bytes of a section of any ELF file, of any machine.
pub(crate) fn section_of<'data>(data: &'data [u8], name: &str) -> Option<&'data [u8]> {
    let header = FileHeader64::<Endianness>::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let table = header.sections(endian, data).ok()?;
    let (_, section) = table.section_by_name(endian, name.as_bytes())?;
    section.data(endian, data).ok()
}
