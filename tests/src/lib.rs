//! What the workspace tests share: a throw-away crate that uses mapgen as a user's would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package is nested in the workspace")
}

/// A crate of a user, outside the workspace, with mapgen as a dependency.
pub struct UserCrate {
    folder: TempDir,
    name: String,
}

impl UserCrate {
    /// An empty crate; `files` are its files by path, `Cargo.toml` not among them.
    ///
    /// # Panics
    /// When the file system refuses: this is a test.
    pub fn new(files: &[(&str, &str)]) -> Self {
        // Crates of one name would take each other's outputs for their own.
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("user{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().expect("a temporary folder");
        mapgen_test_support::user::create(folder.path(), &name).expect("a manifest");
        let new = Self { folder, name };
        for (path, text) in files {
            new.write(path, text);
        }
        new
    }

    /// The program that `cargo build` makes of `src/main.rs`.
    pub fn program(&self) -> PathBuf {
        workspace()
            .join("target/user-crates/debug")
            .join(&self.name)
    }

    /// The absolute path of a file in the crate.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, with a modification time later than any before.
    ///
    /// # Panics
    /// When the file system refuses.
    pub fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder");
        fs::write(path, contents).expect("a file");
    }

    /// Runs cargo in the crate. Its target folder is shared by all such crates, so that
    /// dependencies are built once.
    ///
    /// # Panics
    /// When cargo cannot be started.
    pub fn cargo(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .args(args)
            .arg("--offline")
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", workspace().join("target/user-crates"))
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo starts")
    }
}
