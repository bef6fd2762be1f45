//! Every code has a page, and the pages are listed.

use std::fs;
use std::path::Path;

use mapgen_schema::codes;

#[test]
fn every_code_has_a_page_that_shows_an_example_and_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    let list = fs::read_to_string(folder.join("README.md")).unwrap();
    for code in codes::ALL {
        let page = fs::read_to_string(folder.join(format!("{code}.md")))
            .unwrap_or_else(|error| panic!("docs/errors/{code}.md: {error}"));
        let title = format!("# {code} `{}`: {}\n", code.name, code.title);
        assert!(
            page.starts_with(&title),
            "{code}.md does not begin with {title}"
        );
        assert!(page.contains("```"), "{code}.md has no example");
        assert!(
            page.contains("## What to do"),
            "{code}.md does not say what to do"
        );
        let line = format!("- [{code}]({code}.md) `{}`: {}\n", code.name, code.title);
        assert!(list.contains(&line), "docs/errors/README.md lacks {line}");
    }
    // A page without a code is one that nothing leads to.
    let pages = fs::read_dir(&folder).unwrap().count();
    assert_eq!(pages, codes::ALL.len() + 1);
}
