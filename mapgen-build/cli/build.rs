//! Lists the pages of `docs/errors`, so that adding one is adding a file.
//!
//! `pages` is a link to that folder, because a package has only what is inside of it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
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
