//! The same objects through libbpf-cargo, for scale: whether it generates a skeleton, whether
//! the skeleton compiles, and whether the types in it are laid out as libbpf says.
//!
//! Asked are the structs, unions and enumerations with a name that maps and sections reach:
//! their size and the offset of each member that has a name, bit-fields apart, and the offsets
//! of global variables in the structs of `.data`, `.bss` and `.rodata`. Members that it renames
//! or leaves out by design are not counted against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use libbpf_cargo::SkeletonBuilder;
use mapgen_schema::{Schema, names};
use mapgen_test_libbpf::{Btf, Comparison, Map, Opened, sys};
use mapgen_test_support::user as crates;

use crate::bindings;

/// Skeletons in a crate.
const BATCH: usize = 50;

/// What became of the objects under one rule for their names.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) objects: usize,
    /// Files whose skeleton is right.
    pub(crate) fine: BTreeSet<String>,
    /// Names of objects, by reason.
    pub(crate) not_generated: BTreeMap<String, Vec<String>>,
    pub(crate) not_compiled: BTreeMap<String, Vec<String>>,
    pub(crate) wrong: BTreeMap<String, Vec<String>>,
    /// Types whose layout was asserted.
    pub(crate) types: usize,
    /// Sizes and offsets.
    pub(crate) assertions: usize,
}

/// An object on its way through.
struct Skeleton {
    name: String,
    path: PathBuf,
    assertions: String,
    types: usize,
    count: usize,
}

/// Takes every object that libbpf opens through libbpf-cargo, as its file is called or, with
/// what came of that, those that were not right again, as `object1.bpf.o` and so on.
pub(crate) fn run(
    folder: &Path,
    paths: &[PathBuf],
    named: Option<&Outcome>,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let renamed = named.is_some();
    if let Some(named) = named {
        outcome.fine = named.fine.clone();
        outcome.types = named.types;
        outcome.assertions = named.assertions;
    }
    let sort = if renamed { "renamed" } else { "named" };
    let folder = folder.join("peers").join(sort);
    let _ = fs::remove_dir_all(folder.join("objects"));
    fs::create_dir_all(folder.join("objects"))?;
    let unformatted = unformatted(&folder)?;
    let mut skeletons = Vec::new();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for (index, path) in paths.iter().enumerate() {
        let Ok(opened) = Opened::open(path) else {
            continue;
        };
        outcome.objects += 1;
        let file = path.file_name().unwrap_or_default();
        let name = file.to_string_lossy().into_owned();
        if outcome.fine.contains(&name) {
            continue;
        }
        let object = if renamed {
            let object = folder.join(format!("objects/object{index}.bpf.o"));
            fs::copy(path, &object)?;
            object
        } else {
            path.clone()
        };
        let skeleton = folder.join(format!("objects/{index}.rs"));
        let generated = catch_unwind(AssertUnwindSafe(|| {
            SkeletonBuilder::new()
                .obj(&object)
                .rustfmt(&unformatted)
                .generate(&skeleton)
        }));
        let failed = match generated {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{error:#}")),
            Err(panic) => Some(format!("panics: {}", said(&*panic))),
        };
        if let Some(reason) = failed {
            // Where the object lies is of this machine.
            let reason = reason.replace(&*object.to_string_lossy(), "the object");
            let reason = reason.replace(&*skeleton.to_string_lossy(), "its skeleton");
            note(&mut outcome.not_generated, &reason, &name);
            continue;
        }
        let mut asserted = Asserted::default();
        asserted.object(&opened, index);
        skeletons.push((
            index,
            Skeleton {
                name,
                path: skeleton,
                assertions: asserted.text,
                types: asserted.types,
                count: asserted.count,
            },
        ));
    }
    std::panic::set_hook(hook);
    let skeletons: BTreeMap<usize, Skeleton> = skeletons.into_iter().collect();
    let all: Vec<usize> = skeletons.keys().copied().collect();
    for (number, batch) in all.chunks(BATCH).enumerate() {
        println!(
            "libbpf-cargo, {sort}: compiling, {} of {}",
            number + 1,
            all.len().div_ceil(BATCH)
        );
        let user = folder.join(number.to_string());
        compile(&user, batch, &skeletons, &mut outcome)?;
    }
    Ok(outcome)
}

/// A program that stands for rustfmt, which takes most of the time, and nobody reads the text:
/// it hands back what it reads, and only when it has read all, as rustfmt does.
fn unformatted(folder: &Path) -> io::Result<PathBuf> {
    let program = folder.join("unformatted");
    fs::write(
        &program,
        "#!/bin/sh\ntext=$(cat; echo .)\nprintf %s \"${text%.}\"\n",
    )?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(program)
}

/// Compiles a batch without assertions, then what compiles with them.
fn compile(
    user: &Path,
    batch: &[usize],
    skeletons: &BTreeMap<usize, Skeleton>,
    outcome: &mut Outcome,
) -> io::Result<()> {
    let mut left = batch.to_vec();
    for asserted in [false, true] {
        loop {
            write(user, &left, skeletons, asserted)?;
            let failed = check(user)?;
            if failed.is_empty() {
                break;
            }
            for (index, reason) in &failed {
                let name = &skeletons[index].name;
                let of = match asserted {
                    false => &mut outcome.not_compiled,
                    true => &mut outcome.wrong,
                };
                note(of, reason, name);
            }
            left.retain(|index| !failed.contains_key(index));
        }
    }
    for index in left {
        outcome.fine.insert(skeletons[&index].name.clone());
        outcome.types += skeletons[&index].types;
        outcome.assertions += skeletons[&index].count;
    }
    Ok(())
}

fn write(
    user: &Path,
    batch: &[usize],
    skeletons: &BTreeMap<usize, Skeleton>,
    asserted: bool,
) -> io::Result<()> {
    let _ = fs::remove_dir_all(user);
    fs::create_dir_all(user.join("src"))?;
    fs::write(
        user.join("Cargo.toml"),
        "[package]\nname = \"peer\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [dependencies]\nlibbpf-rs = \"0.27\"\n[profile.dev]\ndebug = false\n",
    )?;
    fs::copy(
        crates::workspace()?.join("Cargo.lock"),
        user.join("Cargo.lock"),
    )?;
    let mut main = "#![allow(warnings)]\n".to_owned();
    for &index in batch {
        let skeleton = &skeletons[&index];
        fs::copy(&skeleton.path, user.join(format!("src/skeleton{index}.rs")))?;
        let _ = writeln!(main, "mod skeleton{index};");
        if asserted {
            let file = user.join(format!("src/asserted{index}.rs"));
            fs::write(file, &skeleton.assertions)?;
            let _ = writeln!(main, "mod asserted{index};");
        }
    }
    main.push_str("fn main() {}\n");
    fs::write(user.join("src/main.rs"), main)
}

/// The skeletons with errors, each with its first one.
fn check(user: &Path) -> io::Result<BTreeMap<usize, String>> {
    let (success, messages) = bindings::errors(user)?;
    let mut failed = BTreeMap::new();
    for message in messages {
        let text = message["message"].as_str().unwrap_or_default();
        // The text has the place in our file, of which the spans of an assertion that fails
        // know only the standard library's.
        let rendered = message["rendered"].as_str().unwrap_or_default();
        let index = ["src/skeleton", "src/asserted"]
            .into_iter()
            .find_map(|file| {
                let (_, rest) = rendered.split_once(file)?;
                let (number, _) = rest.split_once(".rs:")?;
                number.parse::<usize>().ok()
            });
        if let Some(index) = index {
            failed.entry(index).or_insert_with(|| text.to_owned());
        }
    }
    if !success && failed.is_empty() {
        let folder = user.display();
        return Err(io::Error::other(format!(
            "cargo fails in {folder}, and not in a skeleton"
        )));
    }
    Ok(failed)
}

/// What a panic says.
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("nothing")
}

