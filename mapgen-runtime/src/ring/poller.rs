//! One wait for several consumers.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::epoll::Epoll;
use crate::error::{Error, Name, Result};
use crate::ring::wait;
use crate::sys::Errno;

/// What can be waited for: the consumers of ring buffers and of perf event arrays.
///
/// Implemented here only; how a consumer is waited for is its own affair.
pub trait Source: AsFd + sealed::Sealed {
    /// What it hands out.
    type Item;

    /// Hands out what is there, without waiting.
    #[doc(hidden)]
    fn consume_all(&mut self, f: &mut dyn FnMut(Self::Item)) -> Result<usize>;

    /// Hands out one item, if one is there.
    #[doc(hidden)]
    fn next_item(&mut self) -> Result<Option<Result<Self::Item>>>;

    /// Goes before the last look at what is there, if one sleeps when that is nothing.
    #[doc(hidden)]
    fn before_sleep(&mut self) -> Result<()>;
}

mod sealed {
    use crate::perf::PerfConsumer;
    use crate::ring::Consumer;

    pub trait Sealed {}

    impl<T> Sealed for Consumer<T> {}
    impl<T> Sealed for PerfConsumer<T> {}
}

/// Several consumers, each with its callback, behind one wait: what libbpf and libbpf-rs
/// call a ring buffer manager.
///
/// ```no_run
/// # use std::time::Duration;
/// # use mapgen_runtime::{Poller, Result, RingBuf};
/// # fn example(opens: &RingBuf<[u64; 2]>, closes: &RingBuf<u64>) -> Result<()> {
/// let mut poller = Poller::new()?;
/// poller.add(opens.consumer()?, |open| println!("open {open:?}"))?;
/// poller.add(closes.consumer()?, |close| println!("close {close}"))?;
/// loop {
///     poller.poll(Duration::from_secs(1))?;
/// }
/// # }
/// ```
pub struct Poller<'a> {
    epoll: Epoll,
    sources: Vec<Box<dyn Watched + 'a>>,
}

impl<'a> Poller<'a> {
    /// Of nothing yet.
    ///
    /// # Errors
    /// [`Error::Os`].
    pub fn new() -> Result<Self> {
        Ok(Self {
            epoll: Epoll::new().map_err(|errno| failed("epoll_create", errno))?,
            sources: Vec::new(),
        })
    }

    /// Adds a consumer, whose records go to `f` from now on.
    ///
    /// # Errors
    /// [`Error::Os`].
    pub fn add<S: Source + 'a>(
        &mut self,
        source: S,
        f: impl FnMut(S::Item) + 'a,
    ) -> Result<&mut Self> {
        self.epoll
            .add(source.as_fd(), libc::EPOLLIN, self.sources.len() as u64)
            .map_err(|errno| failed("epoll_ctl", errno))?;
        self.sources.push(Box::new(WithCallback { source, f }));
        Ok(self)
    }

    /// Hands out what is there, of one consumer after the other, without waiting: how
    /// many records.
    ///
    /// # Errors
    /// The first one's of the consumers.
    pub fn consume(&mut self) -> Result<usize> {
        self.sources
            .iter_mut()
            .try_fold(0, |count, source| Ok(count + source.consume()?))
    }

    /// As [`consume`](Self::consume); when nothing is there, waits for up to `timeout`
    /// until something is. 0 after the timeout, and when a signal interrupted the wait.
    /// Timeouts are rounded up to milliseconds; `Duration::MAX` waits for as long as it
    /// takes.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume), and [`Error::Os`].
    pub fn poll(&mut self, timeout: Duration) -> Result<usize> {
        wait::poll(
            self,
            timeout,
            Self::consume,
            |poller| {
                poller
                    .sources
                    .iter_mut()
                    .try_for_each(|source| source.before_sleep())
            },
            |poller, left| match poller.epoll.wait::<1>(left) {
                Ok(mut ready) => Ok(ready.next().is_some()),
                Err(libc::EINTR) => Ok(false),
                Err(errno) => Err(failed("epoll_wait", errno)),
            },
        )
    }
}

impl AsFd for Poller<'_> {
    /// The epoll descriptor, which can be read when there may be a record.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}

impl fmt::Debug for Poller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller")
            .field("sources", &self.sources.len())
            .finish_non_exhaustive()
    }
}

fn failed(op: &'static str, errno: Errno) -> Error {
    Error::Os {
        op: op.into(),
        map: Name::Borrowed("poller"),
        errno,
    }
}

/// A source whose type is forgotten.
trait Watched {
    fn consume(&mut self) -> Result<usize>;
    fn before_sleep(&mut self) -> Result<()>;
}

struct WithCallback<S, F> {
    source: S,
    f: F,
}

impl<S: Source, F: FnMut(S::Item)> Watched for WithCallback<S, F> {
    fn consume(&mut self) -> Result<usize> {
        self.source.consume_all(&mut self.f)
    }

    fn before_sleep(&mut self) -> Result<()> {
        self.source.before_sleep()
    }
}
