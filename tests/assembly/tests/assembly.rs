//! Whether a generated accessor compiles to the instructions of the same thing by hand, and
//! how many clang makes of it in C.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use mapgen_test_assembly::{BYTE_BY_BYTE, Code, PAIRS, Pair};
use mapgen_test_support::{clang, skipped};
use object::{Object as _, ObjectSymbol as _};

/// A function of this very program.
struct Function {
    /// As the executable has it, before the loader moved it.
    address: u64,
    bytes: &'static [u8],
}

/// The functions of this program by their first instruction.
struct Program {
    path: PathBuf,
    sizes: BTreeMap<u64, u64>,
    /// How far the loader moved it.
    moved: u64,
}

impl Program {
    fn read() -> Self {
        let path = std::env::current_exe().expect("the test has a file");
        let file = std::fs::read(&path).expect("it can be read");
        let file = object::File::parse(&*file).expect("it is an executable");
        let sizes: BTreeMap<u64, u64> = file
            .symbols()
            .filter(|symbol| symbol.size() > 0)
            .map(|symbol| (symbol.address(), symbol.size()))
            .collect();
        let here = file
            .symbols()
            .find(|symbol| symbol.name() == Ok("mapgen_test_assembly_here"))
            .expect("an executable with a table of symbols");
        let moved = (mapgen_test_assembly_here as *const () as u64) - here.address();
        Self { path, sizes, moved }
    }

    fn function(&self, code: Code) -> Function {
        let address = code.0 as u64 - self.moved;
        let size = self.sizes.get(&address).expect("a function has a symbol");
        Function {
            address,
            // SAFETY: the symbol says that the function has so many bytes, which are read
            // where they are executed and never change.
            bytes: unsafe { std::slice::from_raw_parts(code.0.cast(), *size as usize) },
        }
    }

    /// The difference, if there is one.
    fn compare(&self, pair: &Pair) -> Option<String> {
        let (accessor, by_hand) = (self.function(pair.accessor), self.function(pair.by_hand));
        // The linker may have found itself that they are equal, and made one of two.
        (accessor.bytes != by_hand.bytes).then(|| {
            format!(
                "\n{}\naccessor:\n{}by hand:\n{}",
                label(pair),
                self.listing(&accessor),
                self.listing(&by_hand)
            )
        })
    }

