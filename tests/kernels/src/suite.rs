//! Running the tests of a folder one by one, and the line that says what came of each.

use std::fmt;
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
    /// It did not run, since the emulated machine is too small: what it needs. It runs on the
    /// machine that emulates.
    Needs(String),
    /// It failed, did not end in time, or was skipped.
    Failed,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Ok => f.write_str("ok"),
            Outcome::Unsupported(since) => write!(f, "unsupported since {since}"),
            Outcome::Needs(what) => write!(f, "needs {what}"),
            Outcome::Failed => f.write_str("FAILED"),
        }
    }
}

/// What the lines of the report begin with: those about a test, and those about the time that
/// the tests of a binary took.
const MARK: &str = "@mapgen ";
const SECONDS_MARK: &str = "@mapgen-seconds ";

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
        format!("{MARK}{} {}", self.test, self.outcome)
    }

    /// Reads a line of a report; `None` for any other line.
    pub fn read(line: &str) -> Option<Self> {
        let (test, outcome) = line.strip_prefix(MARK)?.split_once(' ')?;
        let outcome = match outcome {
            "ok" => Outcome::Ok,
            "FAILED" => Outcome::Failed,
            other => match other.strip_prefix("unsupported since ") {
                Some(since) => Outcome::Unsupported(since.to_owned()),
                None => Outcome::Needs(other.strip_prefix("needs ")?.to_owned()),
            },
        };
        Some(Self {
            test: test.to_owned(),
            outcome,
        })
    }
}

/// The binaries whose tests took longest, with their seconds.
pub fn slowest(text: &str, count: usize) -> Vec<(&str, u64)> {
    let mut binaries: Vec<(&str, u64)> = text
        .lines()
        .filter_map(|line| line.strip_prefix(SECONDS_MARK)?.split_once(' '))
        .filter_map(|(name, seconds)| Some((name, seconds.parse().ok()?)))
        .collect();
    binaries.sort_by_key(|(_, seconds)| std::cmp::Reverse(*seconds));
    binaries.truncate(count);
    binaries
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
        let started = Instant::now();
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
            let ends = Report {
                test: format!("{name}::ends"),
                outcome: Outcome::Failed,
            };
            writeln!(to, "{}", ends.line())?;
        }
        writeln!(to, "{SECONDS_MARK}{name} {}", started.elapsed().as_secs())?;
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
    // What it said of itself, before the harness says that it passed.
    let mut own = None;
    // What failed is told again below, with the output of child processes.
    for mut line in said.lines().take_while(|line| *line != "failures:") {
        if let Some((name, rest)) = line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        {
            running = Some(name);
            own = None;
            line = rest;
        }
        let Some(name) = running else { continue };
        if let Some(rest) = line.strip_prefix("unsupported since ") {
            own = rest
                .split(':')
                .next()
                .map(str::to_owned)
                .map(Outcome::Unsupported);
            continue;
        }
        if let Some(what) = line.strip_prefix("too small: needs ") {
            own = Some(Outcome::Needs(what.to_owned()));
            continue;
        }
        let outcome = match (line, own.take()) {
            ("ok", own) => own.unwrap_or(Outcome::Ok),
            ("FAILED", _) => Outcome::Failed,
            // The entry of a child process, which another test starts.
            (line, _) if line.starts_with("ignored") => {
                running = None;
                continue;
            }
            (_, said) => {
                own = said;
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
            Outcome::Needs("9 GiB of free memory".to_owned()),
        ] {
            let report = Report {
                test: "kernel_hash::a_test".to_owned(),
                outcome,
            };
            assert_eq!(Report::read(&report.line()), Some(report));
        }
        assert_eq!(Report::read("[    0.1] Linux version 5.10"), None);
        assert_eq!(Report::read("@mapgen half"), None);
        assert_eq!(Report::read("@mapgen-seconds kernel_hash 3"), None);
    }

    #[test]
    fn the_binaries_that_took_longest_come_first() {
        let text = "@mapgen-seconds a 3\nnoise\n@mapgen-seconds b 12\n@mapgen-seconds c 1\n";
        assert_eq!(slowest(text, 2), [("b", 12), ("a", 3)]);
    }

    #[test]
    fn what_a_test_says_stands_behind_its_name() {
        let said = "\nrunning 6 tests\n\
            test a ... ok\n\
            test b ... unsupported since 5.14: a program type\nok\n\
            test c ... libbpf: noise\nFAILED\n\
            test d ... ignored, started by c\n\
            test f ... too small: needs memory\nok\n\
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
                of("f", Outcome::Needs("memory".to_owned())),
                of("e", Outcome::Failed),
            ]
        );
    }
}