/// Puts an object under a reason: its first line, in which sizes and places, which differ from
/// object to object, are `N`.
fn note(of: &mut BTreeMap<String, Vec<String>>, reason: &str, name: &str) {
    let line = reason.lines().next().unwrap_or_default();
    let words: Vec<&str> = line
        .split(' ')
        .map(
            |word| match word.starts_with(|c: char| c.is_ascii_digit()) {
                true => "N",
                false => word,
            },
        )
        .collect();
    let stem = name.split('.').next().unwrap_or(name);
    of.entry(words.join(" ")).or_default().push(stem.to_owned());
}

/// Rust text with libbpf's numbers, on libbpf-cargo's names.
#[derive(Default)]
struct Asserted {
    text: String,
    types: usize,
    count: usize,
    seen: BTreeSet<u32>,
    names: BTreeSet<String>,
}

impl Asserted {
    fn object(&mut self, opened: &Opened, index: usize) {
        let _ = writeln!(self.text, "use crate::skeleton{index}::types;");
        let Some(btf) = opened.btf() else { return };
        for map in opened.maps().iter().filter(|map| map.is_declared()) {
            self.map(btf, map);
        }
        let schema = Schema::default();
        let comparison = Comparison::new(&schema, Some(btf));
        for section in [".data", ".bss", ".rodata"] {
            for var in comparison.variables(section) {
                self.ty(btf, var.ty);
                if !var.is_static {
                    let place = format!("{section} {}", var.name);
                    let name = section.trim_start_matches('.');
                    self.offset(name, &var.name, var.offset.into(), &place);
                }
            }
        }
    }

    fn map(&mut self, btf: Btf<'_>, map: &Map) {
        self.ty(btf, map.key);
        self.ty(btf, map.value);
        if let Some(inner) = &map.inner {
            self.map(btf, inner);
        }
    }

    fn ty(&mut self, btf: Btf<'_>, id: u32) {
        let id = btf.resolved(id);
        if id == 0 || !self.seen.insert(id) {
            return;
        }
        let (ty, name) = (btf.ty(id), btf.name(id));
        match btf.kind(id) {
            sys::BTF_KIND_ARRAY => self.ty(btf, btf.array(ty).0),
            sys::BTF_KIND_STRUCT
            | sys::BTF_KIND_UNION
            | sys::BTF_KIND_ENUM
            | sys::BTF_KIND_ENUM64 => {
                // It numbers what has a name that was there before, and what has none.
                let named = !name.is_empty() && self.names.insert(name.clone());
                if named {
                    self.types += 1;
                    let size = btf.size(id).unwrap_or(0);
                    let condition =
                        format!("size_of::<types::{}>() == {size}", names::ident(&name));
                    self.assert(&condition, &format!("{name}: size"));
                }
                if matches!(btf.kind(id), sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION) {
                    for member in btf.members(ty) {
                        self.ty(btf, member.ty);
                        if named && member.bits.is_none() && !member.name.is_empty() {
                            let place = format!("{name}.{}", member.name);
                            let offset = u64::from(member.bit_offset / 8);
                            self.offset(&name, &member.name, offset, &place);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn offset(&mut self, name: &str, field: &str, offset: u64, place: &str) {
        let (name, field) = (names::ident(name), names::ident(field));
        let condition = format!("core::mem::offset_of!(types::{name}, {field}) == {offset}");
        self.assert(&condition, &format!("{place}: offset"));
    }

    fn assert(&mut self, condition: &str, place: &str) {
        self.count += 1;
        let _ = writeln!(self.text, "const _: () = assert!({condition}, {place:?});");
    }
}
