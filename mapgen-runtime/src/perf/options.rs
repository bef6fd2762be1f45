//! How a perf event array is read.

/// How large the buffers of a perf event array are, and when their reader is woken: see
/// [`PerfEvents::consumer_with`](crate::PerfEvents::consumer_with).
///
/// ```
/// use mapgen_runtime::{PerfOptions, Wakeup};
///
/// let options = PerfOptions::default().pages(64).wakeup(Wakeup::Bytes(32 * 1024));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PerfOptions {
    pub(super) pages: usize,
    pub(super) wakeup: Wakeup,
    pub(super) cpus: Option<Vec<u32>>,
}

/// When a reader that waits is woken. What is less than that is read by the next
/// `consume`, and by a `poll` whose timeout is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wakeup {
    /// After so many records on one CPU.
    Records(u32),
    /// After so many bytes on one CPU, headers and padding included.
    Bytes(u32),
}

impl Default for PerfOptions {
    /// 64 pages for each CPU, woken by every record, all CPUs.
    fn default() -> Self {
        Self {
            pages: 64,
            wakeup: Wakeup::Records(1),
            cpus: None,
        }
    }
}

impl PerfOptions {
    /// The pages of each CPU's buffer, without the one that the kernel adds; rounded up to
    /// a power of two, which the kernel asks for.
    pub fn pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    /// When a reader that waits is woken.
    pub fn wakeup(mut self, wakeup: Wakeup) -> Self {
        self.wakeup = wakeup;
        self
    }

    /// Only these CPUs, all of which have to be online; without it, those that are.
    pub fn cpus(mut self, cpus: impl IntoIterator<Item = u32>) -> Self {
        self.cpus = Some(cpus.into_iter().collect());
        self
    }
}
