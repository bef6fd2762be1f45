//! Records as a `Stream`, on tokio's reactor.

use std::fmt;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::error::{Error, Name, Result};
use crate::perf::PerfConsumer;
use crate::ring::decode::FromRecord;
use crate::ring::{Consumer, Source};

/// The records of a ring buffer or a perf event array as a [`Stream`]: see
/// [`Consumer::into_stream`] and [`PerfConsumer::into_stream`]. (feature `tokio`)
///
/// An item is a record, or what is wrong with one that can be read as none, after which
/// it goes on. It never ends by itself, but after an error of the consumer. A future that
/// waits for the next item may be dropped: a record is taken only when it is handed out.
pub struct RecordStream<S: Source> {
    fd: AsyncFd<Watched<S>>,
    failed: bool,
}

impl<T: FromRecord> Consumer<T> {
    /// The records from now on as a `Stream`. (feature `tokio`)
    ///
    /// A program that submits with `BPF_RB_NO_WAKEUP` wakes nobody.
    ///
    /// # Errors
    /// [`Error::Os`].
    ///
    /// # Panics
    /// Outside of a tokio runtime, or in one without I/O.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, RingBuf};
    /// use tokio_stream::StreamExt;
    ///
    /// # mod tokio_stream {
    /// #     pub trait StreamExt: futures_core::Stream + Unpin + Sized {
    /// #         async fn next(&mut self) -> Option<Self::Item> {
    /// #             std::future::poll_fn(|cx| std::pin::Pin::new(&mut *self).poll_next(cx)).await
    /// #         }
    /// #     }
    /// #     impl<S: futures_core::Stream + Unpin> StreamExt for S {}
    /// # }
    /// # async fn example(events: &RingBuf<u64>) -> Result<()> {
    /// let mut events = events.consumer()?.into_stream()?;
    /// while let Some(event) = events.next().await {
    ///     println!("{}", event?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> Result<RecordStream<Self>> {
        RecordStream::new(self)
    }
}

impl<T: FromRecord> PerfConsumer<T> {
    /// The records from now on, each with the number of its CPU, as a `Stream`.
    /// (feature `tokio`)
    ///
    /// Records below the limit of a [`Wakeup`](crate::Wakeup) wait for those that reach
    /// it.
    ///
    /// # Errors
    /// [`Error::Os`].
    ///
    /// # Panics
    /// Outside of a tokio runtime, or in one without I/O.
    pub fn into_stream(self) -> Result<RecordStream<Self>> {
        RecordStream::new(self)
    }
}

impl<S: Source> RecordStream<S> {
    fn new(source: S) -> Result<Self> {
        // SAFETY: both consumers own their descriptor, the map's or epoll's, as long as
        // they live, and never another.
        let fd = unsafe { AsyncFd::register_with_interest(Watched(source), Interest::READABLE) };
        Ok(Self {
            fd: fd.map_err(|error| failed(error.into()))?,
            failed: false,
        })
    }

    /// The consumer, for its figures.
    pub fn consumer(&self) -> &S {
        &self.fd.get_ref().0
    }

    /// The consumer, without the stream; nothing is lost.
    pub fn into_consumer(self) -> S {
        self.fd.into_inner().0
    }

    fn take(&mut self, cx: &mut Context<'_>) -> Poll<Result<Result<S::Item>>> {
        loop {
            // Before the look, so that a wake-up after it is not cleared with this one;
            // and each time, so that the runtime's other tasks have their turn.
            let mut guard = ready!(self.fd.poll_read_ready_mut(cx)).map_err(failed)?;
            let source = &mut guard.get_inner_mut().0;
            if let Some(item) = source.next_item()? {
                return Poll::Ready(Ok(item));
            }
            source.before_sleep()?;
            if let Some(item) = source.next_item()? {
                return Poll::Ready(Ok(item));
            }
            guard.clear_ready();
        }
    }
}

impl<S: Source + Unpin> Stream for RecordStream<S> {
    type Item = Result<S::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.failed {
            return Poll::Ready(None);
        }
        let item = ready!(self.take(cx)).unwrap_or_else(|error| {
            self.failed = true;
            Err(error)
        });
        Poll::Ready(Some(item))
    }
}

impl<S: Source + fmt::Debug> fmt::Debug for RecordStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecordStream")
            .field(self.consumer())
            .finish()
    }
}

/// A source by its descriptor's number, which tokio asks for.
struct Watched<S>(S);

impl<S: AsFd> AsRawFd for Watched<S> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::Os {
        op: "waiting for records".into(),
        map: Name::Borrowed("stream"),
        errno: error.raw_os_error().unwrap_or(libc::EIO),
    }
}
