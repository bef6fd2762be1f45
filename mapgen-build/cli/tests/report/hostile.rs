//! An object whose names are markup, turn the text around them, or are a megabyte long.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{browser, pages, text};

/// Names as a schema quotes them; BTF has no rule that mapgen could rely on.
const NAMES: [&str; 8] = [
    "</script><script>window.hacked=1</script>",
    "\\\" onmouseover=\\\"window.hacked=1",
    "<img src=x onerror=window.hacked=1>",
    "</style><style>*{display:none}",
    "a\u{202e}gnp.exe",
    "--><!--",
    "]]>&lt;&#60;",
    "'><svg/onload=window.hacked=1>",
];

pub(crate) fn page(folder: &Path) -> PathBuf {
    let long = "x".repeat(1 << 20);
    let mut schema = String::from("mapgen-schema 1\n");
    let [markup, quote, image, style, ..] = NAMES;
    schema += &format!("object \"hostile\" \"{markup}.o\" - little \"{image}\"\n");
    schema += "void\nint \"unsigned int\" 4 unsigned\n";
    schema += &format!("typedef \"{quote}\" 1\n");
    let size = (NAMES.len() + 1) * 4;
    schema += &format!("struct \"{style}\" {size}\n");
    for (index, name) in NAMES.iter().chain([&long.as_str()]).enumerate() {
        schema += &format!("member \"{name}\" 2 {} -\n", index * 32);
    }
    for name in [markup, quote, long.as_str()] {
        schema += &format!("map \"{name}\" \".maps\" 1 0 {size} 4 8 0 0 0 by_name 3 2 - 0 0\n");
    }
    let file = folder.join("hostile.schema");
    fs::write(&file, schema).expect("a file");
    pages::write(folder, "hostile", &[&text(&file)])
}

#[test]
fn hostile_names_are_text_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = fs::read_to_string(page(folder.path())).expect("UTF-8");
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("<svg/"));
    assert!(!page.contains('\u{202e}'));
    assert!(page.contains("a\\u{202e}gnp.exe"));
    // A name of a megabyte costs what others cost.
    assert!(page.len() < 200_000, "{}", page.len());
    assert!(page.contains("characters more"));
}

#[test]
fn hostile_names_do_nothing_in_a_browser() {
    let Some(page) = browser::of("hostile") else {
        return;
    };
    assert_eq!(page["scripts"], 1);
    let text = page["text"].as_str().expect("text");
    assert!(
        text.contains("</script><script>window.hacked=1</script>"),
        "{text:.2000}"
    );
    assert!(text.contains("'><svg/onload=window.hacked=1>"));
}
