//! Faults from a YAML file.
//!
//! The parser gives events with places; a small tree of them is read by hand, so that
//! what nobody knows is an error with its line and the nearest name, and nothing is
//! skipped in silence.

use std::path::Path;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::error::{Error, Name, Result};
use crate::spec::MapKind;
use crate::testing::fault::{Changes, Fault, Faults, Op};
use crate::testing::nearest::nearest;

/// Deeper than this nobody writes faults.
const DEPTH: usize = 16;

/// What is wrong, with its line.
struct Wrong(String);

type Read<T> = std::result::Result<T, Wrong>;

fn wrong<T>(line: usize, what: impl std::fmt::Display) -> Read<T> {
    Err(Wrong(format!("line {line}: {what}")))
}

impl Faults {
    /// Reads faults from a YAML text. (feature `testing-yaml`)
    ///
    /// Each map has a `name`, and what is changed of it: `max_entries`,
    /// `simulate_overflow`, `faults`. Where `type`, `key_size` and `value_size` are given,
    /// they are compared with the binding. A fault has an `op` (by the names of [`Op`])
    /// and an `errno` (`ENOMEM`, or a number), and may have `nth`, `every`, `times` and a
    /// `key` in hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Object`] with the line of what is not YAML, not known, missing or there
    /// twice.
    ///
    /// ```
    /// use mapgen_runtime::testing::{Fault, Faults, Op};
    ///
    /// let faults = Faults::from_yaml("
    /// maps:
    ///   - name: conns
    ///     type: hash
    ///     max_entries: 1024
    ///     simulate_overflow: true
    ///     faults: [{op: update, nth: 7, errno: ENOMEM}]
    /// ")?;
    /// # let same = Faults::from_yaml("maps: [{name: conns, type: hash, max_entries: 1024, simulate_overflow: true, faults: [{op: update, nth: 7, errno: 12}]}]")?;
    /// # assert_eq!(faults, same);
    /// # Ok::<(), mapgen_runtime::Error>(())
    /// ```
    pub fn from_yaml(text: &str) -> Result<Self> {
        Self::read(text, Name::Borrowed("faults"))
    }

    /// As [`from_yaml`](Self::from_yaml), from a file. (feature `testing-yaml`)
    ///
    /// # Errors
    /// As for `from_yaml`, and [`Error::Object`] when the file cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = || Name::Owned(path.display().to_string());
        let text = std::fs::read_to_string(path).map_err(|error| Error::Object {
            op: "reading",
            name: name(),
            message: error.to_string(),
        })?;
        Self::read(&text, name())
    }

    fn read(text: &str, name: Name) -> Result<Self> {
        let read = tree(text).and_then(|root| faults(&root));
        read.map_err(|Wrong(message)| Error::Object {
            op: "reading",
            name,
            message,
        })
    }
}

/// A value, and the line on which it begins.
struct Node {
    line: usize,
    is: Is,
}

enum Is {
    Scalar { text: String, plain: bool },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// The one document of a text.
fn tree(text: &str) -> Read<Node> {
    // What is open: the line, the entries, and whether they are of a map.
    let mut open: Vec<(usize, Vec<Node>, bool)> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return wrong(error.marker().line(), error.info()),
        };
        let line = span.start.line();
        let node = match event {
            Event::Scalar(text, style, ..) => Node {
                line,
                is: Is::Scalar {
                    text: text.into_owned(),
                    plain: matches!(style, ScalarStyle::Plain),
                },
            },
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == DEPTH => {
                return wrong(line, "it is too deep");
            }
            Event::SequenceStart(..) => {
                open.push((line, Vec::new(), false));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((line, Vec::new(), true));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((line, entries, false)) => Node {
                    line,
                    is: Is::List(entries),
                },
                Some((line, entries, true)) => Node {
                    line,
                    is: Is::Map(pairs(entries)),
                },
                None => continue,
            },
            Event::Alias(_) => return wrong(line, "aliases are not read here"),
            _ => continue,
        };
        match open.last_mut() {
            Some((_, entries, _)) => entries.push(node),
            None if root.is_none() => root = Some(node),
            None => return wrong(node.line, "there is a second document"),
        }
    }
    root.map_or_else(|| wrong(1, "it is empty: `maps` is missing"), Ok)
}

fn pairs(entries: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs = Vec::new();
    let mut entries = entries.into_iter();
    while let (Some(key), Some(value)) = (entries.next(), entries.next()) {
        pairs.push((key, value));
    }
    pairs
}

impl Node {
    fn list(&self) -> Read<&[Self]> {
        match &self.is {
            Is::List(entries) => Ok(entries),
            _ => wrong(self.line, "a list is expected here"),
        }
    }

    fn text(&self) -> Read<&str> {
        match &self.is {
            Is::Scalar { text, .. } => Ok(text),
            _ => wrong(self.line, "a single value is expected here"),
        }
    }

