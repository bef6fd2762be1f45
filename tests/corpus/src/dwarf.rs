//! What clang's DWARF says of the types of an object that was not stripped.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use gimli::{
    AttributeValue, DebuggingInformationEntry, DwAt, DwarfSections, EndianSlice, EntriesTreeNode,
    RunTimeEndian, UnitRef,
};
use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, Rel as _, SectionHeader as _, Sym as _};

type Error = Box<dyn std::error::Error>;
type Bytes<'a> = EndianSlice<'a, RunTimeEndian>;

/// The place of an entry in `.debug_info`.
pub(crate) type Place = usize;

/// The types and variables of an object, each by its place.
#[derive(Default)]
pub(crate) struct Dwarf {
    entries: BTreeMap<Place, Entry>,
    /// Those that have a name, by that name.
    named: BTreeMap<String, Vec<Place>>,
}

/// A type or a variable. `ty` is `None` for `void`.
#[derive(Debug)]
pub(crate) enum Entry {
    Base {
        name: String,
        size: u64,
        encoding: gimli::DwAte,
    },
    Pointer {
        ty: Option<Place>,
    },
    /// `const`, `volatile`, `restrict`, `_Atomic`.
    Qualifier {
        ty: Option<Place>,
    },
    Typedef {
        name: String,
        ty: Option<Place>,
    },
    /// Outermost dimension first; one without a length has 0.
    Array {
        ty: Option<Place>,
        dims: Vec<u64>,
    },
    Record(Record),
    Enumeration {
        name: String,
        size: u64,
        values: Vec<(String, i128)>,
    },
    Variable {
        ty: Option<Place>,
    },
}

/// A struct or union that is defined.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) union: bool,
    /// Empty for an anonymous one.
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) members: Vec<Member>,
}

#[derive(Debug)]
pub(crate) struct Member {
    /// Empty for an anonymous one.
    pub(crate) name: String,
    pub(crate) ty: Option<Place>,
    pub(crate) bit_offset: u64,
    /// The width of a bit-field.
    pub(crate) bits: Option<u64>,
}

impl Dwarf {
    /// Reads an object; fails when it has no DWARF.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path)?;
        let (endian, sections) = relocated(&bytes)?;
        let sections = DwarfSections::load(|id| {
            Ok::<_, Error>(sections.get(id.name()).cloned().unwrap_or_default())
        })?;
        let dwarf = sections.borrow(|section| EndianSlice::new(section, endian));
        let mut this = Self::default();
        let mut units = dwarf.units();
        let mut read = false;
        while let Some(header) = units.next()? {
            let unit = dwarf.unit(header)?;
            let mut tree = unit.entries_tree(None)?;
            this.visit(unit.unit_ref(&dwarf), tree.root()?, None)?;
            read = true;
        }
        if !read {
            return Err("it has no DWARF".into());
        }
        Ok(this)
    }

    pub(crate) fn entry(&self, place: Place) -> Option<&Entry> {
        self.entries.get(&place)
    }

    /// Everything that has this name, of whatever sort.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = Place> {
        self.named.get(name).into_iter().flatten().copied()
    }

    /// Behind qualifiers.
    pub(crate) fn unqualified(&self, mut ty: Option<Place>) -> Option<Place> {
        while let Some(Entry::Qualifier { ty: behind }) = ty.and_then(|ty| self.entry(ty)) {
            ty = *behind;
        }
        ty
    }

    /// Behind qualifiers and typedefs.
    pub(crate) fn resolved(&self, mut ty: Option<Place>) -> Option<Place> {
        while let Some(Entry::Qualifier { ty: behind } | Entry::Typedef { ty: behind, .. }) =
            ty.and_then(|ty| self.entry(ty))
        {
            ty = *behind;
        }
        ty
    }

    /// Keeps an entry and what is in it.
    fn visit<'a>(
        &mut self,
        unit: UnitRef<'_, Bytes<'a>>,
        node: EntriesTreeNode<'_, '_, '_, Bytes<'a>>,
        parent: Option<Place>,
    ) -> Result<(), Error> {
        let die = Die {
            unit,
            die: node.entry(),
        };
        let place = die.place().ok_or("an entry outside of `.debug_info`")?;
        match die.die.tag() {
            gimli::DW_TAG_member => {
                let member = die.member()?;
                if let Some(Entry::Record(record)) = parent.and_then(|at| self.entries.get_mut(&at))
                {
                    record.members.push(member);
                }
            }
            gimli::DW_TAG_subrange_type => {
                let count = match die.number(gimli::DW_AT_upper_bound)? {
                    Some(last) => last + 1,
                    None => die.number(gimli::DW_AT_count)?.unwrap_or(0),
                };
                if let Some(Entry::Array { dims, .. }) =
                    parent.and_then(|at| self.entries.get_mut(&at))
                {
                    dims.push(count);
                }
            }
            gimli::DW_TAG_enumerator => {
                let value = (die.name()?, die.signed(gimli::DW_AT_const_value)?);
                if let Some(Entry::Enumeration { values, .. }) =
                    parent.and_then(|at| self.entries.get_mut(&at))
                {
                    values.push(value);
                }
            }
            _ => {
                if let Some(entry) = die.entry()? {
                    self.entries.insert(place, entry);
                    let name = die.name()?;
                    if !name.is_empty() {
                        self.named.entry(name).or_default().push(place);
                    }
                }
            }
        }
        let mut children = node.children();
        while let Some(child) = children.next()? {
            self.visit(unit, child, Some(place))?;
        }
        Ok(())
    }
}

