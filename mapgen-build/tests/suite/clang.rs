//! Compiles C for tests, and finds the objects that the samples commit.

use std::path::{Path, PathBuf};

pub(crate) const LITTLE: &str = "bpfel";
pub(crate) const BIG: &str = "bpfeb";

/// Compiles C text with `-g`; `None` (and a word about it) without clang.
pub(crate) fn compile(folder: &Path, name: &str, source: &str, target: &str) -> Option<PathBuf> {
    compile_with(folder, name, source, target, &["-g"])
}

/// Compiles C text with these arguments.
pub(crate) fn compile_with(
    folder: &Path,
    name: &str,
    source: &str,
    target: &str,
    arguments: &[&str],
) -> Option<PathBuf> {
    let target = format!("--target={target}");
    let include = format!("-I{}", bpf_folder().display());
    let always = [target.as_str(), "-mcpu=v3", "-w", include.as_str()];
    mapgen_test_support::compile(folder, name, source, &[&always, arguments].concat())
}

/// The text of a source beside the tests.
pub(crate) fn source(name: &str) -> String {
    std::fs::read_to_string(bpf_folder().join(name)).unwrap()
}

fn bpf_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bpf")
}

/// The objects of the samples, of one byte order (`el`, `eb`).
pub(crate) fn sample_objects(order: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../ebpf-samples/objects")
        .join(order);
    if !folder.is_dir() {
        eprintln!("skipped: no sample objects in {}", folder.display());
        return Vec::new();
    }
    objects_in(&folder)
}

fn objects_in(folder: &Path) -> Vec<PathBuf> {
    let mut objects: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "o"))
        .collect();
    objects.sort();
    objects
}

/// The objects of a folder such as the kernel's self-tests, compiled.
pub(crate) fn corpus() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("MAPGEN_CORPUS") else {
        eprintln!("not asked for: set MAPGEN_CORPUS to a folder of objects");
        return Vec::new();
    };
    objects_in(Path::new(&folder))
}

/// C assertions on the size of every struct in a BTF and the place of every member, by
/// `btf-rs` alone.
pub(crate) fn assertions(btf: &[u8]) -> String {
    use btf_rs::{Btf, Type};
    use std::fmt::Write as _;
    let btf = Btf::from_bytes(btf).unwrap();
    let mut text = String::new();
    let mut seen = std::collections::HashSet::new();
    let (first, last) = btf.base().type_id_range();
    for id in first..=last {
        let ty = btf.resolve_type_by_id(id).unwrap();
        let (keyword, composite) = match &ty {
            Type::Struct(composite) => ("struct", composite),
            Type::Union(composite) => ("union", composite),
            // Enumerations share the tags' names.
            Type::Enum(e) => {
                seen.insert(btf.resolve_name(e).unwrap());
                continue;
            }
            _ => continue,
        };
        let name = btf.resolve_name(composite).unwrap();
        // The second of one name is called otherwise in the header.
        // `struct warn_args` holds a `va_list`, which is the machine's own.
        if name.is_empty() || name == "warn_args" || !seen.insert(name.clone()) {
            continue;
        }
        let size = composite.size();
        let _ = writeln!(
            text,
            "_Static_assert(sizeof({keyword} {name}) == {size}, \"{name}\");"
        );
        for member in &composite.members {
            let field = btf.resolve_name(member).unwrap();
            if field.is_empty() || member.bitfield_size().is_some_and(|bits| bits > 0) {
                continue;
            }
            let offset = member.bit_offset() / 8;
            let _ = writeln!(
                text,
                "_Static_assert(__builtin_offsetof({keyword} {name}, {field}) == {offset}, \
                 \"{name}.{field}\");"
            );
        }
    }
    text
}
