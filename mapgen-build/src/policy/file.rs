//! `mapgen.toml`: the policy as a file, and the objects that it is for.

mod thresholds;

use std::fs;
use std::path::{Path, PathBuf};

use mapgen_schema::codes::{self, Level};
use mapgen_schema::names;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Least, Origin, Policy, Stated, size};
use crate::error::Error;
use crate::facts::Release;
use crate::vmlinux::KERNEL_BTF;

/// What a `mapgen.toml` says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct File {
    /// What it asks for.
    pub policy: Policy,
    /// Its `[[object]]` tables, paths as they are written: relative to the file.
    pub inputs: Vec<Input>,
}

/// One `[[object]]`: an object, or a C source that `build.rs` compiles.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Input {
    /// The line of the table, from 1.
    pub line: u32,
    /// A compiled object.
    pub object: Option<PathBuf>,
    /// A C source.
    pub source: Option<PathBuf>,
    /// The name that macros use; by default the file's stem.
    pub name: Option<String>,
    /// Arguments for clang.
    pub clang_args: Vec<String>,
    /// Types besides those that maps reach.
    pub types: Vec<String>,
    /// The BTF that `vmlinux.h` is written from: `true` in the file is the running kernel's.
    pub vmlinux_h: Option<PathBuf>,
}

