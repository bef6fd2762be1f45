//! Map definitions: `.maps` as libbpf parses it, and the legacy `maps` section.
//!
//! The rules are those of `parse_btf_map_def` and `bpf_object__init_user_btf_map` in
//! libbpf, so that what is read here is what libbpf creates.

use std::collections::{BTreeSet, HashMap};

use btf_rs::Type as Btype;
use mapgen_schema::{Map, Pinning, TypeId, codes, kinds};

use crate::btf::{Btf, target};
use crate::elf::Elf;
use crate::error::{Finding, Found};
use crate::minimal_btf;
use crate::types::Types;

/// A map and where its definition lies, for relocations.
pub(crate) struct Defined {
    pub(crate) map: Map,
    /// The index of the ELF section.
    pub(crate) section: usize,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

const PROG_ARRAY: u32 = 3;
const ARRAY_OF_MAPS: u32 = 12;
const HASH_OF_MAPS: u32 = 13;
const ARENA: u32 = 33;

/// Every map of an object, those that are wrong as findings.
pub(crate) fn read(
    elf: &Elf<'_>,
    btf: Option<&Btf<'_>>,
    types: &mut Option<Types<'_, '_>>,
    findings: &mut Vec<Finding>,
) -> Vec<Defined> {
    let mut maps = Vec::new();
    if let (Some((section, _)), Some(btf), Some(types)) = (elf.section(".maps"), btf, types) {
        match btf.datasec(".maps") {
            Some(datasec) => definitions(elf, btf, types, section, datasec, &mut maps, findings),
            None => findings.push(Finding::new(
                codes::no_btf,
                "it has a `.maps` section that its BTF does not describe: compile it with `-g`",
            )),
        }
    }
    if let Some((section, _)) = elf.section("maps") {
        legacy(elf, section, &mut maps).unwrap_or_else(|finding| findings.push(finding));
    }
    let arenas: Vec<&str> = maps
        .iter()
        .filter(|defined: &&Defined| defined.map.kind == ARENA)
        .map(|defined| defined.map.name.as_str())
        .collect();
    if let [first, second, ..] = arenas[..] {
        findings.push(Finding::new(
            codes::two_arenas,
            format!(
                "maps `{first}` and `{second}` are both arenas, libbpf allows one in an object"
            ),
        ));
    }
    maps
}

/// The maps that others refer to in their definitions.
pub(crate) fn held(elf: &Elf<'_>, defined: &[Defined]) -> BTreeSet<String> {
    let Some((section, definitions)) = elf.section(".maps") else {
        return BTreeSet::new();
    };
    let symbols = definitions
        .relocations
        .iter()
        .filter_map(|relocation| elf.symbols.get(relocation.symbol));
    let maps = symbols.filter(|symbol| symbol.section == Some(section));
    maps.filter_map(|symbol| {
        let is_meant = |map: &&Defined| map.section == section && map.offset == symbol.value;
        defined.iter().find(is_meant)
    })
    .map(|defined| defined.map.name.clone())
    .collect()
}

fn definitions(
    elf: &Elf<'_>,
    btf: &Btf<'_>,
    types: &mut Types<'_, '_>,
    section: usize,
    datasec: u32,
    maps: &mut Vec<Defined>,
    findings: &mut Vec<Finding>,
) {
    let Btype::Datasec(sec) = btf.ty(datasec) else {
        return;
    };
    let symbols: HashMap<&str, u64> = elf
        .symbols
        .iter()
        .rev() // the first of a name counts
        .filter(|symbol| symbol.section == Some(section))
        .map(|symbol| (symbol.name, symbol.value))
        .collect();
    for info in &sec.variables {
        let var = target(info);
        let place = format!("map `{}`", btf.name(var));
        let mut define = || -> Found<Defined> {
            let (name, def) = variable(btf, var)?;
            let size = info.size() as u64;
            // clang leaves offsets of globals to the linker: the symbol has them.
            let offset = match sec.size() {
                0 => *symbols.get(name).ok_or_else(|| {
                    let what = "its symbol is missing from `.maps`: do not strip the symbol table";
                    Finding::new(codes::stripped, what)
                })?,
                _ => u64::from(info.offset()),
            };
            let room = elf.sections[section].size;
            if offset.checked_add(size).is_none_or(|end| end > room) {
                return Err(Finding::new(
                    codes::damaged_elf,
                    format!(
                        "its definition takes {size} bytes at {offset}, but `.maps` has {room} bytes"
                    ),
                ));
            }
            let map = Definition::parse(btf, types, name, def, false)?.map(btf, def)?;
            Ok(Defined {
                map,
                section,
                offset,
                size,
            })
        };
        match define() {
            Ok(map) => maps.push(map),
            Err(finding) => findings.push(finding.at(place)),
        }
    }
}

/// The name of a map's variable and the struct that defines it.
fn variable<'data>(btf: &Btf<'data>, id: u32) -> Found<(&'data str, u32)> {
    let name = btf.name(id);
    let Btype::Var(var) = btf.ty(id) else {
        return Err(Finding::new(
            codes::not_a_map,
            format!("a {} stands in `.maps`, not a variable", btf.ty(id).name()),
        ));
    };
    if name.is_empty() {
        return Err(Finding::new(codes::not_a_map, "a map without a name"));
    }
    if !var.is_global() {
        let linkage = if var.is_static() { "static" } else { "extern" };
        return Err(Finding::new(
            codes::not_a_map,
            format!("it is `{linkage}`, libbpf creates global maps only"),
        ));
    }
    let def = btf.resolved(target(var))?;
    match btf.ty(def) {
        Btype::Struct(_) => Ok((name, def)),
        other => Err(Finding::new(
            codes::not_a_map,
            format!("its definition is a {}, not a struct", other.name()),
        )),
    }
}

