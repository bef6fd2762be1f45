//! The builder as a build script runs it: this test program starts itself with cargo's
//! variables and reads the lines for cargo.

use std::path::{Path, PathBuf};
use std::process::Command;

use mapgen_build::{Builder, Error, Level};

use crate::clang;

/// What a build script did.
pub(crate) struct Run {
    pub(crate) ok: bool,
    /// `cargo::…` lines.
    pub(crate) lines: Vec<String>,
    pub(crate) error: String,
}

/// Runs the scenario of this name in `folder`, which is the package.
pub(crate) fn run(scenario: &str, folder: &Path) -> Run {
    run_for(scenario, folder, "little", &[])
}

pub(crate) fn run_for(scenario: &str, folder: &Path, endian: &str, more: &[(&str, &str)]) -> Run {
    let out_dir = folder.join("target/out");
    std::fs::create_dir_all(&out_dir).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "builder::build_script",
            "--ignored",
            "--nocapture",
        ])
        .current_dir(folder)
        .env("SCENARIO", scenario)
        .env("OUT_DIR", &out_dir)
        .env("CARGO_CFG_TARGET_ENDIAN", endian)
        .env("CARGO_CFG_TARGET_ARCH", "x86_64")
        .env_remove("CLANG")
        .envs(more.iter().copied())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let (_, stdout) = stdout.split_once("---begin\n").unwrap();
    let (stdout, _) = stdout.split_once("---end\n").unwrap();
    let (lines, error): (Vec<&str>, Vec<&str>) =
        stdout.lines().partition(|line| line.starts_with("cargo::"));
    Run {
        ok: error.is_empty(),
        lines: lines.into_iter().map(str::to_owned).collect(),
        error: error.join("\n"),
    }
}

#[test]
#[ignore = "the other tests start it as a build script"]
fn build_script() {
    let Ok(scenario) = std::env::var("SCENARIO") else {
        return;
    };
    println!("\n---begin");
    if let Err(error) = generate(&scenario) {
        // As `main` would show it.
        println!("{error:?}");
    }
    println!("---end");
}

