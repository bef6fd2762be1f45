//! The builder that a build script uses.

mod layout;
mod policy;
mod variants;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mapgen_schema::codes::{self, Level};
use mapgen_schema::{Schema, names, text};

use crate::cargo::Cargo;
use crate::clang::{Clang, Target, Unit};
use crate::error::{Error, Finding};
use crate::policy::Policy;
use crate::prebuilt::same_layout;
use crate::read::{self, Object, Options};
use crate::vmlinux;

/// Reads eBPF objects and writes what `#[ebpf_map]` needs to know of them.
///
/// ```no_run
/// fn main() -> Result<(), mapgen_build::Error> {
///     mapgen_build::Builder::source("bpf/flow.bpf.c")
///         .or_prebuilt("prebuilt/flow.bpf.o")
///         .min_entries("conns", 65_536)
///         .generate()
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `generate` is called"]
pub struct Builder {
    inputs: Vec<Input>,
    name: Option<String>,
    clang: Option<PathBuf>,
    clang_args: Vec<String>,
    prebuilt: Option<PathBuf>,
    vmlinux: Option<PathBuf>,
    types: Vec<String>,
    tracked: Vec<PathBuf>,
    variants: Vec<PathBuf>,
    policy: Policy,
    levels: Vec<(String, Level)>,
    /// Arguments that mean nothing, each as an error says it.
    misused: Vec<String>,
}

#[derive(Clone, Debug)]
enum Input {
    Object(PathBuf),
    Source(PathBuf),
    Schema(PathBuf),
    /// A version of an object in a layout lock.
    Locked(PathBuf, String, u32),
}

impl Builder {
    /// Reads a compiled object. The path is relative to the package.
    pub fn object(path: impl Into<PathBuf>) -> Self {
        Self::of([Input::Object(path.into())])
    }

