//! `mapgen-kernels FOLDER [RELEASE…]`: the kernel tests under the kernels in a folder, and under
//! the one that runs here.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use mapgen_kernels::image::{self, Image};
use mapgen_kernels::suite::{Outcome, Report};
use mapgen_kernels::{machine, table};

/// How long one machine may run.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

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
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        return Err(io::Error::other("usage: mapgen-kernels FOLDER [RELEASE…]"));
    };
    let folder = fs::canonicalize(folder)?;
    let releases: Vec<String> = arguments.collect();

    let mut image = Image::new(folder.join("root"))?;
    let binaries = image::test_binaries()?;
    for (name, binary) in &binaries {
        image.binary(binary, &format!("tests/{name}"))?;
    }
    let guest = std::env::current_exe()?.with_file_name("mapgen-kernels-guest");
    image.binary(&guest, "init")?;
    for program in ["/sbin/ip", "/bin/ip", "/usr/bin/setpriv"] {
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
    said(&here, &reports, started);
    print_failures(&text);
    let here = (format!("{here} (here)"), reports);

    let mut kernels = Vec::new();
    for release in &releases {
        let home = folder.join(release);
        image.modules(&home.join("modules"))?;
        let initramfs = folder.join("initramfs.cpio");
        image.write(&initramfs)?;
        let started = Instant::now();
        let reports = machine::boot(&home.join("vmlinuz"), &initramfs, &home, PATIENCE)
            .map_err(|error| io::Error::other(format!("{release}: {error}")))?;
        said(release, &reports, started);
        if reports
            .iter()
            .any(|report| report.outcome == Outcome::Failed)
        {
            let text = fs::read_to_string(home.join("report.log"))?;
            print_failures(&text.replace('\r', ""));
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

fn said(release: &str, reports: &[Report], started: Instant) {
    let seconds = started.elapsed().as_secs();
    println!("{release}: {} tests in {seconds} s", reports.len());
    io::stdout().flush().ok();
}

/// What the tests that failed said.
fn print_failures(text: &str) {
    for line in text.lines() {
        match Report::read(line) {
            Some(report) if report.outcome == Outcome::Failed => println!("  ^ {}", report.test),
            Some(_) => {}
            None => println!("{line}"),
        }
    }
}
