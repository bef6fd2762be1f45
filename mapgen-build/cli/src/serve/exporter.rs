//! What is answered to those who scrape.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use mapgen_runtime::metrics::Host;
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use super::format;
use crate::report::live::Live;

/// An answer is given again until so many times what it took to make it have passed: however
/// often somebody scrapes, that is at most a twentieth of a CPU. For who scrapes in
/// milliseconds; Prometheus does in seconds.
const SHARE: u32 = 20;

/// The host's maps, and the last answer.
#[derive(Debug)]
pub(super) struct Exporter {
    pub(super) host: Host,
    pub(super) page: Live,
    registry: Registry,
    last: Mutex<Option<Arc<Answer>>>,
}

/// What a scrape is answered.
#[derive(Debug)]
pub(super) struct Answer {
    openmetrics: Bytes,
    classic: OnceLock<Bytes>,
    /// When there is to be another one.
    until: Instant,
}

impl Exporter {
    pub(super) fn new(host: Host, page: Live) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(host.clone()));
        Self {
            host,
            page,
            registry,
            last: Mutex::default(),
        }
    }

    /// Looks at the maps, unless somebody did a moment ago. It takes its time, and callers
    /// wait for each other.
    pub(super) fn scrape(&self) -> Arc<Answer> {
        // A panic in another scrape leaves an older answer.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = Instant::now();
        if let Some(answer) = last.as_ref().filter(|answer| begin < answer.until) {
            return Arc::clone(answer);
        }
        let mut encoded = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut encoded, &self.registry);
        let taken: Duration = begin.elapsed();
        let answer = Arc::new(Answer {
            openmetrics: encoded.into(),
            classic: OnceLock::new(),
            until: begin + taken * SHARE,
        });
        *last = Some(Arc::clone(&answer));
        answer
    }
}

impl Answer {
    /// As OpenMetrics writes it.
    pub(super) fn openmetrics(&self) -> Bytes {
        self.openmetrics.clone()
    }

    /// As Prometheus has always read it.
    pub(super) fn classic(&self) -> Bytes {
        let classic = || format::classic(&String::from_utf8_lossy(&self.openmetrics)).into();
        self.classic.get_or_init(classic).clone()
    }
}
