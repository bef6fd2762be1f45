//! What mapgen reads is what libbpf reads: maps, sections, variables, programs and
//! every member of every type, in either byte order.

use crate::clang;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char};
use std::path::Path;

use libbpf_rs::libbpf_sys as sys;
use mapgen_schema::{Pinning, Schema, Type, TypeId};

/// An object that libbpf opened but did not load.
struct Opened(*mut sys::bpf_object);

impl Opened {
    fn open(path: &Path) -> Self {
        let opened = Self::try_open(path);
        assert!(!opened.0.is_null(), "libbpf does not open {path:?}");
        opened
    }

    fn try_open(path: &Path) -> Self {
        let path = CString::new(path.to_str().unwrap()).unwrap();
        // SAFETY: the path is a C string; libbpf copies what it keeps.
        Self(unsafe { sys::bpf_object__open(path.as_ptr()) })
    }

    fn opens(path: &Path) -> bool {
        !Self::try_open(path).0.is_null()
    }

    fn maps(&self) -> Vec<*mut sys::bpf_map> {
        let mut maps = Vec::new();
        let mut map = std::ptr::null_mut();
        loop {
            // SAFETY: the object is open, `map` is one of its maps or null.
            map = unsafe { sys::bpf_object__next_map(self.0, map) };
            if map.is_null() {
                return maps;
            }
            maps.push(map);
        }
    }

    fn programs(&self) -> Vec<*mut sys::bpf_program> {
        let mut programs = Vec::new();
        let mut program = std::ptr::null_mut();
        loop {
            // SAFETY: the object is open, `program` is one of its programs or null.
            program = unsafe { sys::bpf_object__next_program(self.0, program) };
            if program.is_null() {
                return programs;
            }
            programs.push(program);
        }
    }

    fn btf(&self) -> Btf {
        // SAFETY: the object is open and outlives the BTF.
        Btf(unsafe { sys::bpf_object__btf(self.0) })
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: opened above, closed once; libbpf takes null.
        unsafe { sys::bpf_object__close(self.0) };
    }
}

