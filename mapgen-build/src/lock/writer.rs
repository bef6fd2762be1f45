//! The text of a lock: deterministic, one thing a line, so that a change reads well.

use std::fmt;

use mapgen_schema::text::quoted;
use mapgen_schema::{IntKind, Map, Pinning, Type, TypeId, hash, kinds};

use super::Lock;
use super::entry::Entry;
use super::labels::Labels;

/// What stands at the top.
pub(super) const HEAD: &str = "mapgen-layout 1";

const ABOUT: &str = "\
# The layouts of maps that outlive the programs which made them. `mapgen accept`, or
# `MAPGEN_ACCEPT=1 cargo build`, writes this file; keep it in version control.
";

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{ABOUT}{HEAD}")?;
        self.entries
            .iter()
            .try_for_each(|entry| write!(f, "\n{entry}"))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let map = self.map();
        let until = match self.until {
            Some(until) => format!(" until {until}"),
            None => String::new(),
        };
        writeln!(
            f,
            "map {} {} version {}{until}",
            word(&self.object),
            word(&map.name),
            self.since
        )?;
        let mut labels = Labels::default();
        for ty in &self.schema.types {
            // What is in an entry was read, or checked when it was.
            labels.push(ty).map_err(|_| fmt::Error)?;
        }
        let (layout, nameless) = (
            hash::layout(&self.schema, map),
            hash::nameless(&self.schema, map),
        );
        writeln!(f, "  layout_hash {layout:016x}")?;
        writeln!(f, "  nameless_hash {nameless:016x}")?;
        attributes(f, &labels, map, "")?;
        if let Some(inner) = &map.inner {
            writeln!(f, "  inner_name {}", word(&inner.name))?;
            attributes(f, &labels, inner, "inner_")?;
        }
        let types = self.schema.types.iter();
        types.skip(1).try_for_each(|ty| definition(f, &labels, ty))
    }
}

fn attributes(f: &mut fmt::Formatter<'_>, labels: &Labels, map: &Map, inner: &str) -> fmt::Result {
    let kind = kinds::name(map.kind).map_or_else(|| map.kind.to_string(), str::to_owned);
    let pinning = match map.pinning {
        Pinning::None => "none",
        Pinning::ByName => "by_name",
    };
    writeln!(f, "  {inner}type {kind}")?;
    writeln!(f, "  {inner}key_size {}", map.key_size)?;
    writeln!(f, "  {inner}value_size {}", map.value_size)?;
    writeln!(f, "  {inner}max_entries {}", map.max_entries)?;
    writeln!(f, "  {inner}map_flags {:#x}", map.map_flags)?;
    writeln!(f, "  {inner}map_extra {}", map.map_extra)?;
    writeln!(f, "  {inner}pinning {pinning}")?;
    for (role, id) in [("key", map.key), ("value", map.value)] {
        if let Some(id) = id {
            writeln!(f, "  {inner}{role} = {}", reference(labels, id))?;
        }
    }
    Ok(())
}

fn definition(f: &mut fmt::Formatter<'_>, labels: &Labels, ty: &Type) -> fmt::Result {
    match ty {
        Type::Void => Ok(()),
        Type::Int { name, size, kind } => {
            let kind = match kind {
                IntKind::Unsigned => "unsigned",
                IntKind::Signed => "signed",
                IntKind::Char => "char",
                IntKind::Bool => "bool",
            };
            writeln!(f, "  int {size} {kind} = {}", line_end(name))
        }
        Type::Float { name, size } => writeln!(f, "  float {size} = {}", line_end(name)),
        Type::Pointer { pointee, tag } => {
            let tag = optional(tag.as_deref());
            writeln!(f, "  pointer {tag} = {}", line_end(pointee))
        }
        Type::Array { element, count } => {
            writeln!(f, "  array {count} = {}", reference(labels, *element))
        }
        Type::Typedef { name, target } => {
            writeln!(
                f,
                "  typedef {} = {}",
                word(name),
                reference(labels, *target)
            )
        }
        Type::Composite(composite) => {
            let keyword = if composite.union { "union" } else { "struct" };
            let name = optional(composite.name.as_deref());
            writeln!(f, "  {keyword} {name} {}", composite.size)?;
            composite.members.iter().try_for_each(|member| {
                let bit = match member.bit_offset % 8 {
                    0 => String::new(),
                    bit => format!(".{bit}"),
                };
                let bits = member
                    .bitfield
                    .map_or_else(String::new, |bits| format!(" : {bits}"));
                writeln!(
                    f,
                    "    {}{bit} {}{bits} = {}",
                    member.bit_offset / 8,
                    optional(member.name.as_deref()),
                    reference(labels, member.ty)
                )
            })
        }
        Type::Enum(e) => {
            let sign = if e.signed { "signed" } else { "unsigned" };
            let name = optional(e.name.as_deref());
            writeln!(f, "  enum {name} {} {sign}", e.size)?;
            e.variants
                .iter()
                .try_for_each(|(name, value)| writeln!(f, "    {} = {value}", word(name)))
        }
    }
}

/// A name between spaces; in quotes unless it is plain.
fn word(name: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"\\#=:".contains(c);
    if !name.is_empty() && name != "-" && name.chars().all(plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn optional(name: Option<&str>) -> String {
    name.map_or_else(|| "-".to_owned(), word)
}

/// A text up to the end of the line; in quotes unless it is plain.
fn line_end(text: &str) -> String {
    let plain = |c: char| !c.is_control() && !"\"\\".contains(c);
    if !text.is_empty() && text == text.trim() && text.chars().all(plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn reference(labels: &Labels, id: TypeId) -> String {
    line_end(&labels.label(id))
}
