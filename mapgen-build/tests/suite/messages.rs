//! Each page of a message shows what is said: its example is compiled, or its scenario
//! run, and the text compared with the page's. A page cannot say what nothing says.

use std::fs;
use std::path::Path;

use mapgen_build::policy::File;
use mapgen_build::{Error, Options};
use mapgen_schema::codes::{self, Code};

use crate::{builder, clang, hostile};

/// What the bindings' own codes begin at; their pages are compared with `tests/ui`.
const BINDINGS: u16 = 400;

fn page(code: Code) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    fs::read_to_string(folder.join(format!("{code}.md"))).unwrap()
}

/// The first block of this language in a text.
fn block<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("```{language}\n"))?;
    Some(rest.split_once("\n```")?.0)
}

/// Whether a text is that of a page, where `…` stands for anything in its line. The page
/// may leave further lines out.
fn is_as_shown(said: &str, shown: &str) -> bool {
    let mut said = said.lines();
    shown.lines().all(|shown| {
        let Some(mut rest) = said.next() else {
            return false;
        };
        let mut parts = shown.split('…').peekable();
        let starts = parts
            .next()
            .is_none_or(|first| match rest.strip_prefix(first) {
                Some(after) => {
                    rest = after;
                    true
                }
                None => false,
            });
        starts
            && parts.all(|part| match rest.find(part) {
                Some(at) => {
                    rest = &rest[at + part.len()..];
                    true
                }
                None => false,
            })
            && (rest.is_empty() || shown.ends_with('…'))
    })
}

/// What is said of the C text; `None` without clang.
fn of_c(text: &str, arguments: &[&str]) -> Option<Result<(), Error>> {
    let folder = tempfile::tempdir().unwrap();
    let kinds = [
        "HASH",
        "ARRAY",
        "PROG_ARRAY",
        "PERCPU_ARRAY",
        "HASH_OF_MAPS",
        "RINGBUF",
    ];
    let kinds = kinds.map(|kind| format!("-DBPF_MAP_TYPE_{kind}={kind}"));
    let mut all: Vec<&str> = kinds.iter().map(String::as_str).collect();
    all.push("-DBPF_MAP_TYPE_ARENA=33");
    all.extend(arguments);
    let text = format!("#include \"bpf.h\"\n{text}\n");
    let object = clang::compile_with(folder.path(), "flow", &text, clang::LITTLE, &all)?;
    let read = mapgen_build::read(&object, &Options::default());
    Some(read.and_then(|schema| mapgen_build::check(&schema)))
}

/// An object with a map `conns`, changed.
fn changed(change: impl Fn(&mut Vec<u8>)) -> Option<Result<(), Error>> {
    let folder = tempfile::tempdir().unwrap();
    let text = "#include \"bpf.h\"\nstruct { __uint(type, HASH); __uint(max_entries, 1); \
                __type(key, int); __type(value, int); } conns SEC(\".maps\");\n";
    let object = clang::compile(folder.path(), "flow", text, clang::LITTLE)?;
    let mut bytes = fs::read(object).unwrap();
    change(&mut bytes);
    Some(mapgen_build::read_bytes(&bytes, "flow.bpf.o", &Options::default()).map(drop))
}

fn of_bytes(bytes: &[u8], name: &str) -> Option<Result<(), Error>> {
    Some(mapgen_build::read_bytes(bytes, name, &Options::default()).map(drop))
}