fn generate(scenario: &str) -> Result<(), Error> {
    let flow = || Builder::object("flow.bpf.o");
    let source = || {
        Builder::source("flow.bpf.c").clang_arg(concat!(
            "-I",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/bpf"
        ))
    };
    match scenario {
        "object" => flow().generate(),
        "named" => flow().name("other").generate(),
        "objects" => Builder::objects(["flow.bpf.o", "sub/flow.bpf.o"]).generate(),
        "variants" => flow()
            .variant("flow.v511.bpf.o")
            .variant("flow.eb.bpf.o")
            .generate(),
        "variant of its own name" => flow().variant("flow.o").generate(),
        "variants of several" => Builder::objects(["flow.bpf.o", "kprobe.bpf.o"])
            .variant("flow.v511.bpf.o")
            .generate(),
        "shared" => Builder::objects(["flow.bpf.o", "kprobe.bpf.o"]).generate(),
        "several" => Builder::objects(["flow.bpf.o", "none.bpf.o", "more.bpf.o"]).generate(),
        "source" => source().generate(),
        "no clang" => source().clang("no-such-clang").generate(),
        "prebuilt" => source()
            .clang("no-such-clang")
            .or_prebuilt("prebuilt.bpf.o")
            .generate(),
        "old prebuilt" => source().or_prebuilt("prebuilt.bpf.o").generate(),
        "schema" => Builder::schema("flow.schema").generate(),
        "min" => flow().min_entries("conns", 4096).generate(),
        "old kernel" => flow().min_kernel("5.4").min_kernel("5.10").generate(),
        "old kernel warned" => flow().min_kernel("5.4").warn("min_kernel").generate(),
        "old kernel optional" => flow().min_kernel("5.4").optional("events").generate(),
        "old kernel allowed" => flow()
            .min_kernel("5.4")
            .allow_newer(["ringbuf", "ringbuf_output"])
            .generate(),
        "no kernel" => flow().min_kernel("5").generate(),
        "helpers" => flow()
            .allow_helpers(["ktime_get_ns"])
            .deny_helpers(["ringbuf_output"])
            .generate(),
        "min warned" => flow()
            .min_entries("conns", 4096)
            .warn("min_entries")
            .generate(),
        "min met" => flow()
            .min_entries("conns", 16)
            .min_entries("late", 99)
            .generate(),
        "min unknown" => flow().min_entries("cons", 16).generate(),
        "over budget" => flow().memory_budget(64 << 10).cpus(4).generate(),
        "over budget warned" => flow()
            .memory_budget(64 << 10)
            .lint("memory_budget", Level::Warn)
            .generate(),
        "records" => flow()
            .min_records("events", "struct flow_key", 100)
            .generate(),
        "builders" => {
            flow().generate()?;
            Builder::object("other.bpf.o").generate()
        }
        "unknown policy" => flow().warn("min_entry").generate(),
        "track" => {
            Builder::object(Path::new(&std::env::var("OUT_DIR").unwrap()).join("flow.bpf.o"))
                .track("src/bpf")
                .generate()
        }
        "vmlinux" => source().vmlinux_h().generate(),
        "lock" => flow().layout_lock("mapgen.layout").generate(),
        "lock names warned" => flow()
            .layout_lock("mapgen.layout")
            .warn("layout_names")
            .generate(),
        "lock stable" => flow()
            .layout_lock("mapgen.layout")
            .stable("steady")
            .generate(),
        "stable unknown" => flow().stable("stead").generate(),
        "lock other" => flow().name("other").layout_lock("mapgen.layout").generate(),
        "locked" => Builder::locked("mapgen.layout", "flow", 1).generate(),
        "locked 9" => Builder::locked("mapgen.layout", "flow", 9).generate(),
        "vmlinux of nothing" => source().vmlinux_h_from("no/btf").generate(),
        "clang of an object" => flow().clang_arg("-DX").generate(),
        "type unknown" => flow().types(["struct flow_kee"]).generate(),
        other => panic!("no scenario {other}"),
    }
}

const FLOW: &str = r#"
#include "bpf.h"
#include "flow.h"
struct { __uint(type, HASH); __uint(max_entries, 1024); __type(key, struct flow_key); __type(value, __u64); } conns SEC(".maps");
struct { __uint(type, HASH); __type(key, int); __type(value, int); } late SEC(".maps");
struct { __uint(type, RINGBUF); __uint(max_entries, 8192); } events SEC(".maps");
char _license[] SEC("license") = "GPL";
"#;
const FLOW_H: &str = "struct flow_key { __u32 saddr, daddr; };\n";
const SWAPPED: &str = "struct flow_key { __u32 daddr, saddr; };\n";

/// A package with `flow.bpf.c`, its header and `flow.bpf.o`; `None` without clang.
fn package() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flow.h"), FLOW_H).unwrap();
    clang::compile(folder.path(), "flow", FLOW, clang::LITTLE)?;
    Some(folder)
}

/// What a scenario says, of the package as it is or changed as its name says; `None`
/// without clang.
pub(crate) fn said(scenario: &str) -> Option<String> {
    let folder = package()?;
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    let copy = |file: &str| {
        let to = folder.path().join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(folder.path().join("flow.bpf.o"), to).unwrap();
    };
    let mut endian = "little";
    let scenario = match scenario {
        "object for big-endian" => {
            endian = "big";
            "object"
        }
        "missing header" => {
            write("flow.bpf.c", "#include <bpf/bpf_no_such.h>\n");
            "source"
        }
        "changed prebuilt" => {
            copy("prebuilt.bpf.o");
            write("flow.h", SWAPPED);
            "old prebuilt"
        }
        "broken schema" => {
            write("flow.schema", "mapgen-schema 1\nnonsense\n");
            "schema"
        }
        "objects" => {
            copy("sub/flow.bpf.o");
            "objects"
        }
        same => same,
    };
    let run = run_for(scenario, folder.path(), endian, &[]);
    assert!(!run.ok, "{scenario} says nothing");
    Some(run.error)
}

