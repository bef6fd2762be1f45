//! `docs/corpus.md`: the table of the last whole run, and libbpf-cargo's beside it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use mapgen_test_support::user;

use crate::peers::Outcome;

/// Where a whole run leaves its table.
pub(crate) const TABLE: &str = "table.txt";

/// What a row counts, and how.
type Row = (&'static str, fn(&Outcome) -> usize);

/// Writes the page.
pub(crate) fn write(
    page: &Path,
    folder: &Path,
    named: &Outcome,
    renamed: &Outcome,
) -> io::Result<()> {
    let table = fs::read_to_string(folder.join(TABLE))?;
    let stamp = fs::read_to_string(folder.join("stamp"))?;
    let stamp: Vec<&str> = stamp.lines().collect();
    // The last line is of no use to a reader.
    let sources = stamp.split_last().map_or(&[][..], |(_, lines)| lines);
    let peer = version("libbpf-cargo")?;
    let mut out = String::new();
    let _ = write!(
        out,
        "# The corpus\n\n\
         Written by `./run corpus --peers` on {}; not by hand. `./run corpus` prints the first \
         table anew, `./run test` runs a sample of it, CI the whole.\n\n\
         Made of: {}; {}; Linux {} ({} CPUs); libbpf {}.\n\n\
         ## mapgen\n\n\
         Every object is read, compared with libbpf (maps, leaves, variables, programs) and with \
         clang's DWARF (every type with a name), expanded and compiled with assertions on \
         libbpf's numbers; its members are read out of bytes that libbpf's numbers say; its maps \
         are created in the running kernel and taken through the load gate.\n\n\
         ```text\n{}\n```\n\n\
         ## libbpf-cargo {peer}, for scale\n\n\
         The same objects, those that libbpf opens, through `SkeletonBuilder`: generated, \
         compiled with `cargo check`, and asserted: the sizes of the named types that maps and \
         sections reach, the offsets of their members, bit-fields apart, and of global \
         variables, by libbpf's numbers.\n\n",
        said("date", &["-u", "+%F"])?,
        sources.join(", "),
        said("rustc", &["--version"])?,
        // What is behind it names the machine.
        said("uname", &["-r"])?
            .split('-')
            .next()
            .unwrap_or_default(),
        std::thread::available_parallelism().map_or(1, usize::from),
        mapgen_test_libbpf::version(),
        table.trim_end(),
    );
    let _ = writeln!(
        out,
        "| | the file's own name | renamed `object1.bpf.o`, … |\n| --- | ---: | ---: |"
    );
    let rows: [Row; 7] = [
        ("objects", |of| of.objects),
        ("generation fails", |of| sum(&of.not_generated)),
        ("does not compile", |of| sum(&of.not_compiled)),
        ("wrong layout", |of| sum(&of.wrong)),
        ("right", |of| of.fine.len()),
        ("types asserted of those", |of| of.types),
        ("sizes and offsets", |of| of.assertions),
    ];
    for (what, count) in rows {
        let _ = writeln!(out, "| {what} | {} | {} |", count(named), count(renamed));
    }
    for (title, of) in [("With their own names", named), ("Renamed", renamed)] {
        let _ = writeln!(out, "\n{title}:\n");
        for (what, reasons) in [
            ("generation fails", &of.not_generated),
            ("does not compile", &of.not_compiled),
            ("wrong layout", &of.wrong),
        ] {
            for (reason, names) in reasons {
                let first = names[..names.len().min(3)].join("`, `");
                let _ = writeln!(
                    out,
                    "- {what}, {}: {} (`{first}`{})",
                    names.len(),
                    reason.replace('|', "\\|"),
                    if names.len() > 3 { ", …" } else { "" }
                );
            }
        }
    }
    out.push_str(
        "\nWhat is libbpf-cargo's own design, and counts as right: it emits every type of an \
         object's BTF rather than those that maps reach; a bit-field has no member of its own; \
         pointers are raw pointers; enumerations are numbers; names are C's. It loads, attaches \
         and pins, which this table does not ask about, and makes no claim about maps that it \
         did not create.\n",
    );
    if let Some(parent) = page.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(page, out)
}

fn sum(reasons: &std::collections::BTreeMap<String, Vec<String>>) -> usize {
    reasons.values().map(Vec::len).sum()
}

/// What a program prints.
fn said(program: &str, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of a package in the workspace's lock file.
fn version(package: &str) -> io::Result<String> {
    let lock = fs::read_to_string(user::workspace()?.join("Cargo.lock"))?;
    let (_, after) = lock
        .split_once(&format!("name = \"{package}\"\nversion = \""))
        .ok_or_else(|| io::Error::other(format!("{package} is not in Cargo.lock")))?;
    let version = after.split('"').next().unwrap_or_default();
    Ok(version.to_owned())
}
