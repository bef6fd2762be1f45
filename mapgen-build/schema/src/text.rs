//! The text format: one record a line, fields separated by one space, strings quoted.
//!
//! The build crate writes it and the macro crate reads it back. It is also what
//! `mapgen schema` commits for builds without an object, so it reads well in a diff
//! and a reader trusts nothing: counts, ids and sizes are checked.

use std::fmt::{self, Write as _};

use crate::model::{
    Composite, Endian, Enum, IntKind, Map, MapBtf, Member, Pinning, Program, Schema, Section, Type,
    TypeId, VERSION, Var, Variant,
};
use crate::shape::Shapes;

/// What is wrong with a schema's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The schema was written by another version of the build crate.
    Version {
        /// The version in the text.
        found: String,
    },
    /// A line does not read as a record.
    Line {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { found } => {
                let older = found.parse::<u32>().is_ok_and(|found| found < VERSION);
                let which = if older {
                    "mapgen-build"
                } else {
                    "mapgen-runtime"
                };
                write!(
                    f,
                    "the schema has version {found}, this macro reads version {VERSION}: \
                     upgrade `{which}` so that both come from one release"
                )
            }
            Self::Line { number, what } => write!(f, "line {number}: {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// Writes a schema as text.
pub fn write(schema: &Schema) -> String {
    let mut out = format!("mapgen-schema {VERSION}\n");
    line(
        &mut out,
        "object",
        &[
            quoted(&schema.name),
            quoted(&schema.object),
            optional(schema.path.as_deref()),
            schema.endian.as_str().to_owned(),
            quoted(&schema.license),
        ],
    );
    for ty in &schema.types {
        write_type(&mut out, ty);
    }
    for id in &schema.requested {
        line(&mut out, "requested", &[id.0.to_string()]);
    }
    for map in &schema.maps {
        write_map(&mut out, "map", map);
    }
    for section in &schema.sections {
        let mut fields = vec![quoted(&section.name), section.size.to_string()];
        fields.extend(btf_fields(section.btf.as_ref()));
        line(&mut out, "section", &fields);
        for var in &section.vars {
            line(
                &mut out,
                "var",
                &[
                    quoted(&var.name),
                    var.offset.to_string(),
                    var.size.to_string(),
                    var.ty.0.to_string(),
                    if var.is_static { "static" } else { "global" }.to_owned(),
                ],
            );
        }
    }
    for program in &schema.programs {
        line(
            &mut out,
            "program",
            &[
                quoted(&program.name),
                quoted(&program.section),
                quoted(&program.kind),
                program.insns.to_string(),
            ],
        );
        for helper in &program.helpers {
            line(&mut out, "helper", &[quoted(helper)]);
        }
        for map in &program.maps {
            line(&mut out, "uses", &[quoted(map)]);
        }
    }
    for (map, entries, place) in &schema.min_entries {
        line(
            &mut out,
            "min_entries",
            &[quoted(map), entries.to_string(), quoted(place)],
        );
    }
    for (map, need, place) in &schema.newer {
        line(
            &mut out,
            "newer",
            &[quoted(map), quoted(need), quoted(place)],
        );
    }
    for variant in &schema.variants {
        line(
            &mut out,
            "variant_object",
            &[
                quoted(&variant.name),
                quoted(&variant.object),
                optional(variant.path.as_deref()),
            ],
        );
        for ctype in &variant.differs {
            line(&mut out, "differs", &[quoted(ctype)]);
        }
    }
    out
}

fn write_type(out: &mut String, ty: &Type) {
    match ty {
        Type::Void => line(out, "void", &[]),
        Type::Int { name, size, kind } => {
            let kind = match kind {
                IntKind::Unsigned => "unsigned",
                IntKind::Signed => "signed",
                IntKind::Char => "char",
                IntKind::Bool => "bool",
            };
            line(
                out,
                "int",
                &[quoted(name), size.to_string(), kind.to_owned()],
            );
        }
        Type::Float { name, size } => line(out, "float", &[quoted(name), size.to_string()]),
        Type::Pointer { pointee, tag } => {
            line(out, "ptr", &[quoted(pointee), optional(tag.as_deref())]);
        }
        Type::Array { element, count } => {
            line(out, "array", &[element.0.to_string(), count.to_string()]);
        }
        Type::Composite(composite) => {
            let record = if composite.union { "union" } else { "struct" };
            let name = optional(composite.name.as_deref());
            line(out, record, &[name, composite.size.to_string()]);
            for member in &composite.members {
                let bits = member
                    .bitfield
                    .map_or("-".to_owned(), |bits| bits.to_string());
                line(
                    out,
                    "member",
                    &[
                        optional(member.name.as_deref()),
                        member.ty.0.to_string(),
                        member.bit_offset.to_string(),
                        bits,
                    ],
                );
            }
        }
        Type::Enum(e) => {
            let sign = if e.signed { "signed" } else { "unsigned" };
            let name = optional(e.name.as_deref());
            line(out, "enum", &[name, e.size.to_string(), sign.to_owned()]);
            for (name, value) in &e.variants {
                line(out, "variant", &[quoted(name), value.to_string()]);
            }
        }
        Type::Typedef { name, target } => {
            line(out, "typedef", &[quoted(name), target.0.to_string()]);
        }
    }
}

fn write_map(out: &mut String, record: &str, map: &Map) {
    let id = |id: Option<TypeId>| id.map_or("-".to_owned(), |id| id.0.to_string());
    let mut fields = vec![
        quoted(&map.name),
        quoted(&map.section),
        map.kind.to_string(),
        map.type_id.to_string(),
        map.key_size.to_string(),
        map.value_size.to_string(),
        map.max_entries.to_string(),
        map.map_flags.to_string(),
        map.map_extra.to_string(),
        map.numa_node.to_string(),
        match map.pinning {
            Pinning::None => "none",
            Pinning::ByName => "by_name",
        }
        .to_owned(),
        id(map.key),
        id(map.value),
    ];
    fields.extend(btf_fields(map.btf.as_ref()));
    line(out, record, &fields);
    if let Some(inner) = &map.inner {
        write_map(out, "inner", inner);
    }
}

fn btf_fields(btf: Option<&MapBtf>) -> [String; 3] {
    match btf {
        None => ["-".to_owned(), "0".to_owned(), "0".to_owned()],
        Some(btf) => {
            let mut hex = String::with_capacity(btf.bytes.len() * 2);
            for byte in &btf.bytes {
                write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
            }
            [hex, btf.key.to_string(), btf.value.to_string()]
        }
    }
}

fn line(out: &mut String, record: &str, fields: &[String]) {
    out.push_str(record);
    for field in fields {
        out.push(' ');
        out.push_str(field);
    }
    out.push('\n');
}

/// A string as it stands in a record, between quotes.
///
/// ```
/// assert_eq!(mapgen_schema::text::quoted("a \"b\""), r#""a \"b\"""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                write!(out, "\\u{{{:x}}}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), quoted)
}

/// Reads a schema back.
///
/// # Errors
/// When the text is of another version, or a line is not a record of this one. What
/// is returned keeps the model's promise: types refer only to types before them, and
/// nesting is bounded.
pub fn read(text: &str) -> Result<Schema, Error> {
    let mut lines = text.lines().enumerate();
    let head = lines.next().map_or("", |(_, line)| line);
    match head.strip_prefix("mapgen-schema ") {
        Some(version) if version == VERSION.to_string() => {}
        Some(version) => {
            return Err(Error::Version {
                found: version.to_owned(),
            });
        }
        None => {
            return Err(Error::Line {
                number: 1,
                what: "not a mapgen schema".to_owned(),
            });
        }
    }
    let mut reader = Reader::default();
    for (index, line) in lines {
        reader.record(line).map_err(|what| Error::Line {
            number: index + 1,
            what,
        })?;
    }
    Ok(reader.schema)
}

#[derive(Default)]
struct Reader {
    schema: Schema,
    shapes: Shapes,
}

impl Reader {
    fn record(&mut self, line: &str) -> Result<(), String> {
        let mut fields = Fields { rest: line };
        let record = fields.word()?;
        match record {
            "object" => {
                self.schema.name = fields.string()?;
                self.schema.object = fields.string()?;
                self.schema.path = fields.optional()?;
                self.schema.endian = match fields.word()? {
                    "little" => Endian::Little,
                    "big" => Endian::Big,
                    other => return Err(format!("unknown byte order `{other}`")),
                };
                self.schema.license = fields.string()?;
            }
            "void" => self.push(Type::Void)?,
            "int" => {
                let (name, size) = (fields.string()?, fields.number()?);
                let kind = match fields.word()? {
                    "unsigned" => IntKind::Unsigned,
                    "signed" => IntKind::Signed,
                    "char" => IntKind::Char,
                    "bool" => IntKind::Bool,
                    other => return Err(format!("unknown integer kind `{other}`")),
                };
                one_of(size, &[1, 2, 4, 8, 16])?;
                self.push(Type::Int { name, size, kind })?;
            }
            "float" => {
                let (name, size) = (fields.string()?, fields.number()?);
                self.push(Type::Float { name, size })?;
            }
            "ptr" => {
                let (pointee, tag) = (fields.string()?, fields.optional()?);
                self.push(Type::Pointer { pointee, tag })?;
            }
            "array" => {
                let element = self.earlier(&mut fields)?;
                let count = fields.number()?;
                let size = self.schema.size(element).saturating_mul(u64::from(count));
                if size > u64::from(u32::MAX) {
                    return Err(format!("an array of {size} bytes is larger than 4 GiB"));
                }
                self.push(Type::Array { element, count })?;
            }
            "struct" | "union" => {
                let composite = Composite {
                    union: record == "union",
                    name: fields.optional()?,
                    size: fields.number()?,
                    members: Vec::new(),
                };
                self.push(Type::Composite(composite))?;
            }
            "member" => self.member(&mut fields)?,
            "enum" => {
                let (name, size) = (fields.optional()?, fields.number()?);
                one_of(size, &[1, 2, 4, 8])?;
                let signed = fields.word()? == "signed";
                let variants = Vec::new();
                self.push(Type::Enum(Enum {
                    name,
                    size,
                    signed,
                    variants,
                }))?;
            }
            "variant" => {
                let (name, value) = (fields.string()?, fields.number()?);
                match self.schema.types.last_mut() {
                    Some(Type::Enum(e)) => e.variants.push((name, value)),
                    _ => return Err("a variant outside an enum".to_owned()),
                }
            }
            "typedef" => {
                let name = fields.string()?;
                let target = self.earlier(&mut fields)?;
                self.push(Type::Typedef { name, target })?;
            }
            "requested" => {
                let id = self.referred(&mut fields)?;
                self.schema.requested.push(id);
            }
            "map" => {
                let map = self.map(&mut fields)?;
                self.schema.maps.push(map);
            }
            "inner" => {
                let inner = self.map(&mut fields)?;
                let map = self
                    .schema
                    .maps
                    .last_mut()
                    .ok_or("an inner map without a map")?;
                // The kernel refuses a third level; so does this reader.
                if map.inner.replace(Box::new(inner)).is_some() {
                    return Err("a map with two inner maps".to_owned());
                }
            }
            "section" => {
                let (name, size) = (fields.string()?, fields.number()?);
                let btf = fields.btf()?;
                self.schema.sections.push(Section {
                    name,
                    size,
                    vars: Vec::new(),
                    btf,
                });
            }
            "var" => {
                let (name, offset, size) = (fields.string()?, fields.number()?, fields.number()?);
                let ty = self.referred(&mut fields)?;
                let is_static = fields.word()? == "static";
                let section = self.schema.sections.last_mut();
                let section = section.ok_or("a variable outside a section")?;
                section.vars.push(Var {
                    name,
                    offset,
                    size,
                    ty,
                    is_static,
                });
            }
            "program" => {
                let program = Program {
                    name: fields.string()?,
                    section: fields.string()?,
                    kind: fields.string()?,
                    insns: fields.number()?,
                    helpers: Vec::new(),
                    maps: Vec::new(),
                };
                self.schema.programs.push(program);
            }
            "helper" | "uses" => {
                let name = fields.string()?;
                let program = self.schema.programs.last_mut();
                let program = program.ok_or_else(|| format!("`{record}` outside a program"))?;
                if record == "helper" {
                    program.helpers.push(name);
                } else {
                    program.maps.push(name);
                }
            }
            "min_entries" => {
                let entry = (fields.string()?, fields.number()?, fields.string()?);
                self.schema.min_entries.push(entry);
            }
            "newer" => {
                let entry = (fields.string()?, fields.string()?, fields.string()?);
                self.schema.newer.push(entry);
            }
            "variant_object" => {
                let variant = Variant {
                    name: fields.string()?,
                    object: fields.string()?,
                    path: fields.optional()?,
                    differs: Vec::new(),
                };
                self.schema.variants.push(variant);
            }
            "differs" => {
                let ctype = fields.string()?;
                let variant = self.schema.variants.last_mut();
                let variant = variant.ok_or("`differs` outside a variant")?;
                variant.differs.push(ctype);
            }
            other => return Err(format!("unknown record `{other}`")),
        }
        fields.end()
    }

    fn push(&mut self, ty: Type) -> Result<(), String> {
        self.shapes.push(&ty).map_err(|error| error.to_string())?;
        self.schema.types.push(ty);
        Ok(())
    }

    /// The id of a type before the current one.
    fn earlier(&self, fields: &mut Fields<'_>) -> Result<TypeId, String> {
        check(fields.number()?, self.schema.types.len())
    }

    /// As `earlier`, of what has that type: a map or a variable.
    fn referred(&mut self, fields: &mut Fields<'_>) -> Result<TypeId, String> {
        let id = self.earlier(fields)?;
        self.shapes.refer(id).map_err(|error| error.to_string())?;
        Ok(id)
    }

    fn member(&mut self, fields: &mut Fields<'_>) -> Result<(), String> {
        let name = fields.optional()?;
        let before = self.schema.types.len().checked_sub(1);
        let ty = check(fields.number()?, before.ok_or("a member outside a struct")?)?;
        let member = Member {
            name,
            ty,
            bit_offset: fields.number()?,
            bitfield: match fields.word()? {
                "-" => None,
                bits => Some(number(bits)?),
            },
        };
        let bits = 8 * self.schema.size(ty);
        let width = match member.bitfield {
            Some(width) if width == 0 || u64::from(width) > bits => {
                return Err(format!("a bit-field of {width} bits in a type of {bits}"));
            }
            Some(_) if !matches!(self.schema.resolved(ty), Type::Int { .. } | Type::Enum(_)) => {
                return Err(format!("a bit-field of type {}, which is no integer", ty.0));
            }
            Some(width) => u64::from(width),
            None if member.bit_offset % 8 != 0 => {
                return Err(format!("a member at bit {}", member.bit_offset));
            }
            None => bits,
        };
        let Some(Type::Composite(composite)) = self.schema.types.last_mut() else {
            return Err("a member outside a struct".to_owned());
        };
        let end = member.bit_offset.saturating_add(width);
        if end > 8 * u64::from(composite.size) {
            return Err(format!(
                "a member that ends at bit {end} of {} bytes",
                composite.size
            ));
        }
        let name = member.name.as_deref().unwrap_or_default();
        let within = self.shapes.member(ty, name);
        composite.members.push(member);
        within.map_err(|error| error.to_string())
    }

    fn map(&mut self, fields: &mut Fields<'_>) -> Result<Map, String> {
        Ok(Map {
            name: fields.string()?,
            section: fields.string()?,
            kind: fields.number()?,
            type_id: fields.number()?,
            key_size: fields.number()?,
            value_size: fields.number()?,
            max_entries: fields.number()?,
            map_flags: fields.number()?,
            map_extra: fields.number()?,
            numa_node: fields.number()?,
            pinning: match fields.word()? {
                "none" => Pinning::None,
                "by_name" => Pinning::ByName,
                other => return Err(format!("unknown pinning `{other}`")),
            },
            key: self.optional_type(fields)?,
            value: self.optional_type(fields)?,
            btf: fields.btf()?,
            inner: None,
        })
    }

    fn optional_type(&mut self, fields: &mut Fields<'_>) -> Result<Option<TypeId>, String> {
        if fields.rest == "-" || fields.rest.starts_with("- ") {
            fields.word()?;
            return Ok(None);
        }
        self.referred(fields).map(Some)
    }
}

/// The string between quotes at the start of a text, and what follows it.
///
/// # Errors
/// When there is none, or it does not end.
///
/// ```
/// let read = mapgen_schema::text::unquoted(r#""a b" c"#);
/// assert_eq!(read, Ok(("a b".to_owned(), " c")));
/// ```
pub fn unquoted(text: &str) -> Result<(String, &str), String> {
    let unclosed = || "a string that does not end".to_owned();
    let mut chars = text.strip_prefix('"').ok_or("a string is missing")?.chars();
    let mut out = String::new();
    loop {
        match chars.next().ok_or_else(unclosed)? {
            '"' => return Ok((out, chars.as_str())),
            '\\' => match chars.next().ok_or_else(unclosed)? {
                'u' => {
                    let (code, rest) = chars
                        .as_str()
                        .strip_prefix('{')
                        .and_then(|rest| rest.split_once('}'))
                        .ok_or("a broken escape")?;
                    let code = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                    out.push(code.ok_or("a broken escape")?);
                    chars = rest.chars();
                }
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
}

struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    fn word(&mut self) -> Result<&'a str, String> {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest;
        if word.is_empty() {
            Err("a field is missing".to_owned())
        } else {
            Ok(word)
        }
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N, String> {
        number(self.word()?)
    }

    fn optional(&mut self) -> Result<Option<String>, String> {
        if self.rest == "-" || self.rest.starts_with("- ") {
            self.word()?;
            return Ok(None);
        }
        self.string().map(Some)
    }

    fn string(&mut self) -> Result<String, String> {
        let (out, rest) = unquoted(self.rest)?;
        self.rest = match rest.strip_prefix(' ') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return Err("no space after a string".to_owned()),
        };
        Ok(out)
    }

    fn btf(&mut self) -> Result<Option<MapBtf>, String> {
        let (hex, key, value) = (self.word()?, self.number()?, self.number()?);
        if hex == "-" {
            return Ok(None);
        }
        let digits = hex.as_bytes();
        if digits.len() % 2 != 0 {
            return Err("an odd number of hexadecimal digits".to_owned());
        }
        let digit = |d: u8| char::from(d).to_digit(16).ok_or("not a hexadecimal digit");
        let bytes = digits
            .chunks_exact(2)
            .map(|pair| Ok((digit(pair[0])? << 4 | digit(pair[1])?) as u8))
            .collect::<Result<Vec<u8>, String>>()?;
        Ok(Some(MapBtf { bytes, key, value }))
    }

    fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(format!("`{}` is left over", self.rest))
        }
    }
}

