//! Compiles a C source outside of a build script, as the builder does inside of one.

use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};

use mapgen_schema::Endian;

use crate::clang::{Clang, Target, Unit};
use crate::error::Error;
use crate::read;
use crate::vmlinux;

/// How a C source is compiled.
///
/// ```
/// use mapgen_build::Compile;
/// let mut how = Compile::default();
/// how.arguments.push("-DDEBUG".to_owned());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Compile {
    /// The clang to use; by default `$CLANG`, then `clang`, then the newest `clang-N` on
    /// the path.
    pub clang: Option<PathBuf>,
    /// More arguments for clang.
    pub arguments: Vec<String>,
    /// Where clang runs, which the source and the arguments are relative to; by default
    /// here.
    pub directory: Option<PathBuf>,
    /// The BTF that `vmlinux.h` is written from.
    pub vmlinux: Option<PathBuf>,
}

/// Compiles a C source for this machine's byte order and architecture into an object in a
/// folder, without DWARF; the path of the object and what clang warns of.
///
/// # Errors
/// When there is no clang, when it refuses the source, or when a file cannot be written.
///
/// ```no_run
/// use mapgen_build::{Compile, compile, read_object};
/// let folder = std::env::temp_dir();
/// let (object, warnings) = compile("bpf/flow.bpf.c", &Compile::default(), &folder)?;
/// let flow = read_object(&object, &Default::default())?;
/// # Ok::<(), mapgen_build::Error>(())
/// ```
pub fn compile(
    source: impl AsRef<Path>,
    how: &Compile,
    folder: &Path,
) -> Result<(PathBuf, String), Error> {
    let source = source.as_ref();
    let Some(clang) = Clang::find(how.clang.as_deref()) else {
        return Err(Clang::missing(source, how.clang.as_deref()));
    };
    let written = |path: PathBuf, bytes: &[u8]| match fs::write(&path, bytes) {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::Write { path, source }),
    };
    if let Some(btf) = &how.vmlinux {
        let header = vmlinux::header(btf)?;
        written(folder.join("vmlinux.h"), header.as_bytes())?;
    }
    let file = source.file_name().unwrap_or_default().to_string_lossy();
    let name = read::stem(&file);
    let compiled = clang.compile(
        Target {
            endian: if cfg!(target_endian = "big") {
                Endian::Big
            } else {
                Endian::Little
            },
            arch: consts::ARCH,
        },
        Unit {
            source,
            folder,
            name,
            arguments: &how.arguments,
            directory: how.directory.as_deref(),
        },
    );
    let object = written(folder.join(format!("{name}.bpf.o")), &compiled.object?)?;
    Ok((object, compiled.said))
}
