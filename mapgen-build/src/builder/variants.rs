//! The part of the builder that takes one object in several builds: for other kernels, for
//! the other byte order.

use std::path::{Path, PathBuf};

use mapgen_schema::diff::{self, MapDiff, Presence, SectionDiff, Weight};
use mapgen_schema::{Schema, Variant, codes};

use super::{Builder, Input};
use crate::cargo::Cargo;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::Policy;
use crate::read::{self, Object, Options};

impl Builder {
    /// Another build of the same object: for an older kernel (`flow.v511.bpf.o`), for the
    /// other byte order (`flow.eb.bpf.o`). All bind to one set of Rust types, so maps,
    /// sections and programs must agree; where they do not, the build says so.
    ///
    /// The one that is bound is the first of the target's byte order. The others of that
    /// order stand beside it as bytes, `flow::OBJECT_V511`, to be opened instead:
    /// `flow::open_bytes(flow::OBJECT_V511)`. Those of the other order are compared only.
    /// A map that a variant lacks must be called `optional`, in `mapgen.toml` and in
    /// `#[ebpf_map]`. Policies are held against the one that is bound.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::object("bpf/flow.bpf.o")
    ///     .variant("bpf/flow.v511.bpf.o")
    ///     .variant("bpf/flow.eb.bpf.o")
    ///     .generate()
    /// # }
    /// ```
    pub fn variant(mut self, path: impl Into<PathBuf>) -> Self {
        self.variants.push(path.into());
        self
    }

    /// The object of the target's byte order, which knows of the others and agrees with
    /// them.
    pub(super) fn of_variants(
        &self,
        cargo: &Cargo,
        policy: &Policy,
        object: Object,
    ) -> Result<Object, Error> {
        let [Input::Object(first), ..] = &self.inputs[..] else {
            return Ok(object);
        };
        if self.variants.is_empty() {
            return Ok(object);
        }
        let file = first.file_name().unwrap_or_default().to_string_lossy();
        let stem = read::stem(&file);
        let options = Options {
            name: Some(object.schema.name.clone()),
            ..Options::default()
        };
        let mut all = vec![(object, first.clone())];
        let mut errors = Vec::new();
        for path in &self.variants {
            cargo.rerun_if_changed(path);
            match read::read_object(path, &options) {
                Ok(object) => all.push((object, path.clone())),
                Err(error) => errors.push(error),
            }
        }
        Error::many(std::mem::take(&mut errors))?;
        let of_target = all
            .iter()
            .position(|(object, _)| object.schema.endian == cargo.endian);
        // Without one, what is wrong with the first is said.
        let (mut bound, _) = all.remove(of_target.unwrap_or(0));
        let mut variants: Vec<Variant> = Vec::new();
        for (other, path) in all {
            let (variant, found) = compared(&bound.schema, &other.schema, policy);
            errors.extend(found.into_iter().map(Error::from));
            // Of the other byte order: compared, and not to be opened on this machine.
            if other.schema.endian != bound.schema.endian {
                variants.push(variant);
                continue;
            }
            match label(stem, &path) {
                Ok(name) if variants.iter().any(|variant| variant.name == name) => {
                    errors.push(Error::Usage(
                        codes::usage,
                        format!(
                            "two variants would both be called `{name}`: give one file another name"
                        ),
                    ));
                }
                Ok(name) => variants.push(Variant {
                    name,
                    path: other.schema.path,
                    ..variant
                }),
                Err(error) => errors.push(error),
            }
        }
        Error::many(errors)?;
        bound.schema.variants = variants;
        Ok(bound)
    }
}

/// `v511` of `flow.v511.bpf.o`: what tells the file from the object.
fn label(first: &str, path: &Path) -> Result<String, Error> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = file.strip_suffix(".o").unwrap_or(&file);
    let stem = stem.strip_suffix(".bpf").unwrap_or(stem);
    let own = stem.strip_prefix(first).unwrap_or(stem);
    let own = own.trim_start_matches(['.', '-', '_']);
    let name: String = own
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if name.is_empty() {
        return Err(Error::Usage(
            codes::usage,
            format!(
                "`variant(\"{}\")`: its name says nothing but that of the object; call it \
             `{first}.v511.bpf.o`, say, and its bytes are `OBJECT_V511`",
                path.display()
            ),
        ));
    }
    Ok(name)
}

/// What a variant has otherwise. Types that no map and no section reaches may be the
/// kernel's own: those are named, and the macro refuses to bind them.
fn compared(bound: &Schema, other: &Schema, policy: &Policy) -> (Variant, Vec<Diagnostic>) {
    let diff = diff::diff(bound, other);
    let mut found = Vec::new();
    let mut differs = |place: String, message: String, table: &str, help: &str| {
        let diagnostic = Diagnostic::new(codes::variant, &other.object, message).place(place);
        let diagnostic = match table.is_empty() {
            true => diagnostic,
            false => diagnostic.note(table.trim_end()),
        };
        found.push(diagnostic.help(help));
    };
    const SAME: &str = "one set of Rust types binds both: declare it once, in a header that both \
                        builds include, or give the two builds names and modules of their own";
    let is_optional = |map: &str| policy.optional.iter().any(|stated| stated.value == map);
    for map in &diff.maps {
        let place = format!("map `{}`", map.name);
        match map.presence {
            Presence::Removed if is_optional(&map.name) => {}
            Presence::Removed => differs(
                place,
                format!("`{}` has it, and this variant does not", bound.object),
                "",
                "declare it in both, or call it optional: `optional` in `mapgen.toml`, and \
                 `#[ebpf_map(optional)]` on its handle",
            ),
            Presence::Added => differs(
                place,
                format!(
                    "`{}` does not have it, so nothing would be bound to it",
                    bound.object
                ),
                "",
                "give the object first that has all maps",
            ),
            Presence::Both if map.weight() > Weight::Same || map.renamed_from.is_some() => {
                let map = MapDiff {
                    pins: None,
                    ..map.clone()
                };
                differs(
                    place,
                    format!("it is another one than in `{}`", bound.object),
                    &map.table(&bound.object, &other.object),
                    SAME,
                );
            }
            Presence::Both => {}
        }
    }
    for section in diff
        .sections
        .iter()
        .filter(|section| section.weight() > Weight::Same)
    {
        let block = section.beside(&bound.object, &other.object);
        let table = block.split_once('\n').map_or("", |(_, rows)| rows);
        let SectionDiff { name, presence, .. } = section;
        let message = match presence {
            Presence::Both => format!("its variables are others than in `{}`", bound.object),
            Presence::Added => format!("`{}` does not have it", bound.object),
            Presence::Removed => format!("`{}` has it, and this variant does not", bound.object),
        };
        differs(format!("section `{name}`"), message, table, SAME);
    }
    for program in &bound.programs {
        let mut theirs = other.programs.iter();
        if !theirs.any(|theirs| theirs.name == program.name) {
            differs(
                format!("program `{}`", program.name),
                format!("`{}` has it, and this variant does not", bound.object),
                "",
                "declare it in both: the bindings name every program",
            );
        }
    }
    let types = diff.types.iter().filter(|ty| ty.weight() > Weight::Same);
    let variant = Variant {
        object: other.object.clone(),
        differs: types.map(|ty| ty.role.clone()).collect(),
        ..Variant::default()
    };
    (variant, found)
}
