//! Data sections: `.data`, `.bss`, `.rodata` and their suffixed kin, and `.kconfig`.
//!
//! clang leaves the size of a section and the offsets of its global variables to the
//! linker. What libbpf does about that (`btf_fixup_datasec`, `bpf_object__collect_externs`)
//! is done here in the same way.

use std::collections::HashMap;

use btf_rs::Type as Btype;
use mapgen_schema::{Section, TypeId, Var, codes};

use crate::btf::{Btf, target};
use crate::elf::{Elf, Kind};
use crate::error::{Finding, Found};
use crate::minimal_btf;
use crate::types::Types;

const KCONFIG: &str = ".kconfig";

/// Every data section that libbpf makes a map of, those that are wrong as findings.
pub(crate) fn read(
    elf: &Elf<'_>,
    btf: Option<&Btf<'_>>,
    types: &mut Option<Types<'_, '_>>,
    findings: &mut Vec<Finding>,
) -> Vec<Section> {
    let mut sections = Vec::new();
    for (index, section) in elf.sections.iter().enumerate() {
        if section.size == 0 || !is_data(section.name, section.kind) {
            continue;
        }
        let mut read = || -> Found<Section> {
            let size = u32::try_from(section.size).map_err(|_| {
                let what = format!("it has {} bytes, more than 4 GiB", section.size);
                Finding::new(codes::beyond_limits, what)
            })?;
            let mut out = Section {
                name: section.name.to_owned(),
                size,
                vars: Vec::new(),
                btf: None,
            };
            // Sections of string literals and constants have no variables.
            let datasec = btf.and_then(|btf| btf.datasec(section.name));
            if let (Some(btf), Some(types), Some(datasec)) = (btf, types.as_mut(), datasec) {
                let places = places(elf, btf, index, datasec)?;
                variables(btf, types, datasec, &places, &mut out)?;
            }
            Ok(out)
        };
        match read() {
            Ok(section) => sections.push(section),
            Err(finding) => findings.push(finding.at(format!("section `{}`", section.name))),
        }
    }
    let datasec = btf.and_then(|btf| btf.datasec(KCONFIG));
    if let (Some(btf), Some(types), Some(datasec)) = (btf, types.as_mut(), datasec) {
        match kconfig(elf, btf, types, datasec) {
            Ok(section) => sections.extend(section),
            Err(finding) => findings.push(finding.at(format!("section `{KCONFIG}`"))),
        }
    }
    sections
}

/// Whether libbpf makes a map of an ELF section.
pub(crate) fn is_data(name: &str, kind: Kind) -> bool {
    let stems: &[&str] = match kind {
        Kind::Data => &[".data", ".rodata"],
        Kind::Zeroes => &[".bss"],
        _ => return false,
    };
    stems.iter().any(|stem| {
        name.strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// The offset of each variable, by its BTF id, and whether the linker hides it.
type Places = HashMap<u32, (u32, bool)>;

fn places(elf: &Elf<'_>, btf: &Btf<'_>, section: usize, datasec: u32) -> Found<Places> {
    let Btype::Datasec(sec) = btf.ty(datasec) else {
        return Ok(Places::new());
    };
    let symbols: HashMap<&str, _> = elf
        .symbols
        .iter()
        .filter(|symbol| symbol.section == Some(section) && symbol.global)
        .map(|symbol| (symbol.name, symbol))
        .collect();
    let linked = sec.size() != 0;
    let mut places = Places::new();
    for info in &sec.variables {
        let id = target(info);
        let name = btf.name(id);
        let Btype::Var(var) = btf.ty(id) else {
            return Err(Finding::new(
                codes::damaged_btf,
                format!("a {} stands in it, not a variable", btf.ty(id).name()),
            ));
        };
        let place = if var.is_static() || var.is_extern() {
            // Relocated by clang's assembler.
            (info.offset(), false)
        } else {
            let symbol = symbols.get(name).ok_or_else(|| {
                let what =
                    format!("variable `{name}` has no symbol: do not strip the symbol table");
                Finding::new(codes::stripped, what)
            })?;
            let offset = match linked {
                true => info.offset(),
                false => u32::try_from(symbol.value).unwrap_or(u32::MAX),
            };
            (offset, symbol.hidden)
        };
        places.insert(id, place);
    }
    Ok(places)
}

/// Fills in the variables of a section and its BTF.
fn variables(
    btf: &Btf<'_>,
    types: &mut Types<'_, '_>,
    datasec: u32,
    places: &Places,
    out: &mut Section,
) -> Found<()> {
    let Btype::Datasec(sec) = btf.ty(datasec) else {
        return Ok(());
    };
    for info in &sec.variables {
        let id = target(info);
        let name = btf.name(id);
        let (Btype::Var(var), Some(&(offset, hidden))) = (btf.ty(id), places.get(&id)) else {
            continue;
        };
        let mut read = || -> Found<Var> {
            let ty = types.convert(target(var))?;
            types.sized(ty)?;
            let (needed, size) = (types.schema.size(ty), info.size() as u64);
            if needed > size {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!("it has {size} bytes, its type {needed}"),
                ));
            }
            if u64::from(offset) + size > u64::from(out.size) {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!(
                        "it takes {size} bytes at {offset}, the section has {} bytes",
                        out.size
                    ),
                ));
            }
            Ok(Var {
                name: name.to_owned(),
                offset,
                size: info.size() as u32,
                ty,
                is_static: var.is_static() || hidden,
            })
        };
        let var = read().map_err(|finding| finding.at(format!("variable `{name}`")))?;
        out.vars.push(var);
    }
    out.vars.sort_by_key(|var| var.offset);
    for pair in out.vars.windows(2) {
        if pair[0].offset + pair[0].size > pair[1].offset {
            return Err(Finding::new(
                codes::damaged_btf,
                format!(
                    "variables `{}` and `{}` overlap at {}",
                    pair[0].name, pair[1].name, pair[1].offset
                ),
            ));
        }
    }
    let offsets = places
        .iter()
        .map(|(&id, &(offset, _))| (id, offset))
        .collect();
    out.btf = Some(minimal_btf::of_section(btf, datasec, out.size, &offsets)?);
    Ok(())
}

