//! `epoll(7)`: one descriptor to wait for several.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use crate::sys::{Result, check};

/// An epoll instance, closed on drop.
#[derive(Debug)]
pub(crate) struct Epoll(OwnedFd);

/// What a wait said of one descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    /// What it was added with.
    pub(crate) token: u64,
    /// `EPOLLIN`, `EPOLLHUP`, ….
    pub(crate) events: u32,
}

impl Epoll {
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: it takes no pointers.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel made this descriptor for us in this call.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Waits for `events` of `fd` too, which are reported with `token`.
    pub(crate) fn add(&self, fd: BorrowedFd<'_>, events: i32, token: u64) -> Result<()> {
        let mut event = libc::epoll_event {
            events: events as u32,
            u64: token,
        };
        self.control(libc::EPOLL_CTL_ADD, fd, &raw mut event)
    }

    /// No longer waits for `fd`.
    pub(crate) fn remove(&self, fd: BorrowedFd<'_>) -> Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, std::ptr::null_mut())
    }

    fn control(
        &self,
        operation: i32,
        fd: BorrowedFd<'_>,
        event: *mut libc::epoll_event,
    ) -> Result<()> {
        // SAFETY: `event` is null for a removal, else valid for the call.
        check(unsafe { libc::epoll_ctl(self.0.as_raw_fd(), operation, fd.as_raw_fd(), event) })
            .map(drop)
    }

    /// Waits until something is ready, or `timeout` is over (`None`: forever), in steps of
    /// a millisecond: what is ready, at most `N` of it.
    pub(crate) fn wait<const N: usize>(
        &self,
        timeout: Option<Duration>,
    ) -> Result<impl Iterator<Item = Ready> + use<N>> {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; N];
        let room = i32::try_from(N).unwrap_or(i32::MAX);
        // SAFETY: `events` has room for as many, and outlives the call.
        let count = check(unsafe {
            libc::epoll_wait(
                self.0.as_raw_fd(),
                events.as_mut_ptr(),
                room,
                milliseconds(timeout),
            )
        })?;
        let count = usize::try_from(count).unwrap_or(0);
        Ok(events.into_iter().take(count).map(|event| Ready {
            token: event.u64,
            events: event.events,
        }))
    }
}

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Rounded up, so that nobody spins through the last millisecond; -1 for ever.
fn milliseconds(timeout: Option<Duration>) -> i32 {
    let Some(timeout) = timeout else { return -1 };
    i32::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_rounded_up_to_milliseconds() {
        assert_eq!(milliseconds(None), -1);
        assert_eq!(milliseconds(Some(Duration::ZERO)), 0);
        assert_eq!(milliseconds(Some(Duration::from_nanos(1))), 1);
        assert_eq!(milliseconds(Some(Duration::from_micros(1001))), 2);
        assert_eq!(milliseconds(Some(Duration::MAX)), i32::MAX);
    }
}
