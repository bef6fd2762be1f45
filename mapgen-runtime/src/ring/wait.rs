//! Waiting for records, whatever they come from.

use std::time::{Duration, Instant};

use crate::error::Result;

/// Takes what is there; when that is nothing, waits for up to `timeout` until something
/// is: how many records.
///
/// `consume` hands out what is there. `settle` goes before the last look at the memory: a
/// record that comes after it wakes who sleeps. `wait` sleeps: `false` after the timeout
/// or a signal.
pub(crate) fn poll<S>(
    source: &mut S,
    timeout: Duration,
    mut consume: impl FnMut(&mut S) -> Result<usize>,
    mut settle: impl FnMut(&mut S) -> Result<()>,
    mut wait: impl FnMut(&mut S, Option<Duration>) -> Result<bool>,
) -> Result<usize> {
    let count = consume(source)?;
    if count > 0 || timeout.is_zero() {
        return Ok(count);
    }
    // Beyond what the clock can say: forever.
    let deadline = Instant::now().checked_add(timeout);
    let mut pause = Duration::from_micros(10);
    loop {
        settle(source)?;
        let count = consume(source)?;
        if count > 0 {
            return Ok(count);
        }
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let ready = wait(source, left)?;
        // After a timeout, too: who is woken by every hundredth record has some waiting.
        let count = consume(source)?;
        if count > 0 || !ready || deadline.is_some_and(|at| Instant::now() >= at) {
            return Ok(count);
        }
        // Discarded records, or one that is reserved and not submitted: the kernel calls
        // that readable. Do not spin on it.
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(1));
    }
}
