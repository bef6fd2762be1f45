//! Errors, collected so that one build shows them all.

use mapgen_schema::codes::Code;
use mapgen_schema::names;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Every error of one macro call.
#[derive(Default)]
pub(crate) struct Report {
    errors: Vec<syn::Error>,
}

impl Report {
    /// Adds an error that stands on these tokens.
    pub(crate) fn on(&mut self, code: Code, tokens: impl ToTokens, message: impl AsRef<str>) {
        let message = code.on(message.as_ref());
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error that stands on this span.
    pub(crate) fn at(&mut self, code: Code, span: Span, message: impl AsRef<str>) {
        let message = code.on(message.as_ref());
        self.errors.push(syn::Error::new(span, message));
    }

    /// Adds an error that syn found.
    pub(crate) fn add(&mut self, code: Code, error: syn::Error) {
        for error in error {
            self.at(code, error.span(), error.to_string());
        }
    }

    /// How many errors there are so far.
    pub(crate) fn len(&self) -> usize {
        self.errors.len()
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// `compile_error!` for each error.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.errors
            .iter()
            .map(syn::Error::to_compile_error)
            .collect()
    }
}

/// What to say when a name is not there: the names that it may have been meant to be,
/// or else the nearest that there are.
pub(crate) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let all = names::nearest(wanted, known);
    let near: Vec<&str> = all
        .iter()
        .copied()
        .filter(|name| names::is_near(wanted, name))
        .collect();
    match (all.as_slice(), near.as_slice()) {
        ([], _) => String::new(),
        (all, []) => format!(
            "; the nearest of what there is: {}",
            list(all.iter().copied(), "and")
        ),
        (_, near) => format!("; did you mean {}?", list(near.iter().copied(), "or")),
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} {word} {last}", names.join(", ")),
    }
}
