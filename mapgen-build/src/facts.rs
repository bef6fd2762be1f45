//! First kernel releases, by table.
//!
//! The tables are text files beside this one; each row is a name and a release. What
//! they do not know is `None`: a newer kernel has more than this crate was told.

use std::collections::HashMap;
use std::sync::LazyLock;

use mapgen_schema::{Map, Program, Schema, kinds};

/// A kernel release, ordered.
///
/// ```
/// use mapgen_build::facts::Release;
/// assert!(Release { major: 5, minor: 8 } < Release { major: 5, minor: 15 });
/// assert_eq!(Release { major: 5, minor: 8 }.to_string(), "5.8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// `5.15`; a third number is not asked for, since maps and helpers come with the second.
///
/// ```
/// use mapgen_build::facts::Release;
/// assert_eq!("5.15".parse(), Ok(Release { major: 5, minor: 15 }));
/// assert!("5".parse::<Release>().is_err());
/// ```
impl std::str::FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let (major, minor) = text.split_once('.').ok_or(NoRelease)?;
        let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().map_err(|_| NoRelease),
            false => Err(NoRelease),
        };
        Ok(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

/// A text that is no kernel release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRelease;

impl std::fmt::Display for NoRelease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a kernel release is two numbers: `5.15`")
    }
}

impl std::error::Error for NoRelease {}

/// Global variables need `BPF_PSEUDO_MAP_VALUE`.
const GLOBAL_DATA: Release = Release { major: 5, minor: 2 };

fn table(text: &'static str, prefix: &str) -> HashMap<String, Release> {
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut columns = line.split('\t');
        let name = columns.next()?.strip_prefix(prefix)?.to_ascii_lowercase();
        Some((name, columns.next()?.parse().ok()?))
    })
    .collect()
}

static MAPS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/map_types.tsv"), "BPF_MAP_TYPE_"));
static HELPERS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/helpers.tsv"), "BPF_FUNC_"));
static PROGRAMS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/prog_types.tsv"), "BPF_PROG_TYPE_"));
/// By number, from `enum bpf_func_id`.
static HELPER_NAMES: LazyLock<HashMap<u32, &str>> = LazyLock::new(|| {
    include_str!("facts/helper_ids.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(id, name)| Some((id.parse().ok()?, name)))
        .collect()
});

/// A helper's name without `BPF_FUNC_`; `helper_999` for a number that is not known.
pub(crate) fn helper_name(id: u32) -> String {
    HELPER_NAMES
        .get(&id)
        .map_or_else(|| format!("helper_{id}"), |name| (*name).to_owned())
}

/// Before, the key of a hash fitted a program's stack (`MAX_BPF_STACK`).
const WIDE_HASH_KEY: Release = Release {
    major: 5,
    minor: 11,
};

/// The first kernel that has a map's kind, with a key as wide as this one's.
///
/// ```
/// # let mut map = mapgen_schema::text::read("mapgen-schema 1\nmap \"m\" \".maps\" 27 0 0 0 4096 0 0 0 none - - - 0 0\n").unwrap().maps.remove(0);
/// assert_eq!(mapgen_build::facts::map(&map).unwrap().to_string(), "5.8"); // a ring buffer
/// ```
pub fn map(map: &Map) -> Option<Release> {
    let name = kinds::name(map.kind)?;
    let wide = map.key_size > 512 && name.contains("hash");
    let kind = MAPS.get(name).copied()?;
    Some(if wide { kind.max(WIDE_HASH_KEY) } else { kind })
}

/// The first kernel that has a helper, by its name without `BPF_FUNC_`.
///
/// ```
/// assert_eq!(mapgen_build::facts::helper("ktime_get_ns").unwrap().to_string(), "4.1");
/// ```
pub fn helper(name: &str) -> Option<Release> {
    HELPERS.get(name).copied()
}

/// The first kernel that has a program's type, the helpers it calls and the kinds of
/// the maps it uses.
pub fn program(schema: &Schema, program: &Program) -> Option<Release> {
    let helpers = program.helpers.iter().filter_map(|name| helper(name));
    let maps = program
        .maps
        .iter()
        .filter_map(|name| match schema.map(name) {
            Some(used) => map(used),
            None => Some(GLOBAL_DATA),
        });
    let kind = PROGRAMS.get(&program.kind).copied();
    kind.into_iter().chain(helpers).chain(maps).max()
}