    /// What objdump says of a function, or its bytes.
    fn listing(&self, function: &Function) -> String {
        let range = function.address..function.address + function.bytes.len() as u64;
        match instructions(&self.path, Some(range)) {
            Some(lines) => lines.concat(),
            None => format!("{:02x?}\n", function.bytes),
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn mapgen_test_assembly_here() {}

fn label(pair: &Pair) -> String {
    let verb = if pair.reads { "reading" } else { "writing" };
    format!("{verb} `{}` of `{}`", pair.member, pair.ctype)
}

fn pairs() -> impl Iterator<Item = &'static Pair> {
    PAIRS.iter().copied().flatten()
}

/// Lines of objdump, of all functions or of what stands at these addresses; `None` without it.
fn instructions(file: &Path, addresses: Option<Range<u64>>) -> Option<Vec<String>> {
    let mut objdump = Command::new("objdump");
    objdump.args(["-d", "--no-show-raw-insn", "-M", "intel"]);
    if let Some(range) = addresses {
        objdump
            .arg(format!("--start-address={}", range.start))
            .arg(format!("--stop-address={}", range.end));
    }
    let output = objdump.arg(file).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // `  1139:\tmov    eax,DWORD PTR [rdi]`; what only fills up to the next function is none.
    let line = |line: &str| {
        let (_, instruction) = line.split_once(":\t")?;
        Some(format!("    {}\n", instruction.trim_end()))
    };
    Some(text.lines().filter_map(line).collect())
}

/// Says why nothing can be compared here.
fn elsewhere() -> bool {
    if cfg!(target_arch = "x86_64") {
        return false;
    }
    skipped("x86_64");
    true
}

#[test]
fn an_accessor_compiles_to_what_is_written_by_hand() {
    if elsewhere() {
        return;
    }
    let program = Program::read();
    let differences: String = pairs().filter_map(|pair| program.compare(pair)).collect();
    assert!(differences.is_empty(), "{differences}");
    assert!(pairs().count() > 100, "the table has lost its rows");
}

#[test]
fn a_reading_byte_by_byte_is_seen_to_be_another() {
    if elsewhere() {
        return;
    }
    let difference = Program::read().compare(&BYTE_BY_BYTE);
    assert!(difference.is_some(), "four loads and one are the same");
}

/// C functions that do what the pairs do, named by their places in the table.
fn in_c(pairs: &[&Pair]) -> String {
    let mut text = String::from(
        "#include <stdbool.h>\n#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n\
         #include \"layouts.types.h\"\n\
         typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64;\n\
         typedef __s8 i8; typedef __s16 i16; typedef __s32 i32; typedef __s64 i64;\n\
         typedef unsigned __int128 u128; typedef __int128 i128;\n",
    );
    for (number, pair) in pairs.iter().enumerate() {
        let Pair {
            ctype,
            member,
            value,
            through,
            ..
        } = pair;
        let function = if pair.reads {
            format!(
                "{value} pair_{number}(const {ctype} *v) {{ return {through}(v->{member}); }}\n"
            )
        } else {
            format!("void pair_{number}({ctype} *v, {value} x) {{ v->{member} = {through}(x); }}\n")
        };
        text.push_str(&function);
    }
    text
}

/// How many instructions clang makes of each pair, `None` without what says so.
fn of_clang(pairs: &[&Pair]) -> Option<Vec<usize>> {
    let clang = clang()?;
    let folder = tempfile::tempdir().expect("a folder");
    let (source, object) = (folder.path().join("c.c"), folder.path().join("c.o"));
    std::fs::write(&source, in_c(pairs)).expect("it can be written");
    let status = Command::new(clang)
        .args(["-O2", "-w", "-fcf-protection=none", "-c", "-o"])
        .arg(&object)
        .arg("-I")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ebpf-samples/bpf"))
        .arg(&source)
        .status()
        .expect("clang runs");
    assert!(status.success(), "clang compiles the C side");
    let bytes = std::fs::read(&object).expect("clang wrote it");
    let file = object::File::parse(&*bytes).expect("an object");
    (0..pairs.len())
        .map(|number| {
            let symbol = file.symbol_by_name(&format!("pair_{number}"))?;
            let range = symbol.address()..symbol.address() + symbol.size();
            instructions(&object, Some(range)).map(|lines| lines.len())
        })
        .collect()
}

/// All together: for single ones the two differ by what each has learnt about an instruction.
#[test]
fn the_accessors_take_no_more_instructions_than_clang_does_for_the_members() {
    if elsewhere() {
        return;
    }
    if instructions(Path::new("/proc/self/exe"), Some(0..0)).is_none() {
        return skipped("objdump");
    }
    // The goldens' C is compiled for BPF only.
    let pairs: Vec<_> = pairs()
        .filter(|pair| pair.ctype != "struct packed")
        .collect();
    let Some(of_clang) = of_clang(&pairs) else {
        return;
    };
    let program = Program::read();
    let (mut ours, mut clangs, mut rows) = (0, 0, String::new());
    for (pair, clang) in pairs.iter().zip(of_clang) {
        let count = program
            .listing(&program.function(pair.accessor))
            .lines()
            .count();
        ours += count;
        clangs += clang;
        writeln!(rows, "{count:3} {clang:3}  {}", label(pair)).expect("a string");
    }
    println!(
        "{} accessors: {ours} instructions, clang {clangs}",
        pairs.len()
    );
    assert!(
        ours <= clangs,
        "{ours} instructions, clang {clangs}\n{rows}"
    );
}
