//! BTF types as C definitions, in an order that a compiler takes.
//!
//! Structs and unions are declared first, enumerations defined; then each typedef and
//! definition follows those that it needs. BTF has no alignment attributes: holes become
//! unnamed bit-fields, and a struct whose members stand where C would not put them is
//! packed, so that offsets and sizes come out as recorded.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use btf_rs::{Struct, Type};
use mapgen_schema::codes;

use crate::btf::{Btf, target};
use crate::error::{Finding, Found};

/// Definitions that need each other deeper than this are not C.
const MAX_NESTING: u32 = 400;

/// All types of a BTF as C.
pub(crate) fn write(btf: &Btf<'_>) -> Found<String> {
    let mut writer = Writer::new(btf);
    writer.declarations();
    writer.enumerations()?;
    for id in btf.ids() {
        match btf.ty(id) {
            Type::Typedef(_) => writer.typedef(id, 0)?,
            Type::Struct(_) | Type::Union(_) if !btf.name(id).is_empty() => {
                writer.definition(id, 0)?;
            }
            _ => {}
        }
    }
    Ok(writer.out)
}

struct Writer<'a, 'data> {
    btf: &'a Btf<'data>,
    out: String,
    /// Names that are taken more than once get a suffix: `list___2`.
    names: HashMap<u32, String>,
    enumerators: HashMap<&'data str, u32>,
    begun: HashSet<u32>,
    /// Alignments in bytes, by id.
    aligns: HashMap<u32, u32>,
}

impl<'a, 'data> Writer<'a, 'data> {
    fn new(btf: &'a Btf<'data>) -> Self {
        let mut tags: HashMap<&str, u32> = HashMap::new();
        let mut typedefs: HashMap<&str, u32> = HashMap::new();
        let mut names = HashMap::new();
        for id in btf.ids() {
            let taken = match btf.ty(id) {
                Type::Struct(_) | Type::Union(_) | Type::Enum(_) | Type::Enum64(_) => &mut tags,
                Type::Typedef(_) => &mut typedefs,
                _ => continue,
            };
            let name = btf.name(id);
            if !name.is_empty() {
                names.insert(id, unique(taken, name));
            }
        }
        Self {
            btf,
            out: String::new(),
            names,
            // An enumerator may not be called as a typedef is.
            enumerators: typedefs,
            begun: HashSet::new(),
            aligns: HashMap::new(),
        }
    }

    fn declarations(&mut self) {
        for id in self.btf.ids() {
            if matches!(
                self.btf.ty(id),
                Type::Struct(_) | Type::Union(_) | Type::Fwd(_)
            ) {
                if let Some(name) = self.tag(id) {
                    let _ = writeln!(self.out, "{name};");
                }
            }
        }
    }

    /// Enumerations with a tag, and those without that nothing refers to.
    fn enumerations(&mut self) -> Found<()> {
        let mut referred = HashSet::new();
        for id in self.btf.ids() {
            let record = self.btf.raw.record(id);
            record.ids(&mut |at| {
                referred.insert(record.word(at));
            });
        }
        for id in self.btf.ids() {
            if !matches!(self.btf.ty(id), Type::Enum(_) | Type::Enum64(_)) {
                continue;
            }
            if !self.btf.name(id).is_empty() || !referred.contains(&id) {
                let text = self.enumeration(id);
                let _ = writeln!(self.out, "\n{text};");
            }
        }
        Ok(())
    }

    fn typedef(&mut self, id: u32, depth: u32) -> Found<()> {
        let Type::Typedef(typedef) = self.btf.ty(id) else {
            return Ok(());
        };
        if self.btf.name(id) == "__builtin_va_list" || !self.begun.insert(id) {
            return Ok(());
        }
        let to = target(typedef);
        // An array needs its elements complete, other types are only named.
        let by_value = matches!(self.btf.ty(self.btf.resolved(to)?), Type::Array(_));
        self.need(to, by_value, depth + 1)?;
        let name = self.names.get(&id).cloned().unwrap_or_default();
        let text = match (to, self.btf.name(id)) {
            // Old GCC says `void`.
            (0, "__gnuc_va_list") => format!("__builtin_va_list {name}"),
            _ => self.declare(to, name, 0, depth + 1)?,
        };
        let _ = writeln!(self.out, "\ntypedef {text};");
        Ok(())
    }

