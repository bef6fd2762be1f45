//! A diff for people: old beside new.

use std::fmt;

use super::{
    Change, Diff, EnumeratorDiff, Hole, MapDiff, MemberDiff, Pins, Presence, SectionDiff, TypeDiff,
    Way,
};
use crate::kinds;
use crate::layout::Leaf;

/// Of more rows than this of one type the rest is counted.
const MAX_ROWS: usize = 64;

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut block = |text: String| {
            let gap = if std::mem::take(&mut first) { "" } else { "\n" };
            write!(f, "{gap}{text}")
        };
        for map in &self.maps {
            block(map.beside(&self.old, &self.new))?;
        }
        for section in &self.sections {
            block(section.beside(&self.old, &self.new))?;
        }
        for ty in &self.types {
            let table = ty.table(&self.old, &self.new);
            block(format!("type `{}`: changed\n{table}", ty.role))?;
        }
        Ok(())
    }
}

impl MapDiff {
    /// The map's differences under two headings, as a block of lines.
    pub fn beside(&self, old: &str, new: &str) -> String {
        let kind = kinds::label(self.kind);
        let what = match &self.renamed_from {
            Some(before) => format!("was called `{before}`"),
            None => self.presence.as_str().to_owned(),
        };
        let table = self.table(old, new);
        let mut out = format!("map `{}` ({kind}): {what}\n{table}", self.name);
        if let Some(pins) = self.live_pins() {
            out.push_str(&format!("  live pinned maps: {pins}\n"));
        }
        out
    }

    /// What differs, a row each: what, its old side, its new side, what was done to it.
    ///
    /// ```
    /// use mapgen_schema::{Map, Schema, diff};
    /// let map = |max_entries| Map { kind: 1, max_entries, ..Map::default() };
    /// let schema = Schema::default();
    /// let diff = diff::map((&schema, &map(8)), (&schema, &map(16))).unwrap();
    /// assert_eq!(diff.rows(), [["max_entries", "8", "16", ""]]);
    /// ```
    pub fn rows(&self) -> Vec<[String; 4]> {
        let mut rows = Rows::new("", "");
        rows.of_map(self, "");
        rows.without_head()
    }

    /// What becomes of live pinned maps, and what a program can do, in words; `None` where
    /// neither side pins the map.
    pub fn live_pins(&self) -> Option<String> {
        self.pins.map(|pins| self.pinned(pins))
    }

    /// What differs, a line each, under two headings.
    pub fn table(&self, old: &str, new: &str) -> String {
        let mut rows = Rows::new(old, new);
        rows.of_map(self, "");
        rows.to_string()
    }

    fn pinned(&self, pins: Pins) -> String {
        let name = &self.name;
        match pins {
            Pins::None => "none, no version before this one pinned it".to_owned(),
            Pins::Kept => "used as before".to_owned(),
            Pins::Left => format!(
                "nobody opens the pin `{}` any more; it keeps its entries until somebody \
                 removes it",
                self.renamed_from.as_ref().unwrap_or(name)
            ),
            Pins::Unseen => "used, though their bytes now mean something else, and nothing at \
                             run time can tell: give the map another name, or remove the pin"
                .to_owned(),
            Pins::Refused(way) => {
                let replace = "to start empty, `on_mismatch(Upgrade::Replace)`";
                match way {
                    Way::Grow => format!(
                        "`load` refuses those that are smaller, unless the code declares a \
                         smaller `min_entries`; to keep their entries, `on_mismatch(\
                         Upgrade::Grow)`; {replace}"
                    ),
                    Way::Migrate | Way::MigrateEntries => format!(
                        "`load` refuses them; to keep their entries, `{}` from the old layout; \
                         {replace}",
                        way.as_str()
                    ),
                    Way::Replace => format!(
                        "`load` refuses them, and their entries cannot be copied; {replace}"
                    ),
                }
            }
        }
    }
}

impl TypeDiff {
    /// What differs, a line each, under two headings.
    pub fn table(&self, old: &str, new: &str) -> String {
        let mut rows = Rows::new(old, new);
        rows.of_type(self);
        rows.to_string()
    }

    /// What differs, a row each: what, its old side, its new side, what was done to it.
    pub fn rows(&self) -> Vec<[String; 4]> {
        let mut rows = Rows::new("", "");
        rows.of_type(self);
        rows.without_head()
    }
}

impl SectionDiff {
    /// The section's differences under two headings, as a block of lines.
    pub fn beside(&self, old: &str, new: &str) -> String {
        let mut rows = Rows::new(old, new);
        if self.presence == Presence::Both {
            rows.of_type(&self.vars);
        }
        format!(
            "section `{}`: {}\n{rows}",
            self.name,
            self.presence.as_str()
        )
    }
}

/// Lines of four columns: what, old, new, what was done.
struct Rows {
    rows: Vec<[String; 4]>,
}

impl Rows {
    fn new(old: &str, new: &str) -> Self {
        Self {
            rows: vec![["".to_owned(), old.to_owned(), new.to_owned(), "".to_owned()]],
        }
    }

    fn without_head(self) -> Vec<[String; 4]> {
        self.rows.into_iter().skip(1).collect()
    }

