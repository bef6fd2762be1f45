//! What instructions use, with lines and guards, as clang, LLVM and the kernel see it.

use std::path::Path;
use std::process::Command;

use mapgen_build::code::{ProgramCode, What};
use mapgen_test_libbpf::{Opened, probe, quiet};
use mapgen_test_support::{kernel_release, skipped};

use crate::clang;

/// What samples for guards stand on.
const GUARDS: &str = r#"#include "bpf.h"
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define TYPE_EXISTS(type) __builtin_preserve_type_info(*(type *)0, 0)
#define FIELD_EXISTS(field) __builtin_preserve_field_info(field, 2)
#define ENUM_EXISTS(type, value) __builtin_preserve_enum_value(*(type *)value, 0)
struct no_such_type { int x; } __attribute__((preserve_access_index));
struct task_struct { int no_such_member; } __attribute__((preserve_access_index));
enum bpf_func_id { BPF_FUNC_no_such___x = 9999 };
extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_NO_SUCH __kconfig __weak;
extern void bpf_no_such_kfunc(void) __ksym __weak;
const volatile _Bool on = 0;
const volatile int level = 3;
int runtime;
static long (*no_such_helper)(void) = (void *)9999;
"#;

/// Every sample is one program whose helper no kernel has, and whether it stands behind a
/// guard.
const SAMPLES: &[(&str, bool, &str)] = &[
    ("plain", false, "no_such_helper();"),
    (
        "type",
        true,
        "if (TYPE_EXISTS(struct no_such_type)) no_such_helper();",
    ),
    (
        "member",
        true,
        "struct task_struct *t = 0; if (FIELD_EXISTS(t->no_such_member)) no_such_helper();",
    ),
    (
        "enumerator",
        true,
        "if (ENUM_EXISTS(enum bpf_func_id, BPF_FUNC_no_such___x)) no_such_helper();",
    ),
    ("kconfig", true, "if (CONFIG_NO_SUCH) no_such_helper();"),
    (
        "version",
        true,
        "if (LINUX_KERNEL_VERSION > 0x7f000000) no_such_helper();",
    ),
    ("ksym", true, "if (bpf_no_such_kfunc) no_such_helper();"),
    ("rodata", true, "if (on) no_such_helper();"),
    ("rodata_number", true, "if (level > 3) no_such_helper();"),
    (
        "not_taken_arm",
        true,
        "if (!TYPE_EXISTS(struct no_such_type)) runtime = 1; else no_such_helper();",
    ),
    (
        "returns_early",
        true,
        "if (!on) return 0; no_such_helper();",
    ),
    ("both", true, "if (on && CONFIG_NO_SUCH) no_such_helper();"),
    (
        "either",
        true,
        "if (on || CONFIG_NO_SUCH) no_such_helper();",
    ),
    (
        "inside_of_a_loop",
        true,
        "for (int i = 0; i < runtime && i < 100; i++) if (on) no_such_helper();",
    ),
    (
        "after_the_join",
        false,
        "if (TYPE_EXISTS(struct no_such_type)) runtime = 1; no_such_helper();",
    ),
    (
        "one_arm_is_not",
        false,
        "if (on || runtime) no_such_helper();",
    ),
    ("of_a_variable", false, "if (runtime) no_such_helper();"),
    (
        "after_both_arms",
        false,
        "if (on) runtime = 1; else runtime = 2; no_such_helper();",
    ),
    (
        "mixed_with_a_variable",
        false,
        "if ((on | runtime) == 5) no_such_helper();",
    ),
];

fn sample(body: &str) -> String {
    format!(
        "{GUARDS}SEC(\"raw_tp\") int program(void *ctx)\n{{\n\t{body}\n\treturn 0;\n}}\n\
         char _license[] SEC(\"license\") = \"GPL\";\n"
    )
}

fn read(path: &Path) -> Vec<ProgramCode> {
    mapgen_build::read_object(path, &Default::default())
        .unwrap()
        .code
}

/// The verifier walks what it cannot decide before the load, and refuses the helper there.
#[test]
fn what_is_guarded_loads_and_what_is_not_is_refused() {
    quiet();
    let folder = tempfile::tempdir().unwrap();
    let may_load = probe::is_permitted();
    for (name, guarded, body) in SAMPLES {
        let source = sample(body);
        let Some(object) = clang::compile(folder.path(), name, &source, clang::LITTLE) else {
            return;
        };
        let code = read(&object);
        let mut calls = code[0]
            .uses()
            .filter(|site| *site.what() == What::Helper(9999));
        let call = calls.next().unwrap_or_else(|| panic!("{name}: no call"));
        assert_eq!(call.guard().is_some(), *guarded, "{name}");
        if may_load {
            let loaded = Opened::open(&object).expect("libbpf opens it").load();
            // 5.5 is older than every kernel that this runs on.
            assert_eq!(loaded.is_ok(), *guarded, "{name}: {loaded:?}");
        }
    }
    if !may_load {
        skipped("the right to load programs (CAP_BPF, CAP_SYS_ADMIN)");
    }
}

/// In either byte order, of the same source.
#[test]
fn guards_are_the_same_in_either_byte_order() {
    let folder = tempfile::tempdir().unwrap();
    for (name, guarded, body) in SAMPLES {
        let Some(object) = clang::compile(folder.path(), name, &sample(body), clang::BIG) else {
            return;
        };
        let code = read(&object);
        let mut calls = code[0]
            .uses()
            .filter(|site| *site.what() == What::Helper(9999));
        assert_eq!(calls.next().unwrap().guard().is_some(), *guarded, "{name}");
    }
}

