//! Layouts: what mapgen reads out of an object, against clang's own constants.

use std::fs;
use std::path::Path;
use std::process::Command;

use mapgen_build::Options;
use mapgen_schema::{Leaf as Ours, Schema};

use crate::tree::{Leaf, Tree};
use crate::truth::{self, Place, Truth};
use crate::{Failure, scalars};

/// Trees in an object.
const BATCH: usize = 100;

/// What came of one tree.
pub(crate) enum Outcome {
    Equal {
        leaves: usize,
        bit_fields: usize,
        /// Whether the host lays it out as the BPF target does.
        as_on_host: bool,
    },
    /// BTF cannot say it, and the message says so.
    Unsayable,
    Failed(Failure),
}

/// Compares trees, with files in `folder`.
pub(crate) fn compare(clang: &str, folder: &Path, trees: &[Tree]) -> Vec<Outcome> {
    fs::create_dir_all(folder).expect("a folder for objects");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let batches: Vec<&[Tree]> = trees.chunks(BATCH).collect();
    let share = batches.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = batches
            .chunks(share)
            .map(|batches| {
                scope.spawn(move || {
                    let batch = |batch: &&[Tree]| self::batch(clang, folder, batch);
                    batches.iter().flat_map(batch).collect::<Vec<Outcome>>()
                })
            })
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
        threads.into_iter().flat_map(join).collect()
    })
}

fn batch(clang: &str, folder: &Path, trees: &[Tree]) -> Vec<Outcome> {
    let sayable: Vec<&Tree> = trees
        .iter()
        .filter(|tree| tree.unsayable.is_none())
        .collect();
    let mut outcomes = several(clang, folder, &sayable).into_iter();
    trees
        .iter()
        .map(|tree| match &tree.unsayable {
            Some(member) => refused(clang, folder, tree, member),
            None => outcomes.next().expect("one for each tree"),
        })
        .collect()
}

/// Trees of one object; where that fails as a whole, its halves.
fn several(clang: &str, folder: &Path, trees: &[&Tree]) -> Vec<Outcome> {
    match (together(clang, folder, trees), trees) {
        (Ok(outcomes), _) => outcomes,
        (Err(what), [tree]) => vec![Outcome::Failed(Failure::new(tree, what))],
        (Err(_), _) => {
            let (one, other) = trees.split_at(trees.len() / 2);
            let mut outcomes = several(clang, folder, one);
            outcomes.extend(several(clang, folder, other));
            outcomes
        }
    }
}

fn together(clang: &str, folder: &Path, trees: &[&Tree]) -> Result<Vec<Outcome>, String> {
    let Some(first) = trees.first() else {
        return Ok(Vec::new());
    };
    let name = format!("{}_{}", first.seed, trees.len());
    let schema = read(&object(clang, folder, trees, &name)?)?;
    let truth = |target: &str| -> Result<Vec<Truth>, String> {
        let file = folder.join(format!("{name}.truth.c"));
        fs::write(&file, truth::source(trees)).map_err(|error| error.to_string())?;
        let object = file.with_extension("o");
        run_clang(clang, &["-O0", target, "-c"], &file, &object)?;
        let truths = truth::read(&object, trees);
        fs::remove_file(object).ok();
        fs::remove_file(file).ok();
        Ok(truths)
    };
    let (bpf, host) = (truth("--target=bpfel")?, truth("-g0")?);
    let outcomes = trees.iter().zip(bpf.iter().zip(&host));
    Ok(outcomes
        .map(
            |(tree, (bpf, host))| match differences(&schema, tree, bpf) {
                differences if differences.is_empty() => Outcome::Equal {
                    leaves: bpf.leaves.len(),
                    bit_fields: tree
                        .leaves()
                        .iter()
                        .filter(|leaf| leaf.bits.is_some())
                        .count(),
                    as_on_host: bpf == host,
                },
                differences => Outcome::Failed(Failure::new(tree, differences.join("\n"))),
            },
        )
        .collect())
}

