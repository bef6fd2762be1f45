//! From an object's bytes to its schema.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use btf_rs::Type as Btype;
use mapgen_schema::{Schema, Type, TypeId, codes, ctext, names};

use crate::btf::{Btf, BtfFeature, target};
use crate::code::ProgramCode;
use crate::elf::Elf;
use crate::error::{Error, Finding, Found};
use crate::types::Types;
use crate::{maps, programs, sections};

/// How an object is read.
///
/// ```
/// use mapgen_build::Options;
/// let mut options = Options::default();
/// options.types.push("struct event".to_owned());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The schema's name; by default the file's stem up to its first dot.
    pub name: Option<String>,
    /// Types that must be there, by C spelling, though no map reaches them.
    pub types: Vec<String>,
}

/// What is known of one object.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Object {
    /// Its maps, types, sections and programs.
    pub schema: Schema,
    /// The maps that its maps of maps hold from the start (`.values = { &inner }`); `None`
    /// where it was a schema.
    pub held: Option<BTreeSet<String>>,
    /// The code of each program, in the order of `schema.programs`; empty where there is
    /// nothing but a schema.
    pub code: Vec<ProgramCode>,
    /// What old kernels refuse in its BTF, so that loaders go on without it there; empty
    /// where it was a schema.
    pub btf_features: Vec<BtfFeature>,
}

impl From<Schema> for Object {
    fn from(schema: Schema) -> Self {
        Self {
            schema,
            held: None,
            code: Vec::new(),
            btf_features: Vec::new(),
        }
    }
}

/// Reads an object file into a schema.
///
/// The object may be of either byte order; nothing is asked of the environment.
///
/// # Errors
/// When the file cannot be read, is no eBPF object, has no BTF, is damaged, or defines
/// something that libbpf would refuse. Everything that is wrong is reported together.
///
/// ```no_run
/// let schema = mapgen_build::read("bpf/flow.bpf.o", &mapgen_build::Options::default())?;
/// for map in &schema.maps {
///     println!("{} holds {} entries", map.name, map.max_entries);
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>, options: &Options) -> Result<Schema, Error> {
    Ok(read_object(path, options)?.schema)
}

/// Reads an object file into a schema and what policies ask besides.
///
/// # Errors
/// As [`read`].
///
/// ```no_run
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// println!("{} maps", object.schema.maps.len());
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn read_object(path: impl AsRef<Path>, options: &Options) -> Result<Object, Error> {
    let path = path.as_ref();
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    let absolute = std::path::absolute(path).map_err(failed)?;
    let object = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let mut object = read_object_bytes(&bytes, &object, options)?;
    // What is no UTF-8 cannot stand in a schema; `include_bytes!` could not name it either.
    object.schema.path = Some(absolute.to_str().map(str::to_owned).ok_or_else(|| {
        Error::Usage(
            codes::usage,
            format!(
                "the path `{}` is not UTF-8: rename the file or folder",
                path.display()
            ),
        )
    })?);
    Ok(object)
}

/// Reads an object's bytes into a schema without a `path`; `object` is the file's name,
/// for messages and for the default of the schema's name.
///
/// # Errors
/// As [`read`].
///
/// ```
/// let error = mapgen_build::read_bytes(b"#!/bin/sh", "run.sh", &Default::default()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`run.sh` is not an eBPF object: it is no ELF file: give the `.bpf.o` that clang wrote \
///      [M0006]"
/// );
/// ```
pub fn read_bytes(bytes: &[u8], object: &str, options: &Options) -> Result<Schema, Error> {
    Ok(read_object_bytes(bytes, object, options)?.schema)
}

/// As [`read_bytes`], with what policies ask besides.
///
/// # Errors
/// As [`read`].
///
/// ```
/// let error = mapgen_build::read_object_bytes(b"", "flow.bpf.o", &Default::default());
/// assert!(error.unwrap_err().to_string().starts_with("`flow.bpf.o`"));
/// ```
pub fn read_object_bytes(bytes: &[u8], object: &str, options: &Options) -> Result<Object, Error> {
    let elf = Elf::read(bytes, object)?;
    let section = elf.section(".BTF").map(|(_, section)| section.data);
    let btf = match section {
        Some(section) => Some(Btf::read(section).map_err(|finding| finding.into_error(object))?),
        // Legacy maps carry sizes only; their types come from the user.
        None if elf.section("maps").is_some() && elf.section(".maps").is_none() => None,
        None => {
            return Err(Error::NoBtf {
                object: object.to_owned(),
            });
        }
    };
    if btf.as_ref().is_some_and(|btf| btf.raw.endian != elf.endian) {
        return Err(Finding::new(
            codes::damaged_elf,
            "`.BTF` has another byte order than the ELF file",
        )
        .into_error(object));
    }
    let mut findings = Vec::new();
    doubled(&elf, btf.as_ref(), &mut findings);
    let mut types = btf.as_ref().map(Types::new);
    let defined = maps::read(&elf, btf.as_ref(), &mut types, &mut findings);
    let sections = sections::read(&elf, btf.as_ref(), &mut types, &mut findings);
    let raw = btf.as_ref().map(|btf| &btf.raw);
    let (programs, code) = programs::read(&elf, &defined, &sections, raw, &mut findings);
    let mut requested = Vec::new();
    match (&btf, &mut types) {
        (Some(btf), Some(types)) => {
            for wanted in &options.types {
                match convert_by_name(btf, types, wanted) {
                    Ok(id) => requested.push(id),
                    Err(finding) => findings.push(finding),
                }
            }
            convert_possible_records(btf, types, &defined);
            if let Err(finding) = count_places(types, &defined, &sections, &requested) {
                findings.push(finding);
            }
        }
        _ => findings.extend(options.types.iter().map(|wanted| {
            Finding::new(
                codes::no_btf,
                format!("it has no BTF, so no type `{wanted}`: compile it with `-g`"),
            )
        })),
    }
    Error::many(
        findings
            .into_iter()
            .map(|finding| finding.into_error(object))
            .collect(),
    )?;
    let held = Some(maps::held(&elf, &defined));
    let schema = Schema {
        name: options
            .name
            .clone()
            .unwrap_or_else(|| stem(object).to_owned()),
        object: object.to_owned(),
        path: None,
        endian: elf.endian,
        license: elf.license(),
        types: types.map_or_else(|| vec![Type::Void], |types| types.schema.types),
        maps: defined.into_iter().map(|defined| defined.map).collect(),
        sections,
        requested,
        programs,
        min_entries: Vec::new(),
        variants: Vec::new(),
        newer: Vec::new(),
    };
    Ok(Object {
        schema,
        held,
        code,
        btf_features: btf.as_ref().map_or_else(Vec::new, Btf::features),
    })
}