/// An entry as gimli has it.
struct Die<'a, 'b, 'c, 'd> {
    unit: UnitRef<'a, Bytes<'b>>,
    die: &'c DebuggingInformationEntry<'c, 'd, Bytes<'b>>,
}

impl Die<'_, '_, '_, '_> {
    fn place(&self) -> Option<Place> {
        self.die
            .offset()
            .to_debug_info_offset(&self.unit.header)
            .map(|place| place.0)
    }

    /// The entry, where it is of a sort that is kept.
    fn entry(&self) -> Result<Option<Entry>, Error> {
        let (name, ty) = (self.name()?, self.ty()?);
        let size = self.number(gimli::DW_AT_byte_size)?.unwrap_or(0);
        let declared_only = self.die.attr(gimli::DW_AT_declaration)?.is_some();
        Ok(match self.die.tag() {
            gimli::DW_TAG_base_type => Some(Entry::Base {
                name,
                size,
                encoding: match self.die.attr_value(gimli::DW_AT_encoding)? {
                    Some(AttributeValue::Encoding(encoding)) => encoding,
                    other => return Err(format!("a base type with encoding {other:?}").into()),
                },
            }),
            gimli::DW_TAG_pointer_type => Some(Entry::Pointer { ty }),
            gimli::DW_TAG_const_type
            | gimli::DW_TAG_volatile_type
            | gimli::DW_TAG_restrict_type
            | gimli::DW_TAG_atomic_type => Some(Entry::Qualifier { ty }),
            gimli::DW_TAG_typedef => Some(Entry::Typedef { name, ty }),
            gimli::DW_TAG_array_type => Some(Entry::Array {
                ty,
                dims: Vec::new(),
            }),
            gimli::DW_TAG_variable => Some(Entry::Variable { ty }),
            tag @ (gimli::DW_TAG_structure_type | gimli::DW_TAG_union_type) if !declared_only => {
                Some(Entry::Record(Record {
                    union: tag == gimli::DW_TAG_union_type,
                    name,
                    size,
                    members: Vec::new(),
                }))
            }
            gimli::DW_TAG_enumeration_type if !declared_only => Some(Entry::Enumeration {
                name,
                size,
                values: Vec::new(),
            }),
            _ => None,
        })
    }