/// A string that libbpf owns.
fn text(text: *const c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: libbpf's names are C strings that live as long as the object.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

struct Btf(*const sys::btf);

impl Btf {
    fn ty(&self, id: u32) -> &sys::btf_type {
        // SAFETY: the BTF is that of an open object; an unknown id gives null.
        unsafe { sys::btf__type_by_id(self.0, id).as_ref() }.expect("a type with this id")
    }

    fn name(&self, offset: u32) -> String {
        // SAFETY: as above; the string is owned by the BTF.
        text(unsafe { sys::btf__name_by_offset(self.0, offset) })
    }

    fn find(&self, name: &str, kind: u32) -> u32 {
        let name = CString::new(name).unwrap();
        // SAFETY: as above.
        let id = unsafe { sys::btf__find_by_name_kind(self.0, name.as_ptr(), kind) };
        u32::try_from(id).unwrap_or_else(|_| panic!("{name:?} is in the BTF"))
    }

    /// What follows a type's three words, as entries of `N` words.
    fn entries<const N: usize>(&self, ty: &sys::btf_type) -> Vec<[u32; N]> {
        let count = (ty.info & 0xffff) as usize;
        let start = std::ptr::from_ref(ty).wrapping_add(1).cast::<[u32; N]>();
        // SAFETY: libbpf checked that `vlen` entries follow a type of such a kind.
        unsafe { std::slice::from_raw_parts(start, count) }.to_vec()
    }

    fn third(&self, ty: &sys::btf_type) -> u32 {
        // SAFETY: both fields of the union are a `u32`.
        unsafe { ty.__bindgen_anon_1.size }
    }

    /// Behind qualifiers and type tags.
    fn unqualified(&self, mut id: u32) -> u32 {
        while id != 0
            && matches!(
                self.kind(id),
                sys::BTF_KIND_CONST
                    | sys::BTF_KIND_VOLATILE
                    | sys::BTF_KIND_RESTRICT
                    | sys::BTF_KIND_TYPE_TAG
            )
        {
            id = self.third(self.ty(id));
        }
        id
    }

    fn kind(&self, id: u32) -> u32 {
        (self.ty(id).info >> 24) & 0x1f
    }

    fn size(&self, id: u32) -> u64 {
        // SAFETY: as above.
        u64::try_from(unsafe { sys::btf__resolve_size(self.0, id) }).unwrap()
    }

    /// Asserts that a type of the schema is what libbpf has under an id.
    fn same(&self, schema: &Schema, id: TypeId, theirs: u32, seen: &mut BTreeMap<u32, TypeId>) {
        let theirs = self.unqualified(theirs);
        if seen.insert(theirs, id).is_some() {
            return;
        }
        let ty = self.ty(theirs);
        let name = self.name(ty.name_off);
        if self.kind(theirs) != sys::BTF_KIND_PTR {
            assert_eq!(schema.size(id), self.size(theirs), "size of {name}");
        }
        match (self.kind(theirs), schema.ty(id)) {
            (
                sys::BTF_KIND_INT | sys::BTF_KIND_FLOAT,
                Type::Int { name: ours, .. } | Type::Float { name: ours, .. },
            ) => {
                assert_eq!(*ours, name);
            }
            (sys::BTF_KIND_PTR, Type::Pointer { .. }) => {}
            (sys::BTF_KIND_TYPEDEF, Type::Typedef { name: ours, target }) => {
                assert_eq!(*ours, name);
                self.same(schema, *target, self.third(ty), seen);
            }
            (sys::BTF_KIND_ARRAY, Type::Array { element, count }) => {
                let start = std::ptr::from_ref(ty).wrapping_add(1).cast::<[u32; 3]>();
                // SAFETY: libbpf checked that an array's three words follow.
                let [inner, _, elements] = unsafe { *start };
                assert_eq!(*count, elements);
                self.same(schema, *element, inner, seen);
            }
            (sys::BTF_KIND_STRUCT | sys::BTF_KIND_UNION, Type::Composite(composite)) => {
                assert_eq!(composite.name.clone().unwrap_or_default(), name);
                assert_eq!(composite.union, self.kind(theirs) == sys::BTF_KIND_UNION);
                let members = self.entries::<3>(ty);
                assert_eq!(composite.members.len(), members.len());
                for (ours, [member, inner, offset]) in composite.members.iter().zip(members) {
                    assert_eq!(ours.name.clone().unwrap_or_default(), self.name(member));
                    let (offset, bits) = match ty.info >> 31 {
                        1 => (
                            offset & 0xff_ffff,
                            Some(offset >> 24).filter(|bits| *bits > 0),
                        ),
                        _ => (offset, None),
                    };
                    assert_eq!(ours.bit_offset, u64::from(offset), "{name}.{:?}", ours.name);
                    assert_eq!(ours.bitfield, bits, "{name}.{:?}", ours.name);
                    self.same(schema, ours.ty, inner, seen);
                }
            }
            (sys::BTF_KIND_ENUM, Type::Enum(ours)) => {
                let variants: Vec<_> = self
                    .entries::<2>(ty)
                    .into_iter()
                    .map(|[name, value]| {
                        (
                            self.name(name),
                            match ours.signed {
                                true => i128::from(value as i32),
                                false => i128::from(value),
                            },
                        )
                    })
                    .collect();
                assert_eq!(ours.variants, variants);
                assert_eq!(u32::from(ours.signed), ty.info >> 31);
            }
            (sys::BTF_KIND_ENUM64, Type::Enum(ours)) => {
                let variants: Vec<_> = self
                    .entries::<3>(ty)
                    .into_iter()
                    .map(|[name, low, high]| {
                        let value = u64::from(high) << 32 | u64::from(low);
                        (
                            self.name(name),
                            match ours.signed {
                                true => i128::from(value as i64),
                                false => i128::from(value),
                            },
                        )
                    })
                    .collect();
                assert_eq!(ours.variants, variants);
            }
            (kind, ours) => panic!("libbpf has kind {kind} for {ours:?}"),
        }
    }
}

pub(crate) fn agrees(path: &Path) {
    let schema = mapgen_build::read(path, &Default::default()).unwrap();
    let opened = Opened::open(path);
    let btf = opened.btf();
    maps_agree(&schema, &opened, &btf);
    programs_agree(&schema, &opened);
    for (id, ty) in schema.types.iter().enumerate() {
        let (keyword, name) = match ty {
            Type::Composite(c) if c.union => (sys::BTF_KIND_UNION, c.name.as_ref()),
            Type::Composite(c) => (sys::BTF_KIND_STRUCT, c.name.as_ref()),
            Type::Typedef { name, .. } => (sys::BTF_KIND_TYPEDEF, Some(name)),
            _ => continue,
        };
        // Anonymous ones are compared where they are members.
        let Some(name) = name else { continue };
        let theirs = btf.find(name, keyword);
        let id = TypeId(u32::try_from(id).unwrap());
        btf.same(&schema, id, theirs, &mut BTreeMap::new());
    }
}

fn maps_agree(schema: &Schema, opened: &Opened, btf: &Btf) {
    let mut ours = schema.maps.iter();
    let mut sections = schema.sections.iter();
    let mut seen = BTreeMap::new();
    for map in opened.maps() {
        // SAFETY: each is a map of the open object.
        let (
            name,
            internal,
            kind,
            key_size,
            value_size,
            max_entries,
            flags,
            extra,
            node,
            key,
            value,
            inner,
            pin,
        ) = unsafe {
            (
                text(sys::bpf_map__name(map)),
                sys::bpf_map__is_internal(map),
                sys::bpf_map__type(map),
                sys::bpf_map__key_size(map),
                sys::bpf_map__value_size(map),
                sys::bpf_map__max_entries(map),
                sys::bpf_map__map_flags(map),
                sys::bpf_map__map_extra(map),
                sys::bpf_map__numa_node(map),
                sys::bpf_map__btf_key_type_id(map),
                sys::bpf_map__btf_value_type_id(map),
                sys::bpf_map__inner_map(map),
                sys::bpf_map__pin_path(map),
            )
        };
        // struct_ops are no maps that hold a program's own types.
        if kind == 26 {
            continue;
        }
        if internal {
            let section = sections.next().expect("a section for each internal map");
            // libbpf cuts some of these names to the 15 characters that kernels take.
            let cut = section.name.get(..15).unwrap_or(&section.name);
            let same = name.ends_with(cut) || name == section.name;
            assert!(same, "{name} {}", section.name);
            assert_eq!(section.size, value_size, "{name}");
            section_agrees(schema, section, btf);
            continue;
        }
        let map = ours.next().expect("as many maps as libbpf has");
        assert_eq!(map.name, name);
        assert_eq!(map.kind, kind, "{name}");
        assert_eq!(
            (map.key_size, map.value_size),
            (key_size, value_size),
            "{name}"
        );
        if !is_rounded(map.kind) {
            assert_eq!(map.max_entries, max_entries, "{name}");
        }
        assert_eq!((map.map_flags, map.map_extra), (flags, extra), "{name}");
        assert_eq!(map.numa_node, node, "{name}");
        assert_eq!(map.pinning == Pinning::ByName, !pin.is_null(), "{name}");
        for (ours, theirs) in [(map.key, key), (map.value, value)] {
            assert_eq!(ours.is_some(), theirs != 0, "{name}");
            if let Some(ours) = ours {
                btf.same(schema, ours, theirs, &mut seen);
            }
        }
        assert_eq!(map.inner.is_some(), !inner.is_null(), "{name}");
        if let Some(ours) = &map.inner {
            // SAFETY: the inner map belongs to the open object.
            let (name, kind, key_size, value_size, max_entries) = unsafe {
                (
                    text(sys::bpf_map__name(inner)),
                    sys::bpf_map__type(inner),
                    sys::bpf_map__key_size(inner),
                    sys::bpf_map__value_size(inner),
                    sys::bpf_map__max_entries(inner),
                )
            };
            assert_eq!(ours.name, name);
            assert_eq!(ours.kind, kind);
            if !is_rounded(kind) {
                assert_eq!(ours.max_entries, max_entries);
            }
            assert_eq!((ours.key_size, ours.value_size), (key_size, value_size));
        }
    }
    assert!(ours.next().is_none() && sections.next().is_none());
}

/// libbpf rounds ring buffers to pages, the schema says what the object says.
fn is_rounded(kind: u32) -> bool {
    matches!(kind, 27 | 31)
}

fn section_agrees(schema: &Schema, section: &mapgen_schema::Section, btf: &Btf) {
    if section.vars.is_empty() {
        return;
    }
    // libbpf fixed sizes and offsets up when it opened the object.
    let datasec = btf.ty(btf.find(&section.name, sys::BTF_KIND_DATASEC));
    assert_eq!(btf.third(datasec), section.size);
    let vars = btf.entries::<3>(datasec);
    assert_eq!(section.vars.len(), vars.len());
    for (ours, [var, offset, size]) in section.vars.iter().zip(vars) {
        let var = btf.ty(var);
        assert_eq!(ours.name, btf.name(var.name_off));
        assert_eq!((ours.offset, ours.size), (offset, size), "{}", ours.name);
        btf.same(schema, ours.ty, btf.third(var), &mut BTreeMap::new());
        let linkage = std::ptr::from_ref(var).wrapping_add(1).cast::<u32>();
        // SAFETY: libbpf checked that a variable's linkage follows.
        assert_eq!(ours.is_static, unsafe { *linkage } == 0, "{}", ours.name);
    }
}

fn programs_agree(schema: &Schema, opened: &Opened) {
    let mut ours = schema.programs.iter();
    for program in opened.programs() {
        // SAFETY: each is a program of the open object.
        let (name, section, kind, insns) = unsafe {
            (
                text(sys::bpf_program__name(program)),
                text(sys::bpf_program__section_name(program)),
                text(sys::libbpf_bpf_prog_type_str(sys::bpf_program__type(
                    program,
                ))),
                sys::bpf_program__insn_cnt(program),
            )
        };
        let program = ours.next().expect("as many programs as libbpf has");
        assert_eq!(program.name, name);
        // libbpf takes the `?` of a program that is not loaded by itself away.
        assert_eq!(program.section.trim_start_matches("?"), section);
        assert_eq!(program.kind, kind, "{name}");
        assert_eq!(u64::from(program.insns), insns, "{name}");
    }
    assert!(ours.next().is_none());
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
fn a_corpus_reads_as_libbpf_reads_it() {
    let (mut same, mut failed) = (0, Vec::new());
    for object in clang::corpus() {
        if !Opened::opens(&object) {
            continue;
        }
        match std::panic::catch_unwind(|| agrees(&object)) {
            Ok(()) => same += 1,
            Err(_) => failed.push(object),
        }
    }
    assert!(failed.is_empty(), "{same} agree, these do not: {failed:#?}");
    println!("{same} objects agree");
}