pub(crate) fn out(folder: &Path, file: &str) -> PathBuf {
    folder.join("target/out/mapgen").join(file)
}

#[test]
fn an_object_becomes_a_schema_and_is_tracked() {
    let Some(folder) = package() else { return };
    let run = run("object", folder.path());
    assert!(run.ok, "{}", run.error);
    assert_eq!(run.lines, ["cargo::rerun-if-changed=flow.bpf.o"]);
    let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
    let schema = mapgen_schema::text::read(&text).unwrap();
    assert_eq!(schema.name, "flow");
    assert_eq!(schema.maps.len(), 3);
    let path = PathBuf::from(schema.path.unwrap());
    assert!(path.is_absolute() && path.ends_with("flow.bpf.o"));
}

#[test]
fn an_unchanged_output_is_not_written_again() {
    let Some(folder) = package() else { return };
    let schema = out(folder.path(), "flow.schema");
    let written = || std::fs::metadata(&schema).unwrap().modified().unwrap();
    assert!(run("object", folder.path()).ok);
    let first = written();
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert!(run("object", folder.path()).ok);
    assert_eq!(written(), first);
}

#[test]
fn the_name_can_be_given() {
    let Some(folder) = package() else { return };
    assert!(run("named", folder.path()).ok);
    assert!(out(folder.path(), "other.schema").exists());
}

#[test]
fn outside_a_build_script_the_error_says_where_it_runs() {
    let error = Builder::object("flow.bpf.o")
        .generate()
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("`OUT_DIR` is not set: `Builder::generate` runs in a build script"),
        "{error}"
    );
}

#[test]
fn an_object_of_another_byte_order_than_the_target_is_an_error() {
    let Some(folder) = package() else { return };
    let run = run_for("object", folder.path(), "big", &[]);
    assert_eq!(
        run.error,
        "`flow.bpf.o`: it is little-endian (`bpfel`), but the target is big-endian: compile it \
         with `--target=bpfeb`, or let `Builder::source` do it [M0008]"
    );
}

#[test]
fn two_objects_of_one_name_ask_for_a_name() {
    let Some(folder) = package() else { return };
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::copy(
        folder.path().join("flow.bpf.o"),
        folder.path().join("sub/flow.bpf.o"),
    )
    .unwrap();
    let run = run("objects", folder.path());
    assert!(
        run.error.contains("would both be called `flow`"),
        "{}",
        run.error
    );
}

#[test]
fn errors_of_several_objects_come_together() {
    let Some(folder) = package() else { return };
    std::fs::write(folder.path().join("more.bpf.o"), "no object").unwrap();
    let run = run("several", folder.path());
    assert!(run.error.starts_with("2 errors\n"), "{}", run.error);
    assert!(
        run.error.contains("- `none.bpf.o` does not exist"),
        "{}",
        run.error
    );
    assert!(
        run.error.contains("- `more.bpf.o` is not an eBPF object"),
        "{}",
        run.error
    );
    assert!(!out(folder.path(), "flow.schema").exists());
}

#[test]
fn a_source_is_compiled_for_the_target_and_its_headers_are_tracked() {
    let Some(folder) = package() else { return };
    for endian in ["little", "big"] {
        let run = run_for("source", folder.path(), endian, &[]);
        assert!(run.ok, "{}", run.error);
        let header = "cargo::rerun-if-changed=./flow.h".to_owned();
        let short = "cargo::rerun-if-changed=flow.h".to_owned();
        assert!(
            run.lines.contains(&header) || run.lines.contains(&short),
            "{:?}",
            run.lines
        );
        assert!(
            run.lines
                .iter()
                .any(|line| line.ends_with("/tests/bpf/bpf.h")),
            "{:?}",
            run.lines
        );
        assert!(
            run.lines
                .contains(&"cargo::rerun-if-env-changed=CLANG".to_owned())
        );
        assert!(
            !run.lines.iter().any(|line| line.contains("target/out")),
            "{:?}",
            run.lines
        );
        let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
        assert_eq!(
            mapgen_schema::text::read(&text).unwrap().endian.as_str(),
            endian
        );
    }
}