    fn member(&self) -> Result<Member, Error> {
        let bytes = self.number(gimli::DW_AT_data_member_location)?;
        let bits = self.number(gimli::DW_AT_data_bit_offset)?;
        Ok(Member {
            name: self.name()?,
            ty: self.ty()?,
            // A member of a union may say neither.
            bit_offset: bits.or(bytes.map(|bytes| bytes * 8)).unwrap_or(0),
            bits: self.number(gimli::DW_AT_bit_size)?,
        })
    }

    fn name(&self) -> Result<String, Error> {
        Ok(match self.die.attr_value(gimli::DW_AT_name)? {
            Some(value) => self.unit.attr_string(value)?.to_string()?.to_owned(),
            None => String::new(),
        })
    }

    fn ty(&self) -> Result<Option<Place>, Error> {
        Ok(match self.die.attr_value(gimli::DW_AT_type)? {
            None => None,
            Some(AttributeValue::UnitRef(offset)) => {
                let place = offset.to_debug_info_offset(&self.unit.header);
                Some(place.ok_or("a type outside of `.debug_info`")?.0)
            }
            Some(AttributeValue::DebugInfoRef(offset)) => Some(offset.0),
            Some(other) => return Err(format!("a type by {other:?}").into()),
        })
    }

    fn number(&self, attribute: DwAt) -> Result<Option<u64>, Error> {
        match self.die.attr_value(attribute)? {
            None => Ok(None),
            Some(value) => match value.udata_value() {
                Some(number) => Ok(Some(number)),
                None => Err(format!("{attribute} is {value:?}, no number").into()),
            },
        }
    }

    fn signed(&self, attribute: DwAt) -> Result<i128, Error> {
        match self.die.attr_value(attribute)? {
            Some(AttributeValue::Sdata(number)) => Ok(number.into()),
            Some(AttributeValue::Udata(number)) => Ok(number.into()),
            other => Err(format!("{attribute} is {other:?}, no number").into()),
        }
    }
}

/// The `.debug_*` sections by name, with the object's byte order. In an object that was
/// not linked a place in another section is what stands there plus the value of a symbol.
fn relocated(bytes: &[u8]) -> Result<(RunTimeEndian, HashMap<String, Vec<u8>>), Error> {
    let header = elf::FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let symbols = sections.symbols(endian, bytes, elf::SHT_SYMTAB)?;
    let mut out = HashMap::new();
    for section in sections.iter() {
        let name = String::from_utf8_lossy(sections.section_name(endian, section)?);
        if name.starts_with(".debug_") {
            out.insert(name.into_owned(), section.data(endian, bytes)?.to_vec());
        }
    }
    for section in sections.iter() {
        let Some((relocations, _)) = section.rel(endian, bytes)? else {
            continue;
        };
        let target = sections.section(section.info_link(endian))?;
        let name = String::from_utf8_lossy(sections.section_name(endian, target)?);
        let Some(data) = out.get_mut(&*name) else {
            continue;
        };
        for relocation in relocations {
            let symbol = relocation
                .symbol(endian)
                .ok_or("a relocation without symbol")?;
            let value = symbols.symbol(symbol)?.st_value(endian);
            let at = usize::try_from(relocation.r_offset(endian))?;
            // `R_BPF_64_ABS64` and `R_BPF_64_ABS32`.
            let size = match relocation.r_type(endian).0 {
                2 => 8,
                3 => 4,
                other => return Err(format!("{name}: relocation of type {other}").into()),
            };
            let place = data
                .get_mut(at..at + size)
                .ok_or("a relocation past the end")?;
            add(place, value, endian);
        }
    }
    let endian = match endian {
        Endianness::Little => RunTimeEndian::Little,
        Endianness::Big => RunTimeEndian::Big,
    };
    Ok((endian, out))
}

/// Adds to a number of as many bytes as `place` has.
fn add(place: &mut [u8], value: u64, endian: Endianness) {
    let mut carry = value;
    let mut step = |byte: &mut u8| {
        carry = carry.wrapping_add(u64::from(*byte));
        *byte = carry as u8;
        carry >>= 8;
    };
    match endian {
        Endianness::Little => place.iter_mut().for_each(&mut step),
        Endianness::Big => place.iter_mut().rev().for_each(&mut step),
    }
}