/// Kernels before 6.8 verify a global function by itself.
#[test]
fn a_global_function_behind_a_guard_is_read_by_kernels_before_6_8() {
    let folder = tempfile::tempdir().unwrap();
    for (name, attributes, since) in [
        ("static", "static __noinline", "5.5"),
        ("global", "__noinline", "6.8"),
        ("hidden", "__noinline __hidden", "5.5"),
    ] {
        let outer = format!(
            "{attributes} int outer(int x) {{ no_such_helper(); return x + runtime; }}\n\
             SEC(\"raw_tp\")"
        );
        let source = sample("if (on) runtime = outer(runtime);");
        let source = source.replace("SEC(\"raw_tp\")", &outer);
        let Some(object) = clang::compile(folder.path(), name, &source, clang::LITTLE) else {
            return;
        };
        let code = read(&object);
        let call = code[0]
            .uses()
            .find(|site| *site.what() == What::Helper(9999));
        let guard = call.unwrap().guard().unwrap();
        assert_eq!(guard.since.to_string(), since, "{name}");
        if probe::is_permitted() && kernel_release() >= (6, 8) {
            quiet();
            let loaded = Opened::open(&object).expect("libbpf opens it").load();
            assert_eq!(loaded, Ok(()), "{name}");
        }
    }
}

/// A call as LLVM prints it: function, offset of the instruction, number of the helper or
/// name of the function, line of C.
type Call = (String, u64, String, u32);

/// `llvm-objdump` prints `; file:line` before the instructions of a line.
fn objdump(object: &Path) -> Option<Vec<Call>> {
    let run = Command::new("llvm-objdump-19")
        .args(["-dlr", "--no-show-raw-insn"])
        .arg(object)
        .output();
    let text = match run {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => {
            skipped("llvm-objdump-19");
            return None;
        }
    };
    let mut calls: Vec<Call> = Vec::new();
    let (mut function, mut line) = (String::new(), 0);
    for text in text.lines() {
        if let Some((_, name)) = text.strip_suffix(">:").and_then(|t| t.split_once('<')) {
            (function, line) = (name.to_owned(), 0);
        } else if let Some((_, number)) = text.strip_prefix("; ").and_then(|t| t.rsplit_once(':')) {
            line = number.parse().unwrap_or(line);
        } else if let Some((_, name)) = text.split_once("R_BPF_64_32") {
            // What is called stands behind the call.
            calls.last_mut().unwrap().2 = name.trim().to_owned();
        } else if let Some((place, callee)) = text.split_once("call ") {
            let place: u64 = place.trim().trim_end_matches(':').parse().unwrap();
            calls.push((function.clone(), 8 * place, callee.trim().to_owned(), line));
        }
    }
    Some(calls)
}

#[test]
fn calls_and_their_lines_are_those_that_llvm_prints() {
    let folder = tempfile::tempdir().unwrap();
    let everything = clang::source("everything.bpf.c");
    let mut compiled = Vec::new();
    for target in [clang::LITTLE, clang::BIG] {
        let Some(object) = clang::compile(folder.path(), target, &everything, target) else {
            return;
        };
        compiled.push(object);
    }
    for (name, _, body) in SAMPLES.iter().step_by(4) {
        let name = format!("{name}-objdump");
        compiled.extend(clang::compile(
            folder.path(),
            &name,
            &sample(body),
            clang::LITTLE,
        ));
    }
    let mut compared = 0;
    for object in compiled {
        let Some(theirs) = objdump(&object) else {
            return;
        };
        let mut ours: Vec<Call> = Vec::new();
        for program in read(&object) {
            for site in program.uses() {
                let what = match site.what() {
                    What::Helper(id) => format!("{id:#x}"),
                    What::Kfunc(name) => name.clone(),
                    _ => continue,
                };
                let line = site.line().map_or(0, |line| line.line);
                ours.push((site.function().name.clone(), site.offset(), what, line));
            }
        }
        ours.sort();
        ours.dedup();
        // Sub-programs are no helpers; what no program reaches is in no program.
        let reached = |call: &&Call| ours.iter().any(|ours| ours.0 == call.0);
        let known = |call: &&Call| call.2.starts_with("0x") || call.2.starts_with("bpf_");
        let mut theirs: Vec<Call> = theirs
            .iter()
            .filter(reached)
            .filter(known)
            .cloned()
            .collect();
        theirs.sort();
        assert_eq!(ours, theirs, "{}", object.display());
        compared += ours.len();
    }
    assert!(compared > 10, "{compared} calls");
}

#[test]
fn a_line_has_its_file_column_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let source = sample("if (on)\n\t\tno_such_helper();");
    let Some(object) = clang::compile(folder.path(), "lines", &source, clang::LITTLE) else {
        return;
    };
    let code = read(&object);
    let call = code[0]
        .uses()
        .find(|site| *site.what() == What::Helper(9999));
    let line = call.unwrap().line().unwrap().clone();
    assert_eq!(&*line.text, "no_such_helper();");
    let (number, _) = source
        .lines()
        .enumerate()
        .find(|(_, text)| text.trim() == "no_such_helper();")
        .unwrap();
    assert_eq!((line.line, line.column), (number as u32 + 1, 3));
    assert!(line.file.ends_with("lines.bpf.c"), "{}", line.file);
}
