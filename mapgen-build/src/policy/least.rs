//! What a map must hold at least: entries, or for a ring buffer bytes or records.

use std::str::FromStr;

use mapgen_schema::{Map, Schema, ctext, kinds, names};

use super::{Policy, Stated, size};

/// The least that a map must hold.
///
/// ```
/// use mapgen_build::policy::Least;
/// assert_eq!("256 KiB".parse(), Ok(Least::Bytes(262_144)));
/// let records = Least::Records { records: 1000, ctype: "struct event".to_owned() };
/// assert_eq!("1000 records of struct event".parse(), Ok(records));
/// assert!("many".parse::<Least>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Least {
    /// As `max_entries` counts: entries, and the bytes of a ring buffer.
    Entries(u32),
    /// Bytes of a ring buffer.
    Bytes(u32),
    /// Records that a ring buffer holds when nobody reads.
    Records {
        /// How many.
        records: u32,
        /// The type of each, as C spells it.
        ctype: String,
    },
}

/// A text that is no least size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoLeast;

impl std::fmt::Display for NoLeast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the least of a ring buffer is `256 KiB` or `1000 records of struct event`")
    }
}

impl std::error::Error for NoLeast {}

impl FromStr for Least {
    type Err = NoLeast;

    fn from_str(text: &str) -> Result<Self, NoLeast> {
        if let Some((records, ctype)) = text.split_once(" records of ") {
            let records = records.trim().replace('_', "").parse().ok();
            let ctype = ctype.split_whitespace().collect::<Vec<_>>().join(" ");
            let records = records.filter(|&records| records > 0 && !ctype.is_empty());
            return records
                .map(|records| Self::Records { records, ctype })
                .ok_or(NoLeast);
        }
        let bytes = size::parse(text).and_then(|bytes| u32::try_from(bytes).ok());
        let bytes = bytes.filter(|&bytes| bytes > 0);
        bytes.map(Self::Bytes).ok_or(NoLeast)
    }
}

impl Least {
    pub(super) fn entries(entries: u64) -> Option<Self> {
        let entries = u32::try_from(entries).ok();
        entries.filter(|&entries| entries > 0).map(Self::Entries)
    }

    /// As `max_entries` of this map counts.
    ///
    /// # Errors
    /// When the map does not hold what is counted, in words.
    ///
    /// ```
    /// use mapgen_build::policy::Least;
    /// use mapgen_schema::{Map, Schema};
    ///
    /// /// `map` is a ring buffer, and `struct event` of 24 bytes.
    /// fn room(schema: &Schema, map: &Map) -> Result<u32, String> {
    ///     let least: Least = "1000 records of struct event".parse().map_err(|_| "what?")?;
    ///     // With a header of 8 bytes before each of them: 32,768.
    ///     least.of(schema, map)
    /// }
    /// ```
    pub fn of(&self, schema: &Schema, map: &Map) -> Result<u32, String> {
        let kind = kinds::name(map.kind).unwrap_or("unknown");
        let is_ring = matches!(kind, "ringbuf" | "user_ringbuf");
        match self {
            Self::Entries(entries) => Ok(*entries),
            Self::Bytes(bytes) if is_ring => Ok(*bytes),
            Self::Bytes(bytes) => Err(format!(
                "{bytes} bytes are asked of it, and a `{kind}` map holds entries: state a number \
                 of entries"
            )),
            Self::Records { .. } if !is_ring => Err(format!(
                "records are asked of it, and a `{kind}` map holds entries: state a number of \
                 entries"
            )),
            Self::Records { records, ctype } => {
                let size = schema.find(ctype).map(|id| schema.size(id));
                let size = size.ok_or_else(|| no_type(schema, ctype))?;
                ring_bytes(*records, size, kind == "user_ringbuf").ok_or_else(|| {
                    format!("{records} records of `{ctype}` take more than the largest ring buffer")
                })
            }
        }
    }

    /// As a person states it: `4096`, `262144 bytes`, `1000 records of \`struct event\``.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Entries(entries) => entries.to_string(),
            Self::Bytes(bytes) => format!("{bytes} bytes"),
            Self::Records { records, ctype } => format!("{records} records of `{ctype}`"),
        }
    }
}