/// `.kconfig` has no bytes in the object: libbpf lays its externs out, the most
/// aligned first, then the smaller, then by name (`cmp_externs`).
fn kconfig(
    elf: &Elf<'_>,
    btf: &Btf<'_>,
    types: &mut Types<'_, '_>,
    datasec: u32,
) -> Found<Option<Section>> {
    let Btype::Datasec(sec) = btf.ty(datasec) else {
        return Ok(None);
    };
    let mut externs = Vec::new();
    for info in &sec.variables {
        let id = target(info);
        let name = btf.name(id);
        let Btype::Var(var) = btf.ty(id) else {
            return Err(Finding::new(
                codes::damaged_btf,
                format!("a {} stands in it, not a variable", btf.ty(id).name()),
            ));
        };
        // libbpf places what the symbol table asks for.
        if !elf
            .symbols
            .iter()
            .any(|s| s.section.is_none() && s.global && s.name == name)
        {
            return Err(Finding::new(
                codes::stripped,
                format!("variable `{name}` has no symbol"),
            ));
        }
        let ty = types
            .convert(target(var))
            .map_err(|finding| finding.at(format!("variable `{name}`")))?;
        let size = u32::try_from(types.schema.size(ty)).unwrap_or(u32::MAX);
        if size == 0 {
            return Err(Finding::new(
                codes::unsized_type,
                format!("variable `{name}` has no size"),
            ));
        }
        externs.push((natural_align(types, ty), size, name, id));
    }
    externs.sort_by(|a, b| (b.0, a.1, a.2).cmp(&(a.0, b.1, b.2)));
    let mut places = Places::new();
    let mut end = 0_u32;
    for &(align, size, _, id) in &externs {
        let offset = end
            .checked_next_multiple_of(align)
            .ok_or_else(|| Finding::new(codes::beyond_limits, "it is too large"))?;
        end = offset
            .checked_add(size)
            .ok_or_else(|| Finding::new(codes::beyond_limits, "it is too large"))?;
        places.insert(id, (offset, false));
    }
    if externs.is_empty() {
        return Ok(None);
    }
    let mut section = Section {
        name: KCONFIG.to_owned(),
        size: end,
        vars: Vec::new(),
        btf: None,
    };
    variables(btf, types, datasec, &places, &mut section)?;
    Ok(Some(section))
}

/// `btf__align_of` for what `.kconfig` may hold: integers, enums, arrays of `char`.
fn natural_align(types: &Types<'_, '_>, ty: TypeId) -> u32 {
    types.schema.align(ty).clamp(1, 8)
}