/// Reports sections that share a name by which libbpf or the BTF finds one of them.
/// String literals may stand in several, which nothing refers to by name.
fn doubled(elf: &Elf<'_>, btf: Option<&Btf<'_>>, findings: &mut Vec<Finding>) {
    let mut counts = BTreeMap::<&str, usize>::new();
    for section in elf.sections.iter().filter(|section| section.size > 0) {
        *counts.entry(section.name).or_default() += 1;
    }
    counts.retain(|name, count| {
        *count > 1
            && (matches!(*name, ".BTF" | ".maps" | "maps" | "license")
                || btf.is_some_and(|btf| btf.datasec(name).is_some()))
    });
    findings.extend(counts.into_iter().map(|(name, count)| {
        Finding::new(
            codes::damaged_elf,
            format!("{count} sections are called `{name}`: link the object again"),
        )
    }));
}

/// Whoever walks a schema walks the types of each map and variable anew.
fn count_places(
    types: &mut Types<'_, '_>,
    defined: &[maps::Defined],
    sections: &[mapgen_schema::Section],
    requested: &[TypeId],
) -> Found<()> {
    let all = defined
        .iter()
        .flat_map(|defined| [Some(&defined.map), defined.map.inner.as_deref()])
        .flatten();
    let sides = all.flat_map(|map| [map.key, map.value]).flatten();
    let vars = sections.iter().flat_map(|section| &section.vars);
    sides
        .chain(vars.map(|var| var.ty))
        .chain(requested.iter().copied())
        .try_for_each(|id| types.refer(id))
}

/// A file's name up to its first dot.
pub(crate) fn stem(file: &str) -> &str {
    match file.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// Converts the type that a user spells.
fn convert_by_name(btf: &Btf<'_>, types: &mut Types<'_, '_>, wanted: &str) -> Found<TypeId> {
    let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = None;
    let mut error = None;
    for id in btf
        .ids()
        .filter(|&id| is_named(btf, id) && btf.spelling(id) == wanted)
    {
        match types.convert(id) {
            Ok(ty) => found = Some(ty),
            Err(finding) => error = Some(finding.at(format!("type `{wanted}`"))),
        }
    }
    match (error, found) {
        (Some(finding), _) => Err(finding),
        (None, Some(ty)) => Ok(ty),
        (None, None) => {
            let known: Vec<String> = btf
                .ids()
                .filter(|&id| is_named(btf, id))
                .map(|id| btf.spelling(id))
                .collect();
            let nearest = names::nearest(&wanted, known.iter().map(String::as_str));
            Err(Finding::new(
                codes::requested_type,
                format!(
                    "there is no type `{wanted}`; the nearest are `{}`. \
                 clang keeps a type that something refers to: add `{}` to the program",
                    nearest.join("`, `"),
                    ctext::keeping(&wanted),
                ),
            ))
        }
    }
}

fn is_named(btf: &Btf<'_>, id: u32) -> bool {
    let has_definition = matches!(
        btf.ty(id),
        Btype::Struct(_)
            | Btype::Union(_)
            | Btype::Enum(_)
            | Btype::Enum64(_)
            | Btype::Typedef(_)
            | Btype::Int(_)
    );
    has_definition && !btf.name(id).is_empty()
}

/// Converts every type that a ring buffer's record may be declared with: those with a tag, and
/// anonymous ones with a typedef. Those that do not convert are left out: nothing says
/// that the program shares them.
fn convert_possible_records(btf: &Btf<'_>, types: &mut Types<'_, '_>, defined: &[maps::Defined]) {
    let definitions: HashSet<u32> = defined
        .iter()
        .flat_map(|defined| [Some(&defined.map), defined.map.inner.as_deref()])
        .flatten()
        .map(|map| map.type_id)
        .collect();
    let is_record = |id: u32| {
        !btf.name(id).is_empty()
            && matches!(
                btf.ty(id),
                Btype::Struct(_) | Btype::Union(_) | Btype::Enum(_) | Btype::Enum64(_)
            )
    };
    let names_record = |id: u32| match btf.ty(id) {
        Btype::Typedef(typedef) => btf.unqualified(target(typedef)).is_ok_and(|target| {
            btf.name(target).is_empty()
                && !definitions.contains(&target)
                && matches!(
                    btf.ty(target),
                    Btype::Struct(_) | Btype::Union(_) | Btype::Enum(_) | Btype::Enum64(_)
                )
        }),
        _ => false,
    };
    for id in btf.ids() {
        if is_record(id) && !definitions.contains(&id) || names_record(id) {
            types.convert(id).ok();
        }
    }
}
