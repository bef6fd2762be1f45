//! What does not depend on the machine's other work: instructions of user space and system
//! calls, counted in a child that this process traces.
//!
//! Callgrind knows none of the commands of `bpf(2)`, and `strace` is a package; stepping
//! through a child counts both, and the kernel's own work not at all.

use std::io;

use crate::measure::Variant;

/// What one operation takes, averaged over some.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exact {
    pub(crate) instructions: f64,
    pub(crate) calls: f64,
}

/// How the child is let on, and what of its stops count.
#[derive(Clone, Copy)]
enum Stops {
    /// After each instruction.
    Instructions,
    /// Before and after each system call.
    Calls,
}

/// What one operation of a variant takes, over so many of them; `None` where a child cannot
/// be traced.
pub(crate) fn of(variant: &mut Variant<'_>, operations: u32) -> Option<Exact> {
    // What the child does beside is in both, so the difference is that of the operations.
    let mut each = |stops| -> io::Result<f64> {
        let few = stopped(variant, 1, stops)?;
        let more = stopped(variant, 1 + operations, stops)?;
        Ok((more as f64 - few as f64) / f64::from(operations))
    };
    match (each(Stops::Instructions), each(Stops::Calls)) {
        (Ok(instructions), Ok(calls)) => Some(Exact {
            instructions,
            // One before, one after.
            calls: calls / 2.0,
        }),
        (Err(error), _) | (_, Err(error)) => {
            mapgen_test_support::skipped(&format!("ptrace of a child: {error}"));
            None
        }
    }
}

/// How often a child stops that does `count` operations.
fn stopped(variant: &mut Variant<'_>, count: u32, stops: Stops) -> io::Result<u64> {
    // SAFETY: this process has one thread, so the child has all of it.
    let child = unsafe { libc::fork() };
    if child < 0 {
        return Err(io::Error::last_os_error());
    }
    if child == 0 {
        // What is done once only (pages, lazily made buffers) comes before.
        variant.prepare(count);
        variant.run(count);
        variant.prepare(count);
        // SAFETY: none of these takes a pointer that is used; the process ends here.
        unsafe {
            libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0);
            libc::raise(libc::SIGSTOP);
            variant.run(count);
            libc::_exit(0)
        }
    }
    let request = match stops {
        Stops::Instructions => libc::PTRACE_SINGLESTEP,
        Stops::Calls => libc::PTRACE_SYSCALL,
    };
    let mut stopped = 0;
    loop {
        let mut status = 0;
        // SAFETY: the child is ours, and `status` valid.
        if unsafe { libc::waitpid(child, &raw mut status, 0) } < 0 {
            return Err(io::Error::last_os_error());
        }
        if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0 {
            return Ok(stopped);
        }
        if !libc::WIFSTOPPED(status) {
            return Err(io::Error::other(format!(
                "the child ended with {status:#x}"
            )));
        }
        match libc::WSTOPSIG(status) {
            libc::SIGSTOP => {}
            libc::SIGTRAP => stopped += 1,
            signal => {
                // SAFETY: the child is ours.
                unsafe { libc::kill(child, libc::SIGKILL) };
                return Err(io::Error::other(format!("the child got signal {signal}")));
            }
        }
        // SAFETY: the child is ours and has stopped.
        if unsafe { libc::ptrace(request, child, 0, 0) } < 0 {
            let error = io::Error::last_os_error();
            // SAFETY: the child is ours.
            unsafe { libc::kill(child, libc::SIGKILL) };
            return Err(error);
        }
    }
}
