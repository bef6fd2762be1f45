//! Reads a lock's text.
//!
//! Each entry becomes the text of a schema, whose own reader checks it: ids, sizes,
//! places, nesting. What is wrong is said with the line of the lock.

use std::collections::HashMap;
use std::str::FromStr;

use mapgen_schema::text::{self, quoted, unquoted};
use mapgen_schema::{Composite, Enum, IntKind, Type, TypeId, hash, kinds, model};

use super::Lock;
use super::entry::Entry;
use super::labels::Labels;
use super::writer::HEAD;

/// What is wrong, and in which line, from 1.
type Wrong = (usize, String);

/// What a line of a merge that nobody finished starts with.
const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
/// The attributes of a map, in the order of a schema's record.
const NUMBERS: [&str; 6] = [
    "type",
    "key_size",
    "value_size",
    "max_entries",
    "map_flags",
    "map_extra",
];

pub(super) fn read(text: &str) -> Result<Lock, Wrong> {
    let mut entries: Vec<(Entry, usize)> = Vec::new();
    let mut block: Option<Block> = None;
    let mut headed = false;
    for (index, line) in text.lines().enumerate() {
        let at = index + 1;
        let line = line.trim_end();
        if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
            return Err((at, "a merge conflict that nobody resolved".to_owned()));
        }
        if line.is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if !headed {
            headed = true;
            check_head(line).map_err(|what| (at, what))?;
            continue;
        }
        match (line.strip_prefix("map "), &mut block) {
            (Some(rest), open) => {
                let next = Block::new(at, rest).map_err(|what| (at, what))?;
                if let Some(block) = open.replace(next) {
                    entries.push(block.finish()?);
                }
            }
            (None, Some(block)) => block.line(at, line).map_err(|what| (at, what))?,
            (None, None) => return Err((at, format!("`{}` is in no entry", short(line)))),
        }
    }
    if !headed {
        return Err((1, format!("it is empty, a lock starts with `{HEAD}`")));
    }
    if let Some(block) = block {
        entries.push(block.finish()?);
    }
    entries.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
    check_twins(&entries)?;
    Ok(Lock {
        entries: entries.into_iter().map(|(entry, _)| entry).collect(),
    })
}

fn check_head(line: &str) -> Result<(), String> {
    if line == HEAD {
        return Ok(());
    }
    match line.strip_prefix("mapgen-layout ") {
        Some(version) => Err(format!(
            "the lock has version `{}`, this release reads version 1: use one release of \
             mapgen everywhere",
            short(version)
        )),
        None => Err(format!("no layout lock: it starts with `{HEAD}`")),
    }
}

/// Two entries of one map must tell of different versions.
fn check_twins(entries: &[(Entry, usize)]) -> Result<(), Wrong> {
    // The newest of a map comes first.
    for pair in entries.windows(2) {
        let ((newer, line), (older, _)) = (&pair[0], &pair[1]);
        let of_one = newer.object == older.object && newer.map().name == older.map().name;
        if of_one && older.until.is_none_or(|until| until >= newer.since) {
            let what = format!(
                "a second entry of map `{}` of `{}` for version {}",
                newer.map().name,
                newer.object,
                newer.since
            );
            return Err((*line, what));
        }
    }
    Ok(())
}

/// An entry while it is read.
struct Block {
    line: usize,
    object: String,
    since: u32,
    until: Option<u32>,
    outer: Attributes,
    inner: Option<Attributes>,
    labels: Labels,
    /// The schema's text, and of which line of the lock each of its lines is.
    schema: String,
    lines: Vec<usize>,
    within: Within,
    hashes: HashMap<&'static str, (usize, u64)>,
}

/// What the line before belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Map,
    Composite,
    Enum,
}

/// What is said of a map.
#[derive(Default)]
struct Attributes {
    name: String,
    numbers: [Option<u64>; NUMBERS.len()],
    pinning: Option<String>,
    key: Option<String>,
    value: Option<String>,
}

