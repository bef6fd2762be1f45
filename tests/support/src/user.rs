//! A crate of a user, outside of the workspace, with mapgen as a dependency.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// The folder of the workspace.
///
/// # Errors
/// When the file system refuses.
pub fn workspace() -> io::Result<std::path::PathBuf> {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize()
}

/// Makes the crate's folder, or keeps the one that is there, with its manifest and the
/// versions of the workspace, so that nothing is downloaded. Crates of one target folder
/// need names of their own, or take each other's outputs for theirs.
///
/// # Errors
/// When the file system refuses.
pub fn create(user: &Path, name: &str) -> io::Result<()> {
    let root = workspace()?;
    fs::create_dir_all(user.join("src"))?;
    fs::copy(root.join("Cargo.lock"), user.join("Cargo.lock"))?;
    let root = root.display();
    put(
        &user.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [workspace]\n\
             [dependencies]\n\
             mapgen-runtime = {{ path = \"{root}/mapgen-runtime\", default-features = false }}\n\
             [build-dependencies]\n\
             mapgen-build = {{ path = \"{root}/mapgen-build\" }}\n\
             [profile.dev]\ndebug = false\n"
        ),
    )
}

/// Cargo in a user's crate; all such crates of one folder share a target folder.
pub fn cargo(user: &Path, command: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args([command, "--quiet", "--offline"])
        .current_dir(user)
        .env("CARGO_TARGET_DIR", user.with_file_name("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS");
    cargo
}

/// Writes a file unless it has this text, so that cargo does not compile it again.
///
/// # Errors
/// When the file system refuses.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text)
}
