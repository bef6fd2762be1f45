//! A thread that looks at the levels between scrapes.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::error::{Error, Name, Result};

/// Looks at the levels until it is dropped: see
/// [`Monitor::sample_every`](super::Monitor::sample_every).
#[derive(Debug)]
#[must_use = "it stops when it is dropped"]
pub struct Sampler {
    /// Dropped, it wakes the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// `look` says how long to wait before the next one.
    pub(super) fn start(
        first: Duration,
        mut look: impl FnMut() -> Duration + Send + 'static,
    ) -> Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            let mut wait = first;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = look();
            }
        };
        let thread = thread::Builder::new()
            .name("mapgen-metrics".to_owned())
            .spawn(run)
            .map_err(|error| Error::Os {
                op: "starting a thread".into(),
                map: Name::Borrowed("sampler"),
                errno: error.raw_os_error().unwrap_or(libc::EAGAIN),
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It panics only when the monitor does, and that was printed.
            let _ = thread.join();
        }
    }
}
