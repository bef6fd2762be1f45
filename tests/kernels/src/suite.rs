//! Running the tests of a folder one by one, and the line that says what came of each.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the tests of one binary may take, under emulation.
const PATIENCE: Duration = Duration::from_secs(300);

/// What came of one test.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It passed.
    Ok,
    /// It passed, and asserted in doing so that this kernel lacks something: since which release
    /// kernels have it.
    Unsupported(String),
    /// It failed, did not end in time, or was skipped.
    Failed,
}

/// What a line of the report begins with.
const MARK: &str = "@mapgen";

/// One test, and what came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// The binary and the name of the test.
    pub test: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Report {
    /// The line of a report.
    pub fn line(&self) -> String {
        let outcome = match &self.outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "failed",
            Outcome::Unsupported(since) => since,
        };
        format!("{MARK} {} {outcome}", self.test)
    }

    /// Reads a line of a report; `None` for any other line.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix(MARK)?.split_whitespace();
        let (test, outcome) = (words.next()?, words.next()?);
        Some(Self {
            test: test.to_owned(),
            outcome: match outcome {
                "ok" => Outcome::Ok,
                "failed" => Outcome::Failed,
                since => Outcome::Unsupported(since.to_owned()),
            },
        })
    }
}

/// Runs every test of every binary in a folder, and writes a line for each; after those of a
/// binary with one that failed, what it said.
pub fn run(folder: &Path, to: &mut impl Write) -> io::Result<()> {
    let mut binaries: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    binaries.sort();
    for binary in binaries {
        let name = binary.file_name().unwrap_or_default().to_string_lossy();
        let (said, ended) = run_binary(&binary)?;
        let reports = read(&name, &said);
        if !ended
            || reports
                .iter()
                .any(|report| report.outcome == Outcome::Failed)
        {
            for line in said.lines() {
                writeln!(to, "    {line}")?;
            }
        }
        for report in &reports {
            writeln!(to, "{}", report.line())?;
        }
        if reports.is_empty() || !ended {
            writeln!(to, "{MARK} {name}::ends failed")?;
        }
        to.flush()?;
    }
    Ok(())
}

/// Runs a binary, one test after the other: what it said, and whether it went through.
fn run_binary(binary: &Path) -> io::Result<(String, bool)> {
    let path = std::env::temp_dir().join(format!("mapgen-suite-{}", std::process::id()));
    let output = File::options().create(true).append(true).open(&path)?;
    // One file for both, so that what is said about a test stands behind its name.
    let mut child = Command::new(binary)
        .arg("--test-threads=1")
        .env("MAPGEN_NO_SKIP", "1")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= deadline {
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let mut said = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
    fs::remove_file(&path)?;
    // 101: a test failed, which the report says.
    let ended = matches!(status.code(), Some(0 | 101)) && said.contains("test result: ");
    if !ended {
        said.push_str(&format!(
            "ended with {status}, within {} s\n",
            PATIENCE.as_secs()
        ));
    }
    Ok((said, ended))
}

/// Reads what the test harness says, with what the tests said in between.
fn read(binary: &str, said: &str) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut running: Option<&str> = None;
    let mut since = None;
    // What failed is told again below, with the output of child processes.
    for mut line in said.lines().take_while(|line| *line != "failures:") {
        if let Some((name, rest)) = line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        {
            running = Some(name);
            since = None;
            line = rest;
        }
        let Some(name) = running else { continue };
        if let Some(rest) = line.strip_prefix("unsupported since ") {
            since = rest.split(':').next().map(str::to_owned);
            continue;
        }
        let outcome = match (line, since.take()) {
            ("ok", Some(since)) => Outcome::Unsupported(since),
            ("ok", None) => Outcome::Ok,
            ("FAILED", _) => Outcome::Failed,
            // The entry of a child process, which another test starts.
            (line, _) if line.starts_with("ignored") => {
                running = None;
                continue;
            }
            (_, said) => {
                since = said;
                continue;
            }
        };
        reports.push(Report {
            test: format!("{binary}::{name}"),
            outcome,
        });
        running = None;
    }
    // It went down in the middle of one.
    reports.extend(running.map(|name| Report {
        test: format!("{binary}::{name}"),
        outcome: Outcome::Failed,
    }));
    reports
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_back() {
        for outcome in [
            Outcome::Ok,
            Outcome::Failed,
            Outcome::Unsupported("5.14".to_owned()),
        ] {
            let report = Report {
                test: "kernel_hash::a_test".to_owned(),
                outcome,
            };
            assert_eq!(Report::read(&report.line()), Some(report));
        }
        assert_eq!(Report::read("[    0.1] Linux version 5.10"), None);
        assert_eq!(Report::read("@mapgen half"), None);
    }

    #[test]
    fn what_a_test_says_stands_behind_its_name() {
        let said = "\nrunning 5 tests\n\
            test a ... ok\n\
            test b ... unsupported since 5.14: a program type\nok\n\
            test c ... libbpf: noise\nFAILED\n\
            test d ... ignored, started by c\n\
            test e ... half a";
        let of = |name: &str, outcome| Report {
            test: format!("x::{name}"),
            outcome,
        };
        assert_eq!(
            read("x", said),
            [
                of("a", Outcome::Ok),
                of("b", Outcome::Unsupported("5.14".to_owned())),
                of("c", Outcome::Failed),
                of("e", Outcome::Failed),
            ]
        );
    }
}