#[test]
fn dwarf_is_dropped_and_libbpf_still_reads_the_object() {
    use object::{Object, ObjectSection};
    let Some(folder) = package() else { return };
    let everything = clang::source("everything.bpf.c");
    std::fs::write(folder.path().join("flow.bpf.c"), everything).unwrap();
    let run = run("source", folder.path());
    assert!(run.ok, "{}", run.error);
    let path = out(folder.path(), "flow.bpf.o");
    let bytes = std::fs::read(&path).unwrap();
    let file = object::File::parse(&bytes[..]).unwrap();
    let names: Vec<_> = file
        .sections()
        .map(|section| section.name().unwrap().to_owned())
        .collect();
    assert!(
        !names.iter().any(|name| name.contains("debug")),
        "{names:?}"
    );
    assert!(names.iter().any(|name| name == ".BTF.ext"), "{names:?}");
    crate::libbpf::agrees(&path);
}

#[test]
fn without_clang_the_prebuilt_object_is_used() {
    let Some(folder) = package() else { return };
    std::fs::copy(
        folder.path().join("flow.bpf.o"),
        folder.path().join("prebuilt.bpf.o"),
    )
    .unwrap();
    let missing = run("no clang", folder.path());
    assert!(
        missing.error.contains("there is no `no-such-clang`"),
        "{}",
        missing.error
    );
    let prebuilt = run("prebuilt", folder.path());
    assert!(prebuilt.ok, "{}", prebuilt.error);
    let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
    assert!(text.contains("prebuilt.bpf.o"));
}

#[test]
fn a_prebuilt_object_with_another_layout_is_an_error() {
    let Some(folder) = package() else { return };
    std::fs::copy(
        folder.path().join("flow.bpf.o"),
        folder.path().join("prebuilt.bpf.o"),
    )
    .unwrap();
    assert!(run("old prebuilt", folder.path()).ok);
    std::fs::write(folder.path().join("flow.h"), SWAPPED).unwrap();
    assert_eq!(
        run("old prebuilt", folder.path()).error,
        "`prebuilt.bpf.o`: it differs from what clang makes of `flow.bpf.c`: build the object \
         again [M0032]\n\
         map `conns` (hash): changed\n\
         \x20          prebuilt.bpf.o            flow.bpf.c\n\
         \x20 key      struct flow_key, 8 bytes  struct flow_key, 8 bytes\n\
         \x20   daddr  byte 4, 32 bits, __u32    byte 0, 32 bits, __u32    moved\n\
         \x20   saddr  byte 0, 32 bits, __u32    byte 4, 32 bits, __u32    moved"
    );
}

#[test]
fn clang_speaks_for_itself_and_a_missing_header_has_a_hint() {
    let Some(folder) = package() else { return };
    let broken = "#include <bpf/bpf_no_such.h>\n";
    std::fs::write(folder.path().join("flow.bpf.c"), broken).unwrap();
    let run = run("source", folder.path());
    assert!(
        run.error.starts_with("cannot compile `flow.bpf.c`: "),
        "{}",
        run.error
    );
    assert!(
        run.error.contains("'bpf/bpf_no_such.h' file not found"),
        "{}",
        run.error
    );
    assert!(run.error.contains("install `libbpf-dev`"), "{}", run.error);
    // The next try is due when the source changes.
    assert!(
        run.lines
            .contains(&"cargo::rerun-if-changed=flow.bpf.c".to_owned())
    );
}

