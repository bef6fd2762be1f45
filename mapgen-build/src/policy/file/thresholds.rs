//! `[thresholds]` of a file.

use toml::de::DeValue;

use super::{Reader, Value};
use crate::policy::{Policy, Severity, Share, Threshold};

/// No map has this name: it is a word of C.
const DEFAULT: &str = "default";

impl Reader<'_> {
    pub(super) fn thresholds(&mut self, value: &Value<'_>, policy: &mut Policy) {
        let Some(maps) = value.get_ref().as_table() else {
            return self.expected(
                value,
                "a table of maps: `[thresholds]`, then `conns = { warning = 0.8, critical = 0.95 }`",
            );
        };
        for (map, levels) in maps {
            let name = map.get_ref().as_ref();
            let Some(table) = levels.get_ref().as_table() else {
                self.expected(levels, "a table: `{ warning = 0.8, critical = 0.95 }`");
                continue;
            };
            let mut stated = Vec::new();
            for (key, level) in table {
                let key_name = key.get_ref().as_ref();
                match Severity::ALL
                    .into_iter()
                    .find(|known| known.as_str() == key_name)
                {
                    Some(severity) => {
                        stated.extend(self.share(level).map(|share| (severity, share, level)));
                    }
                    None => self.unknown(
                        key.span().start,
                        "severity",
                        key_name,
                        &Severity::ALL.map(Severity::as_str),
                    ),
                }
            }
            let of = |severity| stated.iter().find(|(other, ..)| *other == severity);
            if let (Some((_, warning, _)), Some((_, critical, at))) =
                (of(Severity::Warning), of(Severity::Critical))
            {
                if critical < warning {
                    let what = format!("`critical` is {critical}, `warning` {warning}: give more");
                    self.wrong(at.span().start, &what);
                }
            }
            for (severity, share, level) in stated {
                policy.thresholds.push(Threshold {
                    map: (name != DEFAULT).then(|| name.to_owned()),
                    severity,
                    share: self.stated(level, share),
                });
            }
        }
    }

    fn share(&mut self, value: &Value<'_>) -> Option<Share> {
        let share = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        if share.is_none() {
            self.expected(
                value,
                "a part of the capacity, more than 0 and at most 1: `0.8`",
            );
        }
        share
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{File, Severity};

    fn parse(text: &str) -> Result<File, crate::Error> {
        File::parse(text, "mapgen.toml".as_ref())
    }

    #[test]
    fn thresholds_are_by_map_and_by_default() {
        let text = "\
[thresholds]
default = { warning = 0.75 }
conns = { warning = 0.8, critical = 1 }
";
        let policy = parse(text).unwrap().policy;
        let level = |map, severity| {
            let stated = policy.threshold(map, severity);
            stated.map(|share| (share.value.to_string(), share.origin.to_string()))
        };
        let at_3 = |share: &str| Some((share.to_owned(), "mapgen.toml:3".to_owned()));
        assert_eq!(level("conns", Severity::Warning), at_3("0.8"));
        assert_eq!(level("conns", Severity::Critical), at_3("1"));
        assert_eq!(level("events", Severity::Warning), None);
        let default = |severity| policy.default_threshold(severity).to_string();
        assert_eq!(default(Severity::Warning), "0.75");
        assert_eq!(default(Severity::Critical), "0.95");
    }

    #[test]
    fn of_two_files_the_lower_level_holds() {
        let mut policy = parse("thresholds.conns.warning = 0.7").unwrap().policy;
        let other = parse("thresholds.conns.warning = 0.6").unwrap().policy;
        policy.add(other);
        let stated = policy.threshold("conns", Severity::Warning).unwrap();
        assert_eq!(stated.value.to_string(), "0.6");
    }

    #[test]
    fn what_is_no_threshold_is_said_with_its_line() {
        let text = "\
[thresholds]
a = 0.8
b = { warning = 1.5 }
c = { warning = nan }
d = { warning = 0 }
e = { warning = \"80 %\" }
f = { warnings = 0.8 }
g = { warning = 0.9, critical = 0.8 }
";
        let errors = parse(text).unwrap_err().to_string();
        for expected in [
            "`mapgen.toml:2`: `0.8` is not a table",
            "`mapgen.toml:3`: `1.5` is not a part of the capacity",
            "`mapgen.toml:4`: `nan` is not a part",
            "`mapgen.toml:5`: `0` is not a part",
            "`mapgen.toml:6`: `\"80 %\"` is not a part",
            "`mapgen.toml:7`: there is no severity `warnings`; the nearest are `warning`",
            "`mapgen.toml:8`: `critical` is 0.8, `warning` 0.9",
        ] {
            assert!(errors.contains(expected), "{expected}\n{errors}");
        }
        let error = parse("thresholds = 0.8").unwrap_err().to_string();
        assert!(error.contains("is not a table of maps"), "{error}");
    }
}
