//! Finds clang and compiles a C source with it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mapgen_schema::{Endian, codes};

use crate::cargo;
use crate::dwarf;
use crate::error::Error;

pub(crate) struct Clang {
    program: PathBuf,
}

/// What clang compiles for.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) endian: Endian,
    /// `x86_64`, `aarch64`, …
    pub(crate) arch: &'a str,
}

/// What clang compiles, and where.
#[derive(Clone, Copy)]
pub(crate) struct Unit<'a> {
    pub(crate) source: &'a Path,
    /// Takes temporary files, and has headers that were generated.
    pub(crate) folder: &'a Path,
    /// Of the temporary files.
    pub(crate) name: &'a str,
    pub(crate) arguments: &'a [String],
    /// Where clang runs, unless it is here.
    pub(crate) directory: Option<&'a Path>,
}

/// What a run of clang gave.
pub(crate) struct Compiled {
    /// What it warns of, empty without.
    pub(crate) said: String,
    /// Every header that it read.
    pub(crate) read: Vec<PathBuf>,
    /// The object's bytes, without DWARF.
    pub(crate) object: Result<Vec<u8>, Error>,
}

impl Clang {
    /// The clang that was given, or `$CLANG`, `clang`, the newest `clang-N` on the path.
    pub(crate) fn find(given: Option<&Path>) -> Option<Self> {
        let program = match (given, cargo::clang()) {
            (Some(given), _) => on_path(given)?,
            (None, Some(clang)) => on_path(Path::new(&clang))?,
            (None, None) => on_path(Path::new("clang")).or_else(newest)?,
        };
        Some(Self { program })
    }

    /// Why there is no clang.
    pub(crate) fn missing(source: &Path, given: Option<&Path>) -> Error {
        let environment = cargo::clang().map(PathBuf::from);
        let what = match (given, &environment) {
            (Some(given), _) => format!("there is no `{}`", given.display()),
            (None, Some(clang)) => format!("`$CLANG` is `{}`, which is not there", clang.display()),
            (None, None) => "there is no `clang` and no `clang-N` on the path".to_owned(),
        };
        Error::Clang {
            code: codes::no_clang,
            source: source.to_owned(),
            what: format!(
                "{what}: install it (`apt install clang`), name it with `$CLANG` or \
                 `Builder::clang`, or give an object with `or_prebuilt`"
            ),
        }
    }

    /// Compiles, and drops the DWARF.
    pub(crate) fn compile(&self, target: Target<'_>, unit: Unit<'_>) -> Compiled {
        let Unit {
            source,
            folder,
            name,
            ..
        } = unit;
        let object = folder.join(format!("{name}.bpf.o.tmp"));
        let headers = folder.join(format!("{name}.d"));
        let mut command = Command::new(&self.program);
        if let Some(directory) = unit.directory {
            command.current_dir(directory);
        }
        command
            .arg(match target.endian {
                Endian::Little => "--target=bpfel",
                Endian::Big => "--target=bpfeb",
            })
            .args(["-g", "-O2", "-c"]);
        if let Some(arch) = target_arch(target.arch) {
            command.arg(format!("-D__TARGET_ARCH_{arch}"));
        }
        command.arg("-I").arg(folder);
        // `asm/types.h` of Debian and its kin lies where clang looks for the target's
        // triple only, and BPF has none.
        if let Some(folder) = multiarch(target.arch, target.endian) {
            command.arg("-idirafter").arg(folder);
        }
        command
            .args(unit.arguments)
            .arg("-MD")
            .arg("-MF")
            .arg(&headers)
            .arg("-o")
            .arg(&object)
            .arg(source);
        let mut warnings = String::new();
        let result = self.run(&mut command, source).and_then(|said| {
            warnings = said;
            fs::read(&object).map_err(|source| Error::Read {
                path: object.clone(),
                source,
            })
        });
        let read =
            fs::read_to_string(&headers).map_or_else(|_| Vec::new(), |text| dependencies(&text));
        // Temporary: what is left of them changes nothing.
        let _ = (fs::remove_file(&object), fs::remove_file(&headers));
        Compiled {
            said: warnings,
            read,
            object: result.map(|bytes| dwarf::strip(&bytes, target.endian).unwrap_or(bytes)),
        }
    }

