//! `mapgen explain`: the page of a message, rendered on a terminal, as it is elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use mapgen_schema::codes::{self, Code};
use mapgen_schema::names;

use crate::{Failure, Status, markdown};

/// Each page of `docs/errors` with its code, in order.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code, as markdown.
pub(crate) fn page(code: Code) -> Option<&'static str> {
    let code = code.to_string();
    let mut pages = PAGES.iter();
    pages.find(|(name, _)| *name == code).map(|(_, page)| *page)
}

pub(crate) fn run(wanted: Option<&str>) -> Result<Status, Failure> {
    let Some(wanted) = wanted else {
        return list();
    };
    let found = codes::find(wanted).and_then(page);
    let Some(page) = found else {
        return Err(Failure::Usage(unknown(wanted)));
    };
    let mut out = anstream::stdout().lock();
    if io::stdout().is_terminal() {
        out.write_all(markdown::render(page, markdown::width()).as_bytes())?;
    } else {
        out.write_all(page.as_bytes())?;
    }
    out.flush()?;
    Ok(Status::Holds)
}

fn unknown(wanted: &str) -> String {
    let known = codes::ALL.iter().map(|code| code.name);
    let nearest = names::nearest(wanted, known).join("`, `");
    format!(
        "there is no message `{wanted}`; the nearest are `{nearest}`, and `mapgen explain` lists all"
    )
}

fn list() -> Result<Status, Failure> {
    let mut out = anstream::stdout().lock();
    let width = codes::ALL.iter().map(|code| code.name.len()).max();
    let width = width.unwrap_or(0);
    for code in codes::ALL {
        let level = code.level.as_str();
        writeln!(
            out,
            "{code}  {:width$}  {level:5}  {}",
            code.name, code.title
        )?;
    }
    out.flush()?;
    Ok(Status::Holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_page_and_every_page_its_code() {
        assert_eq!(PAGES.len(), codes::ALL.len());
        for code in codes::ALL {
            let page = page(*code).unwrap_or_else(|| panic!("{code} has no page"));
            assert!(page.starts_with(&format!("# {code} `{}`", code.name)));
        }
    }
}
