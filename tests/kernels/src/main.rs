//! `mapgen-kernels FOLDER [--exclude PACKAGE]… [--test NAME]… [RELEASE…]`: the kernel tests under
//! the kernels in a folder, and under the one that runs here; with names, these test binaries and
//! these kernels only.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mapgen_kernels::image::{self, Image};
use mapgen_kernels::suite::{self, Outcome, Report};
use mapgen_kernels::{machine, table};

/// How long one machine may run.
const PATIENCE: Duration = Duration::from_secs(40 * 60);

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("mapgen-kernels: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> io::Result<usize> {
    let usage = || {
        io::Error::other(
            "usage: mapgen-kernels FOLDER [--exclude PACKAGE]… [--test NAME]… [RELEASE…]",
        )
    };
    let mut arguments = std::env::args().skip(1);
    let folder = fs::canonicalize(arguments.next().ok_or_else(usage)?)?;
    let (mut releases, mut only, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--test" => only.push(arguments.next().ok_or_else(usage)?),
            "--exclude" => excluded.extend([argument, arguments.next().ok_or_else(usage)?]),
            _ if argument.starts_with('-') => return Err(usage()),
            _ => releases.push(argument),
        }
    }

    if releases.is_empty() {
        releases = kernels_in(&folder)?;
    }

    let started = Instant::now();
    let binaries = image::test_binaries(&only, &excluded)?;
    println!("built in {} s", started.elapsed().as_secs());
    let mut image = Image::new(folder.join("root"))?;
    for (name, binary) in &binaries {
        image.binary(binary, &format!("tests/{name}"))?;
    }
    let guest = std::env::current_exe()?.with_file_name("mapgen-kernels-guest");
    image.binary(&guest, "init")?;
    for program in ["/sbin/ip", "/bin/ip", "/usr/bin/setpriv", "/bin/cat"] {
        if Path::new(program).exists() {
            let name = Path::new(program).file_name().unwrap_or_default();
            image.binary(
                Path::new(program),
                &format!("bin/{}", name.to_string_lossy()),
            )?;
        }
    }
    // Objects that tests read by the path that they were built with.
    image.folder(&fs::canonicalize("ebpf-samples/objects")?)?;

    // Here first: what the tests compile is kept, and goes into the machines, which have no clang.
    let started = Instant::now();
    let output = Command::new(&guest)
        .arg(folder.join("root/tests"))
        .env("MAPGEN_COMPILED", folder.join("root/compiled"))
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let reports = table::read(&text);
    let here = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let here = here.trim().split('.').take(2).collect::<Vec<_>>().join(".");
    said(&here, &text, &reports, started.elapsed());
    if any_failed(&reports) {
        print_failures(&text);
    }
    let here = (format!("{here} (here)"), reports);

    // All at a time: most tests keep one CPU busy.
    let mut machines = Vec::new();
    for release in &releases {
        let home = folder.join(release);
        image.modules(&home.join("modules"))?;
        let initramfs = home.join("initramfs.cpio");
        image.write(&initramfs)?;
        let started = Instant::now();
        let machine = thread::spawn(move || {
            let text = machine::boot(&home.join("vmlinuz"), &initramfs, &home, PATIENCE);
            (text, started.elapsed())
        });
        machines.push((release, machine));
    }
    let mut kernels = Vec::new();
    for (release, machine) in machines {
        let (text, took) = machine.join().expect("it does not panic");
        let text = text.map_err(|error| io::Error::other(format!("{release}: {error}")))?;
        let reports = table::read(&text);
        said(release, &text, &reports, took);
        if any_failed(&reports) {
            print_failures(&text);
        }
        kernels.push((release.clone(), reports));
    }

    kernels.push(here);

    let (text, failed) = table::print(&kernels);
    println!("\n{text}");
    let cells: usize = kernels.iter().map(|(_, reports)| reports.len()).sum();
    println!(
        "{} kernels, {cells} results, {failed} failed or missing",
        kernels.len()
    );
    if binaries.is_empty() || cells == 0 {
        return Err(io::Error::other("no test ran"));
    }
    Ok(failed)
}

/// The releases whose kernels are in a folder, the oldest first.
fn kernels_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut releases = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().join("vmlinuz").exists() {
            releases.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    releases.sort_by_key(|release| {
        let numbers = release.split('.').map(|number| number.parse().unwrap_or(0));
        numbers.collect::<Vec<u32>>()
    });
    Ok(releases)
}

/// How many tests ran under a kernel, and how long they took.
fn said(release: &str, text: &str, reports: &[Report], took: Duration) {
    let seconds = took.as_secs();
    let slowest: Vec<String> = suite::slowest(text, 3)
        .into_iter()
        .map(|(name, seconds)| format!("{name} {seconds} s"))
        .collect();
    println!(
        "{release}: {} tests in {seconds} s, of which {}",
        reports.len(),
        slowest.join(", ")
    );
    io::stdout().flush().ok();
}

fn any_failed(reports: &[Report]) -> bool {
    reports
        .iter()
        .any(|report| report.outcome == Outcome::Failed)
}

/// What the tests that failed said.
fn print_failures(text: &str) {
    for line in text.lines() {
        match Report::read(line) {
            Some(report) if report.outcome == Outcome::Failed => println!("  ^ {}", report.test),
            Some(_) => {}
            // What the failed ones of a binary said is indented.
            None if line.starts_with(' ') => println!("{line}"),
            None => {}
        }
    }
}
