//! `[thresholds]`: the fill levels at which a map raises an alert.

use std::fmt;
use std::str::FromStr;

use super::{Policy, Stated};

/// How much an alert weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody should look at it in working hours.
    Warning,
    /// Somebody should look at it now.
    Critical,
}

impl Severity {
    /// Both, the lesser first.
    pub const ALL: [Self; 2] = [Self::Warning, Self::Critical];

    /// As `mapgen.toml` and the label `severity` spell it.
    ///
    /// ```
    /// assert_eq!(mapgen_build::policy::Severity::Critical.as_str(), "critical");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The fill level that stands where nobody states one.
    ///
    /// ```
    /// use mapgen_build::policy::Severity;
    /// assert_eq!(Severity::Warning.usual().to_string(), "0.8");
    /// assert_eq!(Severity::Critical.usual().to_string(), "0.95");
    /// ```
    pub fn usual(self) -> Share {
        match self {
            Self::Warning => Share(800_000),
            Self::Critical => Share(950_000),
        }
    }
}

/// A part of a capacity: more than 0, at most 1, in millionths.
///
/// ```
/// use mapgen_build::policy::Share;
/// let share: Share = "0.80".parse().unwrap();
/// assert_eq!((share.to_string(), share.as_f64()), ("0.8".to_owned(), 0.8));
/// assert!("1.5".parse::<Share>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

const WHOLE: u32 = 1_000_000;

impl Share {
    /// From 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_f64().fmt(f)
    }
}

impl FromStr for Share {
    type Err = NoShare;

    fn from_str(text: &str) -> Result<Self, NoShare> {
        let share: f64 = text.parse().map_err(|_| NoShare)?;
        let millionths = (share * f64::from(WHOLE)).round();
        // What is not a number is in no range.
        if !(1.0..=f64::from(WHOLE)).contains(&millionths) {
            return Err(NoShare);
        }
        Ok(Self(millionths as u32))
    }
}

/// A text that is no part of a capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoShare;

impl fmt::Display for NoShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of a capacity is more than 0 and at most 1: `0.8`")
    }
}

impl std::error::Error for NoShare {}

/// A fill level that one place states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// The map; `None` for all that have none of their own.
    pub map: Option<String>,
    /// What is raised.
    pub severity: Severity,
    /// At which level.
    pub share: Stated<Share>,
}

impl Policy {
    /// The lowest level that is stated for a map by its name; where there is none,
    /// [`default_threshold`](Self::default_threshold) holds.
    ///
    /// ```
    /// use mapgen_build::policy::{File, Severity};
    /// let text = "[thresholds]\nconns = { warning = 0.7 }";
    /// let policy = File::parse(text, "mapgen.toml".as_ref()).unwrap().policy;
    /// let warning = policy.threshold("conns", Severity::Warning).unwrap();
    /// assert_eq!((warning.value.as_f64(), warning.origin.to_string()), (0.7, "mapgen.toml:2".to_owned()));
    /// assert!(policy.threshold("conns", Severity::Critical).is_none());
    /// ```
    pub fn threshold(&self, map: &str, severity: Severity) -> Option<&Stated<Share>> {
        self.lowest(Some(map), severity)
    }

    /// The level for maps without one of their own: the lowest that `default` states, else
    /// the [usual](Severity::usual) one.
    pub fn default_threshold(&self, severity: Severity) -> Share {
        let stated = self.lowest(None, severity);
        stated.map_or(severity.usual(), |share| share.value)
    }

    fn lowest(&self, map: Option<&str>, severity: Severity) -> Option<&Stated<Share>> {
        let stated = self.thresholds.iter();
        stated
            .filter(|threshold| threshold.map.as_deref() == map && threshold.severity == severity)
            .map(|threshold| &threshold.share)
            .min_by_key(|share| share.value)
    }
}
