//! What cargo builds again after a change, and what it leaves alone.

use std::fs;
use std::process::Command;
use std::sync::Mutex;

use mapgen_tests::{UserCrate, workspace};

/// The crates below share one target folder and one package name.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const MAIN: &str = "\
#[mapgen_runtime::ebpf_map(object = \"flow\")]
pub mod flow {}
fn main() { println!(\"{}\", flow::Conns::MAX_ENTRIES); }
";

/// Counts its own runs, so that a test sees them.
fn build_script(builder: &str) -> String {
    format!(
        "fn main() -> Result<(), mapgen_build::Error> {{
            use std::io::Write as _;
            let runs = std::path::Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"runs\");
            std::fs::OpenOptions::new().create(true).append(true).open(runs)
                .and_then(|mut file| file.write_all(b\"x\")).expect(\"a counter\");
            mapgen_build::Builder::{builder}.generate()
        }}"
    )
}

/// What one `cargo build` did.
#[derive(Debug, PartialEq, Eq)]
struct Built {
    script_ran: bool,
    crate_compiled: bool,
}

const NOTHING: Built = Built {
    script_ran: false,
    crate_compiled: false,
};
const EVERYTHING: Built = Built {
    script_ran: true,
    crate_compiled: true,
};

fn build(user: &UserCrate) -> Built {
    // Cargo compares modification times, some file systems keep them coarsely.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let before = runs(user);
    let output = user.cargo(&["build", "--message-format=json"]);
    let messages = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}\n{messages}",
        String::from_utf8_lossy(&output.stderr)
    );
    let artifact = messages
        .lines()
        .find(|line| line.contains("compiler-artifact") && line.contains("\"kind\":[\"bin\"]"))
        .expect("cargo reports the binary");
    Built {
        script_ran: runs(user) > before,
        crate_compiled: artifact.contains("\"fresh\":false"),
    }
}

fn runs(user: &UserCrate) -> usize {
    fs::read(user.path("runs")).map_or(0, |runs| runs.len())
}

fn object(name: &str) -> Vec<u8> {
    let order = if cfg!(target_endian = "big") {
        "eb"
    } else {
        "el"
    };
    let path = workspace().join(format!("ebpf-samples/objects/{order}/{name}.bpf.o"));
    fs::read(path).expect("a committed object")
}

#[test]
fn an_object_is_read_again_only_when_it_changes() {
    let _guard = ONE_AT_A_TIME.lock();
    let user = UserCrate::new(&[
        ("build.rs", &build_script("object(\"flow.bpf.o\")")),
        ("src/main.rs", MAIN),
    ]);
    user.write("flow.bpf.o", object("flow"));
    assert_eq!(build(&user), EVERYTHING);
    assert_eq!(build(&user), NOTHING);
    user.write("unrelated.txt", "a file that nobody read");
    assert_eq!(build(&user), NOTHING);

    user.write("flow.bpf.o", object("flow_small"));
    assert_eq!(build(&user), EVERYTHING);
    let run = Command::new(user.program()).output();
    assert_eq!(run.expect("the program runs").stdout, b"1024\n");
    assert_eq!(build(&user), NOTHING);
}

#[test]
fn a_source_is_compiled_again_when_it_or_its_header_changes() {
    if mapgen_test_support::clang().is_none() {
        return;
    }
    let _guard = ONE_AT_A_TIME.lock();
    let source = "\
#include \"flow.h\"
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
struct {
    __uint(type, 1);
    __uint(max_entries, ENTRIES);
    __type(key, unsigned int);
    __type(value, unsigned long long);
} conns __attribute__((section(\".maps\"), used));
";
    let user = UserCrate::new(&[
        ("build.rs", &build_script("source(\"bpf/flow.bpf.c\")")),
        ("src/main.rs", MAIN),
        ("bpf/flow.bpf.c", source),
        ("bpf/flow.h", "#define ENTRIES 16\n"),
    ]);
    assert_eq!(build(&user), EVERYTHING);
    assert_eq!(build(&user), NOTHING);
    user.write("bpf/unread.h", "#define NOTHING\n");
    assert_eq!(build(&user), NOTHING);

    user.write("bpf/flow.h", "#define ENTRIES 32\n");
    assert_eq!(build(&user), EVERYTHING);
    user.write("bpf/flow.bpf.c", format!("{source}/* changed */\n"));
    assert!(build(&user).script_ran);
    assert_eq!(build(&user), NOTHING);
}