/// What is said of what a code is about, as text; `None` without clang.
fn provoke(code: Code) -> Option<String> {
    let scenario = builder::said;
    let result = match code {
        codes::missing_file => {
            Some(mapgen_build::read("bpf/flow.bpf.o", &Options::default()).map(drop))
        }
        codes::unreadable_file => {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("bpf");
            fs::create_dir(&path).unwrap();
            let error = mapgen_build::read(&path, &Options::default())
                .unwrap_err()
                .to_string();
            return Some(error.replace(&path.display().to_string(), "bpf"));
        }
        codes::not_bpf => of_bytes(b"#!/bin/sh", "run.sh"),
        codes::no_btf => of_c(block(&page(code), "c")?, &["-g0"]),
        codes::damaged_elf => {
            let cut = changed(|bytes| bytes.truncate(64))?;
            return Some(
                cut.unwrap_err()
                    .to_string()
                    .replace("flow.bpf.o", "cut.bpf.o"),
            );
        }
        codes::damaged_btf => of_bytes(&hostile::object_with(&[0; 24]), "flow.bpf.o"),
        codes::stripped => changed(|bytes| {
            // The last of the name is that of the symbol.
            let name = b"\0conns\0";
            let at = bytes
                .windows(name.len())
                .rposition(|bytes| bytes == name)
                .unwrap();
            bytes[at + 1] = b'x';
        }),
        codes::beyond_limits => of_c(&format!("__u64 {};", "a".repeat(2000)), &["-g"]),
        codes::endless_type => {
            let mut text = "struct level0 { int a; };\n".to_owned();
            for level in 1..300 {
                text += &format!("struct level{level} {{ struct level{} a; }};\n", level - 1);
            }
            text += "struct { __uint(type, HASH); __type(key, int); \
                     __type(value, struct level299); } conns SEC(\".maps\");";
            of_c(&text, &["-g", "-fbracket-depth=1000"])
        }
        codes::old_bit_field => {
            let int: &[u32] = &[1, 1 << 24, 4, 4];
            return Some(hostile::error_of(&[
                int,
                &[hostile::B, 4 << 24 | 1, 4, 5, 1, 0],
            ]));
        }
        codes::byte_order => return scenario("object for big-endian"),
        codes::no_clang => return scenario("no clang"),
        codes::clang_refuses => return scenario("missing header"),
        codes::prebuilt_differs => return scenario("changed prebuilt"),
        codes::requested_type => return scenario("type unknown"),
        codes::requested_map => return scenario("min unknown"),
        codes::usage => return scenario("clang of an object"),
        codes::outside_build_script => Some(mapgen_build::Builder::object("flow.bpf.o").generate()),
        codes::one_name => return scenario("objects"),
        codes::schema_file => return scenario("broken schema"),
        codes::policy_file => {
            Some(File::parse(block(&page(code), "toml")?, "mapgen.toml".as_ref()).map(drop))
        }
        codes::kernel_types => return scenario("vmlinux of nothing"),
        codes::unknown_policy => return scenario("unknown policy"),
        _ => of_c(block(&page(code), "c")?, &["-g"]),
    };
    Some(result?.expect_err("an error").to_string())
}

#[test]
fn the_page_of_every_message_shows_what_is_said() {
    let mut wrong = String::new();
    for &code in codes::ALL {
        // Policies have tests of their own.
        if code.is_policy() && code.number >= 100 || code.number >= BINDINGS {
            continue;
        }
        let page = page(code);
        let shown = block(&page, "text").unwrap_or_else(|| panic!("{code}.md shows no message"));
        let first = shown.lines().next().unwrap_or_default();
        assert!(first.ends_with(&format!("[{code}]")), "{code}.md: {first}");
        if let Some(said) = provoke(code).filter(|said| !is_as_shown(said, shown)) {
            wrong += &format!("{code}.md\nshown: {shown}\nsaid:  {said}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_corrected_c_of_a_page_is_read_without_a_word() {
    let mut wrong = String::new();
    for &code in codes::ALL {
        let page = page(code);
        let Some((_, after)) = page.split_once("## What to do") else {
            continue;
        };
        let Some(corrected) = block(after, "c").filter(|text| text.contains("SEC(")) else {
            continue;
        };
        if code.number < BINDINGS {
            if let Some(Err(error)) = of_c(corrected, &["-g"]) {
                wrong += &format!("{code}.md: {error}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn five_mistakes_in_one_object_come_together_each_with_its_code() {
    let text = "struct gone;
        struct { __uint(type, HASH); __uint(max_entry, 1); } a SEC(\".maps\");
        struct { __uint(max_entries, 1); } b SEC(\".maps\");
        struct { __uint(type, HASH); __uint(pinning, 2); } c SEC(\".maps\");
        struct { __uint(type, HASH); __uint(key_size, 8); __type(key, int); } d SEC(\".maps\");
        struct { __uint(type, HASH); struct gone *key; } e SEC(\".maps\");";
    let Some(result) = of_c(text, &["-g"]) else {
        return;
    };
    let Err(Error::Many(errors)) = result else {
        panic!("{result:?}");
    };
    let found: Vec<_> = errors.iter().filter_map(Error::code).collect();
    assert_eq!(
        found,
        [
            codes::unknown_attribute,
            codes::map_without_kind,
            codes::attribute_value,
            codes::sizes_disagree,
            codes::only_declared,
        ]
    );
}