    fn number<T: TryFrom<u64>>(&self) -> Read<T> {
        let text = self.text()?;
        let number = text.replace('_', "").parse::<u64>().ok();
        match number.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => wrong(self.line, format!("`{text}` is no number, or too large")),
        }
    }

    fn flag(&self) -> Read<bool> {
        match &self.is {
            Is::Scalar { text, plain: true } if text == "true" => Ok(true),
            Is::Scalar { text, plain: true } if text == "false" => Ok(false),
            _ => wrong(self.line, "`true` or `false` is expected here"),
        }
    }

    /// The value of the name that stands here.
    fn one_of<T: Copy>(&self, what: &str, known: &[(&str, T)]) -> Read<T> {
        let text = self.text()?;
        match known.iter().find(|(name, _)| *name == text) {
            Some((_, value)) => Ok(*value),
            None => {
                let near = nearest(text, known.iter().map(|(name, _)| *name));
                wrong(self.line, format!("unknown {what} `{text}`{near}"))
            }
        }
    }

    /// The entries of a map, in the order of `known`.
    fn entries<const N: usize>(&self, known: [&str; N]) -> Read<[Option<&Self>; N]> {
        let Is::Map(pairs) = &self.is else {
            return wrong(
                self.line,
                format!("a map is expected here, with `{}`", known.join("`, `")),
            );
        };
        let places: Vec<_> = known.into_iter().zip(0..).collect();
        let mut found = [None; N];
        for (key, value) in pairs {
            let place: usize = key.one_of("key", &places)?;
            if found[place].replace(value).is_some() {
                return wrong(key.line, format!("`{}` stands twice", known[place]));
            }
        }
        Ok(found)
    }

    fn missing<T>(&self, key: &str) -> Read<T> {
        wrong(self.line, format!("`{key}` is missing"))
    }
}

fn faults(root: &Node) -> Read<Faults> {
    let [maps] = root.entries(["maps"])?;
    let Some(maps) = maps else {
        return root.missing("maps");
    };
    let mut faults = Faults::default();
    for map in maps.list()? {
        let (name, changes) = changes(map)?;
        if faults.maps.insert(name.to_owned(), changes).is_some() {
            return wrong(map.line, format!("map `{name}` stands twice"));
        }
    }
    Ok(faults)
}

fn changes(node: &Node) -> Read<(&str, Changes)> {
    let [
        name,
        kind,
        max_entries,
        key_size,
        value_size,
        overflow,
        faults,
    ] = node.entries([
        "name",
        "type",
        "max_entries",
        "key_size",
        "value_size",
        "simulate_overflow",
        "faults",
    ])?;
    let Some(name) = name else {
        return node.missing("name");
    };
    let kinds: Vec<_> = (1..)
        .map(MapKind::from_number)
        .take_while(|kind| !matches!(kind, MapKind::Other(_)))
        .map(|kind| (kind.name(), kind))
        .collect();
    let faults = faults.map_or(Ok(&[][..]), Node::list)?;
    let changes = Changes {
        kind: kind.map(|kind| kind.one_of("type", &kinds)).transpose()?,
        max_entries: max_entries.map(Node::number).transpose()?,
        key_size: key_size.map(Node::number).transpose()?,
        value_size: value_size.map(Node::number).transpose()?,
        overflow: overflow.map_or(Ok(false), Node::flag)?,
        faults: faults.iter().map(fault).collect::<Read<_>>()?,
    };
    Ok((name.text()?, changes))
}

fn fault(node: &Node) -> Read<Fault> {
    let [op, errno, nth, every, times, key] =
        node.entries(["op", "errno", "nth", "every", "times", "key"])?;
    let (Some(op), Some(errno)) = (op, errno) else {
        return node.missing(if op.is_none() { "op" } else { "errno" });
    };
    let errno = match errno.text()?.parse::<i32>() {
        Ok(number) if (1..4096).contains(&number) => number,
        Ok(number) => return wrong(errno.line, format!("{number} is no error number")),
        Err(_) => errno.one_of("errno", ERRNOS)?,
    };
    Ok(Fault {
        op: op.one_of("op", &Op::NAMES)?,
        errno,
        nth: nth.map(counted).transpose()?,
        every: every.map(counted).transpose()?,
        times: times.map(Node::number).transpose()?,
        key: key.map(bytes).transpose()?,
    })
}

/// A number that begins at 1.
fn counted(node: &Node) -> Read<u64> {
    match node.number()? {
        0 => wrong(node.line, "calls are counted from 1"),
        number => Ok(number),
    }
}

/// Bytes in hexadecimal digits.
fn bytes(node: &Node) -> Read<Vec<u8>> {
    let text = node.text()?;
    let digits = text.as_bytes().chunks(2);
    let bytes = digits.map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    match bytes.collect() {
        Some(bytes) => Ok(bytes),
        None => wrong(
            node.line,
            format!("`{text}` is not of two hexadecimal digits a byte"),
        ),
    }
}