impl Block {
    /// After `map `: `flow conns version 2 until 3`.
    fn new(line: usize, rest: &str) -> Result<Self, String> {
        let mut words = Words { rest };
        let (object, name) = (words.string()?, words.string()?);
        words.expect("version")?;
        let since: u32 = words.number()?;
        let until = match words.rest.is_empty() {
            true => None,
            false => {
                words.expect("until")?;
                Some(words.number()?)
            }
        };
        words.end()?;
        if since == 0 || until.is_some_and(|until| until < since) {
            return Err("versions count from 1, and end after they start".to_owned());
        }
        let mut block = Self {
            line,
            object,
            since,
            until,
            outer: Attributes {
                name,
                ..Attributes::default()
            },
            inner: None,
            labels: Labels::default(),
            schema: format!("mapgen-schema {}\n", model::VERSION),
            lines: vec![line],
            within: Within::Map,
            hashes: HashMap::new(),
        };
        block.define(line, &Type::Void, "void".to_owned())?;
        Ok(block)
    }

    fn record(&mut self, line: usize, record: &str) {
        self.schema.push_str(record);
        self.schema.push('\n');
        self.lines.push(line);
    }

    fn define(&mut self, line: usize, ty: &Type, record: String) -> Result<(), String> {
        self.labels.push(ty)?;
        self.record(line, &record);
        Ok(())
    }

    fn id(&self, label: &str) -> Result<TypeId, String> {
        let label = line_end(label)?;
        let id = self.labels.id(&label);
        id.ok_or_else(|| format!("no type `{}` stands before it", short(&label)))
    }

    fn line(&mut self, at: usize, line: &str) -> Result<(), String> {
        if let Some(part) = line.strip_prefix("    ") {
            return match self.within {
                Within::Composite => self.member(at, part),
                Within::Enum => self.variant(at, part),
                Within::Map => Err(format!("`{}` is part of no type", short(part))),
            };
        }
        let Some(line) = line.strip_prefix("  ") else {
            return Err(format!("`{}` is no line of a layout lock", short(line)));
        };
        let mut words = Words { rest: line };
        let word = words.word()?;
        self.within = Within::Map;
        match word {
            "int" => {
                let (size, kind) = (words.number()?, words.word()?);
                let name = line_end(words.equals()?)?;
                let record = format!("int {} {size} {kind}", quoted(&name));
                // The schema's reader looks at the kind.
                let kind = IntKind::Unsigned;
                self.define(at, &Type::Int { name, size, kind }, record)
            }
            "float" => {
                let size = words.number()?;
                let name = line_end(words.equals()?)?;
                let record = format!("float {} {size}", quoted(&name));
                self.define(at, &Type::Float { name, size }, record)
            }
            "pointer" => {
                let tag = words.optional()?;
                let pointee = line_end(words.equals()?)?;
                let record = format!("ptr {} {}", quoted(&pointee), dash(tag.as_deref()));
                self.define(at, &Type::Pointer { pointee, tag }, record)
            }
            "array" => {
                let count: u32 = words.number()?;
                let element = self.id(words.equals()?)?;
                let record = format!("array {} {count}", element.0);
                self.define(at, &Type::Array { element, count }, record)
            }
            "typedef" => {
                let name = words.string()?;
                let target = self.id(words.equals()?)?;
                let record = format!("typedef {} {}", quoted(&name), target.0);
                self.define(at, &Type::Typedef { name, target }, record)
            }
            "struct" | "union" => {
                let composite = Composite {
                    union: word == "union",
                    name: words.optional()?,
                    size: words.number()?,
                    members: Vec::new(),
                };
                words.end()?;
                self.within = Within::Composite;
                let name = dash(composite.name.as_deref());
                let record = format!("{word} {name} {}", composite.size);
                self.define(at, &Type::Composite(composite), record)
            }
            "enum" => {
                let e = Enum {
                    name: words.optional()?,
                    size: words.number()?,
                    signed: words.word()? == "signed",
                    variants: Vec::new(),
                };
                words.end()?;
                self.within = Within::Enum;
                let sign = if e.signed { "signed" } else { "unsigned" };
                let record = format!("enum {} {} {sign}", dash(e.name.as_deref()), e.size);
                self.define(at, &Type::Enum(e), record)
            }
            "layout_hash" | "nameless_hash" => {
                let name = if word == "layout_hash" {
                    "layout_hash"
                } else {
                    "nameless_hash"
                };
                let digits = words.word()?;
                let number = u64::from_str_radix(digits, 16);
                let number = number.map_err(|_| format!("`{}` is no hash", short(digits)))?;
                words.end()?;
                self.hashes.insert(name, (at, number));
                Ok(())
            }
            _ => self.attribute(word, words),
        }
    }

