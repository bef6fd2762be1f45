//! The first process of the virtual machine: mounts what tests need, loads the modules, runs the
//! tests of `/tests`, and turns the machine off. Elsewhere (not as process 1): only runs them.

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::process::Command;

use mapgen_kernels::suite;

fn main() {
    if std::process::id() != 1 {
        let folder = std::env::args().nth(1).expect("the folder of the tests");
        suite::run(Path::new(&folder), &mut io::stdout()).expect("the tests run");
        return;
    }
    if let Err(error) = mount("devtmpfs", "/dev") {
        stop(&format!("/dev: {error}"));
    }
    let mut report = match OpenOptions::new().write(true).open("/dev/ttyS1") {
        Ok(file) => file,
        // Said on the console, since there is nothing else.
        Err(error) => stop(&format!("/dev/ttyS1: {error}")),
    };
    let result = set_up()
        .and_then(|()| suite::run(Path::new("/tests"), &mut report))
        .and_then(|()| report.write_all(b"@mapgen-end\n"));
    match result {
        Ok(()) => stop("done"),
        Err(error) => stop(&error.to_string()),
    }
}

fn set_up() -> io::Result<()> {
    for (kind, target) in [
        ("proc", "/proc"),
        ("sysfs", "/sys"),
        ("bpf", "/sys/fs/bpf"),
        ("cgroup2", "/sys/fs/cgroup"),
        ("tracefs", "/sys/kernel/tracing"),
        ("tmpfs", "/tmp"),
    ] {
        fs::create_dir_all(target).ok();
        mount(kind, target).map_err(|error| io::Error::other(format!("{target}: {error}")))?;
    }
    for module in ["dummy", "veth"] {
        let path = format!("/modules/{module}.ko");
        if Path::new(&path).exists() {
            load(&path).map_err(|error| io::Error::other(format!("{path}: {error}")))?;
        }
    }
    // SAFETY: no other thread runs yet.
    unsafe {
        std::env::set_var("PATH", "/bin:/sbin:/usr/bin:/usr/sbin");
        std::env::set_var("HOME", "/tmp");
        std::env::set_var("MAPGEN_COMPILED", "/compiled");
        std::env::set_var("MAPGEN_EMULATED", "1");
    }
    let up = Command::new("ip")
        .args(["link", "set", "lo", "up"])
        .status()?;
    match up.success() {
        true => Ok(()),
        false => Err(io::Error::other("`ip link set lo up` failed")),
    }
}

fn mount(kind: &str, target: &str) -> io::Result<()> {
    let (kind, target) = (CString::new(kind)?, CString::new(target)?);
    // SAFETY: the strings end with a zero byte and outlive the call.
    let status = unsafe {
        libc::mount(
            kind.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            0,
            std::ptr::null(),
        )
    };
    result(status.into())
}

fn load(path: &str) -> io::Result<()> {
    let file = File::open(path)?;
    // SAFETY: the descriptor is open and the arguments end with a zero byte.
    let status =
        unsafe { libc::syscall(libc::SYS_finit_module, file.as_raw_fd(), c"".as_ptr(), 0) };
    result(status)
}

fn result(status: i64) -> io::Result<()> {
    match status {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Turns the machine off.
fn stop(why: &str) -> ! {
    println!("guest: {why}");
    // SAFETY: neither call takes memory of ours.
    unsafe {
        libc::sync();
        libc::reboot(libc::RB_POWER_OFF);
    }
    loop {
        std::thread::park();
    }
}