const KEYS: [&str; 14] = [
    "allow_helpers",
    "allow_newer",
    "cpus",
    "deny_helpers",
    "layout_lock",
    "lints",
    "memory_budget",
    "min_entries",
    "min_kernel",
    "object",
    "optional",
    "stable",
    "thresholds",
    "warn",
];
const OBJECT_KEYS: [&str; 6] = [
    "clang_args",
    "name",
    "object",
    "source",
    "types",
    "vmlinux_h",
];

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has a key or a value that nobody knows;
    /// all that is wrong is reported together, each with its line.
    ///
    /// ```no_run
    /// let file = mapgen_build::policy::File::read("mapgen.toml")?;
    /// println!("{} objects", file.inputs.len());
    /// # Ok::<(), mapgen_build::Error>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads a text; `path` is for messages and for [`Origin`].
    ///
    /// # Errors
    /// As [`read`](Self::read).
    ///
    /// ```
    /// use mapgen_build::policy::File;
    /// let file = File::parse("min_kernel = \"5.15\"", "mapgen.toml".as_ref()).unwrap();
    /// assert_eq!(file.policy.min_kernel.unwrap().value.to_string(), "5.15");
    /// let error = File::parse("min_kernal = \"5.15\"", "mapgen.toml".as_ref()).unwrap_err();
    /// assert!(error.to_string().starts_with("`mapgen.toml:1`: there is no key `min_kernal`"));
    /// ```
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let mut reader = Reader {
            text,
            path,
            errors: Vec::new(),
        };
        let file = match DeTable::parse(text) {
            Ok(table) => reader.file(table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.wrong(at, error.message());
                Self::default()
            }
        };
        Error::many(reader.errors)?;
        Ok(file)
    }
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    errors: Vec<Error>,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn file(&mut self, table: &DeTable<'_>) -> File {
        let mut file = File::default();
        let policy = &mut file.policy;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "min_kernel" => policy.min_kernel = self.release(value),
                "memory_budget" => policy.memory_budget = self.size(value),
                "cpus" => policy.cpus = self.number(value, "a number of CPUs from 1 on"),
                "layout_lock" => {
                    let path = self.string(value, "the path of a file");
                    policy.layout_lock = path.map(|path| self.stated(value, path.into()));
                }
                "allow_newer" => policy.allow_newer = self.strings(value),
                "optional" => policy.optional = self.strings(value),
                "stable" => policy.stable = self.strings(value),
                "deny_helpers" => policy.deny_helpers = self.strings(value),
                "allow_helpers" => {
                    let names = self.strings(value).into_iter().map(|name| name.value);
                    let names = names.collect();
                    policy.allow_helpers = vec![self.stated(value, names)];
                }
                "min_entries" => self.min_entries(value, policy),
                "thresholds" => self.thresholds(value, policy),
                "warn" => {
                    for name in self.strings(value) {
                        let at = value.span().start;
                        self.level(at, &name.value, Level::Warn, name.origin, policy);
                    }
                }
                "lints" => self.lints(value, policy),
                "object" => file.inputs = self.inputs(value),
                other => self.unknown(key.span().start, "key", other, &KEYS),
            }
        }
        file
    }

    fn min_entries(&mut self, value: &Value<'_>, policy: &mut Policy) {
        let Some(table) = value.get_ref().as_table() else {
            return self.expected(
                value,
                "a table of maps: `[min_entries]`, then `conns = 65536`",
            );
        };
        for (map, value) in table {
            let least = match value.get_ref().as_str() {
                Some(text) => text.parse().ok(),
                None => integer(value).and_then(Least::entries),
            };
            match least {
                Some(least) => {
                    let least = self.stated(value, least);
                    policy.min_entries.push((map.get_ref().to_string(), least));
                }
                None => self.expected(
                    value,
                    "a number of entries from 1 to 4294967295; for a ring buffer it may be \
                     `\"256 KiB\"` or `\"1000 records of struct event\"`",
                ),
            }
        }
    }

    fn lints(&mut self, value: &Value<'_>, policy: &mut Policy) {
        let Some(table) = value.get_ref().as_table() else {
            return self.expected(
                value,
                "a table of levels: `[lints]`, then `unused_map = \"warn\"`",
            );
        };
        for (name, level) in table {
            let known = level.get_ref().as_str().and_then(Level::from_name);
            match known {
                Some(known) => {
                    let origin = self.origin(name.span().start);
                    self.level(name.span().start, name.get_ref(), known, origin, policy);
                }
                None => self.expected(level, "a level: `\"allow\"`, `\"warn\"` or `\"deny\"`"),
            }
        }
    }

    fn level(&mut self, at: usize, name: &str, value: Level, origin: Origin, policy: &mut Policy) {
        match codes::policy(name) {
            Some(code) => policy.levels.push((code, Stated { value, origin })),
            None => {
                let known: Vec<&str> = codes::policies().collect();
                self.unknown(at, "lint or policy", name, &known);
            }
        }
    }

    fn inputs(&mut self, value: &Value<'_>) -> Vec<Input> {
        let Some(array) = value.get_ref().as_array() else {
            self.expected(value, "tables: `[[object]]`");
            return Vec::new();
        };
        let mut inputs = Vec::new();
        for item in array.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.expected(item, "a table: `[[object]]`");
                continue;
            };
            inputs.extend(self.input(item.span().start, table));
        }
        inputs
    }

    fn input(&mut self, at: usize, table: &DeTable<'_>) -> Option<Input> {
        let mut input = Input {
            line: self.line(at),
            ..Input::default()
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "object" => input.object = self.string(value, "a path").map(PathBuf::from),
                "source" => input.source = self.string(value, "a path").map(PathBuf::from),
                "name" => input.name = self.string(value, "a name"),
                "clang_args" => input.clang_args = self.plain(value),
                "types" => input.types = self.plain(value),
                "vmlinux_h" => {
                    input.vmlinux_h = match value.get_ref().as_bool() {
                        Some(true) => Some(KERNEL_BTF.into()),
                        Some(false) => None,
                        None => self
                            .string(value, "`true` or the path of a file with BTF")
                            .map(PathBuf::from),
                    }
                }
                other => self.unknown(key.span().start, "key of `[[object]]`", other, &OBJECT_KEYS),
            }
        }
        match (&input.object, &input.source) {
            (None, None) => {
                self.wrong(at, "`[[object]]` has neither `object` nor `source`");
                None
            }
            (Some(_), Some(_)) => {
                self.wrong(at, "`[[object]]` has `object` and `source`: give one");
                None
            }
            _ => Some(input),
        }
    }

    fn release(&mut self, value: &Value<'_>) -> Option<Stated<Release>> {
        let release = value.get_ref().as_str().and_then(|text| text.parse().ok());
        if release.is_none() {
            self.expected(value, "a kernel release: `\"5.15\"`");
        }
        release.map(|release| self.stated(value, release))
    }

    fn size(&mut self, value: &Value<'_>) -> Option<Stated<u64>> {
        let size = match value.get_ref() {
            DeValue::Integer(_) => integer(value),
            DeValue::String(text) => size::parse(text),
            _ => None,
        };
        if size.is_none() {
            self.expected(value, "a size: `\"64 MiB\"`, or a number of bytes");
        }
        size.map(|size| self.stated(value, size))
    }

    fn number(&mut self, value: &Value<'_>, what: &str) -> Option<Stated<u32>> {
        let number = integer(value).and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|&number| number > 0);
        if number.is_none() {
            self.expected(value, what);
        }
        number.map(|number| self.stated(value, number))
    }

    fn string(&mut self, value: &Value<'_>, what: &str) -> Option<String> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.expected(value, what);
        }
        text.map(str::to_owned)
    }

    fn strings(&mut self, value: &Value<'_>) -> Vec<Stated<String>> {
        let Some(array) = value.get_ref().as_array() else {
            self.expected(value, "a list of names: `[\"…\"]`");
            return Vec::new();
        };
        let mut names = Vec::new();
        for item in array.iter() {
            let name = self.string(item, "a name");
            names.extend(name.map(|name| self.stated(item, name)));
        }
        names
    }

    fn plain(&mut self, value: &Value<'_>) -> Vec<String> {
        let names = self.strings(value).into_iter();
        names.map(|name| name.value).collect()
    }

    fn stated<T>(&self, value: &Value<'_>, what: T) -> Stated<T> {
        Stated {
            value: what,
            origin: self.origin(value.span().start),
        }
    }

    fn origin(&self, at: usize) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line: self.line(at),
        }
    }

    fn line(&self, at: usize) -> u32 {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let lines = before.iter().filter(|&&byte| byte == b'\n').count();
        u32::try_from(lines + 1).unwrap_or(u32::MAX)
    }

    fn unknown(&mut self, at: usize, what: &str, name: &str, known: &[&str]) {
        let nearest = names::nearest(name, known.iter().copied());
        self.wrong(
            at,
            &format!(
                "there is no {what} `{name}`; the nearest are `{}`",
                nearest.join("`, `")
            ),
        );
    }

    fn expected(&mut self, value: &Value<'_>, what: &str) {
        let span = value.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let written = written.lines().next().unwrap_or_default();
        self.wrong(span.start, &format!("`{written}` is not {what}"));
    }

    fn wrong(&mut self, at: usize, what: &str) {
        let line = self.line(at);
        let path = self.path.display();
        self.errors.push(Error::Usage(
            codes::policy_file,
            format!("`{path}:{line}`: {what}"),
        ));
    }
}

