//! Running the tests of a folder one by one, and the line that says what came of each.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long one test may take, under emulation.
const PATIENCE: Duration = Duration::from_secs(120);

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
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Report {
    /// The line of a report.
    pub fn line(&self) -> String {
        let outcome = match &self.outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "failed",
            Outcome::Unsupported(since) => since,
        };
        format!("{MARK} {} {outcome} {}", self.test, self.milliseconds)
    }

    /// Reads a line of a report; `None` for any other line.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix(MARK)?.split_whitespace();
        let (test, outcome, milliseconds) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            test: test.to_owned(),
            outcome: match outcome {
                "ok" => Outcome::Ok,
                "failed" => Outcome::Failed,
                since => Outcome::Unsupported(since.to_owned()),
            },
            milliseconds: milliseconds.parse().ok()?,
        })
    }
}

/// Runs every test of every binary in a folder, and writes a line for each; for one that failed,
/// what it said before.
pub fn run(folder: &Path, to: &mut impl Write) -> io::Result<()> {
    let mut binaries: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    binaries.sort();
    for binary in binaries {
        let name = binary.file_name().unwrap_or_default().to_string_lossy();
        let list = Command::new(&binary)
            .args(["--list", "--format", "terse"])
            .output()?;
        let list = String::from_utf8_lossy(&list.stdout);
        let tests: Vec<&str> = list
            .lines()
            .filter_map(|line| line.strip_suffix(": test"))
            .collect();
        if tests.is_empty() {
            writeln!(to, "{name}: lists no test")?;
            writeln!(to, "{MARK} {name} failed 0")?;
        }
        for test in tests {
            let started = Instant::now();
            let (outcome, said) = run_one(&binary, test)?;
            // Tests that others start as child processes are `ignored`: no outcome.
            let Some(outcome) = outcome else { continue };
            if outcome == Outcome::Failed {
                writeln!(to, "{said}")?;
            }
            let report = Report {
                test: format!("{name}::{test}"),
                outcome,
                milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            };
            writeln!(to, "{}", report.line())?;
            to.flush()?;
        }
    }
    Ok(())
}

fn run_one(binary: &Path, test: &str) -> io::Result<(Option<Outcome>, String)> {
    let mut child = Command::new(binary)
        .args([test, "--exact", "--test-threads=1", "--nocapture"])
        .env("MAPGEN_NO_SKIP", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let readers = [
        std::thread::spawn(move || read_all(stdout.take())),
        std::thread::spawn(move || read_all(stderr.take())),
    ];
    let deadline = Instant::now() + PATIENCE;
    let mut late = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= deadline {
            late = true;
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let [stdout, stderr] = readers.map(|reader| reader.join().unwrap_or_default());
    let mut said = format!("{stdout}{stderr}");
    if late {
        said.push_str(&format!("ended after {} s\n", PATIENCE.as_secs()));
    }
    let since = said
        .lines()
        .find_map(|line| line.strip_prefix("unsupported since "));
    let outcome = if !status.success() || late {
        Some(Outcome::Failed)
    } else if stdout.contains("1 ignored") {
        None
    } else if let Some(since) = since {
        let since = since.split(':').next().unwrap_or_default();
        Some(Outcome::Unsupported(since.to_owned()))
    } else {
        Some(Outcome::Ok)
    };
    Ok((outcome, said))
}

fn read_all(from: Option<impl io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What was read until then is what there is.
        from.read_to_end(&mut bytes).ok();
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
                milliseconds: 12,
            };
            assert_eq!(Report::read(&report.line()), Some(report));
        }
        assert_eq!(Report::read("[    0.1] Linux version 5.10"), None);
        assert_eq!(Report::read("@mapgen half"), None);
    }
}