    fn attribute(&mut self, word: &str, mut words: Words<'_>) -> Result<(), String> {
        let unknown = || format!("`{}` is nothing that an entry says", short(word));
        if word == "inner_name" {
            let name = words.string()?;
            words.end()?;
            self.inner = Some(Attributes {
                name,
                ..Attributes::default()
            });
            return Ok(());
        }
        let (word, map) = match word.strip_prefix("inner_") {
            Some(word) => (word, self.inner.as_mut().ok_or_else(unknown)?),
            None => (word, &mut self.outer),
        };
        let twice = |there: bool| match there {
            true => Err(format!("a second `{}`", short(word))),
            false => Ok(()),
        };
        if let Some(index) = NUMBERS.iter().position(|name| *name == word) {
            twice(map.numbers[index].is_some())?;
            let text = words.word()?;
            let number = match kinds::number(text) {
                Some(kind) if word == "type" => u64::from(kind),
                _ => number(text)?,
            };
            map.numbers[index] = Some(number);
            return words.end();
        }
        match word {
            "pinning" => {
                twice(map.pinning.is_some())?;
                map.pinning = Some(words.word()?.to_owned());
                words.end()
            }
            "key" => {
                twice(map.key.is_some())?;
                map.key = Some(words.equals()?.to_owned());
                Ok(())
            }
            "value" => {
                twice(map.value.is_some())?;
                map.value = Some(words.equals()?.to_owned());
                Ok(())
            }
            _ => Err(unknown()),
        }
    }

    /// `0 saddr = __be32`, `4.3 flag : 5 = unsigned int`.
    fn member(&mut self, at: usize, line: &str) -> Result<(), String> {
        let mut words = Words { rest: line };
        let place = words.word()?;
        let (byte, bit) = place.split_once('.').unwrap_or((place, "0"));
        let (byte, bit): (u64, u64) = (number(byte)?, number(bit)?);
        let bit_offset = byte
            .checked_mul(8)
            .and_then(|bits| bits.checked_add(bit))
            .ok_or_else(|| format!("`{}` is no place", short(place)))?;
        let name = words.optional()?;
        let bits = match words.rest.starts_with(": ") {
            true => {
                words.expect(":")?;
                words.number::<u32>()?.to_string()
            }
            false => "-".to_owned(),
        };
        let id = self.id(words.equals()?)?;
        let name = dash(name.as_deref());
        self.record(at, &format!("member {name} {} {bit_offset} {bits}", id.0));
        Ok(())
    }

    /// `OPEN = 0`
    fn variant(&mut self, at: usize, line: &str) -> Result<(), String> {
        let mut words = Words { rest: line };
        let name = words.string()?;
        let value: i128 = number(words.equals()?)?;
        self.record(at, &format!("variant {} {value}", quoted(&name)));
        Ok(())
    }

    /// The entry, and its first line.
    fn finish(mut self) -> Result<(Entry, usize), Wrong> {
        let line = self.line;
        let outer = self.map_record("map", &self.outer);
        let inner = self.inner.as_ref();
        let inner = inner.map(|inner| self.map_record("inner", inner));
        self.record(line, &outer.map_err(|what| (line, what))?);
        if let Some(inner) = inner {
            self.record(line, &inner.map_err(|what| (line, what))?);
        }
        let schema = text::read(&self.schema).map_err(|error| match error {
            text::Error::Line { number, what } => {
                let at = self.lines.get(number - 1);
                (at.copied().unwrap_or(line), what)
            }
            version @ text::Error::Version { .. } => (line, version.to_string()),
        })?;
        let entry = Entry {
            object: self.object,
            since: self.since,
            until: self.until,
            schema,
        };
        let map = entry.map();
        let hashes = [
            ("layout_hash", hash::layout(&entry.schema, map)),
            ("nameless_hash", hash::nameless(&entry.schema, map)),
        ];
        for (name, is) in hashes {
            let (at, said) = self.hashes.get(name).copied().unwrap_or((line, 0));
            if said != is {
                return Err((
                    at,
                    format!(
                        "the entry of map `{}` was changed by hand: its `{name}` is \
                         {said:016x}, and its members have {is:016x}",
                        map.name
                    ),
                ));
            }
        }
        Ok((entry, line))
    }