#[test]
fn a_schema_stands_in_for_the_object() {
    let Some(folder) = package() else { return };
    assert!(run("object", folder.path()).ok);
    std::fs::copy(
        out(folder.path(), "flow.schema"),
        folder.path().join("flow.schema"),
    )
    .unwrap();
    std::fs::remove_file(folder.path().join("flow.bpf.o")).unwrap();
    let run = run("schema", folder.path());
    assert!(run.ok, "{}", run.error);
    assert_eq!(run.lines, ["cargo::rerun-if-changed=flow.schema"]);
    let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
    assert_eq!(mapgen_schema::text::read(&text).unwrap().path, None);
}

#[test]
fn too_few_entries_are_an_error_or_a_warning() {
    let Some(folder) = package() else { return };
    let said = [
        "`flow.bpf.o`: map `conns`: `max_entries` is 1024, `min_entries` is 4096 [M0100]",
        "  = `build.rs` asks for it",
        "  = help: raise it in the C source, or lower what is asked for",
    ];
    assert_eq!(run("min", folder.path()).error, said.join("\n"));
    let warned = run("min warned", folder.path());
    assert!(warned.ok, "{}", warned.error);
    assert!(
        said.iter()
            .all(|line| warned.lines.contains(&format!("cargo::warning={line}"))),
        "{:?}",
        warned.lines
    );
    assert!(run("min met", folder.path()).ok);
    let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
    let least = mapgen_schema::text::read(&text).unwrap().min_entries;
    let build_rs = || "build.rs".to_owned();
    // `late` has no `max_entries`: it is set, and checked, at run time.
    assert_eq!(
        least,
        [
            ("conns".to_owned(), 16, build_rs()),
            ("late".to_owned(), 99, build_rs())
        ]
    );
}

#[test]
fn the_file_beside_the_manifest_asks_as_the_builder_does() {
    let Some(folder) = package() else { return };
    let file = folder.path().join("mapgen.toml");
    std::fs::write(&file, "[min_entries]\nconns = 4096\n").unwrap();
    let error = run("object", folder.path()).error;
    let said = "`max_entries` is 1024, `min_entries` is 4096 [M0100]\n  = `mapgen.toml:2` asks";
    assert!(error.contains(said), "{error}");
    // The file may say how much it weighs.
    std::fs::write(
        &file,
        "warn = [\"min_entries\"]\n[min_entries]\nconns = 4096\n",
    )
    .unwrap();
    let run = self::run("object", folder.path());
    assert!(run.ok, "{}", run.error);
    let tracked = "cargo::rerun-if-changed=mapgen.toml".to_owned();
    assert!(run.lines.contains(&tracked), "{:?}", run.lines);
}

#[test]
fn a_map_or_policy_that_is_not_there_shows_what_is() {
    let Some(folder) = package() else { return };
    let unknown = run("min unknown", folder.path()).error;
    assert_eq!(
        unknown,
        "`min_entries(\"cons\", ..)`: there is no such map in `flow.bpf.o`; the nearest are \
         `conns`, `events`, `late` [M0034]"
    );
    let policy = run("unknown policy", folder.path()).error;
    assert!(
        policy.contains("there is no such policy; the nearest are `"),
        "{policy}"
    );
}

#[test]
fn a_budget_of_the_builder_fails_the_build_or_warns() {
    let Some(folder) = package() else { return };
    let error = run("over budget", folder.path()).error;
    for said in [
        "`flow.bpf.o`: the maps take 101.5 KiB of kernel memory on 4 possible CPUs (`build.rs`), the \
         budget is 64 KiB [M0120]",
        "\n    conns  ",
        "\n  = not counted: map `late`: its `max_entries` is set at run time\n",
        "\n  = `build.rs` asks for it\n",
    ] {
        assert!(error.contains(said), "{said}\n{error}");
    }
    let warned = run("over budget warned", folder.path());
    assert!(warned.ok, "{}", warned.error);
    let warning = |line: &String| line.starts_with("cargo::warning=`flow.bpf.o`: the maps take");
    assert!(warned.lines.iter().any(warning), "{:?}", warned.lines);
}

