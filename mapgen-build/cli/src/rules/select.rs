//! Which series of a metric are meant, as PromQL writes it.

/// The matchers between the braces of a selector:
/// `map_type=~"hash|lru_hash",map_name!="conns"`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    matchers: Vec<String>,
}

impl Select {
    /// Those whose label is one of these.
    #[must_use]
    pub(crate) fn one_of<'a>(
        &self,
        label: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.matching(label, ["=", "=~"], values)
    }

    /// Those whose label is none of these.
    #[must_use]
    pub(crate) fn none_of<'a>(
        &self,
        label: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.matching(label, ["!=", "!~"], values)
    }

    /// Those with exactly this value.
    #[must_use]
    pub(crate) fn equal(&self, label: &str, value: &str) -> Self {
        self.with(format!("{label}={}", text(value)))
    }

    /// Those with another value, or none.
    #[must_use]
    pub(crate) fn unequal(&self, label: &str, value: &str) -> Self {
        self.with(format!("{label}!={}", text(value)))
    }

    fn matching<'a>(
        &self,
        label: &str,
        [one, several]: [&str; 2],
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        match values[..] {
            // An empty `!~` leaves out what has no such label, an empty `=~` all that has.
            [] => self.clone(),
            [value] => self.with(format!("{label}{one}{}", text(value))),
            _ => {
                let values: Vec<String> = values.into_iter().map(regex).collect();
                self.with(format!("{label}{several}{}", text(&values.join("|"))))
            }
        }
    }

    fn with(&self, matcher: String) -> Self {
        let mut select = self.clone();
        select.matchers.push(matcher);
        select
    }

    /// The selector of a metric.
    pub(crate) fn of(&self, metric: &str) -> String {
        match self.matchers.is_empty() {
            true => metric.to_owned(),
            false => format!("{metric}{{{}}}", self.matchers.join(",")),
        }
    }
}

/// A text of PromQL.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A regular expression (RE2) of just this text.
fn regex(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text that Prometheus' templates leave as it is: labels and annotations are templates.
pub(crate) fn untemplated(value: &str) -> String {
    value.replace("{{", "{{\"{{\"}}")
}

#[cfg(test)]
mod tests {
    use super::Select;

    #[test]
    fn names_with_signs_are_themselves() {
        let select = Select::default().one_of("map_name", ["a.b", "c$", "d\"e\\"]);
        assert_eq!(
            select.of("ebpf_map_entries"),
            r#"ebpf_map_entries{map_name=~"a\\.b|c\\$|d\"e\\\\"}"#
        );
    }

    #[test]
    fn one_name_needs_no_expression() {
        let select = Select::default().one_of("map_name", ["a.b"]);
        assert_eq!(select.of("up"), r#"up{map_name="a.b"}"#);
    }

    #[test]
    fn no_names_are_no_matcher() {
        let select = Select::default().none_of("map_name", []);
        assert_eq!(select.of("up"), "up");
    }
}