fn integer(value: &Value<'_>) -> Option<u64> {
    let number = value.get_ref().as_integer()?;
    u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

#[cfg(test)]
mod tests {
    use super::{File, Least};

    fn errors(text: &str) -> String {
        File::parse(text, "mapgen.toml".as_ref())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn every_setting_knows_its_line() {
        let text = "\
min_kernel = \"5.15\"
memory_budget = \"64 MiB\"
allow_helpers = [
    \"map_lookup_elem\",
]
warn = [\"min_entries\"]

[min_entries]
conns = 65_536
[[object]]
source = \"bpf/flow.bpf.c\"
";
        let file = File::parse(text, "etc/mapgen.toml".as_ref()).unwrap();
        let policy = file.policy;
        let budget = policy.memory_budget.as_ref().unwrap();
        assert_eq!(
            (budget.value, budget.origin.to_string()),
            (64 << 20, "etc/mapgen.toml:2".to_owned())
        );
        let (map, least) = &policy.min_entries[0];
        assert_eq!(map, "conns");
        assert_eq!(
            (&least.value, least.origin.to_string()),
            (&Least::Entries(65_536), "etc/mapgen.toml:9".to_owned())
        );
        assert_eq!(policy.allow_helpers[0].value, ["map_lookup_elem"]);
        assert_eq!(policy.levels.len(), 1);
        assert_eq!(file.inputs[0].line, 10);
        assert_eq!(file.inputs[0].source, Some("bpf/flow.bpf.c".into()));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_with_its_line() {
        let text = "\
min_kernal = \"5.15\"
memory_budget = \"64 MiBs\"
cpus = 0
allow_helpers = \"map_lookup_elem\"
warn = [\"min_entrys\"]
[lints]
key_size = \"loud\"
[min_entries]
conns = -1
[[object]]
sauce = \"bpf/flow.bpf.c\"
";
        let errors = errors(text);
        for expected in [
            "`mapgen.toml:1`: there is no key `min_kernal`; the nearest are `min_kernel`",
            "`mapgen.toml:2`: `\"64 MiBs\"` is not a size",
            "`mapgen.toml:3`: `0` is not a number of CPUs",
            "`mapgen.toml:4`: `\"map_lookup_elem\"` is not a list of names",
            "`mapgen.toml:5`: there is no lint or policy `min_entrys`; the nearest are `min_entries`",
            "`mapgen.toml:7`: `\"loud\"` is not a level",
            "`mapgen.toml:9`: `-1` is not a number of entries",
            "`mapgen.toml:11`: there is no key of `[[object]]` `sauce`; the nearest are `source`",
            "`mapgen.toml:10`: `[[object]]` has neither `object` nor `source`",
        ] {
            assert!(errors.contains(expected), "{expected}\n{errors}");
        }
    }

    #[test]
    fn every_key_stands_in_the_documents() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/policy.md");
        let page = std::fs::read_to_string(page).unwrap();
        for key in super::KEYS {
            assert!(page.contains(&format!("\n| `{key}` |")), "{key}");
        }
    }

    #[test]
    fn a_text_that_is_no_toml_is_refused_with_its_line() {
        let error = errors("cpus = 1\nmin_kernel 5.15\n");
        assert!(error.starts_with("`mapgen.toml:2`: "), "{error}");
    }
}