#[test]
fn records_reach_the_handle_as_bytes() {
    let Some(folder) = package() else { return };
    let run = run("records", folder.path());
    assert!(run.ok, "{}", run.error);
    let text = std::fs::read_to_string(out(folder.path(), "flow.schema")).unwrap();
    let least = mapgen_schema::text::read(&text).unwrap().min_entries;
    // 100 of 8 bytes behind 8 bytes of header: a page.
    assert_eq!(least, [("events".to_owned(), 4096, "build.rs".to_owned())]);
}

#[test]
fn a_map_that_the_file_names_and_no_object_has_is_wrong_where_that_is_known() {
    let Some(folder) = package() else { return };
    let other = FLOW
        .replace("conns", "sessions_by_name")
        .replace("events", "records");
    clang::compile(folder.path(), "other", &other, clang::LITTLE).unwrap();
    let file = folder.path().join("mapgen.toml");
    let ask = |text: &str| std::fs::write(&file, text).unwrap();
    let list = |objects: &[&str]| -> String {
        let tables = objects
            .iter()
            .map(|path| format!("[[object]]\nobject = \"{path}\"\n"));
        tables.collect()
    };
    let both = "[min_entries]\nconns = 16\nsessions_by_name = 16\n";

    // A slip of the pen is one wherever the map may be.
    ask("[min_entries]\ncons = 16\n");
    let said = "`min_entries` names map `cons`, which no object has [M0190]\n  = `mapgen.toml:2` \
                asks for it\n  = help: the nearest are `conns`, `events`, `late`; where another";
    let error = run("object", folder.path()).error;
    assert!(error.starts_with(said), "{error}");

    // What may be another builder's is said.
    ask(both);
    let run = |scenario: &str| self::run(scenario, folder.path());
    let two = run("builders");
    assert!(two.ok, "{}", two.error);
    let warned = |run: &Run| run.lines.iter().any(|line| line.contains("[M0190]"));
    assert!(warned(&two), "{:?}", two.lines);

    // Where all objects are listed, that settles it.
    ask(&(both.to_owned() + &list(&["flow.bpf.o", "other.bpf.o"])));
    let two = run("builders");
    assert!(two.ok && !warned(&two), "{}{:?}", two.error, two.lines);
    ask(&(both.to_owned() + &list(&["flow.bpf.o"])));
    let one = run("object").error;
    assert!(
        one.contains("names map `sessions_by_name`, which no object has"),
        "{one}"
    );
}

#[test]
fn an_object_under_out_dir_is_tracked_by_its_sources() {
    let Some(folder) = package() else { return };
    std::fs::create_dir_all(folder.path().join("target/out")).unwrap();
    std::fs::copy(
        folder.path().join("flow.bpf.o"),
        folder.path().join("target/out/flow.bpf.o"),
    )
    .unwrap();
    let run = run("track", folder.path());
    assert!(run.ok, "{}", run.error);
    assert_eq!(run.lines, ["cargo::rerun-if-changed=src/bpf"]);
}

#[test]
fn vmlinux_h_of_the_running_kernel_compiles_with_its_sizes_and_offsets() {
    let Some(folder) = package() else { return };
    let kernel = Path::new("/sys/kernel/btf/vmlinux");
    if !kernel.exists() {
        mapgen_test_support::skipped("a kernel with BTF");
        return;
    }
    let text = "#include \"vmlinux.h\"\nstruct task_struct *task;\n";
    std::fs::write(folder.path().join("flow.bpf.c"), text).unwrap();
    let run = run("vmlinux", folder.path());
    assert!(run.ok, "{}", run.error);
    assert!(
        run.lines
            .contains(&format!("cargo::rerun-if-changed={}", kernel.display()))
    );
    // The kernel's own numbers, held against what clang makes of the header.
    let asserts = clang::assertions(&std::fs::read(kernel).unwrap());
    std::fs::write(folder.path().join("flow.bpf.c"), format!("{text}{asserts}")).unwrap();
    let run = self::run("vmlinux", folder.path());
    assert!(run.ok, "{}", run.error);
}
