//! Values: what C writes is what the bindings read, and the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use mapgen_test_support::user::{self, cargo, put};

use crate::tree::Tree;
use crate::{Failure, layouts, scalars, statements};

/// Trees in an object, which is a binary of the user's crate: cargo compiles some of them
/// at a time.
const BATCH: usize = 25;

/// What came of it.
#[derive(Default)]
pub(crate) struct Values {
    /// Trees whose values are equal both ways.
    pub(crate) equal: usize,
    /// Elements that were read and written.
    pub(crate) elements: usize,
    pub(crate) failures: Vec<Failure>,
}

/// Trees of one object.
struct Batch<'a> {
    /// Of the object and of the binary.
    name: String,
    trees: Vec<&'a Tree>,
}

/// Takes values of these trees, which are laid out on the host as for BPF, end to end.
///
/// # Errors
/// When the file system refuses, or cargo fails for another reason than a tree.
pub(crate) fn compare(clang: &str, folder: &Path, trees: &[&Tree]) -> io::Result<Values> {
    let user = folder.join("user");
    fs::create_dir_all(folder)?;
    user::create(&user, "user")?;
    let mut values = Values::default();
    let mut left: Vec<Vec<&Tree>> = trees.chunks(BATCH).map(<[_]>::to_vec).collect();
    // Of what fails as a whole, the halves are tried.
    for round in 0.. {
        if left.is_empty() {
            break;
        }
        let batches: Vec<Batch> = left
            .drain(..)
            .enumerate()
            .map(|(number, trees)| Batch {
                name: format!("b{round}_{number}"),
                trees,
            })
            .collect();
        let errors = build(clang, &user, &batches)?;
        for batch in &batches {
            match (errors.get(&batch.name), &batch.trees[..]) {
                (None, _) => run(clang, &user, batch, &mut values)?,
                (Some(error), [tree]) => {
                    values.failures.push(Failure::new(tree, error.clone()));
                }
                (Some(_), trees) => {
                    let (one, other) = trees.split_at(trees.len() / 2);
                    left.extend([one.to_vec(), other.to_vec()]);
                }
            }
        }
    }
    Ok(values)
}

/// Has cargo build the binaries of all batches; what it says of those that fail.
fn build(clang: &str, user: &Path, batches: &[Batch]) -> io::Result<BTreeMap<String, String>> {
    let (objects, bins) = (user.join("objects"), user.join("src/bin"));
    for folder in [&objects, &bins] {
        fs::create_dir_all(folder)?;
    }
    put(&user.join("build.rs"), include_str!("user/build.rs"))?;
    put(&user.join("src/run.rs"), include_str!("user/run.rs"))?;
    let mut list = String::new();
    let mut names = BTreeSet::new();
    for Batch { name, trees } in batches {
        let object = layouts::object(clang, &objects, trees, name).map_err(io::Error::other)?;
        let _ = writeln!(list, "{}", object.display());
        put(&bins.join(format!("{name}.rs")), &binary(name, trees))?;
        names.insert(format!("{name}.rs"));
    }
    put(&user.join("list"), &list)?;
    for file in fs::read_dir(&bins)? {
        let file = file?;
        if !names.contains(&*file.file_name().to_string_lossy()) {
            fs::remove_file(file.path())?;
        }
    }
    let output = cargo(user, "build").args(["--keep-going"]).output()?;
    let mut errors = BTreeMap::new();
    for line in fs::read_to_string(user.join("refused"))?.lines() {
        let (name, reason) = line.split_once('\t').unwrap_or_default();
        errors.insert(name.to_owned(), format!("mapgen refuses it: {reason}"));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    for Batch { name, .. } in batches {
        let failed = said.contains(&format!("could not compile `user` (bin \"{name}\")"));
        if failed && !errors.contains_key(name) {
            let from = said.find("error").unwrap_or(0);
            let text: String = said[from..].chars().take(4000).collect();
            errors.insert(name.clone(), format!("its bindings do not compile: {text}"));
        }
    }
    if !output.status.success() && errors.is_empty() {
        return Err(io::Error::other(format!("cargo fails: {said}")));
    }
    Ok(errors)
}

/// The text of a batch's binary.
fn binary(name: &str, trees: &[&Tree]) -> String {
    let mut text = format!(
        "#![allow(warnings)]\n#[mapgen_runtime::ebpf_map(object = {name:?})]\npub mod bound {{}}\n\
         include!(\"../run.rs\");\n"
    );
    let mut calls = String::new();
    for tree in trees {
        text.push_str(&statements::rust(tree));
        let _ = writeln!(calls, "    tree_{}(run);", tree.seed);
    }
    let _ = writeln!(text, "fn trees(run: &mut Run) {{\n{calls}}}");
    text
}

/// Has C write, Rust read and write again.
fn run(clang: &str, user: &Path, batch: &Batch, values: &mut Values) -> io::Result<()> {
    let Batch { name, trees } = batch;
    let printed = print(clang, &user.join("objects"), batch)?;
    let output = Command::new(user.with_file_name("target/debug").join(name))
        .arg(&printed)
        .stderr(Stdio::inherit())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut wrong: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for line in said.lines() {
        match line.split('\t').collect::<Vec<_>>()[..] {
            ["wrong", tree, what, c, rust] => {
                let seed = tree.parse().unwrap_or_default();
                let text = format!("{what}: C {c}, Rust {rust}");
                wrong.entry(seed).or_default().push(text);
            }
            ["elements", count] => values.elements += count.parse().unwrap_or(0),
            _ => {}
        }
    }
    if !output.status.success() {
        let all = trees.iter().map(|tree| tree.seed.to_string());
        let all = all.collect::<Vec<_>>().join(", ");
        return Err(io::Error::other(format!("reading the trees {all} fails")));
    }
    for tree in trees {
        match wrong.remove(&tree.seed) {
            None => values.equal += 1,
            Some(found) => values
                .failures
                .push(Failure::new(tree, named(tree, &found))),
        }
    }
    Ok(())
}

/// What differs, with elements by their C names.
fn named(tree: &Tree, found: &[String]) -> String {
    let elements = statements::elements(tree);
    let mut text = String::new();
    for line in found.iter().take(10) {
        let number = line
            .strip_prefix("read ")
            .and_then(|rest| rest.split_once(':')?.0.parse::<usize>().ok());
        if let Some(element) = number.and_then(|number| elements.get(number)) {
            let _ = write!(text, "\n`{}` ", element.path());
        }
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Compiles and runs what C has to say of a batch; the file with it.
fn print(clang: &str, folder: &Path, batch: &Batch) -> io::Result<std::path::PathBuf> {
    let Batch { name, trees } = batch;
    let mut source = format!("{}{}", include_str!("values.h"), scalars::TYPEDEFS);
    let mut calls = String::new();
    for tree in trees {
        source.push_str(&tree.source);
        source.push_str(&statements::c(tree));
        let _ = writeln!(calls, "    tree_{}();", tree.seed);
    }
    let _ = writeln!(source, "int main(void)\n{{\n{calls}    return 0;\n}}");
    let (file, program) = (folder.join(format!("{name}.c")), folder.join(name));
    let printed = folder.join(format!("{name}.printed"));
    fs::write(&file, source)?;
    // As written, member by member: no optimisation.
    layouts::run_clang(clang, &["-O0"], &file, &program).map_err(io::Error::other)?;
    let status = Command::new(&program)
        .stdout(fs::File::create(&printed)?)
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("{}: {status}", program.display())));
    }
    Ok(printed)
}
