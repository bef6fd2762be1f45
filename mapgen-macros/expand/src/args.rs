//! The arguments of `#[ebpf_map(…)]`.

use mapgen_schema::codes;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, LitInt, LitStr, Path, Token};

use crate::report::{Report, did_you_mean};

/// Where an attribute stands, which decides what it may say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A module: a whole object.
    Module,
    /// A struct inside such a module.
    Refinement,
    /// A struct of its own: one map.
    Map,
    /// A struct with `ctype`.
    CType,
    /// A type that derives `CLayout`.
    Derive,
    /// A field.
    Field,
}

impl Place {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Module => &[
                "object",
                "only_declared",
                "derive",
                "rename",
                "extern_type",
                "crate",
            ],
            Self::Refinement => &[
                "name",
                "kind",
                "min_entries",
                "max_entries",
                "key",
                "value",
                "tag",
                "optional",
            ],
            Self::Map => &[
                "object",
                "name",
                "kind",
                "min_entries",
                "max_entries",
                "optional",
                "crate",
            ],
            Self::CType => &["object", "ctype", "crate"],
            Self::Derive => &["crate"],
            Self::Field => &["foreign"],
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Module => "on a module",
            Self::Refinement => "on a map of a module",
            Self::Map => "on a struct",
            Self::CType => "on a struct with `ctype`",
            Self::Derive => "on a type that derives `CLayout`",
            Self::Field => "on a field",
        }
    }
}

/// Every argument there is.
const ARGUMENTS: [&str; 16] = [
    "object",
    "name",
    "kind",
    "min_entries",
    "max_entries",
    "key",
    "value",
    "tag",
    "optional",
    "derive",
    "rename",
    "extern_type",
    "only_declared",
    "crate",
    "ctype",
    "foreign",
];

/// What was written.
#[derive(Default)]
pub(crate) struct Args {
    /// `object = "flow"` or `object("fentry", "kprobe")`.
    pub(crate) objects: Vec<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) ctype: Option<LitStr>,
    pub(crate) kind: Option<Ident>,
    pub(crate) min_entries: Option<Number>,
    pub(crate) max_entries: Option<Number>,
    pub(crate) key: Option<TypeArg>,
    pub(crate) value: Option<TypeArg>,
    /// The member that tells several types of records apart.
    pub(crate) tag: Option<LitStr>,
    pub(crate) optional: bool,
    pub(crate) foreign: bool,
    pub(crate) only_declared: bool,
    pub(crate) derive: Vec<(LitStr, Vec<Path>)>,
    pub(crate) rename: Vec<(LitStr, LitStr)>,
    pub(crate) extern_type: Vec<(LitStr, Path)>,
    krate: Option<Path>,
}

/// A number and where it was written.
pub(crate) struct Number {
    pub(crate) value: u32,
    pub(crate) literal: LitInt,
}

/// `key = …` and `value = …`.
pub(crate) enum TypeArg {
    /// `"struct event"`.
    C(LitStr),
    /// `u64`.
    Rust(Box<syn::Type>),
    /// `["struct a" = A, "struct b" = 2 | 3]`.
    Records(Vec<RecordArg>, Span),
}

/// One of several types of records.
pub(crate) struct RecordArg {
    pub(crate) ctype: LitStr,
    /// None where the size tells.
    pub(crate) tags: Vec<TagValue>,
}

/// What a tag says.
pub(crate) enum TagValue {
    /// `EVENT_OPEN`.
    Enumerator(Ident),
    /// `-1`.
    Number { value: i128, tokens: TokenStream },
}

impl ToTokens for TagValue {
    fn to_tokens(&self, out: &mut TokenStream) {
        match self {
            Self::Enumerator(name) => name.to_tokens(out),
            Self::Number { tokens, .. } => tokens.to_tokens(out),
        }
    }
}

impl Args {
    /// The path of the runtime crate, `::mapgen_runtime` unless `crate = "…"`.
    pub(crate) fn runtime(&self) -> TokenStream {
        match &self.krate {
            Some(path) => path.to_token_stream(),
            None => quote::quote!(::mapgen_runtime),
        }
    }