/// The size of a ring buffer that holds so many records of so many bytes.
///
/// A record stands behind a header of 8 bytes and is rounded up to 8
/// (`__bpf_ringbuf_reserve`). There, the last byte of a ring buffer stays free; user space
/// may fill its own to the end (`user_ring_buffer__reserve`).
fn ring_bytes(records: u32, size: u64, by_user: bool) -> Option<u32> {
    const PAGE: u64 = 4096;
    let each = size.checked_add(8)?.checked_next_multiple_of(8)?;
    let taken = u64::from(records).checked_mul(each)?;
    let least = taken.checked_add(u64::from(!by_user))?;
    let pages = least.div_ceil(PAGE).checked_next_power_of_two()?;
    u32::try_from(pages.checked_mul(PAGE)?).ok()
}

fn no_type(schema: &Schema, ctype: &str) -> String {
    let mut known: Vec<String> = (0..schema.types.len())
        .filter_map(|index| u32::try_from(index).ok())
        .map(|index| ctext::name(schema, mapgen_schema::TypeId(index)))
        .filter(|name| !name.contains('(') && !name.ends_with(']') && !name.contains('*'))
        .collect();
    known.sort_unstable();
    known.dedup();
    let nearest = names::nearest(ctype, known.iter().map(String::as_str)).join("`, `");
    format!("there is no type `{ctype}` in the object; the nearest are `{nearest}`")
}

impl Policy {
    /// The most that is asked of a map, as its `max_entries` counts.
    ///
    /// ```no_run
    /// # let policy = mapgen_build::policy::Policy::default();
    /// # let schema = mapgen_schema::Schema::default();
    /// for map in &schema.maps {
    ///     if let Some(least) = policy.least(&schema, map) {
    ///         println!("{}: {}, says {}", map.name, least.value, least.origin);
    ///     }
    /// }
    /// ```
    pub fn least(&self, schema: &Schema, map: &Map) -> Option<Stated<u32>> {
        let stated = self
            .min_entries
            .iter()
            .filter(|(name, _)| *name == map.name);
        let counted = stated.filter_map(|(_, least)| {
            let value = least.value.of(schema, map).ok()?;
            let origin = least.origin.clone();
            Some(Stated { value, origin })
        });
        counted.max_by_key(|least| least.value)
    }

    /// The most that is asked of a map by a number: records, whose size an object says, are
    /// left out.
    ///
    /// ```
    /// use mapgen_build::policy::File;
    /// let file = File::parse("[min_entries]\nevents = \"4 KiB\"\n", "mapgen.toml".as_ref())?;
    /// assert_eq!(file.policy.least_entries("events").map(|least| least.value), Some(4096));
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn least_entries(&self, map: &str) -> Option<Stated<u32>> {
        let stated = self.min_entries.iter().filter(|(name, _)| name == map);
        let counted = stated.filter_map(|(_, least)| match least.value {
            Least::Entries(value) | Least::Bytes(value) => Some(Stated {
                value,
                origin: least.origin.clone(),
            }),
            Least::Records { .. } => None,
        });
        counted.max_by_key(|least| least.value)
    }
}

#[cfg(test)]
mod tests {
    use super::{Least, ring_bytes};

    #[test]
    fn texts_that_are_no_least_size_are_refused() {
        for text in [
            "",
            "0",
            "0 B",
            "5 GiB",
            "records of x",
            "0 records of struct e",
            "1 records of ",
        ] {
            assert!(text.parse::<Least>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_byte_of_a_ring_buffer_stays_free_unless_user_space_writes_it() {
        assert_eq!(ring_bytes(127, 24, false), Some(4096));
        assert_eq!(ring_bytes(128, 24, false), Some(8192));
        assert_eq!(ring_bytes(128, 24, true), Some(4096));
        assert_eq!(ring_bytes(u32::MAX, 24, false), None);
        assert_eq!(ring_bytes(1, u64::MAX, false), None);
    }
}
