//! One object, by mapgen and by libbpf.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use mapgen_schema::Schema;
use mapgen_test_libbpf::{Opened, differences};

use crate::dwarf::Dwarf;
use crate::witness;

/// Types that BTF has and DWARF has not: no variable, parameter or member is of them, they
/// are named by `bpf_core_type_matches`, `bpf_core_type_id_kernel` and the like alone, which
/// are relocations in `.BTF.ext`.
const ONLY_IN_BTF: [(&str, &[&str]); 3] = [
    ("test_core_reloc_kernel", &["task_struct___local"]),
    (
        "test_core_reloc_type_based",
        &[
            "a_struct",
            "a_complex_struct",
            "a_union",
            "anon_struct_typedef",
            "enum_typedef",
        ],
    ),
    ("verifier_bpf_fastcall", &["__s32", "bpf_attr"]),
];

/// One object, and what became of it.
pub(crate) struct Object {
    pub(crate) path: PathBuf,
    /// As `#[ebpf_map(object = "…")]` names it.
    pub(crate) name: String,
    /// Or why libbpf refuses it.
    pub(crate) opened: io::Result<Opened>,
    /// Why mapgen refuses it.
    pub(crate) schema: Result<Schema, String>,
    /// Which limit of the kernel it breaks, though it can be read.
    pub(crate) over_limit: Option<String>,
    /// Whether the kernel refuses its BTF as a whole; libbpf then creates maps without.
    pub(crate) btf_refused: bool,
    /// Numbers, for the table.
    pub(crate) counts: Counts,
    /// In what mapgen and libbpf, or bindings and kernel, differ.
    pub(crate) differences: Vec<String>,
    /// Maps that the kernel did not create, with its reason.
    pub(crate) not_created: Vec<(String, String)>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) maps: usize,
    pub(crate) sections: usize,
    pub(crate) struct_ops: usize,
    pub(crate) variables: usize,
    pub(crate) programs: usize,
    /// Structs, unions and enums that have Rust types and assertions.
    pub(crate) types: usize,
    /// Assertions on sizes and offsets.
    pub(crate) assertions: usize,
    /// Scalars of keys, values and variables.
    pub(crate) leaves: usize,
    /// Whether there is DWARF of it.
    pub(crate) dwarf: bool,
    /// Types that were compared with DWARF.
    pub(crate) dwarf_types: usize,
    /// Types that only BTF has.
    pub(crate) not_in_dwarf: usize,
    /// Members and enumerators of those that were compared.
    pub(crate) dwarf_members: usize,
    /// Whether its bindings were expanded and compiled, with every assertion.
    pub(crate) compiled: bool,
    /// Members that were read through the bindings out of bytes set by libbpf's numbers.
    pub(crate) members_read: usize,
    /// Maps that the kernel created from `SPEC`.
    pub(crate) created: usize,
    /// Of those, the ones whose members the load gate compared.
    pub(crate) proven: usize,
    /// Maps created of libbpf's numbers that passed the load gate.
    pub(crate) passed: usize,
    /// Of those, the ones whose members it compared.
    pub(crate) passed_members: usize,
}

impl Object {
    pub(crate) fn read(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.split('.').next().unwrap_or_default().to_owned();
        let read = catch_unwind(|| mapgen_build::read(path, &Default::default()));
        let mut object = Self {
            path: path.to_owned(),
            name,
            opened: Opened::open(path),
            schema: Err(String::new()),
            over_limit: None,
            btf_refused: false,
            counts: Counts::default(),
            differences: Vec::new(),
            not_created: Vec::new(),
        };
        object.schema = match read {
            Ok(schema) => schema.map_err(|error| error.to_string()),
            Err(_) => {
                object.differences.push("reading it panics".to_owned());
                Err("a panic".to_owned())
            }
        };
        object.compare();
        object
    }

    fn compare(&mut self) {
        let Ok(opened) = &self.opened else { return };
        let maps = opened.maps();
        let counts = &mut self.counts;
        counts.struct_ops = maps.iter().filter(|map| map.is_struct_ops()).count();
        counts.sections = maps.iter().filter(|map| map.internal).count();
        counts.maps = maps.iter().filter(|map| map.is_declared()).count();
        counts.programs = opened.programs().len();
        match &self.schema {
            Ok(schema) => {
                let compare = AssertUnwindSafe(|| differences(schema, opened));
                self.differences.extend(
                    catch_unwind(compare)
                        .unwrap_or_else(|_| vec!["the comparison panics".to_owned()]),
                );
                self.over_limit = mapgen_build::check(schema)
                    .err()
                    .map(|error| error.to_string());
            }
            Err(reason) => self
                .differences
                .push(format!("libbpf opens it, mapgen does not: {reason}")),
        }
    }

    /// Compares with the object of the same name in a folder, which has DWARF. There is
    /// none of what a package ships.
    pub(crate) fn compare_with_dwarf(&mut self, folder: &Path) {
        let (Ok(schema), Some(file), false) =
            (&self.schema, self.path.file_name(), self.is_shipped())
        else {
            return;
        };
        match Dwarf::read(&folder.join(file)) {
            Ok(dwarf) => {
                let compared = witness::compare(schema, &dwarf);
                self.counts.dwarf = true;
                self.counts.dwarf_types = compared.types;
                self.counts.dwarf_members = compared.members;
                self.differences.extend(compared.differences);
                let known = ONLY_IN_BTF.iter().find(|(object, _)| *object == self.name);
                let known = known.map_or(&[][..], |(_, types)| *types);
                if compared.missing != known {
                    let missing = compared.missing.join(", ");
                    self.differences.push(format!("not in DWARF: {missing}"));
                }
                self.counts.not_in_dwarf = compared.missing.len();
            }
            Err(why) => self.differences.push(format!("its DWARF: {why}")),
        }
    }

    /// Both sides of an object that both read.
    pub(crate) fn both(&self) -> Option<(&Schema, &Opened)> {
        Some((self.schema.as_ref().ok()?, self.opened.as_ref().ok()?))
    }

    /// Whether it is one that a package ships, rather than a self-test.
    pub(crate) fn is_shipped(&self) -> bool {
        !self.path.to_string_lossy().ends_with(".bpf.o")
    }
}