/// The attributes of a definition, as they are declared.
#[derive(Default)]
struct Definition {
    name: String,
    kind: u32,
    key_size: Option<u32>,
    value_size: Option<u32>,
    max_entries: u32,
    map_flags: u32,
    map_extra: u64,
    numa_node: u32,
    pinning: Pinning,
    /// BTF ids and their conversions.
    key: Option<(u32, TypeId)>,
    value: Option<(u32, TypeId)>,
    inner: Option<Box<Map>>,
}

impl Definition {
    fn parse(
        btf: &Btf<'_>,
        types: &mut Types<'_, '_>,
        name: &str,
        def: u32,
        is_inner: bool,
    ) -> Found<Self> {
        let Btype::Struct(definition) = btf.ty(def) else {
            return Err(Finding::new(
                codes::not_a_map,
                "its definition is no struct",
            ));
        };
        let mut this = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        let last = definition.members.len().saturating_sub(1);
        for (index, member) in definition.members.iter().enumerate() {
            let attribute = btf.entry_name(member);
            let ty = target(member);
            this.attribute(btf, types, attribute, ty, is_inner, index == last)
                .map_err(|finding| finding.at(format!("`{attribute}`")))?;
        }
        if this.kind == 0 {
            return Err(Finding::new(
                codes::map_without_kind,
                "it has no type: add `__uint(type, BPF_MAP_TYPE_…)`",
            ));
        }
        Ok(this)
    }

    fn attribute(
        &mut self,
        btf: &Btf<'_>,
        types: &mut Types<'_, '_>,
        attribute: &str,
        ty: u32,
        is_inner: bool,
        is_last: bool,
    ) -> Found<()> {
        match attribute {
            "type" => self.kind = number(btf, ty)?,
            "max_entries" => self.max_entries = number(btf, ty)?,
            "map_flags" => self.map_flags = number(btf, ty)?,
            "numa_node" => self.numa_node = number(btf, ty)?,
            "map_extra" => self.map_extra = long(btf, ty)?,
            "key_size" => agree(&mut self.key_size, "key", number(btf, ty)?)?,
            "value_size" => agree(&mut self.value_size, "value", number(btf, ty)?)?,
            "key" => {
                let (id, key, size) = pointee(btf, types, ty)?;
                agree(&mut self.key_size, "key", size)?;
                self.key = Some((id, key));
            }
            "value" => {
                let (id, value, size) = pointee(btf, types, ty)?;
                agree(&mut self.value_size, "value", size)?;
                self.value = Some((id, value));
            }
            "values" => {
                if is_inner {
                    return Err(Finding::new(
                        codes::inner_map_definition,
                        "an inner map cannot hold maps itself",
                    ));
                }
                if !is_last {
                    return Err(Finding::new(
                        codes::inner_map_definition,
                        "it must be the last member of the definition",
                    ));
                }
                self.values(btf, types, ty)?;
            }
            "pinning" if is_inner => {
                return Err(Finding::new(
                    codes::inner_map_definition,
                    "an inner map cannot be pinned",
                ));
            }
            "pinning" => {
                self.pinning = match number(btf, ty)? {
                    0 => Pinning::None,
                    1 => Pinning::ByName,
                    other => {
                        return Err(Finding::new(
                            codes::attribute_value,
                            format!(
                                "{other} is not one of `LIBBPF_PIN_NONE` (0) and `LIBBPF_PIN_BY_NAME` (1)"
                            ),
                        ));
                    }
                }
            }
            _ => {
                return Err(Finding::new(
                    codes::unknown_attribute,
                    "libbpf knows no such attribute: it takes `type`, `key`, `value`, `values`, \
                     `key_size`, `value_size`, `max_entries`, `map_flags`, `map_extra`, \
                     `numa_node` and `pinning`",
                ));
            }
        }
        Ok(())
    }

