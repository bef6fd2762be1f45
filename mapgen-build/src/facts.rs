//! First kernel releases, by table.
//!
//! The tables are text files beside this one; each row is a name and a release. What
//! they do not know is `None`: a newer kernel has more than this crate was told.

pub(crate) mod needs;

use std::collections::HashMap;
use std::sync::LazyLock;

use mapgen_schema::{Map, Program, Schema, kinds};

pub use needs::{Need, of_btf, of_map, of_program};

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

/// The columns of each row.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

fn table(text: &'static str, prefix: &str) -> HashMap<String, Release> {
    rows(text)
        .filter_map(|row| {
            let name = row.first()?.strip_prefix(prefix)?.to_ascii_lowercase();
            Some((name, row.get(1)?.parse().ok()?))
        })
        .collect()
}

static MAPS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/map_types.tsv"), "BPF_MAP_TYPE_"));
static HELPERS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/helpers.tsv"), "BPF_FUNC_"));
static PROGRAMS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/prog_types.tsv"), "BPF_PROG_TYPE_"));
static KFUNCS: LazyLock<HashMap<String, Release>> =
    LazyLock::new(|| table(include_str!("facts/kfuncs.tsv"), ""));
/// By number, from `enum bpf_func_id`.
static HELPER_NAMES: LazyLock<HashMap<u32, &str>> = LazyLock::new(|| {
    rows(include_str!("facts/helper_ids.tsv"))
        .filter_map(|row| Some((row.first()?.parse().ok()?, *row.get(1)?)))
        .collect()
});
/// Helpers for GPL-compatible programs only, and since when they are for all.
static GPL: LazyLock<HashMap<String, Option<Release>>> = LazyLock::new(|| {
    rows(include_str!("facts/helpers.tsv"))
        .filter_map(|row| {
            let name = row.first()?.strip_prefix("BPF_FUNC_")?.to_owned();
            match row.get(2)?.strip_prefix("GPL")? {
                "" => Some((name, None)),
                until => Some((name, Some(until.strip_prefix(" before ")?.parse().ok()?))),
            }
        })
        .collect()
});
static SECTIONS: LazyLock<Vec<(&str, SectionKind)>> = LazyLock::new(|| {
    rows(include_str!("facts/sections.tsv"))
        .filter_map(|row| {
            let kind = SectionKind {
                program: row.get(1)?,
                since: row.get(2)?.parse().ok()?,
                attach: row.get(3).copied().filter(|attach| *attach != "-"),
            };
            Some((*row.first()?, kind))
        })
        .collect()
});
static FLAGS: LazyLock<Vec<Flag>> = LazyLock::new(|| {
    rows(include_str!("facts/flags.tsv"))
        .filter_map(|row| {
            Some(Flag {
                bit: row.first()?.parse().ok()?,
                name: row.get(1)?,
                since: row.get(2)?.parse().ok()?,
            })
        })
        .collect()
});

/// What libbpf reads off the name of a program's section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectionKind {
    /// The program type, in lower case without its prefix.
    pub program: &'static str,
    /// The first kernel that takes such a program.
    pub since: Release,
    /// The attach type that decides so, in lower case without its prefix.
    pub attach: Option<&'static str>,
}

/// A flag of `map_flags`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flag {
    /// `1 << bit`.
    pub bit: u32,
    /// Without `BPF_F_`.
    pub name: &'static str,
    /// The first kernel that takes it.
    pub since: Release,
}

/// The type of the programs of a section (`SEC("?fentry/vfs_read")`), as libbpf reads it
/// off its name; `None` where the name does not say.
///
/// ```
/// let kind = mapgen_build::facts::section("kprobe.multi/vfs_*").unwrap();
/// assert_eq!((kind.program, kind.since.to_string().as_str()), ("kprobe", "5.18"));
/// assert_eq!(mapgen_build::facts::section(".text"), None);
/// ```
pub fn section(name: &str) -> Option<SectionKind> {
    // A leading `?` means: not loaded unless asked for.
    let name = name.strip_prefix('?').unwrap_or(name);
    let matches = |pattern: &str| match pattern.strip_suffix('+') {
        Some(stem) => name
            .strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        None => name == pattern,
    };
    SECTIONS
        .iter()
        .find(|(pattern, _)| matches(pattern))
        .map(|(_, kind)| *kind)
}

/// The flags of a map, by bit.
///
/// ```
/// let flags: Vec<_> = mapgen_build::facts::flags(1 << 10).collect();
/// assert_eq!((flags[0].name, flags[0].since.to_string().as_str()), ("MMAPABLE", "5.5"));
/// ```
pub fn flags(map_flags: u32) -> impl Iterator<Item = Flag> {
    FLAGS
        .iter()
        .filter(move |flag| map_flags & 1_u32.checked_shl(flag.bit).unwrap_or(0) != 0)
        .copied()
}

/// A helper's name without `BPF_FUNC_`; `helper_999` for a number that is not known.
///
/// ```
/// assert_eq!(mapgen_build::facts::helper_name(5), "ktime_get_ns");
/// ```
pub fn helper_name(id: u32) -> String {
    HELPER_NAMES
        .get(&id)
        .map_or_else(|| format!("helper_{id}"), |name| (*name).to_owned())
}