/// What `bpf(2)` answers on elements, and a few more.
const ERRNOS: &[(&str, i32)] = &[
    ("E2BIG", libc::E2BIG),
    ("EACCES", libc::EACCES),
    ("EAGAIN", libc::EAGAIN),
    ("EBADF", libc::EBADF),
    ("EBUSY", libc::EBUSY),
    ("EDEADLK", libc::EDEADLK),
    ("EEXIST", libc::EEXIST),
    ("EFAULT", libc::EFAULT),
    ("EINTR", libc::EINTR),
    ("EINVAL", libc::EINVAL),
    ("EIO", libc::EIO),
    ("ENODEV", libc::ENODEV),
    ("ENOENT", libc::ENOENT),
    ("ENOMEM", libc::ENOMEM),
    ("ENOSPC", libc::ENOSPC),
    ("ENOSYS", libc::ENOSYS),
    ("ENOTSUPP", crate::sys::ENOTSUPP),
    ("EOPNOTSUPP", libc::EOPNOTSUPP),
    ("EOVERFLOW", libc::EOVERFLOW),
    ("EPERM", libc::EPERM),
    ("ERANGE", libc::ERANGE),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        match Faults::from_yaml(text) {
            Err(Error::Object { message, .. }) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The file of the documentation is what the builder says.
    #[test]
    fn a_file_says_what_the_builder_says() {
        let faults = Faults::from_yaml(
            "maps:
  - name: conns
    type: hash
    max_entries: 1024
    key_size: 16
    value_size: 32
    simulate_overflow: true      # the 1025th insert fails as in the kernel, always
    faults: [{op: update, nth: 7, errno: ENOMEM}]
  - name: drops
    faults:
      - {op: lookup_batch, every: 2, times: 3, errno: 4}
      - op: delete
        errno: EBUSY
        key: \"0a000001\"
",
        );
        let mut wanted = Faults::new()
            .max_entries("conns", 1024)
            .simulate_overflow("conns")
            .fault("conns", Fault::new(Op::Update, libc::ENOMEM).nth(7))
            .fault(
                "drops",
                Fault::new(Op::LookupBatch, libc::EINTR).every(2).times(3),
            )
            .fault(
                "drops",
                Fault::new(Op::Delete, libc::EBUSY).key(&[10, 0, 0, 1]),
            );
        let conns = wanted.maps.get_mut("conns").unwrap();
        conns.kind = Some(MapKind::Hash);
        (conns.key_size, conns.value_size) = (Some(16), Some(32));
        assert_eq!(faults, Ok(wanted));
    }

    #[test]
    fn what_is_not_known_is_said_with_its_line_and_the_nearest_name() {
        assert_eq!(
            message("maps:\n  - name: conns\n    faults: [{op: update, nht: 7, errno: EIO}]"),
            "line 3: unknown key `nht`, did you mean `nth`?"
        );
        assert_eq!(
            message("maps:\n  - name: conns\n    faults: [{op: updat, errno: EIO}]"),
            "line 3: unknown op `updat`, did you mean `update`?"
        );
        assert_eq!(
            message("maps:\n  - name: conns\n    faults:\n    - op: update\n      errno: ENOMEN"),
            "line 5: unknown errno `ENOMEN`, did you mean `ENOMEM`?"
        );
        assert_eq!(
            message("maps:\n- name: conns\n  type: lru-hash"),
            "line 3: unknown type `lru-hash`, did you mean `lru_hash`?"
        );
        assert_eq!(
            message("map: []"),
            "line 1: unknown key `map`, did you mean `maps`?"
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, wanted) in [
            ("", "line 1: it is empty: `maps` is missing"),
            ("maps: 3", "line 1: a list is expected here"),
            (
                "maps: [3]",
                "line 1: a map is expected here, with `name`, `type`, `max_entries`, `key_size`, `value_size`, `simulate_overflow`, `faults`",
            ),
            ("maps:\n- type: hash", "line 2: `name` is missing"),
            ("maps:\n- name: a\n  name: b", "line 3: `name` stands twice"),
            (
                "maps:\n- name: a\n- name: a",
                "line 3: map `a` stands twice",
            ),
            (
                "maps:\n- name: a\n  max_entries: -1",
                "line 3: `-1` is no number, or too large",
            ),
            (
                "maps:\n- name: a\n  max_entries: 4294967296",
                "line 3: `4294967296` is no number, or too large",
            ),
            (
                "maps:\n- name: a\n  simulate_overflow: yes",
                "line 3: `true` or `false` is expected here",
            ),
            (
                "maps:\n- name: a\n  faults: [{op: update}]",
                "line 3: `errno` is missing",
            ),
            (
                "maps:\n- name: a\n  faults: [{op: update, errno: 0}]",
                "line 3: 0 is no error number",
            ),
            (
                "maps:\n- name: a\n  faults: [{op: update, errno: EIO, nth: 0}]",
                "line 3: calls are counted from 1",
            ),
            (
                "maps:\n- name: a\n  faults: [{op: update, errno: EIO, key: abc}]",
                "line 3: `abc` is not of two hexadecimal digits a byte",
            ),
            ("maps: &all\n- *all", "line 2: aliases are not read here"),
            (
                "maps: []\n---\nmaps: []",
                "line 3: there is a second document",
            ),
        ] {
            assert_eq!(message(text), wanted, "{text}");
        }
        assert!(message("maps: [").starts_with("line 2: "));
        assert_eq!(message(&"[".repeat(20)), "line 1: it is too deep");
    }
}
