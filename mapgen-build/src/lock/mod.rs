//! The layout lock: one file in version control that keeps the layouts of maps that
//! outlive a program, those that are pinned and those that a project calls stable.
//!
//! 1. [`Lock::parse`] reads the file (`text`, with the checks of a schema's own reader),
//!    [`Lock`] writes it.
//! 2. [`Lock::check`] compares an object with it, by [`mapgen_schema::diff`].
//! 3. [`Lock::accept`] takes what an object has now. A layout that is replaced stays, as
//!    an earlier version.
//! 4. [`Lock::schema`] gives back a version of an object, so that its bindings can read
//!    what it left behind (`btf` writes what the kernel's BTF is compared with).
//! 5. [`check`] and [`accept`] do so for the file that a [`Policy`] names.

mod btf;
mod entry;
mod file;
mod labels;
mod merged;
mod reader;
mod writer;

use std::path::{Path, PathBuf};

use mapgen_schema::diff::{self, Weight};
use mapgen_schema::{Endian, Map, Pinning, Schema, codes, hash, names};

use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::Policy;
use crate::read::Object;
pub(crate) use entry::Entry;

/// The layouts that a project keeps.
///
/// ```
/// use mapgen_build::lock::Lock;
/// let lock = Lock::parse("mapgen-layout 1\n", "mapgen.layout").unwrap();
/// assert_eq!(lock.version("flow"), 0);
/// let error = Lock::parse("mapgen-layout 1\n<<<<<<< HEAD\n", "mapgen.layout").unwrap_err();
/// assert!(error.to_string().contains("`mapgen.layout:2`"), "{error}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// In order of object, map and version.
    entries: Vec<Entry>,
}

/// What [`Lock::accept`] did to one map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It has an entry now.
    New(String),
    /// Its entry is of the new layout. The old one is kept as this version of the object.
    Changed(String, u32),
    /// Its entry says the same of its bytes in other words, or of its capacity.
    Updated(String),
    /// It is kept no more; its last layout is this version of the object.
    Gone(String, u32),
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::New(map) => write!(f, "map `{map}` is kept from now on"),
            Self::Changed(map, old) => write!(
                f,
                "map `{map}` has a new layout; the old one stays as version {old}"
            ),
            Self::Updated(map) => write!(f, "map `{map}` is described anew"),
            Self::Gone(map, old) => {
                write!(f, "map `{map}` is kept no more; version {old} had it last")
            }
        }
    }
}

impl Lock {
    /// Reads a lock's text; `name` is the file's, for messages.
    ///
    /// # Errors
    /// When a line is not of this format, with its number: merge conflicts and entries
    /// that were changed by hand among them.
    ///
    /// ```
    /// use mapgen_build::lock::Lock;
    /// assert!(Lock::parse("", "mapgen.layout").is_err());
    /// ```
    pub fn parse(text: &str, name: &str) -> Result<Self, Error> {
        reader::read(text).map_err(|(line, what)| {
            let found = Diagnostic::new(codes::layout_file, format!("{name}:{line}"), what).help(
                "restore the file from version control; `mapgen accept` or `MAPGEN_ACCEPT=1 \
                 cargo build` then takes what the objects have now",
            );
            Error::from(found)
        })
    }

    /// The lock in a file, `None` where there is no file.
    ///
    /// # Errors
    /// When it cannot be read, or as [`parse`](Self::parse).
    ///
    /// ```no_run
    /// let lock = mapgen_build::lock::Lock::read("mapgen.layout")?.unwrap_or_default();
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Option<Self>, Error> {
        let path = path.as_ref();
        match file::read(path)? {
            Some(text) => Self::parse(&text, &path.display().to_string()).map(Some),
            None => Ok(None),
        }
    }