    fn map_record(&self, record: &str, map: &Attributes) -> Result<String, String> {
        let missing = |what: &str| format!("map `{}` has no `{what}`", map.name);
        let mut numbers = [0; NUMBERS.len()];
        for (index, number) in map.numbers.iter().enumerate() {
            numbers[index] = number.ok_or_else(|| missing(NUMBERS[index]))?;
        }
        let [
            kind,
            key_size,
            value_size,
            max_entries,
            map_flags,
            map_extra,
        ] = numbers;
        let pinning = map.pinning.as_ref().ok_or_else(|| missing("pinning"))?;
        let id = |label: &Option<String>| match label {
            Some(label) => self.id(label).map(|id| id.0.to_string()),
            None => Ok("-".to_owned()),
        };
        Ok(format!(
            "{record} {} \".maps\" {kind} 0 {key_size} {value_size} {max_entries} {map_flags} \
             {map_extra} 0 {pinning} {} {} - 0 0",
            quoted(&map.name),
            id(&map.key)?,
            id(&map.value)?
        ))
    }
}

/// The words of a line.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn word(&mut self) -> Result<&'a str, String> {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest;
        match word.is_empty() {
            true => Err("the line ends too early".to_owned()),
            false => Ok(word),
        }
    }

    /// A name, which may stand in quotes.
    fn string(&mut self) -> Result<String, String> {
        if !self.rest.starts_with('"') {
            return self.word().map(str::to_owned);
        }
        let (name, rest) = unquoted(self.rest)?;
        self.rest = match rest.strip_prefix(' ') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return Err("no space after a string".to_owned()),
        };
        Ok(name)
    }

    fn optional(&mut self) -> Result<Option<String>, String> {
        if self.rest == "-" || self.rest.starts_with("- ") {
            self.word()?;
            return Ok(None);
        }
        self.string().map(Some)
    }

    fn number<N: FromStr>(&mut self) -> Result<N, String> {
        number(self.word()?)
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        match self.word()? {
            word if word == wanted => Ok(()),
            other => Err(format!("`{}` stands where `{wanted}` should", short(other))),
        }
    }

    /// All behind `= `.
    fn equals(&mut self) -> Result<&'a str, String> {
        self.expect("=")?;
        Ok(std::mem::take(&mut self.rest))
    }

    fn end(&self) -> Result<(), String> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(format!("`{}` is left over", short(self.rest))),
        }
    }
}

fn number<N: FromStr>(word: &str) -> Result<N, String> {
    let wrong = || format!("`{}` is not a number that fits", short(word));
    match word.strip_prefix("0x") {
        Some(digits) => {
            let number = u64::from_str_radix(digits, 16).map_err(|_| wrong())?;
            number.to_string().parse().map_err(|_| wrong())
        }
        None => word.parse().map_err(|_| wrong()),
    }
}

/// A text up to the end of the line, which may stand in quotes.
fn line_end(text: &str) -> Result<String, String> {
    if !text.starts_with('"') {
        return match text.is_empty() {
            true => Err("the line ends too early".to_owned()),
            false => Ok(text.to_owned()),
        };
    }
    match unquoted(text)? {
        (text, "") => Ok(text),
        (_, rest) => Err(format!("`{}` is left over", short(rest))),
    }
}

fn dash(name: Option<&str>) -> String {
    name.map_or_else(|| "-".to_owned(), quoted)
}

/// So much of a text as a message bears.
fn short(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    start.escape_debug().to_string()
}
