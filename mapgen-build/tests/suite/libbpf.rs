//! What mapgen reads is what libbpf reads: maps, sections, variables, programs and
//! every member of every type, in either byte order.

use crate::clang;
use std::path::Path;

use mapgen_test_libbpf::{Opened, differences};

pub(crate) fn agrees(path: &Path) {
    let schema = mapgen_build::read(path, &Default::default()).unwrap();
    let opened = Opened::open(path).expect("libbpf opens it");
    let differences = differences(&schema, &opened);
    assert!(differences.is_empty(), "{path:?}: {differences:#?}");
}

#[test]
fn every_form_of_map_variable_and_program_reads_as_libbpf_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let source = clang::source("everything.bpf.c");
    for target in [clang::LITTLE, clang::BIG] {
        if let Some(object) = clang::compile(folder.path(), "everything", &source, target) {
            agrees(&object);
        }
    }
}

#[test]
fn values_that_belong_to_the_kernel_read_as_libbpf_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let source = clang::source("opaque.bpf.c");
    if let Some(object) = clang::compile(folder.path(), "opaque", &source, clang::LITTLE) {
        agrees(&object);
    }
}

#[test]
fn the_sample_objects_read_as_libbpf_reads_them() {
    for order in ["el", "eb"] {
        clang::sample_objects(order)
            .iter()
            .for_each(|object| agrees(object));
    }
}

/// It is text only where it has no width of its own.
#[test]
fn a_bit_field_of_char_is_a_number_of_its_sign() {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"\nstruct v { char a : 3; char b; };\n\
                struct { __uint(type, ARRAY); __uint(max_entries, 1); __type(key, int); \
                __type(value, struct v); } m SEC(\".maps\");\n";
    for (sign, argument) in [(true, "-fsigned-char"), (false, "-funsigned-char")] {
        let arguments = ["-g", argument];
        let Some(object) =
            clang::compile_with(folder.path(), "chars", text, clang::LITTLE, &arguments)
        else {
            return;
        };
        let schema = mapgen_build::read(&object, &Default::default()).unwrap();
        let opened = Opened::open(&object).expect("libbpf opens it");
        let theirs = opened.btf().unwrap().leaves(opened.maps()[0].value);
        let theirs: Vec<_> = theirs.iter().map(|leaf| (leaf.kind, leaf.signed)).collect();
        let ours = schema.leaves(schema.maps[0].value.unwrap());
        let ours: Vec<_> = ours
            .iter()
            .map(|leaf| (leaf.kind.as_str(), leaf.signed))
            .collect();
        assert_eq!(ours, theirs, "{argument}");
        assert_eq!(theirs[0], ("int", sign));
    }
}

#[test]
fn an_object_with_other_layouts_does_not_agree() {
    let objects = clang::sample_objects("el");
    let object = |name: &str| objects.iter().find(|path| path.ends_with(name));
    let (Some(ours), Some(theirs)) = (object("flow.bpf.o"), object("flow_swapped.bpf.o")) else {
        return;
    };
    let schema = mapgen_build::read(ours, &Default::default()).unwrap();
    let differences = differences(&schema, &Opened::open(theirs).expect("libbpf opens it"));
    let swapped = |name: &str| differences.iter().any(|text| text.contains(name));
    assert!(
        swapped("flow_stats.packets") && swapped("flow_stats.bytes"),
        "{differences:#?}"
    );
}