fn check(id: u32, before: usize) -> Result<TypeId, String> {
    if id as usize >= before {
        return Err(format!("type {id} is not one of the {before} before it"));
    }
    Ok(TypeId(id))
}

fn one_of(size: u32, sizes: &[u32]) -> Result<(), String> {
    if sizes.contains(&size) {
        Ok(())
    } else {
        Err(format!("a scalar of {size} bytes"))
    }
}

fn number<N: std::str::FromStr>(word: &str) -> Result<N, String> {
    word.parse()
        .map_err(|_| format!("`{word}` is not a number that fits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Schema {
        Schema {
            name: "flow".to_owned(),
            object: "a \"b\"\n.o".to_owned(),
            types: vec![
                Type::Void,
                Type::Int {
                    name: "unsigned int".to_owned(),
                    size: 4,
                    kind: IntKind::Unsigned,
                },
                Type::Composite(Composite {
                    union: false,
                    name: Some("flow_key".to_owned()),
                    size: 4,
                    members: vec![Member {
                        name: Some("saddr".to_owned()),
                        ty: TypeId(1),
                        bit_offset: 0,
                        bitfield: None,
                    }],
                }),
            ],
            ..Schema::default()
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        assert_eq!(read(&write(&sample())), Ok(sample()));
    }

    #[test]
    fn a_type_that_refers_forwards_is_refused() {
        let text = write(&sample()).replace("member \"saddr\" 1", "member \"saddr\" 2");
        let error = read(&text).unwrap_err().to_string();
        assert_eq!(error, "line 6: type 2 is not one of the 2 before it");
    }

    #[test]
    fn a_bit_field_that_is_no_integer_is_refused() {
        let text = write(&sample())
            .replace("struct \"flow_key\"", "array 1 1\nstruct \"flow_key\"")
            .replace("member \"saddr\" 1 0 -", "member \"saddr\" 2 0 8");
        let error = read(&text).unwrap_err().to_string();
        assert_eq!(error, "line 7: a bit-field of type 2, which is no integer");
    }

    #[test]
    fn sizes_and_places_that_no_c_type_has_are_refused() {
        for (from, to, what) in [
            (
                "int \"unsigned int\" 4",
                "int \"unsigned int\" 3",
                "line 4: a scalar of 3 bytes",
            ),
            (
                "member \"saddr\" 1 0 -",
                "member \"saddr\" 1 8 -",
                "line 6: a member that ends at bit 40 of 4 bytes",
            ),
            (
                "member \"saddr\" 1 0 -",
                "member \"saddr\" 1 0 33",
                "line 6: a bit-field of 33 bits in a type of 32",
            ),
            (
                "member \"saddr\" 1 0 -",
                "member \"saddr\" 1 4 -",
                "line 6: a member at bit 4",
            ),
        ] {
            let text = write(&sample()).replace(from, to);
            assert_eq!(read(&text).unwrap_err().to_string(), what);
        }
    }

    #[test]
    fn another_version_says_what_to_upgrade() {
        let error = read("mapgen-schema 0\n").unwrap_err().to_string();
        assert!(error.contains("upgrade `mapgen-build`"), "{error}");
        let error = read("mapgen-schema 9\n").unwrap_err().to_string();
        assert!(error.contains("upgrade `mapgen-runtime`"), "{error}");
    }
}
