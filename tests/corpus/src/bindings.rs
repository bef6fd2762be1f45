//! Crates of a user, outside of the workspace, that bind the objects and hold libbpf's
//! assertions against them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mapgen_schema::names;
use mapgen_test_support::user::{self, cargo, put};
use serde_json::Value;

use crate::assertions;
use crate::object::Object;

/// Objects in a crate.
const BATCH: usize = 50;

/// What every crate has in `main.rs` before its modules, and its build script.
const MAIN: &str = include_str!("user/main.rs");
const BUILD: &str = include_str!("user/build.rs");

/// A crate whose bindings compile.
pub(crate) struct Crate {
    pub(crate) folder: PathBuf,
    /// By index in the corpus.
    pub(crate) objects: Vec<usize>,
}

/// Writes the crates, to `folder` with a number behind it, and has cargo check them. An
/// object that does not compile is a difference, and left out of what is checked next.
pub(crate) fn compile(folder: &Path, objects: &mut [Object]) -> io::Result<Vec<Crate>> {
    let mut bound: Vec<usize> = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        if object.both().is_some() {
            bound.push(index);
        }
    }
    let batches: Vec<&[usize]> = bound.chunks(BATCH).collect();
    let mut crates = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        println!(
            "expanding and compiling, {} of {}",
            number + 1,
            batches.len()
        );
        let mut user = folder.as_os_str().to_owned();
        user.push(number.to_string());
        let user = PathBuf::from(user);
        let mut left = batch.to_vec();
        loop {
            write(&user, &left, objects)?;
            let failed = check(&user, &left, objects)?;
            if failed.is_empty() {
                break;
            }
            left.retain(|index| !failed.contains(index));
        }
        for &index in &left {
            objects[index].counts.compiled = true;
        }
        crates.push(Crate {
            folder: user,
            objects: left,
        });
    }
    Ok(crates)
}

fn write(user: &Path, batch: &[usize], objects: &mut [Object]) -> io::Result<()> {
    // Cargo tells packages of one name apart by nothing but the times of their files.
    let name = user.file_name().unwrap_or_default().to_string_lossy();
    user::create(user, &name)?;
    let list: String = batch
        .iter()
        .map(|&index| format!("{}\n", objects[index].path.display()))
        .collect();
    put(&user.join("objects"), &list)?;
    put(&user.join("build.rs"), BUILD)?;
    let mut main = MAIN.to_owned();
    let mut calls = String::new();
    for &index in batch {
        let object = &mut objects[index];
        let module = module(index);
        main.push_str(&format!("mod {module};\n"));
        calls.push_str(&format!("    {module}::run({index}, &mut out);\n"));
        let text = bind(object);
        put(&user.join(format!("src/{module}.rs")), &text)?;
    }
    main.push_str(&format!(
        "\nfn run() {{\n    let mut out = Vec::new();\n{calls}    report(out);\n}}\n"
    ));
    put(&user.join("src/main.rs"), &main)
}

/// The name of an object's module.
fn module(index: usize) -> String {
    format!("object{index}")
}

/// The module of an object: its bindings, libbpf's assertions, and `run`.
fn bind(object: &mut Object) -> String {
    let name = object.name.clone();
    let Some((schema, opened)) = object.both() else {
        return String::new();
    };
    let assertions = assertions::of(schema, opened);
    let maps: String = handles(schema)
        .into_iter()
        .map(|(handle, map)| format!("    map!(out, object, bound::{handle}, {map:?});\n"))
        .collect();
    object.counts.types = assertions.types;
    object.counts.assertions = assertions.count;
    let (constants, reads) = (assertions.constants, assertions.reads);
    format!(
        "#[mapgen_runtime::ebpf_map(object = {name:?})]\npub mod bound {{}}\n\n{constants}\n\
         pub fn run(object: usize, out: &mut Vec<String>) {{\n    let before = out.len();\n\
         {reads}    crate::members(out, object, before);\n{maps}}}\n"
    )
}

/// The Rust names of the handles.
fn handles(schema: &mapgen_schema::Schema) -> Vec<(String, &str)> {
    /// What the module itself has.
    const RESERVED: [&str; 7] = [
        "Builder",
        "Loaded",
        "Maps",
        "Open",
        "OpenMaps",
        "OpenPrograms",
        "Programs",
    ];
    let handle = |map: &str| match names::type_name(map) {
        name if RESERVED.contains(&name.as_str()) => format!("{name}Map"),
        name => name,
    };
    schema
        .maps
        .iter()
        .map(|map| (handle(&map.name), map.name.as_str()))
        .collect()
}

/// Has cargo check a crate; the objects that have errors, which are written down.
fn check(user: &Path, batch: &[usize], objects: &mut [Object]) -> io::Result<BTreeSet<usize>> {
    let (success, messages) = self::errors(user)?;
    let mut errors: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for message in messages {
        let text = message["message"].as_str().unwrap_or_default();
        // The text has the place in the user's file, of which spans know only the macro.
        let rendered = message["rendered"].as_str().unwrap_or_default();
        let index = rendered.split_once("src/object").and_then(|(_, rest)| {
            let (number, _) = rest.split_once(".rs:")?;
            number.parse().ok()
        });
        if let Some(index) = index {
            errors.entry(index).or_default().push(text.to_owned());
        }
    }
    let refused = fs::read_to_string(user.join("refused")).unwrap_or_default();
    for line in refused.lines() {
        let Some((number, reason)) = line.split_once('\t') else {
            continue;
        };
        if let Some(&index) = number.parse().ok().and_then(|n: usize| batch.get(n)) {
            // That the macro then finds no schema is no news.
            errors.insert(index, vec![reason.to_owned()]);
        }
    }
    if !success && errors.is_empty() {
        let folder = user.display();
        return Err(io::Error::other(format!(
            "cargo fails in {folder}, and not in an object"
        )));
    }
    for (&index, texts) in &errors {
        let (first, more) = (&texts[0], texts.len() - 1);
        objects[index].differences.push(format!(
            "its bindings do not compile: {first} ({more} more)"
        ));
    }
    Ok(errors.into_keys().collect())
}

/// Whether cargo takes a crate, and the errors of rustc, as it describes them in JSON.
pub(crate) fn errors(user: &Path) -> io::Result<(bool, Vec<Value>)> {
    let output = cargo(user, "check")
        .args(["--message-format=json"])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter_map(|line| {
        let mut line: Value = serde_json::from_str(line).ok()?;
        Some(line["message"].take())
    });
    let errors = lines.filter(|message| message["level"] == "error");
    Ok((output.status.success(), errors.collect()))
}