/// The helpers that are known: number and name without `BPF_FUNC_`.
pub fn helpers() -> impl Iterator<Item = (u32, &'static str)> {
    HELPER_NAMES.iter().map(|(id, name)| (*id, *name))
}

/// The first kernel that has a kind of map, by its name without `BPF_MAP_TYPE_`, in lower
/// case.
///
/// ```
/// assert_eq!(mapgen_build::facts::map_type("ringbuf").unwrap().to_string(), "5.8");
/// ```
pub fn map_type(name: &str) -> Option<Release> {
    MAPS.get(name).copied()
}

/// The first kernel that has a program type, by its name without `BPF_PROG_TYPE_`, in
/// lower case.
///
/// ```
/// assert_eq!(mapgen_build::facts::program_type("xdp").unwrap().to_string(), "4.8");
/// ```
pub fn program_type(name: &str) -> Option<Release> {
    PROGRAMS.get(name).copied()
}

/// The first kernel that has a helper, by its name without `BPF_FUNC_`.
///
/// ```
/// assert_eq!(mapgen_build::facts::helper("ktime_get_ns").unwrap().to_string(), "4.1");
/// ```
pub fn helper(name: &str) -> Option<Release> {
    HELPERS.get(name).copied()
}

/// The first kernel in which programs may call one of its functions.
///
/// ```
/// let since = mapgen_build::facts::kfunc("bpf_rcu_read_lock").unwrap();
/// assert_eq!(since.to_string(), "6.2");
/// ```
pub fn kfunc(name: &str) -> Option<Release> {
    KFUNCS.get(name).copied()
}

/// The functions of the kernel that are known, by name.
pub fn kfuncs() -> impl Iterator<Item = &'static str> {
    KFUNCS.keys().map(String::as_str)
}

/// Whether a kernel lets only GPL-compatible programs call a helper.
///
/// ```
/// use mapgen_build::facts::{Release, is_gpl_only};
/// assert!(is_gpl_only("trace_printk", Release { major: 6, minor: 12 }));
/// assert!(!is_gpl_only("map_lookup_elem", Release { major: 6, minor: 12 }));
/// ```
pub fn is_gpl_only(helper: &str, kernel: Release) -> bool {
    match GPL.get(helper) {
        Some(None) => true,
        Some(Some(until)) => kernel < *until,
        None => false,
    }
}

/// Whether the kernel takes a licence for GPL-compatible: `license_is_gpl_compatible` in
/// `include/linux/license.h`.
///
/// ```
/// assert!(mapgen_build::facts::is_gpl_compatible("Dual BSD/GPL"));
/// assert!(!mapgen_build::facts::is_gpl_compatible("GPL-2.0"));
/// ```
pub fn is_gpl_compatible(license: &str) -> bool {
    matches!(
        license,
        "GPL"
            | "GPL v2"
            | "GPL and additional rights"
            | "Dual BSD/GPL"
            | "Dual MIT/GPL"
            | "Dual MPL/GPL"
    )
}

/// The first kernel that has a map's kind, its flags, a key as wide as this one's and what
/// its values hold; `schema` is where its types stand.
///
/// ```
/// # let schema = mapgen_schema::text::read("mapgen-schema 1\nobject \"a\" \"a.o\" - little \"GPL\"\nvoid\nmap \"m\" \".maps\" 27 0 0 0 4096 0 0 0 none - - - 0 0\n").unwrap();
/// # let map = &schema.maps[0];
/// assert_eq!(mapgen_build::facts::map(&schema, map).unwrap().to_string(), "5.8"); // a ring buffer
/// ```
pub fn map(schema: &Schema, map: &Map) -> Option<Release> {
    kinds::name(map.kind).and_then(map_type)?;
    of_map(schema, map).into_iter().map(|need| need.since).max()
}

/// The first kernel that has a program's type, what its section asks for, the helpers it
/// calls and the kinds of the maps it uses.
pub fn program(schema: &Schema, program: &Program) -> Option<Release> {
    let helpers = program.helpers.iter().filter_map(|name| helper(name));
    let maps = program
        .maps
        .iter()
        .filter_map(|name| match schema.map(name) {
            Some(used) => map(schema, used),
            None => Some(needs::GLOBAL_DATA),
        });
    let kind = of_program(program).into_iter().map(|need| need.since);
    kind.chain(helpers).chain(maps).max()
}

/// The names by which `allow_newer` knows what is neither helper, kfunc nor map type.
pub(crate) fn need_names() -> impl Iterator<Item = &'static str> {
    let sections = SECTIONS.iter().flat_map(|(pattern, kind)| {
        let stem = pattern.trim_end_matches('+');
        let stem = stem.split('/').next().unwrap_or(stem);
        [Some(stem), kind.attach].into_iter().flatten()
    });
    let flags = FLAGS.iter().map(|flag| flag.name);
    needs::names().chain(sections).chain(flags)
}
