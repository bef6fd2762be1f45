//! What instructions use, with lines and guards, as clang, LLVM and the kernel see it.

use std::path::Path;
use std::process::Command;

use mapgen_build::code::{ProgramCode, What};
use mapgen_build::facts;

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
        "{GUARDS}SEC(\"?raw_tp\") int program(void *ctx)\n{{\n\t{body}\n\treturn 0;\n}}\n\
         char _license[] SEC(\"license\") = \"GPL\";\n"
    )
}

fn read(path: &Path) -> Vec<ProgramCode> {
    mapgen_build::read_object(path, &Default::default())
        .unwrap()
        .code
}

#[test]
fn what_is_guarded_loads_and_what_is_not_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, guarded, body) in SAMPLES {
        let Some(object) = clang::compile(folder.path(), name, &sample(body), clang::LITTLE) else {
            return;
        };
        let code = read(&object);
        let call = code[0]
            .uses()
            .find(|site| *site.what() == What::Helper(9999));
        let call = call.unwrap_or_else(|| panic!("{name}: no call"));
        assert_eq!(call.guard().is_some(), *guarded, "{name}");
    }
}

/// Of each program: the helpers and functions that it calls itself, with their offsets.
fn objdump(object: &Path) -> Option<String> {
    let run = Command::new("llvm-objdump-19")
        .arg("-dSlr")
        .arg(object)
        .output();
    match run {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        _ => {
            mapgen_test_support::skipped("llvm-objdump-19");
            None
        }
    }
}

#[test]
fn x() {
    for c in read(Path::new("/tmp/needs/t.o")) {
        println!("{}", c.name);
        for u in c.uses() {
            println!(
                "  {} {} {} {:?} {:?}",
                u.function().name,
                u.what(),
                u.offset(),
                u.guard(),
                u.line().map(|l| (l.line, l.column, &l.text))
            );
        }
    }
    let _ = (facts::helper_name(1), objdump(Path::new("/tmp/needs/t.o")));
}
