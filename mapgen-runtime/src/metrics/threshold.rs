//! When a fill level is a violation.

use crate::spec::MapKind;

/// How much a violation weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody should look at it in working hours.
    Warning,
    /// Somebody should look at it now.
    Critical,
}

impl Severity {
    /// As the label `severity` says it.
    ///
    /// ```
    /// use mapgen_runtime::metrics::Severity;
    /// assert_eq!(Severity::Critical.as_str(), "critical");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// A fill level at which a violation begins, and a lower one below which it ends; both
/// parts of the capacity, from 0 to 1.
///
/// With one number, a level on the edge would begin and end a violation at each scrape.
///
/// ```
/// use mapgen_runtime::metrics::Threshold;
/// let threshold = Threshold::new(0.8, 0.7).unwrap();
/// assert!(Threshold::new(0.7, 0.8).is_none()); // it would never end
/// # let _ = threshold;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    raise: f64,
    clear: f64,
}

impl Threshold {
    /// From the level at which a violation begins and the one below which it ends; `None`
    /// unless 0 ≤ `clear` ≤ `raise` ≤ 1 and `raise` > 0.
    pub fn new(raise: f64, clear: f64) -> Option<Self> {
        let fits = raise > 0.0 && raise <= 1.0 && clear >= 0.0 && clear <= raise;
        fits.then_some(Self { raise, clear })
    }

    /// Whether there is a violation at this level, when there was one before or not.
    pub(super) fn violated(self, pressure: f64, before: bool) -> bool {
        if before {
            pressure >= self.clear
        } else {
            pressure >= self.raise
        }
    }
}

/// The thresholds of a map; a severity without one is never a violation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// For [`Severity::Warning`].
    pub warning: Option<Threshold>,
    /// For [`Severity::Critical`].
    pub critical: Option<Threshold>,
}

impl Thresholds {
    /// 80 % for a warning and 95 % for what is critical, until it falls below 70 and 85 %;
    /// none for maps that are full by design: LRU maps, which forget instead, and stack
    /// traces.
    ///
    /// ```
    /// use mapgen_runtime::MapKind;
    /// use mapgen_runtime::metrics::Thresholds;
    /// assert!(Thresholds::of_kind(MapKind::Hash).critical.is_some());
    /// assert!(Thresholds::of_kind(MapKind::LruHash).critical.is_none());
    /// ```
    pub fn of_kind(kind: MapKind) -> Self {
        match kind {
            MapKind::LruHash | MapKind::LruPerCpuHash | MapKind::StackTrace => Self::default(),
            _ => Self {
                warning: Threshold::new(0.8, 0.7),
                critical: Threshold::new(0.95, 0.85),
            },
        }
    }

    pub(super) fn of(&self, severity: Severity) -> Option<Threshold> {
        match severity {
            Severity::Warning => self.warning,
            Severity::Critical => self.critical,
        }
    }
}
