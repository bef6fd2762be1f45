//! What is asked, and of which objects.

use std::fs;
use std::path::{Path, PathBuf};

use mapgen_build::policy::{File, Input, Origin, Policy, Stated};
use mapgen_build::{Compile, Diagnostic, Error, Object, Options};

use super::{Arguments, definition};
use crate::{Failure, input};

/// The file's name, where none is given.
const FILE: &str = "mapgen.toml";

/// A policy and the objects that it is held against.
pub(super) struct Project {
    pub(super) policy: Policy,
    pub(super) targets: Vec<Target>,
    /// Whether these are all objects that the policy is for.
    pub(super) is_whole: bool,
}

/// One object, or the source of one.
pub(crate) struct Target {
    /// Relative to here.
    pub(super) path: PathBuf,
    options: Options,
    /// How the source is compiled, which is what `path` is then.
    compile: Option<(PathBuf, Compile)>,
}

impl Project {
    pub(super) fn find(arguments: &Arguments) -> Result<Self, Failure> {
        let config = match &arguments.config {
            Some(config) => Some(config.clone()),
            None => nearest(),
        };
        let mut file = match &config {
            Some(config) => File::read(config)?,
            None => File::default(),
        };
        let folder = config.as_deref().and_then(Path::parent);
        let folder = folder.unwrap_or(Path::new(""));
        let is_whole = arguments.objects.is_empty() || file.inputs.is_empty();
        let targets = if arguments.objects.is_empty() {
            let inputs = std::mem::take(&mut file.inputs);
            let own = inputs.into_iter().map(|input| Target::of(input, folder));
            own.collect::<Vec<_>>()
        } else {
            let given = arguments.objects.iter();
            given.map(|path| Target::given(path.clone())).collect()
        };
        if targets.is_empty() {
            return Err(Failure::Usage(nothing(config.as_deref())));
        }
        let mut policy = file.policy;
        if let (None, Some(cpus)) = (&policy.cpus, arguments.cpus) {
            policy.cpus = Some(Stated {
                value: cpus,
                origin: Origin::Option("--cpus"),
            });
        }
        Ok(Self {
            policy,
            targets,
            is_whole,
        })
    }
}

/// The file here, or in the nearest folder above.
pub(crate) fn nearest() -> Option<PathBuf> {
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
    pub(crate) fn given(path: PathBuf) -> Self {
        Self {
            path,
            options: Options::default(),
            compile: None,
        }
    }

    /// Paths of the file are relative to its folder.
    pub(crate) fn of(input: Input, folder: &Path) -> Self {
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

    /// Reads the object, or compiles it into a folder of its own first.
    pub(crate) fn read(&self, folder: &Path) -> Result<Object, Error> {
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
    pub(super) fn show_source(&self, found: &mut [Diagnostic]) {
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