    /// `__array(values, ..)`: an inner map, or the programs of a program array.
    fn values(&mut self, btf: &Btf<'_>, types: &mut Types<'_, '_>, ty: u32) -> Found<()> {
        let of_maps = matches!(self.kind, ARRAY_OF_MAPS | HASH_OF_MAPS);
        if !of_maps && self.kind != PROG_ARRAY {
            return Err(Finding::new(
                codes::inner_map_definition,
                format!(
                    "only maps of maps and program arrays have it, not `{}` (`type` must come first)",
                    kinds::name(self.kind).unwrap_or("unknown")
                ),
            ));
        }
        agree(&mut self.value_size, "value", 4)?;
        let element = match btf.ty(ty) {
            Btype::Array(array) if array.len() == 0 => btf.resolved(target(array))?,
            other => {
                return Err(Finding::new(
                    codes::inner_map_definition,
                    format!("a {}, not an array without a size", other.name()),
                ));
            }
        };
        let Btype::Ptr(pointer) = btf.ty(element) else {
            return Err(Finding::new(
                codes::inner_map_definition,
                "its elements are not pointers",
            ));
        };
        let def = btf.resolved(target(pointer))?;
        match btf.ty(def) {
            Btype::Struct(_) if of_maps => {
                let name = format!("{}.inner", self.name);
                let inner = Self::parse(btf, types, &name, def, true)?.map(btf, def)?;
                self.inner = Some(Box::new(inner));
                Ok(())
            }
            Btype::FuncProto(_) if !of_maps => Ok(()),
            other => Err(Finding::new(
                codes::inner_map_definition,
                format!("its elements point to a {}", other.name()),
            )),
        }
    }

    fn map(self, btf: &Btf<'_>, def: u32) -> Found<Map> {
        let (key, value) = (self.key, self.value);
        let id = |ty: Option<(u32, TypeId)>| ty.map_or(0, |(id, _)| id);
        let own_btf = match (key, value) {
            (None, None) => None,
            _ => Some(minimal_btf::of_map(btf, id(key), id(value))?),
        };
        Ok(Map {
            name: self.name,
            section: ".maps".to_owned(),
            kind: self.kind,
            type_id: def,
            key_size: self.key_size.unwrap_or(0),
            value_size: self.value_size.unwrap_or(0),
            max_entries: self.max_entries,
            map_flags: self.map_flags,
            map_extra: self.map_extra,
            numa_node: self.numa_node,
            pinning: self.pinning,
            key: key.map(|(_, ty)| ty),
            value: value.map(|(_, ty)| ty),
            inner: self.inner,
            btf: own_btf,
        })
    }
}

/// Sets a size that may be said twice, by type and by number.
fn agree(size: &mut Option<u32>, what: &str, new: u32) -> Found<()> {
    match size {
        // libbpf takes an earlier 0 for "not said".
        Some(old) if *old != 0 && *old != new => Err(Finding::new(
            codes::sizes_disagree,
            format!(
                "the {what} has {new} bytes here and {old} bytes in an earlier attribute: \
             drop `{what}_size`, the type says it"
            ),
        )),
        _ => {
            *size = Some(new);
            Ok(())
        }
    }
}

