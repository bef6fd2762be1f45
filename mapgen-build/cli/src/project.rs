//! What is asked, and of which objects.

use std::fs;
use std::path::{Path, PathBuf};

use mapgen_build::policy::{File, Input, Policy};
use mapgen_build::{Compile, Diagnostic, Error, Object, Options};

use crate::{Failure, definition, input, workers};

/// The file's name, where none is given.
const FILE: &str = "mapgen.toml";

/// A policy and the objects that it is held against.
pub(crate) struct Project {
    pub(crate) policy: Policy,
    /// Where the policy stands.
    pub(crate) config: Option<PathBuf>,
    /// What its paths are relative to.
    pub(crate) folder: PathBuf,
    pub(crate) targets: Vec<Target>,
    /// Whether these are all objects that the policy is for.
    pub(crate) is_whole: bool,
}

/// One object, or the source of one.
pub(crate) struct Target {
    /// Relative to here.
    pub(crate) path: PathBuf,
    options: Options,
    /// How the source is compiled, which is what `path` is then.
    compile: Option<(PathBuf, Compile)>,
}

impl Project {
    /// The policy in a file, or in the nearest, and these objects or its own.
    pub(crate) fn find(config: Option<&Path>, objects: &[PathBuf]) -> Result<Self, Failure> {
        let project = Self::find_any(config, objects)?;
        if project.targets.is_empty() {
            return Err(Failure::Usage(nothing(project.config.as_deref())));
        }
        Ok(project)
    }

    /// The same, where there need not be an object.
    pub(crate) fn find_any(config: Option<&Path>, objects: &[PathBuf]) -> Result<Self, Error> {
        let config = config.map(Path::to_owned).or_else(nearest);
        let mut file = match &config {
            Some(config) => File::read(config)?,
            None => File::default(),
        };
        let folder = config.as_deref().and_then(Path::parent);
        let folder = folder.unwrap_or(Path::new("")).to_owned();
        let is_whole = objects.is_empty() || file.inputs.is_empty();
        let targets = if objects.is_empty() {
            let inputs = std::mem::take(&mut file.inputs);
            let own = inputs.into_iter().map(|input| Target::of(input, &folder));
            own.collect::<Vec<_>>()
        } else {
            let given = objects.iter();
            given.map(|path| Target::given(path.clone())).collect()
        };
        Ok(Self {
            policy: file.policy,
            config,
            folder,
            targets,
            is_whole,
        })
    }

    /// Reads every object, on all cores, and does this to each; in order of the list.
    pub(crate) fn read<R: Send>(
        &self,
        work: impl Fn(&Target, Object) -> R + Sync,
    ) -> Result<Vec<Result<R, Error>>, Error> {
        // Compiled objects go with the folder, whatever happens.
        let folder = tempfile::tempdir().map_err(|source| Error::Write {
            path: std::env::temp_dir(),
            source,
        })?;
        Ok(workers::each(&self.targets, |index, target| {
            let folder = folder.path().join(index.to_string());
            let object = target.read(&folder)?;
            // It is in memory, and thousands would fill a disk.
            let _ = fs::remove_dir_all(&folder);
            Ok(work(target, object))
        }))
    }
}

impl Project {
    /// The one target whose object has this file name.
    pub(crate) fn path_of(&self, object: &str) -> Option<PathBuf> {
        let mut named = self
            .targets
            .iter()
            .filter(|target| target.object() == object);
        let target = named.next()?;
        named.next().is_none().then(|| target.path.clone())
    }
}

/// The file here, or in the nearest folder above.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here
        .ancestors()
        .position(|folder| folder.join(FILE).is_file())?;
    let mut path = PathBuf::new();
    path.extend(std::iter::repeat_n("..", depth));
    Some(path.join(FILE))
}

fn nothing(config: Option<&Path>) -> String {
    match config {
        Some(config) => format!(
            "`{}` names no objects: add `[[object]]` with `object` or `source`, or give objects \
             (`mapgen check flow.bpf.o`)",
            config.display()
        ),
        None => format!(
            "there is no `{FILE}` here or above: give objects (`mapgen check flow.bpf.o`), or \
             a policy with `--config`"
        ),
    }
}

impl Target {
    fn given(path: PathBuf) -> Self {
        Self {
            path,
            options: Options::default(),
            compile: None,
        }
    }

    /// Paths of the file are relative to its folder.
    fn of(input: Input, folder: &Path) -> Self {
        let mut options = Options::default();
        options.name = input.name;
        options.types = input.types;
        if let Some(object) = input.object {
            return Self {
                path: folder.join(object),
                options,
                compile: None,
            };
        }
        let source = input.source.unwrap_or_default();
        let mut how = Compile::default();
        how.arguments = input.clang_args;
        how.directory = Some(folder.to_owned()).filter(|folder| !folder.as_os_str().is_empty());
        how.vmlinux = input.vmlinux_h.map(|btf| folder.join(btf));
        Self {
            path: folder.join(&source),
            options,
            compile: Some((source, how)),
        }
    }

    /// The file name of the object.
    fn object(&self) -> String {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        match &self.compile {
            Some(_) => {
                let stem = file.split('.').next().unwrap_or_default();
                format!("{stem}.bpf.o")
            }
            None => file.into_owned(),
        }
    }

    /// Reads the object, or compiles it into a folder of its own first.
    fn read(&self, folder: &Path) -> Result<Object, Error> {
        let Some((source, how)) = &self.compile else {
            return input::read(&self.path, &self.options);
        };
        if !self.path.is_file() {
            return Err(Error::Read {
                path: self.path.clone(),
                source: std::io::Error::other("there is no such source"),
            });
        }
        fs::create_dir_all(folder).map_err(|source| Error::Write {
            path: folder.to_owned(),
            source,
        })?;
        let (object, _) = mapgen_build::compile(source, how, folder)?;
        mapgen_build::read_object(object, &self.options)
    }

    /// Shows findings about a map on the line of the source that defines it, where they
    /// have no better one.
    pub(crate) fn show_source(&self, found: &mut [Diagnostic]) {
        let lacking = found.iter().any(|diagnostic| diagnostic.at.is_none());
        if self.compile.is_none() || !lacking {
            return;
        }
        let Ok(source) = fs::read_to_string(&self.path) else {
            return;
        };
        let file = self.path.display().to_string();
        for diagnostic in found.iter_mut().filter(|found| found.at.is_none()) {
            let place = diagnostic.place.first().map_or("", String::as_str);
            let map = place
                .strip_prefix("map `")
                .and_then(|rest| rest.strip_suffix('`'));
            diagnostic.at = map.and_then(|map| definition::of_map(&source, &file, map));
        }
    }
}
