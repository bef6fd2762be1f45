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
