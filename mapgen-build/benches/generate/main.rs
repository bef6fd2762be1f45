//! `Builder::object(..).generate()` beside libbpf-cargo's `SkeletonBuilder`, on the same
//! objects in the same run: medians of processor time.
//!
//! Objects: the `flow` sample where it is (else the tests' `everything`), and one with
//! 5,000 types made here. Needs clang. Then `cost`: how both grow with the object; with
//! `--docs`, `plot` draws that for `docs/cost.md`.

#[path = "../../tests/suite/clang.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod clang;
mod cost;
mod plot;

use std::fmt::Write as _;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::time::Duration;

use libbpf_cargo::SkeletonBuilder;
use mapgen_build::policy::{self, Policy};
use mapgen_build::{Builder, Options};
use mapgen_test_support::allocations::{self, Counting};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RUNS: usize = 15;
/// `generate` with every policy asked for takes no more than this, times `generate` with none.
const POLICY: f64 = 1.3;

fn main() {
    if let Some(object) = std::env::var_os("BENCH_OBJECT") {
        let generate = || Builder::object(PathBuf::from(&object)).generate().unwrap();
        let (total, peak) = allocations::bytes(generate);
        println!("median {} {total} {peak}", median(generate).as_nanos());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let docs = std::env::args().any(|argument| argument == "--docs");
    cost::run(folder.path(), docs);
    if docs {
        return;
    }
    let objects = [small(folder.path()), large(folder.path())];
    println!(
        "{:24} {:>7} {:>12} {:>14} {:>8} {:>16}",
        "object", "types", "read", "generate", "policy", "SkeletonBuilder"
    );
    for object in objects.into_iter().flatten() {
        let types = mapgen_build::read(&object, &Options::default())
            .unwrap()
            .types
            .len();
        let read = median(|| {
            mapgen_build::read(&object, &Options::default()).unwrap();
        });
        let Generated { time: generate, .. } = in_build_script(&object);
        let policy = policy_costs(&object, generate);
        let skeleton = median(|| {
            SkeletonBuilder::new()
                .obj(&object)
                .generate(folder.path().join("skeleton.rs"))
                .unwrap();
        });
        let name = object.file_name().unwrap().to_string_lossy().into_owned();
        println!(
            "{name:24} {types:7} {read:12.2?} {generate:14.2?} {policy:7.2}× {skeleton:16.2?}"
        );
        assert!(
            policy <= POLICY,
            "policies make it {policy:.2} times as long"
        );
    }
    cost::run(
        folder.path(),
        std::env::args().any(|argument| argument == "--docs"),
    );
}

/// `generate` with every policy asked for, as a multiple of one that checks nothing.
fn policy_costs(object: &Path, generate: Duration) -> f64 {
    let asked = "memory_budget = \"1000 GiB\"\ncpus = 64\nmin_kernel = \"6.18\"\n\
                 deny_helpers = [\"probe_write_user\"]\n[min_entries]\nconns = 1\n";
    let file = policy::File::parse(asked, Path::new("mapgen.toml")).unwrap();
    let object = [mapgen_build::read_object(object, &Options::default()).unwrap()];
    let check = |policy: &Policy| {
        median(|| {
            std::hint::black_box(policy::check(&object, policy));
        })
    };
    let (least, all) = (check(&Policy::default()), check(&file.policy));
    let without = generate.saturating_sub(least).as_secs_f64();
    (without + all.as_secs_f64()) / without
}

/// What a call of `generate` takes.
struct Generated {
    time: Duration,
    /// Bytes that it allocated, one after the other.
    total: usize,
    /// Bytes that it had at once.
    peak: usize,
}

fn median(mut f: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = processor_time();
            f();
            processor_time() - start
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// What this process and its children (rustfmt is one) spent on processors so far: unlike the
/// time on the wall, it says the same on a machine that has other things to do.
fn processor_time() -> Duration {
    let spent = |whose| {
        let mut usage = MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: `usage` is a `rusage`, for which zero is a value.
        let usage = unsafe {
            libc::getrusage(whose, usage.as_mut_ptr());
            usage.assume_init()
        };
        let time = |time: libc::timeval| {
            Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
        };
        time(usage.ru_utime) + time(usage.ru_stime)
    };
    spent(libc::RUSAGE_SELF) + spent(libc::RUSAGE_CHILDREN)
}

/// `generate` asks for cargo's variables, which only a process of its own can have.
fn in_build_script(object: &Path) -> Generated {
    let out_dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .env("OUT_DIR", out_dir.path())
        .env("CARGO_CFG_TARGET_ENDIAN", "little")
        .env("CARGO_CFG_TARGET_ARCH", "x86_64")
        .env("BENCH_OBJECT", object)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = text
        .lines()
        .find_map(|line| line.strip_prefix("median "))
        .unwrap()
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    Generated {
        time: Duration::from_nanos(numbers[0]),
        total: numbers[1] as usize,
        peak: numbers[2] as usize,
    }
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
