//! The kernel takes the minimal BTF of every map and section, and creates the maps
//! with it.

use crate::clang;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use mapgen_schema::{Endian, Map, MapBtf, Schema};
use mapgen_test_support::raw_bpf_fd;

const BPF_MAP_CREATE: i64 = 0;
const BPF_BTF_LOAD: i64 = 18;

fn halves(address: u64) -> [u32; 2] {
    [address as u32, (address >> 32) as u32]
}

/// `None` where this process may not load BTF.
fn load(btf: &MapBtf, what: &str) -> Option<OwnedFd> {
    let mut log = vec![0_u8; 1 << 20];
    let [btf_low, btf_high] = halves(btf.bytes.as_ptr() as u64);
    let [log_low, log_high] = halves(log.as_mut_ptr() as u64);
    let size = u32::try_from(btf.bytes.len()).unwrap();
    let log_size = u32::try_from(log.len()).unwrap();
    let mut attribute = [
        btf_low, btf_high, log_low, log_high, size, log_size, 1, 0, 0, 0,
    ];
    match raw_bpf_fd(BPF_BTF_LOAD, &mut attribute) {
        Ok(fd) => Some(fd),
        Err(libc::EPERM) => {
            mapgen_test_support::skipped("CAP_BPF");
            None
        }
        Err(errno) => {
            let end = log.iter().position(|&byte| byte == 0).unwrap_or(log.len());
            panic!(
                "{what}: errno {errno}\n{}",
                String::from_utf8_lossy(&log[..end])
            );
        }
    }
}

fn create(map: &Map, btf: &MapBtf, fd: &OwnedFd) {
    let mut attribute = [0_u32; 36];
    attribute[0] = map.kind;
    attribute[1] = map.key_size;
    attribute[2] = map.value_size;
    attribute[3] = map.max_entries;
    attribute[4] = map.map_flags;
    attribute[6] = map.numa_node;
    attribute[12] = u32::try_from(fd.as_raw_fd()).unwrap();
    attribute[13] = btf.key;
    attribute[14] = btf.value;
    attribute[16] = map.map_extra as u32;
    // An attribute as long as that of Linux 5.16: later fields are of no use here.
    if let Err(errno) = raw_bpf_fd(BPF_MAP_CREATE, &mut attribute[..18]) {
        panic!("map `{}`: errno {errno}", map.name);
    }
}

fn schema(path: &Path) -> Schema {
    mapgen_build::read(path, &Default::default()).unwrap()
}

fn kernel_takes(schema: &Schema) {
    if (schema.endian == Endian::Big) != cfg!(target_endian = "big") {
        return;
    }
    for map in &schema.maps {
        let Some(btf) = &map.btf else { continue };
        let Some(fd) = load(btf, &map.name) else {
            return;
        };
        // Maps for which libbpf passes no BTF, and those that need more than a size.
        let plain = matches!(map.kind, 1 | 2 | 5 | 6 | 9 | 10 | 11);
        if plain && map.max_entries > 0 && btf.key > 0 && btf.value > 0 {
            create(map, btf, &fd);
        }
    }
    for section in &schema.sections {
        if let Some(btf) = &section.btf {
            load(btf, &section.name);
        }
    }
}

#[test]
fn the_kernel_takes_the_btf_of_every_form_of_map_and_section() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["everything", "opaque"] {
        let source = clang::source(&format!("{name}.bpf.c"));
        if let Some(object) = clang::compile(folder.path(), name, &source, clang::LITTLE) {
            kernel_takes(&schema(&object));
        }
    }
}

#[test]
fn the_kernel_takes_the_btf_of_the_samples() {
    clang::sample_objects("el")
        .iter()
        .for_each(|object| kernel_takes(&schema(object)));
}

#[test]
fn the_kernel_takes_the_btf_of_a_corpus() {
    for object in clang::corpus() {
        // What is wrong on purpose cannot be read, and libbpf does not open it.
        if let Ok(schema) = mapgen_build::read(&object, &Default::default()) {
            kernel_takes(&schema);
        }
    }
}

#[test]
fn a_kptr_keeps_its_struct_and_a_plain_pointer_becomes_void() {
    let folder = tempfile::tempdir().unwrap();
    let source = clang::source("opaque.bpf.c");
    let Some(object) = clang::compile(folder.path(), "opaque", &source, clang::LITTLE) else {
        return;
    };
    let schema = schema(&object);
    let text = |map: &str| {
        let btf = schema.map(map).unwrap().btf.as_ref().unwrap();
        String::from_utf8_lossy(&btf.bytes).into_owned()
    };
    assert!(text("owners").contains("task_struct\0"));
    // Reached only by a `contains` tag, which the kernel follows by name.
    assert!(text("lists").contains("elem\0"));
}