    /// Reads arguments; every wrong one is reported, and the others are still read.
    pub(crate) fn parse(tokens: TokenStream, place: Place, report: &mut Report) -> Self {
        let mut args = Self::default();
        args.parse_into(tokens, place, report);
        args
    }

    /// Reads the arguments of every `#[ebpf_map]` among attributes.
    pub(crate) fn of_attributes(
        attrs: &[syn::Attribute],
        place: Place,
        report: &mut Report,
    ) -> Self {
        let mut args = Self::default();
        for attr in attrs.iter().filter(|attr| is_ours(attr)) {
            match &attr.meta {
                syn::Meta::Path(_) => {}
                syn::Meta::List(list) => args.parse_into(list.tokens.clone(), place, report),
                syn::Meta::NameValue(meta) => {
                    report.on(
                        codes::argument_syntax,
                        meta,
                        "arguments stand in parentheses: `#[ebpf_map(…)]`",
                    );
                }
            }
        }
        args
    }

    fn parse_into(&mut self, tokens: TokenStream, place: Place, report: &mut Report) {
        let mut seen = Vec::new();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = self.argument(input, place, &mut seen, report) {
                    report.add(codes::argument_syntax, error);
                    skip_argument(input);
                }
                if !input.is_empty() {
                    if let Err(error) = input.parse::<Token![,]>() {
                        report.add(codes::argument_syntax, error);
                        skip_argument(input);
                        let _ = input.parse::<Token![,]>();
                    }
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            report.add(codes::argument_syntax, error);
        }
    }

    fn argument(
        &mut self,
        input: ParseStream<'_>,
        place: Place,
        seen: &mut Vec<String>,
        report: &mut Report,
    ) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        let text = name.to_string();
        if !place.arguments().contains(&text.as_str()) {
            let (code, message) = if ARGUMENTS.contains(&text.as_str()) {
                let takes = crate::report::list(place.arguments().iter().copied(), "and");
                let place = place.describe();
                let message = format!("`{text}` has no meaning {place}, which takes {takes}");
                (codes::misplaced_argument, message)
            } else {
                let near = did_you_mean(&text, place.arguments().iter().copied());
                let message = format!("there is no argument `{text}`{near}");
                (codes::unknown_argument, message)
            };
            report.on(code, &name, message);
            skip_argument(input);
            return Ok(());
        }
        if seen.contains(&text) && !matches!(text.as_str(), "derive" | "rename" | "extern_type") {
            report.on(
                codes::repeated_argument,
                &name,
                format!("`{text}` is given twice"),
            );
            skip_argument(input);
            return Ok(());
        }
        seen.push(text.clone());
        match text.as_str() {
            "object" => {
                if input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in input);
                    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
                    if names.is_empty() {
                        let message = "`object()` names no object";
                        report.on(codes::object_not_named, &name, message);
                    }
                    self.objects.extend(names);
                } else {
                    self.objects.push(assigned(input)?);
                }
            }
            "name" => self.name = Some(assigned(input)?),
            "ctype" => self.ctype = Some(assigned(input)?),
            "kind" => {
                input.parse::<Token![=]>()?;
                self.kind = Some(input.call(Ident::parse_any)?);
            }
            "min_entries" => self.min_entries = number(input, report)?,
            "max_entries" => self.max_entries = number(input, report)?,
            "key" => self.key = Some(assigned(input)?),
            "value" => self.value = Some(assigned(input)?),
            "tag" => self.tag = Some(assigned(input)?),
            "optional" => self.optional = true,
            "foreign" => self.foreign = true,
            "only_declared" => self.only_declared = true,
            "crate" => {
                let path: LitStr = assigned(input)?;
                self.krate = Some(path.parse_with(Path::parse_mod_style)?);
            }
            "derive" => self.derive.extend(derives(input)?),
            "rename" => self.rename.extend(pairs::<LitStr>(input)?),
            "extern_type" => self.extern_type.extend(pairs::<Path>(input)?),
            _ => {}
        }
        Ok(())
    }
}