    /// Writes the file anew.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// ```no_run
    /// mapgen_build::lock::Lock::default().write("mapgen.layout")?;
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        file::write(path.as_ref(), &self.to_string())
    }

    /// The newest version of an object: from 1, and 0 for one that is not in the lock.
    ///
    /// ```
    /// assert_eq!(mapgen_build::lock::Lock::default().version("flow"), 0);
    /// ```
    pub fn version(&self, object: &str) -> u32 {
        let entries = self.entries.iter().filter(|entry| entry.object == object);
        entries.map(Entry::newest).max().unwrap_or(0)
    }

    /// What a version of an object kept, as a schema without an object's bytes; `None`
    /// where the lock has nothing of it. Its name is `flow_v1`.
    ///
    /// # Errors
    /// When a member stands where BTF cannot say it.
    ///
    /// ```
    /// use mapgen_build::lock::Lock;
    /// use mapgen_schema::Endian;
    /// let none = Lock::default().schema("flow", 1, Endian::Little).unwrap();
    /// assert_eq!(none, None);
    /// ```
    pub fn schema(
        &self,
        object: &str,
        version: u32,
        endian: Endian,
    ) -> Result<Option<Schema>, Error> {
        let there = version <= self.version(object);
        let entries = self.entries.iter().filter(|_| there);
        let entries = entries.filter(|entry| entry.object == object && entry.is_of(version));
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            return Ok(None);
        }
        merged::schema(object, version, endian, entries).map(Some)
    }

    /// What differs between an object and its entries: a map that changed, a map that is
    /// to be kept and has no entry, an entry whose map is gone. `stable` are the maps
    /// that are kept besides those that are pinned.
    ///
    /// ```no_run
    /// use mapgen_build::lock::Lock;
    /// let lock = Lock::read("mapgen.layout")?.unwrap_or_default();
    /// let schema = mapgen_build::read("bpf/flow.bpf.o", &Default::default())?;
    /// for found in lock.check(&schema, &["conns"]) {
    ///     eprintln!("{found}");
    /// }
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn check(&self, schema: &Schema, stable: &[&str]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let says = |code, map: &str, message: String| {
            Diagnostic::new(code, &schema.object, message)
                .place(format!("map `{map}`"))
                .help(ACCEPT)
        };
        for map in kept(schema, stable) {
            let Some(entry) = self.current(&schema.name, &map.name) else {
                let why = match map.pinning {
                    Pinning::ByName => "it is pinned",
                    Pinning::None => "it is called stable",
                };
                found.push(says(
                    codes::layout_missing,
                    &map.name,
                    format!("{why}, and the layout lock has no entry for it"),
                ));
                continue;
            };
            let Some(diff) = diff::map((&entry.schema, entry.map()), (schema, map)) else {
                continue;
            };
            let (code, what) = match diff.weight() {
                Weight::Same => continue,
                Weight::Names => (
                    codes::layout_names,
                    "members have other names than in the layout lock, at the same bytes",
                ),
                Weight::Layout => (
                    codes::layout_lock,
                    "it is not what the layout lock keeps of it",
                ),
            };
            let block = diff.beside("locked", &schema.object);
            let mut diagnostic = says(code, &map.name, what.to_owned());
            // The first line says what the message says.
            let rows = block.split_once('\n').map_or("", |(_, rows)| rows);
            diagnostic.notes.push(rows.trim_end().to_owned());
            found.push(diagnostic);
        }
        for entry in self.gone(schema, stable) {
            let name = &entry.map().name;
            let why = match schema.map(name) {
                Some(_) => "neither pinned nor called stable any more",
                None => "not in the object any more",
            };
            found.push(says(
                codes::layout_gone,
                name,
                format!("the layout lock keeps it, and it is {why}"),
            ));
        }
        found
    }

    /// Takes what an object has now, and says what that changes. Entries of other
    /// objects stay as they are.
    ///
    /// ```no_run
    /// use mapgen_build::lock::Lock;
    /// let mut lock = Lock::read("mapgen.layout")?.unwrap_or_default();
    /// let schema = mapgen_build::read("bpf/flow.bpf.o", &Default::default())?;
    /// if !lock.accept(&schema, &["conns"]).is_empty() {
    ///     lock.write("mapgen.layout")?;
    /// }
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn accept(&mut self, schema: &Schema, stable: &[&str]) -> Vec<Accepted> {
        let version = self.version(&schema.name).max(1);
        let mut done = Vec::new();
        let mut ended = Vec::new();
        for entry in self.gone(schema, stable) {
            ended.push((entry.map().name.clone(), None));
        }
        let mut fresh = Vec::new();
        for map in kept(schema, stable) {
            let new = Entry::of(schema, map);
            match self.current_mut(&schema.name, &map.name) {
                None => fresh.push(new),
                Some(entry) => {
                    let new = Entry {
                        since: entry.since,
                        ..new
                    };
                    if *entry == new {
                        continue;
                    }
                    if same_types(entry, &new) {
                        *entry = new;
                        done.push(Accepted::Updated(map.name.clone()));
                    } else {
                        ended.push((map.name.clone(), Some(new)));
                    }
                }
            }
        }
        for (name, new) in ended {
            if let Some(entry) = self.current_mut(&schema.name, &name) {
                entry.until = Some(version);
            }
            match new {
                None => done.push(Accepted::Gone(name, version)),
                Some(new) => {
                    self.entries.push(Entry {
                        since: version + 1,
                        ..new
                    });
                    done.push(Accepted::Changed(name, version));
                }
            }
        }
        let now = self.version(&schema.name).max(1);
        for new in fresh {
            done.push(Accepted::New(new.map().name.clone()));
            self.entries.push(Entry { since: now, ..new });
        }
        self.entries.sort_by(|a, b| a.order().cmp(&b.order()));
        done
    }

    /// The entry of a map as it is now.
    fn current(&self, object: &str, map: &str) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.is_current(object, map))
    }

    fn current_mut(&mut self, object: &str, map: &str) -> Option<&mut Entry> {
        let mut entries = self.entries.iter_mut();
        entries.find(|entry| entry.is_current(object, map))
    }

    /// The entries of maps that an object keeps no more.
    fn gone<'a>(
        &'a self,
        schema: &'a Schema,
        stable: &'a [&str],
    ) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|entry| {
            entry.until.is_none()
                && entry.object == schema.name
                && !kept(schema, stable).any(|map| map.name == entry.map().name)
        })
    }
}