    /// What clang says when it is content.
    fn run(&self, command: &mut Command, source: &Path) -> Result<String, Error> {
        let failed = |what: String| Error::Clang {
            code: codes::clang_refuses,
            source: source.to_owned(),
            what,
        };
        let program = self.program.display();
        let output = command
            .output()
            .map_err(|error| failed(format!("`{program}`: {error}")))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim_end();
        if output.status.success() {
            return Ok(said.to_owned());
        }
        Err(failed(format!(
            "`{program}` failed ({}){}\n{said}",
            output.status,
            hint(said),
        )))
    }
}

/// What to do about the headers that are missing most often.
fn hint(said: &str) -> &'static str {
    if said.contains("'bpf/bpf_") && said.contains("file not found") {
        "; the headers of libbpf are missing: install `libbpf-dev`, or add \
         `.clang_arg(\"-I…\")`:"
    } else if said.contains("'vmlinux.h' file not found") {
        "; add `.vmlinux_h()` to the builder:"
    } else if said.contains("file not found") {
        "; add the folder with `.clang_arg(\"-I…\")`:"
    } else {
        ":"
    }
}

/// A program by path or by its name on `$PATH`.
fn on_path(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    cargo::path()
        .into_iter()
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// The `clang-N` with the largest number.
fn newest() -> Option<PathBuf> {
    cargo::path()
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten())
        .filter_map(|entry| {
            let version = version(&entry.file_name())?;
            Some((version, entry.path()))
        })
        .max()
        .map(|(_, path)| path)
}

fn version(file: &OsStr) -> Option<u32> {
    file.to_str()?.strip_prefix("clang-")?.parse().ok()
}

/// What libbpf's `bpf_tracing.h` calls an architecture.
fn target_arch(arch: &str) -> Option<&'static str> {
    Some(match arch {
        "x86_64" | "x86" => "x86",
        "aarch64" => "arm64",
        "arm" => "arm",
        "s390x" => "s390",
        "powerpc" | "powerpc64" => "powerpc",
        "mips" | "mips64" | "mips32r6" | "mips64r6" => "mips",
        "riscv32" | "riscv64" => "riscv",
        "loongarch64" => "loongarch",
        "sparc" | "sparc64" => "sparc",
        _ => return None,
    })
}

/// The folder of Debian's multiarch headers: the target's, else this machine's, whose
/// `asm/types.h` is the same.
fn multiarch(arch: &str, endian: Endian) -> Option<PathBuf> {
    let triple = |arch: &str| match (arch, endian) {
        ("x86", _) => "i386-linux-gnu".to_owned(),
        ("arm", _) => "arm-linux-gnueabihf".to_owned(),
        ("powerpc64", Endian::Little) => "powerpc64le-linux-gnu".to_owned(),
        ("mips64", Endian::Little) => "mips64el-linux-gnuabi64".to_owned(),
        (arch, _) => format!("{arch}-linux-gnu"),
    };
    [triple(arch), triple(std::env::consts::ARCH)]
        .into_iter()
        .map(|triple| Path::new("/usr/include").join(triple))
        .find(|folder| folder.is_dir())
}

/// The prerequisites of a make rule as clang writes it: `\` before a space, a `#` or a
/// line's end, `$$` for a dollar.
fn dependencies(rule: &str) -> Vec<PathBuf> {
    let Some((_, rest)) = rule.split_once(": ") else {
        return Vec::new();
    };
    let mut files = Vec::new();
    let mut file = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\n')) | ('\\', Some('\r')) => {}
            ('\\', Some(&next @ (' ' | '#'))) => {
                file.push(next);
                chars.next();
            }
            ('$', Some('$')) => {
                file.push('$');
                chars.next();
            }
            (c, _) if c.is_whitespace() => {
                if !file.is_empty() {
                    files.push(PathBuf::from(std::mem::take(&mut file)));
                }
            }
            (c, _) => file.push(c),
        }
    }
    if !file.is_empty() {
        files.push(PathBuf::from(file));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_lists_files_with_spaces_and_dollars() {
        let rule = "out/a.o: src/a\\ b.c \\\n  /usr/include/x.h \\\n  c$$d.h\n";
        let files = ["src/a b.c", "/usr/include/x.h", "c$d.h"].map(PathBuf::from);
        assert_eq!(dependencies(rule), files);
    }

    #[test]
    fn only_numbered_clangs_have_a_version() {
        assert_eq!(version(OsStr::new("clang-19")), Some(19));
        assert_eq!(version(OsStr::new("clang-format-19")), None);
        assert_eq!(version(OsStr::new("clang-cpp")), None);
    }
}