/// The BPF object of these trees' maps.
pub(crate) fn object(
    clang: &str,
    folder: &Path,
    trees: &[&Tree],
    name: &str,
) -> Result<std::path::PathBuf, String> {
    let mut source = String::from(scalars::TYPEDEFS);
    source.extend(trees.iter().map(|tree| tree.with_map()));
    let file = folder.join(format!("{name}.bpf.c"));
    let object = folder.join(format!("{name}.bpf.o"));
    fs::write(&file, source).map_err(|error| error.to_string())?;
    run_clang(
        clang,
        &["-O2", "-g", "--target=bpfel", "-c"],
        &file,
        &object,
    )?;
    Ok(object)
}

pub(crate) fn run_clang(
    clang: &str,
    arguments: &[&str],
    file: &Path,
    object: &Path,
) -> Result<(), String> {
    let output = Command::new(clang)
        .args(arguments)
        .args(["-w", "-o"])
        .args([object, file])
        .output()
        .map_err(|error| format!("{clang}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "clang refuses it: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn read(object: &Path) -> Result<Schema, String> {
    let read = || mapgen_build::read(object, &Options::default());
    match std::panic::catch_unwind(read) {
        Ok(schema) => schema.map_err(|error| format!("mapgen refuses it: {error}")),
        Err(_) => Err("reading it panics".to_owned()),
    }
}

/// A tree for whose member BTF has no type: the message has to name it and to say so.
fn refused(clang: &str, folder: &Path, tree: &Tree, member: &str) -> Outcome {
    let said = object(clang, folder, &[tree], &format!("{}_refused", tree.seed))
        .and_then(|object| read(&object));
    match said {
        Err(said) if said.contains(&format!("member `{member}`")) && said.contains("BTF") => {
            Outcome::Unsayable
        }
        Err(said) => Outcome::Failed(Failure::new(
            tree,
            format!("BTF has no type for `{member}`, and the message is: {said}"),
        )),
        // Later releases of clang may say it.
        Ok(_) => several(clang, folder, &[tree]).remove(0),
    }
}

/// What is not as clang has it.
fn differences(schema: &Schema, tree: &Tree, truth: &Truth) -> Vec<String> {
    let Some(map) = schema.map(&tree.map()) else {
        return vec!["its map is not there".to_owned()];
    };
    let Some(value) = map.value else {
        return vec!["its map has no value type".to_owned()];
    };
    let mut found = Vec::new();
    if tree.is_key && map.key != map.value {
        found.push("the key's type is not the value's".to_owned());
    }
    for (what, size) in [
        ("type", schema.size(value)),
        ("value", map.value_size.into()),
    ] {
        if size != truth.size {
            found.push(format!("{what}: clang {} bytes, mapgen {size}", truth.size));
        }
    }
    let (leaves, ours) = (tree.leaves(), schema.leaves(value));
    for ((leaf, place), ours) in leaves.iter().zip(&truth.leaves).zip(&ours) {
        let (theirs, ours) = (describe(leaf, place), describe_ours(ours));
        if theirs != ours {
            found.push(format!("clang  {theirs}\nmapgen {ours}"));
        }
    }
    if leaves.len() != ours.len() {
        found.push(format!(
            "clang {} leaves, mapgen {}",
            leaves.len(),
            ours.len()
        ));
    }
    found
}

fn describe(leaf: &Leaf, place: &Place) -> String {
    line(&leaf.path(), leaf.kind().as_str(), place, &leaf.dims())
}

fn describe_ours(leaf: &Ours) -> String {
    let place = Place {
        bit_offset: leaf.bit_offset,
        bits: leaf.bits,
        signed: leaf.signed,
        strides: leaf.strides.clone(),
    };
    line(&leaf.path, leaf.kind.as_str(), &place, &leaf.dims)
}

fn line(path: &str, kind: &str, place: &Place, dims: &[u32]) -> String {
    let Place {
        bit_offset,
        bits,
        signed,
        strides,
    } = place;
    format!(
        "`{path}` {kind} at bit {bit_offset}, {bits} bits, signed {signed}, \
         dimensions {dims:?} of {strides:?} bytes"
    )
}
