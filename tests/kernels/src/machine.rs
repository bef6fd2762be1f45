//! A virtual machine, emulated in software.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Boots a kernel with an initramfs, and returns what the tests reported.
///
/// # Errors
/// When qemu does not start, does not end within `patience`, or the machine went down before the
/// last test: with the end of what its console said.
pub fn boot(
    kernel: &Path,
    initramfs: &Path,
    logs: &Path,
    patience: Duration,
) -> io::Result<String> {
    let (console, report) = (logs.join("console.log"), logs.join("report.log"));
    let mut qemu = Command::new("qemu-system-x86_64")
        .args(["-cpu", "max", "-smp", "2", "-m", "2048"])
        .args(["-display", "none", "-monitor", "none", "-no-reboot"])
        .arg("-serial")
        .arg(format!("file:{}", console.display()))
        .arg("-serial")
        .arg(format!("file:{}", report.display()))
        .arg("-kernel")
        .arg(kernel)
        .arg("-initrd")
        .arg(initramfs)
        // A kernel that panics reboots, and `-no-reboot` makes that the end. Storage of inodes
        // is the BPF LSM's. On a busy machine the timer's check comes out wrong.
        .args([
            "-append",
            "console=ttyS0 rdinit=/init panic=-1 quiet no_timer_check lsm=bpf",
        ])
        .stdin(Stdio::null())
        .spawn()?;
    let deadline = Instant::now() + patience;
    let mut late = false;
    while qemu.try_wait()?.is_none() {
        if Instant::now() >= deadline {
            late = true;
            qemu.kill()?;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let text = String::from_utf8_lossy(&fs::read(&report)?).replace('\r', "");
    if !text.lines().any(|line| line == "@mapgen-end") {
        let console = String::from_utf8_lossy(&fs::read(&console)?).replace('\r', "");
        let lines: Vec<&str> = console.lines().collect();
        let end = lines[lines.len().saturating_sub(30)..].join("\n");
        let why = if late {
            format!("did not end within {} s", patience.as_secs())
        } else {
            "went down before the last test".to_owned()
        };
        return Err(io::Error::other(format!(
            "the machine {why}; its console ended with\n{end}\nand the tests with\n{}",
            text.lines().last().unwrap_or_default()
        )));
    }
    Ok(text)
}
