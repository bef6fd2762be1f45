//! Every object of a folder through mapgen, compared with libbpf.
//!
//! 1. `object` reads an object by mapgen and by libbpf, and compares;
//! 2. `inspect` runs `mapgen inspect --json` on it and compares again, leaf by leaf;
//! 3. `witness` compares with clang's DWARF, which `dwarf` reads from the object as it was
//!    before it was stripped;
//! 4. `assertions` writes what libbpf says of every type as Rust;
//! 5. `bindings` makes crates of a user out of that, and has cargo compile them;
//! 6. `kernel` runs them: they create every map and take it through the load gate;
//! 7. `table` prints what came of it.
//!
//! ```text
//! mapgen-corpus FOLDER [--sample FILE | --peers PAGE]
//! ```
//! reads `FOLDER/objects` (those that FILE names) and writes crates to `FOLDER/crates`.
//! `tests/corpus/build-objects` fills the folder; `./run corpus` does both. With `--peers`,
//! `peers` takes the same objects through libbpf-cargo, and `report` writes a page with what
//! came of that and the table of the last whole run.

#![forbid(unsafe_code)]

mod assertions;
mod bindings;
mod dwarf;
mod inspect;
mod kernel;
mod object;
mod peers;
mod report;
mod table;
mod witness;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use object::Object;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).map(PathBuf::from).collect();
    let option = |at: usize| arguments.get(at).and_then(|option| option.to_str());
    let done = match (&arguments[..], option(1)) {
        ([folder], _) => run(folder, None),
        ([folder, _, file], Some("--sample")) => run(folder, Some(file)),
        ([folder, _, page], Some("--peers")) => compare_peers(folder, page).map(|()| true),
        _ => {
            eprintln!("mapgen-corpus: usage: mapgen-corpus FOLDER [--sample FILE | --peers PAGE]");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("mapgen-corpus: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything is as it should be.
fn run(folder: &Path, sample: Option<&Path>) -> io::Result<bool> {
    mapgen_test_libbpf::quiet();
    let folder = &fs::canonicalize(folder)?;
    let mut objects: Vec<Object> = paths(folder, sample)?
        .iter()
        .map(|path| Object::read(path))
        .collect();
    println!("{} objects read", objects.len());
    for object in &mut objects {
        inspect::compare(object)?;
    }
    println!("`mapgen inspect --json` compared");
    for object in &mut objects {
        object.compare_with_dwarf(&folder.join("unstripped"));
    }
    println!("DWARF compared");
    let name = if sample.is_some() { "sample" } else { "batch" };
    let crates = bindings::compile(&folder.join("crates").join(name), &mut objects)?;
    kernel::run(&crates, &mut objects)?;
    let table = table::Table(&objects).to_string();
    print!("{table}");
    if sample.is_none() {
        fs::write(folder.join(report::TABLE), table)?;
    }
    Ok(objects.iter().all(|object| object.differences.is_empty()))
}

/// Takes the objects of the last whole run through libbpf-cargo, and writes the page.
fn compare_peers(folder: &Path, page: &Path) -> io::Result<()> {
    mapgen_test_libbpf::quiet();
    let folder = &fs::canonicalize(folder)?;
    let paths = paths(folder, None)?;
    let named = peers::run(folder, &paths, None)?;
    let renamed = peers::run(folder, &paths, Some(&named))?;
    report::write(page, folder, &named, &renamed)?;
    println!("written: {}", page.display());
    Ok(())
}

/// The objects of the corpus; with a sample, only those self-tests that it names.
fn paths(folder: &Path, sample: Option<&Path>) -> io::Result<Vec<PathBuf>> {
    let sample = sample.map(fs::read_to_string).transpose()?;
    let chosen = |file: &str| match (&sample, file.strip_suffix(".bpf.o")) {
        (Some(sample), Some(test)) => sample.lines().any(|name| name == test),
        // What is shipped is little.
        _ => file.ends_with(".o"),
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder.join("objects"))? {
        let path = entry?.path();
        if chosen(&path.file_name().unwrap_or_default().to_string_lossy()) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
