//! Lists the pages of `docs/errors`, so that adding one is adding a file.
//!
//! `pages` is a link to that folder, because a package has only what is inside of it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // As it is now: the folder may have been moved, and this program kept.
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| io::Error::other("`CARGO_MANIFEST_DIR` is not set"))?;
    let folder = Path::new(&package).join("pages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    pages.sort();
    let mut list = String::from("&[\n");
    for page in pages {
        let stem = page.file_stem().unwrap_or_default().to_string_lossy();
        if stem.starts_with('M') {
            list += &format!("    ({stem:?}, include_str!({page:?})),\n");
        }
    }
    list += "]\n";
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("`OUT_DIR` is not set"))?;
    fs::write(Path::new(&out).join("pages.rs"), list)
}