    /// Reads several compiled objects; what is wrong in any of them is reported together.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mapgen_build::Error> {
    /// mapgen_build::Builder::objects(["bpf/fentry.bpf.o", "bpf/kprobe.bpf.o"]).generate()
    /// # }
    /// ```
    pub fn objects<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self::of(paths.into_iter().map(|path| Input::Object(path.into())))
    }

    /// Compiles a C source with clang, for the byte order of cargo's target, and reads
    /// the object.
    pub fn source(path: impl Into<PathBuf>) -> Self {
        Self::of([Input::Source(path.into())])
    }

    /// Takes a schema that `mapgen schema OBJ -o FILE` wrote: no object and no clang are
    /// needed. The bindings then have no `OBJECT` and no `open()`.
    pub fn schema(path: impl Into<PathBuf>) -> Self {
        Self::of([Input::Schema(path.into())])
    }

    fn of(inputs: impl IntoIterator<Item = Input>) -> Self {
        Self {
            inputs: inputs.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The name that `#[ebpf_map(object = "…")]` uses; by default the file's stem up to
    /// its first dot.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The clang to compile with: a path, or a name on `$PATH`. By default `$CLANG`, then
    /// `clang`, then the newest `clang-N` on the path.
    pub fn clang(mut self, clang: impl Into<PathBuf>) -> Self {
        self.clang = Some(clang.into());
        self
    }

    /// One more argument for clang: `-DX`, `-Iinclude`.
    pub fn clang_arg(mut self, arg: impl Into<String>) -> Self {
        self.clang_args.push(arg.into());
        self
    }

    /// An object to use where there is no clang. Where there is one, the compiled object
    /// must have the same layout.
    pub fn or_prebuilt(mut self, path: impl Into<PathBuf>) -> Self {
        self.prebuilt = Some(path.into());
        self
    }

    /// Writes `vmlinux.h` from the running kernel's BTF to where clang finds it.
    pub fn vmlinux_h(self) -> Self {
        self.vmlinux_h_from(vmlinux::KERNEL_BTF)
    }

    /// Writes `vmlinux.h` from a file to where clang finds it: BTF as in
    /// `/sys/kernel/btf/vmlinux`, or an ELF file with a `.BTF` section.
    pub fn vmlinux_h_from(mut self, path: impl Into<PathBuf>) -> Self {
        self.vmlinux = Some(path.into());
        self
    }

    /// More types than the maps reach, by C spelling: `struct dom_ctx`, `enum stat_idx`.
    pub fn types<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.types.extend(types.into_iter().map(Into::into));
        self
    }

    /// Runs the build script again when a file or folder changes: for the sources of an
    /// object that another build tool put under `OUT_DIR`.
    pub fn track(mut self, path: impl Into<PathBuf>) -> Self {
        self.tracked.push(path.into());
        self
    }

    /// Reads the inputs and writes `$OUT_DIR/mapgen/<name>.schema` for each, and the
    /// object beside it when it was compiled here. A file is written only when its bytes
    /// change.
    ///
    /// # Errors
    /// Outside a build script; when an input cannot be read or compiled, is damaged,
    /// differs from the target's byte order, or breaks a policy. Everything that is
    /// wrong is reported together.
    pub fn generate(self) -> Result<(), Error> {
        let cargo = Cargo::from_env()?;
        self.check_usage()?;
        let folder = cargo.out_dir.join("mapgen");
        fs::create_dir_all(&folder).map_err(|source| Error::Write {
            path: folder.clone(),
            source,
        })?;
        for path in &self.tracked {
            cargo.rerun_if_changed(path);
        }
        let mut errors = Vec::new();
        let policy = self.stated(&cargo).unwrap_or_else(|error| {
            errors.push(error);
            Policy::default()
        });
        let mut objects = Vec::new();
        for input in &self.inputs {
            let object = self.read(&cargo, &folder, input).and_then(|object| {
                let object = self.of_variants(&cargo, &policy, object)?;
                self.check_endian(&cargo, &object.schema)?;
                Ok(object)
            });
            match object {
                Ok(object) => objects.push(object),
                Err(Error::Many(more)) => errors.extend(more),
                Err(error) => errors.push(error),
            }
        }
        // What an object that cannot be read would say is not known.
        if errors.is_empty() {
            errors = self.check_together(&objects);
        }
        errors.extend(self.keep(&cargo, &objects, &policy, errors.is_empty()));
        let errors = self.enforce(&cargo, &mut objects, &policy, errors);
        Error::many(errors)?;
        for Object { mut schema, .. } in objects {
            for map in &schema.maps {
                if let Some(least) = policy.least(&schema, map) {
                    let stated = (map.name.clone(), least.value, least.origin.to_string());
                    schema.min_entries.push(stated);
                }
            }
            let file = folder.join(format!("{}.schema", schema.name));
            write_if_changed(&file, text::write(&schema).as_bytes())?;
        }
        Ok(())
    }

    /// What can be said before anything is read.
    fn check_usage(&self) -> Result<(), Error> {
        let mut errors = Vec::new();
        let misused = self.misused.iter().cloned();
        errors.extend(misused.map(|what| Error::Usage(codes::usage, what)));
        if self.inputs.is_empty() {
            errors.push(Error::Usage(
                codes::usage,
                "no object is given to `Builder::objects`".to_owned(),
            ));
        }
        if let (Some(name), [_, _, ..]) = (&self.name, &self.inputs[..]) {
            errors.push(Error::Usage(
                codes::usage,
                format!(
                    "`name(\"{name}\")` cannot name {} objects: use one `Builder` for each",
                    self.inputs.len()
                ),
            ));
        }
        let no_file = |name: &&String| name.is_empty() || name.contains(['/', '\\', '\0']);
        if let Some(name) = self.name.as_ref().filter(no_file) {
            errors.push(Error::Usage(
                codes::usage,
                format!("`name(\"{name}\")` is no name for a file"),
            ));
        }
        if !self.variants.is_empty() && !matches!(self.inputs[..], [Input::Object(_)]) {
            errors.push(Error::Usage(
                codes::usage,
                "`variant` is for one `Builder::object`: use one `Builder` for each".to_owned(),
            ));
        }
        let compiles = self
            .inputs
            .iter()
            .any(|input| matches!(input, Input::Source(_)));
        let only_source = [
            ("or_prebuilt", self.prebuilt.is_some()),
            ("vmlinux_h", self.vmlinux.is_some()),
            ("clang", self.clang.is_some()),
            ("clang_arg", !self.clang_args.is_empty()),
        ];
        for (method, used) in only_source {
            if used && !compiles {
                errors.push(Error::Usage(
                    codes::usage,
                    format!("`{method}` is for `Builder::source`, here nothing is compiled"),
                ));
            }
        }
        Error::many(errors)
    }

    fn options(&self, path: &Path) -> Options {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Options {
            name: Some(
                self.name
                    .clone()
                    .unwrap_or_else(|| read::stem(&file).to_owned()),
            ),
            // With several objects a type may be in any of them.
            types: if self.inputs.len() == 1 {
                self.types.clone()
            } else {
                Vec::new()
            },
        }
    }

    fn read(&self, cargo: &Cargo, folder: &Path, input: &Input) -> Result<Object, Error> {
        match input {
            Input::Object(path) => {
                cargo.rerun_if_changed(path);
                read::read_object(path, &self.options(path))
            }
            Input::Schema(path) => {
                cargo.rerun_if_changed(path);
                Ok(self.read_schema(path)?.into())
            }
            Input::Source(path) => self.compile(cargo, folder, path),
            Input::Locked(path, object, version) => {
                cargo.rerun_if_changed(path);
                self.read_locked(cargo, path, object, *version)
                    .map(Object::from)
            }
        }
    }

    fn read_schema(&self, path: &Path) -> Result<Schema, Error> {
        let written = fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut schema = text::read(&written).map_err(|error| {
            Finding::new(
                codes::schema_file,
                format!(
                    "{error}; write it again with `mapgen schema OBJ -o {}`",
                    path.display()
                ),
            )
            .into_error(&path.display().to_string())
        })?;
        let options = self.options(path);
        schema.name = options.name.unwrap_or(schema.name);
        schema.path = None;
        for wanted in &options.types {
            if schema.find(wanted).is_none() {
                return Err(Finding::new(codes::requested_type, format!(
                    "there is no type `{wanted}` in it: write it again from an object that has it"
                ))
                .into_error(&path.display().to_string()));
            }
        }
        Ok(schema)
    }

    fn compile(&self, cargo: &Cargo, folder: &Path, source: &Path) -> Result<Object, Error> {
        cargo.rerun_if_changed(source);
        if self.clang.is_none() {
            cargo.rerun_if_env_changed("CLANG");
        }
        let Some(clang) = Clang::find(self.clang.as_deref()) else {
            if let Some(prebuilt) = &self.prebuilt {
                cargo.rerun_if_changed(prebuilt);
                return read::read_object(prebuilt, &self.options(source));
            }
            return Err(Clang::missing(source, self.clang.as_deref()));
        };
        if let Some(btf) = &self.vmlinux {
            cargo.rerun_if_changed(btf);
            let header = vmlinux::header(btf)?;
            write_if_changed(&folder.join("vmlinux.h"), header.as_bytes())?;
        }
        let options = self.options(source);
        let name = options.name.as_deref().unwrap_or_default();
        let target = Target {
            endian: cargo.endian,
            arch: &cargo.arch,
        };
        let unit = Unit {
            source,
            folder,
            name,
            arguments: &self.clang_args,
            directory: None,
        };
        let compiled = clang.compile(target, unit);
        cargo.warning(&compiled.said);
        // Also after an error: the next try is due when one of them changes.
        for header in &compiled.read {
            cargo.rerun_if_changed(header);
        }
        let bytes = compiled.object?;
        let object = folder.join(format!("{name}.bpf.o"));
        write_if_changed(&object, &bytes)?;
        let object = read::read_object(&object, &options)?;
        if let Some(prebuilt) = &self.prebuilt {
            cargo.rerun_if_changed(prebuilt);
            let old = read::read(prebuilt, &options)?;
            same_layout(source, &object.schema, prebuilt, &old)?;
        }
        Ok(object)
    }

    fn check_endian(&self, cargo: &Cargo, schema: &Schema) -> Result<(), Error> {
        if schema.endian == cargo.endian {
            return Ok(());
        }
        let finding = Finding::new(
            codes::byte_order,
            format!(
                "it is {}-endian (`{}`), but the target is {}-endian: compile it with \
             `--target={}`, or let `Builder::source` do it",
                schema.endian.as_str(),
                bpf_target(schema.endian),
                cargo.endian.as_str(),
                bpf_target(cargo.endian),
            ),
        );
        Err(finding.into_error(&schema.object))
    }

    /// What the objects of one builder must hold together.
    fn check_together(&self, objects: &[Object]) -> Vec<Error> {
        let schemas: Vec<&Schema> = objects.iter().map(|object| &object.schema).collect();
        let mut errors = Vec::new();
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for schema in &schemas {
            if let Some(other) = taken.insert(&schema.name, &schema.object) {
                errors.push(Error::Usage(
                    codes::one_name,
                    format!(
                        "`{other}` and `{}` would both be called `{}`: build one of them with a \
                     `Builder` of its own and `.name(\"…\")`",
                        schema.object, schema.name
                    ),
                ));
            }
        }
        let objects: Vec<&str> = schemas
            .iter()
            .map(|schema| schema.object.as_str())
            .collect();
        let objects = objects.join("`, `");
        for (map, _) in &self.policy.min_entries {
            if schemas.iter().all(|schema| schema.map(map).is_none()) {
                let known: Vec<&str> = schemas
                    .iter()
                    .flat_map(|schema| &schema.maps)
                    .map(|map| map.name.as_str())
                    .collect();
                errors.push(Error::Usage(
                    codes::requested_map,
                    format!(
                        "`min_entries(\"{map}\", ..)`: there is no such map in `{objects}`; {}",
                        nearest(map, known)
                    ),
                ));
            }
        }
        for wanted in self.types.iter().filter(|_| schemas.len() > 1) {
            if schemas.iter().all(|schema| schema.find(wanted).is_none()) {
                errors.push(Error::Usage(
                    codes::requested_type,
                    format!("`types([\"{wanted}\"])`: there is no such type in `{objects}`"),
                ));
            }
        }
        errors
    }
}

fn nearest(wanted: &str, known: Vec<&str>) -> String {
    match names::nearest(wanted, known) {
        nearest if nearest.is_empty() => "it has no maps".to_owned(),
        nearest => format!("the nearest are `{}`", nearest.join("`, `")),
    }
}

fn bpf_target(endian: mapgen_schema::Endian) -> &'static str {
    match endian {
        mapgen_schema::Endian::Little => "bpfel",
        mapgen_schema::Endian::Big => "bpfeb",
    }
}

/// Writes a file when its bytes change, so that nothing downstream is built again for
/// nothing.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}
