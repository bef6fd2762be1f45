//! The columns of the table: their titles, the keys that sort by them, and the order that is.

use std::cmp::Ordering;

use super::rows::Row;

/// What a column shows of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Id,
    Kind,
    Fill,
    Entries,
    Minimum,
    Memory,
    Rate,
    State,
}

impl Column {
    /// From left to right.
    pub(super) const ALL: [Self; 9] = [
        Self::Name,
        Self::Id,
        Self::Kind,
        Self::Fill,
        Self::Entries,
        Self::Minimum,
        Self::Memory,
        Self::Rate,
        Self::State,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Name => "MAP",
            Self::Id => "ID",
            Self::Kind => "TYPE",
            Self::Fill => "FILL",
            Self::Entries => "ENTRIES",
            Self::Minimum => "MIN",
            Self::Memory => "MEMORY",
            Self::Rate => "RATE/s",
            Self::State => "STATE",
        }
    }

    /// The key that sorts by it.
    pub(super) fn key(self) -> char {
        match self {
            Self::Name => 'n',
            Self::Id => 'i',
            Self::Kind => 't',
            Self::Fill => 'f',
            Self::Entries => 'e',
            Self::Minimum => 'l',
            Self::Memory => 'm',
            Self::Rate => 'r',
            Self::State => 's',
        }
    }

    /// Texts go up from `a`; of numbers, the largest is looked for.
    pub(super) fn usually_descends(self) -> bool {
        !matches!(self, Self::Name | Self::Id | Self::Kind)
    }

    /// The order of two maps, what is not known below all else.
    pub(super) fn compare(self, a: &Row, b: &Row) -> Ordering {
        let by = |of: fn(&Row) -> Option<f64>| match (of(a), of(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        match self {
            Self::Name => {
                let (lower, other) = (a.name.to_lowercase(), b.name.to_lowercase());
                lower.cmp(&other).then(a.id.cmp(&b.id))
            }
            Self::Id => a.id.cmp(&b.id),
            Self::Kind => a.kind.cmp(&b.kind),
            Self::Fill => by(|row| row.pressure),
            Self::Entries => a.used.cmp(&b.used).then(a.capacity.cmp(&b.capacity)),
            Self::Minimum => a.min_entries.cmp(&b.min_entries),
            Self::Memory => a.memory.cmp(&b.memory),
            Self::Rate => by(|row| row.rate),
            Self::State => a.state.cmp(&b.state),
        }
    }
}
