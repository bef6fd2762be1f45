//! The possible CPUs: per-CPU values have one slot for each of them.
//!
//! Possible, not online or present: the kernel copies per-CPU values with
//! `for_each_possible_cpu`, one slot after the other, in the order of CPU numbers. In a
//! machine whose possible CPUs are `0,2-3` there are three slots, and the second is
//! CPU 2's.

use std::cell::Cell;
use std::sync::OnceLock;

use crate::error::{Error, Name, Result};

const POSSIBLE: &str = "/sys/devices/system/cpu/possible";
const ONLINE: &str = "/sys/devices/system/cpu/online";

/// The numbers of the possible CPUs, in ascending order: slot `i` of a per-CPU value is
/// the `i`-th one's.
///
/// # Errors
/// [`Error::Os`] when `/sys/devices/system/cpu/possible` cannot be read: a wrong guess
/// would let the kernel write past a buffer, so there is none.
///
/// ```
/// let cpus = mapgen_runtime::possible_cpus()?;
/// assert!(!cpus.is_empty());
/// # Ok::<(), mapgen_runtime::Error>(())
/// ```
pub fn possible_cpus() -> Result<&'static [u32]> {
    match SIMULATED.get() {
        Some(cpus) => Ok(cpus),
        None => of_machine(),
    }
}

thread_local! {
    /// The CPUs of the simulated kernel that this thread is in.
    static SIMULATED: Cell<Option<&'static [u32]>> = const { Cell::new(None) };
}

/// Replaces what this thread takes for the possible CPUs: those before.
pub(crate) fn replace(cpus: Option<&'static [u32]>) -> Option<&'static [u32]> {
    SIMULATED.replace(cpus)
}

/// The possible CPUs of the running kernel, whatever simulated one the thread is in.
#[inline]
pub(crate) fn of_machine() -> Result<&'static [u32]> {
    match OF_MACHINE.get() {
        Some(cpus) => Ok(cpus),
        None => read_possible(),
    }
}

/// They cannot change while the kernel runs. Failures are not remembered: /sys may be
/// mounted later.
static OF_MACHINE: OnceLock<Box<[u32]>> = OnceLock::new();

#[cold]
fn read_possible() -> Result<&'static [u32]> {
    let cpus = read("read possible CPUs", POSSIBLE)?;
    Ok(OF_MACHINE.get_or_init(|| cpus.into()))
}

/// The numbers of the CPUs that are online now, in ascending order.
pub(crate) fn online_cpus() -> Result<Vec<u32>> {
    read("read online CPUs", ONLINE)
}

fn read(op: &'static str, path: &'static str) -> Result<Vec<u32>> {
    let failed = |errno| Error::Os {
        op: op.into(),
        map: Name::Borrowed(path),
        errno,
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| failed(error.raw_os_error().unwrap_or(libc::EIO)))?;
    parse(&text).ok_or_else(|| failed(libc::EINVAL))
}

/// Reads a list as the kernel prints it (`%*pbl`): `0-3`, `0,2-3`.
fn parse(list: &str) -> Option<Vec<u32>> {
    let mut cpus: Vec<u32> = Vec::new();
    for range in list.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let first: u32 = first.parse().ok()?;
        let last: u32 = last.parse().ok()?;
        // The kernel's own limit (`NR_CPUS`) is 8192; the order is ascending.
        if last < first || last >= 1 << 16 || cpus.last().is_some_and(|&cpu| cpu >= first) {
            return None;
        }
        cpus.extend(first..=last);
    }
    Some(cpus)
}

#[cfg(test)]
mod tests {
    use super::parse;

    // The format is that of `Documentation/core-api/cpu_hotplug` and
    // `bitmap_print_to_pagebuf`; the first lists are from libbpf's
    // `prog_tests/cpu_mask.c`.
    #[test]
    fn lists_of_the_kernel_are_read() {
        assert_eq!(parse("0\n"), Some(vec![0]));
        assert_eq!(parse("0-3\n"), Some(vec![0, 1, 2, 3]));
        assert_eq!(parse("0,2"), Some(vec![0, 2]));
        assert_eq!(parse("0,2-3\n"), Some(vec![0, 2, 3]));
        assert_eq!(parse("2,4-7"), Some(vec![2, 4, 5, 6, 7]));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bad in [
            "", "\n", "0-", "-1", "a", "3-1", "0,0", "2,1", "0-70000", "0,,1",
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn this_machine_has_at_least_one() {
        assert_eq!(super::possible_cpus().unwrap()[0], 0);
    }
}
