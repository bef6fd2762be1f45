//! The document around the sections: its policy, style, script, contents.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::bytemap;
use super::visible;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
const LIVE: &str = include_str!("live.js");

/// A page without its frame.
pub(super) struct Page {
    /// Plain text.
    pub(super) title: String,
    pub(super) heading: Markup,
    /// Lines of the contents: place, text, whether it belongs to the line before.
    pub(super) contents: Vec<(String, String, bool)>,
    pub(super) body: Markup,
    /// There is so much that a browser draws what is seen and no more.
    pub(super) is_large: bool,
    /// It asks its server for what changes.
    pub(super) is_live: bool,
}

impl Page {
    pub(super) fn document(&self) -> String {
        let style = style();
        // What is written out here may run and nothing else; nothing may be fetched, but by a
        // live page from its own server.
        let scripts: &[&str] = if self.is_live {
            &[SCRIPT, LIVE]
        } else {
            &[SCRIPT]
        };
        let hashes: String = scripts
            .iter()
            .map(|script| format!(" '{}'", hash(script)))
            .collect();
        let connect = if self.is_live {
            "connect-src 'self'; "
        } else {
            ""
        };
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src{hashes}; {connect}base-uri 'none'; \
             form-action 'none'",
            hash(&style)
        );
        let document = html! {
            (PreEscaped("<!doctype html>\n"))
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (self.title) }
                    style { (PreEscaped(&style)) }
                }
                body.large[self.is_large] {
                    a.skip href="#main" { "Skip to the report" }
                    header {
                        h1 { (self.heading) }
                        button type="button" id="theme" hidden { "Theme" }
                    }
                    div.columns {
                        (self.navigation())
                        main id="main" tabindex="-1" { (self.body) }
                    }
                    footer { p { "mapgen " (env!("CARGO_PKG_VERSION")) ". Memory is what the kernel counts" @if !self.is_live { " for full maps" } "." } }
                    @for script in scripts { script { (PreEscaped(script)) } }
                }
            }
        };
        document.into_string()
    }

    fn navigation(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                ul {
                    @for (place, text, nested) in &self.contents {
                        li.nested[*nested] { a href=(format!("#{place}")) { (visible::name(text)) } }
                    }
                }
            }
        }
    }
}

fn style() -> String {
    format!("{STYLE}{}", bytemap::widths())
}

/// A source of a content security policy.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}
