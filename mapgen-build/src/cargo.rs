//! The one place that reads the environment and prints lines for cargo.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mapgen_schema::{Endian, codes};

use crate::error::Error;

/// What cargo tells a build script.
pub(crate) struct Cargo {
    pub(crate) out_dir: PathBuf,
    pub(crate) endian: Endian,
    /// `x86_64`, `aarch64`, …
    pub(crate) arch: String,
}

impl Cargo {
    /// # Errors
    /// Outside a build script.
    pub(crate) fn from_env() -> Result<Self, Error> {
        let missing = |name: &str| {
            Error::Usage(
                codes::outside_build_script,
                format!(
                    "`{name}` is not set: `Builder::generate` runs in a build script (`build.rs`), \
                 where cargo sets it; elsewhere use `mapgen_build::read`"
                ),
            )
        };
        let out_dir = env::var_os("OUT_DIR").ok_or_else(|| missing("OUT_DIR"))?;
        let endian = match env::var("CARGO_CFG_TARGET_ENDIAN") {
            Ok(endian) if endian == "big" => Endian::Big,
            Ok(_) => Endian::Little,
            Err(_) => return Err(missing("CARGO_CFG_TARGET_ENDIAN")),
        };
        Ok(Self {
            out_dir: PathBuf::from(out_dir),
            endian,
            arch: env::var("CARGO_CFG_TARGET_ARCH")
                .map_err(|_| missing("CARGO_CFG_TARGET_ARCH"))?,
        })
    }

    /// Runs the build script again when a file or folder changes. Nothing under
    /// `OUT_DIR`: cargo would see its own writes and run for ever.
    pub(crate) fn rerun_if_changed(&self, path: &Path) {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if !absolute.starts_with(&self.out_dir) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }

    pub(crate) fn rerun_if_env_changed(&self, name: &str) {
        println!("cargo::rerun-if-env-changed={name}");
    }

    pub(crate) fn warning(&self, text: &str) {
        for line in text.lines() {
            println!("cargo::warning={line}");
        }
    }
}

/// What takes the layouts of now into the layout lock.
pub(crate) const ACCEPT: &str = "MAPGEN_ACCEPT";

/// Whether `$MAPGEN_ACCEPT` says so.
///
/// # Errors
/// When it says neither yes nor no.
pub(crate) fn accepts() -> Result<bool, Error> {
    match env::var_os(ACCEPT) {
        None => Ok(false),
        Some(value) if value.is_empty() || value == "0" => Ok(false),
        Some(value) if value == "1" => Ok(true),
        Some(value) => Err(Error::Usage(
            codes::usage,
            format!(
                "`{ACCEPT}` is `{}`: `{ACCEPT}=1` writes the layout lock",
                value.to_string_lossy()
            ),
        )),
    }
}

/// `$CLANG`, unless it is empty.
pub(crate) fn clang() -> Option<OsString> {
    env::var_os("CLANG").filter(|clang| !clang.is_empty())
}

/// The folders of `$PATH`.
pub(crate) fn path() -> Vec<PathBuf> {
    env::var_os("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect())
}