    fn definition(&mut self, id: u32, depth: u32) -> Found<()> {
        let (Type::Struct(composite) | Type::Union(composite)) = self.btf.ty(id) else {
            return Ok(());
        };
        if !self.begun.insert(id) {
            return Ok(());
        }
        for member in &composite.members {
            self.need(target(member), true, depth + 1)?;
        }
        let text = self.composite(id, composite, 0, depth + 1)?;
        let _ = writeln!(self.out, "\n{text};");
        Ok(())
    }

    /// Writes what must stand before a type can be used: its typedefs, and by value its
    /// definition.
    fn need(&mut self, id: u32, by_value: bool, depth: u32) -> Found<()> {
        if depth > MAX_NESTING {
            return Err(Finding::new(
                codes::endless_type,
                format!("types need each other deeper than {MAX_NESTING} levels"),
            ));
        }
        match self.btf.ty(id) {
            Type::Const(t) | Type::Volatile(t) | Type::Restrict(t) => {
                self.need(target(t), by_value, depth + 1)
            }
            Type::TypeTag(t) => self.need(target(t), by_value, depth + 1),
            Type::Array(t) => self.need(target(t), true, depth + 1),
            Type::Ptr(t) => self.need(target(t), false, depth + 1),
            Type::FuncProto(proto) => {
                self.need(proto.return_type_id(), false, depth + 1)?;
                let mut parameters = proto.parameters.iter();
                parameters.try_for_each(|one| self.need(target(one), false, depth + 1))
            }
            Type::Typedef(t) => {
                self.typedef(id, depth + 1)?;
                if by_value {
                    self.need(target(t), true, depth + 1)
                } else {
                    Ok(())
                }
            }
            Type::Struct(t) | Type::Union(t) if self.btf.name(id).is_empty() => {
                let mut members = t.members.iter();
                members.try_for_each(|member| self.need(target(member), true, depth + 1))
            }
            Type::Struct(_) | Type::Union(_) if by_value => self.definition(id, depth + 1),
            _ => Ok(()),
        }
    }

    /// `struct list_head`, by its unique name; `None` for an anonymous one.
    fn tag(&self, id: u32) -> Option<String> {
        let keyword = match self.btf.ty(id) {
            Type::Struct(_) => "struct",
            Type::Union(_) => "union",
            Type::Enum(_) | Type::Enum64(_) => "enum",
            // `btf_kflag` tells a union.
            Type::Fwd(_) if self.btf.raw.record(id).word(4) >> 31 == 1 => "union",
            Type::Fwd(_) => "struct",
            _ => return None,
        };
        let name = match self.names.get(&id) {
            Some(name) => name,
            None => self.btf.name(id),
        };
        Some(format!("{keyword} {name}")).filter(|_| !name.is_empty())
    }

    /// A declaration of `declarator` with a type; an anonymous type is written out.
    fn declare(&mut self, id: u32, declarator: String, indent: usize, depth: u32) -> Found<String> {
        if depth > MAX_NESTING {
            return Err(Finding::new(
                codes::endless_type,
                format!("a declaration deeper than {MAX_NESTING} levels"),
            ));
        }
        let space = |base: String| match declarator.is_empty() {
            true => base,
            false => format!("{base} {declarator}"),
        };
        let qualified = |this: &mut Self, qualifier: &str, to: u32| {
            if matches!(this.btf.ty(this.btf.unqualified(to)?), Type::Ptr(_)) {
                let declarator = format!(" {qualifier} {declarator}");
                return this.declare(to, declarator.trim_end().to_owned(), indent, depth + 1);
            }
            let text = this.declare(to, declarator.clone(), indent, depth + 1)?;
            // A constant array of constants: C says it once.
            let said = text
                .strip_prefix(qualifier)
                .is_some_and(|rest| rest.starts_with(' '));
            Ok(if said {
                text
            } else {
                format!("{qualifier} {text}")
            })
        };
        Ok(match self.btf.ty(id) {
            Type::Void => space("void".to_owned()),
            Type::Int(_) | Type::Float(_) => space(self.btf.name(id).to_owned()),
            Type::Typedef(_) => {
                let name = self.names.get(&id).map_or(self.btf.name(id), |name| name);
                space(name.to_owned())
            }
            Type::Const(t) => qualified(self, "const", target(t))?,
            Type::Volatile(t) => qualified(self, "volatile", target(t))?,
            Type::Restrict(t) => qualified(self, "restrict", target(t))?,
            Type::TypeTag(t) => self.declare(target(t), declarator, indent, depth + 1)?,
            Type::Ptr(t) => {
                let to = target(t);
                let pointee = self.btf.unqualified(to)?;
                let declarator = match self.btf.ty(pointee) {
                    Type::Array(_) | Type::FuncProto(_) => format!("(*{declarator})"),
                    _ => format!("*{declarator}"),
                };
                self.declare(to, declarator, indent, depth + 1)?
            }
            Type::Array(t) => {
                let declarator = format!("{declarator}[{}]", t.len());
                self.declare(target(t), declarator, indent, depth + 1)?
            }
            Type::FuncProto(proto) => {
                let mut parameters = Vec::new();
                for one in &proto.parameters {
                    parameters.push(match one.is_variadic() {
                        true => "...".to_owned(),
                        false => self.declare(target(one), String::new(), indent, depth + 1)?,
                    });
                }
                if parameters.is_empty() {
                    parameters.push("void".to_owned());
                }
                let declarator = format!("{declarator}({})", parameters.join(", "));
                self.declare(proto.return_type_id(), declarator, indent, depth + 1)?
            }
            Type::Struct(t) | Type::Union(t) => match self.tag(id) {
                Some(tag) => space(tag),
                None => space(self.composite(id, t, indent, depth + 1)?),
            },
            Type::Enum(_) | Type::Enum64(_) => match self.tag(id) {
                Some(tag) => space(tag),
                None => space(self.enumeration(id)),
            },
            Type::Fwd(_) => space(self.tag(id).unwrap_or_default()),
            other => {
                return Err(Finding::new(
                    codes::damaged_btf,
                    format!("a {} stands in a declaration", other.name()),
                ));
            }
        })
    }