/// What a person does who wants it so.
const ACCEPT: &str = "take it back, or take it on: `mapgen accept`, or `MAPGEN_ACCEPT=1 cargo \
                      build`, writes the lock anew; commit it";

/// The maps of an object that are to be kept.
fn kept<'a>(schema: &'a Schema, stable: &'a [&str]) -> impl Iterator<Item = &'a Map> {
    schema
        .maps
        .iter()
        .filter(|map| map.pinning == Pinning::ByName || stable.contains(&map.name.as_str()))
}

/// Whether bindings made of one entry read what the other describes.
fn same_types(old: &Entry, new: &Entry) -> bool {
    let same = hash::layout(&old.schema, old.map()) == hash::layout(&new.schema, new.map());
    let diff = diff::map((&old.schema, old.map()), (&new.schema, new.map()));
    let types = diff
        .iter()
        .flat_map(|diff| [&diff.key, &diff.value])
        .flatten();
    same && types
        .map(diff::TypeDiff::weight)
        .all(|weight| weight < Weight::Layout)
}

/// Holds objects against the file that a policy names, under `folder`.
///
/// ```no_run
/// use mapgen_build::{lock, policy::Policy};
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// for finding in lock::check(&[object], &Policy::default(), ".".as_ref()) {
///     println!("{finding}");
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn check(objects: &[Object], policy: &Policy, folder: &Path) -> Vec<Diagnostic> {
    let mut found = unknown_stable(objects, policy);
    let Some(stated) = &policy.layout_lock else {
        return policy.weigh(found);
    };
    let stable = stable(policy);
    match Lock::read(folder.join(&stated.value)) {
        Ok(lock) => {
            let missing = lock.is_none();
            let lock = lock.unwrap_or_default();
            for object in objects {
                for mut diagnostic in lock.check(&object.schema, &stable) {
                    if missing {
                        let note = format!("`{}` does not exist yet", stated.value.display());
                        diagnostic.notes.push(note);
                    }
                    found.push(diagnostic.origin(&stated.origin));
                }
            }
        }
        Err(Error::Policy(diagnostic)) => found.push(diagnostic.origin(&stated.origin)),
        Err(error) => {
            let path = stated.value.display().to_string();
            found.push(Diagnostic::new(codes::layout_file, path, error.to_string()));
        }
    }
    policy.weigh(found)
}

/// Writes what objects have now into the file that a policy names, under `folder`, and
/// says what that changed. The file is written only when something did.
///
/// # Errors
/// When it cannot be read or written.
///
/// ```no_run
/// use mapgen_build::{lock, policy::File};
/// let policy = File::read("mapgen.toml")?.policy;
/// let object = mapgen_build::read_object("bpf/flow.bpf.o", &Default::default())?;
/// for change in lock::accept(&[object], &policy, ".".as_ref())? {
///     println!("{change}");
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn accept(objects: &[Object], policy: &Policy, folder: &Path) -> Result<Vec<Accepted>, Error> {
    let Some(stated) = &policy.layout_lock else {
        return Ok(Vec::new());
    };
    let stable = stable(policy);
    let path: PathBuf = folder.join(&stated.value);
    file::update(&path, |text| {
        let mut lock = match text {
            Some(text) => Lock::parse(text, &path.display().to_string())?,
            None => Lock::default(),
        };
        let mut done = Vec::new();
        for object in objects {
            done.extend(lock.accept(&object.schema, &stable));
        }
        let text = (!done.is_empty()).then(|| lock.to_string());
        Ok((text, done))
    })
}

fn stable(policy: &Policy) -> Vec<&str> {
    let stable = policy.stable.iter();
    stable.map(|stated| stated.value.as_str()).collect()
}

/// Names of stable maps that no object has.
fn unknown_stable(objects: &[Object], policy: &Policy) -> Vec<Diagnostic> {
    let known: Vec<&str> = objects
        .iter()
        .flat_map(|object| &object.schema.maps)
        .map(|map| map.name.as_str())
        .collect();
    let unknown = policy.stable.iter();
    unknown
        .filter(|stated| !known.contains(&stated.value.as_str()))
        .map(|stated| {
            let nearest = names::nearest(&stated.value, known.iter().copied());
            let nearest = match nearest.is_empty() {
                true => "there are no maps".to_owned(),
                false => format!("the nearest are `{}`", nearest.join("`, `")),
            };
            let message = format!(
                "`stable` names the map `{}`, which no object has; {nearest}",
                stated.value
            );
            Diagnostic::new(codes::stable, "", message).origin(&stated.origin)
        })
        .collect()
}
