//! Where a C source defines a map, which no BTF says.

use mapgen_build::SourceLine;

/// The line that names a map, `} conns SEC(".maps");`; `None` unless exactly one line does.
pub(crate) fn of_map(source: &str, file: &str, map: &str) -> Option<SourceLine> {
    let mut found = source
        .lines()
        .zip(1..)
        .filter_map(|(text, line)| Some((text, line, column(text, map)?)));
    let (text, line, column) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    Some(SourceLine {
        file: file.to_owned(),
        line,
        column,
        text: text.to_owned(),
    })
}

/// The column of the name that stands right before `SEC(".maps")`, in bytes from 1.
fn column(text: &str, map: &str) -> Option<u32> {
    let (before, after) = text.split_once("SEC(")?;
    let section = after.trim_start().strip_prefix('"')?;
    if !section.starts_with(".maps\"") && !section.starts_with("maps\"") {
        return None;
    }
    let before = before.trim_end().strip_suffix(map)?;
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    if before.ends_with(joins) {
        return None;
    }
    u32::try_from(before.len() + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::of_map;

    #[test]
    fn a_map_is_defined_where_its_name_precedes_the_section() {
        let source = "struct {\n} myconns SEC(\".maps\");\n/* conns */\n} conns SEC( \".maps\");\n";
        let found = of_map(source, "a.c", "conns").unwrap();
        assert_eq!((found.line, found.column), (4, 3));
        assert_eq!(of_map(source, "a.c", "nope"), None);
        assert_eq!(of_map(&source.repeat(2), "a.c", "conns"), None);
    }
}
