//! The page of every message of the bindings shows a program that has it, and the message as
//! it is printed: both stand in `ui`, where rustc has the last word.

use std::fs;
use std::path::{Path, PathBuf};

use mapgen_schema::codes::{self, Code};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The programs that do not compile, each with what rustc says of it.
fn programs() -> Vec<(String, String)> {
    let mut programs = Vec::new();
    for folder in ["ui", "ui/no_build_script"].map(folder) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let said = fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
                programs.push((fs::read_to_string(&path).unwrap(), said));
            }
        }
    }
    programs
}

fn bindings() -> impl Iterator<Item = &'static Code> {
    codes::ALL
        .iter()
        .filter(|code| (400..500).contains(&code.number))
}

fn page(code: &Code) -> String {
    let path = folder("../docs/errors").join(format!("{code}.md"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The first block of this language.
fn block<'a>(page: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("```{language}\n"))?;
    Some(rest.split_once("\n```")?.0)
}

/// Indentation is the terminal's.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    format!("\n{}\n", lines.join("\n"))
}

#[test]
fn every_code_of_the_bindings_has_a_program_that_does_not_compile_for_it() {
    let programs = programs();
    let lacking: Vec<String> = bindings()
        .map(|code| format!("[{code}]"))
        .filter(|code| {
            !programs
                .iter()
                .any(|(_, said)| said.contains(code.as_str()))
        })
        .collect();
    assert!(lacking.is_empty(), "no program in ui for {lacking:?}");
}

#[test]
fn a_page_shows_a_program_of_ui_and_what_rustc_says_of_it() {
    let programs = programs();
    let mut wrong = String::new();
    for code in bindings() {
        let page = page(code);
        let (Some(program), Some(message)) = (block(&page, "rust"), block(&page, "text")) else {
            wrong += &format!("{code}.md lacks a program or a message\n");
            continue;
        };
        let first = message.lines().next().unwrap_or_default();
        if !first.ends_with(&format!("[{code}]")) {
            wrong += &format!("{code}.md: `{first}` does not end in the code\n");
        }
        // The parts of a program that a page shows may stand apart in it.
        let shown = |text: &str| program.split("\n\n").all(|part| text.contains(part));
        let (message, mut found) = (lines(message), false);
        for (_, said) in programs.iter().filter(|(text, _)| shown(text)) {
            found |= lines(said).contains(&message);
        }
        if !found {
            wrong += &format!("{code}.md: no program of ui that it shows has its message\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn codes_that_the_runtime_crate_spells_out_are_in_the_table() {
    // It does without `mapgen-schema`.
    let sources = ["layout/check.rs", "layout/mod.rs"];
    for source in sources {
        let text = fs::read_to_string(folder("../mapgen-runtime/src").join(source)).unwrap();
        for part in text.split("[M0").skip(1) {
            let code = part.get(..3).and_then(|digits| digits.parse().ok());
            let known = |number: u16| codes::ALL.iter().any(|code| code.number == number);
            assert!(code.is_some_and(known), "{source}: [M0{}", &part[..3]);
        }
    }
}
