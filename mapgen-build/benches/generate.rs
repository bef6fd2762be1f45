//! `Builder::object(..).generate()` beside libbpf-cargo's `SkeletonBuilder`, on the same
//! objects in the same run: medians.
//!
//! Objects: the `flow` sample where it is (else the tests' `everything`), and one with
//! 5,000 types made here. Needs clang.

#[path = "../tests/suite/clang.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod clang;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use libbpf_cargo::SkeletonBuilder;
use mapgen_build::{Builder, Options};

const RUNS: usize = 15;

fn main() {
    if let Some(object) = std::env::var_os("BENCH_OBJECT") {
        let time = median(|| Builder::object(PathBuf::from(&object)).generate().unwrap());
        println!("median {}", time.as_nanos());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let objects = [small(folder.path()), large(folder.path())];
    println!(
        "{:24} {:>7} {:>12} {:>14} {:>16}",
        "object", "types", "read", "generate", "SkeletonBuilder"
    );
    for object in objects.into_iter().flatten() {
        let types = mapgen_build::read(&object, &Options::default())
            .unwrap()
            .types
            .len();
        let read = median(|| {
            mapgen_build::read(&object, &Options::default()).unwrap();
        });
        let generate = in_build_script(&object);
        let skeleton = median(|| {
            SkeletonBuilder::new()
                .obj(&object)
                .generate(folder.path().join("skeleton.rs"))
                .unwrap();
        });
        let name = object.file_name().unwrap().to_string_lossy().into_owned();
        println!("{name:24} {types:7} {read:12.2?} {generate:14.2?} {skeleton:16.2?}");
    }
}

fn median(mut f: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            f();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// `generate` asks for cargo's variables, which only a process of its own can have.
fn in_build_script(object: &Path) -> Duration {
    let out_dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .env("OUT_DIR", out_dir.path())
        .env("CARGO_CFG_TARGET_ENDIAN", "little")
        .env("CARGO_CFG_TARGET_ARCH", "x86_64")
        .env("BENCH_OBJECT", object)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let nanos = text
        .lines()
        .find_map(|line| line.strip_prefix("median "))
        .unwrap();
    Duration::from_nanos(nanos.parse().unwrap())
}

fn small(folder: &Path) -> Option<PathBuf> {
    let flow = clang::sample_objects("el")
        .into_iter()
        .find(|path| path.ends_with("flow.bpf.o"));
    flow.or_else(|| {
        let source = clang::source("everything.bpf.c");
        clang::compile(folder, "everything", &source, clang::LITTLE)
    })
}

/// 1,650 structs with a typedef and an array each, in 66 maps.
fn large(folder: &Path) -> Option<PathBuf> {
    let mut source = "#include \"bpf.h\"\n".to_owned();
    for map in 0..66 {
        for index in 0..25 {
            let id = map * 25 + index;
            let _ = writeln!(
                source,
                "typedef __u32 t{id}; struct s{id} {{ t{id} a[{}]; __u64 b; __u16 c, d; }};",
                index + 2
            );
        }
        let members = (0..25).map(|index| format!("struct s{0} m{0};", map * 25 + index));
        let members: String = members.collect();
        let _ = writeln!(
            source,
            "struct v{map} {{ {members} }};
             struct {{ __uint(type, HASH); __uint(max_entries, 1); __type(key, int); \
             __type(value, struct v{map}); }} m{map} SEC(\".maps\");"
        );
    }
    clang::compile(folder, "types5000", &source, clang::LITTLE)
}