/// `__uint(name, N)`: a pointer to an array of `N`.
fn number(btf: &Btf<'_>, ty: u32) -> Found<u32> {
    let pointer = btf.resolved(ty)?;
    let Btype::Ptr(pointer) = btf.ty(pointer) else {
        return Err(Finding::new(
            codes::attribute_value,
            format!(
                "a {}, not a number: write it as `__uint(..)`",
                btf.ty(pointer).name()
            ),
        ));
    };
    match btf.ty(target(pointer)) {
        Btype::Array(array) => u32::try_from(array.len()).map_err(|_| {
            Finding::new(codes::attribute_value, "a number that does not fit 32 bits")
        }),
        other => Err(Finding::new(
            codes::attribute_value,
            format!(
                "a pointer to a {}, not a number: write it as `__uint(..)`",
                other.name()
            ),
        )),
    }
}

/// `__ulong(name, N)`: an enumeration with one enumerator; or `__uint`.
fn long(btf: &Btf<'_>, ty: u32) -> Found<u64> {
    let ty = btf.resolved(ty)?;
    match btf.ty(ty) {
        Btype::Enum(e) => match &e.members[..] {
            // Sign-extended, as libbpf reads it.
            [one] => Ok(i64::from(one.val() as i32) as u64),
            _ => Err(Finding::new(
                codes::attribute_value,
                "an enumeration with more or less than one value",
            )),
        },
        Btype::Enum64(e) => match &e.members[..] {
            [one] => Ok(one.val()),
            _ => Err(Finding::new(
                codes::attribute_value,
                "an enumeration with more or less than one value",
            )),
        },
        _ => number(btf, ty).map(u64::from),
    }
}

/// `__type(name, T)`: a pointer to `T`. Gives its BTF id, its conversion and its size.
fn pointee(btf: &Btf<'_>, types: &mut Types<'_, '_>, ty: u32) -> Found<(u32, TypeId, u32)> {
    let Btype::Ptr(pointer) = btf.ty(ty) else {
        return Err(Finding::new(
            codes::attribute_value,
            format!(
                "a {}, not a pointer to a type: write it as `__type(..)`",
                btf.ty(ty).name()
            ),
        ));
    };
    let id = target(pointer);
    let converted = types.convert(id)?;
    types.sized(converted)?;
    let size = u32::try_from(types.schema.size(converted))
        .map_err(|_| Finding::new(codes::beyond_limits, "a type larger than 4 GiB"))?;
    Ok((id, converted, size))
}

/// The `maps` section of before libbpf 1.0, which Rust programs on aya still write:
/// sizes, no types.
fn legacy(elf: &Elf<'_>, index: usize, maps: &mut Vec<Defined>) -> Found<()> {
    let section = &elf.sections[index];
    let mut symbols: Vec<_> = elf
        .symbols
        .iter()
        .filter(|symbol| symbol.section == Some(index) && !symbol.name.is_empty())
        .collect();
    symbols.sort_by_key(|symbol| symbol.value);
    if symbols.is_empty() {
        return Ok(());
    }
    let size = section.data.len() / symbols.len();
    if size < 20 || section.data.len() % symbols.len() != 0 {
        return Err(Finding::new(
            codes::legacy_maps,
            format!(
                "its `maps` section has {} bytes for {} maps: a `struct bpf_map_def` has 20 or more",
                section.data.len(),
                symbols.len()
            ),
        ));
    }
    for symbol in symbols {
        let place = || format!("map `{}`", symbol.name);
        let bytes = usize::try_from(symbol.value)
            .ok()
            .and_then(|at| section.data.get(at..)?.get(..size))
            .ok_or_else(|| {
                Finding::new(codes::not_a_map, "its definition is cut off").at(place())
            })?;
        let words: Vec<u32> = bytes
            .chunks_exact(4)
            .map(|chunk| {
                let mut word = [0; 4];
                word.copy_from_slice(chunk);
                match elf.endian {
                    mapgen_schema::Endian::Little => u32::from_le_bytes(word),
                    mapgen_schema::Endian::Big => u32::from_be_bytes(word),
                }
            })
            .collect();
        maps.push(Defined {
            map: Map {
                name: symbol.name.to_owned(),
                section: section.name.to_owned(),
                kind: words[0],
                type_id: 0,
                key_size: words[1],
                value_size: words[2],
                max_entries: words[3],
                map_flags: words[4],
                map_extra: 0,
                numa_node: 0,
                // aya's definition ends in `id` and `pinning`.
                pinning: match words[..] {
                    [_, _, _, _, _, _, 1] => Pinning::ByName,
                    _ => Pinning::None,
                },
                key: None,
                value: None,
                inner: None,
                btf: None,
            },
            section: index,
            offset: symbol.value,
            size: size as u64,
        });
    }
    Ok(())
}