    fn row(&mut self, what: String, old: String, new: String, done: &str) {
        self.rows.push([what, old, new, done.to_owned()]);
    }

    fn of_map(&mut self, map: &MapDiff, inner: &str) {
        for attribute in &map.attributes {
            let what = format!("{inner}{}", attribute.name);
            self.row(what, attribute.old.clone(), attribute.new.clone(), "");
        }
        for ty in [&map.key, &map.value].into_iter().flatten() {
            self.row(
                format!("{inner}{}", ty.role),
                whole(&ty.old),
                whole(&ty.new),
                "",
            );
            self.of_type(ty);
        }
        if let Some(map) = &map.inner {
            match map.presence {
                Presence::Both => self.of_map(map, "inner map, "),
                Presence::Added => self.row(
                    "inner map".to_owned(),
                    dash(),
                    kinds::label(map.kind),
                    "added",
                ),
                Presence::Removed => self.row(
                    "inner map".to_owned(),
                    kinds::label(map.kind),
                    dash(),
                    "removed",
                ),
            }
        }
    }

    fn of_type(&mut self, ty: &TypeDiff) {
        let mut left = MAX_ROWS;
        let mut more = 0;
        let mut one = |row: [String; 4]| match left.checked_sub(1) {
            Some(next) => {
                left = next;
                self.rows.push(row);
            }
            None => more += 1,
        };
        for member in &ty.members {
            one(of_member(member));
        }
        let padding = |hole: &Hole| {
            let inside = match hole.path.is_empty() {
                true => String::new(),
                false => format!(" of `{}`", hole.path),
            };
            (
                format!("  (padding{inside})"),
                format!("byte {}, {} bytes", hole.offset, hole.size),
            )
        };
        for hole in &ty.old_padding {
            let (what, place) = padding(hole);
            one([what, place, dash(), "removed".to_owned()]);
        }
        for hole in &ty.new_padding {
            let (what, place) = padding(hole);
            one([what, dash(), place, "added".to_owned()]);
        }
        for enumerator in &ty.enumerators {
            one(of_enumerator(enumerator));
        }
        if more > 0 {
            self.row(
                format!("  … and {more} more"),
                String::new(),
                String::new(),
                "",
            );
        }
    }
}

fn dash() -> String {
    "-".to_owned()
}

fn whole(side: &Option<(String, u64)>) -> String {
    match side {
        Some((ctype, size)) => format!("{ctype}, {size} bytes"),
        None => dash(),
    }
}

fn of_member(member: &MemberDiff) -> [String; 4] {
    let path = |leaf: &Leaf| match leaf.path.is_empty() {
        true => "(itself)".to_owned(),
        false => leaf.path.clone(),
    };
    let what = match (&member.old, &member.new) {
        (Some(old), Some(new)) if old.path != new.path => {
            format!("  {} (was {})", path(new), path(old))
        }
        (Some(leaf), _) | (None, Some(leaf)) => format!("  {}", path(leaf)),
        (None, None) => String::new(),
    };
    let side = |leaf: &Option<Leaf>| leaf.as_ref().map_or_else(dash, place);
    let done: Vec<&str> = member
        .changes
        .iter()
        .map(|change| change.as_str())
        .collect();
    [what, side(&member.old), side(&member.new), done.join(", ")]
}

/// `byte 8, 64 bits, __u64`, `byte 12 bit 3, 5 bits, unsigned int`.
fn place(leaf: &Leaf) -> String {
    let bit = match leaf.bit_offset % 8 {
        0 => String::new(),
        bit => format!(" bit {bit}"),
    };
    let dims: String = leaf.dims.iter().map(|count| format!("[{count}]")).collect();
    format!(
        "byte {}{bit}, {} bits, {}{dims}",
        leaf.bit_offset / 8,
        leaf.bits,
        leaf.ctype
    )
}

fn of_enumerator(enumerator: &EnumeratorDiff) -> [String; 4] {
    let number = |side: &Option<(String, i128)>| {
        side.as_ref()
            .map_or_else(dash, |(_, number)| number.to_string())
    };
    let (name, done) = match (&enumerator.old, &enumerator.new) {
        (Some((old, _)), Some((new, _))) if old != new => {
            (format!("{new} (was {old})"), Change::Renamed.as_str())
        }
        (Some(_), Some((name, _))) => (name.clone(), "renumbered"),
        (None, Some((name, _))) => (name.clone(), Change::Added.as_str()),
        (Some((name, _)), None) => (name.clone(), Change::Removed.as_str()),
        (None, None) => (String::new(), ""),
    };
    [
        format!("  {}, {name}", enumerator.ctype),
        number(&enumerator.old),
        number(&enumerator.new),
        done.to_owned(),
    ]
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The headings alone say nothing.
        if self.rows.len() < 2 {
            return Ok(());
        }
        let width = |column: usize| {
            let widths = self.rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2)];
        for row in &self.rows {
            let mut line = String::from("  ");
            for (text, width) in row.iter().zip(widths) {
                line.push_str(&format!("{text:width$}  "));
            }
            line.push_str(&row[3]);
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