    fn enumeration(&mut self, id: u32) -> String {
        let mut text = self.tag(id).unwrap_or_else(|| "enum".to_owned());
        let size = self.btf.raw.record(id).third();
        let mut variant = |name: &'data str, value: String| {
            let name = unique(&mut self.enumerators, name);
            format!("\t{name} = {value},\n")
        };
        let mut variants = String::new();
        match self.btf.ty(id) {
            Type::Enum(e) => {
                for member in &e.members {
                    let value = match e.is_signed() {
                        true => (member.val() as i32).to_string(),
                        false => member.val().to_string(),
                    };
                    variants.push_str(&variant(self.btf.entry_name(member), value));
                }
            }
            Type::Enum64(e) => {
                for member in &e.members {
                    let value = match e.is_signed() {
                        true => format!("{}LL", member.val() as i64),
                        false => format!("{}ULL", member.val()),
                    };
                    variants.push_str(&variant(self.btf.entry_name(member), value));
                }
            }
            _ => {}
        }
        if !variants.is_empty() {
            let _ = write!(text, " {{\n{variants}}}");
        }
        text + match size {
            1 => " __attribute__((mode(byte)))",
            2 => " __attribute__((mode(HI)))",
            8 => " __attribute__((mode(word)))",
            _ => "",
        }
    }

    fn composite(
        &mut self,
        id: u32,
        composite: &Struct,
        indent: usize,
        depth: u32,
    ) -> Found<String> {
        let tabs = "\t".repeat(indent);
        let union = matches!(self.btf.ty(id), Type::Union(_));
        let keyword = if union { "union" } else { "struct" };
        let mut text = self.tag(id).unwrap_or_else(|| keyword.to_owned());
        text.push_str(" {\n");
        let packed = self.is_packed(composite, depth)?;
        // Where the next member would go, in bits.
        let mut free = 0_u64;
        for member in &composite.members {
            let ty = target(member);
            let at = u64::from(member.bit_offset());
            let bits = member.bitfield_size().filter(|&bits| bits > 0);
            let (size, align) = (self.size(ty, depth)?, self.align(ty, depth + 1)?);
            let align = if packed { 1 } else { u64::from(align) };
            if !union {
                let natural = match bits {
                    Some(bits)
                        if !packed && free % (size * 8).max(1) + u64::from(bits) > size * 8 =>
                    {
                        free.next_multiple_of((size * 8).max(1))
                    }
                    Some(_) => free,
                    None => free.next_multiple_of(align * 8),
                };
                if natural < at {
                    pad(&mut text, &tabs, free, at);
                }
                free = at + bits.map_or(size * 8, u64::from);
            }
            let name = self.btf.entry_name(member).to_owned();
            let mut line = self.declare(ty, name, indent + 1, depth + 1)?;
            if let Some(bits) = bits {
                let _ = write!(line, ": {bits}");
            }
            let _ = writeln!(text, "{tabs}\t{line};");
        }
        let size = composite.size() as u64 * 8;
        let align = if packed {
            1
        } else {
            u64::from(self.align(id, depth + 1)?)
        };
        if !union && free.next_multiple_of(align * 8) < size {
            pad(&mut text, &tabs, free, size);
        }
        let _ = write!(text, "{tabs}}}");
        if packed {
            text.push_str(" __attribute__((packed))");
        }
        Ok(text)
    }

    /// Whether C would put a member elsewhere, or end the type elsewhere.
    fn is_packed(&mut self, composite: &Struct, depth: u32) -> Found<bool> {
        let size = composite.size() as u64;
        let mut largest = 1;
        for member in &composite.members {
            let align = u64::from(self.align(target(member), depth + 1)?);
            largest = largest.max(align);
            let bits = member.bitfield_size().filter(|&bits| bits > 0);
            let at = u64::from(member.bit_offset());
            let fits = match bits {
                Some(bits) => {
                    let unit = self.size(target(member), depth)?.max(1) * 8;
                    at % unit + u64::from(bits) <= unit
                }
                None => at % (align * 8) == 0,
            };
            if !fits {
                return Ok(true);
            }
        }
        Ok(size % largest != 0)
    }

    /// The alignment that the C text of a type has, in bytes.
    fn align(&mut self, id: u32, depth: u32) -> Found<u32> {
        if depth > MAX_NESTING {
            return Err(Finding::new(
                codes::endless_type,
                format!("types nested deeper than {MAX_NESTING} levels"),
            ));
        }
        if let Some(&align) = self.aligns.get(&id) {
            return Ok(align);
        }
        let align = match self.btf.ty(id) {
            Type::Int(int) => (int.size() as u32).clamp(1, 16),
            Type::Float(float) => (float.size() as u32).clamp(1, 16),
            Type::Enum(_) | Type::Enum64(_) => self.btf.raw.record(id).third().clamp(1, 8),
            Type::Ptr(_) => 8,
            Type::Const(t) | Type::Volatile(t) | Type::Restrict(t) => {
                self.align(target(t), depth + 1)?
            }
            Type::TypeTag(t) => self.align(target(t), depth + 1)?,
            Type::Typedef(t) => self.align(target(t), depth + 1)?,
            Type::Array(t) => self.align(target(t), depth + 1)?,
            Type::Struct(t) | Type::Union(t) => {
                let mut align = 1;
                for member in &t.members {
                    align = align.max(self.align(target(member), depth + 1)?);
                }
                if self.is_packed(t, depth + 1)? {
                    1
                } else {
                    align
                }
            }
            _ => 1,
        };
        self.aligns.insert(id, align);
        Ok(align)
    }

    /// The size of a type in bytes, 0 where it has none.
    fn size(&self, id: u32, depth: u32) -> Found<u64> {
        if depth > MAX_NESTING {
            return Err(Finding::new(
                codes::endless_type,
                format!("types nested deeper than {MAX_NESTING} levels"),
            ));
        }
        let id = self.btf.resolved(id)?;
        Ok(match self.btf.ty(id) {
            Type::Int(int) => int.size() as u64,
            Type::Float(float) => float.size() as u64,
            Type::Enum(_) | Type::Enum64(_) => u64::from(self.btf.raw.record(id).third()),
            Type::Ptr(_) => 8,
            Type::Struct(t) | Type::Union(t) => t.size() as u64,
            Type::Array(t) => self
                .size(target(t), depth + 1)?
                .checked_mul(t.len() as u64)
                .filter(|&size| size < 1 << 40)
                .ok_or_else(|| Finding::new(codes::beyond_limits, "an array larger than memory"))?,
            _ => 0,
        })
    }
}

/// A name, with a number where it is taken.
fn unique<'name>(taken: &mut HashMap<&'name str, u32>, name: &'name str) -> String {
    let count = taken.entry(name).or_default();
    *count += 1;
    match *count {
        1 => name.to_owned(),
        count => format!("{name}___{count}"),
    }
}

/// Unnamed bit-fields from one bit to another, each inside one aligned unit of its type.
fn pad(text: &mut String, tabs: &str, mut from: u64, to: u64) {
    while from < to {
        let (unit, bits) = [("long", 64), ("int", 32), ("short", 16), ("char", 8)]
            .into_iter()
            .find(|(_, bits)| from % bits == 0 && to - from >= *bits)
            .unwrap_or(("char", (8 - from % 8).min(to - from)));
        let _ = writeln!(text, "{tabs}\t{unit}: {bits};");
        from += bits;
    }
}