/// `None` for a number that no map can have, which is reported.
fn number(input: ParseStream<'_>, report: &mut Report) -> syn::Result<Option<Number>> {
    let literal: LitInt = assigned(input)?;
    let Ok(value) = literal.base10_parse() else {
        let most = u32::MAX;
        report.on(
            codes::number_range,
            &literal,
            format!("`{literal}` is more than a map can have, which is {most}"),
        );
        return Ok(None);
    };
    Ok(Some(Number { value, literal }))
}

impl Parse for TypeArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::C(input.parse()?));
        }
        if input.peek(syn::token::Bracket) {
            let fork = input.fork();
            let content;
            let bracket = syn::bracketed!(content in fork);
            // `[u8; 4]` is a type.
            if content.is_empty() || content.peek(LitStr) {
                input.advance_to(&fork);
                let list = Punctuated::<RecordArg, Token![,]>::parse_terminated(&content)?;
                return Ok(Self::Records(
                    list.into_iter().collect(),
                    bracket.span.join(),
                ));
            }
        }
        Ok(Self::Rust(Box::new(input.parse()?)))
    }
}

impl Parse for RecordArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ctype = input.parse()?;
        let mut tags = Vec::new();
        if input.parse::<Option<Token![=]>>()?.is_some() {
            tags = Punctuated::<TagValue, Token![|]>::parse_separated_nonempty(input)?
                .into_iter()
                .collect();
        }
        Ok(Self { ctype, tags })
    }
}

impl Parse for TagValue {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident::peek_any) {
            return Ok(Self::Enumerator(input.call(Ident::parse_any)?));
        }
        let minus: Option<Token![-]> = input.parse()?;
        let literal: LitInt = input.parse()?;
        let value: i128 = literal.base10_parse()?;
        Ok(Self::Number {
            value: if minus.is_some() { -value } else { value },
            tokens: quote::quote!(#minus #literal),
        })
    }
}

fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `("struct a" = A, "struct b" = B)`
fn pairs<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<(LitStr, T)>> {
    let content;
    syn::parenthesized!(content in input);
    let pairs =
        Punctuated::<_, Token![,]>::parse_terminated_with(&content, |input: ParseStream<'_>| {
            let ctype = input.parse()?;
            Ok((ctype, assigned(input)?))
        })?;
    Ok(pairs.into_iter().collect())
}

/// `("struct a" = Trait, Other, "struct b" = Trait)`
fn derives(input: ParseStream<'_>) -> syn::Result<Vec<(LitStr, Vec<Path>)>> {
    let content;
    syn::parenthesized!(content in input);
    let mut out: Vec<(LitStr, Vec<Path>)> = Vec::new();
    while !content.is_empty() {
        if content.peek(LitStr) || out.is_empty() {
            let ctype = content.parse()?;
            out.push((ctype, vec![assigned(&content)?]));
        } else if let Some((_, paths)) = out.last_mut() {
            paths.push(content.call(Path::parse_mod_style)?);
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(out)
}

/// Skips to the next comma.
fn skip_argument(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// Whether `ctype` is one of the arguments, which tells the forms on a struct apart.
pub(crate) fn names_ctype(tokens: &TokenStream) -> bool {
    tokens
        .clone()
        .into_iter()
        .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "ctype"))
}

/// Whether an attribute is `#[ebpf_map]`, under whatever path.
pub(crate) fn is_ours(attr: &syn::Attribute) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "ebpf_map")
}

/// The one object of an attribute that needs one.
pub(crate) fn objects<'a>(args: &'a Args, report: &mut Report) -> &'a [LitStr] {
    // Without any the reader has said what is wrong, unless nothing was written.
    if args.objects.is_empty() && report.is_empty() {
        report.at(
            codes::object_not_named,
            Span::call_site(),
            "which object? write `#[ebpf_map(object = \"…\")]`, with the name that `build.rs` \
             gives it (default: the file's stem)",
        );
    }
    &args.objects
}
