//! What a look shows of each map, and what has changed since the one before.

use std::collections::HashMap;
use std::time::Instant;

use mapgen_runtime::Unit;
use mapgen_runtime::metrics::{Host, Reading, Severity};

use super::text::clean;

/// One map.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) id: u32,
    /// As everything here that others chose: without what a terminal obeys.
    pub(super) name: String,
    /// Empty where nobody knows.
    pub(super) object: String,
    pub(super) kind: String,
    /// What it has room for, in `unit`.
    pub(super) capacity: u32,
    pub(super) unit: Unit,
    /// What is in use; `None` where the kernel does not say, or does not yet.
    pub(super) used: Option<u64>,
    /// The part that is in use, from 0 to 1.
    pub(super) pressure: Option<f64>,
    pub(super) min_entries: Option<u32>,
    /// In bytes.
    pub(super) memory: Option<u64>,
    /// What came or went a second.
    pub(super) rate: Option<f64>,
    pub(super) state: State,
    /// Why the last look failed.
    pub(super) error: Option<String>,
}

/// What is to be said of a map, the worse the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Fine,
    /// It could not be looked at.
    Unread,
    Warning,
    /// It has less room than it is asked to have.
    BelowMinimum,
    Critical,
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "",
            Self::Unread => "error",
            Self::Warning => "warning",
            Self::BelowMinimum => "below minimum",
            Self::Critical => "critical",
        }
    }

    /// In five columns.
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Fine => "",
            Self::Unread => "error",
            Self::Warning => "warn",
            Self::BelowMinimum => "below",
            Self::Critical => "crit",
        }
    }

    fn of(reading: &Reading<'_>) -> Self {
        let violates = |wanted: Severity| {
            let mut violations = reading.violations.iter();
            violations.any(|(severity, raised)| *severity == wanted && *raised == Some(true))
        };
        if violates(Severity::Critical) {
            Self::Critical
        } else if reading
            .min_entries
            .is_some_and(|least| reading.capacity < least)
        {
            Self::BelowMinimum
        } else if violates(Severity::Warning) {
            Self::Warning
        } else if reading.error.is_some() {
            Self::Unread
        } else {
            Self::Fine
        }
    }
}

/// The maps as the host was seen last.
pub(super) struct Looks {
    host: Host,
    rates: Rates,
    pub(super) rows: Vec<Row>,
    /// Why not every map was seen.
    pub(super) error: Option<String>,
}

impl Looks {
    pub(super) fn new(host: Host) -> Self {
        Self {
            host,
            rates: Rates::default(),
            rows: Vec::new(),
            error: None,
        }
    }

    /// Looks at what there is now.
    pub(super) fn look(&mut self) {
        let looked = self.host.observe();
        self.error = looked.err().map(|error| clean(&error.to_string()));
        let now = Instant::now();
        self.rows.clear();
        let (rows, rates) = (&mut self.rows, &mut self.rates);
        self.host.for_each(|reading| {
            let used = reading.usage.and_then(|usage| usage.used);
            let at = reading.age.and_then(|age| now.checked_sub(age));
            rows.push(Row {
                id: reading.id,
                name: clean(reading.name),
                object: clean(reading.object),
                kind: reading.kind.to_string(),
                capacity: reading.capacity,
                unit: reading.usage.map_or(Unit::Entries, |usage| usage.unit),
                used,
                pressure: reading.usage.and_then(|usage| usage.pressure()),
                min_entries: reading.min_entries,
                memory: reading.memory,
                rate: used
                    .zip(at)
                    .and_then(|(used, at)| rates.seen(reading.id, used, at)),
                state: State::of(reading),
                error: reading.error.map(|error| clean(&error.to_string())),
            });
        });
        self.rates.forget_all_but(&self.rows);
    }
}

/// Levels of the look before, by the map's id.
#[derive(Debug, Default)]
struct Rates(HashMap<u32, Level>);

#[derive(Debug)]
struct Level {
    used: u64,
    at: Instant,
    rate: Option<f64>,
}

impl Rates {
    /// The rate, when the map has this level at that moment.
    fn seen(&mut self, id: u32, used: u64, at: Instant) -> Option<f64> {
        let rate = match self.0.get(&id) {
            None => None,
            Some(last) => {
                let passed = at.saturating_duration_since(last.at).as_secs_f64();
                // The level of the look before: nothing has been counted since.
                if passed < 0.001 {
                    return last.rate;
                }
                Some((used as f64 - last.used as f64) / passed)
            }
        };
        self.0.insert(id, Level { used, at, rate });
        rate
    }

    fn forget_all_but(&mut self, rows: &[Row]) {
        // Ids go up, as the host shows them.
        self.0
            .retain(|id, _| rows.binary_search_by_key(id, |row| row.id).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Rates;

    #[test]
    fn a_rate_is_what_came_or_went_in_the_time_between_two_counts() {
        let mut rates = Rates::default();
        let begin = Instant::now();
        let after = |milliseconds| begin + Duration::from_millis(milliseconds);
        assert_eq!(rates.seen(7, 100, begin), None, "one count is no rate");
        assert_eq!(rates.seen(7, 160, after(500)), Some(120.0));
        assert_eq!(rates.seen(7, 160, after(500)), Some(120.0), "no new count");
        assert_eq!(rates.seen(7, 110, after(2500)), Some(-25.0));
        assert_eq!(rates.seen(8, 110, after(2500)), None, "another map");
        rates.forget_all_but(&[]);
        assert_eq!(rates.seen(7, 0, after(3000)), None);
    }
}
