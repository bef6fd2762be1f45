//! The page of every message of the bindings shows a program that has it, and the message as
//! it is printed: both stand in `ui`, where rustc has the last word.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use mapgen_runtime::{Difference, Error, Mismatch};
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

/// One of each error, as its page shows it.
fn errors() -> Vec<Error> {
    let map = Cow::<str>::Borrowed;
    let conns = || map("conns");
    let differ = Difference::Number {
        what: "value_size",
        expected: 32,
        found: 24,
    };
    vec![
        Error::Full {
            map: conns(),
            capacity: 65_536,
            entries: Some(65_536),
        },
        Error::OutOfRange {
            map: map("counters"),
            index: 9,
            capacity: 4,
        },
        Error::PrefixTooLong {
            map: map("routes"),
            length: 33,
            bits: 32,
        },
        Error::Mismatch(Mismatch {
            object: "flow",
            map: conns(),
            found_in: "pinned at `/sys/fs/bpf/conns`".to_owned(),
            differences: vec![differ],
        }),
        Error::Permission {
            op: "reading the BTF".into(),
            map: conns(),
            capability: "CAP_SYS_ADMIN",
        },
        Error::Unsupported {
            what: "ring buffers".into(),
            since: "5.8",
        },
        Error::Busy {
            map: map("events"),
            what: "consumer",
        },
        Error::Interrupted {
            map: conns(),
            op: "iter",
        },
        Error::Record {
            map: map("events"),
            expected: 40,
            found: 16,
        },
        Error::UnknownRecord {
            map: map("answers"),
            tag: Some(9),
            found: 24,
        },
        Error::Disturbed {
            map: map("events"),
            what: "the position of CPU 3".into(),
        },
        Error::Exists { map: conns() },
        Error::NotFound { map: conns() },
        Error::Access {
            op: "insert",
            map: map("limits"),
            why: "the map is frozen",
        },
        Error::Size {
            map: map("legacy"),
            what: "key",
            expected: 8,
            found: 4,
        },
        Error::NotMmapable {
            map: map("counters"),
        },
        Error::NoCapacity { map: conns() },
        Error::Object {
            op: "attach",
            name: map("handle_syn"),
            message: "No such file or directory (os error 2)".to_owned(),
        },
        Error::Os {
            op: "pin at `/sys/fs/bpf/conns`".into(),
            map: conns(),
            errno: libc::EEXIST,
        },
    ]
}

#[test]
fn every_error_of_run_time_has_a_page_that_shows_its_message() {
    let errors = errors();
    let mut wrong = String::new();
    for code in codes::ALL.iter().filter(|code| code.number >= 500) {
        let page = page(code);
        let error = errors.iter().find(|error| error.code() == code.to_string());
        let said = error.map(|error| lines(&error.to_string()));
        let shown = block(&page, "text").map(lines);
        if said.is_none() || said != shown {
            wrong += &format!("{code}.md\nshown: {shown:?}\nsaid:  {said:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
