//! What Chromium shows, and what it refuses.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use mapgen_test_support::skipped;
use serde_json::Value;

use crate::{beside, hostile, pages};

/// A Python with what drives a browser: that of `./run test`, or any.
pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("MAPGEN_BROWSER").map_or("python3".into(), PathBuf::from);
    let find = "import importlib.util as i; assert i.find_spec('playwright') \
                and i.find_spec('axe_playwright_python')";
    let has = Command::new(&python)
        .args(["-c", find])
        .output()
        .is_ok_and(|output| output.status.success());
    has.then_some(python)
}

/// The Debian package `chromium`, or what else the machine calls it.
pub(crate) fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

/// Every page once, with one start of the browser; `None` without one.
static SEEN: LazyLock<Option<Value>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (python, chromium) = (python()?, chromium()?);
    let mut all = vec![
        pages::flow(folder),
        pages::layouts(folder),
        pages::ledger(folder),
        hostile::page(folder),
    ];
    all.extend(pages::forms(folder));
    all.extend(pages::big(folder));
    Some(look(&python, &chromium, &all))
});

fn look(python: &Path, chromium: &Path, pages: &[PathBuf]) -> Value {
    let output = Command::new(python)
        .arg(beside("browser.py"))
        .arg(chromium)
        .args(pages)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What is seen of each page but the big one, which is only opened; nothing, after saying so,
/// without a browser.
pub(crate) fn seen() -> Vec<(&'static str, &'static Value)> {
    match SEEN.as_ref().and_then(Value::as_object) {
        Some(pages) => pages
            .iter()
            .map(|(name, page)| (name.as_str(), page))
            .filter(|(name, _)| *name != "big")
            .collect(),
        None => {
            skipped(
                "Chromium, and Python with what `mapgen-build/cli/tests/report/requirements.txt` lists",
            );
            Vec::new()
        }
    }
}

/// One page.
pub(crate) fn of(name: &str) -> Option<&'static Value> {
    seen()
        .into_iter()
        .find(|(page, _)| *page == name)
        .map(|(_, page)| page)
}

fn strings(value: &Value) -> Vec<&str> {
    let list = value.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("text")).collect()
}

#[test]
fn a_page_is_shown_without_a_word_in_the_console_and_asks_for_nothing() {
    for (name, page) in seen() {
        assert!(
            strings(&page["said"]).is_empty(),
            "{name}: {}",
            page["said"]
        );
        let asked = strings(&page["asked"]);
        assert!(
            asked.len() == 1 && asked[0].starts_with("file:"),
            "{name}: {asked:?}"
        );
    }
}

/// Without this, the test above could hold because nothing is forbidden.
#[test]
fn a_page_refuses_scripts_styles_pictures_and_requests_that_are_not_its_own() {
    for (name, page) in seen() {
        let refused = strings(&page["attacks"]["refused"]);
        for directive in [
            "connect-src",
            "img-src",
            "script-src-elem",
            "style-src-attr",
        ] {
            assert!(refused.contains(&directive), "{name}: {refused:?}");
        }
        assert_eq!(page["attacks"]["injected"], false, "{name}");
    }
}

#[test]
fn axe_finds_nothing_in_light_and_in_dark() {
    let mut pages = 0;
    for (name, page) in seen() {
        for scheme in ["light", "dark"] {
            let Some(found) = page["axe"].get(scheme) else {
                continue;
            };
            assert!(strings(found).is_empty(), "{name}, {scheme}: {found:#}");
            pages += 1;
        }
    }
    assert!(pages >= 4 || seen().is_empty(), "{pages}");
}

#[test]
fn the_keyboard_leads_from_the_skip_link_to_the_theme_and_into_the_contents() {
    for (name, page) in seen() {
        let stops = page["walk"].as_array().expect("a list");
        let tags: Vec<_> = stops.iter().map(|stop| stop["tag"].as_str()).collect();
        assert_eq!(tags[..3], [Some("A"), Some("BUTTON"), Some("A")], "{name}");
        assert_eq!(stops[0]["href"], "#main");
        assert_eq!(stops[1]["changes"], true, "{name}: Enter changes the theme");
        assert_eq!(stops[1]["then"], "Use light colours");
        let first = if name == "ledger" {
            "#summary"
        } else {
            "#findings"
        };
        assert_eq!(stops[2]["href"], first);
        for stop in stops {
            assert_eq!(
                (&stop["outline"], &stop["seen"]),
                (&true.into(), &true.into()),
                "{name}: {stop}"
            );
        }
    }
}

#[test]
fn every_link_leads_to_a_place_on_the_page_and_headings_leave_no_level_out() {
    for (name, page) in seen() {
        assert!(
            strings(&page["dangling"]).is_empty(),
            "{name}: {}",
            page["dangling"]
        );
        let levels = page["headings"].as_array().expect("a list");
        let levels: Vec<u64> = levels
            .iter()
            .map(|level| level.as_u64().expect("a number"))
            .collect();
        assert_eq!(levels[0], 1);
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{name}: {levels:?}"
        );
        assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    }
}

#[test]
fn a_page_reads_without_its_script_on_paper_and_on_a_telephone() {
    for (name, page) in seen() {
        let text = page["without_script"].as_str().expect("text");
        let first = if name == "ledger" {
            "Summary"
        } else {
            "Findings"
        };
        assert!(text.starts_with(first), "{name}: {text}");
        assert_eq!(page["button_without_script"], false, "{name}");
        assert_eq!(page["printed"]["navigation"], "none");
        assert_eq!(page["printed"]["button"], "none");
        assert_eq!(page["printed"]["ground"], "rgb(255, 255, 255)");
        assert_eq!(page["sideways"], 0, "{name} is wider than a telephone");
    }
}

#[test]
fn the_text_of_a_drawing_says_what_it_shows() {
    let Some(page) = of("flow") else { return };
    let first = "Byte map of struct flow_key, 16 bytes: saddr: __be32, bytes 0 to 3; \
                 daddr: __be32, bytes 4 to 7; sport: __be16, bytes 8 to 9; dport: __be16, \
                 bytes 10 to 11; proto: __u8, byte 12; padding: 3 bytes, bytes 13 to 15.";
    assert_eq!(strings(&page["drawings"])[0], first);
}

#[test]
fn findings_are_there_with_their_pages() {
    let Some(page) = of("flow") else { return };
    let wanted = serde_json::json!([["M0100", "error"], ["M0300", "warning"], ["M0120", "error"]]);
    assert_eq!(page["findings"], wanted);
    let text = page["text"].as_str().expect("text");
    for title in [
        "M0100 min_entries: a map has fewer",
        "M0300 key_padding: ",
        "M0120 memory_budget: ",
    ] {
        assert!(text.contains(title), "{title}");
    }
}

/// Debian's Chromium on a busy machine of two cores; `docs/report.md` has what an idle one takes.
#[test]
fn a_page_of_300_maps_and_5000_types_opens_in_bounded_time() {
    if seen().is_empty() {
        return;
    }
    let page = SEEN.as_ref().and_then(|pages| pages.get("big"));
    let Some(page) = page else {
        return skipped("clang with the BPF target");
    };
    assert_eq!(page["maps"], 300);
    assert!(strings(&page["said"]).is_empty(), "{}", page["said"]);
    let seconds = page["seconds"].as_f64().expect("seconds");
    println!("{seconds:.2} s, {} elements", page["elements"]);
    assert!(seconds < 15.0, "{seconds}");
}
